"""Whether two moments belong to one piece of work: documents, pages, words and the sentence's vector.

Pure, and no numpy: the daemon asks it. A program says nothing here, for one task goes through several
of them, and several tasks through one.
"""

import math
import re
import struct
from operator import mul
from typing import NamedTuple

from models.facts import Facts
from models.titles import is_blank


class Rule(NamedTuple):
    """How much speaks for one piece of work, and what a boundary costs, in nats.

    Attributes:
        shared: Two moments have a word or a name in common.
        alike: Times the cosine of their sentences' vectors.
        unlike: Neither.
        shared_alone: As `shared`, where a vector is missing.
        unlike_alone: As `unlike`, where a vector is missing.
        turn: What a boundary costs.
        paused: What it costs less after a pause of five minutes, people stop between two things.
        carried: What was copied in the one was pasted in the other; set by hand.
    """

    shared: float
    alike: float
    unlike: float
    shared_alone: float
    unlike_alone: float
    turn: float
    paused: float
    carried: float = 2.0


# From `models.lab.training.fit_related`. How many words two moments share, how rare these are, and
# whether the program is the same, told nothing more.
RULE = Rule(3.12, 3.09, -1.68, 3.84, -0.83, turn=8.0, paused=4.0)

LOOKED_AT = 400  # characters of a text
SITE_WORDS = 3  # a longer last part of a title is no site's name
_PARTS = re.compile(r"\s+[-–—|·]\s+")  # noqa: RUF001 - as titles write them
_WORD = re.compile(r"[^\W\d_]{3,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COMMON = frozenset(
    ("the", "and", "for", "with", "how", "from", "your", "you", "are", "not", "what", "that", "this",
     "new", "all", "home", "page", "user", "into", "about", "can", "does", "com", "www", "org", "net",
     "http", "https", "html", "htm", "php", "index", "main", "untitled", "document", "google", "search",
     "results", "wiki")
)  # fmt: skip


class Traits(NamedTuple):
    """What tells a moment's piece of work.

    Attributes:
        names: Words of titles, documents, searches, commands and texts in lower case; and the document,
            its project and the page as a whole.
        vector: The sentence's, of length 1; None where none is known.
        copied: Whether something was copied.
        pasted: Whether something was pasted.
    """

    names: frozenset[str]
    vector: tuple[float, ...] | None
    copied: bool = False
    pasted: bool = False


def traits(facts: Facts, vector: bytes | None) -> Traits:
    """The traits of a moment.

    Args:
        facts: Its segment's.
        vector: Its sentence's, as `models.encoder.pack` makes it.
    """
    texts = [_topic(facts), facts.file, facts.project, facts.query, facts.results]
    texts += [*facts.typed, *facts.copied, *(command.text for command in facts.commands)]
    texts += [change.name for change in facts.documents]
    page = (facts.url or "").partition("#")[0]
    wholes = [f"{kind} {name.casefold()}" for kind, name in
              (("file", facts.file), ("project", facts.project), ("page", page)) if name]  # fmt: skip
    return Traits(
        frozenset([*wholes, *(word for text in texts if text for word in words(text))]),
        unpacked(vector) if vector else None,
        bool(facts.copied or facts.copies or facts.files or facts.pictures),
        facts.pasted,
    )


def _topic(facts: Facts) -> str | None:
    """The title; of a page without the name of its site, which stands last and all its pages share."""
    if facts.sort != "browser" or facts.title is None:
        return facts.title
    if is_blank(facts.title):
        return None
    parts = _PARTS.split(facts.title)
    last = parts[-1].split()
    return " ".join(parts[:-1]) if len(parts) > 1 and len(last) <= SITE_WORDS else facts.title


def words(text: str) -> list[str]:
    """The words of a text that may tell what it is about; of scripts without spaces, pairs of characters."""
    found = _WORD.findall(_CAMEL.sub(" ", text[:LOOKED_AT]).casefold())
    return [word for word in found if word not in _COMMON]


def unpacked(vector: bytes) -> tuple[float, ...]:
    """A packed vector (float16), of length 1."""
    values = struct.unpack(f"<{len(vector) // 2}e", vector)
    length = math.sqrt(sum(map(mul, values, values))) or 1.0
    return tuple(value / length for value in values)


def related(one: Traits, other: Traits, rule: Rule = RULE) -> float:
    """Nats for one piece of work, below 0 against it; 0 where one of them does not tell its own.

    Args:
        one: The earlier moment.
        other: The later one.
        rule: How much speaks for it.
    """
    carried = rule.carried if one.copied and other.pasted else 0.0
    if not one.names or not other.names:
        return carried
    shared = shares(one, other)
    if one.vector is None or other.vector is None:
        return carried + rule.unlike_alone + rule.shared_alone * shared
    return carried + rule.unlike + rule.shared * shared + rule.alike * cosine(one, other)


def shares(one: Traits, other: Traits) -> bool:
    """Whether two moments have a word or a name in common."""
    return not one.names.isdisjoint(other.names)


def cosine(one: Traits, other: Traits) -> float:
    """Of their sentences' vectors; 0 where one is missing."""
    return float(sum(map(mul, one.vector or (), other.vector or ())))
