"""Scripted users: a taste in words, answered over the judged tasks, and how fast it is learnt.

The stream draws judged tasks at random, twelve a day between 8 and 22 h on the person's clock. Each
is judged by a reward model that saw nothing of its trace. After WARM answers the next LENGTH are
counted: rejected proposals where as many are accepted with learning as without, the thresholds
being set so that both accept SHARE of what the user would take. Two kinds of user: one whose taste
is all there is, and a noisy one who also needs the annotators' majority, whose refusals are mostly
not the taste's. `live` answers only what Hunch shows, as at a desk, with the budget at work.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np

from models.budget import Budget
from models.decision import COSTS, accept_threshold
from models.lab.bench.metrics import Figures, Flags, Floats, auroc
from models.lab.bench.personal_replay import Asked, bounds, replay
from models.observation import Observation
from models.personal import Personal, accept_terms

SEEDS = 20
WARM, LENGTH, SHARE = 50, 150, 0.6
BUDGET = 0.5  # the daemon's, by default
A_DAY, CHANGE = 12, 168  # proposals; two weeks of them
START = datetime(2026, 1, 5)  # on the person's own clock, whatever their time zone

# What a task is: the first that fits.
KINDS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "error": r"\berror|debug|troubleshoot|fix|issue",
        "code": r"\b(?:code|snippet|function|script|syntax|implement\w*|debug\w*)\b",
        "summary": r"\b(?:summar|outline|organi[sz]|key points|notes?)\w*",
        "draft": r"\bdraft|write|writing|grammar|edit|format|structure",
        "resource": r"\b(?:tutorial|documentation|resources?|articles?|guides?|examples?|links?)\b",
        "search": r"\bsearch|find|look (?:for|up)|google",
        "window": r"\bmanag|bookmark|tabs\b|workspace|window",
        "explain": r"\bexplain|clarif|understand",
    }.items()
}
APPS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "terminal": r"\bterminal|\bconsole|\bshell|command line",
        "chat": r"deepseek|kimi|chatgpt|claude|copilot|\bchat\b|gemini",
        "editor": r"visual studio|vs ?code|code\.exe|\beditor\b|xcode|pycharm|\bide\b",
        "writer": r"markdown|\bdocument\b|\bword\b|\bnotes?\b|\bessay|\bdraft|\breport|\boutline",
        "browser": r"browser|chrome|edge|safari|web ?page|website|\btab\b|google|search",
    }.items()
}
SEARCHING = ("search", "resource")


class Judged(NamedTuple):
    """A task that people judged, with what the reward model says without its trace."""

    shipped: float
    kind: str
    app: str | None
    majority: bool


class Taste(NamedTuple):
    """What a user takes: by the task's kind, the hour, and the number of proposals so far."""

    name: str
    takes: Callable[[str, float, int], bool]
    noisy: bool = False
    changes: bool = False


def _changing(kind: str, _: float, count: int) -> bool:
    return kind not in (SEARCHING if count < CHANGE else ("code", "error"))


_SCRIPTS = (
    Taste("never search help", lambda kind, hour, count: kind not in SEARCHING),
    Taste("hates mornings", lambda kind, hour, count: hour >= 12),
    Taste("changes after two weeks", _changing, changes=True),
)
TASTES = (
    *_SCRIPTS,
    *(taste._replace(name=f"{taste.name}, noisy", noisy=True) for taste in _SCRIPTS),
    Taste("no taste (harm)", lambda kind, hour, count: True, noisy=True),
)


def kind_of(task: str) -> str:
    """What sort of help a task is."""
    return next((name for name, words in KINDS.items() if words.search(task)), "other")


def app_of(observation: Observation) -> str | None:
    """The sort of program that a sentence tells of, or None."""
    return next((name for name, words in APPS.items() if words.search(observation.event)), None)


def script(judged: Sequence[Judged], taste: Taste, seed: int, more: int = 0) -> list[Asked]:
    """One user's answers, in order; `counted(taste)` are counted, and some `more` follow."""
    chance = np.random.default_rng(seed)
    total = counted(taste).stop + more
    places, hours = chance.integers(len(judged), size=total), chance.uniform(8, 22, total)
    stream = []
    for count, (place, hour) in enumerate(zip(places.tolist(), hours.tolist(), strict=True)):
        item = judged[place]
        time = _time(count, hour)
        terms = accept_terms(item.kind, f"skill:{item.kind}", item.app, time)
        said = taste.takes(item.kind, hour, count) and (item.majority or not taste.noisy)
        stream.append(Asked(taste.name, count, item.shipped, terms, said, time))
    return stream


def _time(count: int, hour: float) -> datetime:
    return (START + timedelta(days=count // A_DAY, hours=hour)).astimezone()


def counted(taste: Taste) -> slice:
    """Which answers are counted."""
    start = WARM + (CHANGE if taste.changes else 0)
    return slice(start, start + LENGTH)


def all_answered(
    judged: Sequence[Judged], taste: Taste, seeds: int, kind: Literal["real", "shuffled"] = "real"
) -> Figures:
    """Rejected proposals at equal accepted ones, over seeds; every proposal is answered.

    Args:
        judged: Tasks.
        taste: The user.
        seeds: How many streams are drawn.
        kind: ``shuffled``: what is learnt from are the answers in another order, as a control.
    """
    runs, ranks = [], []
    for seed in range(seeds):
        stream = script(judged, taste, seed)
        window = counted(taste)
        said = np.array([item.said for item in stream])[window]
        learnt_from = stream if kind == "real" else _shuffled(stream, seed)
        before = np.array([item.shipped for item in stream])[window]
        after = np.array([row.probability for row in replay(learnt_from)])[window]
        hits = max(1, round(SHARE * int(said.sum())))
        runs.append([_rejected(before, said, hits), _rejected(after, said, hits)])
        ranks.append([auroc(before, said) or 0.5, auroc(after, said) or 0.5])
    return _summed(np.array(runs, float)) | {
        "auroc_without": float(np.mean(ranks, axis=0)[0]),
        "auroc": float(np.mean(ranks, axis=0)[1]),
    }


def live(judged: Sequence[Judged], taste: Taste, seeds: int) -> tuple[Figures, int]:
    """The same where only what is shown is answered, by the daemon's rule where the need is sure.

    Counted are the proposals after WARM answers. Without learning, as many are accepted by the one
    threshold on the shipped probability that does it in hindsight: the learner gets no such help.
    `proposal_rate` and `rejected_share` are of the whole stream, the answers learnt from included.

    Returns:
        The figures, and the number of streams that are counted: those in which Hunch did not fall
        silent before.
    """
    threshold = accept_threshold(COSTS["balanced"], 1.0)
    runs, rates = [], []
    for seed in range(seeds):
        stream = script(judged, taste, seed, more=WARM)
        shown = _shown(stream, threshold)
        answered = np.cumsum(shown)
        rejected = sum(one and not item.said for one, item in zip(shown, stream, strict=True))
        rates.append([answered[-1] / len(shown), rejected / max(answered[-1], 1)])
        start = CHANGE if taste.changes else 0
        first = int(np.searchsorted(answered, answered[start] + WARM)) + 1
        window = slice(first, first + LENGTH)
        said, seen = np.array([item.said for item in stream])[window], np.array(shown)[window]
        before = np.array([item.shipped for item in stream])[window]
        if hits := int((said & seen).sum()):
            runs.append([_rejected(before, said, hits), int((~said & seen).sum())])
    rate, share = (float(value) for value in np.mean(rates, axis=0))
    whole = _summed(np.array(runs, float)) if len(runs) > seeds / 2 else {}
    return whole | {"proposal_rate": rate, "rejected_share": share}, len(runs)


def _shown(stream: Sequence[Asked], threshold: float) -> list[bool]:
    """Which of the proposals a learner shows that hears of these alone."""
    head, budget, shown = Personal(), Budget(BUDGET), []
    for count, item in enumerate(stream):
        now = _time(count, 12.0)
        chance = head.probability(item.shipped, item.terms, item.time)
        shown.append(chance >= budget.threshold(threshold, now))
        if shown[-1]:
            head.learn(item.shipped, item.terms, item.said, time=item.time)
            budget.learn(not item.said, now)
    return shown


def _shuffled(stream: Sequence[Asked], seed: int) -> list[Asked]:
    said = np.random.default_rng(seed).permutation([item.said for item in stream])
    return [item._replace(said=bool(word)) for item, word in zip(stream, said, strict=True)]


def _rejected(chances: Floats, said: Flags, hits: int) -> int:
    """How many rejections it takes until so many were accepted, the surest first."""
    ordered = said[np.argsort(-chances, kind="stable")]
    return int(np.searchsorted(np.cumsum(ordered), hits)) + 1 - hits


def _summed(runs: Floats) -> Figures:
    low, high = bounds(runs, _fewer)
    return {
        "rejected_without": float(runs[:, 0].mean()) / LENGTH,
        "rejected": float(runs[:, 1].mean()) / LENGTH,
        "fewer": float(_fewer(runs.mean(axis=0, keepdims=True))[0]),
        "fewer_low": low,
        "fewer_high": high,
        "fewer_sd": float(np.std(1 - runs[:, 1] / np.maximum(runs[:, 0], 1))),
    }


def _fewer(means: Floats) -> Floats:
    return np.asarray(1 - means[:, 1] / np.maximum(means[:, 0], 1e-9))
