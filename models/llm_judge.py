"""A judge as in the paper (section 3.5, appendix A): a language model plays the user and accepts or rejects.

The prompt is ours, worded after the paper's, or the user's own. The probability is that of the word
"accepted" where the engine can tell it, else one or zero. Small untrained models judge at chance level.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from models import prompts
from models.engine.base import Engine, EngineError
from models.observation import Judgement
from models.reading import Reading

ANSWER_TOKENS = 100
THRESHOLD = 0.5
ACCEPTED, REJECTED = "accepted", "rejected"


def own_prompt(file: str) -> str | None:
    """A prompt of the user's own for `LLMJudge`; None where no file is named.

    Raises:
        PromptError: The file cannot be read, or lacks a place.
    """
    return prompts.read_prompt(file, prompts.checked_prompt)


class NoVerdict(EngineError):
    """The model's answer is no judgement; it counts as an error of its own."""


class Verdict(msgspec.Struct, frozen=True):
    """The paper's answer; the released data spell the word in two ways."""

    SPELLINGS: ClassVar[dict[str, str]] = {"judgement": "judgment"}

    thought: Annotated[str, msgspec.Meta(max_length=120)]
    judgment: Literal["accepted", "rejected"]


class LLMJudge:
    """Asks a language model.

    Attributes:
        unparsed: How many answers were no judgement.
    """

    def __init__(self, engine: Engine, prompt: str | None = None) -> None:
        self._engine = engine
        self._prompt = prompt
        self.name = f"{engine.name}:{prompts.version(prompt or prompts.JUDGE)}"
        self.unparsed = 0

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation.

        Raises:
            NoVerdict: The answer did not parse.
            EngineError: The model has failed as a whole.
        """
        asked = prompts.judgement(reading.history, task, self._prompt)
        verdict = self._engine.complete(asked, Verdict, ANSWER_TOKENS)
        if verdict is None:
            self.unparsed += 1
            raise NoVerdict("The language model's answer is no judgement.")
        thought = msgspec.json.encode(verdict.thought).decode()
        begun = f'{{"thought": {thought}, "judgment": "'
        chances = self._engine.choose(asked, begun, (f'{ACCEPTED}"', f'{REJECTED}"'))
        chance = float(verdict.judgment == ACCEPTED) if chances is None else chances[0]
        return Judgement(chance, THRESHOLD, self.name, verdict.thought)
