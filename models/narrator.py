"""Tells a segment: by the language model where it passes the check, else by rules."""

import logging

import msgspec

from models import prompts
from models.check import unsupported, untold
from models.engine.base import AwayError, Engine, EngineError
from models.facts import facts
from models.masks import keeps, mask, unmask
from models.segment import Segment
from models.telling import tell

LEAST_TOKENS = 24  # and half a token for each letter of the note
KNOWN = 1000  # notes with their answers, 200 bytes each
RULES = "rules"

log = logging.getLogger(__name__)


class Sentence(msgspec.Struct, frozen=True):
    """A model's answer."""

    event: str


class Narrator:
    """Describes segments.

    Args:
        engine: The language model; None to tell by rules alone.

    Attributes:
        refused: How many of the model's sentences did not pass the check.
        draft: What the model said of the newest segment, before the check; None where it was not asked.
        problem: Why the model cannot be used, in a sentence; None while it can.
    """

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine
        self._known: dict[str, str | None] = {}
        self.refused = 0
        self.draft: str | None = None
        self.problem: str | None = None

    def describe(self, segment: Segment, before: Segment | None = None) -> tuple[str, str]:
        """The sentence, and who told it: ``rules`` or ``llm:MODEL``."""
        self.draft = None
        seen = facts(segment, before)
        told = tell(seen)
        nobody = seen.away_s is not None or seen.unseen_s is not None
        if self._engine is None or seen.idle or nobody:
            return told, RULES  # nothing to reword
        note, names = mask(told, seen)
        reworded = self._reword(note)
        sentence = unmask(reworded or "", names)
        self.draft = sentence or None
        if reworded is None or not keeps(reworded, note, names):
            self.refused += reworded is not None
            return told, RULES
        if unsupported(sentence, seen) or untold(sentence, seen):
            self.refused += 1
            return told, RULES
        return sentence, f"llm:{self._engine.name}"

    def _reword(self, note: str) -> str | None:
        """The model's words for a masked note; equal notes are asked once, for the answer is greedy."""
        if note not in self._known and self._engine is not None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            try:
                asked = prompts.sentence(note)
                answer = self._engine.complete(asked, Sentence, LEAST_TOKENS + len(note) // 2)
            except EngineError as error:  # the rules go on
                self.problem = str(error)
                log.warning("%s", error)
                if not isinstance(error, AwayError):
                    self._engine = None
                return None
            self.problem = None
            self._known[note] = " ".join(answer.event.split()) if answer else None
        return self._known[note]
