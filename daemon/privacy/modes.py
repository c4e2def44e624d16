"""The mode of a source, applied: nothing, counts, or text. Driven by `watchers.manifest`'s table."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from watchers.manifest import BY_SOURCE, MANIFESTS, Manifest, Mode

INPUT = "os.hid.input"
_BY_TYPE: Mapping[str, Manifest] = {
    item.bucket_type: item for item in MANIFESTS if item.bucket_type != INPUT
}
# Keys whose texts are kinds and no words; in `counts` any other text is left out, whoever sent it.
KINDS = frozenset((
    "from", "type", "button", "direction", "kind", "action", "status", "shell", "language", "editor", "format",
    "app", "executable", "eventType", "state",
))  # fmt: skip
NAME = re.compile(r"[A-Za-z_][\w-]{0,31}", re.A)  # of a key, as programs name them
KIND_LENGTH = 64  # characters; what is longer is no kind


def manifest_of(bucket_type: str, data: Mapping[str, Any]) -> Manifest | None:
    """The source of an event; None for a type that the table does not know. What is not the mouse's is typed."""
    if bucket_type == INPUT:
        return BY_SOURCE["mouse" if data.get("from") == "mouse" else "keyboard"]
    return _BY_TYPE.get(bucket_type)


def reduce(
    bucket_type: str, data: dict[str, Any], modes: Mapping[str, Mode]
) -> dict[str, Any] | None:
    """An event's data as its source's mode lets it through; None for nothing.

    Args:
        bucket_type: Of the event's bucket.
        data: The event's.
        modes: By source; one that is not named is at ``text``.
    """
    manifest = manifest_of(bucket_type, data)
    mode = modes.get(manifest.source, "text") if manifest else "text"
    if manifest is None or mode == "text":
        return data
    if mode == "off":
        return None
    return _counted(data, manifest)


def _counted(data: dict[str, Any], manifest: Manifest) -> dict[str, Any]:
    kept = _kinds(data, manifest.words, "")
    for name in manifest.counts:
        value = data.get(name)
        if isinstance(value, str) and not isinstance(kept.get("length"), int):
            kept["length"] = len(value)
    files = data.get("files")
    if "files" in manifest.words and isinstance(files, list):
        kept.setdefault("count", len(files))
    return kept


def _below(path: str, words: tuple[str, ...]) -> Iterator[bool]:
    """Whether the table names a word inside this one."""
    return (True for word in words if word.startswith(f"{path}."))


def _kinds(data: Mapping[str, Any], words: tuple[str, ...], above: str) -> dict[str, Any]:
    """The numbers and kinds of an object, down to the last level."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        path = f"{above}{key}"
        if not NAME.fullmatch(str(key)):
            continue  # no name, but words
        if isinstance(value, dict) and (path not in words or any(_below(path, words))):
            kept[key] = _kinds(value, words, f"{path}.")
        elif path in words or isinstance(value, dict | list | tuple):
            continue
        elif not isinstance(value, str) or (key in KINDS and len(value) <= KIND_LENGTH):
            kept[key] = value
    return kept
