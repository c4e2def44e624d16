"""Makes the weights of `models.cross`: trains, and exports to int8 ONNX, embeddings too. Needs `[export]`."""

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from models.cross import FLOAT_MODEL, MODEL, TOKENIZER, CrossEncoder
from models.lab.training.checkpoint import Checkpoint
from models.lab.training.cross_net import Net
from models.lab.training.recipes import RECIPES, fingerprint
from models.lab.training.train_cross import Base, Progress, minilm, train_cross
from models.manifest import Entry, ready, write_weights
from models.trace import RewardRow

OPSET = 17
COMPARED = 100  # rows on which int8 is held against float32


def make_cross(
    rows: Sequence[RewardRow],
    recipe: str,
    out: Path,
    entry: Entry,
    *,
    base: Base | None = None,
    progress: Progress = iter,
) -> dict[str, Any]:
    """Train on reward rows and write the weights into `out`.

    Args:
        rows: Judged tasks and silences.
        recipe: A name in RECIPES.
        out: Folder of the weights; a killed training with the same one is gone on with.
        entry: How they are made, for the manifest; its seed is used.
        base: Another encoder than MiniLM.
        progress: Goes through the steps.

    Returns:
        How far int8 lies from float32, in probability, as it stands in the manifest.
    """
    ready(out)
    settings, base = RECIPES[recipe], base or minilm()
    mark = fingerprint(rows, settings, entry.seed)
    net = train_cross(rows, settings, out, seed=entry.seed, base=base, progress=progress)
    export_cross(net, base.vocabulary, settings.blend, out, entry)
    gaps = _gaps(out, rows[:: max(1, len(rows) // COMPARED)])
    figures = {"training": mark, "int8_gap_mean": sum(gaps) / len(gaps), "int8_gap_max": max(gaps)}
    data = (out / MODEL).read_bytes()
    write_weights(out, MODEL, data, msgspec.structs.replace(entry, figures=figures))
    Checkpoint(out, mark).remove()
    return {"recipe": recipe, "rows": len(rows), "bytes": len(data), **figures}


def export_cross(net: Net, vocabulary: bytes, blend: float, out: Path, entry: Entry) -> None:
    """Write the network into `out`, in int8 and, to compare, in float32.

    Args:
        net: The trained network.
        vocabulary: Its tokenizer's file.
        blend: Share of P(need) in P(accept).
        out: Folder of the weights.
        entry: How they were made, for the manifest.
    """
    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the exporter's successor needs a package more, and no less time
        large, small = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        torch.onnx.export(
            _Judging(net.cpu(), blend).eval(),
            (torch.tensor([[0, 1, 2, 3]]), torch.tensor([[-1, 0, 1, 2]])),
            str(large),
            input_names=["ids", "parts"],
            output_names=["probabilities"],
            dynamic_axes={"ids": {1: "token"}, "parts": {1: "token"}},
            opset_version=OPSET,
            dynamo=False,
        )
        # A scale for each channel, and the reduced range for processors without VNNI: as the encoder's.
        quantize_dynamic(
            large, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
        write_weights(out, TOKENIZER, vocabulary, entry)
        write_weights(out, FLOAT_MODEL, large.read_bytes(), entry)
        write_weights(out, MODEL, small.read_bytes(), entry)


def _gaps(folder: Path, rows: Sequence[RewardRow]) -> list[float]:
    """Distances in probability between the int8 and the float32 model."""
    small, large = (CrossEncoder.load(folder, name) for name in (MODEL, FLOAT_MODEL))
    return [
        abs(one - other)
        for row in rows
        for one, other in zip(
            small.probabilities(row.obs, row.pred_task),
            large.probabilities(row.obs, row.pred_task),
            strict=True,
        )
    ]


class _Judging(torch.nn.Module):  # type: ignore[misc]
    """From tokens to the two probabilities, [1, 2]: acceptance with its share of need, and need."""

    def __init__(self, net: Net, blend: float) -> None:
        super().__init__()
        self.net = net
        self.blend = blend

    def forward(self, ids: Any, parts: Any) -> Any:
        """One text at a time, so nothing is padded and nothing masked."""
        accept, need = (torch.sigmoid(x) for x in self.net.above(self.net.below(ids), parts))
        return torch.stack([(1 - self.blend) * accept + self.blend * need, need], dim=1)
