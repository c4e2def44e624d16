"""`hunch forget`: each selector, offline and in a daemon; the files are then read here, byte by byte."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from daemon.store import Store
from tests.conftest import hunch
from tests.planted import all_texts, app_of, fill, held, hour, kept, plant, texts

HOURS = 24
# what each selector takes of 24 hours that end now, hour 0 the newest
SELECTORS: list[tuple[tuple[str, ...], Callable[[int], bool]]] = [
    (("--last", "230m"), lambda number: number <= 2),
    (("--before", hour(9).isoformat()), lambda number: number >= 10),
    (("--app", "keepass"), lambda number: app_of(number) == "KeePassXC"),
    (("--all",), lambda number: True),
]


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return hunch(*arguments, env={**os.environ, "HUNCH_DATA_DIR": str(folder)})


@pytest.mark.parametrize(("selector", "takes"), SELECTORS, ids=["last", "before", "app", "all"])
def test_what_is_forgotten_is_in_no_file_and_the_rest_is(
    tmp_path: Path, selector: tuple[str, ...], takes: Callable[[int], bool]
) -> None:
    plant(tmp_path / "hunch.db", HOURS)
    gone = all_texts([number for number in range(HOURS) if takes(number)])
    stay = all_texts([number for number in range(HOURS) if not takes(number)])
    assert not set(gone) - set(held(tmp_path, gone)), "the plant is not there at all"
    done = run(tmp_path, "forget", *selector, "--yes")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Nothing of it is left in" in done.stdout
    assert held(tmp_path, gone) == {}
    assert sorted(held(tmp_path, stay)) == sorted(stay)
    again = run(tmp_path, "forget", *selector, "--yes")
    assert again.returncode == 0 and "Deleted: nothing" in again.stdout


MADE = ("sentence", "task", "why", "result", "before")  # of the segment that a row belongs to


@pytest.mark.parametrize(
    ("text", "with_it"),
    [
        (texts(5)["title"].upper(), ("title", *MADE)),
        (texts(6)["copied"], ("copied", *MADE)),
        (texts(7)["sentence"][14:-11], MADE),
        (texts(8)["before"], ("task", "why", "result", "before")),
        (texts(9)["ledger"], ("ledger",)),
    ],
)
def test_a_text_goes_with_what_was_made_from_its_row(
    tmp_path: Path, text: str, with_it: tuple[str, ...]
) -> None:
    plant(tmp_path / "hunch.db", 12)
    holding = (n for n in range(12) for part in texts(n).values() if text.lower() in part.lower())
    number = next(holding)
    gone = [texts(number)[name] for name in with_it]
    stay = [part for part in all_texts(range(12)) if part not in gone]
    done = run(tmp_path, "forget", "--string", text, "--yes")
    assert done.returncode == 0 and "Nothing of it is left in" in done.stdout, done.stderr
    assert held(tmp_path, gone) == {}
    assert sorted(held(tmp_path, stay)) == sorted(stay)


def test_a_file_of_an_older_hunch_is_written_anew_once(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    plant(path, 3)
    with closing(sqlite3.connect(path)) as database:  # as it was: nothing overwritten or given back
        database.executescript("PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM;")
        database.executescript(
            "PRAGMA secure_delete = OFF; DELETE FROM events; DELETE FROM segments;"
        )
    assert held(tmp_path, [texts(1)["copied"]])
    Store.open(path).close()
    assert held(tmp_path, [texts(1)["copied"], texts(1)["typed"], texts(2)["title"]]) == {}


def test_another_programs_reading_is_told_and_the_next_time_ends_it(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 3)
    with closing(sqlite3.connect(tmp_path / "hunch.db")) as reader:
        rows = reader.execute("SELECT * FROM events")
        rows.fetchone()
        done = run(tmp_path, "forget", "--string", texts(1)["title"], "--yes")
        assert done.returncode == 1 and "another program reads" in done.stderr
        rows.close()
    Store.open(tmp_path / "hunch.db").close()
    assert held(tmp_path, [texts(1)["title"]]) == {}


def test_one_selector_and_a_yes_are_wanted(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 3)
    before = kept(tmp_path)
    for arguments in ((), ("--all", "--app", "x"), ("--last", "soon"), ("--before", "once")):
        assert run(tmp_path, "forget", *arguments, "--yes").returncode == 2, arguments
    assert run(tmp_path, "forget", "--string", " ", "--yes").returncode == 1
    unasked = run(tmp_path, "forget", "--all")
    assert unasked.returncode == 1 and "--yes" in unasked.stderr
    assert kept(tmp_path) == before


def test_words_of_our_own_are_not_the_users(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 3)
    done = run(tmp_path, "forget", "--string", "keyboard", "--yes", "--json")
    told = json.loads(done.stdout)
    assert not any(told["gone"].values()) and done.returncode == 1
    assert told["left_in"] == ["hunch.db (events.data)"]


def test_a_log_that_holds_it_is_emptied(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 3)
    (tmp_path / "hunch.out").write_text(f"Traceback: {texts(1)['title']}\n")
    assert run(tmp_path, "forget", "--string", texts(1)["title"], "--yes").returncode == 0
    assert held(tmp_path, [texts(1)["title"]]) == {}


def test_a_crash_leftover_that_holds_it_is_named(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 3)
    (tmp_path / "core.1234").write_bytes(texts(1)["title"].encode("utf-16-le"))
    done = run(tmp_path, "forget", "--string", texts(1)["title"], "--yes")
    assert done.returncode == 1 and "core.1234" in done.stderr


def test_what_a_killed_program_left_in_the_wal_goes_too(tmp_path: Path) -> None:
    code = (
        "import os, signal, pathlib; from daemon.store import Store; from tests.planted import fill\n"
        f"store = Store.open(pathlib.Path({str(tmp_path / 'hunch.db')!r})); fill(store, 6)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, timeout=30)
    assert held(tmp_path, [texts(2)["typed"]])[texts(2)["typed"]] == ["hunch.db-wal"]
    assert run(tmp_path, "forget", "--string", texts(2)["typed"], "--yes").returncode == 0
    assert held(tmp_path, [texts(2)["typed"]]) == {}
    assert held(tmp_path, [texts(3)["typed"]])


def test_a_sentence_that_quotes_it_goes_too(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 6)
        quoted = f"The user switches from {texts(4)['title']} to a {app_of(3)}."

        def quote(conn: sqlite3.Connection) -> None:
            row = conn.execute(
                "SELECT id FROM observations ORDER BY id LIMIT 1 OFFSET 2"
            ).fetchone()
            conn.execute("UPDATE observations SET event = ? WHERE id = ?", (quoted, row[0]))
            conn.execute(
                "UPDATE predictions SET response = ? WHERE observation_id = ?",
                (f"You copied {texts(4)['copied']}.", row[0] + 1),
            )

        store.write_now(quote)
    assert run(tmp_path, "forget", "--before", hour(3).isoformat(), "--yes").returncode == 0
    assert held(tmp_path, [*texts(4).values(), quoted]) == {}
    assert held(tmp_path, [texts(2)["sentence"]]) and not held(tmp_path, [texts(2)["task"]])


def test_the_sentence_after_an_application_that_names_it_goes_too(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 6)

        def rename(conn: sqlite3.Connection) -> None:
            conn.execute("UPDATE segments SET app = 'Zed' WHERE id = 3")
            event = "The user switches from Zed to the mail."
            conn.execute("UPDATE observations SET event = ? WHERE id = 4", (event,))
            conn.execute("UPDATE observations SET event = 'The user is dazed.' WHERE id = 5")

        store.write_now(rename)
    done = run(tmp_path, "forget", "--app", "zed", "--yes", "--json")
    assert json.loads(done.stdout)["gone"]["sentences"] == 2, done.stderr
    assert (
        held(tmp_path, [" Zed", texts(2)["sentence"], texts(3)["copied"], texts(3)["typed"]]) == {}
    )
    stay = ["The user is dazed.", texts(5)["sentence"], texts(2)["copied"]]
    assert sorted(held(tmp_path, stay)) == sorted(stay)


def test_killed_in_the_middle_it_is_whole_or_not_at_all_and_ends_at_the_next(
    tmp_path: Path,
) -> None:
    chance = random.Random(7)
    gone = all_texts([number for number in range(12) if app_of(number) == "KeePassXC"])
    stay = all_texts([number for number in range(12) if app_of(number) != "KeePassXC"])
    cut = 0
    plant(tmp_path / "whole" / "hunch.db", 12, repeat=100)
    first = shutil.copytree(tmp_path / "whole", tmp_path / "first")
    begun = time.monotonic()
    assert run(first, "forget", "--app", "KeePassXC", "--yes").returncode == 0
    whole_s = time.monotonic() - begun
    for round_ in range(5):
        folder = shutil.copytree(tmp_path / "whole", tmp_path / str(round_))
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "daemon", "forget", "--app", "KeePassXC", "--yes"],
            env={**os.environ, "HUNCH_DATA_DIR": str(folder)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(whole_s * chance.uniform(0.4, 0.9))
        process.send_signal(signal.SIGKILL)
        cut += process.wait(10) == -signal.SIGKILL
        with Store.open(folder / "hunch.db") as store:
            left = store.read(lambda conn: conn.execute(
                "SELECT count(*) FROM segments WHERE app = 'KeePassXC'").fetchone()[0])  # fmt: skip
        assert left in (0, 4 * 100)
        if left == 0:
            assert held(folder, gone) == {}, "the cleaning was not ended at the start"
        assert run(folder, "forget", "--app", "KeePassXC", "--yes").returncode == 0
        assert held(folder, gone) == {} and sorted(held(folder, stay)) == sorted(stay)
    assert cut >= 1, "the kills came too late to cut anything"
