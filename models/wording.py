"""The parts that sentences are made of: quotes, lists, how a command ended, what happened to a document. Pure."""

from collections.abc import Callable, Sequence

from models.commands import INTERRUPTED, STOPPED, Command, brief
from models.documents import Change

QUOTE_LENGTH = 120  # a quote that is longer is cut; the whole text stays in the segment
PARTS = 3
TOLD_S = 2.0  # how long a command took is told from here on


def quote(text: str) -> str:
    """A text in quotes, on one line, cut where it is long."""
    line = " ".join(text.split())
    if len(line) > QUOTE_LENGTH:
        line = line[:QUOTE_LENGTH].rstrip() + "…"
    mark = '"' if "'" in line and '"' not in line else "'"
    return f"{mark}{line}{mark}"


def number(count: int, what: str) -> str:
    """A count of things: "1 text", "3 texts"."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def running(commands: list[Command]) -> tuple[str, str]:
    """What was run, each line once, and how it ended; of one command its end, to follow the program, by itself.

    What ended well at once says no more.
    """
    ends: dict[str, list[str]] = {}
    for item in commands:
        told = ends.setdefault(quote(item.text), [])
        if (end := ending(item)) and told[-1:] != [end]:
            told.append(end)
    which = {
        line: f", which {' and then '.join(said[-2:])}," if said else ""
        for line, said in ends.items()
    }
    if len(ends) == 1:
        [(line, end)] = which.items()
        return f"runs {line}", end
    return f"runs {listed([f'{line}{end}' for line, end in which.items()])}", ""


def ending(command: Command) -> str:
    """How a command ended; empty where that is not known, or goes without saying."""
    if command.status is None:
        return ""
    long = (command.took_s or 0.0) >= TOLD_S
    after = f" after {brief(command.took_s or 0.0)}" if long else ""
    if command.status == INTERRUPTED:
        return f"is interrupted{after}"
    if command.status in STOPPED:
        return "is suspended"
    if command.failed:
        return f"fails with exit status {command.status}{after}"
    if command.status:
        return f"ends with exit status {command.status}{after}"
    return f"succeeds{after}" if long else ""


def changed(change: Change, quoted: Callable[[str], str] = quote) -> str:
    """What happened to a document; where, but not in which program: that is not known."""
    where = f" in {change.folder}" if change.folder else ""
    new = "new " if change.action == "created" else ""
    if change.name is None:
        things = f"{change.kind}s" if change.kind else "files"
        return f"{_DO[change.action]} {change.count} {new}{things}{where}"
    if change.action == "created":
        kind = change.kind or "file"
        return f"saves a new {kind} {quoted(change.name)}{where}"
    if change.action == "modified":
        return f"saves {quoted(change.name)}{where}"
    moved = f" from {change.left} to {change.folder}" if change.left else ""
    if change.was == change.name:
        return f"moves {quoted(change.name)}{moved or where}"
    return f"renames {quoted(change.was or 'a file')} to {quoted(change.name)}{where}"


_DO = {"created": "saves", "modified": "saves", "renamed": "renames"}


def shortcuts(keys: Sequence[str]) -> str:
    """Keys as people write them: "Ctrl+Z and Tab"."""
    return listed([_key(key) for key in keys])


def _key(key: str) -> str:
    return "+".join(part.capitalize() if len(part) > 1 else part.upper() for part in key.split("+"))


def listed(parts: list[str]) -> str:
    """The first few of a list, and how many more there are."""
    shown = parts[:PARTS]
    if len(parts) > PARTS:
        shown.append(f"{len(parts) - PARTS} more")
    return joined(shown)


def joined(parts: list[str]) -> str:
    """Parts of a sentence as one: "a, b and c"."""
    if len(parts) < 2:
        return parts[0]
    first = ", ".join(part.rstrip(",") for part in parts[:-1])
    return f"{first}{',' if parts[-2].endswith(',') else ''} and {parts[-1]}"
