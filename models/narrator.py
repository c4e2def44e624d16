"""Tells a segment: by the language model where it passes the check, else by rules."""

from pathlib import Path

import msgspec

from models import prompts
from models.check import quotes, unsupported, untold
from models.engine.base import Engine, EngineError
from models.facts import facts
from models.segment import Segment
from models.telling import tell

SENTENCE_TOKENS = 120
LONGEST, GROWTH = 15, 1.1  # a sentence may be so much longer than the rules'
RULES = "rules"


class Sentence(msgspec.Struct, frozen=True):
    """A model's answer."""

    event: str


class Narrator:
    """Describes segments.

    Args:
        engine: The language model; None to tell by rules alone.

    Attributes:
        refused: How many of the model's sentences did not pass the check.
    """

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine
        self.refused = 0

    def describe(self, segment: Segment, before: Segment | None = None) -> tuple[str, str]:
        """The sentence, and who told it: ``rules`` or ``llm:MODEL``."""
        seen = facts(segment, before)
        told = tell(seen)
        if self._engine is None or seen.idle or seen.away_s is not None:
            return told, RULES  # nothing to reword
        try:
            answer = self._engine.complete(prompts.sentence(told), Sentence, SENTENCE_TOKENS)
        except EngineError:
            self._engine = None  # said once, by whoever loads it; the rules go on
            return told, RULES
        sentence = " ".join(answer.event.split()) if answer else ""
        if not _fits(sentence, told) or unsupported(sentence, seen) or untold(sentence, seen):
            self.refused += answer is not None
            return told, RULES
        return sentence, f"llm:{self._engine.name}"


def _fits(sentence: str, told: str) -> bool:
    """Whether it is one plain sentence that keeps every quote to the letter and does not ramble."""
    plain = sentence.startswith("The user ") and sentence.endswith(".")
    short = len(sentence) <= LONGEST + GROWTH * len(told)
    return plain and short and all(part in sentence for part in quotes(told))


def load_engine(model: str) -> Engine | None:
    """The engine that a setting names: a GGUF file, empty for the default, ``none`` for none.

    Raises:
        EngineError: A file is named and is not there.
    """
    from models.engine.llama import LlamaEngine, default_model

    if model == "none":
        return None
    if model and not Path(model).expanduser().is_file():
        raise EngineError(f"The model {model} is not there: set `model` to a GGUF file.")
    path = Path(model).expanduser() if model else default_model()
    return LlamaEngine(path) if path else None
