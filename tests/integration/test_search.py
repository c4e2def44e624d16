"""Search: what is found in which words, and that a sentence which goes leaves nothing of it in the index."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.config import Settings
from daemon.retention import Retention
from daemon.store import Store, migrations, story, words
from models.observation import Observation
from models.segment import Segment
from tests.conftest import hunch
from tests.planted import NOW, texts

SENTENCES = (
    "The user types 'Éléphant über Straße' in Writer.",
    "The user searches for 'ruby capitalize' on Findit.",
    "The user edits 'annual_report_12.py', typing 'df.upper()', in Visual Studio Code.",
    "The user types '今天写季度报告' in 微信.",
    "The user types 'ภาษาไทยง่าย' in LINE.",
    "The user copies '100% \"sure\" * NOT (a OR b)' and scrolls.",
    "The user types 'İstanbul  \uff26\uff35\uff2c\uff2c' in XTerm.",
)


def tell(store: Store, *sentences: str, days: float = 0.0) -> None:
    def keep(conn: sqlite3.Connection) -> None:
        start = NOW - timedelta(days=days)
        session = story.start_session(conn, start)
        for sentence in sentences:
            number = story.add_segment(conn, session, Segment(start, 1.0, "App"))
            story.add_observation(conn, number, Observation("1", sentence), "rules")
        story.end_session(conn, session, start)

    store.write_now(keep)


def found(store: Store, *wanted: str) -> list[str]:
    return [row.event for row in store.read(lambda conn: story.search(conn, wanted))]


@pytest.mark.parametrize(
    ("wanted", "at"),
    [
        (("ELEPHANT",), [0]),
        (("éléphant", "strasse"), [0]),
        (("capital",), [1]),
        (("italize", "RUB"), [1]),
        (("ruby capitalize",), [1]),
        (('"ruby capitalize"',), [1]),
        (("capitalize ruby",), []),
        (('"capitalize ruby" ruby',), []),
        (("report_12",), [2]),
        (("report-12",), []),
        (("a%p",), []),
        (("df.upper()",), [2]),
        (("季度",), [3]),
        (("报", "微"), [3]),
        (("ไทย",), [4]),
        (("100%", "NOT", "*"), [5]),
        (("OR b)",), [5]),
        (('"',), [5]),
        (("istanbul full",), [6]),
        (("in", "types"), [0, 3, 4, 6]),
        ((), list(range(7))),
        (("\udcff",), []),
        (tuple(f"w{number}" for number in range(3000)), []),
        (("x" * 60_000,), []),
    ],
)
def test_words_are_found_as_they_are_meant(
    tmp_path: Path, wanted: tuple[str, ...], at: list[int]
) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        tell(store, *SENTENCES)
        assert found(store, *wanted) == [SENTENCES[place] for place in at]


@given(st.text(), st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=12))
def test_any_text_is_found_by_any_part_of_it_and_nothing_raises(
    text: str, wanted: list[str]
) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE TABLE observations (id INTEGER PRIMARY KEY, event TEXT)")
        for statement in words.SCHEMA.split(";\n"):
            conn.execute(statement)
        text = text.encode("utf-8", "replace").decode()
        words.add(conn, 1, text)
        words.find(conn, [*wanted, '"'])
        plain = words.plain(text)
        assert unicodedata.is_normalized("NFC", plain) and words.plain(plain) == plain
        if plain and '"' not in plain:
            begin = random.randrange(len(plain))
            part = plain[begin : begin + random.randrange(1, 9)].strip()
            assert words.find(conn, [part]) == [1] or words.plain(part) not in plain


def test_the_newest_are_told_and_that_there_are_older_ones(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        tell(store, *(f"The user reads page {number}." for number in range(60)))
    env = {**os.environ, "HUNCH_DATA_DIR": str(tmp_path)}
    done = hunch("search", "PAGE", "--limit", "2", env=env)
    assert [line[16:] for line in done.stdout.splitlines()] == [
        "The user reads page 58.",
        "The user reads page 59.",
    ]
    assert done.stderr == "There are older ones: hunch search --limit 20 …\n"
    rows = json.loads(hunch("search", "page", "--limit", "60", "--json", env=env).stdout)
    assert len(rows) == 60
    whole = hunch("search", "reads page", "--limit", "60", env=env)
    assert whole.stderr == "" and whole.stdout.count("\n") == 60
    assert json.loads(hunch("search", "nowhere", "--json", env=env).stdout) == []


def index_of(path: Path) -> bytes:
    """All that the index's own tables hold, but for the texts."""
    with closing(sqlite3.connect(path)) as conn:
        return b"\n".join(row[0] for row in conn.execute("SELECT block FROM words_data"))


def test_a_forgotten_sentence_is_in_no_byte_of_the_index(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    with Store.open(path) as store:
        tell(store, "The user types 'qzxjvw' in Writer.", days=5)
        tell(store, *SENTENCES, "The user types 'kqyhzz' in Writer.")
    assert b"qzx" in index_of(path)
    env = {**os.environ, "HUNCH_DATA_DIR": str(tmp_path)}
    before = (NOW - timedelta(days=1)).isoformat()
    assert hunch("forget", "--before", before, "--yes", env=env).returncode == 0
    for part in (b"qzx", b"zxj", b"xjv", b"jvw"):
        assert part not in path.read_bytes()
    with Store.open(path) as store:
        assert found(store, "qzxjvw") == [] and len(found(store, "kqyhzz")) == 1
    done = hunch("forget", "--string", "elephant", "--yes", env=env)
    assert "Nothing of it is left in" in done.stdout and b"lephant" not in path.read_bytes()
    assert hunch("forget", "--all", "--yes", env=env).returncode == 0
    with Store.open(path) as store:
        assert found(store) == []
    assert b"kqy" not in index_of(path)


@pytest.mark.anyio
async def test_retention_leaves_nothing_of_old_sentences_in_the_index(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    with Store.open(path) as store:
        tell(store, "The user types 'qzxjvw' in Writer.", days=50)
        for number in range(30):
            tell(store, f"The user types 'kqyhzz {number}' in Writer.")
        chosen = Settings(data_dir=str(tmp_path), story_days=30.0, raw_days=0.0)
        await Retention(store, chosen, clock=lambda: NOW, typed=lambda: None).prune()
        assert len(found(store, "kqyhzz")) == 30 and found(store, "qzx") == []
        await store.alone(lambda conn: conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    assert b"kqy" in path.read_bytes() and b"qzx" not in path.read_bytes()


def older(path: Path, sentences: int) -> None:
    """A file as it was before there was an index."""
    from sqlite_utils import Database

    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA auto_vacuum = INCREMENTAL")
        migrations._migrations().apply(Database(conn), stop_before=migrations.NAMES[2])
        conn.execute("BEGIN")
        conn.execute("INSERT INTO sessions VALUES (1, 0, 1, 1)")
        conn.execute("INSERT INTO segments VALUES (1, 1, 0, 1, NULL, NULL, '{}')")
        conn.executemany(
            "INSERT INTO observations (segment_id, time, event, source) VALUES (1, '1', ?, 'rules')",
            ((f"The user reads {texts(number)['sentence']}",) for number in range(sentences)),
        )
        conn.execute("COMMIT")


def test_a_file_of_an_older_hunch_is_searched_after_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    older(path, 20)
    env = {**os.environ, "HUNCH_DATA_DIR": str(tmp_path)}
    early = hunch("search", "matter", env=env)
    assert early.returncode == 1 and "older Hunch" in early.stderr and early.stderr.count("\n") == 1
    with Store.open(path) as store:
        assert len(found(store, "MATTER")) == 20


def test_filling_the_index_is_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    older(path, 40_000)
    code = (
        "import sys, pathlib\nfrom daemon.store import Store\nprint('on', flush=True)\n"
        "Store.open(pathlib.Path(sys.argv[1])).close()"
    )
    for wait in (0.15, 0.3, 0.5):
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", code, str(path)], stdout=subprocess.PIPE
        )
        with child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(wait)
            child.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        with closing(sqlite3.connect(path)) as conn:
            applied = {row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations")}
            there = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone()
            assert bool(there) == (migrations.NAMES[2] in applied)
    with Store.open(path) as store:
        assert len(found(store, "matter")) == 40_000
        assert store.read(lambda conn: conn.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


def test_what_is_recovered_is_found(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    with Store.open(path) as store:
        tell(store, *(f"The user reads {'page ' * 30} {number}." for number in range(300)))
        pages = store.read(
            lambda conn: conn.execute(
                "SELECT pageno FROM dbstat WHERE name = 'words_data' AND pagetype = 'leaf'"
            ).fetchall()
        )
    with path.open("r+b") as file:
        for (page,) in map(tuple, pages):
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
    with Store.open(path) as store:
        assert len(found(store, "PAGE", "page 299")) == 1
        assert store.read(lambda conn: conn.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


def test_an_encrypted_file_is_searched_and_so_is_the_decrypted_one(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        tell(store, *SENTENCES)
    env = {
        **os.environ,
        "HUNCH_DATA_DIR": str(tmp_path),
        "HUNCH_PASSPHRASE": "of a test",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    for command in ("encrypt", "decrypt"):
        assert hunch(command, env=env).returncode == 0
        assert (
            json.loads(hunch("search", "季度", "--json", env=env).stdout)[0]["event"]
            == SENTENCES[3]
        )
        assert len(json.loads(hunch("search", "ELEPHANT", "--json", env=env).stdout)) == 1
