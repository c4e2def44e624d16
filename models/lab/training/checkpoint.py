"""A training's state on disk, so that a killed one goes on where it was. Needs torch."""

import time
from pathlib import Path
from typing import Any

import torch

from models.manifest import WeightsError

NAME = ".checkpoint.pt"
EVERY_S = 60.0


class Checkpoint:
    """A training's state on disk: written whole or not at all, and of no use to another training."""

    def __init__(self, folder: Path, mark: str) -> None:
        self._path = folder / NAME
        self._mark = mark
        self._saved = time.monotonic()

    def save(self, step: int, net: Any, optimizer: Any, averaged: list[Any] | None) -> None:
        """Keep the state, at most once a minute."""
        if time.monotonic() - self._saved < EVERY_S:
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

    def load(self, net: Any, optimizer: Any) -> tuple[int, list[Any] | None]:
        """The step to go on from, and the averaged weights; 0 where nothing fits.

        Raises:
            WeightsError: The file is damaged.
        """
        if not self._path.exists():
            return 0, None
        try:
            state = torch.load(self._path, weights_only=True)
        except Exception as error:  # torch raises what its readers of zip and pickle raise
            raise WeightsError(f"{self._path} is damaged: remove it to train anew.") from error
        if state["mark"] != self._mark:
            return 0, None
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["chance"])
        return state["step"], state["averaged"]

    def remove(self) -> None:
        """The training is done."""
        self._path.unlink(missing_ok=True)
