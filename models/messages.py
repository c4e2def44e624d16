"""What the daemon and its model worker say to each other: how it is set up, a request, its answer."""

from typing import Any, Literal

import msgspec

from models.engine.base import SEED, Job
from models.observation import Observation
from models.segment import Segment

WRITTEN = b"written"  # the daemon's word that what leaves is in the ledger


class Setup(msgspec.Struct, frozen=True):
    """How a worker is set up, as JSON in its first argument.

    Attributes:
        model: As `models.engine.load` reads it.
        sentences: Who words them: ``rules``, ``model``, or ``auto``: the model where the user chose one. Our small
            one's read no better than the rules' (`hunch bench segmenter`).
        adapters: Adapters of the user's own, for a job, as `models.engine.load` reads them.
        idle_s: Free the language model when it was not asked for so many seconds.
        weights: Folder of encoder and heads; empty for ours.
        offline: Reach no address but this machine's.
        agent_prompt: File with the user's own prompt for tasks; empty for ours.
        cache: Folder for what is made once of a model; empty to make nothing.
        exact: An answer of the language model depends on its prompt alone, and takes its time.
        seed: For a server that draws by chance.
    """

    model: str = ""
    idle_s: float = 600.0
    weights: str = ""
    offline: bool = True
    agent_prompt: str = ""
    sentences: Literal["auto", "rules", "model"] = "auto"
    adapters: dict[Job, str] = {}
    cache: str = ""
    exact: bool = False
    seed: int = SEED

    @property
    def by_model(self) -> bool:
        """Whether sentences are the language model's."""
        chosen = bool(self.model or self.adapters.get("segmenter"))
        return self.sentences == "model" or (self.sentences == "auto" and chosen)


class Request(msgspec.Struct, frozen=True):
    """One call: a method of `Worker` and its arguments."""

    method: str
    params: msgspec.Raw = msgspec.Raw(b"\x80")


class Unused(msgspec.Struct, frozen=True):
    """What the language model said for nothing.

    Attributes:
        unparsed: Answers that were not of the form that was asked for.
        refused: Sentences that did not say what was seen.
        unseen: Tasks that named what was never seen.
    """

    unparsed: int = 0
    refused: int = 0
    unseen: int = 0

    def plus(self, more: "Unused") -> "Unused":
        """Both together."""
        return Unused(
            self.unparsed + more.unparsed, self.refused + more.refused, self.unseen + more.unseen
        )

    def since(self, before: "Unused") -> "Unused":
        """What came since then; nothing where the model was given up meanwhile, and its counts with it."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(before), strict=True)
        return Unused(*(max(now - then, 0) for now, then in pairs))


class Reply(msgspec.Struct, frozen=True):
    """Its answer, or why there is none, in a sentence.

    Attributes:
        result: The answer.
        error: Why there is none.
        problem: What else is wrong with the models at present.
        loaded: Whether the language model is in memory.
        asked: Whether the language model, wherever it runs, was asked for a task in it.
        cpu_s: Seconds of this process's time that it took.
        unused: What the language model said for nothing in it.
        leaving: No answer yet: what is about to go to another program, to whom and in which words.
            The daemon says `WRITTEN` once it is in the ledger; else it does not go.
    """

    result: Any = None
    error: str | None = None
    problem: str | None = None
    loaded: bool = False
    asked: bool = False
    cpu_s: float = 0.0
    unused: Unused = Unused()
    leaving: tuple[str, str] | None = None


class DescribeParams(msgspec.Struct, frozen=True):
    """A segment, and the one before it."""

    segment: Segment
    before: Segment | None = None


class HistoryParams(msgspec.Struct, frozen=True):
    """Observations, oldest first, with the vectors that are known of them; and a task to judge."""

    history: list[Observation]
    vectors: list[bytes | None] = []
    task: str | None = None
