"""What is in front, as several tell it, and whether what is typed there may be kept.

Tellers are our window watcher, others through the API, a browser's or editor's extension, a shell's hook.

Rule: content is hidden while any teller's last word hides it. A window's word stands until the same
teller says otherwise, or has been silent while another spoke; so no other program lifts what ours set. A
page's, file's or folder's word counts while a window of its sort is in front.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.applications import application

SILENT_S = 30.0  # our window watcher tells every 5 s, ActivityWatch's every second
HOLD_S = 300.0  # extensions repeat their page every minute

NOTHING: frozenset[str] = frozenset()

_ENGINES = (
    ("gecko", ("firefox", "librewolf", "waterfox", "navigator", "zen")),
    ("webkit", ("safari", "epiphany")),
    ("blink", ("chrom", "edge", "brave", "opera", "vivaldi")),
)


@dataclass(slots=True)
class Word:
    """What a teller said last.

    Attributes:
        sort: Of what: ``window``, or the sort of program that the word counts for.
        cause: Why content is hidden there; None when it is not.
        app: The window's application; for another teller the name of its bucket.
        heard: When, in seconds of the monotonic clock.
    """

    sort: str
    cause: str | None
    app: str
    heard: float


class Front:
    """Who said what; one for the daemon."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._words: dict[str, Word] = {}
        self._hiding: set[str] = set()  # tellers whose last word has a cause

    def take(self, teller: str, sort: str, cause: str | None, app: str) -> None:
        """A teller says what is in front of it."""
        self._words[teller] = Word(sort, cause, app, self._monotonic())
        if cause is None:
            self._hiding.discard(teller)
        else:
            self._hiding.add(teller)

    def repeat(self, teller: str) -> None:
        """A teller says once more what it said last."""
        self._words[teller].heard = self._monotonic()

    @property
    def hiding(self) -> bool:
        """Whether any teller's last word has a cause."""
        return bool(self._hiding)

    def causes(self) -> frozenset[str]:
        """Why content is hidden now."""
        if not self._hiding:
            return NOTHING
        windows = list(self._windows())
        found = {word.cause for word in windows if word.cause}
        apps = [word.app for word in windows]
        return frozenset(found | set(self._inside(apps)))

    def inside(self, app: str) -> bool:
        """Whether what an application of this name shows is hidden by its page, file or folder."""
        return bool(self._hiding) and any(True for _ in self._inside([app]))

    def _windows(self) -> Iterator[Word]:
        """Words that stand: of all who tell windows, less those that fell silent while another spoke."""
        words = [word for word in self._words.values() if word.sort == "window"]
        latest = max((word.heard for word in words), default=0.0)
        return (word for word in words if latest - word.heard <= SILENT_S)

    def _inside(self, apps: list[str]) -> Iterator[str]:
        limit = self._monotonic() - HOLD_S
        for word in self._words.values():
            if word.sort == "window" or word.cause is None or word.heard < limit:
                continue
            if not apps or any(_meant(word, app) for app in apps):
                yield word.cause


def _meant(word: Word, app: str) -> bool:
    """Whether a word about a page, file or folder may be about this window."""
    program = application(app)
    if program is None:
        return True  # nobody knows what is in front
    if program.sort != word.sort:
        return False
    engines = {_engine(app), _engine(word.app)}
    return program.sort != "browser" or len(engines - {None}) < 2


def _engine(name: str) -> str | None:
    name = name.casefold()
    return next((engine for engine, parts in _ENGINES if any(part in name for part in parts)), None)
