"""Exports a trained cross-encoder to int8 ONNX, embeddings too, for `models.cross`. Needs `[export]`."""

import tempfile
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from models.cross import MODEL, TOKENIZER
from models.lab.training.cross_net import Net
from models.manifest import Entry, write_weights

FLOAT_MODEL = "cross-float.onnx"
OPSET = 17


def export_cross(
    net: Net, vocabulary: bytes, blend: float, out: Path, entry: Entry, *, whole: bool = False
) -> None:
    """Write the network into `out`.

    Args:
        net: The trained network.
        vocabulary: Its tokenizer's file.
        blend: Share of P(need) in P(accept).
        out: Folder of the weights.
        entry: How they were made, for the manifest.
        whole: Keep the float32 model beside the int8 one, to compare.
    """
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        large, small = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        torch.onnx.export(
            _Judging(net.cpu().eval(), blend),
            (torch.tensor([[101, 1, 2, 3]]), torch.tensor([[-1, 0, 1, 2]])),
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
        if whole:
            write_weights(out, FLOAT_MODEL, large.read_bytes(), entry)
        write_weights(out, MODEL, small.read_bytes(), entry)


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
