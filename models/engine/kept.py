"""A context of llama.cpp that keeps what it has read: a history grows behind and is dropped in front, piece by piece.

What is dropped is cut out of the key/value cache and the rest moves up (a shift of positions), so an event
costs its own tokens and the question's. What stays has taken in what was dropped, so a shifted cache may
answer in other words than one that was read anew: `exact` reads everything anew, for replays.
"""

import ctypes
import itertools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.engine.base import AwayError, EngineError
from models.engine.interrupt import Interrupt
from models.engine.local import Late, newest
from models.engine.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH_TOKENS = 128  # read at a time: 512 are no quicker on a CPU, and cost 17 MB more
_ABORTED = 2
_SEQUENCE = 0  # the only one


class Kept:
    """One context over a model that somebody else holds.

    Args:
        model: llama.cpp's model.
        words: How many tokens its vocabulary has.
        size: How many tokens are held, read and written.
        threads: How many compute.
        adapter: llama.cpp's adapter, or None.
        exact: Read everything anew for each prompt.

    Attributes:
        size: How many tokens are held, read and written.
        evaluated: How many tokens were computed.
        until: `time.monotonic()` at which it stops, in the middle of a computation if need be.
        threads: How many compute.

    Raises:
        AwayError: There is not enough memory.
    """

    def __init__(
        self, model: Any, words: int, size: int, adapter: Any = None, *, exact: bool
    ) -> None:
        import llama_cpp

        self._llama = llama_cpp
        self._words = words
        self.size = size
        self._exact = exact
        self.evaluated = 0
        self.until = float("inf")
        self.threads = 1
        self._interrupt = Interrupt()
        self._stop = llama_cpp.ggml_abort_callback(
            lambda _: self._interrupt.came or time.monotonic() > self.until
        )
        self._context = llama_cpp.llama_init_from_model(model, self._params())
        if not self._context:
            raise AwayError(
                "There is not enough memory for the language model: "
                "close something, or set `model` to a smaller one."
            )
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._movable = bool(llama_cpp.llama_memory_can_shift(self._memory))
        self._batch = llama_cpp.llama_batch_init(BATCH_TOKENS, 0, 1)
        if adapter is not None:
            only = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(adapter)
            llama_cpp.llama_set_adapters_lora(self._context, only, 1, (ctypes.c_float * 1)(1.0))
        self._tokens: list[int] = []
        self._head: list[int] = []
        self._pieces: list[list[int]] = []

    @property
    def length(self) -> int:
        """How many tokens are held."""
        return len(self._tokens)

    def follow(self, text: Text, room: int) -> None:
        """Hold a prompt, so that an answer may follow; what is held already is not read again.

        Args:
            text: The prompt; of its pieces the newest that fit are read.
            room: How many tokens the answer may have.

        Raises:
            Overrun: Not even the question fits.
            Late: The deadline passed.
            EngineError: The model failed.
        """
        self._resume([*self._prepare(text, room), *text.tail])

    def ahead(self, text: Text, room: int, most: int) -> None:
        """Read a prompt as far as its pieces, and not more than `most` tokens of it; raises as `follow`."""
        wanted = self._prepare(text, room)
        shared = _shared(self._tokens, wanted)
        if shared < len(wanted):
            self._resume(wanted[: shared + most])

    def read(self, tokens: Sequence[int]) -> None:
        """Read what follows; `logits` are then of its last token.

        Raises:
            Late: The deadline passed.
            EngineError: The model failed.
        """
        self._llama.llama_set_n_threads(self._context, self.threads, self.threads)
        for begin in range(0, len(tokens), BATCH_TOKENS):
            part = tokens[begin : begin + BATCH_TOKENS]
            self._fill(part)
            with self._interrupt:
                failed = self._llama.llama_decode(self._context, self._batch)
            if failed:
                self.cut(self.length)  # what was read of this batch
                if failed == _ABORTED:
                    raise Late
                raise EngineError("The language model failed: set `model` to another GGUF file.")
            self._tokens += part
            self.evaluated += len(part)

    def logits(self) -> "NDArray[np.float32]":
        """Of what may follow, one for each token of the vocabulary; valid until the next `read`."""
        import numpy as np

        row = self._llama.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(row, shape=(self._words,))

    def cut(self, length: int) -> None:
        """Forget what stands behind the first `length` tokens; models that cannot do so forget everything."""
        if self._llama.llama_memory_seq_rm(self._memory, _SEQUENCE, length, -1):
            del self._tokens[length:]
        else:
            self._llama.llama_memory_clear(self._memory, True)
            self._tokens = []

    def close(self) -> None:
        """Free its memory; it is of no use afterwards."""
        self._llama.llama_batch_free(self._batch)
        self._llama.llama_free(self._context)

    def _prepare(self, text: Text, room: int) -> list[int]:
        """A prompt up to the end of its pieces, once what is held was moved to where that has it.

        Which pieces are read depends on the prompt alone, not on what is held.
        """
        pieces = newest(text, self.size, room)
        if self._exact:
            self.cut(0)
        elif self._movable and self._head == text.head:
            self._drop(_dropped(self._held(), pieces))
        self._head, self._pieces = text.head, pieces
        return list(itertools.chain(text.head, *pieces))

    def _resume(self, tokens: Sequence[int]) -> None:
        """Hold exactly these tokens; the last is read in any case, for its logits."""
        self.cut(min(_shared(self._tokens, tokens), len(tokens) - 1))
        self.read(tokens[self.length :])

    def _held(self) -> list[list[int]]:
        """The pieces that were read to their end."""
        ends = itertools.accumulate(map(len, self._pieces), initial=len(self._head))
        next(ends)
        return self._pieces[: sum(end <= self.length for end in ends)]

    def _drop(self, count: int) -> None:
        """Cut the first pieces out; what stands behind them moves up."""
        begin = len(self._head)
        end = begin + sum(map(len, self._pieces[:count]))
        if begin == end:
            return
        if self._llama.llama_memory_seq_rm(self._memory, _SEQUENCE, begin, end):
            self._llama.llama_memory_seq_add(self._memory, _SEQUENCE, end, -1, begin - end)
            del self._tokens[begin:end]
        else:
            self.cut(begin)

    def _fill(self, tokens: Sequence[int]) -> None:
        """Make the batch these tokens; logits are wanted of the last."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place] = token
            batch.pos[place] = self.length + place
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = _SEQUENCE
            batch.logits[place] = place == len(tokens) - 1

    def _params(self) -> Any:
        params = self._llama.llama_context_default_params()
        params.n_ctx = self.size
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.n_outputs_max = 1
        params.abort_callback = self._stop
        params.no_perf = True
        return params


def _dropped(held: Sequence[list[int]], wanted: Sequence[list[int]]) -> int:
    """How many pieces to drop in front, so that most of what is held can stay."""
    kept = [
        sum(
            len(old)
            for old, _ in itertools.takewhile(_same, zip(held[drop:], wanted, strict=False))
        )
        for drop in range(len(held))
    ]
    return kept.index(max(kept)) if kept else 0


def _same(pair: tuple[list[int], list[int]]) -> bool:
    return pair[0] == pair[1]


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
