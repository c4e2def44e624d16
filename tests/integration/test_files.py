"""The files watcher on a real folder: saves as programs make them, bursts, limits, and its end."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from watchers.event import Bucket, Event, merge_heartbeat
from watchers.files.watcher import FilesWatcher
from watchers.watcher import WatcherError

pytestmark = pytest.mark.anyio


class Told:
    """A sink that keeps what it is told, merged as the recorder merges it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.buckets: set[Bucket] = set()

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        merged = merge_heartbeat(self.events[-1], event, pulsetime_s) if self.events else None
        if merged is not None:
            self.events[-1] = merged
        else:
            self.insert(bucket, event)

    def insert(self, bucket: Bucket, event: Event) -> None:
        self.buckets.add(bucket)
        self.events.append(event)

    @property
    def data(self) -> list[dict[str, Any]]:
        return [event.data for event in self.events]

    async def until(self, count: int, within_s: float = 20.0) -> list[dict[str, Any]]:
        """What was told, once it is so much and nothing more comes."""
        deadline = time.monotonic() + within_s
        while len(self.events) < count:
            assert time.monotonic() < deadline, self.data
            await asyncio.sleep(0.05)
        await asyncio.sleep(1.8)
        assert len(self.events) == count, self.data
        return self.data


@contextlib.asynccontextmanager
async def watching(*folders: Path, **more: Any) -> AsyncIterator[Told]:
    told = Told()
    before = set(threading.enumerate())
    watcher = FilesWatcher("test", folders, **more)
    running = asyncio.create_task(watcher.run(told))
    while not watcher.ready.is_set() and not running.done():
        await asyncio.sleep(0.02)
    try:
        yield told
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    left = [item for item in set(threading.enumerate()) - before if "asyncio" not in item.name]
    assert left == []


async def test_a_download_a_save_and_a_new_name(tmp_path: Path) -> None:
    (tmp_path / "report.odt").write_text("old")
    async with watching(tmp_path) as told:
        part = tmp_path / "Invoice 12.pdf.crdownload"
        part.write_bytes(b"%PDF")
        await asyncio.sleep(1.5)
        with part.open("ab") as file:
            file.write(b"more")
        part.rename(tmp_path / "Invoice 12.pdf")
        path = str(tmp_path / "Invoice 12.pdf")
        assert await told.until(1) == [{"action": "created", "path": path, "kind": "pdf"}]
        (tmp_path / ".goutputstream-X").write_text("new")
        (tmp_path / ".goutputstream-X").replace(tmp_path / "report.odt")
        saved = {"action": "modified", "path": str(tmp_path / "report.odt"), "kind": "odt"}
        assert (await told.until(2))[1] == saved
        (tmp_path / "report.odt").write_text("newer")
        await asyncio.sleep(2)
        assert len(told.events) == 2 and told.events[1].duration > 1  # the same work goes on
        (tmp_path / "report.odt").rename(tmp_path / "final.odt")
        assert (await told.until(3))[2] == {
            "action": "renamed",
            "path": str(tmp_path / "final.odt"),
            "kind": "odt",
            "from": str(tmp_path / "report.odt"),
        }
    assert {(item.id, item.type) for item in told.buckets} == {
        ("aw-watcher-files_test", "os.file.change")
    }


async def test_new_texts_have_their_first_words_and_noise_has_none(tmp_path: Path) -> None:
    own = tmp_path / "Hunch"
    own.mkdir()
    async with watching(tmp_path, tmp_path / "Hunch", apart=[own]) as told:
        for noise in (".git/x", "node_modules/a/b.md", ".~lock.a#", "~$a.docx", "Hunch/note.md"):
            (tmp_path / noise).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / noise).write_text("noise")
        (tmp_path / "id_rsa").write_text("-----BEGIN")
        (tmp_path / "notes.md").write_text("# Plan\n\nfor today")
        os.mkfifo(tmp_path / "pipe.txt")
        data = {Path(item["path"]).name: item for item in await told.until(3)}
    assert data["notes.md"]["first_words"] == "Plan for today"
    assert "first_words" not in data["id_rsa"] and "first_words" not in data["pipe.txt"]


async def test_an_editor_of_terminals_saves_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    async with watching(tmp_path) as told:
        if (vim := shutil.which("vim")) is not None:
            command = [vim, "-u", "NONE", "-es", "-c", "set backup writebackup", "-c", "s/old/new/"]
            subprocess.run([*command, "-c", "wq", str(tmp_path / "a.txt")], timeout=20, check=False)
        else:  # as it does it
            (tmp_path / "a.txt").rename(tmp_path / "a.txt~")
            (tmp_path / "a.txt").write_text("new")
        assert [item["action"] for item in await told.until(1)] == ["modified"]


async def test_an_archive_that_is_unpacked_is_one_event(tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(5000):
            archive.writestr(f"photos/{number % 40}/{number}.jpg", b"x")
    folder = tmp_path / "Pictures"
    folder.mkdir()
    async with watching(folder) as told:
        await asyncio.to_thread(shutil.unpack_archive, packed, folder)
        data = await told.until(1, within_s=60)
    path = str(folder / "photos")
    assert data == [{"action": "created", "path": path, "count": 5000, "kind": "image"}]


async def test_the_loop_is_not_held_up(tmp_path: Path) -> None:
    """The longest that anything else had to wait while 2,000 files are written and told."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - begun - 0.01)

    async with watching(tmp_path) as told:
        ticking = asyncio.create_task(tick())

        def write() -> None:
            for number in range(2000):
                (tmp_path / f"{number}.txt.md").write_text("x")

        await asyncio.to_thread(write)
        await told.until(1, within_s=60)
        ticking.cancel()
    assert longest < 0.3


async def run_until_refused(watcher: FilesWatcher) -> str:
    with pytest.raises(WatcherError) as refused:
        async with asyncio.timeout(20):
            await watcher.run(Told())
    return str(refused.value)


async def test_what_cannot_be_watched_is_said(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    missing = await run_until_refused(FilesWatcher("test", [tmp_path / "none"]))
    assert "is not there" in missing and "`folders`" in missing
    for number in range(30):
        (tmp_path / str(number)).mkdir()
    large = await run_until_refused(FilesWatcher("test", [tmp_path], most_folders=20))
    assert "more than 20 folders" in large
    left = set(threading.enumerate()) - before
    assert not [item.name for item in left if "asyncio" not in item.name]


LIMITED = """
import asyncio, sys
from pathlib import Path
from watchers.files.watcher import FilesWatcher
from watchers.watcher import WatcherError
try:
    asyncio.run(FilesWatcher("test", [Path(sys.argv[1])]).run(None))
except WatcherError as error:
    print(error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")
async def test_the_systems_limit_is_said(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / str(number)).mkdir()
    limit = 'echo 40 > /proc/sys/user/max_inotify_watches && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "sh"]
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system allows no namespace of its own")
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, sys.executable, "-c", LIMITED, str(tmp_path)],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "fs.inotify.max_user_watches" in done.stdout, done.stderr


async def test_folders_that_appear_are_watched_too(tmp_path: Path) -> None:
    async with watching(tmp_path) as told:
        (tmp_path / "a" / "b").mkdir(parents=True)
        await asyncio.sleep(0.3)
        (tmp_path / "a" / "b" / "deep.txt").write_text("deep words")
        assert (await told.until(1))[0]["first_words"] == "deep words"
        (tmp_path / "a").rename(tmp_path / "c")
        data = (await told.until(2))[1]
        assert (data["action"], data["path"]) == ("renamed", str(tmp_path / "c" / "b" / "deep.txt"))


def test_the_module_imports_no_watchdog() -> None:
    code = "import sys, watchers.files.watcher; print('watchdog' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
