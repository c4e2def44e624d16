"""How two passages through the same segments differ, in sentences and in proposals. Pure.

The first is called the record, whether it is what a daemon wrote down or another replay.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from daemon.replay_told import Task, Told

What = Literal["sentence", "proposal"]
ANSWERS = ("accepted", "rejected")


class Step(msgspec.Struct, frozen=True):
    """One segment, told twice."""

    recorded: Told
    replayed: Told
    differs: list[What]


class Counts(msgspec.Struct, frozen=True):
    """A replay in numbers.

    Attributes:
        sentences: All of them.
        told_otherwise: Those with other words.
        recorded: Moments with a proposal in the record.
        replayed: The same in the replay.
        same: Moments with the same task in both.
        accepted: Of the recorded proposals, those that the user accepted, by hand or in a review.
        accepted_again: Those of them that the replay proposes as well.
        rejected: As `accepted`.
        rejected_again: As `accepted_again`.
    """

    sentences: int
    told_otherwise: int
    recorded: int
    replayed: int
    same: int
    accepted: int
    accepted_again: int
    rejected: int
    rejected_again: int


def compare(recorded: Sequence[Told], replayed: Sequence[Told]) -> list[Step]:
    """Pair two passages; they are of the same segments, and so as long as each other."""
    return [
        Step(before, after, list(_differs(before, after)))
        for before, after in zip(recorded, replayed, strict=True)
    ]


def counts(steps: Sequence[Step]) -> Counts:
    """Count."""
    both = [(_words(step.recorded), _words(step.replayed)) for step in steps]
    again = {
        answer: [
            _words(step.recorded) == _words(step.replayed)
            for step in steps
            if step.recorded.proposed and step.recorded.proposed.state.startswith(answer)
        ]
        for answer in ANSWERS
    }
    return Counts(
        sentences=len(steps),
        told_otherwise=sum("sentence" in step.differs for step in steps),
        recorded=sum(before is not None for before, _ in both),
        replayed=sum(after is not None for _, after in both),
        same=sum(before is not None and before == after for before, after in both),
        accepted=len(again["accepted"]),
        accepted_again=sum(again["accepted"]),
        rejected=len(again["rejected"]),
        rejected_again=sum(again["rejected"]),
    )


def lines(steps: Sequence[Step], *, everything: bool = False) -> Iterator[str]:
    """The steps that differ, ``-`` as recorded and ``+`` as replayed, for a terminal; then the numbers."""
    for step in steps:
        if not (step.differs or everything):
            continue
        yield f"{step.recorded.time.astimezone():%m-%d %H:%M:%S}"
        if "sentence" in step.differs:
            yield f"  - {step.recorded.event}"
            yield f"  + {step.replayed.event}"
        else:
            yield f"    {step.recorded.event}"
        replayed = step.replayed
        if "proposal" not in step.differs and (replayed.proposed or replayed.considered):
            yield f"    {_decision(replayed)}"
        elif "proposal" in step.differs:
            yield f"  - {_decision(step.recorded)}"
            yield f"  + {_decision(step.replayed)}"
    yield from _summary(counts(steps))


def _summary(found: Counts) -> Iterator[str]:
    yield f"{found.sentences} sentences, {found.told_otherwise} of them told otherwise."
    yield (
        f"{found.recorded} proposals recorded, {found.replayed} replayed, {found.same} of them the same."
    )
    for word, number, again in (
        ("accepted", found.accepted, found.accepted_again),
        ("rejected", found.rejected, found.rejected_again),
    ):
        if number:
            yield f"Of {number} that you {word}, {again} come again."


def _differs(recorded: Told, replayed: Told) -> Iterator[What]:
    if recorded.event != replayed.event:
        yield "sentence"
    if _words(recorded) != _words(replayed):
        yield "proposal"


def _words(told: Told) -> str | None:
    return told.proposed.task if told.proposed else None


def _decision(told: Told) -> str:
    """What was decided, and by which numbers."""
    if told.proposed is not None:
        state = "" if told.proposed.state == "waiting" else f", {told.proposed.state}"
        return f"proposed “{told.proposed.task}” ({told.proposed.source}{state}; {_need(told)}{_accept(told.proposed)})"
    if told.need is None:
        return "silent: nobody was asked"
    if not told.considered:
        return f"silent: {_need(told)}"
    best = max(told.considered, key=lambda item: item.accept or 0.0)
    return f"silent on “{best.task}” ({best.source}; {_need(told)}{_accept(best)})"


def _need(told: Told) -> str:
    if told.need is None or told.threshold is None:
        return "need unknown"
    return f"need {told.need:.3f}, asked for {told.threshold:.3f}"


def _accept(task: Task) -> str:
    if task.accept is None or task.threshold is None:
        return ""
    return f"; acceptance {task.accept:.3f}, asked for {task.threshold:.3f}"
