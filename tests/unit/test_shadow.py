"""Since when Hunch is there, for how long it is silent, and what the icon says then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from daemon import consent
from daemon.config import Settings
from daemon.shadow import Shadow, first_start
from daemon.store import Store, story

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def shadow(passed: timedelta, **settings: object) -> Shadow:
    given = msgspec.convert({"shadow_days": 3.0, **settings}, Settings)
    return Shadow(given, NOON, lambda: NOON + passed)


def test_the_first_days_are_silent() -> None:
    early, late = shadow(timedelta(days=2)), shadow(timedelta(days=3))
    assert early.keeps("error_search") and early.until == NOON + timedelta(days=3)
    assert not late.keeps("error_search") and late.until is None
    assert shadow(timedelta(0), shadow_days=0.0).until is None


def test_a_skill_stays_silent_for_as_long_as_it_is_named() -> None:
    late = shadow(timedelta(days=300), shadow_skills=["day_summary"])
    assert late.keeps("day_summary") and not late.keeps("error_search") and not late.keeps(None)


@pytest.mark.parametrize("set_by", [timedelta(days=-4), timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_is_set_keeps_nobody_silent(set_by: timedelta) -> None:
    assert shadow(set_by).until is None


def test_the_first_start_is_the_yes_or_the_oldest_recording(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    with Store.open(tmp_path / "hunch.db") as store:
        assert first_start(store, settings, NOON) == NOON
        consent.require(settings, said_yes=True, ask=None)
        agreed = consent.given_at(tmp_path)
        assert (
            agreed is not None
            and first_start(store, settings, agreed + timedelta(days=9)) == agreed
        )

        def begin(conn: story.Connection) -> None:
            conn.execute("BEGIN")
            story.start_session(conn, NOON)
            conn.execute("COMMIT")

        store.alone_now(begin)
        assert first_start(store, settings, agreed) == NOON  # an older Hunch was there before


def test_the_icon_says_so() -> None:
    app = pytest.importorskip("tray.app", reason="no tkinter")
    until = "2026-01-08T12:00:00+00:00"
    told = app.title({"state": "recording", "silent_until": until})
    assert told.startswith("Hunch (watching silently until Thursday, 08 January")
    assert app.title({"state": "recording", "silent_until": None}) == "Hunch"
    assert "paused" in app.title({"state": "paused", "paused_until": None, "silent_until": until})
