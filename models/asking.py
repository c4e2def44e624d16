"""What the agent is told of a moment: the history, and what is known of the user besides. Words only, no rules."""

from typing import Literal

import msgspec

from models.observation import Observation

Said = Literal["accepted", "rejected", "ignored", "undone"]


class Answered(msgspec.Struct, frozen=True):
    """A task that was proposed before, and what the user said to it."""

    task: str
    said: Said


class Asking(msgspec.Struct, frozen=True):
    """What a task is to be predicted from.

    Attributes:
        history: Observations, oldest first; from one question to the next they grow behind.
        profile: What the user does as a rule, a short sentence each.
        earlier: What was done before the history, in one short line; empty for nothing.
        answers: The last answers to proposals, oldest first.
        entities: Names of the history that the task may be about: files, pages, commands, errors.
        refused: Tasks that were drafted for this moment and would be rejected: what to do better.
        count: How many tasks may be proposed: 1 or 3.
        within_s: After so many seconds nobody waits for the answer; None for as long as it takes.
    """

    history: list[Observation]
    profile: tuple[str, ...] = ()
    earlier: str = ""
    answers: tuple[Answered, ...] = ()
    entities: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    count: Literal[1, 3] = 1
    within_s: float | None = None
