"""The day's summary as Markdown: its pieces of work, what each went through, and what happened. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from daemon.skills.base import Told
from models.activities import Activity, activities, spent
from models.facts import facts
from models.pieces import pieces
from models.segment import UNSEEN, Moment

LEAST_S = 60.0  # of work; what took less is told by its sentences alone
MOST = 8  # of each kind that a piece of work names


def page(told: Told) -> str:
    """The summary.

    Args:
        told: The day, up to when it is summed up.
    """
    found = activities(told.moments, told.vectors)
    if not found:
        return "# Nothing was recorded today\n"
    return "\n".join(
        [*_head(found), *_pieces(found), *_programs(told.moments), *_story(told.moments, found)]
    )


def _head(found: Sequence[Activity]) -> Iterator[str]:
    first, last = found[0].start.astimezone(), found[-1].end.astimezone()
    yield f"# {first:%A, %d %B %Y}"
    yield ""
    yield f"From {first:%H:%M} to {last:%H:%M}, {brief(sum(item.active_s for item in found))} at work."


def _pieces(found: Sequence[Activity]) -> Iterator[str]:
    """A table: what was worked on, each piece of work once."""
    rows = pieces(found)
    yield from ("", "| what | when | how long |", "| --- | --- | --- |")
    for piece in rows:
        if piece.active_s >= LEAST_S or piece is rows[0]:
            when = ", ".join(span(part) for part in piece.parts)
            yield f"| {_cell(piece.title)} | {when} | {brief(piece.active_s)} |"


def _programs(moments: Sequence[Moment]) -> Iterator[str]:
    """Where the time went."""
    seconds: Counter[str] = Counter()
    for moment, time_s in spent(moments):
        seconds[facts(moment.segment).app or "elsewhere"] += round(time_s)
    yield from ("", "| where | how long |", "| --- | --- |")
    for app, time_s in seconds.most_common():
        yield f"| {_cell(app)} | {brief(time_s)} |"


def _story(moments: Sequence[Moment], found: Sequence[Activity]) -> Iterator[str]:
    """Each piece of work in its time: what it went through, then its sentences."""
    begins = {item.start: item for item in found}
    yield from ("", "## What happened")
    for moment in moments:
        item = begins.get(moment.segment.start)
        if item is not None and moment.segment.status not in ("afk", UNSEEN):
            yield from ("", f"### {span(item)} {' '.join(item.title.split())}", "")
            yield from _through(item)
        if moment.segment.status != "afk":
            yield f"- {moment.segment.start.astimezone():%H:%M} {moment.observation.event}"


def _through(item: Activity) -> Iterator[str]:
    """Files, searches, commands and pages, a line each, and an empty line behind them."""
    lines = [
        ("Files", item.files),
        ("Searches", item.queries),
        ("Commands", tuple(f"`{' '.join(text.split())}`" for text in item.commands)),
        ("Pages", tuple(page.title for page in item.pages)),
    ]
    told = [f"{name}: {_listed(texts)}." for name, texts in lines if texts]
    if told:
        yield from (*("  \n".join(told)).split("\n"), "")


def _listed(texts: Sequence[str]) -> str:
    more = [f"{len(texts) - MOST} more"] if len(texts) > MOST else []
    return ", ".join([*(" ".join(text.split()) for text in texts[:MOST]), *more])


def span(item: Activity) -> str:
    """When it was, in local time: "09:10-10:02"."""
    return f"{item.start.astimezone():%H:%M}-{item.end.astimezone():%H:%M}"


def brief(seconds: float) -> str:
    """A length of time: "40 s", "12 min", "1 h 05 min"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _cell(text: str) -> str:
    """A text in a table: on one line, and no end of a cell."""
    return " ".join(text.split()).replace("|", "\\|")
