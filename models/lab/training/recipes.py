"""The settings with which the cross-encoder is trained; knows no torch.

`paper` learns the paper's split, whose test moments stand in the training rows: it remembers.
`trace` is for people and traces that it has not seen: two top layers, averaged weights, and a bias for
each annotator of each trace, so that who was asked is not learnt as what was asked.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from models.trace import RewardRow


class Recipe(msgspec.Struct, frozen=True):
    """The settings of a training.

    Attributes:
        layers: How many of the top layers learn; what lies below is computed once.
        rate: Learning rate of the layers; `head_rate`, `offset_rate` of the rest.
        averaging: Decay of the averaged weights in the second half of the steps; 0: the last weights.
        need_of_tasks: Weight of the need at rows with a task; `need_of_silence`: at rows without.
        need_votes: Share of the mean vote in the need's target, for what its hard label hides.
        blend: Share of P(need) in P(accept).
        centred: Whether the means of P(accept) and P(need) are brought to what most people said: each
            annotator's bias takes a part of the strictness with it (held out: ECE 0.118 without, 0.044 with).
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
    centred: bool = False


RECIPES = {
    "paper": Recipe(layers=6, epochs=6, blend=0.5),
    "trace": Recipe(
        layers=2, epochs=4, batch=32, decay=0.05, head_decay=0.3, offset_rate=3e-2,
        averaging=0.98, need_of_tasks=0.0, need_of_silence=2.0, need_votes=0.15, centred=True,
    ),
}  # fmt: skip


def fingerprint(rows: Sequence[RewardRow], recipe: Recipe, seed: int) -> str:
    """SHA-256 of all that a training depends on."""
    return hashlib.sha256(msgspec.json.encode([recipe, seed, rows])).hexdigest()
