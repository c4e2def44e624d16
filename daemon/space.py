"""How much the data folder takes, and what it will: for the daemon, and for who looks without one."""

from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG

import msgspec

from daemon.config import Settings
from daemon.store import space
from daemon.store.reader import Reader

DAY_S = 86_400.0
FAR_DAYS = 50 * 365


class Space(msgspec.Struct, frozen=True):
    """What the data folder takes, in bytes.

    Attributes:
        total: All files of it.
        raw: Raw events and what segments quote of them.
        sentences: Sentences, tasks, proposals and answers.
        vectors: The sentences' vectors.
        ledger: What was handed to models.
        free: Pages that wait to be used again.
        other: Other files: the log, the WAL.
        year: What a year adds at this pace; None before there is a day to go by.
        forecast: The same in a sentence.
    """

    total: int
    raw: int
    sentences: int
    vectors: int
    ledger: int
    free: int
    other: int
    year: int | None = None
    forecast: str | None = None


def space_of(store: Reader, settings: Settings, now: datetime) -> Space:
    """What the data folder takes, and what it will."""
    kinds = store.read(space.sizes)
    other = others(settings)
    year, forecast = _forecast(kinds, other, store.read(space.begins), settings, now)
    return Space(sum(kinds.values()) + other, **kinds, other=other, year=year, forecast=forecast)


def others(settings: Settings) -> int:
    """Bytes of the folder's files besides the database."""
    files = (path for path in settings.data_path.rglob("*") if path.name != "hunch.db")
    return sum(_size(path) for path in files)


def _size(path: Path) -> int:
    """Of a file in bytes; 0 of a folder, and of what is gone by now, as a half-made backup."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_size if S_ISREG(found.st_mode) else 0


def _forecast(
    kinds: dict[str, int],
    other: int,
    begins: dict[str, float | None],
    settings: Settings,
    now: datetime,
) -> tuple[int | None, str | None]:
    """What a year adds in bytes, and the sentence; None with less than a day to go by."""
    days = {
        kind: (now.timestamp() - first) / DAY_S if first else 0.0 for kind, first in begins.items()
    }
    if max(days.values()) < 1:
        return None, None
    raw = kinds["raw"] / max(days["raw"], 1.0)
    story = (kinds["sentences"] + kinds["vectors"] + kinds["ledger"]) / max(days["story"], 1.0)

    def total(later: float) -> float:
        kept_raw = min(days["raw"] + later, settings.raw_days or FAR_DAYS * 2)
        kept_story = min(days["story"] + later, settings.story_days or FAR_DAYS * 2)
        return max(kept_raw, 0) * raw + max(kept_story, 0) * story + other + kinds["free"]

    year = round(total(365) - total(0))
    words = f"At this pace a year adds {max(year, 0) / 1e9:.2g} GB"
    if not settings.size_gb:
        return year, f"{words}; there is no bound."
    bound = settings.size_gb * 1e9
    reached = next((day for day in range(0, FAR_DAYS, 10) if total(day) >= bound), None)
    if reached is None:
        return year, f"{words}; the bound of {settings.size_gb:g} GB is never reached."
    when = now + timedelta(days=reached)
    return year, f"{words}; the bound of {settings.size_gb:g} GB is reached in {when:%Y}."
