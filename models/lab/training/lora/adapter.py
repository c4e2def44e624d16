"""A LoRA as files: GGUF for llama.cpp, PEFT's folder for transformers. Needs gguf for the first."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.engine.base import EngineError, Job
from models.engine.gguf import BASE, JOB, PROMPT
from models.engine.transformers_files import MARKS
from models.manifest import Entry

# Matrices of a layer, as transformers and as llama.cpp name them.
_NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip
_KEY = re.compile(r"\.layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.")
# transformers' kinds whose GGUF files have query and key with their halves interleaved.
ARCHITECTURES = {"llama": "llama", "mistral": "llama"}

Floats = NDArray[np.float32]


class Marks(NamedTuple):
    """What an adapter says of itself.

    Attributes:
        job: What it is for.
        base: The fingerprint of its base; empty where that is a folder.
        prompt: Version of the prompt that it was trained on.
    """

    job: Job
    base: str
    prompt: str


def fits_gguf(model: Any) -> None:
    """Make sure before hours go into it that an adapter for the model can be written as GGUF.

    Raises:
        EngineError: It cannot.
    """
    kind = str(model.config.model_type)
    if kind not in ARCHITECTURES:
        raise EngineError(
            f"Adapters for a GGUF model of the kind {kind} cannot be written: give its Hugging Face folder."
        )


def gguf_bytes(model: Any, marks: Marks) -> bytes:
    """A trained model's LoRA as a GGUF file that llama.cpp loads: float16, names and order of rows as there.

    Args:
        model: Of peft, on llama's architecture.
        marks: For the header.
    """
    import gguf

    config = model.peft_config["default"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "adapter.gguf"
        writer = gguf.GGUFWriter(path, ARCHITECTURES[model.config.model_type])
        writer.add_type("adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", float(config.lora_alpha))
        for key, value in ((BASE, marks.base), (JOB, marks.job), (PROMPT, marks.prompt)):
            if value:
                writer.add_string(key, value)
        for name, matrix in matrices(_state(model), model.config):
            writer.add_tensor(name, matrix.astype(np.float16))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path.read_bytes()


def write_peft(model: Any, out: Path, marks: Marks, entry: Entry) -> None:
    """A trained model's LoRA as PEFT's folder, with what it says of itself and how it was made beside it."""
    model.save_pretrained(out, save_embedding_layers=False)
    told = {**marks._asdict(), "made": msgspec.to_builtins(entry)}
    (out / MARKS).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def matrices(state: Mapping[str, Floats], config: Any) -> Iterator[tuple[str, Floats]]:
    """LoRA's matrices under llama.cpp's names: A of shape [rank, in], B of shape [out, rank].

    llama.cpp turns the halves of a head's query and key interleaved, so the rows of their B are reordered.
    """
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    for key, matrix in sorted(state.items()):
        match = _KEY.search(key)
        if match is None:
            raise ValueError(f"not a matrix of a layer: {key}")
        layer, module, side = match.groups()
        name = _NAMES[module]
        reordered = side == "B" and name in heads
        yield (
            f"blk.{layer}.{name}.weight.lora_{side.lower()}",
            interleaved(matrix, heads[name]) if reordered else matrix,
        )


def interleaved(matrix: Floats, heads: int) -> Floats:
    """Rows of each head, one of its first half and one of its second in turn."""
    rows, rank = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, rank).swapaxes(1, 2).reshape(rows, rank)


def _state(model: Any) -> dict[str, Floats]:
    from peft import get_peft_model_state_dict

    found = get_peft_model_state_dict(model, save_embedding_layers=False)
    return {f"{key}.": weight.detach().float().cpu().numpy() for key, weight in found.items()}
