"""Skill: carries out a language model's task to open a page or a document that the user had open before."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from daemon.documents import is_shown
from daemon.tools import Tools
from models.entities import flat, names
from models.facts import facts
from models.observation import Prediction
from models.segment import Moment
from models.wording import quote

LEAST = 4  # letters of a name; less stands in many titles
# At the task's beginning alone: "Find out how to open a file" is another task.
_TASK = re.compile(
    r"(?:please )?(?:re-?open|open|show|bring up|(?:go|switch|return|jump) (?:back )?to)\b", re.I
)


class _Place(NamedTuple):
    """A page or a document by what it is called, and where it is."""

    called: str
    address: str
    arguments: dict[str, Any]


class OpenAgain:
    """Opens a page or a document of the history that a task names."""

    name = "open_again"
    summary = (
        "The language model proposes to open a page or a document that was open before: open it."
    )

    def match(self, history: Sequence[Moment]) -> Prediction | None:
        """Nothing of its own: that something was open is no reason to open it."""
        return None

    def adopt(self, task: str, history: Sequence[Moment]) -> Prediction | None:
        """A task to open what it names, if that was open before, and is not in front."""
        if not history or not _TASK.match(task):
            return None
        wanted = {flat(name) for name in names(task) if len(flat(name)) >= LEAST}
        now = {place.address for place in _places(history[-1])}
        for moment in reversed(history[:-1]):
            for place in _places(moment):
                if place.address not in now and wanted & {flat(place.called), flat(place.address)}:
                    return self._prediction(place)
        return None

    def execute(self, arguments: Mapping[str, Any], tools: Tools) -> str:
        """Open it."""
        if "url" in arguments:
            tools.open_page(str(arguments["url"]))
        else:
            tools.open_file(Path(str(arguments["file"])))
        return f"Opened {quote(str(arguments['called']))}."

    def _prediction(self, place: _Place) -> Prediction:
        kind = "page" if "url" in place.arguments else "document"
        return Prediction(
            task=f"Open the {kind} {quote(place.called)} again.",
            purpose=f"The user goes on with a {kind}.",
            response=f"You had {quote(place.called)} open before.",
            source=f"skill:{self.name}",
            skill=self.name,
            arguments={"called": place.called, **place.arguments},
        )


def _places(moment: Moment) -> Iterator[_Place]:
    """What was open, that can be opened."""
    segment, seen = moment.segment, facts(moment.segment)
    if segment.url and seen.title and urlsplit(segment.url).scheme in ("http", "https"):
        yield _Place(seen.title, segment.url, {"url": segment.url})
    path = segment.file
    if path and PurePath(path).is_absolute() and is_shown(path):
        yield _Place(PurePath(path).name, path, {"file": path})
