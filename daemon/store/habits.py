"""What the story says of a user's habits, and the lines that they wrote of themselves, in SQL.

Habits are counted when they are asked for and kept nowhere. Kept are the user's own lines, and the names
of habits that they do not want told.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from sqlite3 import Connection
from typing import Literal, NamedTuple

import msgspec

from daemon.store.capture import from_us, to_us
from models.applications import application
from models.commands import SHELL, Command, program_of
from models.titles import file_of, host

__all__ = ["Connection"]

Kind = Literal["program", "site", "files", "project", "command", "hour"]

# Of the user's own tables only `segments` is read; when a segment is forgotten, so is what it says here.
_SEEN = """
SELECT app, title, facts ->> 'url' AS url, facts ->> 'file' AS file, facts ->> 'project' AS project,
    strftime('%Y-%m-%d %H', time_us / 1000000, 'unixepoch', 'localtime') AS hour,
    sum(end_us - time_us) AS long_us
FROM segments WHERE time_us >= ? AND facts ->> 'status' = 'not-afk' GROUP BY 1, 2, 3, 4, 5, 6
"""
_RUN = f"""
SELECT event.value ->> '$.event.data.command' AS command,
    strftime('%Y-%m-%d %H', time_us / 1000000, 'unixepoch', 'localtime') AS hour
FROM segments, json_each(facts, '$.events') AS event
WHERE time_us >= ? AND event.value ->> '$.type' = '{SHELL}'
"""  # noqa: S608 - a constant
_LANGUAGES = {
    "py": "Python", "ipynb": "Jupyter", "rs": "Rust", "go": "Go", "c": "C", "h": "C", "cpp": "C++",
    "java": "Java", "kt": "Kotlin", "ts": "TypeScript", "tsx": "TypeScript", "js": "JavaScript",
    "rb": "Ruby", "php": "PHP", "sql": "SQL", "sh": "shell", "html": "HTML", "css": "CSS", "tex": "LaTeX",
    "md": "Markdown", "pdf": "PDF", "txt": "text", "odt": "text document", "docx": "Word",
    "ods": "spreadsheet", "xlsx": "spreadsheet", "odp": "presentation", "pptx": "presentation",
}  # fmt: skip


class Habit(msgspec.Struct, frozen=True):
    """Something that comes again.

    Attributes:
        kind: ``program``, ``site``, ``files`` (a kind of document), ``project``, ``command`` or ``hour``.
        name: As it is told: "Firefox", "docs.python.org", "Python", "09".
        seconds: Time spent there; 0 for a command.
        days: On how many days.
        count: How often, for a command; else 0.
    """

    kind: Kind
    name: str
    seconds: float
    days: int
    count: int = 0

    @property
    def key(self) -> str:
        """What it is hidden by."""
        return f"{self.kind} {self.name}"


class Line(msgspec.Struct, frozen=True):
    """A line that the user wrote, or the key of a habit that they hid."""

    id: int
    text: str
    hidden: bool
    time: datetime


def habits(conn: Connection, since: datetime | None = None) -> list[Habit]:
    """All that was done since a time (None: ever), of each kind the most first."""
    counts: dict[tuple[Kind, str], list[float]] = defaultdict(lambda: [0.0, 0])
    days: dict[tuple[Kind, str], set[str]] = defaultdict(set)
    begin = to_us(since) if since else 0
    for kind, name, hour, seconds in [*_seen(conn, begin), *_run(conn, begin)]:
        counts[kind, name][0] += seconds
        counts[kind, name][1] += kind == "command"
        days[kind, name].add(hour[:10])
    found = [
        Habit(kind, name, round(seconds, 3), len(days[kind, name]), int(count))
        for (kind, name), (seconds, count) in counts.items()
    ]
    return sorted(found, key=lambda item: (-item.seconds, -item.count, item.name))


class State(NamedTuple):
    """What habits were counted from; another one where something of it was forgotten, or a line changed.

    Attributes:
        newest: Number of the newest segment.
        segments: How many there are up to it.
        lines: Number and sum of the profile's lines.
    """

    newest: int
    segments: int
    lines: tuple[int, int]


def state(conn: Connection, since: datetime, newest: int | None = None) -> State:
    """The state now; or what is left of an earlier one, by its newest segment. A millisecond a month."""
    if newest is None:
        newest = conn.execute("SELECT coalesce(max(id), 0) FROM segments").fetchone()[0]
    counted = "SELECT count(*) FROM segments WHERE time_us >= ? AND id <= ?"
    row = conn.execute("SELECT count(*), coalesce(sum(id), 0) FROM profile").fetchone()
    segments = conn.execute(counted, (to_us(since), newest)).fetchone()[0]
    return State(int(newest or 0), segments, (row[0], row[1]))


def _seen(conn: Connection, begin: int) -> Iterator[tuple[Kind, str, str, float]]:
    """Kind, name, hour and seconds, of where time was spent."""
    for row in conn.execute(_SEEN, (begin,)):
        hour, seconds = row["hour"], row["long_us"] / 1_000_000
        app = application(row["app"])
        yield "hour", hour[11:], hour, seconds
        if app is not None:
            yield "program", app.name, hour, seconds
        if app is not None and app.sort == "browser":
            if (site := host(row["url"])) is not None:
                yield "site", site, hour, seconds
        elif name := row["file"] or file_of(row["title"]):
            yield "files", _kind_of(name), hour, seconds
        if row["project"]:
            yield "project", _last(row["project"]), hour, seconds


def _run(conn: Connection, begin: int) -> Iterator[tuple[Kind, str, str, float]]:
    """Each program that a command line ran; no argument of any."""
    for row in conn.execute(_RUN, (begin,)):
        if isinstance(row["command"], str) and (name := program_of(Command(row["command"]))):
            yield "command", name, row["hour"], 0.0


def _kind_of(name: str) -> str:
    """A kind of document by its name's end."""
    suffix = _last(name).rpartition(".")[2].casefold()
    return _LANGUAGES.get(suffix, suffix.upper()[:12])


def _last(path: str) -> str:
    return path.rstrip("/\\").replace("\\", "/").rpartition("/")[2]


def lines(conn: Connection) -> list[Line]:
    """What the user wrote and hid, oldest first."""
    rows = conn.execute("SELECT id, text, hidden, time_us FROM profile ORDER BY id")
    return [Line(row[0], row[1], bool(row[2]), from_us(row[3])) for row in rows]


def add_line(conn: Connection, text: str, time: datetime, *, hidden: bool) -> int:
    """Keep a line, or the key of a habit that is not to be told; returns its number."""
    cursor = conn.execute(
        "INSERT INTO profile (text, hidden, time_us) VALUES (?, ?, ?)", (text, hidden, to_us(time))
    )
    return int(cursor.lastrowid or 0)


def delete_line(conn: Connection, number: int) -> None:
    """Delete a line."""
    conn.execute("DELETE FROM profile WHERE id = ?", (number,))


def delete_groundless(conn: Connection) -> None:
    """Delete what was hidden and is said by nothing any more: its name would be all that is left of it."""
    hidden = [line for line in lines(conn) if line.hidden]
    if hidden:
        known = {habit.key for habit in habits(conn)} | {"hours"}
        for line in hidden:
            if line.text not in known:
                delete_line(conn, line.id)
