"""Table 4 of the paper, for any engine: one task or three, with the reward model's word or without.

People judged none of these tasks, so our reward model does; who is scored by timing alone needs no judge.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from models.agent import Agent
from models.decision import COSTS, accept_threshold, near_threshold
from models.encoder import Encoder
from models.engine.base import Engine
from models.lab.bench import printed
from models.lab.bench.agent_asked import SETTINGS, Asker, Said, Setting
from models.lab.bench.fits import HEADS, Contender, LeftOut, Models, shipped
from models.lab.bench.intervals import with_intervals
from models.lab.bench.metrics import Figures, Outcome
from models.lab.bench.moments import Label, Moment, moments_of
from models.lab.bench.progress import Progress, quietly
from models.lab.bench.table import Row, Section, Table
from models.lab.corpus import Corpus, load_scored
from models.lab.training.samples import Embedded
from models.trace import Release, TraceError

VERDICT, JUDGED = "verdict_", "judged_"  # before the figures by the judge's word, and by its odds
PASSES = 0.5  # P(accept) from which the judge's word is yes
COLUMNS = (
    "recall", "precision", "accuracy", "false_alarm", "f1", "proposal_rate", "correct_silence", "asked",
)  # fmt: skip
BOUNDED = ("accuracy", "false_alarm", "f1")
DAEMON = COSTS["balanced"]

NOTES = (
    "Percent. rate: share of events with a proposal; quiet: share of events without a need at which it was"
    " silent; false: 1 - precision; asked: share of events at which the language model is asked.",
    "pred@3 counts the best of three: an event is right when one of up to three tasks is accepted, so its"
    " figures stand higher than those of pred@1 by chance alone, and a user who is shown one of the three"
    " does not get them. By timing alone, no such chance is in them.",
    "w/ RM: the reward model judges the draft; what passes is proposed, else the model is asked once more and"
    " told what would be rejected. As in the paper, the judge that is listened to is the judge that scores:"
    " these rows rise by that, whatever the tasks are worth. By timing alone they do not.",
    "hunch: gate, ..., judge: the same answers as the daemon would use them. The model is asked only where"
    " P(need) could still reach the joint rule (models/decision.py), and the best of its tasks is proposed where"
    " P(accept) does.",
    "Nobody judged these tasks. The paper's reward model is not released: ours judges, and never saw the scored"
    " recording where its rows could be left out. It is calibrated on tasks that people judged, which these are"
    " not. The paper's rows are of its own judge, on 233 events: not comparable line by line.",
)


class Decision(NamedTuple):
    """What was proposed at a moment.

    Attributes:
        moment: The moment.
        said: Whether there was a proposal; None for an answer that was none.
        chance: P(accept) of the best that was proposed.
    """

    moment: Moment
    said: bool | None
    chance: float = 0.0


def bench_settings(
    folder: Path,
    encoder: Encoder,
    engine: Engine,
    label: Label = "help_needed",
    *,
    settings: Sequence[Setting] = SETTINGS,
    prompt: str | None = None,
    limit: int | None = None,
    contender: Contender = HEADS,
    progress: Progress = quietly,
) -> Table:
    """Score an engine's tasks at the events of real traces.

    Args:
        folder: The released folder, a user's own exports, or traces alone.
        encoder: Makes the vectors.
        engine: Is asked.
        label: Need as the annotators' majority says, or the traces' own word; traces without reward rows
            have but the latter.
        settings: Which of the four.
        prompt: The user's own, as `prompts.checked_agent_prompt` gave it.
        limit: Ask at so many events, spread over all; None asks at all.
        contender: Whose judges.
        progress: Goes through the events.

    Raises:
        TraceError: The data cannot be read, or hold no labelled event.
        EngineError: The model cannot be loaded, or has failed as a whole.
    """
    corpus = Corpus(load_scored(folder))
    label = label if corpus.rows else "task_status"
    moments = _some(moments_of(corpus, label), limit)
    if not moments:
        raise TraceError(f"{folder} has no event with the label {label}.")
    agent, embed = Agent(engine, prompt), Embedded(encoder)
    models, judge = _judges(corpus, embed, contender)
    found = Asker(agent, models, embed).said(progress(moments), settings)
    rows = printed.setting_rows()
    for setting, said in found.items():
        rows.append(_alone(f"{engine.name}, {setting}", said))
        rows.append(_gated(f"hunch: gate, {setting}, judge", said))
    notes = (judge, *_told(engine, agent, found), *corpus.release.missing, *NOTES)
    data = _data(folder, corpus.release, moments, label, engine)
    return Table("agent", data, COLUMNS, rows, notes, _sections(label))


def _some(moments: Sequence[Moment], limit: int | None) -> list[Moment]:
    """So many of them, evenly spread."""
    count = len(moments) if limit is None else min(limit, len(moments))
    return [moments[place * len(moments) // count] for place in range(count)]


def _judges(
    corpus: Corpus, embed: Embedded, contender: Contender
) -> tuple[Callable[[Moment], Models], str]:
    """Who judges at a moment, and a sentence on that."""
    if corpus.release.released and corpus.fittable:
        left_out = LeftOut(corpus, embed, contender)
        told = "Gate and judge were fitted without the scored recording."
        return lambda moment: left_out.without([moment.group]), told
    models = shipped(embed)
    told = "Gate and judge are the shipped ones: for traces that are not in the release they learnt from."
    return lambda moment: models, told


def _alone(name: str, said: Sequence[Said]) -> Row:
    """The model alone decides; of a draft that was judged, what passed, else the second answer."""
    decisions = [
        Decision(item.moment, _spoke(item), max(item.chances, default=0.0)) for item in said
    ]
    return Row(name, "none", len(said), _figures(decisions) | _cost(said, said))


def _gated(name: str, said: Sequence[Said]) -> Row:
    """As the daemon does it: the gate says whether it is asked, the joint rule whether it is heard."""
    decisions = []
    for item in said:
        best = max(item.chances, default=0.0)
        heard = _is_asked(item) and best >= accept_threshold(DAEMON, item.need)
        decisions.append(Decision(item.moment, heard and bool(item.answer.tasks), best))
    return Row(name, "none", len(said), _figures(decisions) | _cost(_gate(said), said))


def _gate(said: Sequence[Said]) -> list[Said]:
    """Where the daemon asks the model."""
    return [item for item in said if _is_asked(item)]


def _is_asked(item: Said) -> bool:
    return item.need >= near_threshold(DAEMON)


def _spoke(item: Said) -> bool | None:
    return bool(item.answer.tasks) if item.answer.valid else None


def _figures(decisions: Sequence[Decision]) -> Figures:
    """By timing, by the judge's word, and by its odds; silence is right where no help was needed."""
    timed, verdicts, odds = [], [], []
    for moment, said, chance in decisions:
        timed.append(Outcome(said, moment.needed, None, moment.group))
        if said:
            verdicts.append(Outcome(True, chance >= PASSES, None, moment.group))
            odds.append(Outcome(True, True, None, moment.group, chance))
            odds.append(Outcome(True, False, None, moment.group, 1 - chance))
        else:
            verdicts.append(timed[-1])
            odds.append(timed[-1])
    figures = with_intervals([timed], BOUNDED)
    for prefix, outcomes in ((VERDICT, verdicts), (JUDGED, odds)):
        told = with_intervals([outcomes], BOUNDED)
        figures |= {f"{prefix}{name}": value for name, value in told.items()}
    return figures


def _cost(asked: Sequence[Said], said: Sequence[Said]) -> Figures:
    """At which share of the events the model is asked, and what that takes, in seconds."""
    share = len(asked) / len(said)
    told: Figures = {f"{prefix}asked": share for prefix in ("", VERDICT, JUDGED)}
    if not asked:
        return told
    wall = np.array([item.answer.wall_s for item in asked])
    cpu = np.array([item.answer.cpu_s for item in asked])
    p50, p95 = np.quantile(wall, (0.5, 0.95))
    return told | {
        "p50_s": float(p50), "p95_s": float(p95), "cpu_s": float(cpu.mean()),
        "cpu_s_an_event": float(cpu.sum() / len(said)),
    }  # fmt: skip


def _told(engine: Engine, agent: Agent, found: dict[Setting, list[Said]]) -> list[str]:
    """What it took, what the gate saves, and what went wrong."""
    lines = []
    for setting, said in found.items():
        every = _cost(said, said)
        asked = _gate(said)
        some = _cost(asked, said)
        saved = (every["cpu_s_an_event"] or 0.0) - (some.get("cpu_s_an_event") or 0.0)
        lines.append(
            f"{setting}: {every['p50_s']:.1f} s (p95 {every['p95_s']:.1f} s) an event by the clock,"
            f" {every['cpu_s']:.1f} s of this process's time. The gate lets the model be asked at"
            f" {100 * len(asked) / len(said):.0f} % of the events, which saves {saved:.1f} s of that an event."
        )
    lines.append(
        f"{engine.name}: {engine.unparsed} answers did not parse; {agent.refused} tasks named what was never"
        " seen, and were refused."
    )
    return lines


def _data(
    folder: Path, release: Release, moments: Sequence[Moment], label: Label, engine: Engine
) -> str:
    needed = sum(item.needed for item in moments)
    digest = hashlib.sha256(msgspec.json.encode(release.traces)).hexdigest()[:12]
    trained = "with an adapter for this" if "agent" in engine.adapted else "without an adapter"
    return (
        f"{folder.resolve().name}: {len(moments)} of {sum(map(len, release.traces.values()))} events of"
        f" {len(release.traces)} traces; {label} at {needed} of {len(moments)}; {engine.name}, {trained};"
        f" traces' sha256 {digest}"
    )


def _sections(label: Label) -> tuple[Section, ...]:
    return (
        Section(f"Timing alone: speaking is right where {label}", bounded=BOUNDED, printed=False),
        Section(
            f"Table 4, by the judge's word: a proposal is right where P(accept) of its best task is {PASSES}"
            f" or more, silence where not {label}", VERDICT, bounded=BOUNDED,
        ),
        Section(
            "Table 4, by the judge's odds: a proposal counts as accepted with P(accept) of its best task",
            JUDGED, printed=False,
        ),
    )  # fmt: skip
