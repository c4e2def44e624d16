"""Documents that appeared, changed or were renamed, as a watcher of folders tells them. Pure."""

import ntpath
import posixpath
from collections.abc import Iterable, Iterator

import msgspec

from models.segment import BucketEvent

FILES = "os.file.change"

# What people call a kind of document, after "a new"; other kinds are told by their letters: "JSON file".
_NAMES = {
    "pdf": "PDF", "docx": "Word document", "doc": "Word document", "odt": "text document",
    "xlsx": "spreadsheet", "xls": "spreadsheet", "ods": "spreadsheet", "pptx": "presentation",
    "ppt": "presentation", "odp": "presentation", "txt": "text file", "md": "Markdown file",
    "html": "web page", "csv": "CSV file", "image": "image", "audio": "audio file", "video": "video",
    "archive": "archive", "epub": "e-book", "file": "file", "code": "source file",
}  # fmt: skip


class Change(msgspec.Struct, frozen=True):
    """What happened to a document, or to several at once.

    Attributes:
        action: ``created``, ``renamed`` or ``modified``.
        name: The document's name; None for several.
        folder: The name of the folder that it is in.
        kind: What it is, in words: "PDF"; None when that is not known.
        was: Its name before.
        left: The name of the folder that it was moved from; None when it stayed.
        count: How many.
    """

    action: str
    name: str | None
    folder: str
    kind: str | None = None
    was: str | None = None
    left: str | None = None
    count: int = 1


def changes(events: Iterable[BucketEvent]) -> Iterator[Change]:
    """The changes among events; saving one document again and again is one."""
    seen: set[Change] = set()
    for item in events:
        change = _change(item.event.data) if item.type == FILES else None
        if change is not None and change not in seen:
            seen.add(change)
            yield change


def name_of(path: str) -> str:
    """The last part of a path of any system."""
    return posixpath.basename(ntpath.basename(path.rstrip("/\\")))


def _change(data: dict[str, object]) -> Change | None:
    action, path, kind = data.get("action"), data.get("path"), data.get("kind")
    if action not in ("created", "renamed", "modified") or not isinstance(path, str) or not path:
        return None
    words = _NAMES.get(kind, f"{kind.upper()} file") if isinstance(kind, str) and kind else None
    count = data.get("count")
    if isinstance(count, int) and count > 1:
        return Change(str(action), None, name_of(path), words, count=count)
    before = data.get("from")
    was = before if isinstance(before, str) and before else None
    left = name_of(_folder(was)) if was and _folder(was) != _folder(path) else None
    return Change(
        str(action),
        name_of(path),
        name_of(_folder(path)),
        words,
        name_of(was) if was else None,
        left,
    )


def _folder(path: str) -> str:
    return path[: max(path.rstrip("/\\").rfind("/"), path.rstrip("/\\").rfind("\\"), 0)]
