"""The table of sentences: how much of scripted sessions is told, what is invented, where segments are cut.

Sessions are raw rows with known facts (`models.lab.bench.scripted`); they go through the real segmenter, are
told by each teller, and are held against the script (`segmenter_scoring`, `segmenter_rubric`).
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from models.facts import facts
from models.lab.bench import segmenter_rubric as rubric
from models.lab.bench import segmenter_scoring as scoring
from models.lab.bench.progress import Progress, quietly
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.sessions import HELD_OUT, KINDS, sessions
from models.lab.bench.segmenter_claims import claimed
from models.lab.bench.segmenter_notes import misses, notes
from models.lab.bench.segmenter_tally import Tally
from models.lab.bench.segmenter_tellers import Rules, Teller, Telling
from models.lab.bench.table import Row, Section, Table
from models.segment import BucketEvent, Segment
from models.segmenter import segment
from models.telling import tell

SESSIONS = 20
COLUMNS = (
    "told",
    "invented",
    "invented_unchecked",
    "claimed",
    "claimed_unchecked",
    "boundary_f1",
    "readable",
)
DATA = (
    "Scripted sessions, seeds 0 to {last}, of {kinds} kinds of activity: {stretches} stretches, {facts} main facts; "
    "and of {fresh} kinds that were held out when the rules were mended. told: share of main facts told; inv: of "
    "sentences that name what no raw row of theirs has; acts: that claim what was not done, or not to what they say; "
    "inv-, acts-: the same before the check; cuts: F1 of boundaries; reads: share of the rubric's questions, below."
)


class Day(NamedTuple):
    """A day's raw rows.

    Attributes:
        inputs: Key presses, clicks, turns of the wheel and moves of the mouse that went into them.
        rows: As a store holds them.
    """

    inputs: int
    rows: Sequence[BucketEvent]


def bench_segmenter(
    tellers: Sequence[Teller] = (),
    count: int = SESSIONS,
    day: Day | None = None,
    progress: Progress = quietly,
) -> Table:
    """Tell scripted sessions.

    Args:
        tellers: Beside the rules, which stand first.
        count: How many sessions; each has every kind of activity once.
        day: Cut and told by rules against the clock; None to leave that out.
        progress: Goes through the sessions.

    Raises:
        EngineError: A model cannot be used.
    """
    everyone: list[Teller] = [Rules(), *tellers]
    names = [teller.name for teller in everyone]
    scripts = list(sessions(count))
    tallies = _told(everyone, scripts, progress)
    fresh = _told(everyone, list(sessions(count, HELD_OUT)), progress)
    fresh_names = [f"{name}, held out" for name in names]
    rows = [*_rows(names, tallies), *_rows(fresh_names, fresh)]
    said = [*notes(names, tallies), *misses(fresh_names, fresh)]
    if day is not None:
        seconds = rows[0].figures["day_s"] = _day_s(day.rows)
        said.append(
            f"A day of {day.inputs:,} raw inputs in {len(day.rows):,} rows is cut and told by rules in {seconds:.2f} s "
            "of one core."
        )
    data = DATA.format(
        last=count - 1,
        kinds=len(KINDS),
        fresh=len(HELD_OUT),
        stretches=sum(len(script.stretches) for script in scripts),
        facts=tallies[0].of.total(),
    )
    return Table("segmenter", data, COLUMNS, rows, tuple(said), (Section(""),))


def _told(tellers: Sequence[Teller], scripts: Sequence[Script], progress: Progress) -> list[Tally]:
    tallies = [Tally() for _ in tellers]
    for script in progress(scripts):
        for teller, tally in zip(tellers, tallies, strict=True):
            _session(script, teller, tally)
    return tallies


def _rows(names: Sequence[str], tallies: Sequence[Tally]) -> list[Row]:
    return [
        Row(name, "none", tally.segments, tally.figures())
        for name, tally in zip(names, tallies, strict=True)
    ]


def _session(script: Script, teller: Teller, tally: Tally) -> None:
    began = teller.clock()
    segments, _ = segment(script.events(), now=script.when(script.now_s + 60), final=True)
    tellings = [
        teller.tell(item, before) for item, before in zip(segments, [None, *segments], strict=False)
    ]
    tally.seconds += teller.clock() - began
    told = [
        scoring.Told(*_span(script, item), telling.sentence)
        for item, telling in zip(segments, tellings, strict=True)
    ]
    tally.cuts.append(scoring.cuts(script, told))
    sentences: dict[int, list[str]] = defaultdict(list)
    for item, telling in zip(told, tellings, strict=True):
        sentences[id(scoring.belongs(script, item))].append(item.sentence)
        _sentence(script, item, telling, tally)
    for stretch in script.stretches:
        tally.facts(stretch, scoring.untold(stretch, sentences[id(stretch)]))


def _span(script: Script, item: Segment) -> tuple[float, float]:
    return (item.start - script.begin).total_seconds(), (item.end - script.begin).total_seconds()


def _sentence(script: Script, item: scoring.Told, telling: Telling, tally: Tally) -> None:
    stretch = scoring.belongs(script, item)
    tally.segments += 1
    tally.kinds.append(stretch.kind)
    tally.readings.append(rubric.read(item.sentence, stretch))
    if strange := scoring.invented(script, item):
        tally.invented.append((item.sentence, strange))
    if claims := claimed(script, item):
        tally.claimed.append((item.sentence, claims))
    draft = item if telling.draft is None else item._replace(sentence=telling.draft)
    tally.drafts_invented += bool(scoring.invented(script, draft))
    tally.drafts_claimed += bool(claimed(script, draft))
    tally.drafted += telling.draft is not None
    tally.kept += telling.draft == item.sentence


def _day_s(rows: Sequence[BucketEvent]) -> float:
    """Seconds of this thread's processor for a whole day by rules."""
    began = time.thread_time()
    now = max(item.event.end for item in rows)
    segments, _ = segment(rows, now=now, final=True)
    for item, before in zip(segments, [None, *segments], strict=False):
        tell(facts(item, before))
    return time.thread_time() - began
