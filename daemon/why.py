"""Tells in plain words why Hunch proposed something, or why it kept silent. Pure: a moment in, lines out.

Knows what was kept of a moment (`daemon.store.trail`) and the user's rule (`models.decision`).
Nothing is guessed: what was not kept is not told.
"""

import math
from collections.abc import Iterator
from datetime import datetime

from daemon.store.trail import Considered, Judged, Offered, Trail
from models.decision import COSTS, accept_threshold, near_threshold
from models.segment import UNSEEN
from models.unseen import WHY, length

SENTENCES = 3  # of those that were read, the newest
LIKELY = 0.5
MOVED = 0.05  # nats; less is nothing that a person would notice
SAME = 1e-6
WAITED_S = 1.0
WITHDRAWN = {  # by `daemon.store.proposals.Reason`
    "stale": "no pause and no switch came in time, and late it would have disturbed",
    "held back": "others may have seen the screen, you were on a call, or recording was paused",
    "not shown": "no tray said that it stood on the screen",
    "not seen": "nobody was there, or the machine slept",
    "cut short": "Hunch ended meanwhile",
    "busy": "another proposal was open",
    "budget": "as many as you allow in an hour or on a day were shown already",
    "again": "the same was offered within a day",
    "like a rejected one": "it was much like one that you rejected or took back",
    "like a done one": "it was much like one that was done already",
    "like an ignored one": "it was much like one that was ignored within the day",
    "shadow": "it is kept for `hunch review`",
}
ANSWERED = {"accept": "accepted", "reject": "rejected", "ignore": "ignored"}


def proposal(trail: Trail, number: int) -> list[str]:
    """Why a proposal of this moment was made, and what became of it."""
    chosen = next(
        item for item in trail.considered if item.offered is not None and item.offered.id == number
    )
    offered = chosen.offered
    assert offered is not None  # noqa: S101 - chosen by it
    lines = [*_seen(trail, offered.created), f"It proposed “{chosen.task}” {_because(chosen)}."]
    if chosen.skill is None:
        lines.append("It was advice: no skill can carry it out.")
    lines += _need(trail)
    lines += _accept(trail, chosen.judged)
    if (others := sum(item.task is not None for item in trail.considered) - 1) > 0:
        lines.append(f"It was the likeliest of {others + 1} tasks.")
    return [*lines, *_fate(offered)]


def moment(trail: Trail) -> list[str]:
    """Why Hunch spoke, or did not, after a sentence."""
    offered = [item.offered for item in trail.considered if item.offered is not None]
    if offered:
        return proposal(trail, offered[-1].id)
    lines = [*_seen(trail, trail.end), *_silence(trail)]
    said = ("needed" if needed else "not needed" for needed in trail.marks)
    return [*lines, *(f"You said that help was {word} then." for word in said)]


def blank(start: datetime, end: datetime, cause: str) -> str:
    """A time of which nothing was seen, and why."""
    why = "you were away" if cause == "away" else WHY.get(cause, "nobody knows why")
    lasted = length((end - start).total_seconds())
    return f"Nothing was seen from {clock(start)} on for {lasted}: {why}."


def clock(time: datetime) -> str:
    """A time of day on the user's own clock."""
    return f"{time.astimezone():%H:%M:%S}"


def _seen(trail: Trail, at: datetime) -> Iterator[str]:
    yield f"At {clock(at)} on {at.astimezone():%Y-%m-%d} Hunch had seen:"
    for item in trail.read[-SENTENCES:]:
        yield f"  {clock(item.time)}  {item.event}"
    if not trail.read:
        yield f"  {clock(trail.time)}  {trail.event}"
    if trail.forgotten:
        yield f"  ({trail.forgotten} of the sentences that it had read were forgotten since.)"


def _because(item: Considered) -> str:
    who, _, name = item.source.partition(":")
    if who == "agent":
        carries = f"; the skill {item.skill} can carry it out" if item.skill else ""
        return f"because the language model {name} worded it{carries}"
    why = item.response.rstrip(".")
    if not why:
        return f"because the skill {item.skill} saw a reason (evidence {item.evidence:+.1f})"
    said = why[:1].lower() + why[1:]
    return f"because {said} (skill {item.skill}, evidence {item.evidence:+.1f})"


def _need(trail: Trail) -> Iterator[str]:
    if trail.need is None or trail.need_threshold is None:
        return
    word = "likely" if trail.need >= LIKELY else "perhaps"
    if trail.need < trail.need_threshold:
        word = "hardly"
    need, least = _apart(trail.need, trail.need_threshold)
    yield f"Help was {word} wanted: {need} (it asks from {least} on{_eagerness(trail)})."
    yield from _moved(trail.shipped_need, trail.need)


def _accept(trail: Trail, judged: Judged | None) -> Iterator[str]:
    if judged is None:
        yield "The models did not say whether you would accept it."
        return
    word = "likely" if judged.probability >= LIKELY else "unlikely"
    said, least = _apart(judged.probability, judged.threshold)
    yield f"You were {word} to accept it: {said}, {least} was needed{_raised(trail, judged)}."
    yield from _moved(judged.shipped, judged.probability)
    if judged.thought:
        yield f"The judge's reason: {judged.thought}"


def _moved(shipped: float | None, now: float) -> Iterator[str]:
    """What the user's own answers did to a probability."""
    if shipped is None or abs(nats := _logit(now) - _logit(shipped)) < MOVED:
        return
    before, after = _apart(shipped, now)
    yield f"Your own answers moved it from {before} to {after} ({nats:+.1f})."


def _silence(trail: Trail) -> Iterator[str]:
    if trail.status == UNSEEN:
        yield "Nothing was seen, so nobody was asked."
    elif not trail.considered:
        yield "It kept silent: Hunch was about to end, or began anew, and asked nobody."
    elif trail.need is None:
        yield "It kept silent: the models did not answer."
    elif trail.considered[0].task is not None:
        yield from _need(trail)
        for item in trail.considered:
            yield from _not_offered(trail, item)
    elif trail.considered[0].source == "gate":
        yield from _need(trail)
        yield "So it kept silent."
    else:
        yield from _need(trail)
        yield "It kept silent all the same: nobody knew a task."
    if trail.status == "afk":
        yield "You were away."


def _not_offered(trail: Trail, item: Considered) -> Iterator[str]:
    yield f"“{item.task}” was considered {_because(item)}."
    if item.skill is None and item.judged is None:
        yield "It was not proposed: no skill can carry it out (the setting `advice` shows such tasks, too)."
    elif item.judged is None:
        yield "It was not proposed: the models did not say whether you would accept it."
    else:
        yield from _accept(trail, item.judged)
        refused = item.judged.probability < item.judged.threshold
        yield (
            "So it was not proposed." if refused else "It was not proposed: Hunch ended meanwhile."
        )


def _fate(offered: Offered) -> Iterator[str]:
    waited_s = (offered.shown - offered.created).total_seconds() if offered.shown else 0.0
    shown = f"It waited {length(waited_s)} for a pause. " if waited_s >= WAITED_S else ""
    if offered.shown is not None:
        shown += f"Shown {clock(offered.shown)}"
    graded = [item for item in offered.answers if item.via == "review"]
    given = [item for item in offered.answers if item.via != "review"]
    if offered.state == "waiting":
        yield "It waits for a pause, or for the tray to show it."
    elif offered.state == "shown":
        yield f"{shown}; it waits for your answer."
    elif offered.state == "withdrawn":
        why = WITHDRAWN.get(offered.reason or "", "nobody knows why")
        yield f"{shown}, and withdrawn: {why}." if offered.shown else f"It was not shown: {why}."
    elif offered.state == "ignored":
        yield f"{shown}; nobody answered, which is no rejection."
    elif given:
        answer = given[-1]
        said = f"ou {ANSWERED[answer.answer]} it at {clock(answer.time)} ({answer.via})."
        yield f"{shown}; y{said}" if offered.shown else f"Y{said}"
    for item in graded:
        yield f"In a review you would have {ANSWERED[item.answer]} it."
    for done in offered.executions:
        yield f"{str(done['state']).capitalize()}: {done['result'] or 'nothing is known of it'}"


def _eagerness(trail: Trail) -> str:
    """The setting in words, where it is known: not of what an older Hunch kept."""
    name = _costs(trail)
    return f", {name}" if name else ""


def _costs(trail: Trail) -> str | None:
    least = trail.need_threshold
    if trail.shipped_need is None:  # an older Hunch's thresholds were others
        return None
    return next(
        (
            name
            for name, costs in COSTS.items()
            if least is not None and abs(near_threshold(costs) - least) < SAME
        ),
        None,
    )


def _raised(trail: Trail, judged: Judged) -> str:
    """Whether more was asked for than the costs alone ask: the budget of rejected proposals."""
    name = _costs(trail)
    if name is None or trail.need is None:
        return ""
    rule = next(accept_threshold(costs, trail.need) for key, costs in COSTS.items() if key == name)
    if judged.threshold > rule + MOVED / 10:
        return f" ({name} asks for {rule:.2f}; your budget of rejected proposals for more)"
    return f" ({name})"


def _apart(value: float, least: float) -> tuple[str, str]:
    """Two numbers with so many digits that they differ when they do."""
    for digits in (2, 3, 4):
        if f"{value:.{digits}f}" != f"{least:.{digits}f}":
            break
    return f"{value:.{digits}f}", f"{least:.{digits}f}"


def _logit(probability: float) -> float:
    p = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(p / (1 - p))
