"""A judge that reads the moment and the task together: a cross-encoder as int8 ONNX on one thread; no torch.

Knows how a moment becomes tokens (training asks it, so both read alike) and how to run what
`models.lab.training.train_cross` made. Nothing of it ships: with whole traces left out the heads on
frozen vectors judge better (docs/when-to-speak.md), so this is for comparison and for other data.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import onnxruntime
import tokenizers

from models.manifest import WeightsError, checked
from models.observation import Judgement, Need, Observation
from models.reading import Reading
from models.trace import seconds

MODEL = "cross.onnx"
FLOAT_MODEL = "cross-float.onnx"  # what int8 is held against; never needed to judge
TOKENIZER = "tokenizer.json"
THRESHOLD = 0.5  # the majority's word; the daemon's own threshold is the user's (models.decision)

TOKENS = 112
HISTORY = 4  # newest observations
NEWEST_TOKENS = 40
OLDER_TOKENS = 24  # of each
TASK_TOKENS = 32
MARK, OLDER, NEWEST, TASK = -1, 0, 1, 2

# Pauses in words: a small encoder knows words, not seconds.
PAUSES = ((2, "at once"), (20, "seconds later"), (90, "a minute later"), (900, "minutes later"))
LONG = "much later"


class Tokens(NamedTuple):
    """A moment, and a task or none, as the network reads them.

    Attributes:
        ids: The vocabulary's numbers, at most TOKENS.
        parts: What each belongs to: MARK, OLDER, NEWEST or TASK.
    """

    ids: list[int]
    parts: list[int]


class Reader:
    """Turns moments into tokens.

    Args:
        tokenizer: Its truncation and padding are turned off.
    """

    def __init__(self, tokenizer: tokenizers.Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._start, self._end = (tokenizer.token_to_id(mark) or 0 for mark in ("[CLS]", "[SEP]"))

    def __call__(self, history: Sequence[Observation], task: str | None) -> Tokens:
        """``[CLS] older [SEP] newest [SEP] task [SEP]``; the oldest words go where room is short."""
        told = _told(history[-HISTORY:])
        newest = self._ids(told[-1])[:NEWEST_TOKENS]
        wanted = self._ids(task)[:TASK_TOKENS] if task else []
        older = [number for text in told[:-1] for number in self._ids(text)[:OLDER_TOKENS]]
        room = TOKENS - 4 - len(newest) - len(wanted)
        ids, parts = [self._start], [MARK]
        for part, numbers in ((OLDER, older[-room:]), (NEWEST, newest), (TASK, wanted)):
            ids += [*numbers, self._end]
            parts += [*[part] * len(numbers), MARK]
        return Tokens(ids, parts)

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


class CrossEncoder:
    """Judges with one pass over moment and task.

    Attributes:
        name: First digits of the weights' hash.
    """

    def __init__(self, session: onnxruntime.InferenceSession, reader: Reader, name: str) -> None:
        self._session = session
        self._reader = reader
        self.name = name

    @classmethod
    def load(cls, folder: Path, model: str = MODEL) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        _, name = checked(folder, model)
        vocabulary, _ = checked(folder, TOKENIZER)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            reader = Reader(tokenizers.Tokenizer.from_buffer(vocabulary))
            session = onnxruntime.InferenceSession(
                str(folder / model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise WeightsError(f"The model in {folder} cannot be loaded: {error}.") from error
        return cls(session, reader, name)

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        accept, need = self.probabilities(reading.history, task)
        return Judgement(1 - need if task is None else accept, THRESHOLD, self.name)

    def need(self, reading: Reading) -> Need:
        """Whether help is wanted after the newest observation."""
        return Need(self.probabilities(reading.history, None)[1], THRESHOLD, self.name)

    def probabilities(
        self, history: Sequence[Observation], task: str | None
    ) -> tuple[float, float]:
        """P(accept) and P(need)."""
        read = self._reader(history, task)
        inputs = {
            "ids": np.array([read.ids], np.int64),
            "parts": np.array([read.parts], np.int64),
        }
        accept, need = self._session.run(None, inputs)[0][0]
        return float(accept), float(need)


def _told(history: Sequence[Observation]) -> list[str]:
    """Each sentence after the pause before it, in words."""
    times = [seconds(item.time) for item in history]
    pauses = ["", *map(_pause, times, times[1:])]
    return [f"{pause} {item.event}".strip() for pause, item in zip(pauses, history, strict=True)]


def _pause(before: float | None, after: float | None) -> str:
    """A pause in words; nothing where a clock tells none or steps back."""
    if before is None or after is None or after < before:
        return ""
    return next((word for bound, word in PAUSES if after - before < bound), LONG)
