"""Skill: a working stretch has ended: write down what was done, how long, and where."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.tools import Tools
from models.facts import facts
from models.observation import Prediction
from models.segment import UNSEEN, Moment, Segment
from models.titles import host

# The end of a long stretch is when people note what they did. The gate, which knows an absence
# only as a moment without need, says 7 %; exp(2.2), odds of 9 to 1, lifts that just over its threshold.
NATS = 2.2
GONE = frozenset({"locked", "suspended", "stopped"})  # nobody worked unseen then
REST_S = 15 * 60.0  # an absence that ends a stretch, unless it is the one that has just begun
_TASK = re.compile(
    r"\b(?:summari[sz]e|summary|recap)\b.*\b(?:day|today|work|activit|session|did|done)", re.I
)
LONGEST_GAP_S = 300.0  # between two segments, reading without input counts up to so long


class DaySummary:
    """Writes the day's summary as Markdown.

    Args:
        stretch_s: Length of a working stretch that is worth one, in seconds.
        day: Gives the moments of the day that a time lies in, oldest first.
    """

    name = "day_summary"
    summary = "A working stretch has ended: write the day's summary."

    def __init__(self, stretch_s: float, day: Callable[[datetime], Sequence[Moment]]) -> None:
        self._stretch_s = stretch_s
        self._day = day

    def match(self, history: Sequence[Moment]) -> Prediction | None:
        """The newest segment is an absence, and a long enough stretch lies before it."""
        if len(history) < 2 or history[-1].segment.status != "afk":
            return None
        worked_s = self._stretch(history[:-1])
        if worked_s < self._stretch_s:
            return None
        return self._prediction(history, worked_s, NATS)

    def adopt(self, task: str, history: Sequence[Moment]) -> Prediction | None:
        """A task to sum up the day."""
        if not history or not _TASK.search(task):
            return None
        return self._prediction(history, self._stretch(history), 0.0)

    def execute(self, arguments: Mapping[str, Any], tools: Tools) -> str:
        """Write the summary of the day until the moment at which it was proposed."""
        until = datetime.fromisoformat(str(arguments["until"]))
        moments = [item for item in self._day(until) if item.segment.start <= until]
        path = tools.write_note(f"day-{until.astimezone():%Y-%m-%d}", "\n".join(_lines(moments)))
        return f"Wrote the day's summary to {path}."

    def _stretch(self, moments: Sequence[Moment]) -> float:
        """Seconds of work from the last rest to the end of the newest segment.

        A short absence at which the summary was due already is the end of its stretch too, or
        every cup of coffee after the first long stretch would offer it again. So is a long time
        of which there is no word at all. What was not seen is neither work nor rest; but where
        the screen was locked, or the machine slept, for long, nobody worked.
        """
        worked_s, last = 0.0, None
        for segment in (moment.segment for moment in moments):
            if segment.status == "afk":
                if segment.duration >= REST_S or worked_s >= self._stretch_s:
                    worked_s, last = 0.0, None
            elif segment.status == UNSEEN:
                gone = facts(segment).cause in GONE and segment.duration >= REST_S
                worked_s, last = 0.0 if gone else worked_s, None
            else:
                between_s = (segment.start - last).total_seconds() if last else 0.0
                worked_s = 0.0 if between_s >= REST_S else worked_s + max(between_s, 0.0)
                worked_s, last = worked_s + segment.duration, segment.end
        return worked_s

    def _prediction(
        self, history: Sequence[Moment], worked_s: float, evidence: float
    ) -> Prediction:
        return Prediction(
            task="Write a summary of today's work: what, how long, and where.",
            purpose="The user has ended a stretch of work.",
            response=f"You worked for {_minutes(worked_s)} and then took a break.",
            source=f"skill:{self.name}",
            skill=self.name,
            arguments={"until": history[-1].segment.end.isoformat()},
            evidence=evidence,
        )


def _lines(moments: Sequence[Moment]) -> Iterator[str]:
    """The summary, line by line."""
    active = [item for item in moments if item.segment.status not in ("afk", UNSEEN)]
    if not active:
        yield "# Nothing was recorded today"
        return
    first, last = active[0].segment.start.astimezone(), active[-1].segment.end.astimezone()
    spent = _spent(moments)
    yield f"# {first:%A, %d %B %Y}"
    yield ""
    yield f"From {first:%H:%M} to {last:%H:%M}, {_minutes(sum(spent.values()))} at work."
    yield ""
    yield "| where | how long |"
    yield "| --- | --- |"
    for app, seconds in spent.most_common():
        yield f"| {app} | {_minutes(seconds)} |"
    yield from _section("Files", [name for item in active if (name := facts(item.segment).file)])
    yield from _section(
        "Searches", [words for item in active if (words := facts(item.segment).query)]
    )
    yield from _section(
        "Commands", [f"`{run.text}`" for item in active for run in facts(item.segment).commands]
    )
    yield from _section("Sites", [site for item in active if (site := host(item.segment.url))])
    yield ""
    yield "## What happened"
    yield ""
    for item in moments:
        if item.segment.status != "afk":
            yield f"- {item.segment.start.astimezone():%H:%M} {item.observation.event}"


def _spent(moments: Sequence[Moment]) -> Counter[str]:
    """Seconds by application; a segment lasts until the next one begins, if that is soon."""
    spent: Counter[str] = Counter()
    segments: list[Segment] = [item.segment for item in moments]
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        until = (following.start - segment.start).total_seconds() if following else segment.duration
        seconds = max(segment.duration, min(until, segment.duration + LONGEST_GAP_S))
        if segment.status not in ("afk", UNSEEN):
            spent[facts(segment).app or "elsewhere"] += round(max(seconds, 0.0))
    return spent


def _section(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield from ("", f"## {title}", "", *(f"- {item}" for item in dict.fromkeys(items)))


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
