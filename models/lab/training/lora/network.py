"""A causal language model that learns from trees: its mask, its loss, its LoRA weights. Needs torch, peft."""

import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch.nn import functional

from models.lab.training.lora.trees import UNLEARNT, Laid

# Everything that is multiplied in a layer of llama's kind; embeddings stay.
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class Learner(torch.nn.Module):  # type: ignore[misc]
    """The model with the loss of a tree.

    Args:
        model: Of transformers, with or without LoRA.
        half: Whether to multiply in bfloat16.
    """

    def __init__(self, model: Any, *, half: bool) -> None:
        super().__init__()
        self.model = model
        self.half = half

    def forward(self, tree: Laid) -> tuple[Any, int]:
        """The summed cross entropy of the answers' tokens, in nats, and how many they are."""
        device = next(self.model.parameters()).device
        labels = torch.tensor(tree.labels, device=device)
        learnt = (labels != UNLEARNT).nonzero()[:, 0]
        # A context a step: one around all keeps bfloat16 copies of the first step's LoRA weights.
        with torch.autocast(device.type, torch.bfloat16, enabled=self.half):
            dtype = torch.bfloat16 if self.half else torch.float32
            logits = self.model(
                input_ids=torch.tensor([tree.ids], device=device),
                position_ids=torch.tensor([tree.positions], device=device),
                attention_mask=mask(tree, dtype, device),
                logits_to_keep=learnt,
                use_cache=False,
            ).logits[0]
        loss = functional.cross_entropy(logits.float(), labels[learnt], reduction="sum")
        return loss, len(learnt)


def mask(tree: Laid, dtype: Any, device: Any) -> Any:
    """What each token sees, added to the attention's scores; shape [1, 1, tokens, tokens]."""
    branch = torch.tensor(tree.branch, device=device)
    places = torch.tensor(tree.positions, device=device)
    first, last = torch.tensor(tree.sees, device=device).T
    trunk = branch == -1
    of_trunk = (
        trunk[None, :]
        & (places[None, :] < last[:, None])
        & ((places[None, :] >= first[:, None]) | (places[None, :] < tree.head))
    )
    own = ~trunk[None, :] & (branch[:, None] == branch[None, :])
    seen = (of_trunk | own).tril()
    hidden = torch.finfo(dtype).min
    return torch.zeros(seen.shape, dtype=dtype, device=device).masked_fill(~seen, hidden)[
        None, None
    ]


def with_lora(model: Any, rank: int, alpha: int, seed: int) -> Any:
    """The model with LoRA on all projections; its own weights rest, LoRA's are float32."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        target_modules=list(PROJECTIONS),
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings(
        action="ignore", category=FutureWarning
    ):  # peft's, of transformers
        model = get_peft_model(model, config)
    for weight in learning(model):
        weight.data = weight.data.float()
    return model


def learning(model: Any) -> list[Any]:
    """The weights that learn."""
    return [weight for weight in model.parameters() if weight.requires_grad]


class Learnt:
    """The state of the weights that learn, as a checkpoint keeps it."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def _named(self) -> Iterator[tuple[str, Any]]:
        for name, weight in self._model.named_parameters():
            if weight.requires_grad:
                yield name, weight

    def state_dict(self) -> dict[str, Any]:
        """By name."""
        return {name: weight.detach() for name, weight in self._named()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take a kept state."""
        for name, weight in self._named():
            weight.data.copy_(state[name])
