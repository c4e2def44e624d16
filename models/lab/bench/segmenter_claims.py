"""Finds what a told sentence claims and nobody did: acts, and texts behind acts that they do not belong to.

"The user types 'A' and copies 'B'" is false where 'B' was typed and 'A' copied, though every name of it was seen.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Row, texts_of
from models.lab.bench.segmenter_quotes import flat, seen_in, split, stands
from models.lab.bench.segmenter_scoring import Told, stretches_of

_ACTS = tuple(
    (re.compile(rf"\b(?:{words})\b", re.I), set(acts.split()))
    for words, acts in (
        (r"search(?:es|ed|ing)?(?! results)|looks? up|quer(?:y|ies|ied)", "search"),
        (r"results? (?:for|of)|search results", "search results"),
        (r"cop(?:y|ies|ied|ying)", "copy"),
        (r"past(?:es|ed|ing)", "paste"),
        (r"sav(?:es|ed|ing)", "save"),
        (r"runs?|ran|running|execut\w+|launch\w+", "run"),
        (r"types?|typed|typing|writ(?:es|ing)|wrote|enters|entered|entering", "type"),
        (r"edit(?:s|ed|ing)", "type paste save"),
        (r"scroll(?:s|ed|ing)?", "scroll"),
        (r"click(?:s|ed|ing)?", "click"),
        (r"drag(?:s|ged|ging)?", "drag"),
        (r"press(?:es|ed|ing)?", "press"),
        (r"fail(?:s|ed|ing)?", "fail"),
        (r"succe(?:eds?|eded|ssful|ssfully)", "succeed"),
        (r"interrupt(?:s|ed|ing)?", "interrupt"),
        (r"renam(?:es|ed|ing)", "rename"),
        (r"download(?:s|ed|ing)", "download"),
        (r"sends?|sent|sending", "send"),
        (r"clos(?:es|ed|ing)|delet\w+|remov\w+|install(?:s|ed|ing)|upload\w+", ""),
        (r"fix(?:es|ed|ing)|solv\w+|print(?:s|ed|ing)|creat(?:es|ed|ing)|buil(?:ds|t|ding)", ""),
    )
)  # fmt: skip
_SOME = r"((?:(?:, | and | then |, and |, then | and then )?'')+)"
_OBJECTS = tuple(
    (re.compile(rf"\b(?:{verb}) {_SOME}", re.I), types)
    for verb, types in (
        (r"(?:types|typing|typed|writes|writing|enters|entering)(?: in)?", {"os.hid.input"}),
        (r"(?:copies|copying)(?: the (?:error|text|files?))?", {"clipboard"}),
        (r"(?:runs|running|executes)(?: the commands?)?", {"app.shell.command", "os.hid.input"}),
        (r"(?:searches|searching)(?: \S+){0,3} for|looks up", {"os.hid.input", "web.tab.current"}),
    )
)
_ENDS = re.compile(r"('')(?:,? which| that)? (fails|succeeds|is interrupted)")
_ENDED: dict[str, Callable[[int], bool]] = {
    "fails": lambda status: status not in (0, 130),
    "succeeds": lambda status: status == 0,
    "is interrupted": lambda status: status == 130,
}


def claimed(script: Script, item: Told) -> list[str]:
    """Acts of a sentence that were not done in its stretches, or not to what it says."""
    near = stretches_of(script, item)
    rows = [row for stretch in near for row in stretch.rows]
    done = set().union(*(stretch.acts for stretch in near))
    quoted, outside = split(item.sentence, seen_in(near))
    undone = [
        match[0]
        for pattern, acts in _ACTS
        if (match := pattern.search(outside.replace(" in Downloads", ""))) and not acts & done
    ]
    return [*undone, *_misplaced(quoted, outside, rows), *_ended_otherwise(quoted, outside, rows)]


def _misplaced(quoted: Sequence[str], outside: str, rows: Sequence[Row]) -> Iterator[str]:
    """Texts that were not typed, copied, run or searched for, where the sentence says so."""
    for pattern, types in _OBJECTS:
        texts = [flat(text) for row in rows if row.type in types for text in texts_of(row.data)]
        for match in pattern.finditer(outside):
            first = outside[: match.start(1)].count("''")
            for text in quoted[first : first + match[1].count("''")]:
                if not stands(text, "\n".join(texts)):
                    yield f"{match[0].partition(' ')[0]} {text}"


def _ended_otherwise(quoted: Sequence[str], outside: str, rows: Sequence[Row]) -> Iterator[str]:
    """Commands that did not end as the sentence says."""
    shell = [row.data for row in rows if row.type == "app.shell.command"]
    for match in _ENDS.finditer(outside):
        text = quoted[outside[: match.end(1)].count("''") - 1]
        ends = [data["exit_status"] for data in shell if stands(text, flat(data["command"]))]
        if ends and not any(_ENDED[match[2]](status) for status in ends):
            yield f"{text} {match[2]}"
