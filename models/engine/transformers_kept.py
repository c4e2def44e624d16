"""What a transformers model has read, with its key/value cache: what begins alike is not read again.

A history that loses its oldest piece is read anew from there: on a GPU that takes some ten milliseconds,
and the answer depends on the prompt alone.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.engine.constrain import Answer
from models.engine.local import Late

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH_TOKENS = 512  # between two looks at the clock
ALIKE = 3  # so many tokens in a row as before: what followed them then is guessed to follow now
GUESSED = 6


class Kept:
    """A model with one cache.

    Args:
        model: A causal language model, loaded by somebody else.
        words: How many tokens its vocabulary has.

    Attributes:
        evaluated: How many tokens were computed.
        until: `time.monotonic()` at which it stops.
    """

    def __init__(self, model: Any, words: int) -> None:
        from transformers import DynamicCache

        self._model = model
        self._words = words
        self._cache = DynamicCache()
        self.tokens: list[int] = []
        self.evaluated = 0
        self.until = float("inf")

    def follow(self, tokens: Sequence[int]) -> "NDArray[np.float32]":
        """Hold exactly these tokens; the logits of what may follow.

        Raises:
            Late: The deadline passed.
        """
        import numpy as np

        shared = min(self._shared(tokens), len(tokens) - 1)
        self.cut(shared)
        (row,) = self.read(tokens[shared:], rows=1)
        return np.asarray(row)

    def ahead(self, tokens: Sequence[int], most: int) -> None:
        """Hold these tokens, and of those that have to be read not more than `most`.

        Raises:
            Late: The deadline passed.
        """
        shared = self._shared(tokens)
        self.cut(shared)
        self.read(tokens[shared : shared + most], rows=0)

    def read(self, tokens: Sequence[int], rows: int) -> "NDArray[np.float32]":
        """Read what follows.

        Args:
            tokens: What follows.
            rows: The logits after so many of the last tokens are wanted; fewer than `BATCH_TOKENS`.

        Returns:
            They, rows x words.

        Raises:
            Late: The deadline passed.
        """
        import numpy as np
        import torch

        found = np.zeros((0, self._words), np.float32)
        for begin in range(0, len(tokens), BATCH_TOKENS):
            if time.monotonic() > self.until:
                raise Late
            part = list(tokens[begin : begin + BATCH_TOKENS])
            with torch.inference_mode():
                out = self._model(
                    input_ids=torch.tensor([part], device=self._model.device),
                    past_key_values=self._cache,
                    use_cache=True,
                    logits_to_keep=max(rows, 1),
                )
            self.tokens += part
            self.evaluated += len(part)
            if rows:
                found = out.logits[0, -rows:, : self._words].float().cpu().numpy()
        return found

    def cut(self, length: int) -> None:
        """Forget what stands behind the first `length` tokens."""
        if length >= len(self.tokens):
            return
        for layer in self._cache.layers:
            layer.keys, layer.values = (
                layer.keys[..., :length, :],
                layer.values[..., :length, :],
            )
        del self.tokens[length:]

    def _shared(self, tokens: Sequence[int]) -> int:
        """How many tokens at the beginning are held already."""
        pairs = enumerate(zip(self.tokens, tokens, strict=False))
        most = min(len(self.tokens), len(tokens))
        return next((place for place, (held, wanted) in pairs if held != wanted), most)

    def guess(self, run: Sequence[int]) -> list[int]:
        """What followed the last time that the tokens ended like this, once `run` is read; mostly nothing."""
        text = [*self.tokens, *run]
        end = text[-ALIKE:]
        for place in range(len(text) - ALIKE - 1, -1, -1):
            if text[place : place + ALIKE] == end:
                return text[place + ALIKE : place + ALIKE + GUESSED]
        return []


def say(kept: Kept, answer: Answer, logits: "NDArray[np.float32]", most: int) -> None:
    """Go on with an answer, greedily, until it is whole, too long, or goes round in circles.

    What the model is about to repeat of its prompt (a file's name, a page's title) is guessed and read
    along: where the guess is right, several tokens cost one step (prompt lookup decoding).

    Args:
        kept: Holds the prompt.
        answer: Begun as the prompt ends.
        logits: Of what may follow.
        most: Tokens in the answer.

    Raises:
        Late: The deadline passed.
    """
    run = _next(answer, logits, most)
    while run:
        guessed = kept.guess(run)
        rows = kept.read([*run, *guessed], rows=1 + len(guessed))
        right = 0
        run = _next(answer, rows[0], most)
        while run and guessed[right : right + len(run)] == run:
            right += len(run)
            run = _next(answer, rows[right], most)
        kept.cut(len(kept.tokens) - len(guessed) + right)


def log_probability(kept: Kept, logits: "NDArray[np.float32]", end: Sequence[int]) -> float:
    """Of the tokens of `end` one after the other, in nats; what is held stays as it was.

    Raises:
        Late: The deadline passed.
    """
    import numpy as np

    length = len(kept.tokens)
    rows = [logits, *(kept.read(end[:-1], rows=len(end) - 1) if len(end) > 1 else ())]
    kept.cut(length)
    exact = [row.astype(np.float64) for row in rows]
    return float(
        sum(row[token] - np.logaddexp.reduce(row) for row, token in zip(exact, end, strict=True))
    )


def _next(answer: Answer, logits: "NDArray[np.float32]", most: int) -> list[int]:
    """What is said next, by the model and then by the schema; empty at the end."""
    if answer.done or len(answer.tokens) >= most or answer.loops:
        return []
    token = answer.take(logits)
    if token is None:
        return []
    run = [token, *answer.forced()]
    return [] if answer.done else run
