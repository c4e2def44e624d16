"""Tells a segment: by the language model where its sentence passes the checks, else by rules.

A model that is trained for it reads the facts as lines (`models.masked`), any other rewords the rules'
sentence (`models.masks`). Neither reads a name, and neither's word is taken for one.
"""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from models import prompts
from models.check import unsupported, untold
from models.engine.base import AwayError, Engine, EngineError, Prompt
from models.facts import Facts, facts
from models.faithful import faithful
from models.masked import masked
from models.masks import bare, keeps, mask, unmask
from models.segment import Segment
from models.telling import tell

LEAST_TOKENS = 24  # and half a token for each letter of the note
KNOWN = 1000  # notes with their answers, 200 bytes each
SLOW_S = 5.0  # a tenth of it is usual; below the engines' deadlines for a sentence
RULES = "rules"


class Sentence(msgspec.Struct, frozen=True):
    """A model's answer."""

    event: str


class _Note(NamedTuple):
    """What a model is asked, what its signs stand for, and whether its answer says what the note says."""

    text: str
    names: dict[str, str]
    prompt: Prompt
    kept: Callable[[str, str, dict[str, str]], bool]


class Narrator:
    """Describes segments.

    Args:
        engine: The language model; None to tell by rules alone.
        known: What it said before, by note.

    Attributes:
        known: What the model said, by note: no name is in either, and equal notes are asked once.
        refused: How many of the model's sentences did not pass the checks.
        draft: What the model said of the newest segment, before any check; None where it was not asked.
        problem: Why the model cannot be used, in a sentence; None while it can.
    """

    def __init__(
        self, engine: Engine | None, known: Mapping[str, str | None] | None = None
    ) -> None:
        self._engine = engine
        self.known: dict[str, str | None] = dict(known or {})
        self.refused = 0
        self.draft: str | None = None
        self.problem: str | None = None

    def describe(self, segment: Segment, before: Segment | None = None) -> tuple[str, str]:
        """The sentence, and who told it: ``rules`` or ``llm:MODEL``."""
        seen = facts(segment, before)
        told, self.draft = tell(seen), None
        nobody = seen.away_s is not None or seen.unseen_s is not None
        if self._engine is None or seen.idle or nobody:
            return told, RULES  # nothing to word better
        asked = self._note(seen)
        answer = self._answer(asked)
        if answer is None or self._engine is None:
            return told, RULES
        self.draft = sentence = unmask(answer, asked.names)
        kept = asked.kept(answer, asked.text, asked.names)
        if not kept or unsupported(bare(answer), seen) or untold(sentence, seen):
            self.refused += 1
            return told, RULES
        return sentence, f"llm:{self._engine.name}"

    def _note(self, seen: Facts) -> _Note:
        if self._engine is not None and "segmenter" in self._engine.adapted:
            note, names = masked(seen)
            return _Note(note, names, prompts.note(note), faithful)
        note, names = mask(seen)
        return _Note(note, names, prompts.sentence(note), keeps)

    def _answer(self, asked: _Note) -> str | None:
        """The model's words for a note; equal notes are asked once, for the answer is greedy."""
        if asked.text not in self.known and self._engine is not None:
            if len(self.known) >= KNOWN:
                self.known.clear()
            room = LEAST_TOKENS + len(asked.text) // 2
            begun = time.monotonic()
            try:
                answer = self._engine.complete(asked.prompt, Sentence, room)
            except EngineError as error:  # the rules go on
                self.problem = str(error)
                if not isinstance(error, AwayError):
                    self._engine = None
                return None
            self.problem = None
            if answer is None and time.monotonic() - begun >= SLOW_S:
                return None  # it came too late: asked again, it may not
            self.known[asked.text] = " ".join(answer.event.split()) if answer else None
        return self.known.get(asked.text)
