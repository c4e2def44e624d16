"""Who tells the segments of `hunch bench segmenter`: the rules, or a language model with the check behind it."""

import time
from typing import NamedTuple, Protocol

from models.engine.base import Engine, EngineError
from models.facts import facts
from models.narrator import Narrator
from models.segment import Segment
from models.telling import tell


class Telling(NamedTuple):
    """A segment's sentence.

    Attributes:
        sentence: As it would be shown.
        draft: What a language model said before the check; None where it was not asked.
    """

    sentence: str
    draft: str | None = None


class Teller(Protocol):
    """Tells segments.

    Attributes:
        name: In the table.
    """

    name: str

    def clock(self) -> float:
        """Seconds, in which its time is counted."""
        ...

    def tell(self, segment: Segment, before: Segment | None) -> Telling:
        """The sentence of a segment, given the one before it."""
        ...


class Rules:
    """Tells by rules alone; counted in this thread's processor time."""

    def __init__(self) -> None:
        self.name = "hunch"

    def clock(self) -> float:
        """This thread's processor."""
        return time.thread_time()

    def tell(self, segment: Segment, before: Segment | None) -> Telling:
        """The rules' sentence."""
        return Telling(tell(facts(segment, before)))


class Model:
    """Tells by a language model where it passes the check, as the daemon does; counted by the wall's clock.

    Args:
        name: In the table.
        engine: The model.
    """

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self._engine = engine
        self._narrator = Narrator(engine)

    def clock(self) -> float:
        """The wall's."""
        return time.perf_counter()

    def tell(self, segment: Segment, before: Segment | None) -> Telling:
        """The checked sentence, and what the model said.

        Raises:
            EngineError: The model cannot be used: its figures would be the rules'.
        """
        sentence, _ = self._narrator.describe(segment, before)
        if self._narrator.problem is not None:
            raise EngineError(self._narrator.problem)
        return Telling(sentence, self._narrator.draft)

    def close(self) -> None:
        """Free the model's memory."""
        self._engine.close()
