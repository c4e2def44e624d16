"""Whether two moments belong to one piece of work: documents, pages, words and the sentence's vector.

Pure, and no numpy: the daemon asks it. A program says nothing here, for one task goes through several
of them, and several tasks through one.
"""

import math
import re
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import mul
from typing import NamedTuple

from models.facts import Facts
from models.titles import is_blank

# What two moments have in common, and how much it speaks for one piece of work, in nats. Fitted once to
# pairs of the bench's `shown` days and rounded (`hunch bench activities` measures on others).
FILE, PROJECT, PAGE, SITE = 3.0, 2.5, 3.0, 0.5
WORDS = 6.0  # times the words' cosine
VECTORS, ALIKE = 6.0, 0.35  # times the vectors' cosine above what unlike sentences have
CARRIED = 2.0  # what was copied in the one was pasted in the other
UNLIKE = -1.0  # where nothing of it holds

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
        file: The document, in lower case.
        project: The project, in lower case.
        page: The page's address without what follows the path; its title where no address is known.
        site: The page's host.
        words: Words of titles, names, searches, commands and texts, in lower case.
        vector: The sentence's, of length 1; None where none is known.
        copied: Whether something was copied.
        pasted: Whether something was pasted.
    """

    file: str | None
    project: str | None
    page: str | None
    site: str | None
    words: frozenset[str]
    vector: tuple[float, ...] | None
    copied: bool
    pasted: bool

    @property
    def blank(self) -> bool:
        """Whether nothing tells what it was about: a terminal that came to the front, say."""
        return not (self.file or self.project or self.page or self.words)


def traits(facts: Facts, vector: bytes | None) -> Traits:
    """The traits of a moment.

    Args:
        facts: Its segment's.
        vector: Its sentence's, as `models.encoder.pack` makes it.
    """
    browser = facts.sort == "browser"
    title = None if browser and is_blank(facts.title) else facts.title
    page = (facts.url or "").partition("#")[0].partition("?")[0] or title if browser else None
    texts = [
        title,
        facts.file,
        facts.project,
        facts.query,
        facts.results,
        *facts.typed,
        *facts.copied,
    ]
    texts += [command.text for command in facts.commands]
    texts += [change.name for change in facts.documents]
    return Traits(
        facts.file.casefold() if facts.file else None,
        facts.project.casefold() if facts.project else None,
        page or None,
        facts.site,
        frozenset(word for text in texts if text for word in words(text)),
        unpacked(vector) if vector else None,
        bool(facts.copied or facts.copies or facts.files or facts.pictures),
        facts.pasted,
    )


def words(text: str) -> list[str]:
    """The words of a text that may tell what it is about; of scripts without spaces, pairs of characters."""
    found = _WORD.findall(_CAMEL.sub(" ", text[:400]).casefold())
    return [word for word in found if word not in _COMMON]


def unpacked(vector: bytes) -> tuple[float, ...]:
    """A packed vector (float16), of length 1."""
    values = struct.unpack(f"<{len(vector) // 2}e", vector)
    length = math.sqrt(sum(map(mul, values, values))) or 1.0
    return tuple(value / length for value in values)


def weights(rows: Sequence[Traits]) -> Mapping[str, float]:
    """How much each word tells, of all the moments that are compared: rare ones most."""
    counts = Counter(word for row in rows for word in row.words)
    return {word: math.log(1 + len(rows) / count) for word, count in counts.items()}


def related(one: Traits, other: Traits, told: Mapping[str, float]) -> float:
    """Nats for one piece of work, below 0 against it; 0 where one of them does not tell its own.

    Args:
        one: The earlier moment.
        other: The later one.
        told: How much each word tells, as `weights` gives it.
    """
    if one.blank or other.blank:
        return CARRIED if one.copied and other.pasted else 0.0
    nats = UNLIKE + WORDS * _in_common(one.words, other.words, told)
    nats += FILE * _same(one.file, other.file) + PROJECT * _same(one.project, other.project)
    nats += PAGE * _same(one.page, other.page) + SITE * _same(one.site, other.site)
    nats += CARRIED * (one.copied and other.pasted)
    if one.vector is not None and other.vector is not None:
        nats += VECTORS * (sum(map(mul, one.vector, other.vector)) - ALIKE)
    return nats


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _in_common(one: frozenset[str], other: frozenset[str], told: Mapping[str, float]) -> float:
    """Cosine of two sets of words, each as long as it tells."""
    both = sum(told[word] ** 2 for word in one & other)
    if not both:
        return 0.0
    return both / math.sqrt(
        sum(told[word] ** 2 for word in one) * sum(told[word] ** 2 for word in other)
    )
