"""What a chat model costs on a GPU."""

from collections.abc import Callable
from typing import NamedTuple

from daemon.bench.rows import Measured


class GpuScale(NamedTuple):
    """How much is measured."""


QUICK = GpuScale()


def on_gpu(scale: GpuScale, said: Callable[[str], None]) -> Measured:
    """Measure."""
    return Measured([], ["There is no GPU here: no figures of one."])
