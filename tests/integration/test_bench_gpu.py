"""The bench of a GPU, gone through on the processor with a tiny model: what it measures, not how quick it is."""

import pytest

from daemon.bench import gpu
from daemon.bench.rows import Measured

pytest.importorskip("torch", reason="install hunch-assistant[gpu], as make test does")


def test_writing_and_proposals_are_measured_beside_the_memory() -> None:
    said: list[str] = []
    memory, writing, anew, kept = gpu.on_device("cpu", gpu.QUICK, said.append)
    assert (memory.figures["gb_per_s"] or 0) > 0.1
    assert (writing.figures["per_s"] or 0) > 1 and 0 < (writing.figures["share"] or 0) < 1
    assert writing.n == 2 * gpu.QUICK.repeats
    assert (kept.figures["p50_s"] or 0) > 0 and (anew.figures["p50_s"] or 0) > 0
    assert said == ["the memory of cpu", "a model of tiny parameters"]


def test_without_a_gpu_it_says_so() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    assert gpu.on_gpu(gpu.QUICK, lambda name: None) == Measured([], [gpu.NO_GPU])
