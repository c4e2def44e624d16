"""Absence with locks, sleep, media and clock steps: states alternate, nothing asleep is active."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.afk import Afk
from watchers.event import Event, merge_heartbeat
from watchers.presence import Presence

START = datetime(2026, 1, 1, tzinfo=UTC)
TIMEOUT_S, TICK_S = 60.0, 5.0
Story = list[tuple[str, float, float]]


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Watched:
    """An Afk and what a store would hold of it; a story is told by calling its methods in order."""

    def __init__(self, media_s: float = 3 * 3600.0) -> None:
        self.presence = Presence(media_s=media_s)
        self.afk = Afk(START, TIMEOUT_S, TICK_S, self.presence)
        self.events: list[Event] = []
        self.now = 0.0

    def tick(self, now: float) -> None:
        self.now = now
        for event in self.afk.tick(at(now)):
            last = self.events[-1] if self.events else None
            merged = merge_heartbeat(last, event, self.afk.pulsetime_s) if last else None
            self.events = [*self.events[:-1], merged] if merged else [*self.events, event]

    def until(self, end: float) -> None:
        while self.now + TICK_S <= end:
            self.tick(self.now + TICK_S)

    @property
    def story(self) -> Story:
        return [
            (
                event.data["status"],
                (event.timestamp - START).total_seconds(),
                (event.end - START).total_seconds(),
            )
            for event in self.events
        ]

    def rounded(self) -> Story:
        return [(status, round(a, 1), round(b, 1)) for status, a, b in self.story]


def test_locked_is_away_at_once_and_typing_at_the_lock_screen_is_not_active() -> None:
    watched = Watched()
    watched.afk.input(at(8))
    watched.until(10)
    watched.presence.leave("locked", at(12))
    watched.afk.input(at(13))
    watched.until(30)
    watched.afk.input(at(31))
    watched.presence.come("locked", at(33))
    watched.until(40)
    watched.afk.input(at(42))
    watched.until(45)
    assert watched.rounded() == [("not-afk", 0, 12), ("afk", 12, 42), ("not-afk", 42, 42)]


def test_waking_up_without_input_is_not_active() -> None:
    watched = Watched()
    watched.afk.input(at(8))
    watched.until(10)
    watched.presence.leave("suspended", at(11))
    watched.tick(15)
    watched.presence.come("suspended", at(500))
    watched.now = 500
    watched.until(700)
    assert [state for state, _, _ in watched.story] == ["not-afk", "afk"]
    assert watched.rounded()[1] == ("afk", 11, 700)


def test_a_short_sleep_that_is_told_only_afterwards_is_away() -> None:
    watched = Watched()
    watched.presence.before_look = lambda now: (
        watched.presence.gone(at(10), at(18)) if now == at(18) else None
    )
    watched.afk.input(at(9))
    watched.until(10)
    watched.afk.input(at(17.5))
    watched.tick(18)
    watched.afk.input(at(19))
    watched.tick(23)
    assert watched.rounded() == [("not-afk", 0, 10), ("afk", 10, 19), ("not-afk", 19, 19)]


def test_inputs_before_and_after_an_unseen_sleep_do_not_bridge_it() -> None:
    watched = Watched()
    watched.until(15)
    watched.afk.input(at(16))
    watched.afk.input(at(101))
    watched.tick(102)
    assert watched.rounded() == [("not-afk", 0, 16), ("afk", 16, 101), ("not-afk", 101, 101)]


def test_a_video_holds_off_absence_while_it_plays() -> None:
    watched = Watched()
    watched.until(10)
    watched.afk.input(at(10))
    watched.presence.media(True, at(20))
    watched.until(1000)
    assert watched.rounded() == [("not-afk", 0, 1000)]
    watched.presence.media(False, at(1000))
    watched.until(1100)
    assert watched.rounded() == [("not-afk", 0, 1000), ("afk", 1000, 1100)]


def test_a_player_left_playing_holds_nobody_for_ever() -> None:
    watched = Watched(media_s=600)
    watched.until(10)
    watched.afk.input(at(10))
    watched.presence.media(True, at(20))
    watched.until(2000)
    assert watched.rounded() == [("not-afk", 0, 610), ("afk", 610, 2000)]


def test_a_video_brings_nobody_back_and_does_not_outlast_a_lock() -> None:
    watched = Watched()
    watched.until(100)
    watched.presence.media(True, at(100))
    watched.until(200)
    assert watched.rounded() == [("not-afk", 0, 0), ("afk", 0, 200)]
    watched.afk.input(at(203))
    watched.until(300)
    watched.presence.leave("locked", at(301))
    watched.until(400)
    assert watched.rounded()[1:] == [("afk", 0, 203), ("not-afk", 203, 301), ("afk", 301, 400)]


def test_a_clock_set_back_makes_no_overlap() -> None:
    watched = Watched()
    watched.until(50)
    watched.afk.input(at(50))
    watched.until(55)
    watched.now = 0
    watched.afk.input(at(3))
    watched.until(200)
    assert watched.rounded() == [("not-afk", 0, 50), ("afk", 50, 200)]


@dataclass(frozen=True)
class Step:
    kind: str
    length: float
    told: bool  # of a sleep: the system announces it


STEPS = st.builds(
    Step,
    st.sampled_from(
        ["input", "burst", "quiet", "lock", "unlock", "sleep", "play", "stop", "forward", "back"]
    ),
    st.floats(0.1, 150),
    st.booleans(),
)


class Machine:
    """A machine with a user. Its wall clock may be set; sleep stops the ticks and nothing else."""

    def __init__(self) -> None:
        self.watched = Watched()
        self.true, self.shift = 0.0, 0.0
        self.asleep: list[tuple[float, float]] = []  # in wall time, as are the next
        self.locked: list[tuple[float, float]] = []
        self.locked_at: float | None = None
        self.stepped = False
        self._slept = 0.0
        self._looked = self._ticked = 0.0
        self.watched.presence.before_look = self._look

    @property
    def wall(self) -> float:
        return self.true + self.shift

    def _look(self, now: datetime) -> None:
        """As the clock that knows of sleep: it lay between the last look and now."""
        if self._slept > 0:
            self.watched.presence.gone(at(self._looked + self.shift), at(self.wall))
            self._slept = 0.0
        self._looked = self.true

    def run(self, seconds: float) -> None:
        end = self.true + seconds
        while self._ticked + TICK_S <= end:
            self.true = max(self.true, self._ticked + TICK_S)
            self._ticked = self.true
            self.watched.tick(self.wall)
        self.true = end

    def take(self, step: Step) -> None:
        presence = self.watched.presence
        match step.kind:
            case "input":
                self.watched.afk.input(at(self.wall))
            case "burst":
                for _ in range(int(step.length / 5)):
                    self.run(0.7)
                    self.watched.afk.input(at(self.wall))
            case "lock" if self.locked_at is None:
                self.locked_at = self.wall
                presence.leave("locked", at(self.wall))
            case "unlock" if self.locked_at is not None:
                presence.come("locked", at(self.wall))
                self.locked.append((self.locked_at, self.wall))
                self.locked_at = None
            case "sleep":
                self._sleep(step)
            case "play" | "stop":
                presence.media(step.kind == "play", at(self.wall))
            case "forward" if self.locked_at is None:
                self.shift += step.length
                self.stepped = self.stepped or self._slept > 0  # set before the sleep is noticed
            case "back" if self.locked_at is None:
                self.shift -= step.length
                self.stepped = True
        self.run(step.length if step.kind == "quiet" else 0.4)

    def _sleep(self, step: Step) -> None:
        presence, begin = self.watched.presence, self.wall
        if step.told:
            presence.leave("suspended", at(begin))
        self.true += step.length
        self._slept += step.length
        self.asleep.append((begin, self.wall))
        if step.told:
            presence.come("suspended", at(self.wall))


def overlap(a: tuple[float, float], b: tuple[float, float]) -> float:
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=400, deadline=None)
def test_states_alternate_and_no_second_asleep_or_locked_is_active(steps: list[Step]) -> None:
    machine = Machine()
    for step in steps:
        machine.take(step)
    machine.run(3 * TIMEOUT_S)
    story = machine.watched.story
    for (before, _, end), (after, start, _) in pairwise(story):
        assert end <= start
        silent = start - end > machine.watched.afk.pulsetime_s  # the clock catches up
        assert before != after or (machine.stepped and silent)
    if not machine.stepped:  # then one moment has two names, and "asleep at that moment" no meaning
        active = [(start, end) for state, start, end in story if state == "not-afk"]
        for hidden in machine.asleep + machine.locked:
            assert sum(overlap(hidden, span) for span in active) < 0.002
            assert not any(hidden[0] + 0.002 < start < hidden[1] - 0.002 for start, _ in active)


@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=60))
@settings(deadline=None)
def test_who_gives_input_again_and_again_is_never_away(pauses: list[float]) -> None:
    machine = Machine()
    for pause in pauses:
        machine.run(pause)
        machine.watched.afk.input(at(machine.wall))
    machine.run(TICK_S)
    assert [state for state, _, _ in machine.watched.story] == ["not-afk"]
    assert abs(machine.watched.story[0][2] - sum(pauses)) < 0.001
