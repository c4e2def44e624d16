"""500 secrets of some 35 kinds go through a real daemon: not a byte of them reaches its folder.

What is looked at: the database with its log, the program's log, `hunch log`, all exports, and the prompts
that a language model would get. And 1,000 harmless strings, of which at most one in a hundred may change.
"""

import http.client
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.config import Settings
from daemon.privacy import Privacy, Rules, redact
from daemon.recorder import Recorder
from daemon.store import Store, story
from models import prompts
from models.asking import Asking
from models.facts import facts
from models.masks import mask
from tests.corpus.harmless import FAMILIES, harmless
from tests.corpus.makers import FORMS
from tests.corpus.secrets import Planted, leaks, planted
from watchers.event import Bucket, Event

SHORT = 8  # a number of fewer characters is looked for as a number by itself, not inside another
AT_ONCE = 50  # the daemon writes each request to the disk before it answers
BUCKETS = SHELL, COPIES, TAB, WINDOW, INPUT = tuple(
    Bucket(f"aw-watcher-{name}_test", kind, f"aw-watcher-{name}", "test")
    for name, kind in (
        ("shell", "app.shell.command"),
        ("clipboard", "clipboard"),
        ("web-chrome", "web.tab.current"),
        ("window", "currentwindow"),
        ("input", "os.hid.input"),
    )
)
APPS = {
    "typed": "XTerm",
    "copied": "Mousepad",
    "url": "Chromium",
    "title": "gedit",
    "command": "XTerm",
}


def events(item: Planted) -> Iterator[tuple[Bucket, dict[str, Any]]]:
    """What the watchers tell of a planted secret: the window in front, and what was done in it."""
    title = item.text if item.form == "title" else f"a {item.form}"
    yield WINDOW, {"app": APPS[item.form], "title": title}
    match item.form:
        case "copied":
            yield COPIES, {"type": "text", "text": item.text, "length": len(item.text)}
        case "url":
            yield TAB, {"url": item.text, "title": "Seite", "audible": False, "incognito": False}
            yield INPUT, {"from": "keyboard", "type": "input", "data": item.text}
        case "command":
            yield SHELL, {"command": item.text, "cwd": "/srv", "exit_status": 0, "shell": "bash"}
            yield INPUT, {"from": "keyboard", "type": "input", "data": item.text}
        case _:
            yield INPUT, {"from": "keyboard", "type": "input", "data": item.text}
    yield INPUT, {"from": "keyboard", "data": {"type": "pressAndRelease", "key": "enter"}}


class Needles:
    """All planted secrets, in the ways in which a file may hold them."""

    def __init__(self, items: list[Planted]) -> None:
        self.whole: dict[bytes, str] = {}
        self.numbers: dict[bytes, str] = {}
        for item in items:
            for value in item.values:
                short = len(value) < SHORT and not value.isalpha()
                table = self.numbers if short else self.whole
                for form in (
                    value,
                    json.dumps(value)[1:-1],
                    json.dumps(value, ensure_ascii=False)[1:-1],
                ):
                    table[form.encode()] = f"{item.kind} {item.form}"

    def found(self, data: bytes) -> list[str]:
        """The kinds of those that stand in it."""
        whole = [kind for needle, kind in self.whole.items() if needle in data]
        numbers = [
            kind
            for needle, kind in self.numbers.items()
            if re.search(rb"(?<![\w.])" + re.escape(needle) + rb"(?!\w)", data)
        ]
        return whole + numbers


def assert_clean(needles: Needles, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert not needles.found(path.read_bytes()), path.name


def test_the_needles_are_found_where_they_stand() -> None:
    items = planted(200)
    needles = Needles(items)
    for item in items:
        assert needles.found(json.dumps({"text": item.text}).encode()), item.kind


def test_the_corpus_is_what_it_says() -> None:
    items = planted()
    assert len(items) == 500 and {item.form for item in items} == set(FORMS)
    assert len({item.kind for item in items}) >= 30
    assert min(Counter(item.form for item in items).values()) >= 50
    assert all(leaks(item, item.text) for item in items)
    assert {family for family, _ in harmless()} == set(FAMILIES)


@pytest.mark.parametrize("seed", [20260105, 1, 2])
def test_no_planted_secret_passes(seed: int) -> None:
    assert not [item for item in planted(500, seed) if leaks(item, redact(item.text))]


@pytest.mark.parametrize("seed", [20260105, 1, 2])
def test_one_harmless_string_in_a_hundred_may_change(seed: int) -> None:
    changed = [family for family, text in harmless(1000, seed) if redact(text) != text]
    assert len(changed) <= 10, Counter(changed)


@pytest.mark.anyio
async def test_what_our_watchers_see(tmp_path: Path) -> None:
    items = planted()
    start = datetime.now(UTC) - timedelta(seconds=600)
    with Store.open(tmp_path / "hunch.db") as store:
        recorder = Recorder(store, Privacy(Rules.of(Settings())))
        for number, item in enumerate(items):
            for part, (bucket, data) in enumerate(events(item)):
                event = Event(start + timedelta(seconds=number, milliseconds=part), 0.0, data)
                if bucket in (WINDOW, TAB):
                    recorder.heartbeat(bucket, event, 0.5)
                else:
                    recorder.insert(bucket, event)
        await recorder.flush()
        assert_clean(Needles(items), tmp_path)  # with the write-ahead log
    assert_clean(Needles(items), tmp_path)
    assert (tmp_path / "hunch.db").read_bytes().count(b"[redacted: ") > 400


def tell_all(port: int, items: list[Planted]) -> None:
    """As a watcher of another program, which knows no token: some at a time, as they happen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(path: str, body: object) -> None:
        connection.request("POST", f"/api/0/buckets/{path}", json.dumps(body))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)

    with closing(connection):
        for bucket in BUCKETS:
            body = {"type": bucket.type, "client": bucket.client, "hostname": bucket.hostname}
            post(bucket.id, body)
        for first in range(0, len(items), AT_ONCE):
            start = datetime.now(UTC)
            told: dict[str, list[dict[str, Any]]] = {}
            for item in items[first : first + AT_ONCE]:
                for bucket, data in events(item):
                    start += timedelta(milliseconds=2)
                    told.setdefault(bucket.id, []).append(
                        {"timestamp": start.isoformat(), "duration": 0, "data": data}
                    )
            time.sleep(max((start - datetime.now(UTC)).total_seconds(), 0))
            for name, bodies in told.items():
                post(f"{name}/events", bodies)


def asked(folder: Path) -> str:
    """All that a language model would be asked about what is stored."""
    with Store.open_readonly(folder / "hunch.db") as store:
        moments = store.read(lambda conn: story.history(conn, None))
    assert len(moments) > 50
    asked = []
    for before, moment in zip([None, *moments], moments, strict=False):
        found = facts(moment.segment, before.segment if before else None)
        note, names = mask(found)
        asked += [message.content for message in prompts.sentence(note).messages()] + list(
            names.values()
        )
    for end in range(1, len(moments) + 1):
        history = [moment.observation for moment in moments[max(0, end - 20) : end]]
        asked += [message.content for message in prompts.prediction(Asking(history)).messages()]
    return "\n".join(asked)


def test_a_daemon_that_is_told_secrets_keeps_none(start_daemon: Callable[..., Any]) -> None:
    items = planted()
    needles = Needles(items)
    daemon = start_daemon(stretch_s=1)
    tell_all(daemon.port, items)
    time.sleep(4)  # the follower settles 2.5 s behind
    log = daemon.cli("log", "--limit", "100000")
    shown = [
        log,
        daemon.cli("log", "--json"),
        daemon.cli("status", "--json"),
        daemon.cli("proposals", "--json"),
    ]
    for form in ("proactivebench", "reward", "raw", "jsonl"):
        out = daemon.folder / f"export.{form}"
        shown.append(daemon.cli("export", str(out), "--format", form))
        assert out.exists(), (form, shown[-1].stderr)
    assert log.returncode == 0 and log.stdout.count("\n") > 50
    for done in shown:
        assert not needles.found((done.stdout + done.stderr).encode())
    assert_clean(needles, daemon.folder)
    daemon.stop()
    assert_clean(needles, daemon.folder)
    assert not needles.found(asked(daemon.folder).encode())
    assert (daemon.folder / "hunch.db").read_bytes().count(b"[redacted: ") > 400
    assert (daemon.folder / "hunch.log").exists()
