"""What a history names (files, pages, searches, commands, errors), and whether a task keeps to that.

Reads sentences alone, so that it works on any trace; a sentence quotes what it names (`models.telling`).
A small model takes a name from far back, or makes one up: the likely ones are offered to it, and a task
that names what nobody has seen is refused.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from models.observation import Observation

OFFERED = 6  # names in a prompt: 60 tokens
TRIED = 24  # newest names that are compared: 3 ms each
LONGEST = 60  # characters; what is longer is a text, not a name
# Of likeness that a name loses with each observation after it. What released answers on the generated
# traces name is among the first six of more than six for 99 % with this, 92 % by age alone, 90 % by likeness alone.
RECENT = 0.05

# An apostrophe inside a word is none of these: "the user's code".
_QUOTED = re.compile(
    r"(?<!\w)'((?:[^'\n]|(?<=\w)'(?=\w))+)'(?!\w)|\"([^\"\n]+)\"|“([^”\n]+)”|‘([^’\n]+)’|`([^`\n]+)`|「([^」\n]+)」"  # noqa: RUF001
)
_ADDRESS = re.compile(
    r"\bhttps?://[^\s'\"<>]+|\b(?:[\w-]+\.)+(?:com|org|net|io|dev|edu|gov|cn|de|fr|uk|ai)\b(?:/[^\s'\"<>]*)?",
    re.I,
)
_FILE = re.compile(r"(?<![\w./-])[\w-]+(?:[./][\w-]+)*\.[A-Za-z][A-Za-z0-9]{0,4}\b")
_NO_FILE = re.compile(r"(?i:e\.g|i\.e|a\.m|p\.m)$|[A-Z]\w*\.js$|\.(?i:NET)$")  # Node.js, ASP.NET

_SEARCH = re.compile(r"^(?:search|look up|google)\b[^'\"“`]* for (?=['\"“`])", re.I)
_WORD = re.compile(r"\w+")

Alike = Callable[[Sequence[str]], Sequence[float]]


def names(text: str) -> Iterator[str]:
    """What a text names: quoted texts, addresses, files; in this order, each as often as it stands there."""
    for groups in _QUOTED.findall(text):
        yield next(part for part in groups if part)
    rest = _QUOTED.sub(" ", text)
    yield from (part.rstrip(".,;:)") for part in _ADDRESS.findall(rest))
    rest = _ADDRESS.sub(" ", rest)
    yield from (part for part in _FILE.findall(rest) if not _NO_FILE.search(part))


def entities(history: Sequence[Observation], alike: Alike) -> tuple[str, ...]:
    """The names of a history that the next task is likely about, the likeliest first.

    Args:
        history: Oldest first.
        alike: How alike each of some names is to the present moment: a cosine.
    """
    found: dict[str, tuple[str, int]] = {}
    for age, item in enumerate(reversed(history)):
        for name in names(item.event):
            if len(name) <= LONGEST and any(letter.isalnum() for letter in name):
                found.setdefault(flat(name), (name, age))
    tried = [*found.values()][:TRIED]
    likeness = alike([name for name, _ in tried]) if tried else []
    ranked = sorted(
        zip(tried, likeness, strict=True), key=lambda pair: RECENT * pair[0][1] - pair[1]
    )
    return tuple(name for (name, _), _ in ranked[:OFFERED])


def unseen(task: str, history: Sequence[Observation], known: Sequence[str] = ()) -> list[str]:
    """What a task names and neither the history nor `known` does; empty when it passes.

    Where it searches is its own choice; and words for a search may be put together of words that were seen.
    """
    seen = "\n".join(flat(text) for text in (*(item.event for item in history), *known))
    words = set(_WORD.findall(seen))

    def stands(name: str) -> bool:
        plain = flat(name).strip(".…,;:! ")
        put_together = " " in plain and not _FILE.search(plain)
        cut = flat(name).endswith(("…", "..."))
        return _whole(plain, seen, cut=cut) or (
            put_together and words.issuperset(_WORD.findall(plain))
        )

    return [name for name in names(_SEARCH.sub("", task)) if not stands(name)]


def _whole(name: str, seen: str, *, cut: bool) -> bool:
    """Whether a name stands in a text, and not as a part of a longer word: `parser.py` is no `test_parser.py`.

    Scripts without spaces have no ends of words; a name that was cut ends anywhere.
    """
    begin = r"(?<![a-z0-9_])" if re.match(r"[a-z0-9_]", name) else ""
    end = r"(?![a-z0-9_])" if re.search(r"[a-z0-9_]$", name) and not cut else ""
    return bool(re.search(begin + re.escape(name) + end, seen))


def flat(text: str) -> str:
    """On one line, in one case: two ways to write one name are one."""
    return " ".join(text.split()).casefold()
