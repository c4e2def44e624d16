"""Scripted days of which it is known where one piece of work ends: seeded, made of `activity_days.toml`.

A day is a row of visits to pieces of work. In each, steps are drawn in any order, some again; between
two lie seconds, minutes or an absence; now and then somebody looks at something else for some seconds
and goes on. The right answer for every moment is the visit that it belongs to.
"""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple
from urllib.parse import quote_plus

from models.activities import REST_S
from models.facts import facts
from models.observation import Observation
from models.segment import BucketEvent, Moment, Segment
from models.telling import tell
from watchers.event import Event

Lot = Literal["shown", "held"]

SCRIPT = Path(__file__).with_suffix(".toml")
VISITS = (8, 14)  # a day
STEPS = (4, 14)  # a visit
AGAIN = 0.4  # how often a visit goes back to a piece of work of that day
ASIDE = 0.12  # how often a step is followed by a look at something else
PAUSE, COFFEE = 0.06, 0.02  # how often a step is followed by one within a piece of work
ASIDES = (
    ("Slack", "random (Channel) - Acme - Slack"),
    ("Spotify", "Spotify Premium"),
    ("Signal", "Signal (2)"),
    ("firefox", "Weather this week - Mozilla Firefox"),
    ("thunderbird", "Inbox - Thunderbird"),
)
BROWSERS = (("firefox", "Mozilla Firefox"), ("Chromium", "Chromium"))
EXTENSION = 0.6  # of the days' browsers tell addresses


class Day(NamedTuple):
    """A scripted day.

    Attributes:
        moments: Oldest first.
        visits: To which visit each belongs; an absence to none.
        works: Of each visit, which piece of work it is.
    """

    moments: list[Moment]
    visits: list[int | None]
    works: list[int]


def days(lot: Lot, count: int, seed: int) -> list[Day]:
    """Days of many pieces of work each."""
    works = _works(lot)
    return [_Script(_chance(seed, number), works).day() for number in range(count)]


def of_one_work(lot: Lot, seed: int) -> list[Day]:
    """A day of each piece of work alone: none has a boundary."""
    return [_Script(_chance(seed, number), [work]).day() for number, work in enumerate(_works(lot))]


def _works(lot: Lot) -> list[list[tuple[str, ...]]]:
    """The steps of each piece of work."""
    return [
        [tuple(part.strip() for part in step.split("|")) for step in work["steps"]]
        for work in tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["work"]
        if work["lot"] == lot
    ]


def _chance(seed: int, number: int) -> Random:
    return Random(f"{seed} {number}")  # noqa: S311 - days, no secret


class _Script:
    """Writes one day."""

    def __init__(self, chance: Random, works: list[list[tuple[str, ...]]]) -> None:
        self._chance = chance
        self._works = works
        self._time = datetime(2026, 3, 2, 8, tzinfo=UTC)
        self._browser = chance.choice(BROWSERS)
        self._extension = chance.random() < EXTENSION
        self._rows: list[tuple[Segment, int | None]] = []

    def day(self) -> Day:
        met: list[int] = []
        for visit in range(self._chance.randint(*VISITS)):
            met.append(self._chosen(met))
            self._visit(visit if len(self._works) > 1 else 0, self._works[met[-1]])
            self._between()
        return self._told(met)

    def _chosen(self, met: list[int]) -> int:
        """What is done next: something new, or again what was done before the last."""
        again = [work for work in met[:-1] if work != met[-1]]
        new = [work for work in range(len(self._works)) if work not in met]
        back = again and (not new or self._chance.random() < AGAIN)
        return self._chance.choice(again if back else new or met)

    def _visit(self, visit: int, steps: list[tuple[str, ...]]) -> None:
        last: tuple[str, ...] = ()
        for _ in range(self._chance.randint(*STEPS)):
            last = self._chance.choice([step for step in steps if step != last])
            self._step(visit, last)
            self._pause()
            if self._chance.random() < ASIDE:
                app, title = self._chance.choice(ASIDES)
                self._add(visit, self._chance.uniform(2, 20), app=app, title=title)
        while self._rows[-1][0].title in {title for _, title in ASIDES}:
            self._rows.pop()  # a visit ends with its own work

    def _pause(self) -> None:
        """People also stop to think, and fetch a coffee, in the middle of a piece of work."""
        drawn = self._chance.random()
        if drawn < PAUSE:
            self._time += timedelta(seconds=self._chance.uniform(60, 400))
        elif drawn < PAUSE + COFFEE:
            self._add(None, self._chance.uniform(180, 720), status="afk")

    def _between(self) -> None:
        drawn = self._chance.random()
        if drawn < 0.15:
            longest_s = 3600 if len(self._works) > 1 else REST_S - 60
            self._add(None, self._chance.uniform(180, longest_s), status="afk")
        elif drawn < 0.4:
            self._time += timedelta(seconds=self._chance.uniform(60, 400))

    def _step(self, visit: int, step: tuple[str, ...]) -> None:
        long_s = self._chance.uniform(20, 150)
        match step:
            case ("page", title, address):
                self._page(visit, title, f"https://{address}", long_s)
            case ("search", words, address):
                url = f"https://{address}{quote_plus(words)}"
                self._page(visit, f"{words} - {_engine(address)}", url, long_s / 3)
            case ("run", app, title, command):
                self._add(visit, long_s / 2, app=app, title=title, events=(self._shell(command),))
            case ("bare", app):
                self._add(visit, long_s / 4, app=app, title=app)
            case (_, app, title, text):
                typed = text and self._chance.random() < 0.7
                self._add(
                    visit, long_s, app=app, title=title, user_input=_typed(text) if typed else ()
                )
            case _:
                raise ValueError(f"no step: {step}")

    def _page(self, visit: int, title: str, url: str, long_s: float) -> None:
        app, suffix = self._browser
        scrolls = {
            "from": "mouse",
            "data": {"type": "scroll", "amount": self._chance.randint(1, 40)},
        }
        known = {"url": url} if self._extension else {}
        self._add(
            visit, long_s, app=app, title=f"{title} - {suffix}", user_input=(scrolls,), **known
        )

    def _shell(self, command: str) -> BucketEvent:
        data = {"command": command, "exit_status": self._chance.choice((0, 0, 1)), "shell": "bash"}
        return BucketEvent(
            "app.shell.command", Event(self._time, self._chance.uniform(0.1, 4), data)
        )

    def _add(self, visit: int | None, long_s: float, **more: Any) -> None:
        self._rows.append((Segment(self._time, round(long_s, 3), **more), visit))
        self._time += timedelta(seconds=long_s + self._chance.uniform(0, 15))

    def _told(self, works: list[int]) -> Day:
        moments = []
        before: Segment | None = None
        for number, (segment, _) in enumerate(self._rows, 1):
            event = tell(facts(segment, before))
            time = f"{segment.start.timestamp():.3f}"
            moments.append(Moment(number, segment, Observation(time, event)))
            before = segment
        return Day(moments, [visit for _, visit in self._rows], works)


def _engine(address: str) -> str:
    """What the page of results calls itself behind the words."""
    names = {"google": "Google Search", "bing": "Bing", "baidu": "百度搜索", "yandex": "Яндекс"}
    return next((name for part, name in names.items() if part in address), "DuckDuckGo")


def _typed(text: str) -> tuple[dict[str, Any], ...]:
    return ({"from": "keyboard", "type": "input", "data": text},)


def boundaries_of(day: Day) -> Iterator[int]:
    """Numbers of the moments with which another visit begins, without the first."""
    last: int | None = None
    for place, visit in enumerate(day.visits):
        if visit is not None:
            if last is not None and visit != last:
                yield place
            last = visit
