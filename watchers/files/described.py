"""What is told of a change. `looked_at` blocks: it reads the document."""

from pathlib import Path
from typing import Any

from watchers.files.changes import Change
from watchers.files.kinds import kind_of
from watchers.files.words import first_words

_MAY_BE_EMPTY = frozenset(("txt", "md", "csv", "html", "code", "file"))


def summed(change: Change) -> dict[str, Any]:
    """The data of many changes told as one."""
    kinds = {kind_of(Path(path).name) for path in change.paths}
    data = {"action": change.action, "path": change.path, "count": len(change.paths)}
    return {**data, "kind": kinds.pop()} if len(kinds) == 1 else data


def named(change: Change) -> dict[str, Any]:
    """The data of one change, from its path alone."""
    data = {"action": change.action, "path": change.path, "kind": kind_of(Path(change.path).name)}
    return {**data, "from": change.was} if change.was else data


def looked_at(change: Change) -> dict[str, Any] | None:
    """As `named`, with the first words of a new text; None when there is nothing to tell.

    That is a file which has gone, and the empty one with which a download keeps its place.
    """
    path = Path(change.path)
    try:
        size = path.lstat().st_size
    except OSError:
        return None
    data = named(change)
    if size == 0 and change.action == "created" and data["kind"] not in _MAY_BE_EMPTY:
        return None
    words = first_words(path, data["kind"]) if change.action != "modified" else None
    return {**data, "first_words": words} if words else data
