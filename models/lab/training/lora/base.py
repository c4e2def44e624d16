"""The model that an adapter is trained for: a GGUF file, as llama.cpp runs it, or a Hugging Face folder.

An example is read with the tokens of the engine that will run the adapter: those of llama.cpp for a GGUF
file, the folder's own tokenizer else. Needs torch and transformers; llama-cpp-python for a GGUF file.
"""

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.engine.base import EngineError
from models.engine.gguf import fingerprint
from models.engine.llama_text import Words, words_of
from models.engine.text import tokens
from models.engine.transformers_text import FolderWords
from models.lab.training.lora.examples import Row
from models.lab.training.lora.trees import Read


class Base(NamedTuple):
    """A model to train on.

    Attributes:
        model: Of transformers, on the CPU.
        mark: What tells it from other models: a GGUF file's fingerprint; empty for a folder.
        half: Whether this machine multiplies in bfloat16 at speed.
    """

    model: Any
    mark: str
    half: bool


def load_base(path: Path, *, half: bool | None = None) -> Base:
    """Load a model.

    Args:
        path: A GGUF file or a folder.
        half: Whether to hold it in bfloat16; where that is fast, if it is not said.

    Raises:
        EngineError: It is none, or cannot be loaded.
    """
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()  # the command shows its own
    logging.set_verbosity_error()
    if half is None:
        half = torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported()
    dtype = torch.bfloat16 if half else torch.float32
    mark = "" if path.is_dir() else fingerprint(path)
    where = (
        {"pretrained_model_name_or_path": str(path), "use_safetensors": True}
        if path.is_dir()
        else {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    )
    try:
        with contextlib.redirect_stderr(
            io.StringIO()
        ):  # a bar of its own, while weights are converted
            model = AutoModelForCausalLM.from_pretrained(
                dtype=dtype, local_files_only=True, **where
            )
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(
            f"The model {path} cannot be trained: give a GGUF file or a folder that transformers can load."
        ) from error
    if mark:  # its weights are plain numbers now; as a quantised one it could be moved to no GPU
        model.is_quantized = False
        del model.config.quantization_config
    model.config.use_cache = False
    return Base(model, mark, half)


Reader = Callable[[Sequence[Row]], list[Read]]


@contextlib.contextmanager
def reader(path: Path) -> Iterator[Reader]:
    """What turns examples into the tokens of a model.

    Raises:
        EngineError: The model has no vocabulary that can be loaded, or no chat template.
    """
    if path.is_dir():
        folder, end = _folder_words(path)
        yield lambda rows: [_read(folder, row, end) for row in rows]
        return
    with words_of(path) as words:
        yield lambda rows: [_read(words, row, words.end) for row in rows]


def _folder_words(path: Path) -> tuple[FolderWords, int]:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(path), local_files_only=True)
    except (OSError, ValueError) as error:
        raise EngineError(
            f"The folder {path} holds no tokenizer: give a model for chats."
        ) from error
    return FolderWords(tokenizer), int(tokenizer.eos_token_id)


def _read(words: Words | FolderWords, row: Row, end: int) -> Read:
    text = tokens(words, row.prompt)
    pieces = tuple(tuple(piece) for piece in text.pieces)
    answer = (*words.tokens(row.answer), end)
    return Read(tuple(text.head), pieces, tuple(text.tail), answer)
