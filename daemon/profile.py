"""The user's profile: what they do as a rule, learnt from the story at each asking; and their own lines.

Nothing learnt is stored, so what is forgotten is gone from here, too. Kept are lines that the user wrote
of themselves, and which learnt ones they hid.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Any, Literal

import msgspec

from daemon.errors import Conflict, NotFound
from daemon.store import habits as rows
from daemon.store.habits import Habit, Kind, Line
from models.unseen import length

LATELY = timedelta(days=28)
# A habit: on so many days, and for so long (or so often) in all. One day's work is none.
DAYS, LEAST_S, LEAST_TIMES = 2, 600.0, 5
MOST = 5  # of each kind
AFRESH = timedelta(hours=1)
LONGEST = 200  # characters of a line of one's own
LINES = 50
MIDDLE = 0.9  # of the time at work lies within the hours that are told
LONGEST_DAY = 16  # hours; more is no habit
HOURS = "hours"

Read = Callable[[Callable[[Connection], Any]], Any]

_KINDS: tuple[Kind, ...] = ("program", "project", "files", "site", "command")
_SENTENCES: tuple[tuple[Kind, str], ...] = (
    ("project", "The user's projects: {}."),
    ("files", "The user works on {} files."),
    ("program", "The user mostly uses {}."),
    ("site", "The user often reads {}."),
    ("command", "The user often runs {}."),
)


class Profile(msgspec.Struct, frozen=True):
    """The profile.

    Attributes:
        since: From when on habits are counted.
        lines: The user's own, oldest first.
        habits: Learnt ones that are told, of each kind the most first.
        hours: The hours between which most work lies, local ("9 to 17"); None where that is not known or hidden.
        hidden: Keys of habits that are not told.
    """

    since: datetime
    lines: list[Line]
    habits: list[Habit]
    hours: str | None
    hidden: list[str]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the profile: `text` is a line of one's own, its number, or a habit's key."""

    do: Literal["add", "remove", "hide", "show"]
    text: str


def profile(conn: Connection, now: datetime) -> Profile:
    """The profile as it is now."""
    said, since = rows.lines(conn), now - LATELY
    hidden = [line.text for line in said if line.hidden]
    found = rows.habits(conn, since)
    told = [habit for habit in found if _comes_again(habit) and habit.key not in hidden]
    return Profile(
        since=since,
        lines=[line for line in said if not line.hidden],
        habits=[habit for kind in _KINDS for habit in _of(told, kind)],
        hours=None if HOURS in hidden else _hours(found),
        hidden=hidden,
    )


def change(conn: Connection, wanted: Change, now: datetime) -> None:
    """Carry a change out.

    Raises:
        Conflict: The line is empty, too long, or one too many.
        NotFound: There is no such line or habit.
    """
    text = " ".join(wanted.text.split())
    said = rows.lines(conn)
    match wanted.do:
        case "add":
            _checked(text, said)
            rows.add_line(conn, text, now, hidden=False)
        case "remove":
            own = {str(line.id) for line in said if not line.hidden}
            rows.delete_line(conn, int(_there(text, own, "line")))
        case "hide":
            known = {habit.key for habit in rows.habits(conn, now - LATELY)} | {HOURS}
            if text not in {line.text for line in said if line.hidden}:
                rows.add_line(conn, _there(text, known, "habit"), now, hidden=True)
        case "show":
            of = {line.text: line.id for line in said if line.hidden}
            rows.delete_line(conn, of[_there(text, set(of), "hidden habit")])


def sentences(found: Profile) -> tuple[str, ...]:
    """The profile as short sentences, for a model: the user's own first."""
    learnt = [
        form.format(_joined([habit.name for habit in _of(found.habits, kind)]))
        for kind, form in _SENTENCES
        if _of(found.habits, kind)
    ]
    hours = [f"The user mostly works from {found.hours} o'clock."] if found.hours else []
    return (*(line.text for line in found.lines), *learnt, *hours)


class Sentences:
    """`sentences` for a daemon: counted anew each hour, and at once where anything of it is forgotten or said.

    Args:
        read: Runs a query on the store.
        clock: The present.
    """

    def __init__(self, read: Read, clock: Callable[[], datetime]) -> None:
        self._read = read
        self._clock = clock
        self._counted: tuple[datetime, rows.State, tuple[str, ...]] | None = None

    def __call__(self) -> tuple[str, ...]:
        """The sentences now; from any thread: a month's habits take a third of a second, once an hour."""
        known: tuple[str, ...] = self._read(self._known)
        return known

    def _known(self, conn: Connection) -> tuple[str, ...]:
        now = self._clock()
        if self._counted is not None:
            then, state, known = self._counted
            if now - then < AFRESH and rows.state(conn, then - LATELY, state.newest) == state:
                return known
        found = sentences(profile(conn, now))
        self._counted = now, rows.state(conn, now - LATELY), found
        return found


def words(found: Profile) -> Iterator[str]:
    """The page, a line each."""
    yield (
        "Your own lines:"
        if found.lines
        else 'Your own lines: none. Add one: hunch profile --add "…"'
    )
    for line in found.lines:
        yield f"  {line.id:>3}  {line.text}"
    yield ""
    days = LATELY.days
    if not found.habits and not found.hours:
        yield f"Learnt from the last {days} days: nothing yet; a habit needs {DAYS} days."
    else:
        yield f"Learnt from the last {days} days, and stored nowhere:"
    for habit in found.habits:
        yield f"  {habit.key:<34} {_amount(habit)}"
    if found.hours:
        yield f"  {HOURS:<34} mostly from {found.hours} o'clock"
    if found.hidden:
        yield ""
        yield f"Hidden: {', '.join(found.hidden)}."
    yield ""
    yield 'To hide one: hunch profile --hide "program Firefox". To show it again: --show.'


def _comes_again(habit: Habit) -> bool:
    enough = habit.count >= LEAST_TIMES if habit.kind == "command" else habit.seconds >= LEAST_S
    return habit.days >= DAYS and enough


def _of(found: Sequence[Habit], kind: Kind) -> list[Habit]:
    return [habit for habit in found if habit.kind == kind][:MOST]


def _hours(found: Sequence[Habit]) -> str | None:
    """The hours from the first to the last of the day's middle part, by the time spent in each."""
    spent = {int(habit.name): habit.seconds for habit in found if habit.kind == "hour"}
    days = max((habit.days for habit in found), default=0)
    whole = sum(spent.values())
    if days < DAYS or whole < LEAST_S:
        return None
    tail, before = whole * (1 - MIDDLE) / 2, 0.0
    within = []
    for hour in sorted(spent):
        if before + spent[hour] > tail and before < whole - tail:
            within.append(hour)
        before += spent[hour]
    begin, end = within[0], within[-1] + 1
    return f"{begin} to {end}" if end - begin <= LONGEST_DAY else None


def _checked(text: str, said: Sequence[Line]) -> None:
    if not text or len(text) > LONGEST:
        raise Conflict("Profile", f"A line has 1 to {LONGEST} characters: this has {len(text)}.")
    if sum(not line.hidden for line in said) >= LINES:
        raise Conflict("Profile", f"There are {LINES} lines already: remove one first.")


def _there(text: str, known: set[str], what: str) -> str:
    if text not in known:
        raise NotFound("Profile", f"There is no {what} {text!r}: see `hunch profile`.")
    return text


def _amount(habit: Habit) -> str:
    often = f"{habit.count} times" if habit.kind == "command" else length(habit.seconds)
    return f"{often} on {habit.days} days"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
