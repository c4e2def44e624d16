"""Skill: the user comes back after a long absence, or begins a day: reopen what was open when they left."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from daemon.documents import is_shown
from daemon.errors import HunchError
from daemon.skills.base import Told
from daemon.tools import Tools
from models.activities import Activity, activities
from models.observation import Prediction
from models.segment import UNSEEN, Moment, Segment
from models.wording import quote

AWAY = timedelta(hours=2)  # after lunch everything is still open
# Friday evening to Tuesday morning. What is forgotten takes the tasks of so many days with it that
# quote it (`daemon.store.quoting.BACK_US`).
LONGEST_AWAY = timedelta(days=4)
LEAST_S = 300.0  # of work: what took less was not what the user was at
# The first minutes after a long absence are for finding back. A prior, set by hand: there gate and reward
# say 9 % and 20 % on scripted days, for they know no such moment; exp(2.4) lifts that just over the threshold.
NATS = 2.4
TOLD, NAME = 3, 50  # names in a sentence, and characters of each
MOST = 5  # documents and pages; more would bury what is there
_TASK = re.compile(
    r"\b(?:re-?open|resume|continue|pick up|restore)\b.*\b(?:left|open|work|session|files?|pages?|tabs?)\b", re.I
)  # fmt: skip


class Resume:
    """Reopens the documents and pages of the piece of work that the user left.

    Args:
        before: What was told before a time.
    """

    name = "resume"
    summary = "The user is back after two hours or more: reopen what they were working on."

    def __init__(self, before: Callable[[datetime], Told]) -> None:
        self._before = before

    def match(self, history: Sequence[Moment]) -> Prediction | None:
        """The newest segment is the first one after a long absence; only there it takes a tenth of a second."""
        return self._prediction(history, NATS)

    def adopt(self, task: str, history: Sequence[Moment]) -> Prediction | None:
        """A task to go on where the user left."""
        return self._prediction(history, 0.0) if _TASK.search(task) else None

    def execute(self, arguments: Mapping[str, Any], tools: Tools) -> str:
        """Open what is still there."""
        opened, missing = list[str](), list[str]()
        for path in arguments["files"]:
            try:
                tools.open_file(Path(path))
            except HunchError as error:
                missing.append(error.message)
            else:
                opened.append(PurePath(path).name)
        for page in arguments["pages"]:
            tools.open_page(page["url"])
            opened.append(page["title"])
        if not opened:
            raise HunchError("Resume", " ".join(missing) or "There is nothing left to open.")
        return " ".join([f"Opened {_listed(opened)}.", *missing])

    def _prediction(self, history: Sequence[Moment], evidence: float) -> Prediction | None:
        if not history or not _works(history[-1]) or not _is_back(history):
            return None
        now = history[-1].segment
        told = self._before(now.start)
        left = _left(told, now)
        if left is None:
            return None
        files, pages = _open_then(left, now)
        if not files and not pages:
            return None
        names = [PurePath(path).name for path in files] + [page["title"] for page in pages]
        return Prediction(
            task=f"Reopen what you had open when you left: {_listed(names)}.",
            purpose="The user goes on where they left.",
            response=f"You were at {_short(left.title)} until {_when(left.end, now.start)}.",
            source=f"skill:{self.name}",
            skill=self.name,
            arguments={"files": files, "pages": pages},
            evidence=evidence,
        )


def _works(moment: Moment) -> bool:
    return moment.segment.status not in ("afk", UNSEEN)


def _is_back(history: Sequence[Moment]) -> bool:
    """Whether nobody worked for long before the newest segment, as far as this session tells."""
    before = next((item.segment for item in reversed(history[:-1]) if _works(item)), None)
    return before is None or history[-1].segment.start - before.end >= AWAY


def _left(told: Told, now: Segment) -> Activity | None:
    """The piece of work that was left, if that was long enough ago and not too long."""
    worked = [moment.segment.end for moment in told.moments if _works(moment)]
    if not worked or not AWAY <= now.start - worked[-1] <= LONGEST_AWAY:
        return None
    oldest = now.start - LONGEST_AWAY
    found = activities(told.moments, told.vectors)
    return next(
        (item for item in reversed(found) if item.active_s >= LEAST_S and item.end > oldest), None
    )


def _open_then(left: Activity, now: Segment) -> tuple[list[str], list[dict[str, str]]]:
    """Documents and pages of a piece of work; none when one of them is in front already.

    A document whose place is not known cannot be opened, nor one that might be executed.
    """
    urls = {page.url: page.title for page in left.pages if page.url and _is_web(page.url)}
    if now.file in left.paths or (now.url and now.url in urls):
        return [], []
    files = [path for path in left.paths if is_shown(path)][:MOST]
    pages = [{"title": title, "url": url} for url, title in urls.items()]
    return files, pages[: MOST - len(files)]


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _when(left: datetime, now: datetime) -> str:
    """When the user left, as seen now, in local time."""
    there, here = left.astimezone(), now.astimezone()
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%A, %H:%M}"


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence, the first few: a popup has room for no more."""
    shown = [_short(name) for name in names[:TOLD]]
    if len(names) > TOLD:
        shown.append(f"{len(names) - TOLD} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _short(name: str) -> str:
    return quote(name if len(name) <= NAME else f"{name[:NAME].rstrip()}…")
