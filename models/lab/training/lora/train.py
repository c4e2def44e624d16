"""Trains on trees of examples: the loop, its rate, its state on disk, one process or several.

A killed training goes on where it was, to the same weights as if it had not been (on one processor).
Several GPUs go through accelerate: `accelerate launch -m daemon train …`. Needs torch and accelerate.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch

from models.lab.training.checkpoint import Checkpoint
from models.lab.training.lora.network import Learner, Learnt, learning
from models.lab.training.lora.trees import Read, Tree, laid, steps, trees

LAST_RATE = 0.05  # of the full one


class Settings(NamedTuple):
    """How to train. Batch, warm-up and epochs are the paper's (section 4.2).

    Attributes:
        rate: Of AdamW. The paper's 1e-5 is for all weights; LoRA's few learn at a hundred times that.
        rank: Of LoRA's matrices.
        batch: Examples in a step.
        epochs: How often each is read.
        warm_up: Share of the steps in which the rate rises.
        seed: Of LoRA's first weights and of the order of examples.
        minutes: After which it ends, wherever it is; None for when all epochs are read. The rate falls with
            the time then, so no two such trainings are the same; one that is gone on with has them again.
    """

    rate: float = 1e-3
    rank: int = 8
    batch: int = 32
    epochs: int = 3
    warm_up: float = 0.1
    seed: int = 0
    minutes: float | None = None


class Told(NamedTuple):
    """How a training goes on.

    Attributes:
        step: Steps done.
        steps: Of so many.
        loss: Mean over the last step's answers, nats a token.
        tokens: Read in this process since it began.
        seconds: Since it began.
    """

    step: int
    steps: int
    loss: float
    tokens: int
    seconds: float


Tell = Callable[[Told], None]


def device() -> Any:
    """Where this process computes: its GPU, or the CPU."""
    from accelerate import Accelerator

    return Accelerator().device


def plan(reads: Sequence[Read], settings: Settings) -> list[list[Tree]]:
    """All steps of all epochs: each epoch in another order."""
    return [
        step
        for epoch in range(settings.epochs)
        for step in steps(reads, settings.batch, random.Random(f"{settings.seed} {epoch}"))  # noqa: S311
    ]


def train(
    model: Any,
    reads: Sequence[Read],
    settings: Settings,
    kept: Checkpoint,
    *,
    half: bool,
    tell: Tell,
) -> int | None:
    """Train the weights that learn, in place.

    Args:
        model: Of transformers, with LoRA or not, on `device()`.
        reads: The examples.
        settings: How.
        kept: Where its state lies meanwhile.
        half: Whether to multiply in bfloat16.
        tell: Is told after each step.

    Returns:
        How many steps were done; None in a process that only helped another.
    """
    from accelerate import Accelerator

    parts = Accelerator()
    planned = plan(reads, settings)
    weights = learning(model)
    optimizer = torch.optim.AdamW(weights, lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.0)
    begun, _ = kept.load(Learnt(model), optimizer)
    learner, optimizer = parts.prepare(Learner(model, half=half), optimizer)
    learner.train()
    since, tokens = time.monotonic(), 0
    done = begun
    for step in range(begun, len(planned)):
        spent = _spent(time.monotonic() - since, settings.minutes, parts)
        if spent >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * pace(step, len(planned), settings.warm_up, spent)
        loss = _step(learner, parts, planned[step])
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        done = step + 1
        tokens += sum(tree.tokens for tree in planned[step])
        if parts.is_main_process:
            kept.save(step + 1, Learnt(model), optimizer, None)
            tell(Told(step + 1, len(planned), loss, tokens, time.monotonic() - since))
    return done if parts.is_main_process else None


def _spent(seconds: float, minutes: float | None, parts: Any) -> float:
    """The share of the time that is gone; the same in all processes, or one would wait for the others."""
    if minutes is None:
        return 0.0
    return float(parts.reduce(torch.tensor(seconds / (60 * minutes), device=parts.device), "mean"))


def _step(learner: Any, parts: Any, step: Sequence[Tree]) -> float:
    """Gradients of a step's mean loss, its trees shared among the processes; the loss."""
    answers = sum(len(branch.answer) for tree in step for branch in tree.branches)
    count = parts.num_processes
    # Each process goes backward as often as the others, or they would wait for it for ever.
    shared = [*step, *[None] * (-len(step) % count)][parts.process_index :: count]
    summed = torch.zeros((), device=parts.device)
    for tree in shared:
        loss, _ = learner(laid(tree or step[0]))
        parts.backward(loss * (count / answers if tree else 0.0))
        summed += loss.detach() if tree else 0.0
    return float(parts.reduce(summed, "sum")) / answers


def pace(step: int, count: int, warm_up: float, spent: float = 0.0) -> float:
    """The rate at a step, as a share of the full one: it rises in a line, then falls in one, or with the time."""
    rising = max(1, math.ceil(warm_up * count))
    if step < rising:
        return (step + 1) / rising
    return max(LAST_RATE, 1 - max((step - rising) / max(1, count - rising), spent))


@torch.no_grad()  # type: ignore[untyped-decorator]
def mean_loss(model: Any, reads: Sequence[Read], *, half: bool) -> float:
    """Of examples that are not trained on, nats a token of the answers."""
    learner = Learner(model, half=half)
    learner.eval()
    summed = count = 0.0
    for tree in trees(reads):
        loss, tokens = learner(laid(tree))
        summed += float(loss)
        count += tokens
    return summed / count
