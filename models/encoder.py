"""Sentences to vectors: MiniLM as int8 ONNX on one thread; no torch.

Source: sentence-transformers/all-MiniLM-L6-v2 (mean pooling, L2 norm), exported
by `models.lab.training.export_encoder`. Knows nothing of what vectors are for.

The graph is a file of its own, whose large weights are places in `MODEL`: the system maps them, and of
the 30,000 words' vectors only those that come up are ever read (18 MB less than a copy of them all).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
import onnxruntime
import tokenizers
from numpy.typing import NDArray

from models.manifest import WEIGHTS, WeightsError, checked, read_manifest, verified
from models.table import Place, Table

MODEL = "encoder.onnx"
GRAPH = "encoder.graph.onnx"
TOKENIZER = "tokenizer.json"
TOKENS = 128  # a sentence has 25; a long quote is cut
SIZE = 384

Vectors = NDArray[np.float32]


class Encoder:
    """Turns sentences into unit vectors.

    Attributes:
        name: First digits of the weights' hash: vectors of another name cannot be compared.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: tokenizers.Tokenizer,
        table: Table,
        name: str,
    ) -> None:
        self._session = session
        self._table = table
        self._tokenizer = tokenizer
        self.name = name

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        name = verified(folder, MODEL)
        verified(folder, GRAPH)
        vocabulary, _ = checked(folder, TOKENIZER)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two were slower on short sentences
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # a plan for each length of text, kept: no faster
        try:
            place = read_manifest(folder)[GRAPH].figures.get("table")
            table = Table(folder / MODEL, msgspec.convert(place, Place))
            table.lend(options)
            tokenizer = tokenizers.Tokenizer.from_buffer(vocabulary)
            session = onnxruntime.InferenceSession(  # by its path: a session keeps bytes for ever
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise WeightsError(f"The encoder in {folder} cannot be loaded: {error}.") from error
        tokenizer.enable_truncation(TOKENS)
        tokenizer.enable_padding()
        return cls(session, tokenizer, table, name)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, shape [len(texts), SIZE]."""
        rows = [self._encode_one(text) for text in texts]
        self._table.let_go()
        return np.concatenate(rows) if rows else np.zeros((0, SIZE), np.float32)

    def _encode_one(self, text: str) -> Vectors:
        """One at a time: int8 scales depend on the batch, and a sentence's vector must not."""
        encoding = self._tokenizer.encode(text)
        inputs = {
            "input_ids": np.array([encoding.ids], np.int64),
            "attention_mask": np.array([encoding.attention_mask], np.int64),
        }
        return np.asarray(self._session.run(None, inputs)[0], np.float32)


def pack(vector: Vectors) -> bytes:
    """A vector of shape [SIZE] as it is kept: float16, 768 bytes."""
    return vector.astype(np.float16).tobytes()


def unpack(data: bytes) -> Vectors:
    """What `pack` made, as float32 of shape [SIZE]."""
    return np.frombuffer(data, np.float16).astype(np.float32)
