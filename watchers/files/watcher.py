"""What happens to documents in chosen folders, as events of `os.file.change`; by watchdog.

watchdog's threads take what the system tells; the event loop gathers it (`watchers.files.changes`).
Names and kinds are told, and the first words of new texts, which a thread of its own reads.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchers.event import Bucket, Event
from watchers.files.aside import aside
from watchers.files.changes import Change, Gathering, Notice, What
from watchers.files.described import looked_at, named, summed
from watchers.files.folders import MOST_FOLDERS, Folders
from watchers.manifest import FILES
from watchers.sink import Sink
from watchers.watcher import WatcherError

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

log = logging.getLogger(__name__)

CLIENT = "aw-watcher-files"
QUEUE = 100_000  # notices
TICK_S = 0.25
HEALTH_S = 30.0
SURVEY_S = 60.0
READ_S = 3.0
GONE = (
    "The system no longer watches the folders: see whether the disk of each in `folders` is there."
)
PULSE_S = 300.0  # saving a document again within so long is the same work
_WHAT: dict[str, What] = {
    "created": "created",
    "modified": "modified",
    "closed": "modified",
    "deleted": "deleted",
    "moved": "moved",
}


class FilesWatcher:
    """Watches folders.

    What was there before is not told, nor hidden, temporary and built files.

    Attributes:
        ready: From here on all is seen.
    """

    name = "files"
    manifests = (FILES,)

    def __init__(
        self,
        hostname: str,
        folders: Sequence[Path],
        *,
        apart: Sequence[Path] = (),
        most_folders: int = MOST_FOLDERS,
    ) -> None:
        """Prepare.

        Args:
            hostname: As it stands in the bucket's name.
            folders: What to watch, with all that is inside.
            apart: Folders inside of which nothing is told: Hunch's own.
            most_folders: More subfolders than that, all together, are refused.
        """
        self._bucket = Bucket(f"{CLIENT}_{hostname}", FILES.bucket_type, CLIENT, hostname)
        self._folders = Folders(folders, apart, most_folders)
        self._notices: deque[Notice] = deque(maxlen=QUEUE)
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stuck = False
        self.ready = asyncio.Event()

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled.

        Raises:
            WatcherError: A folder is missing or too large, or the system refuses to watch it.
        """
        self._loop = asyncio.get_running_loop()
        try:
            there, count = await aside(self._folders.survey, SURVEY_S)
            await aside(lambda: self._folders.start(self._on_event, count), SURVEY_S)
            self.ready.set()
            await self._follow(sink, Gathering(there))
        except TimeoutError as error:
            raise WatcherError(
                "A watched folder does not answer: take it out of `folders`."
            ) from error
        finally:
            self._loop = None
            self.ready.clear()
            await asyncio.to_thread(self._folders.stop)

    async def _follow(self, sink: Sink, gathering: Gathering) -> None:
        while True:
            waits = TICK_S if gathering.waits else HEALTH_S
            try:
                async with asyncio.timeout(waits):
                    await self._wake.wait()
                await asyncio.sleep(TICK_S)  # what else comes with it
            except TimeoutError:
                if not self._folders.alive:
                    raise WatcherError(GONE, "crashed") from None
            self._wake.clear()
            while self._notices:
                gathering.take(self._notices.popleft())
            for change in gathering.due(time.monotonic()):
                await self._tell(sink, change, gathering)

    async def _tell(self, sink: Sink, change: Change, gathering: Gathering) -> None:
        data = await self._described(change)
        if data is None:
            return
        for path in change.paths or (change.path,):
            gathering.keep(path)
        event = Event(change.time, data=data)
        if change.action == "modified":
            sink.heartbeat(self._bucket, event, PULSE_S)
        else:
            sink.insert(self._bucket, event)

    async def _described(self, change: Change) -> dict[str, Any] | None:
        """The event's data; None where there is nothing to tell. A disk that hangs costs its words."""
        if change.paths:
            return summed(change)
        if self._stuck:
            return named(change)
        try:
            return await aside(lambda: looked_at(change), READ_S)
        except TimeoutError:
            self._stuck = True  # until the watcher starts again: no thread waits beside another
            return named(change)

    def _on_event(self, event: "FileSystemEvent") -> None:
        """On watchdog's thread."""
        what, loop = _WHAT.get(event.event_type), self._loop
        if what is None or event.is_directory or loop is None:
            return
        path, to = self._folders.document(event.src_path), self._folders.document(event.dest_path)
        if path is None and to is None:
            return
        quiet = not self._notices
        self._notices.append(Notice(what, path, to, time.monotonic(), datetime.now(UTC)))
        if quiet:
            try:
                loop.call_soon_threadsafe(self._wake.set)
            except RuntimeError:
                log.debug("a notice came after the end")
