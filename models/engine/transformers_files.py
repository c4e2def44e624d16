"""A Hugging Face folder from the disk: the model, its vocabulary, and the adapters that fit it.

Code that comes with a model is never run, a pickle never read, nothing downloaded.
"""

import json
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.engine.base import EngineError, Job
from models.engine.gguf import misused
from models.engine.machine import Cores
from models.engine.transformers_text import FolderWords

log = logging.getLogger(__name__)

ADAPTER = "adapter_config.json"
MARKS = "hunch.json"  # what a GGUF adapter says of itself in its header


def open_folder(
    path: Path, folders: Mapping[Job, Path]
) -> tuple[Any, FolderWords, dict[Job, Path]]:
    """Load a model with its adapters.

    Returns:
        The model, its vocabulary, and the adapters that do not fit it and are left out.

    Raises:
        EngineError: The model cannot be loaded; the message says what to do.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as loud

    wrong = (OSError, ValueError, KeyError, ImportError, RuntimeError, MemoryError, SafetensorError)
    loud.set_verbosity_error()
    loud.disable_progress_bar()
    kind: dict[str, Any] = {"dtype": torch.float32}
    if torch.cuda.is_available():
        kind = {"dtype": torch.bfloat16, "device_map": "auto"}
    else:
        size = sum(file.stat().st_size for file in path.glob("*.safetensors"))
        torch.set_num_threads(Cores().threads_for(size))
    try:
        words = FolderWords(AutoTokenizer.from_pretrained(path, local_files_only=True))
        model = AutoModelForCausalLM.from_pretrained(
            path, local_files_only=True, use_safetensors=True, **kind
        )
    except wrong as error:
        lost = f"The model {path} cannot be loaded: is the folder whole?"
        raise EngineError(failed(error, lost)) from error
    refused = {job: folder for job, folder in folders.items() if not _fits(model, folder)}
    fitting = {job: folder for job, folder in folders.items() if job not in refused}
    try:
        return _with_adapters(model.eval(), fitting), words, refused
    except (RuntimeError, ValueError, TypeError, KeyError) as error:
        named = " and ".join(map(str, fitting.values()))
        lost = f"The adapter {named} does not load: train it again, or clear its setting."
        raise EngineError(failed(error, lost)) from error


def unfit(folder: Path, job: Job, prompt: str = "") -> str | None:
    """Why a folder is no adapter for a job, in a sentence; None where it may be one.

    Args:
        folder: As peft writes it; what `hunch train` wrote says its job and its prompt's version besides.
        job: What it is wanted for.
        prompt: Version of the prompt that it will be asked with; empty for any.
    """
    if not (folder / ADAPTER).is_file():
        return f"{folder} holds no PEFT adapter: set `{job}_adapter` to a folder with an {ADAPTER}."
    try:
        said = json.loads((folder / MARKS).read_text(encoding="utf-8"))
        return misused(folder, said.get("job"), said.get("prompt"), job, prompt)
    except (OSError, ValueError, AttributeError):
        return None  # somebody else's


def _fits(model: Any, folder: Path) -> bool:
    """Whether a folder holds a LoRA for a model; peft finds out too late, when it has changed the model."""
    from safetensors import SafetensorError, safe_open

    layers = dict(model.named_modules())
    try:
        if json.loads((folder / ADAPTER).read_text(encoding="utf-8"))["peft_type"] != "LORA":
            return False
        with safe_open(folder / "adapter_model.safetensors", "pt") as file:
            shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return False
    for name, shape in shapes.items():
        place, _, side = name.removeprefix("base_model.model.").rpartition(".lora_")
        weight = getattr(layers.get(place), "weight", None)
        if weight is None or shape[side.startswith("A")] != weight.shape[side.startswith("A")]:
            return False
    return bool(shapes)


def _with_adapters(model: Any, folders: Mapping[Job, Path]) -> Any:
    if not folders:
        return model
    from peft import PeftModel

    (first, folder), *more = folders.items()
    with warnings.catch_warnings():  # peft asks transformers in words that go out of use
        warnings.simplefilter("ignore", FutureWarning)
        model = PeftModel.from_pretrained(model, folder, adapter_name=first)
        for job, folder in more:
            model.load_adapter(folder, adapter_name=job)
    return model.eval()


def lacks_memory(error: Exception) -> bool:
    """Whether that is why a model failed: another time there may be enough."""
    return isinstance(error, MemoryError) or "memory" in str(error)


def failed(error: Exception, otherwise: str = "") -> str:
    """What to do about a model that failed; what torch says of it is not told, it may be long."""
    if lacks_memory(error):
        return "There is not enough memory for the language model: close something, or set `model` to a smaller one."
    log.warning("the language model failed: %s", type(error).__name__)
    return otherwise or "The language model failed: set `model` to another."
