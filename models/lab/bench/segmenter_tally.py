"""What a teller's sentences came to over all sessions: counts, and the figures made of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.lab.bench import segmenter_rubric as rubric
from models.lab.bench import segmenter_scoring as scoring
from models.lab.bench.metrics import Figures
from models.lab.bench.scripted.stretch import Fact, Stretch


@dataclass(slots=True)
class Tally:
    """Counts of one teller.

    Attributes:
        segments: How many were told.
        seconds: In which they were cut and told.
        of: Main facts by kind of activity and name.
        missed: Those untold.
        invented: Sentences that name what was not seen, and what that is.
        claimed: Sentences that claim what was not done, and which acts.
        drafts_invented: How many name what was not seen before the check.
        drafts_claimed: How many claim what was not done before the check.
        cuts: Of each session.
        readings: Every sentence under the rubric.
        kinds: Every sentence's kind of activity.
        drafted: How many sentences a language model drafted.
        kept: How many of these passed the check.
    """

    segments: int = 0
    seconds: float = 0.0
    of: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    invented: list[tuple[str, list[str]]] = field(default_factory=list)
    claimed: list[tuple[str, list[str]]] = field(default_factory=list)
    drafts_invented: int = 0
    drafts_claimed: int = 0
    cuts: list[scoring.Cuts] = field(default_factory=list)
    readings: list[rubric.Reading] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    drafted: int = 0
    kept: int = 0

    def facts(self, stretch: Stretch, missed: Sequence[Fact]) -> None:
        """Count the main facts of a stretch, and those that are untold."""
        self.of.update((stretch.kind, fact.name) for fact in stretch.facts)
        self.missed.update((stretch.kind, fact.name) for fact in missed)

    def figures(self) -> Figures:
        """Fractions of one; `per_s` in segments a second."""
        found, wrong, missed = (sum(parts) for parts in zip(*self.cuts, strict=True))
        n = self.segments
        return {
            "told": 1 - self.missed.total() / self.of.total(),
            "invented": len(self.invented) / n,
            "invented_unchecked": self.drafts_invented / n,
            "claimed": len(self.claimed) / n,
            "claimed_unchecked": self.drafts_claimed / n,
            "boundary_precision": found / max(found + wrong, 1),
            "boundary_recall": found / max(found + missed, 1),
            "boundary_f1": 2 * found / max(2 * found + wrong + missed, 1),
            "readable": sum(reading.share for reading in self.readings) / n,
            "drafted": self.drafted / n,
            "kept": self.kept / n,
            "per_s": n / self.seconds,
        }
