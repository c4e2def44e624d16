"""Skills: proposers with their own executors. Here they are listed; one file each."""

from collections.abc import Iterable, Sequence

import msgspec

from daemon.skills.base import Past, Skill
from daemon.skills.collect_snippets import CollectSnippets
from daemon.skills.day_summary import DaySummary
from daemon.skills.error_search import ErrorSearch
from daemon.skills.open_again import OpenAgain
from daemon.skills.resume import Resume
from models.observation import Prediction
from models.segment import Moment


def all_skills(*, search_url: str, stretch_s: float, past: Past) -> list[Skill]:
    """Every skill there is.

    Args:
        search_url: Page that a search opens; ``{query}`` stands for the words.
        stretch_s: Length of a working stretch that is worth a summary, in seconds.
        past: What was told before.
    """
    return [
        ErrorSearch(search_url),
        CollectSnippets(),
        DaySummary(stretch_s, past.day),
        Resume(past.before),
        OpenAgain(),
    ]


class Skills:
    """The skills at hand."""

    def __init__(self, skills: Iterable[Skill]) -> None:
        self._skills = {skill.name: skill for skill in skills}

    def match(self, history: Sequence[Moment]) -> list[Prediction]:
        """What the skills would do after the newest moment, the sharpest trigger first."""
        found = [item for skill in self._skills.values() if (item := skill.match(history))]
        return sorted(found, key=lambda item: -item.evidence)

    def adopt(self, prediction: Prediction, history: Sequence[Moment]) -> Prediction | None:
        """The prediction as a skill's, when one can carry its task out; None when none can."""
        if prediction.task is None:
            return None
        for skill in self._skills.values():
            if (adopted := skill.adopt(prediction.task, history)) is not None:
                return msgspec.structs.replace(
                    adopted,
                    source=prediction.source,
                    thoughts=prediction.task,
                    prompt=prediction.prompt,
                )
        return None

    def get(self, name: str | None) -> Skill | None:
        """The skill of this name, or None."""
        return self._skills.get(name or "")
