"""Gaps in what can be seen: several at once, nested, told again, closed exactly, and what they hide."""

from datetime import datetime

from daemon.coverage import GROW_S, Gaps, joined
from tests.moments import at
from watchers.coverage import ALL, GAP, Cause
from watchers.event import Bucket, Event


class Desk:
    """Keeps gaps as the recorder does, and what is hidden."""

    def __init__(self) -> None:
        self.rows: list[Event] = []
        self.hidden: list[tuple[str, str, datetime]] = []
        self.gaps = Gaps(self.record, self.hide, self.show, "test")

    def record(self, bucket: Bucket, gap: Event) -> None:
        assert (bucket.id, bucket.type) == ("hunch-coverage_test", GAP)
        for number, row in enumerate(self.rows):
            if row.data == gap.data and row.timestamp <= gap.end and gap.timestamp <= row.end:
                self.rows[number] = joined(row, gap)
                return
        self.rows.append(gap)

    def hide(self, cause: Cause, since: datetime) -> None:
        self.hidden.append(("hide", cause, since))

    def show(self, cause: Cause, when: datetime) -> None:
        self.hidden.append(("show", cause, when))

    def told(self) -> set[tuple[str, str, datetime, float]]:
        return {
            (row.data["source"], row.data["cause"], row.timestamp, row.duration)
            for row in self.rows
        }


def test_a_gap_lasts_from_the_loss_to_the_return_exactly_and_grows_meanwhile() -> None:
    desk = Desk()
    desk.gaps.lost("window", "crashed", at(10))
    desk.gaps.grow(at(10.2))
    assert desk.told() == {("window", "crashed", at(10), 0.2)}
    for tenth in range(11, 200):
        desk.gaps.grow(at(10 + tenth / 10))
    (row,) = desk.rows
    assert 19.9 - GROW_S <= row.duration <= 19.9
    desk.gaps.regained("window", "crashed", at(28.25))  # it was seen a little later
    assert desk.told() == {("window", "crashed", at(10), 18.25)}
    assert desk.gaps.open == []


def test_an_open_gap_is_not_written_more_often_than_every_few_seconds() -> None:
    written: list[Event] = []
    gaps = Gaps(lambda bucket, gap: written.append(gap), _nothing, _nothing, "test")
    gaps.lost(ALL, "paused", at(0))
    for tenth in range(600):
        gaps.grow(at(tenth / 10))
    assert len(written) <= 60 / GROW_S + 2


def test_causes_and_sources_at_once_are_gaps_of_their_own() -> None:
    desk = Desk()
    desk.gaps.lost(ALL, "paused", at(0))
    desk.gaps.lost("keyboard", "crashed", at(5))
    desk.gaps.lost(ALL, "locked", at(10))
    desk.gaps.lost("keyboard", "crashed", at(11))  # told again
    desk.gaps.regained(ALL, "locked", at(20))
    desk.gaps.regained(ALL, "locked", at(21))  # told again
    desk.gaps.regained(ALL, "paused", at(30))
    desk.gaps.regained("mouse", "crashed", at(31))  # it never was
    assert [gap[:2] for gap in desk.gaps.open] == [("keyboard", "crashed")]
    desk.gaps.end(at(40))
    assert desk.told() == {
        (ALL, "paused", at(0), 30.0),
        ("keyboard", "crashed", at(5), 35.0),
        (ALL, "locked", at(10), 10.0),
        (ALL, "stopped", at(40), 0.0),
    }


def test_what_is_told_again_with_an_earlier_begin_begins_there() -> None:
    desk = Desk()
    desk.gaps.lost(ALL, "suspended", at(20))
    desk.gaps.grow(at(21))
    desk.gaps.lost(ALL, "suspended", at(5))
    desk.gaps.lost(ALL, "suspended", at(12))
    desk.gaps.regained(ALL, "suspended", at(22))
    assert desk.told() == {(ALL, "suspended", at(5), 17.0)}


def test_content_is_hidden_while_a_hiding_cause_holds_for_any_source() -> None:
    desk = Desk()
    desk.gaps.lost("keyboard", "password", at(1))
    desk.gaps.lost(ALL, "password", at(2))
    desk.gaps.lost(ALL, "paused", at(2))
    desk.gaps.regained("keyboard", "password", at(6))
    assert [entry[0] for entry in desk.hidden] == ["hide", "hide"]
    desk.gaps.regained(ALL, "password", at(5))
    assert desk.hidden[-1] == ("show", "password", at(6))
    assert [entry[1] for entry in desk.hidden] == ["password"] * 3


def test_what_privacy_hides_in_front_is_a_gap_without_a_name() -> None:
    desk = Desk()
    desk.gaps.follow(frozenset({"excluded"}), at(0))
    desk.gaps.follow(frozenset({"excluded", "private", "locked"}), at(5))
    desk.gaps.follow(frozenset({"locked"}), at(7))
    assert desk.told() == {(ALL, "excluded", at(0), 7.0), (ALL, "private", at(5), 2.0)}
    assert desk.hidden == []  # they hide by themselves


def test_a_login_page_is_a_gap_of_the_keyboard_unless_a_watcher_tells_it_anyhow() -> None:
    desk = Desk()
    desk.gaps.follow(frozenset({"password"}), at(0))  # a page asks for one
    desk.gaps.lost("keyboard", "password", at(4))  # and so does its field
    desk.gaps.follow(frozenset({"password"}), at(5))
    desk.gaps.regained("keyboard", "password", at(10))
    assert desk.hidden == [("hide", "password", at(4)), ("show", "password", at(10))]
    desk.gaps.follow(frozenset({"password"}), at(12))  # the page is still there
    desk.gaps.follow(frozenset(), at(20))
    assert desk.told() == {
        ("keyboard", "password", at(0), 10.0),
        ("keyboard", "password", at(12), 8.0),
    }
    assert desk.gaps.open == [] and desk.gaps.blind == frozenset()
    assert len(desk.hidden) == 2


def test_switched_off_is_a_state_and_no_gap() -> None:
    desk = Desk()
    desk.gaps.lost("clipboard", "off", at(0))
    desk.gaps.grow(at(1))
    assert [gap.cause for gap in desk.gaps.open] == ["off"]
    desk.gaps.regained("clipboard", "off", at(9))
    assert desk.rows == []


def test_the_time_in_which_hunch_did_not_run_is_one_gap() -> None:
    desk = Desk()
    desk.gaps.begin(None, None, at(0))
    assert desk.rows == []
    desk.gaps.begin(at(-50), None, at(0))  # killed
    assert desk.told() == {(ALL, "stopped", at(-50), 50.0)}
    clean, mark = Desk(), Event(at(-60), 10.0, {"source": ALL, "cause": "stopped"}, 7)
    clean.gaps.begin(at(-50), mark, at(0))  # stopped, and nothing was seen in between
    assert clean.told() == {(ALL, "stopped", at(-60), 60.0)}
    assert clean.rows[0].id == 7


def test_a_clock_that_is_set_back_makes_no_gap_of_negative_length() -> None:
    desk = Desk()
    desk.gaps.lost(ALL, "locked", at(100))
    desk.gaps.grow(at(40))
    desk.gaps.regained(ALL, "locked", at(50))
    assert all(row.duration >= 0 for row in desk.rows)


def _nothing(cause: Cause, time: datetime) -> None:
    return None
