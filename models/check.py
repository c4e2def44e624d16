"""Holds a sentence against the facts: what it names must have been seen, what matters must be told.

A language model invents with ease ("The user closes the terminal…"); a sentence
with one unsupported claim is refused as a whole.
"""

import re
from collections.abc import Callable, Iterator

import msgspec

from models.applications import KNOWN_NAMES
from models.commands import INTERRUPTED, STOPPED, Command, brief
from models.facts import Facts

_QUOTED = re.compile(
    r"'((?:[^']|(?<=\w)'(?=\w))+)'|\"([^\"]+)\"|“([^”]+)”|‘([^’]+)’|`([^`]+)`|「([^」]+)」"  # noqa: RUF001
)
_URL = re.compile(
    r"\b(?:https?://\S+|(?:[\w-]+\.)+(?:com|org|net|io|dev|edu|gov|cn|de|fr|uk|ai)\b(?:/\S*)?)",
    re.I,
)
_FILE = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.[A-Za-z][A-Za-z0-9]{0,4}\b")
_NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")

# A verb that claims an act, and whether the facts hold that act.
_ACTS: tuple[tuple[re.Pattern[str], Callable[[Facts], bool]], ...] = (
    (re.compile(r"\b(?:search(?:es|ed)?|quer(?:ies|ied)|looks? up)\b", re.I), lambda facts: bool(facts.query)),
    (re.compile(r"\b(?:cop(?:ies|ied)|copy)\b", re.I), 
     lambda facts: bool(facts.copied or facts.copies or facts.files or facts.pictures)),
    (re.compile(r"\bpast(?:es|ed)\b", re.I), lambda facts: facts.pasted),
    (re.compile(r"\bsav(?:es|ed)\b", re.I), lambda facts: facts.saved or _changed(facts, "created", "modified")),
    (re.compile(r"\b(?:runs?|ran|execut(?:es|ed)|launch(?:es|ed))\b", re.I),
     lambda facts: bool(facts.commands or facts.runs)),
    (re.compile(r"\b(?:types?|typed|enters?|entered|writes?|wrote)\b", re.I),
     lambda facts: bool(facts.typed or facts.commands or facts.query or facts.address or facts.typed_length)),
    (re.compile(r"\bedit(?:s|ed|ing)\b", re.I), lambda facts: bool(facts.file) and facts.edits),
    (re.compile(r"\b(?:scroll(?:s|ed)?)\b", re.I), lambda facts: facts.scrolls > 0),
    (re.compile(r"\b(?:clicks?|clicked)\b", re.I), lambda facts: facts.clicks > 0),
    (re.compile(r"\b(?:errors?|exceptions?|tracebacks?)\b", re.I), lambda facts: facts.failure is not None),
    (re.compile(r"\b(?:fails?|failed)\b", re.I),
     lambda facts: facts.failure is not None or any(item.failed for item in facts.commands)),
    (re.compile(r"\b(?:succeeds?|succeeded)\b", re.I), lambda facts: _ended(facts, 0)),
    (re.compile(r"\binterrupt(?:s|ed)\b", re.I), lambda facts: _ended(facts, INTERRUPTED)),
    (re.compile(r"\bsuspend(?:s|ed)\b", re.I), lambda facts: _ended(facts, *STOPPED)),
    (re.compile(r"\bexit (?:status|code)\b", re.I), lambda facts: any(item.status for item in facts.commands)),
    (re.compile(r"\b(?:renam(?:es|ed)|mov(?:es|ed))\b", re.I), lambda facts: _changed(facts, "renamed")),
    (re.compile(r"\bcreat(?:es|ed)\b", re.I), lambda facts: _changed(facts, "created")),
    (re.compile(r"\b(?:clos(?:es|ed)|delet(?:es|ed)|downloads?|downloaded|install(?:s|ed)|sends?|sent|"
                r"fix(?:es|ed)|solv(?:es|ed)|uploads?|uploaded|e-?mails?)\b", re.I), lambda facts: False),
)  # fmt: skip

END = re.compile(
    r"\b(?P<verb>fails|succeeds|ends|is interrupted)\b(?: with exit status (?P<status>\d+))?"
    r"(?: after (?P<time>\d+ (?:s|min|h \d+ min)))?(?!\w)",
    re.I,
)


def unsupported(sentence: str, facts: Facts) -> list[str]:
    """What a sentence names or claims that the facts do not hold; empty when it passes."""
    seen = _seen(facts)
    names = [text for text in _named(sentence) if not _stands(text, seen)]
    outside = _QUOTED.sub("''", sentence)
    for folder in (name for item in facts.documents for name in (item.folder, item.left) if name):
        outside = outside.replace(f" {folder}", "")  # "in Downloads" claims no act
    acts = [
        match[0] for verb, holds in _ACTS if (match := verb.search(outside)) and not holds(facts)
    ]
    return names + acts + list(_wrong_ends(sentence, facts))


def _changed(facts: Facts, *actions: str) -> bool:
    return any(item.action in actions for item in facts.documents)


def _ended(facts: Facts, *statuses: int) -> bool:
    return any(item.status in statuses for item in facts.commands)


def _wrong_ends(sentence: str, facts: Facts) -> Iterator[str]:
    """Verdicts, exit statuses and times that no command had, or not the one that they are said of."""
    quoted = list(_QUOTED.finditer(sentence))
    for match in END.finditer(sentence):
        if any(text.start() < match.start() < text.end() for text in quoted):
            continue
        said = [
            _flat(text[0][1:-1]).rstrip("…")
            for text in quoted
            if text.end() <= match.start()
            and sentence[text.end() : match.start()].strip(", ") in ("", "which")
        ]
        commands = [
            item for item in facts.commands if _flat(item.text).startswith(tuple(said or [""]))
        ]
        if not any(_ended_so(item, match) for item in commands):
            yield match[0]


def _ended_so(command: Command, match: re.Match[str]) -> bool:
    verb, status, time = match["verb"].casefold(), match["status"], match["time"]
    if (verb == "fails" and not command.failed) or (verb == "succeeds" and command.status != 0):
        return False
    if status is not None and int(status) != command.status:
        return False
    return time is None or time == brief(command.took_s or 0.0)


def untold(sentence: str, facts: Facts) -> list[str]:
    """The main facts that a sentence leaves out; empty when it tells them all."""
    main = [facts.query, facts.address, facts.app if facts.idle else None]
    main += [item.text for item in facts.commands[:3]]
    main += [item.name for item in facts.documents[:2]]
    main.append(facts.failure.said if facts.failure else None)
    if facts.failure is None:
        main += facts.copied[:2]
    if facts.typed:
        main += [*facts.typed[:2], facts.file]
    said = _flat(sentence)
    return [text for text in main if text and _head(_flat(text)) not in said]


def _named(sentence: str) -> Iterator[str]:
    for groups in _QUOTED.findall(sentence):
        yield next(text for text in groups if text)
    outside = _QUOTED.sub("''", sentence)
    yield from _URL.findall(outside)
    yield from _FILE.findall(outside)
    yield from _NUMBER.findall(outside)
    yield from (name for name in KNOWN_NAMES if re.search(rf"\b{re.escape(name)}\b", outside, re.I))


def _stands(text: str, seen: str) -> bool:
    flat = _flat(text).rstrip("…. ").removesuffix("...").rstrip(" ,.;:")
    return flat in seen


def _seen(facts: Facts) -> str:
    """All texts of the facts, on one line each."""
    seconds = facts.away_s or facts.unseen_s or 0
    minutes = f"{round(seconds / 60)} {round(seconds)}"
    unseen = f"{facts.typed_length} {facts.copies} {facts.runs} {facts.pictures}"
    counts = f"{facts.clicks} {facts.scrolls} {unseen} {minutes}"
    for item in facts.commands:
        counts += f" {item.status} {brief(item.took_s or 0.0)}"
    counts += "".join(f" {item.count}" for item in facts.documents if item.count > 1)
    return "\n".join([*(_flat(text) for text in _texts(msgspec.to_builtins(facts))), counts])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _head(text: str) -> str:
    """The beginning of a text that a shortened quote must still show."""
    return text[:40].rstrip()


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
