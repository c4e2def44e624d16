"""The words that pass between the stages: observation, need, prediction, judgement.

Formats are ProactiveBench's (design.md, "Data formats"); the letters are the
paper's (section 3.1): N_t is a need, P_t a prediction, R_t a judgement.
"""

from typing import Any

import msgspec


class Observation(msgspec.Struct, frozen=True):
    """A segment told in one sentence.

    Attributes:
        time: Epoch seconds as a decimal string; generated traces say "Day 1, 8:10 PM".
        event: The sentence: "The user switches to Visual Studio Code."
    """

    time: str
    event: str


class Need(msgspec.Struct, frozen=True):
    """Whether help is wanted now (N_t).

    Attributes:
        probability: P(N_t = 1), calibrated.
        threshold: From here on we speak.
        model: Hash of the weights that said so, as hexadecimal digits.
        shipped: The probability before the user's own terms; None where they were not asked for.
    """

    probability: float
    threshold: float
    model: str
    shipped: float | None = None

    @property
    def wanted(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self.probability >= self.threshold


class Prediction(msgspec.Struct, frozen=True):
    """A proposed task, or the decision to propose none (P_t).

    Attributes:
        task: One sentence in the imperative; None for silence.
        purpose: What the user seems to be after.
        thoughts: Why this task, for the log.
        response: What the popup says to the user: why it is offered ("You copied …").
        source: ``skill:NAME`` or ``agent:MODEL``.
        skill: Name of the skill that can carry it out; None when nobody can.
        arguments: What that skill's executor needs, JSON.
        evidence: Log-likelihood ratio, in nats, with which the trigger itself speaks for a need and
            for acceptance; 0 for a task that only a model worded.
        prompt: First digits of the hash of the prompt that a language model was asked with; empty
            where none was.
    """

    task: str | None
    purpose: str = ""
    thoughts: str = ""
    response: str = ""
    source: str = ""
    skill: str | None = None
    arguments: dict[str, Any] = {}
    evidence: float = 0.0
    prompt: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """Whether this user would accept a prediction (R_t).

    Attributes:
        probability: P(R_t = 1), calibrated.
        threshold: From here on it is shown.
        model: Hash of the weights that said so.
        thought: A reason in words, where the judge gives one.
        shipped: The probability before the user's own terms; None where they were not asked for.
    """

    probability: float
    threshold: float
    model: str
    thought: str = ""
    shipped: float | None = None

    @property
    def accepted(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self.probability >= self.threshold
