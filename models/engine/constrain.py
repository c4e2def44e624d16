"""An answer held to a schema, token by token, by llguidance: for every engine that gives us its logits.

The likeliest token is asked about first; the whole vocabulary is looked at only when that one is refused.
What the schema leaves no choice about (``{"Purpose": "``) is written without asking the model.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from models.engine.base import schema_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOOPED_TOKENS = 24  # at least so many, …
_LOOPS = 4  # … in at least so many rounds: nobody says that


class Constraints:
    """Schemas for one vocabulary.

    Args:
        pieces: What each token stands for.
        marks: Tokens that are no text.
        end: The token that ends an answer.
        encode: A text's tokens.
    """

    def __init__(
        self,
        pieces: Sequence[bytes],
        marks: Collection[int],
        end: int,
        encode: Callable[[str], Sequence[int]],
    ) -> None:
        from llguidance import LLTokenizer, TokenizerWrapper

        words = _Words(pieces, marks, end, encode)
        # Slices speed up masks, which are seldom asked for here, and cost 10 MB.
        self._tokenizer = LLTokenizer(TokenizerWrapper(words), n_vocab=len(pieces), slices=[])
        self._pieces = pieces
        self._grammars: dict[type[msgspec.Struct], str] = {}

    def answer(self, shape: type[msgspec.Struct]) -> "Answer":
        """An answer in the shape of a Struct, at its beginning."""
        from llguidance import LLMatcher

        if shape not in self._grammars:
            schema = msgspec.json.encode(schema_of(shape)).decode()
            self._grammars[shape] = LLMatcher.grammar_from_json_schema(
                schema,  # with the spaces of `base.written`
                {"whitespace_flexible": False, "key_separator": ": ", "item_separator": ", "},
            )
        return Answer(LLMatcher(self._tokenizer, self._grammars[shape]), self._pieces)


class Answer:
    """One answer under way.

    Attributes:
        tokens: What was said so far.
    """

    def __init__(self, matcher: Any, pieces: Sequence[bytes]) -> None:
        self._matcher = matcher
        self._pieces = pieces
        self.tokens: list[int] = []

    @property
    def done(self) -> bool:
        """Whether nothing more may come: it is whole, or has gone wrong."""
        return bool(self._matcher.is_stopped())

    @property
    def loops(self) -> bool:
        """Whether the model says the same over and over."""
        return loops(self.tokens)

    def forced(self) -> list[int]:
        """Say what has to come now; not a space at its end, which words have in front."""
        run = [int(token) for token in self._matcher.compute_ff_tokens()]
        while run and self._pieces[run[-1]].isspace():
            run.pop()
        if run and self._matcher.consume_tokens(run):
            self.tokens += run
            return run
        return []

    def take(self, logits: "NDArray[np.float32]") -> int | None:
        """Say the likeliest token that may come; None when the answer is at its end.

        Args:
            logits: One for each token; not changed.
        """
        import numpy as np

        token = int(logits.argmax())
        if self._matcher.validate_tokens([token]) != 1:
            bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
            allowed = np.unpackbits(bits, bitorder="little")[: len(logits)].astype(bool)
            if not allowed.any():
                return None
            token = int(np.where(allowed, logits, -np.inf).argmax())
        if not self._matcher.consume_token(token):
            return None
        self.tokens.append(token)
        return token


def loops(tokens: Sequence[int]) -> bool:
    """Whether tokens end in the same few, round after round."""
    for length in range(1, len(tokens) // _LOOPS + 1):
        rounds = max(_LOOPS, -(-_LOOPED_TOKENS // length))
        tail = tokens[-length * rounds :]
        if len(tail) == length * rounds and tail[length:] == tail[:-length]:
            return True
    return False


class _Words:
    """A vocabulary as llguidance asks for it."""

    bos_token_id = None

    def __init__(
        self,
        pieces: Sequence[bytes],
        marks: Collection[int],
        end: int,
        encode: Callable[[str], Sequence[int]],
    ) -> None:
        self.tokens = pieces
        self.special_token_ids = sorted(marks)
        self.eos_token_id = end
        self._encode = encode

    def __call__(self, text: bytes | str) -> Sequence[int]:
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        return self._encode(text)
