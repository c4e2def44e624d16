"""The cross-encoder's network: MiniLM's layers, means over each part of the text, two heads. Needs torch."""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional

from models.cross import NEWEST, OLDER, TASK, Tokens

HEAD_DROPOUT = 0.2
CHUNK = 32


class Net(torch.nn.Module):  # type: ignore[misc]
    """Acceptance and need from one pass.

    Args:
        bert: The encoder; its embeddings and lower layers stay as they are.
        layers: How many of the top layers learn.
        offsets: How many annotators have a bias of their own, which only training knows.
    """

    def __init__(self, bert: Any, layers: int, offsets: int) -> None:
        super().__init__()
        size, low = bert.config.hidden_size, max(0, len(bert.encoder.layer) - layers)
        self.embeddings = bert.embeddings.requires_grad_(False).eval()
        self.lower = torch.nn.ModuleList(bert.encoder.layer[:low]).requires_grad_(False).eval()
        self.upper = torch.nn.ModuleList(copy.deepcopy(layer) for layer in bert.encoder.layer[low:])
        self.dropout = torch.nn.Dropout(HEAD_DROPOUT)
        self.accept = _zeros(torch.nn.Linear(4 * size, 1))
        self.need = _zeros(torch.nn.Linear(2 * size, 1))
        self.likeness = torch.nn.Parameter(torch.tensor(3.0))
        self.offset = torch.nn.Embedding(offsets, 1)
        torch.nn.init.zeros_(self.offset.weight)

    def learning(self) -> dict[str, list[Any]]:
        """The parameters that learn: ``body``, ``heads``, ``offsets``."""
        heads = [*self.accept.parameters(), *self.need.parameters(), self.likeness]
        return {
            "body": [*self.upper.parameters()],
            "heads": heads,
            "offsets": [*self.offset.parameters()],
        }

    def train(self, mode: bool = True) -> "Net":
        """As torch's, but what is frozen stays in its evaluating mode."""
        super().train(mode)
        self.embeddings.eval()
        self.lower.eval()
        return self

    def below(self, ids: Any, mask: Any | None = None) -> Any:
        """What the frozen layers make of the tokens, shape [n, tokens, size]."""
        places = torch.cumsum(torch.ones_like(ids), dim=1) - 1
        states = self.embeddings(
            input_ids=ids, token_type_ids=torch.zeros_like(ids), position_ids=places
        )
        return _through(self.lower, states, mask)

    def above(self, states: Any, parts: Any, mask: Any | None = None) -> tuple[Any, Any]:
        """Log-odds of acceptance and of need, each of shape [n]."""
        states = _through(self.upper, states, mask)
        older, newest, task = (_mean(states, parts == part) for part in (OLDER, NEWEST, TASK))
        likeness = self.likeness * ((newest * task).sum(1) - 0.3)
        # A product of two unit vectors is small: brought to the size of its neighbours.
        pair = torch.cat([newest, task, newest * task * 8, older], dim=1)
        moment = torch.cat([newest, older], dim=1)
        return (
            self.accept(self.dropout(pair))[:, 0] + likeness,
            self.need(self.dropout(moment))[:, 0],
        )

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def cached(self, read: Sequence[Tokens], device: str) -> list[Any]:
        """`below` of many texts, each [tokens, size] in half precision: 100 MB for 1,300 of them."""
        found: list[Any] = [None] * len(read)
        order = sorted(range(len(read)), key=lambda place: len(read[place].ids))
        for start in range(0, len(order), CHUNK):
            chosen = order[start : start + CHUNK]
            ids = pad([torch.tensor(read[place].ids) for place in chosen], 0).to(device)
            mask = pad([torch.ones(len(read[place].ids)) for place in chosen], 0).to(device)
            states = self.below(ids, mask).half().cpu()
            for row, place in enumerate(chosen):
                found[place] = states[row, : len(read[place].ids)].clone()
        return found


def pad(rows: Sequence[Any], value: float) -> Any:
    """Rows of different lengths as one tensor."""
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=value)


def _through(layers: Any, states: Any, mask: Any | None) -> Any:
    shade = None if mask is None else (1 - mask)[:, None, None] * -1e9
    for layer in layers:
        states = layer(states, shade)
        states = states[0] if isinstance(states, tuple) else states
    return states


def _mean(states: Any, chosen: Any) -> Any:
    """The mean over some tokens, of unit length; zero where there are none."""
    weights = chosen.to(states.dtype)
    total = (states * weights[:, :, None]).sum(1)
    return functional.normalize(total / weights.sum(1, keepdim=True).clamp(min=1), dim=1)


def _zeros(layer: Any) -> Any:
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    return layer
