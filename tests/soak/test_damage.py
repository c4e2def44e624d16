"""A database whose bytes were changed: it is whole again after a start, and what is lost was said."""

import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.errors import HunchError
from daemon.keys import new_key
from daemon.store import Store, capture, convert, copies, story
from daemon.store.backup import back_up
from daemon.store.files import PAGE, is_encrypted
from tests.planted import BUCKETS, plant
from tests.soak.ledger import Say, times
from watchers.event import Event

Chance = random.Random
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
BACKED_UP, ALL = 600, 1000  # events when the backup was made, and in all: a second each
KEYS = BUCKETS["os.hid.input"]


def put(store: Store, first: int, last: int) -> None:
    store.write_now(lambda conn: capture.create_bucket(conn, KEYS))
    for begin in range(first, last, 50):
        numbers = range(begin, begin + 50)
        events = [
            Event(START + timedelta(seconds=n), 0.5, {"number": n, "text": f"{n} " + "word " * 40})
            for n in numbers
        ]
        store.write_now(lambda conn, events=events: capture.insert(conn, KEYS.id, events))  # type: ignore[misc]


@pytest.fixture(scope="module", params=["plain", "encrypted"])
def whole(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A folder as a kill leaves it: a database, its WAL, a backup of some minutes before."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    path = folder / "hunch.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUNCH_PASSPHRASE", "correct horse")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        plant(path, 6)
        if request.param == "encrypted":
            convert.encrypt(path, new_key(passphrase=True)[0])
        with Store.open(path) as store:
            put(store, 0, BACKED_UP)
        back_up(path, threading.Event())
        with Store.open(path) as store:
            put(store, BACKED_UP, ALL)
            shutil.copytree(folder, killed := folder.with_name("killed"))
        yield killed


def pages(path: Path, chance: Chance) -> None:
    """Some pages are noise, or nothing."""
    with path.open("r+b") as file:
        count = file.seek(0, os.SEEK_END) // PAGE
        for page in chance.sample(range(1, count), chance.randint(1, 4)):
            file.seek(page * PAGE)
            file.write(chance.choice((chance.randbytes(PAGE), bytes(PAGE))))


def header(path: Path, chance: Chance) -> None:
    with path.open("r+b") as file:
        file.write(chance.randbytes(chance.choice((16, 100, PAGE))))


def cut(path: Path, chance: Chance) -> None:
    os.truncate(path, chance.randrange(0, path.stat().st_size))


def garbage(path: Path, chance: Chance) -> None:
    path.write_bytes(chance.randbytes(chance.choice((3 * PAGE, 10_000))))


def without_backup(path: Path, chance: Chance) -> None:
    copies.backup_of(path).unlink()
    pages(path, chance)


FAULTS = (pages, header, cut, garbage, without_backup)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_damage_is_mended_and_what_is_lost_is_said(
    whole: Path, tmp_path: Path, fault: Callable[[Path, Chance], None], say: Say
) -> None:
    rounds, found, lost, mended = times(2, 60), 0, 0, 0
    for seed in range(rounds):
        folder = tmp_path / str(seed)
        shutil.copytree(whole, folder)
        path = folder / "hunch.db"
        fault(path, Chance(seed))
        before = path.read_bytes()
        there = opened(path)
        found, lost = found + len(there), lost + ALL - len(there)
        note = copies.note_of(folder)
        missing = set(range(ALL)) - there
        if note is None:
            assert not missing, "something is lost and nobody was told"
            continue
        mended += 1
        assert (folder / note.aside).read_bytes() == before
        assert (folder / note.aside).stat().st_mode & 0o777 == 0o600
        assert path.stat().st_mode & 0o777 == 0o600
        if fault is not without_backup:
            assert not missing & set(range(BACKED_UP)), "it is in the backup"
        for number in missing:
            moment = START + timedelta(seconds=number)
            assert note.until is not None and moment <= note.until + timedelta(seconds=1)
            assert note.since is None or note.since <= moment
        assert "was damaged" in note.sentence and note.sentence.count(".") <= 3
        shutil.rmtree(folder)
    say(
        f"{rounds} times, {rounds * ALL:,} acknowledged, {found:,} found, {lost:,} lost and told, "
        f"{mended} recovered, integrity ok"
    )


def opened(path: Path) -> set[int]:
    """Open it as the daemon does; the numbers of the events that are there."""
    encrypted = is_encrypted(copies.backup_of(path)) if copies.backup_of(path).exists() else None
    with Store.open(path) as store:
        assert encrypted is None or store.encrypted == encrypted
        assert store.read(lambda conn: conn.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
        assert store.read(lambda conn: conn.execute("PRAGMA foreign_key_check").fetchall()) == []
        events = store.read(lambda conn: capture.events(conn, KEYS.id))
        store.read(story.log)
        put(store, 5000, 5050)  # it takes what comes
    with Store.open(path):
        pass
    return {event.data["number"] for event in events if "number" in event.data}


def test_a_recovery_that_is_killed_is_done_again(whole: Path, tmp_path: Path, say: Say) -> None:
    """Every file operation of a recovery is the last one once, as a kill there would have it."""
    step, steps = 0, 0
    while True:
        folder = tmp_path / str(step)
        shutil.copytree(whole, folder)
        path = folder / "hunch.db"
        pages(path, Chance(7))
        with pytest.MonkeyPatch.context() as patch:
            done = _die_at(step, patch)
            with suppress(Died):
                Store.open(path).close()
            finished = not done()
        there = opened(path)
        assert set(range(BACKED_UP)) <= there
        assert copies.note_of(folder) is not None
        left = {item.name for item in folder.iterdir() if item.name.startswith(".hunch")}
        assert left == set(), left
        if finished:
            break
        step, steps = step + 1, steps + 1
        shutil.rmtree(folder)
    assert steps >= 4
    say(f"killed at each of {steps} places: all of the backup found each time, integrity ok")


class Died(BaseException):
    """As SIGKILL: nothing of ours catches it."""


def _die_at(number: int, patch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Let the process end at the n-th change of a name; nothing is cleaned up after it."""
    seen, dead = 0, False
    for name in ("rename", "replace", "unlink"):
        real = getattr(Path, name)

        def once(
            self: Path, *values: object, real: Callable[..., object] = real, **more: object
        ) -> object:
            nonlocal seen, dead
            if dead or seen == number:
                dead = True
                raise Died
            seen += 1
            return real(self, *values, **more)

        patch.setattr(Path, name, once)
    return lambda: dead


@pytest.mark.parametrize("whole", ["encrypted"], indirect=True)
def test_without_its_key_nothing_is_taken_for_damage(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(whole, folder)
    before = (folder / "hunch.db").read_bytes()
    monkeypatch.setattr("daemon.keys._known", {})
    monkeypatch.setenv("HUNCH_PASSPHRASE", "wrong")
    with pytest.raises(HunchError, match="does not open"):
        Store.open(folder / "hunch.db")
    assert (folder / "hunch.db").read_bytes() == before
    assert not copies.set_aside(folder / "hunch.db")


def test_an_index_that_lies_is_found_with_the_backup(tmp_path: Path) -> None:
    """What a start's quick look passes over, the check of the daily backup does not."""
    path = tmp_path / "hunch.db"
    plant(path, 6)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql ="
            " replace(sql, 'bucket_id, time_us', 'bucket_id, duration_us')"
            " WHERE name = 'events_by_time';"
        )

    Store.open(path).close()
    with pytest.raises(HunchError, match="damaged"):
        back_up(path, threading.Event())
    assert copies.backup_time(path) is None
