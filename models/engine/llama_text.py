"""The vocabulary and the chat template of llama.cpp's model, as `models.engine.text` asks for them.

The vocabulary of a file is enough; knows no context.
"""

import contextlib
import ctypes
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from models.engine.base import EngineError, Message
from models.engine.constrain import Constraints
from models.engine.text import without_system

_PIECE_BYTES = 512


class Words:
    """A model's vocabulary and its chat template.

    Args:
        model: llama.cpp's model, loaded by somebody else, who frees it.

    Attributes:
        size: How many tokens there are.
        end: The token that ends an answer.
    """

    def __init__(self, model: Any) -> None:
        import llama_cpp

        self._llama = llama_cpp
        self._vocabulary = llama_cpp.llama_model_get_vocab(model)
        self.size = int(llama_cpp.llama_vocab_n_tokens(self._vocabulary))
        self.end = int(llama_cpp.llama_vocab_eos(self._vocabulary))
        self._first = int(llama_cpp.llama_vocab_bos(self._vocabulary))
        template = llama_cpp.llama_model_chat_template(model, None)
        self._template = template.decode(errors="replace") if template else None

    def tokens(self, text: str, marks: bool = False) -> list[int]:
        """A text's tokens.

        Args:
            text: Any.
            marks: Whether a mark such as ``<|im_end|>`` in it is one; else it is text.
        """
        data = text.encode(errors="replace")
        room = len(data) + 8  # a token has at least a byte; some vocabularies put a space in front
        found = (self._llama.llama_token * room)()
        count = self._llama.llama_tokenize(
            self._vocabulary, data, len(data), found, room, False, marks
        )
        return list(found[: max(count, 0)])

    def piece(self, token: int) -> bytes:
        """What a token stands for."""
        if token < 0:  # a mark that the vocabulary has not; llama.cpp ends the process
            return b""
        room = ctypes.create_string_buffer(_PIECE_BYTES)
        count = self._llama.llama_token_to_piece(
            self._vocabulary, token, room, _PIECE_BYTES, 0, True
        )
        return room.raw[: max(count, 0)]

    def is_mark(self, token: int) -> bool:
        """Whether a token is one of the template's, and no text."""
        return bool(self._llama.llama_vocab_is_control(self._vocabulary, token))

    def ends(self, token: int) -> bool:
        """Whether a token ends an answer."""
        return bool(self._llama.llama_vocab_is_eog(self._vocabulary, token))

    def constraints(self) -> Constraints:
        """What holds answers to schemas in this vocabulary."""
        pieces = [self.piece(token) for token in range(self.size)]
        marks = [token for token in range(self.size) if self.is_mark(token)]
        return Constraints(pieces, marks, self.end, self.tokens)

    def first(self, rendered: Sequence[int]) -> list[int]:
        """The token that a text begins with, where the vocabulary wants one and the template has none."""
        wanted = self._llama.llama_vocab_get_add_bos(self._vocabulary)
        return [self._first] if wanted and list(rendered[:1]) != [self._first] else []

    def render(self, said: Sequence[Message]) -> str:
        """A conversation in the model's chat template, up to where it answers; plain without a template.

        Raises:
            EngineError: The template does not take it.
        """
        if self._template is None:
            return "".join(f"{message.content}\n\n" for message in said)
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        end, first = (self.piece(mark).decode(errors="replace") for mark in (self.end, self._first))
        try:
            form = Jinja2ChatFormatter(self._template, eos_token=end, bos_token=first)
            try:
                return str(form(messages=msgspec.to_builtins(said), enable_thinking=False).prompt)
            except (TemplateError, ValueError):  # such as "System role not supported"
                joined = msgspec.to_builtins(without_system(said))
                return str(form(messages=joined, enable_thinking=False).prompt)
        except (TemplateError, ValueError, TypeError) as error:
            raise EngineError(
                "The model's chat template takes no question: use a model for chats."
            ) from error


@functools.cache
def begin() -> Any:
    """Set llama.cpp up, once a process: it says nothing, for what it would say goes to stderr."""
    import llama_cpp

    @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
    def drop(level: int, text: bytes, data: object) -> None: ...

    llama_cpp.llama_backend_init()
    llama_cpp.llama_log_set(drop, None)
    return drop  # llama.cpp holds it: so must we


@contextlib.contextmanager
def words_of(path: Path) -> Iterator[Words]:
    """A GGUF file's vocabulary alone, for training: it is freed at the end.

    Raises:
        EngineError: The file cannot be loaded.
    """
    import llama_cpp

    begin()
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise EngineError(f"The model {path} cannot be loaded: is it a whole GGUF file?")
    try:
        yield Words(model)
    finally:
        llama_cpp.llama_model_free(model)
