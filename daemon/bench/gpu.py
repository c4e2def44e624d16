"""What a chat model costs on a GPU, beside what its memory allows: each token of an answer reads all weights once.

The models have random weights, made here: speed does not depend on what they say. Steps are those of the
engine's own cache (`models.engine.transformers_kept`), without the schema, so that each answer has as many
tokens as a real one. Knows torch, imported once there is something to measure.
"""

import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from daemon.bench.rows import Measured, SpeedRow, percentile

NO_TORCH = "No figures of a GPU: torch is not installed (hunch-assistant[gpu])."
NO_GPU = "No figures of a GPU: there is none here."
HISTORY_TOKENS, QUESTION_TOKENS, ANSWER_TOKENS = 4000, 40, 84  # as the small model's proposals have
GOAL = 0.6
GB = 1e9
TWICE = 2  # a copy reads and writes


class Shape(NamedTuple):
    """A llama's sizes."""

    name: str
    width: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    words: int


class GpuScale(NamedTuple):
    """How much is measured.

    Attributes:
        shapes: Of the models; those for which the card has no room are left out.
        history: Tokens of the history.
        answer: Tokens of an answer.
        repeats: Answers.
        copied: Bytes that are copied to measure the memory.
    """

    shapes: tuple[Shape, ...] = (
        Shape("1.1 B", 2048, 5632, 22, 32, 4, 32_000),
        Shape("8.0 B", 4096, 14_336, 32, 32, 8, 128_256),
    )
    history: int = HISTORY_TOKENS
    answer: int = ANSWER_TOKENS
    repeats: int = 5
    copied: int = 4 << 30


QUICK = GpuScale(
    shapes=(Shape("tiny", 64, 128, 2, 4, 2, 300),),
    history=200, answer=8, repeats=2, copied=1 << 24,
)  # fmt: skip


def on_gpu(scale: GpuScale, said: Callable[[str], None]) -> Measured:
    """Measure on the GPU; where there is none, say so."""
    if importlib.util.find_spec("torch") is None:
        return Measured([], [NO_TORCH])
    import torch

    if not torch.cuda.is_available():
        return Measured([], [NO_GPU])
    name = torch.cuda.get_device_name()
    rows = list(on_device("cuda", scale, said))
    return Measured(rows, [f"The GPU is one {name}; its models are in bf16, with random weights."])


def on_device(device: str, scale: GpuScale, said: Callable[[str], None]) -> Iterator[SpeedRow]:
    """Measure on a device as torch names it."""
    import torch

    said(f"the memory of {device}")
    bandwidth = _bandwidth(torch, device, scale.copied)
    yield SpeedRow(device, "memory: read and written by a copy", 1, {"gb_per_s": bandwidth / GB})
    for shape in scale.shapes:
        said(f"a model of {shape.name} parameters")
        try:
            model = _model(torch, device, shape)
        except torch.OutOfMemoryError:
            yield SpeedRow(device, f"{shape.name}: no room for it", 0, {})
            continue
        with torch.inference_mode():
            yield from _answers(torch, model, shape, scale, bandwidth)
        del model
        if device == "cuda":
            torch.cuda.empty_cache()


def _answers(
    torch: Any, model: Any, shape: Shape, scale: GpuScale, bandwidth: float
) -> Iterator[SpeedRow]:
    from models.engine.transformers_kept import Kept

    drawn = torch.Generator().manual_seed(1)
    words = torch.randint(shape.words, (scale.history + 2 * QUESTION_TOKENS,), generator=drawn)
    history, questions = words.tolist()[: scale.history], words.tolist()[scale.history :]
    times: dict[str, list[float]] = {"anew": [], "kept": [], "written": []}
    for number in range(-1, scale.repeats):
        kept = Kept(model, shape.words)
        for name, question in (
            ("anew", questions[:QUESTION_TOKENS]),
            ("kept", questions[QUESTION_TOKENS:]),
        ):
            began = _now(torch)
            row = kept.follow([*history, *question])
            read = _now(torch)
            for _ in range(scale.answer - 1):
                (row,) = kept.read([int(row.argmax())], rows=1)
            done = _now(torch)
            if number >= 0:  # the first warms the card up
                times[name].append(done - began)
                times["written"].append((done - read) / (scale.answer - 1))
    weights = sum(item.numel() * item.element_size() for item in model.parameters())
    looked_up = model.get_input_embeddings().weight
    if looked_up is not model.get_output_embeddings().weight:
        weights -= looked_up.numel() * looked_up.element_size()  # one row of it a token
    per_s = 1 / percentile(times["written"], 0.5)
    yield SpeedRow(
        "hunch", f"{shape.name}: tokens written, one answer at a time", len(times["written"]),
        {"per_s": per_s, "share": per_s * weights / bandwidth},
        f"{GOAL:.0%} of what the memory allows ({bandwidth / weights:,.0f}/s)",
    )  # fmt: skip
    for name, what in (("anew", "read anew"), ("kept", "kept")):
        yield SpeedRow(
            "hunch",
            f"{shape.name}: proposal, {scale.history:,} tokens of history {what}",
            scale.repeats,
            {"p50_s": percentile(times[name], 0.5), "p95_s": percentile(times[name], 0.95)},
        )


def _model(torch: Any, device: str, shape: Shape) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=shape.words,
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        max_position_embeddings=2 * HISTORY_TOKENS,
    )
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            return LlamaForCausalLM(config).eval()
    finally:
        torch.set_default_dtype(before)


def _bandwidth(torch: Any, device: str, size: int) -> float:
    """Bytes a second that the memory reads and writes: the best of ten copies of one half of `size` to the other."""
    source = torch.zeros(size // TWICE, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    times = []
    for _ in range(10):
        began = _now(torch)
        target.copy_(source)
        times.append(_now(torch) - began)
    return float(size / min(times))


def _now(torch: Any) -> float:
    """Once the GPU has done what it was told."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()
