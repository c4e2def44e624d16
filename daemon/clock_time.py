"""A time as a person says it, on the clock of their own zone: "15:04", "2026-11-20 15:04:30".

Pure but for the zone, which is the system's. An hour that summer time's end has twice, or that its
beginning has not, is told and never guessed.
"""

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from daemon.errors import HunchError

_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_NAMED_SECOND = re.compile(r"\d:\d\d:\d\d")  # the colon of a zone is none
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class Stretch(NamedTuple):
    """The minute, or the second, that was said: [start, end), UTC."""

    start: datetime
    end: datetime


def stretch_of(words: str, now: datetime) -> Stretch:
    """What a time in words means.

    Args:
        words: A clock's time, of today; or a date and a time, with its zone where it names one.
        now: The present moment, aware.

    Raises:
        ValueError: It is no time.
        HunchError: It was twice, or never, or lies in the future.
    """
    clock = _CLOCK.fullmatch(words.strip())
    if clock is not None:
        said = datetime.combine(
            now.astimezone().date(), time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
        )
    elif re.search(r"\d:\d\d", words):
        said = datetime.fromisoformat(words.strip())
    else:
        raise ValueError(words)
    start = (_placed(said) if said.tzinfo is None else said).astimezone(UTC)
    if start > now:
        raise HunchError(
            "Why", f"{told(start)} lies in the future: say a time that has passed already."
        )
    return Stretch(start, start + (SECOND if _NAMED_SECOND.search(words) else MINUTE))


def told(moment: datetime) -> str:
    """A moment on the user's own clock, with its date: "2026-11-20 15:04:30"."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _placed(said: datetime) -> datetime:
    """A local time with its zone."""
    first, second = said.replace(fold=0).astimezone(), said.replace(fold=1).astimezone()
    if first.utcoffset() == second.utcoffset():
        return first
    if first.replace(tzinfo=None) != said:  # the clock jumped over it
        raise HunchError("Why", f"There was no {said:%H:%M} on {said:%Y-%m-%d}: summer time began.")
    raise HunchError(
        "Why",
        f"{said:%H:%M} was twice on {said:%Y-%m-%d}: say --at {first.isoformat('T')} or"
        f" --at {second.isoformat('T')}.",
    )
