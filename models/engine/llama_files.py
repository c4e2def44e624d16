"""A GGUF file from the disk: the model, its vocabulary, and the adapters that llama.cpp takes."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.engine.base import AwayError, EngineError, Job
from models.engine.gguf import read_header
from models.engine.llama_text import Words, begin
from models.engine.machine import free_bytes
from models.engine.requantised import requantised

ENCODERS = frozenset(("t5", "t5encoder"))  # llama.cpp ends the process that lets them write


def open_file(
    path: Path, files: Mapping[Job, Path], cache: Path | None = None
) -> tuple[Any, Words, dict[Job, Any]]:
    """Load a model with its adapters.

    Args:
        path: The file.
        files: The adapters.
        cache: Folder for a copy that is read faster; None to make none.

    Returns:
        llama.cpp's model, its vocabulary, and its adapters but for those that it refuses.

    Raises:
        EngineError: The model cannot be loaded; the message says what to do.
    """
    _look(path)
    import llama_cpp

    begin()
    model = _weights(path, requantised(path, cache) if cache else path)
    found = {
        job: llama_cpp.llama_adapter_lora_init(model, os.fsencode(file))
        for job, file in files.items()
    }
    return model, Words(model), {job: adapter for job, adapter in found.items() if adapter}


def _look(path: Path) -> None:
    """Whether all is there that loading takes.

    Raises:
        EngineError: The file or a package is missing, or memory.
    """
    if not path.exists():
        raise EngineError(f"The model {path} is not there: set `model` to a GGUF file.")
    try:
        import llama_cpp  # noqa: F401 (a package that is missing is told before a model is loaded)
        import llguidance  # noqa: F401 (likewise)
    except ImportError as error:
        raise EngineError(
            f"The package {error.name} is missing: install hunch-assistant[llm]."
        ) from error
    room = free_bytes()
    if room is not None and path.stat().st_size > room:
        raise AwayError(
            f"The model {path} needs more memory than is free ({room / 1e9:.1f} GB): "
            "close something, or set `model` to a smaller one."
        )


def _weights(path: Path, copy: Path) -> Any:
    """A model's weights, from its faster copy; from the model itself where the copy is damaged."""
    import llama_cpp

    header = read_header(path)
    if header.values.get(f"{header.architecture}.attention.causal") is False or (
        header.architecture in ENCODERS
    ):
        raise EngineError(f"The model {path} writes no answers: set `model` to one for chats.")
    params = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(os.fsencode(copy), params)
    if not model and copy != path:
        with contextlib.suppress(OSError):
            copy.unlink()
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise EngineError(f"The model {path} cannot be loaded: is it a whole GGUF file?")
    return model
