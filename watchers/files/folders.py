"""The folders that are watched: what is in them, and how the system is asked to tell. Blocks.

Knows watchdog and the limits of inotify(7); imports watchdog when it starts.
"""

import errno
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchers.files.kinds import is_ignored
from watchers.watcher import WatcherError

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

log = logging.getLogger(__name__)

MOST_FOLDERS = 5_000  # each takes a watch of the kernel's, of which a user has 8,192 or more
MOST_DOCUMENTS = 200_000  # known by name; 10 MB
END_S = 5.0


class Folders:
    """Watched folders, with all that is inside.

    Args:
        folders: Their paths.
        apart: Folders inside of which nothing is told: Hunch's own.
        most: More subfolders than that, all together, are refused.
    """

    def __init__(
        self, folders: Sequence[Path], apart: Sequence[Path] = (), most: int = MOST_FOLDERS
    ) -> None:
        self._folders = _outermost([folder.expanduser().resolve() for folder in folders])
        self._apart = [f"{folder.expanduser().resolve()}{os.sep}" for folder in apart]
        self._most = most
        self._observer: Any = None
        self._over = False

    def document(self, path: bytes | str) -> str | None:
        """The path, if it is one of a document that may be told."""
        text = os.fsdecode(path)
        for folder in self._folders:
            inside = text.removeprefix(f"{folder}{os.sep}")
            if inside != text:
                hidden = is_ignored(Path(inside).parts)
                return None if hidden or text.startswith(tuple(self._apart)) else text
        return None

    def survey(self) -> tuple[list[str], int]:
        """The documents that are there, and how many folders.

        Raises:
            WatcherError: A folder is missing, or holds too many.
        """
        there: list[str] = []
        count = 0
        for folder in self._folders:
            if not folder.is_dir():
                raise WatcherError(
                    f"The folder {folder} is not there: make it, or change `folders`."
                )
            for path, is_folder in _walk(folder):
                count += is_folder
                if count > self._most:
                    raise WatcherError(
                        f"{folder} holds more than {self._most} folders: name smaller ones in `folders`."
                    )
                if not is_folder and len(there) < MOST_DOCUMENTS and self.document(path):
                    there.append(path)
        return there, count + len(self._folders)

    def start(self, handle: Callable[["FileSystemEvent"], None], count: int) -> None:
        """Have the system tell, on a thread of its own.

        Args:
            handle: Called for each thing that happens.
            count: How many folders there are to watch.

        Raises:
            WatcherError: The system refuses.
        """
        from watchdog import events
        from watchdog.observers import Observer

        handler = events.FileSystemEventHandler()
        handler.on_any_event = handle  # type: ignore[method-assign,assignment]  # its one purpose
        self._observer = observer = Observer()
        kinds = [events.FileCreatedEvent, events.FileModifiedEvent, events.FileClosedEvent]
        kinds += [events.FileDeletedEvent, events.FileMovedEvent]
        try:
            for folder in self._folders:
                observer.schedule(handler, str(folder), recursive=True, event_filter=kinds)
            observer.start()
        except OSError as error:
            raise _refused(error) from error
        if self._over:  # it took so long that nobody waits any more
            return self.stop()
        watched = _watched()
        if watched is not None and watched < count - count // 20 - 1:
            raise _refused(OSError(errno.ENOSPC, ""))  # watchdog says nothing of subfolders

    @property
    def alive(self) -> bool:
        """Whether the system still tells."""
        return self._observer is not None and bool(self._observer.is_alive())

    def stop(self) -> None:
        """End watchdog's threads."""
        self._over = True
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()
            self._observer.join(END_S)


def _outermost(folders: Sequence[Path]) -> list[Path]:
    """Each folder that lies in none of the others."""
    return [
        folder
        for folder in dict.fromkeys(folders)
        if not any(other != folder and folder.is_relative_to(other) for other in folders)
    ]


def _walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """All that is inside, and whether each is a folder; what may not be read is passed over."""
    left = [str(folder)]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if is_folder:
                        left.append(entry.path)
                    yield entry.path, is_folder
        except OSError:
            continue


def _refused(error: OSError) -> WatcherError:
    if error.errno in (errno.ENOSPC, errno.EMFILE):
        return WatcherError(
            "The system watches no more folders: raise fs.inotify.max_user_watches (and "
            "max_user_instances), or name smaller folders in `folders`."
        )
    return WatcherError(f"A folder of `folders` cannot be watched ({error.strerror}).")


def _watched() -> int | None:
    """How many watches of inotify this process holds; None where the system does not say."""
    if not sys.platform.startswith("linux"):
        return None
    count = 0
    try:
        for info in Path("/proc/self/fdinfo").iterdir():
            try:
                count += info.read_bytes().count(b"inotify wd:")
            except OSError:
                continue  # closed meanwhile
    except OSError:
        return None
    return count
