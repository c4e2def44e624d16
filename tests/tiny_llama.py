"""A llama of half a megabyte with random weights, as a GGUF file, and adapters for it: what an engine needs, no sense.

Bytes are its words, with three merges: llama.cpp refuses a vocabulary without any.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

LAYERS, WIDTH, INNER, HEADS, KV_HEADS, CONTEXT = 3, 64, 128, 4, 2, 2048
MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = ("t h", "th e", "i n")
SPACE = "Ġ"  # as byte-level BPE writes it
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def byte_words() -> list[str]:
    """Every byte as byte-level BPE writes it: printable ones as themselves, the rest from 256 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + place) for place in range(len(rest))]


def merges_of(text: str, count: int) -> tuple[str, ...]:
    """Byte-level BPE's first merges for a text: with them a prompt of its words is a third as long."""
    words = Counter(re.findall(r" ?[A-Za-z]+", text))
    parts = {word: list(word.replace(" ", SPACE)) for word in words}
    found: list[str] = []
    for _ in range(count):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, often in words.items():
            for pair in itertools.pairwise(parts[word]):
                pairs[pair] += often
        (left, right), _ = pairs.most_common(1)[0]
        found.append(f"{left} {right}")
        for word in words:
            parts[word] = _merged(parts[word], left, right)
    return tuple(found)


def _merged(parts: Sequence[str], left: str, right: str) -> list[str]:
    done: list[str] = []
    for part in parts:
        if done and (done[-1], part) == (left, right):
            done[-1] = left + right
        else:
            done.append(part)
    return done


def write_model(
    path: Path,
    seed: int = 0,
    *,
    template: str | None = TEMPLATE,
    width: int = WIDTH,
    merges: Sequence[str] = MERGES,
) -> Path:
    """Write the model, F32; another seed is another model of the same sizes."""
    words = [*MARKS, *byte_words(), *("".join(merge.split()) for merge in merges)]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // HEADS)
    writer.add_vocab_size(len(words))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(words)
    writer.add_token_types([3] * len(MARKS) + [1] * (len(words) - len(MARKS)))
    writer.add_token_merges(list(merges))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)
    rng = np.random.default_rng(seed)
    for name, shape in _shapes(len(words), width).items():
        if len(shape) == 1:
            writer.add_tensor(name, np.ones(shape, np.float32))
        else:
            scale = (8.0 if name == "token_embd.weight" else 2.0) / np.sqrt(shape[1])
            writer.add_tensor(name, (rng.normal(size=shape) * scale).astype(np.float32))
    return _finish(writer, path)


def write_adapter(
    path: Path,
    seed: int = 1,
    *,
    said: dict[str, str] | None = None,
    architecture: str = "llama",
    width: int = WIDTH,
    scale: float = 1.0,
) -> Path:
    """Write a LoRA of rank 4 on the attention's output.

    Args:
        path: The file.
        seed: Of its random weights.
        said: Further metadata, such as ``hunch.base``.
        architecture: What kind of model it says it is for.
        width: Of the model.
        scale: How much it changes.
    """
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 4.0)
    for key, value in (said or {}).items():
        writer.add_string(key, value)
    rng = np.random.default_rng(seed)
    for layer in range(LAYERS):
        for side, shape in (("a", (4, width)), ("b", (width, 4))):
            values = (rng.normal(size=shape) * scale).astype(np.float32)
            writer.add_tensor(f"blk.{layer}.attn_output.weight.lora_{side}", values)
    return _finish(writer, path)


def _shapes(words: int, width: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (words, width),
        "output_norm.weight": (width,),
    }
    kv = width * KV_HEADS // HEADS
    for layer in range(LAYERS):
        block: dict[str, tuple[int, ...]] = {
            "attn_norm": (width,),
            "ffn_norm": (width,),
            "attn_q": (width, width),
            "attn_k": (kv, width),
            "attn_v": (kv, width),
            "attn_output": (width, width),
            "ffn_gate": (INNER, width),
            "ffn_up": (INNER, width),
            "ffn_down": (width, INNER),
        }
        shapes |= {f"blk.{layer}.{name}.weight": shape for name, shape in block.items()}
    return shapes


def _finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
