"""Encryption at rest: in place and back, with a keyring and a passphrase, killed at many points."""

import contextlib
import json
import os
import pty
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from daemon.store.convert import recover
from daemon.store.files import is_encrypted
from tests.conftest import hunch
from tests.planted import all_texts, held, plant, texts

HOURS = 12
ALL = all_texts(range(HOURS))
PASSPHRASE = "correct horse's bättery"


@pytest.fixture
def keyring_env(tmp_path: Path) -> dict[str, str]:
    safe = tmp_path / "safe"
    safe.mkdir()
    return {
        "PYTHON_KEYRING_BACKEND": "tests.safe.Safe",
        "HUNCH_TEST_SAFE": str(safe / "secrets.json"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


QUIET = {"HUNCH_PORT": "0", "HUNCH_TRAY": "false", "HUNCH_MODEL": "none"}
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def run(
    folder: Path, *arguments: str, env: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    return hunch(*arguments, env={**os.environ, "HUNCH_DATA_DIR": str(folder), **env})


def sentences(folder: Path, env: Mapping[str, str]) -> list[str]:
    done = run(folder, "log", "--limit", "1000", "--json", env=env)
    assert done.returncode == 0, done.stderr
    return [row["event"] for row in json.loads(done.stdout)]


@pytest.mark.parametrize("way", ["keyring", "passphrase"])
def test_in_place_and_back_with_all_rows_and_nothing_readable_between(
    tmp_path: Path, keyring_env: dict[str, str], way: str
) -> None:
    folder = tmp_path / "data"
    env = keyring_env if way == "keyring" else {**NO_KEYRING, "HUNCH_PASSPHRASE": PASSPHRASE}
    plant(folder / "hunch.db", HOURS)
    before = sentences(folder, env)
    done = run(folder, "encrypt", env=env)
    assert done.returncode == 0, done.stderr
    assert is_encrypted(folder / "hunch.db") and held(folder, ALL) == {}
    assert (folder / "hunch.db").stat().st_mode & 0o777 == 0o600
    assert sentences(folder, env) == before
    assert "encrypted already" in run(folder, "encrypt", env=env).stderr
    out = tmp_path / "all.jsonl"
    assert run(folder, "export", str(out), "--format", "jsonl", env=env).returncode == 0
    assert texts(3)["typed"] in out.read_text() and out.stat().st_mode & 0o777 == 0o600
    forgotten = run(folder, "forget", "--string", texts(3)["title"], "--yes", env=env)
    assert forgotten.returncode == 0, forgotten.stderr
    assert held(folder, ALL) == {}
    done = run(folder, "decrypt", env=env)
    assert done.returncode == 0, done.stderr
    assert not is_encrypted(folder / "hunch.db")
    assert sentences(folder, {}) == [text for text in before if text != texts(3)["sentence"]]
    if way == "keyring":
        assert len(json.loads(Path(env["HUNCH_TEST_SAFE"]).read_text())) == 1  # a backup needs it


def test_the_passphrase_is_sqlciphers_own(tmp_path: Path) -> None:
    from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it has no stubs

    plant(tmp_path / "hunch.db", 2)
    env = {**NO_KEYRING, "HUNCH_PASSPHRASE": PASSPHRASE}
    assert run(tmp_path, "encrypt", env=env).returncode == 0
    with closing(dbapi2.connect(str(tmp_path / "hunch.db"))) as database:
        quoted = PASSPHRASE.replace("'", "''")
        database.execute(f"PRAGMA key = '{quoted}'")
        assert database.execute("SELECT count(*) FROM observations").fetchone() == (2,)
        assert database.execute("PRAGMA cipher_integrity_check").fetchall() == []


def test_without_the_key_one_sentence_says_what_to_do_and_nothing_is_lost(
    tmp_path: Path, keyring_env: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    plant(folder / "hunch.db", 2)
    nobody = run(folder, "encrypt", env=NO_KEYRING)
    assert nobody.returncode == 1 and "HUNCH_PASSPHRASE" in nobody.stderr
    assert run(folder, "encrypt", env=keyring_env).returncode == 0
    whole = (folder / "hunch.db").read_bytes()
    locked = Path(keyring_env["HUNCH_TEST_SAFE"]).with_name("locked")
    locked.touch()
    wrong = {**NO_KEYRING, "HUNCH_PASSPHRASE": "wrong"}
    for env, words in (
        (NO_KEYRING, "keyring"),
        (keyring_env, "unlock it"),
        (wrong, "does not open"),
    ):
        for command in (("log",), ("run", "--yes"), ("decrypt",), ("forget", "--all", "--yes")):
            done = run(folder, *command, env=env)
            assert done.returncode == 1 and words in done.stderr, (command, done.stderr)
            assert done.stderr.count("\n") == 1, done.stderr
    assert (folder / "hunch.db").read_bytes() == whole
    locked.unlink()
    assert len(sentences(folder, keyring_env)) == 2


def test_a_daemon_records_into_an_encrypted_store_and_refuses_to_convert_it(
    tmp_path: Path, keyring_env: dict[str, str], start_daemon: Callable[..., Any]
) -> None:
    folder = tmp_path / "data"
    plant(folder / "hunch.db", 2)
    env = {**os.environ, **keyring_env}
    assert run(folder, "encrypt", env=keyring_env).returncode == 0
    daemon = start_daemon(env)
    for command in ("encrypt", "decrypt"):
        refused = daemon.cli(command)
        assert refused.returncode == 1 and "hunch stop" in refused.stderr
    from tests.integration.test_forget_running import Client

    client = Client(daemon)
    client.bucket("c", "clipboard")
    assert client.post("/api/0/buckets/c/events", {
        "timestamp": "2026-01-01T00:00:00Z", "duration": 0, "data": {"text": "Sphinx of quartz"}
    })[0] == 200  # fmt: skip
    assert client.post("/api/0/buckets/none/events", {})[0] in (400, 404)
    status = daemon.cli("status", "--json")
    assert status.returncode == 0, status.stderr + (folder / "hunch.log").read_text()
    assert json.loads(status.stdout)["encrypted"] is True
    daemon.process.kill()
    daemon.process.wait(10)
    assert held(folder, ["Sphinx of quartz", *ALL]) == {}, "in the WAL, too, nothing is readable"
    done = run(folder, "decrypt", env=keyring_env)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(folder / "hunch.db")) as database:
        assert database.execute(
            "SELECT count(*) FROM events WHERE data LIKE '%Sphinx%'"
        ).fetchone() == (1,)


@pytest.mark.parametrize("command", ["encrypt", "decrypt"])
def test_killed_at_any_point_the_next_start_finds_one_whole_file(
    tmp_path: Path, keyring_env: dict[str, str], command: str
) -> None:
    chance = random.Random(3)
    whole = tmp_path / "whole"
    plant(whole / "hunch.db", HOURS, repeat=40)
    rows = len(sentences(whole, keyring_env))
    if command == "decrypt":
        assert run(whole, "encrypt", env=keyring_env).returncode == 0
    first = shutil.copytree(whole, tmp_path / "first")
    begun = time.monotonic()
    assert run(first, command, env=keyring_env).returncode == 0
    whole_s = time.monotonic() - begun  # of a machine that may be busy
    outcomes: dict[tuple[bool, bool], int] = {}
    for number in range(10):
        folder = shutil.copytree(whole, tmp_path / f"{number}")
        cut = _killed(folder, command, keyring_env, whole_s * chance.uniform(0.4, 1.0))
        form = is_encrypted(folder / "hunch.db")
        outcomes[cut, form] = outcomes.get((cut, form), 0) + 1
        done = run(folder, "forget", "--string", "nobody wrote this", "--yes", env=keyring_env)
        assert done.returncode == 0, done.stderr
        assert sorted(path.name for path in folder.glob("*hunch.db*")) == ["hunch.db"]
        assert is_encrypted(folder / "hunch.db") == form
        assert (held(folder, ALL[:5]) == {}) == form
        if number % 4 == 0:
            assert len(sentences(folder, keyring_env)) == rows
        shutil.rmtree(folder)
    assert sum(count for (cut, _), count in outcomes.items() if cut) >= 1, (
        outcomes
    )  # on a loaded machine most come too late


def _killed(folder: Path, command: str, env: Mapping[str, str], after_s: float) -> bool:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "daemon", command],
        env={**os.environ, "HUNCH_DATA_DIR": str(folder), **env},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    return process.wait(10) == -signal.SIGKILL


def test_the_plain_way_loads_neither_sqlcipher_nor_a_keyring(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 1)
    code = (
        "import sys, pathlib; import daemon.service, daemon.cli; from daemon.store import Store\n"
        f"Store.open(pathlib.Path({str(tmp_path / 'hunch.db')!r})).close()\n"
        "print([name for name in ('sqlcipher3', 'keyring', 'sqlite_utils') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_file_of_ours_is_its_owners_alone(
    tmp_path: Path, start_daemon: Callable[..., Any]
) -> None:
    old = os.umask(0)
    try:
        daemon = start_daemon()
        daemon.stop()
        out = tmp_path / "trace.jsonl"
        assert daemon.cli("export", str(out), "--format", "jsonl").returncode == 0
        started = daemon.cli("start", "--yes")
        assert started.returncode == 0, started.stderr
        assert daemon.cli("stop").returncode == 0
    finally:
        os.umask(old)
    files = [out, *(path for path in daemon.folder.rglob("*") if path.is_file())]
    assert {path.name for path in files} >= {"hunch.db", "hunch.log", "hunch.out", "consent.json"}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files} == {
        path.name: "0o600" for path in files
    }


def test_a_passphrase_is_asked_for_on_a_terminal(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 2)
    assert "encrypted" in _on_terminal(tmp_path, "encrypt", [PASSPHRASE, PASSPHRASE])
    assert is_encrypted(tmp_path / "hunch.db")
    assert "does not open" in _on_terminal(tmp_path, "log", ["something else"])
    assert texts(1)["sentence"] in _on_terminal(tmp_path, "log", [PASSPHRASE])
    started = _on_terminal(tmp_path, "start --yes", [PASSPHRASE])
    assert "Hunch is running" in started, started
    assert run(tmp_path, "stop", env={}).returncode == 0
    assert "no longer encrypted" in _on_terminal(tmp_path, "decrypt", [PASSPHRASE])
    assert "The two differ" in _on_terminal(tmp_path, "encrypt", ["a", "b"])


def _on_terminal(folder: Path, command: str, answers: list[str]) -> str:
    """What a command says on a terminal on which the answers are typed, each when it is asked for."""
    terminal, screen = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", sys.executable, "-P", "-m", "daemon", *command.split()],
        env={**os.environ, **NO_KEYRING, **QUIET, "HUNCH_DATA_DIR": str(folder)},
        stdin=screen, stdout=screen, stderr=screen,
    )  # fmt: skip
    os.close(screen)
    said, left = b"", list(answers)
    with contextlib.suppress(OSError):  # the terminal's end, as Linux tells it
        while part := os.read(terminal, 4096):
            said += part
            if left and said.rstrip().endswith((b":", b")")) and not said.endswith(b"\n"):
                time.sleep(0.1)  # until it has turned the echo off
                os.write(terminal, left.pop(0).encode() + b"\n")
                said += b"\n"
    os.close(terminal)
    process.wait(10)
    return said.decode()


@pytest.mark.parametrize("state", ["half a copy", "a second name", "the old one left", "no name"])
def test_each_state_that_a_kill_can_leave_is_recovered(tmp_path: Path, state: str) -> None:
    path = tmp_path / "hunch.db"
    new, old = tmp_path / ".hunch.db.new-form", tmp_path / ".hunch.db.old-form"
    plant(path, 3)
    if state == "half a copy":
        new.write_bytes(path.read_bytes()[:5000])
        new.with_name(new.name + "-journal").write_bytes(b"x" * 100)
    elif state == "a second name":
        old.hardlink_to(path)
        shutil.copy(path, new)
    elif state == "the old one left":
        shutil.copy(path, old)
    else:
        path.rename(old)
    recover(path)
    assert [item.name for item in tmp_path.iterdir()] == ["hunch.db"]
    assert sorted(held(tmp_path, all_texts(range(3)))) == sorted(all_texts(range(3)))
    assert len(sentences(tmp_path, {})) == 3


def test_a_journal_that_was_never_begun_goes_at_the_next_start(tmp_path: Path) -> None:
    plant(tmp_path / "hunch.db", 1)
    (tmp_path / "hunch.db-journal").touch()
    done = run(tmp_path, "forget", "--string", "nobody wrote this", "--yes", env={})
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "hunch.db-journal").exists()
