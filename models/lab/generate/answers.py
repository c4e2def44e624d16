"""Examples for the agent: what released models answered on told traces, where our gate and reward agree.

No scored trace goes in: neither its sentences, nor a judge that was fitted on its rows. Whether a moment
gets a task is ranked by three voices of equal weight: the gate; the share of models that propose; how much
they agree on what the user is after, which ranks need better than any of them proposes. What the task is
says the reward model, of those that name nothing unseen.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from models.agent import LEAST
from models.asking import Answered, Asking
from models.encoder import Encoder
from models.entities import entities, names, unseen
from models.lab.corpus import Corpus
from models.lab.training.fit import Fitted, fit
from models.lab.training.lora.examples import AgentExample, Answer
from models.lab.training.samples import Embedded
from models.observation import Observation
from models.reading import Reading, alike
from models.trace import Release, Response, TraceError

SPOKEN = 0.8  # of the moments may get a task: the gate chose already, and a model that is silent there says no twice
ACCEPTED = 0.5
NAMING = 0.2  # what it is worth that a task names a file, a page, a search
FEWEST = 3  # models that propose, for a task to be chosen among
TASKS = 3
SEEN = 10  # newest observations: of the 16 that the agent reads at most, so that training has more moments
SILENCE = "null"  # as the prompt calls it
APART = 0.35  # of their words that two tasks may share
# Characters. Each is written at every proposal: short ones come sooner.
TASK, PURPOSE, THOUGHTS, RESPONSE = 100, 70, 60, 60
_STEM = re.compile(r"\b\w{3,5}")  # summary and summarise, provide and providing
_END = re.compile(r"(?<=[^A-Z][.!?]) ")  # an initial ends no sentence
# What nearly every answer begins with, and nobody needs: of whom it is said, and that it is seen.
_OPENING = re.compile(
    r"^(?:(?:the user|they) (?:is|are|was|seems to be|appears to be|might be|may be)"
    r"(?: likely| probably| currently| now| actively| still)* (?=\w+ing\b)"
    r"|(?:it seems|it looks like|it appears|i noticed|i notice|i see)(?: that| like)? (?=you))",
    re.IGNORECASE,
)
NOTHING_TOLD = {
    "Purpose": "Going on with the work.",
    "Thoughts": "It follows from the last action.",
    "Response": "Shall I do that?",
}


class Event(NamedTuple):
    """A moment of a told trace, and what the models answered there."""

    trace: str
    history: list[Observation]
    answers: list[Response]


def released(release: Release, encoder: Encoder, seed: int) -> Iterator[AgentExample]:
    """An example for each moment of the told traces, in order; every third asks for three tasks.

    Raises:
        TraceError: There are no answers on told traces, or no judged tasks of other than scored ones.
    """
    embed = Embedded(encoder)
    corpus = Corpus(release)
    events = list(told(release))
    if not events:
        raise TraceError("The release holds no models' answers on traces that are not scored.")
    scored = {corpus.of_trace(name) for name in release.traces}
    judges = fit(corpus.rows_without(scored), corpus.unlabelled_without(scored), embed, seed)
    readings = [embed.read(event.history) for event in events]
    support = _support(events, [judges.gate.need(reading).probability for reading in readings])
    least = np.quantile(support, 1 - SPOKEN)
    chance = random.Random(seed)  # noqa: S311 (training data)
    shown = _Shown(embed, chance)
    for number, (event, reading) in enumerate(zip(events, readings, strict=True)):
        found = _ranked(event, reading, judges) if support[number] >= least else []
        tasks = [task for task, _ in found]
        asking = shown.asking(event, reading, tasks, 3 if number % 3 == 2 else 1)
        yield AgentExample(asking, _answer(event, found), event.trace)


def told(release: Release) -> Iterator[Event]:
    """Moments of traces that are not scored, under whatever name, trace by trace."""
    scored = {item.observation.event for trace in release.traces.values() for item in trace}
    traces: dict[str, dict[int, list[Response]]] = defaultdict(lambda: defaultdict(list))
    for answer in release.responses:
        if answer.trace not in release.traces and answer.is_valid:
            traces[answer.trace][answer.index].append(answer)
    for name, at in sorted(traces.items()):
        history = [at[index][0].observation for index in sorted(at)]
        if scored.isdisjoint(item.event for item in history):
            for place, index in enumerate(sorted(at)):
                yield Event(name, history[: place + 1], at[index])


def _support(events: Sequence[Event], needs: Sequence[float]) -> Any:
    """How much speaks for a task at each moment: three voices, each standardised."""
    shares = [
        sum(answer.task is not None for answer in event.answers) / len(event.answers)
        for event in events
    ]
    agreed = [
        _agreement([_said(answer, "Purpose") for answer in event.answers]) for event in events
    ]
    voices = np.array([needs, shares, agreed])
    spread = voices.std(axis=1, keepdims=True)
    return ((voices - voices.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)).sum(0)


def _ranked(event: Event, reading: Reading, judges: Fitted) -> list[tuple[str, Response]]:
    """The tasks that the reward model accepts, the best first, three different ones at most."""
    proposing = [answer for answer in event.answers if answer.task is not None]
    if len(proposing) < FEWEST:
        return []
    tried = []
    for answer in proposing:
        task = brief(answer.task or "", TASK)
        if len(task) < LEAST or unseen(task, event.history):
            continue
        chance = judges.reward.judge(reading, task).probability
        near = float(np.mean([_overlap(task, other.task or "") for other in proposing]))
        if chance >= ACCEPTED:
            tried.append((chance + near + NAMING * bool(list(names(task))), task, answer))
    found: list[tuple[str, Response]] = []
    for _, task, answer in sorted(tried, key=lambda item: -item[0]):
        if all(_overlap(task, other) <= APART for other, _ in found):
            found.append((task, answer))
    return found[:TASKS]


def _answer(event: Event, found: Sequence[tuple[str, Response]]) -> Answer:
    """In the words of the model whose task it is, or of others that spoke, too; of silence, of silent ones."""
    silent = [answer for answer in event.answers if answer.task is None]
    same = [answer for answer in event.answers if answer.task] if found else silent
    first = [found[0][1]] if found else []
    purpose = _brief([*first, *event.answers], "Purpose", PURPOSE)
    thoughts = _brief([*first, *same], "Thoughts", THOUGHTS)
    response = _brief([*first, *same], "Response", RESPONSE) if found else ""
    if not found and not silent:
        thoughts = "No help is needed now."
    return Answer(purpose, thoughts, tuple(task for task, _ in found), response)


def _brief(answers: Sequence[Response], key: str, room: int) -> str:
    """What the first says, or of the others the one that is most like all, in whole sentences that fit."""
    said = [brief(plainly(_said(answer, key)), room) for answer in answers]
    fitting = [text for text in said if len(text) >= LEAST]
    if not fitting:
        return NOTHING_TOLD[key]
    if answers[0].task is not None and len(said[0]) >= LEAST:
        return said[0]
    return max(fitting, key=lambda one: sum(_overlap(one, other) for other in fitting))


class _Shown:
    """Draws what is known besides the history, so that the model has met each line of the prompt."""

    def __init__(self, embed: Embedded, chance: random.Random) -> None:
        self._embed = embed
        self._chance = chance

    def asking(self, event: Event, reading: Reading, chosen: Sequence[str], count: Any) -> Asking:
        history = event.history[-SEEN:]
        offered = entities(history, alike(reading.joined, self._embed))
        seen = [name for item in event.history for name in names(item.event)]
        tasks = [answer.task for answer in event.answers if answer.task]
        drawn: dict[str, Any] = {}
        if self._in(0.2) and tasks:
            task = brief(self._chance.choice(tasks), TASK)
            drawn["answers"] = (Answered(task, self._chance.choice(("accepted", "rejected"))),)
        others = [task for task in map(_short, tasks) if task and task not in chosen]
        if self._in(0.12) and others:
            refused = SILENCE if chosen and self._in(0.3) else self._chance.choice(others)
            drawn["refused"] = (refused,)
        if self._in(0.15) and seen:
            drawn["profile"] = (f"The user works on {self._chance.choice(seen)}.",)
        if self._in(0.15) and seen:
            drawn["earlier"] = f"09:10-10:02 {self._chance.choice(seen)}"
        return Asking(
            list(history), entities=offered if self._in(0.8) else (), count=count, **drawn
        )

    def _in(self, share: float) -> bool:
        return self._chance.random() < share


def plainly(text: str) -> str:
    """Without its opening: "Searching for a tutorial." for "The user is likely searching for a tutorial."."""
    rest = _OPENING.sub("", text.strip())
    return rest[:1].upper() + rest[1:]


def brief(text: str, room: int) -> str:
    """A text's first sentences that fit; empty where none does."""
    kept = ""
    for part in _END.split(" ".join(text.split())):
        longer = f"{kept} {part}" if kept else part
        if len(longer) > room:
            break
        kept = longer
    return kept


def _short(task: str) -> str:
    return brief(task, TASK)


def _said(answer: Response, key: str) -> str:
    said = answer.reasons.get(key) if isinstance(answer.reasons, dict) else None
    return said if isinstance(said, str) else ""


def _agreement(texts: Sequence[str]) -> float:
    pairs = [_overlap(one, other) for place, one in enumerate(texts) for other in texts[:place]]
    return float(np.mean(pairs)) if pairs else 0.0


def _overlap(one: str, other: str) -> float:
    """Share of words in common (Jaccard)."""
    mine, others = (set(_STEM.findall(text.casefold())) for text in (one, other))
    return len(mine & others) / max(1, len(mine | others))
