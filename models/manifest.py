"""The weights' folder and its manifest: what each file should be, and how it was made.

A damaged or missing file is told in one sentence before anything computes with it.
"""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import msgspec

WEIGHTS = Path(__file__).with_name("weights")
NAME = "manifest.json"


class WeightsError(Exception):
    """The weights cannot be used; the message is one sentence that says what to do."""


class Entry(msgspec.Struct, frozen=True):
    """One file of weights.

    Attributes:
        sha256: Of the whole file, hexadecimal.
        command: What made it.
        seed: Its random seed.
        data: SHA-256 of the data that it was trained on; empty where there was none.
        figures: What was measured when it was made.
    """

    sha256: str
    command: str
    seed: int = 0
    data: str = ""
    figures: dict[str, Any] = {}


def read_manifest(folder: Path) -> dict[str, Entry]:
    """The manifest, by file name.

    Raises:
        WeightsError: It is missing or no manifest.
    """
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=dict[str, Entry])
    except (OSError, msgspec.DecodeError) as error:
        raise WeightsError(_damaged(folder / NAME)) from error


def checked(folder: Path, name: str) -> tuple[bytes, str]:
    """A file's bytes and the first digits of their hash, held against the manifest.

    Raises:
        WeightsError: The file is missing or not the one that was made.
    """
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise WeightsError(_damaged(folder / name)) from error
    return data, _held(folder, name, hashlib.sha256(data).hexdigest())


def verified(folder: Path, name: str) -> str:
    """The first digits of a file's hash, held against the manifest.

    Read in pieces: of a file of 20 MB that is read and freed, the C library keeps the room.

    Raises:
        WeightsError: The file is missing or not the one that was made.
    """
    try:
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(_damaged(folder / name)) from error
    return _held(folder, name, digest)


def _held(folder: Path, name: str, digest: str) -> str:
    entry = read_manifest(folder).get(name)
    if entry is None or digest != entry.sha256:
        raise WeightsError(_damaged(folder / name))
    return digest[:12]


def ready(folder: Path) -> None:
    """Make sure that weights can be written here, before hours go into them.

    Raises:
        OSError: They cannot.
        WeightsError: The folder's manifest is damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / NAME).exists():
        read_manifest(folder)
    with tempfile.TemporaryFile(dir=folder):
        pass


def write_weights(folder: Path, name: str, data: bytes, entry: Entry) -> None:
    """Put a file into the folder and its entry into the manifest; a kill leaves the old pair or a refusal."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = read_manifest(folder) if (folder / NAME).exists() else {}
    entries[name] = msgspec.structs.replace(entry, sha256=hashlib.sha256(data).hexdigest())
    _replace(folder / name, data)
    _replace(folder / NAME, msgspec.json.format(msgspec.json.encode(entries)) + b"\n")


def _replace(path: Path, data: bytes) -> None:
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_bytes(data)
    scratch.replace(path)


def _damaged(path: Path) -> str:
    found = f"The weights {path} are missing or damaged"
    if path.parent.resolve() == WEIGHTS.resolve():
        return f"{found}: install hunch-assistant again."
    if path.name == NAME:
        return f"{found}: remove this file and run `hunch train reward` again."
    # A cross-encoder's folder has a tokenizer.json as well.
    shared = path.name == "tokenizer.json" and path.with_name("encoder.onnx").exists()
    of_encoder = shared or path.name.startswith("encoder.")
    return f"{found}: run `hunch train {'encoder' if of_encoder else 'reward'}` again."
