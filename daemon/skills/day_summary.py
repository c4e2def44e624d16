"""Skill: a working stretch has ended: write down what was worked on, when, how long, and where."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.skills.base import Told
from daemon.skills.day_page import brief, page
from daemon.tools import Tools
from models.facts import facts
from models.observation import Prediction
from models.segment import UNSEEN, Moment

# The end of a long stretch is when people note what they did. The gate, which knows an absence
# only as a moment without need, says 7 %; exp(2.2), odds of 9 to 1, lifts that just over its threshold.
NATS = 2.2
GONE = frozenset({"locked", "suspended", "stopped"})  # nobody worked unseen then
REST_S = 15 * 60.0  # an absence that ends a stretch, unless it is the one that has just begun
_TASK = re.compile(
    r"\b(?:summari[sz]e|summary|recap)\b.*\b(?:day|today|work|activit|session|did|done)", re.I
)


class DaySummary:
    """Writes the day's summary as Markdown.

    Args:
        stretch_s: Length of a working stretch that is worth one, in seconds.
        day: What was told of the day that a time lies in.
    """

    name = "day_summary"
    summary = "A working stretch has ended: write the day's summary."

    def __init__(self, stretch_s: float, day: Callable[[datetime], Told]) -> None:
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
        path = tools.write_note(f"day-{until.astimezone():%Y-%m-%d}", page(self._day(until)))
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
            response=f"You worked for {brief(worked_s)} and then took a break.",
            source=f"skill:{self.name}",
            skill=self.name,
            arguments={"until": history[-1].segment.end.isoformat()},
            evidence=evidence,
        )
