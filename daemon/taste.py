"""What has been learnt of the user, as rows and in plain words: terms, the budget, and what it would have done.

Knows `daemon.learning` alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from daemon.config import Settings
from daemon.learning import IGNORED, RESET, WEIGHTS, YES, Learning, Learnt, forgotten
from daemon.store.lessons import EVER, Lesson
from models.budget import LIMIT, OFF, raised
from models.decision import COSTS, Costs, accept_threshold
from models.personal import NEEDY, OFFSET, Weight, accept_terms, need_terms, shifted

FELT = 0.1  # nats from which a term is told: two to three points of a hundred
SEEN = 0.05  # nats that one decimal shows
TOLD = 12  # terms a list, the strongest
LAST = 50  # answers that are held against what is known now


class Told(msgspec.Struct, frozen=True):
    """A term with the answers that it was learnt from.

    Attributes:
        name: The term.
        nats: Its weight.
        deviation: How uncertain that is.
        count: Lessons that had it.
        taken: Of these, accepted or needed.
    """

    name: str
    nats: float
    deviation: float
    count: int
    taken: int


class Replay(msgspec.Struct, frozen=True):
    """The last answers under what is known now.

    Attributes:
        answers: How many, ignored ones apart.
        accepted: Of these.
        rejected: Of these, what was taken back among them.
        accepted_kept: Accepted ones that would be proposed again.
        rejected_saved: Rejected ones that would not.
    """

    answers: int
    accepted: int
    rejected: int
    accepted_kept: int
    rejected_saved: int


class Taste(msgspec.Struct, frozen=True):
    """All that `hunch taste` tells.

    Attributes:
        since: From when on answers count; None for ever.
        said: Lessons by what was said.
        accept: Terms of acceptance, the strongest first.
        need: Terms of a need.
        budget: Share of the proposals that may be rejected; 1 is no bound.
        rejected_share: What was rejected of what was shown and answered.
        raised: Nats by which the budget raises the threshold now; below 0 is in hand.
        threshold: P(accept) from which Hunch speaks where help is surely needed.
        last: The last answers under what is known now.
    """

    since: datetime | None
    said: dict[str, int]
    accept: list[Told]
    need: list[Told]
    budget: float
    rejected_share: float | None
    raised: float
    threshold: float
    last: Replay


def taste(learning: Learning, settings: Settings, now: datetime) -> Taste:
    """Everything that was learnt.

    Args:
        learning: Over the user's store.
        settings: Costs and budget.
        now: Aware.
    """
    learnt, costs = learning.learnt(), COSTS[settings.eagerness]
    rows, nats = learning.lessons, learnt.budget.at(now)
    last = replayed(learnt, rows, costs, now)
    said = counted(rows)
    shown = counted([row for row in rows if row.via != "review"])
    against = shown["reject"] + shown["undo"]
    answered = shown["accept"] + against
    since = forgotten(settings.data_path / RESET, now)
    return Taste(
        since=None if since == EVER else since,
        said=said,
        accept=accept_told(learnt, rows, now),
        need=need_told(learnt, rows, now),
        budget=settings.rejected_budget,
        rejected_share=against / answered if answered else None,
        raised=nats,
        threshold=raised(accept_threshold(costs, 1.0), nats),
        last=last,
    )


def counted(rows: Sequence[Lesson]) -> dict[str, int]:
    """Lessons by what was said."""
    return {
        word: sum(row.said == word for row in rows) for word in (*WEIGHTS, "needed", "not needed")
    }


def accept_told(learnt: Learnt, rows: Sequence[Lesson], now: datetime) -> list[Told]:
    """Terms of acceptance, with how often what had them was taken; and what was ignored."""
    answered = [row for row in rows if row.said in WEIGHTS and row.said != "ignore"]
    seen = [
        (accept_terms(row.skill, row.source, row.app, row.moment).keys(), row.said in YES)
        for row in answered
    ]
    ignored = [
        Told(f"ignored:{item.name}", max(item.nats, -IGNORED), item.deviation, item.count, 0)
        for item in learnt.ignored.weights(now)
    ]
    found = [*(_told(item, seen) for item in learnt.accept.weights(now)), *ignored]
    return sorted(found, key=lambda item: -abs(item.nats))


def need_told(learnt: Learnt, rows: Sequence[Lesson], now: datetime) -> list[Told]:
    """Terms of a need, with how often help was wanted where they held."""
    seen = [
        (need_terms(row.app, row.moment).keys(), row.said in YES)
        for row in rows
        if row.need is not None and row.said != "ignore"
    ]
    return [_told(item, seen) for item in learnt.need.weights(now)]


def replayed(learnt: Learnt, rows: Sequence[Lesson], costs: Costs, now: datetime) -> Replay:
    """What would be proposed now of the last answered proposals.

    What is known now was learnt from these answers, too: it tells what would change, and proves
    nothing.

    Args:
        learnt: What is known now.
        rows: Lessons.
        costs: The user's.
        now: Aware.
    """
    answered = [row for row in rows if row.said in WEIGHTS and row.said != "ignore"][-LAST:]
    kept = [_speaks(learnt, row, costs, now) for row in answered]
    taken = [row.said in YES for row in answered]
    pairs = list(zip(kept, taken, strict=True))
    return Replay(
        len(answered),
        sum(taken),
        len(taken) - sum(taken),
        sum(keep and yes for keep, yes in pairs),
        sum(not keep and not yes for keep, yes in pairs),
    )


def _speaks(learnt: Learnt, row: Lesson, costs: Costs, now: datetime) -> bool:
    if row.accept is None:
        return True  # it was proposed without a judgement
    need = 1.0
    if row.need is not None:
        need = learnt.need.probability(row.need, need_terms(row.app, row.moment), now)
    terms = accept_terms(row.skill, row.source, row.app, row.moment)
    wanted = learnt.budget.threshold(accept_threshold(costs, need), now)
    return learnt.acceptance(row.accept, terms, now) >= wanted


def _told(item: Weight, seen: Iterable[tuple[Iterable[str], bool]]) -> Told:
    said = [yes for names, yes in seen if item.name in names]
    return Told(item.name, item.nats, item.deviation, len(said), sum(said))


def words(taste: Taste) -> Iterator[str]:
    """The page, a line each."""
    said = taste.said
    if not sum(said.values()):
        yield "Hunch has learnt nothing of you yet: it learns from each answer to a proposal."
        return
    yield (
        f"Learnt from {said['accept']} accepted, {said['reject']} rejected, {said['undo']} taken"
        f" back, {said['ignore']} ignored; {_many(said['needed'], 'mark')} that help was needed,"
        f" {said['not needed']} that it was not."
    )
    if taste.since:
        yield f"What was said before {taste.since.astimezone():%Y-%m-%d %H:%M} does not count."
    yield ""
    yield from _terms("What you take", taste.accept, "taken")
    yield from _terms("When you want help", taste.need, "wanted")
    yield from _budget(taste)
    yield ""
    yield "To forget all of this: hunch taste --forget. To forget some of it: hunch forget --last 1h."


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _terms(title: str, terms: Sequence[Told], verb: str) -> Iterator[str]:
    felt = [item for item in terms if abs(item.nats) >= FELT][:TOLD]
    yield f"{title}:" if felt else f"{title}: nothing that stands out yet."
    for item in felt:
        of = f"{item.taken} of {item.count} {verb}"
        if item.name.startswith("ignored:"):
            of = f"{item.count} counted"
        direction = "more" if item.nats > 0 else "less"
        chance = f"50 % becomes {100 * shifted(0.5, item.nats):.0f} %"
        yield f"  {_name(item.name):<34} {direction}: {item.nats:+.1f} ± {item.deviation:.1f} ({chance}; {of})"
    yield ""


def _name(term: str) -> str:
    kind, _, name = term.partition(":")
    match kind:
        case "skill":
            return name.replace("_", " ")
        case "time":
            return f"at {name}" if name == "night" else f"in the {name}"
        case "ignored":
            return f"{_name(name)}, as it was ignored"
        case "app":
            return f"in {name}"
        case "worded":
            return "worded by the language model"
        case _:
            return "all in all" if term in (OFFSET, NEEDY) else term


def _budget(taste: Taste) -> Iterator[str]:
    share = "nothing was answered yet"
    if taste.rejected_share is not None:
        share = f"{100 * taste.rejected_share:.0f} % of what you answered was rejected"
    if taste.budget >= OFF:
        yield f"Budget: none ({share})."
    else:
        yield f"Budget: at most {100 * taste.budget:.0f} % of the proposals rejected; {share}."
    yield (
        f"Where help is surely needed, Hunch speaks from {100 * taste.threshold:.0f} % on"
        f"{_raise(taste)}."
    )
    last = taste.last
    if last.answers:
        yield (
            f"Of your last {'answer' if last.answers == 1 else f'{last.answers} answers'} it would"
            f" now propose {last.accepted_kept} of {last.accepted} that you accepted, and spare you"
            f" {last.rejected_saved} of {last.rejected} that you rejected."
        )


def _raise(taste: Taste) -> str:
    """What the budget adds to that, in brackets; nothing where one would not see it."""
    if taste.raised >= LIMIT:
        return " (the budget keeps it silent for now; it tries again in some days)"
    if taste.raised >= SEEN:
        return f" (the budget raises that by {taste.raised:.1f}; it fades within weeks)"
    return ""
