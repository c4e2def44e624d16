"""From examples to an adapter's file: loads the base, trains, scores what was held out, writes with its entry."""

import hashlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.engine.base import Job
from models.lab.training.checkpoint import Checkpoint
from models.lab.training.lora.adapter import Marks, fits_gguf, gguf_bytes, write_peft
from models.lab.training.lora.base import load_base, reader
from models.lab.training.lora.examples import VERSIONS, Example, digest, held_out, row
from models.lab.training.lora.network import with_lora
from models.lab.training.lora.train import Settings, Tell, device, mean_loss, plan, train
from models.lab.training.lora.trees import Read
from models.manifest import Entry, ready, write_weights
from models.trace import TraceError

ALPHA = 2  # times the rank: LoRA's change is scaled by alpha over rank


class Asked(NamedTuple):
    """What is to be made.

    Attributes:
        job: For which.
        base: A GGUF file, or a Hugging Face folder.
        out: Where the adapter goes: `JOB.gguf` for a GGUF base, PEFT's folder `JOB` for a folder.
        settings: How.
        held: Share of the sources that is left out and scored.
        command: For the manifest.
    """

    job: Job
    base: Path
    out: Path
    settings: Settings
    held: float = 0.1
    command: str = ""


def make_adapter(asked: Asked, examples: Sequence[Example], tell: Tell) -> dict[str, Any] | None:
    """Train an adapter and write it.

    Returns:
        Its figures, as they stand in the manifest: losses in nats a token of the answers. None in a process
        that only helped another.

    Raises:
        EngineError: The base cannot be loaded or trained.
        TraceError: There are too few examples.
        WeightsError: The manifest in `out` or the state of a killed training is damaged.
        OSError: Nothing can be written into `out`; told before anything is trained.
    """
    ready(asked.out)
    base = load_base(asked.base)
    if base.mark:
        fits_gguf(base.model)
    learnt, left = _read(asked, examples)
    marks = Marks(asked.job, base.mark, VERSIONS[asked.job]())
    data = digest(examples)
    begun = time.monotonic()
    rank = asked.settings.rank
    model = with_lora(base.model, rank, ALPHA * rank, asked.settings.seed).to(device())
    # LoRA begins as no change at all.
    untrained = mean_loss(model, left, half=base.half) if left else None
    kept = Checkpoint(asked.out / f".{asked.job}", _mark(asked, marks, data))
    done = train(model, learnt, asked.settings, kept, half=base.half, tell=tell)
    if done is None:
        return None
    planned = plan(learnt, asked.settings)
    figures = {
        "examples": len(learnt),
        "steps": done,
        "steps_planned": len(planned),
        "tokens": sum(tree.tokens for step in planned[:done] for tree in step),
        "seconds": round(time.monotonic() - begun),
        "held_out": len(left),
        "loss_untrained": _rounded(untrained),
        "loss": _rounded(mean_loss(model, left, half=base.half) if left else None),
        **asked.settings._asdict(),
        "base": asked.base.name,
        "prompt": marks.prompt,
    }
    _write(asked, model, marks, Entry("", asked.command, asked.settings.seed, data, figures))
    kept.remove()
    shutil.rmtree(asked.out / f".{asked.job}", ignore_errors=True)
    return figures


def _read(asked: Asked, examples: Sequence[Example]) -> tuple[list[Read], list[Read]]:
    """The examples that are trained on and those that are left out, in tokens."""
    learnt, left = held_out([row(example) for example in examples], asked.held)
    if not learnt:
        raise TraceError("There are too few examples to train on.")
    with reader(asked.base) as read:
        return read(learnt), read(left)


def _mark(asked: Asked, marks: Marks, data: str) -> str:
    """Tells this training from others, of which nothing may be gone on with."""
    told = (*marks, data, *asked.settings, asked.held, str(asked.base.resolve()))
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _write(asked: Asked, model: Any, marks: Marks, entry: Entry) -> None:
    if marks.base:
        write_weights(asked.out, f"{asked.job}.gguf", gguf_bytes(model, marks), entry)
    else:
        write_peft(model, asked.out / asked.job, marks, entry)


def _rounded(loss: float | None) -> float | None:
    return None if loss is None else round(loss, 4)
