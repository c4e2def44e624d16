"""The header of a GGUF file: what it says of a model, and whether an adapter was made for it.

Reads neither weights nor with any library (the format: ggml's docs/gguf.md, versions 2 and 3); llama.cpp
refuses an adapter that does not fit without saying why.
"""

import hashlib
import mmap
import struct
from pathlib import Path
from typing import NamedTuple

from models.engine.base import EngineError, Job

MAGIC = b"GGUF"
MODEL = "model"  # what a file holds that does not say it
VERSIONS = (2, 3)
# Sizes of the format's value types by number; 8 is a string, 9 an array.
_SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9
_DIGITS = 16
# What an adapter says of itself, besides the format's own keys.
BASE, JOB, PROMPT = "hunch.base", "hunch.job", "hunch.prompt"

Value = int | float | bool | str


class Header(NamedTuple):
    """What stands before the weights.

    Attributes:
        values: Metadata by key; an array, such as the tokenizer's words, as the SHA-256 of its bytes.
        shapes: The tensors' sizes, the innermost first.
    """

    values: dict[str, Value]
    shapes: dict[str, tuple[int, ...]]

    @property
    def architecture(self) -> str:
        """Such as ``llama`` or ``qwen2``."""
        return str(self.values.get("general.architecture", ""))


def read_header(path: Path) -> Header:
    """A GGUF file's header.

    Raises:
        EngineError: The file is missing, or none such.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(data).header()
    except FileNotFoundError as error:
        raise EngineError(f"The model {path} is not there: set `model` to a GGUF file.") from error
    except (OSError, ValueError, struct.error, OverflowError) as error:
        raise EngineError(f"The model {path} cannot be loaded: is it a whole GGUF file?") from error


def check_model(path: Path, instead: str) -> None:
    """Refuse a file that holds something else, such as an adapter.

    Args:
        path: A GGUF file.
        instead: What to do then, the end of the sentence.

    Raises:
        EngineError: The file is missing, no GGUF file, or no model.
    """
    kind = read_header(path).values.get("general.type", MODEL)
    if kind != MODEL:
        raise EngineError(f"The file {path} is no model but of the kind '{kind}': {instead}.")


def fingerprint(path: Path) -> str:
    """A model's first digits: architecture, names and sizes of its tensors, its tokenizer's words.

    The weights' types are left out: an adapter fits a model however that is quantised.

    Raises:
        EngineError: The file is missing, or no GGUF file.
    """
    return _fingerprint(read_header(path))


def unfit(adapter: Path, base: Path, job: Job, prompt: str = "") -> str | None:
    """Why an adapter cannot be used with a model for a job, in a sentence; None when it can.

    Args:
        adapter: A LoRA as a GGUF file. One that does not say its base, job or prompt (somebody else's) is
            held against the model's sizes alone.
        base: The model.
        job: What the adapter is wanted for.
        prompt: Version of the prompt that it will be asked with; empty for any.
    """
    try:
        of = read_header(adapter)
    except EngineError:
        lost = "is no whole GGUF file" if adapter.exists() else "is not there"
        return f"The adapter {adapter} {lost}: `hunch train {job}` makes one."
    try:
        model = read_header(base)
    except EngineError as error:
        return str(error)
    return _mismatch(of, model, job, prompt, adapter, base)


def _mismatch(
    of: Header, model: Header, job: Job, prompt: str, adapter: Path, base: Path
) -> str | None:
    said = of.values
    if said.get("general.type") != "adapter" or said.get("adapter.type") != "lora":
        return f"{adapter} is no LoRA adapter: give the file that `hunch train {job}` wrote."
    if of.architecture != model.architecture:
        return (
            f"The adapter {adapter} is for a model of the kind {of.architecture}, and {base} is of the kind "
            f"{model.architecture}: train one for it with `hunch train {job} --base {base}`."
        )
    if said.get(BASE, _fingerprint(model)) != _fingerprint(model) or not _sizes_fit(of, model):
        return (
            f"The adapter {adapter} was made for another model than {base}: "
            f"train one for it with `hunch train {job} --base {base}`."
        )
    return misused(adapter, said.get(JOB), said.get(PROMPT), job, prompt)


def misused(
    adapter: Path, trained_as: object, trained_on: object, job: Job, prompt: str
) -> str | None:
    """Why an adapter is not for a job and a prompt's version, in a sentence; None where it is, or says nothing."""
    if trained_as and trained_as != job:
        return f"The adapter {adapter} was trained as {trained_as}: it is not used as {job}."
    if prompt and trained_on and trained_on != prompt:
        return (
            f"The adapter {adapter} was trained on another version of the prompt: "
            f"train it again with `hunch train {job}`."
        )
    return None


def _fingerprint(header: Header) -> str:
    words = (
        header.values.get(f"tokenizer.ggml.{key}", "") for key in ("model", "tokens", "merges")
    )
    told = [header.architecture, *words, *sorted(header.shapes.items())]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_DIGITS]


def _sizes_fit(adapter: Header, model: Header) -> bool:
    """Whether each pair of matrices stands for a change of one of the model's."""
    for name, (inner, *rest) in adapter.shapes.items():
        changed, _, side = name.rpartition(".lora_")
        size = model.shapes.get(changed, ())
        if side not in ("a", "b") or len(size) < 2 or len(rest) != 1:
            return False
        if changed != "token_embd.weight" and (
            inner != size[0] if side == "a" else rest[0] != size[1]
        ):
            return False
    return bool(adapter.shapes)


class _Reader:
    """Goes through a header; what points past the file's end is a ValueError or struct.error."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def header(self) -> Header:
        if self._bytes(4) != MAGIC or self._number("I") not in VERSIONS:
            raise ValueError
        tensors, pairs = self._number("Q"), self._number("Q")
        if max(tensors, pairs) > len(self._data):
            raise ValueError
        values = {}
        for _ in range(pairs):
            key = self._text()
            values[key] = self._value(self._number("I"))
        shapes, furthest = dict[str, tuple[int, ...]](), -1
        for _ in range(tensors):
            name, sizes, place = self._tensor()
            shapes[name], furthest = sizes, max(furthest, place)
        self._skip(furthest + 1)  # a copy that was broken off lacks the last weights
        return Header(values, shapes)

    def _tensor(self) -> tuple[str, tuple[int, ...], int]:
        name = self._text()
        sizes = tuple(self._number("Q") for _ in range(min(self._number("I"), 8)))
        self._skip(4)  # type
        return name, sizes, self._number("Q")

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._text()
        if kind == _ARRAY:
            return self._array()
        return self._scalar(_SCALARS.get(kind, ""))

    def _array(self) -> str:
        kind, count = self._number("I"), self._number("Q")
        begun = self._at
        if kind == _STRING:
            for _ in range(count):
                self._skip(self._number("Q"))
        else:
            self._skip(count * struct.calcsize(f"<{_SCALARS[kind]}") if kind in _SCALARS else -1)
        return hashlib.sha256(self._data[begun : self._at]).hexdigest()

    def _text(self) -> str:
        return self._bytes(self._number("Q")).decode(errors="replace")

    def _number(self, form: str) -> int:
        return int(self._scalar(form))

    def _scalar(self, form: str) -> int | float | bool:
        if not form:
            raise ValueError
        (value,) = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        found: int | float | bool = value
        return found

    def _bytes(self, count: int) -> bytes:
        begun = self._at
        self._skip(count)
        return self._data[begun : self._at]

    def _skip(self, count: int) -> None:
        if not 0 <= count <= len(self._data) - self._at:
            raise ValueError
        self._at += count
