"""A Hugging Face tokenizer and its chat template, as `models.engine.text` asks for them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from models.engine.base import EngineError, Message
from models.engine.constrain import Constraints
from models.engine.text import without_system


class FolderWords:
    """The vocabulary of a folder's model.

    Args:
        tokenizer: A fast tokenizer, loaded by somebody else.

    Attributes:
        size: How many tokens there are.

    Raises:
        EngineError: It has no chat template, or its vocabulary cannot be read.
    """

    def __init__(self, tokenizer: Any) -> None:
        if tokenizer.chat_template is None:
            raise EngineError(
                f"The model {tokenizer.name_or_path} has no chat template: take its chat or instruct version."
            )
        if not tokenizer.is_fast or tokenizer.eos_token_id is None:
            raise EngineError(
                f"The model {tokenizer.name_or_path} has no tokenizer.json that says how an answer ends: "
                "take a newer version of it."
            )
        from llguidance.hf import from_tokenizer

        self._tokenizer = tokenizer
        self.size = len(tokenizer)
        words = from_tokenizer(tokenizer)
        self._pieces = [words.decode_bytes([token]) for token in range(self.size)]

    def constraints(self) -> Constraints:
        """What holds answers to schemas in this vocabulary."""
        return Constraints(
            self._pieces,
            self._tokenizer.all_special_ids,
            self._tokenizer.eos_token_id,
            self.tokens,
        )

    def tokens(self, text: str, marks: bool = False) -> list[int]:
        """A text's tokens; a mark such as ``<|im_end|>`` in it is text, unless `marks` says otherwise."""
        text = text.encode(errors="replace").decode()  # lone surrogates
        found = self._tokenizer(text, add_special_tokens=False, split_special_tokens=not marks)
        return list(found["input_ids"])

    def text(self, tokens: Sequence[int]) -> bytes:
        """What tokens stand for."""
        return b"".join(self._pieces[token] for token in tokens)

    def first(self, rendered: Sequence[int]) -> list[int]:
        """Nothing: a template here writes its own beginning."""
        return []

    def render(self, said: Sequence[Message]) -> str:
        """A conversation in the model's chat template, up to where it answers.

        Raises:
            EngineError: The template does not take it.
        """
        from jinja2 import TemplateError

        try:
            try:
                return self._rendered(said)
            except (TemplateError, ValueError):  # such as "System role not supported"
                return self._rendered(without_system(said))
        except (TemplateError, ValueError, TypeError) as error:
            raise EngineError(
                "The model's chat template takes no question: use a model for chats."
            ) from error

    def _rendered(self, said: Sequence[Message]) -> str:
        return str(
            self._tokenizer.apply_chat_template(
                msgspec.to_builtins(said),
                tokenize=False,
                add_generation_prompt=True,
                enable_thinking=False,
            )
        )
