"""A heavy working day, made by a seeded script that imitates typing, switching, browsing and breaks.

100,000 raw inputs (key presses, clicks, turns of the wheel, moves of the mouse) in eight hours pass
through the same pure gatherers as a real hand's, and come out as the events that they would store.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchers.event import Bucket, Event
from watchers.keyboard import Key, Keyboard
from watchers.mouse import Mouse, move

INPUTS = 100_000
HOURS = 8
HOST = "bench"
BREAK_S = (240.0, 900.0)
PROSE = (
    "the report of last week shows that orders from the north came in late because of a storm and "
    "we should ask whether totals per region still hold before sending it on with best regards def "
    "return import for row in rows if not None print select where group by order limit error value"
)
WORDS = PROSE.split()


@dataclass(slots=True)
class _Place:
    """An application in the script: its title, and how its user works in it."""

    app: str
    titles: str
    typing: float  # share of the steps that type
    browser: bool = False


PLACES = (
    _Place("Code", "module_{n}.py - sales - Visual Studio Code", 0.75),
    _Place("XTerm", "user@host: ~/work/project{n}", 0.7),
    _Place("Chromium", "Question {n} - Answers - Chromium", 0.2, browser=True),
    _Place("LibreOffice", "Report {n}.odt - LibreOffice Writer", 0.7),
    _Place("Thunderbird", "Re: order {n} - Mozilla Thunderbird", 0.6),
    _Place("Slack", "#team-{n} - Slack", 0.6),
)


def bucket(name: str, kind: str) -> Bucket:
    """One of our watchers' buckets."""
    return Bucket(f"aw-watcher-{name}_{HOST}", kind, f"aw-watcher-{name}", HOST)


INPUT, WINDOW, AFK = (
    bucket("input", "os.hid.input"),
    bucket("window", "currentwindow"),
    bucket("afk", "afkstatus"),
)
COPY, WEB = bucket("clipboard", "clipboard"), bucket("web-chrome", "web.tab.current")


@dataclass(slots=True)
class _Day:
    """The hand at work: where the time stands, and what was done so far."""

    chance: random.Random
    now: datetime
    inputs: int = 0
    keyboard: Keyboard = field(default_factory=Keyboard)
    mouse: Mouse = field(default_factory=Mouse)

    def wait(self, least_s: float, most_s: float) -> None:
        self.now += timedelta(seconds=self.chance.uniform(least_s, most_s))

    def key(self, key: Key) -> list[Event]:
        self.inputs += 1
        self.wait(0.05, 0.22)
        return [*self.mouse.flush(), *self.keyboard.press(self.now, key)]

    def words(self) -> Iterator[Event]:
        for _ in range(self.chance.randint(2, 14)):
            for letter in [*self.chance.choice(WORDS), " "]:
                yield from self.key(Key(char=letter))
                if self.chance.random() < 0.03:
                    yield from self.key(Key(name="backspace"))
        yield from self.key(Key(name=self.chance.choice(("enter", "enter", "tab", "down"))))
        self.wait(0.5, 6.0)

    def hand(self) -> Iterator[Event]:
        for _ in range(self.chance.randint(3, 12)):
            self.inputs += 1
            self.wait(0.02, 0.3)
            yield move(self.now)
        yield from self.keyboard.flush()
        self.inputs += 1
        if self.chance.random() < 0.5:
            place = (self.chance.randint(0, 900), 300)
            yield from self.mouse.press(self.now, place, "left")
            yield from self.mouse.release(self.now, place, "left")
        else:
            for _ in range(self.chance.randint(2, 9)):
                self.inputs += 1
                self.wait(0.05, 0.2)
                yield from self.mouse.scroll(self.now, (1, 1), 0, -1)
        self.wait(0.2, 3.0)


def heavy_day(seed: int, start: datetime) -> Iterator[tuple[Bucket, Event]]:
    """The events of one day, roughly in the order of their times.

    Args:
        seed: Of the day.
        start: When it begins.
    """
    day = _Day(random.Random(seed), start)  # noqa: S311 - a day, no secret
    present = start
    while day.inputs < INPUTS:
        if day.now - present > timedelta(hours=1.5):
            away = day.now
            day.wait(*BREAK_S)
            yield AFK, Event(present, (away - present).total_seconds(), {"status": "not-afk"})
            yield AFK, Event(away, (day.now - away).total_seconds(), {"status": "afk"})
            present = day.now
        yield from _visit(day)
    yield AFK, Event(present, (day.now - present).total_seconds(), {"status": "not-afk"})


def _visit(day: _Day) -> Iterator[tuple[Bucket, Event]]:
    """A stretch in one application."""
    place = day.chance.choice(PLACES)
    began, number = day.now, day.chance.randint(1, 60)
    title = place.titles.format(n=number)
    events: list[tuple[Bucket, Event]] = []
    for _ in range(day.chance.randint(2, 12)):
        typing = day.chance.random() < place.typing
        events += [(INPUT, event) for event in (day.words() if typing else day.hand())]
        if day.chance.random() < 0.05:
            text = " ".join(day.chance.choices(WORDS, k=day.chance.randint(2, 60)))
            data = {"type": "text", "text": text, "length": len(text)}
            events.append((COPY, Event(day.now, data=data)))
    events += [(INPUT, event) for event in [*day.keyboard.flush(), *day.mouse.flush()]]
    length = (day.now - began).total_seconds()
    yield WINDOW, Event(began, length, {"app": place.app, "title": title})
    if place.browser:
        page = {"url": f"https://answers.example/q/{number}", "title": title, "audible": False}
        yield WEB, Event(began, length, {**page, "incognito": False, "tabCount": 7})
    yield from events
