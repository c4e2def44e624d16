"""Words the facts of a segment as one sentence, in the manner of ProactiveBench. No model, no guess.

"The user searches for 'js fade in' on Bing." Every sentence begins with "The
user", names what was done before where, and quotes texts as they are; but for a
time in which nothing was seen, of which nobody knows what the user did.
"""

from collections.abc import Callable, Iterator, Sequence

from models.commands import INTERRUPTED, STOPPED, Command, brief
from models.documents import Change
from models.facts import Facts
from models.unseen import length, unseen

QUOTE_LENGTH = 120  # a quote that is longer is cut; the whole text stays in the segment
CLAUSES = 3
PARTS = 3
TOLD_S = 2.0  # how long a command took is told from here on


def tell(facts: Facts) -> str:
    """The sentence."""
    if facts.unseen_s is not None:
        return unseen(facts.unseen_s, facts.cause)
    ended = _meanwhile(facts)
    if facts.away_s is not None:
        return f"The user is away for {length(facts.away_s)}{ended}."
    clauses = list(_clauses(facts))[:CLAUSES]
    if clauses:
        clauses[0] += _place(facts)
    clauses += [changed(item) for item in facts.documents][:PARTS]
    done = _join(clauses).removesuffix(",") if clauses else _presence(facts)
    return f"The user {done}{ended}."


def quote(text: str) -> str:
    """A text in quotes, on one line, cut where it is long."""
    line = " ".join(text.split())
    if len(line) > QUOTE_LENGTH:
        line = line[:QUOTE_LENGTH].rstrip() + "…"
    mark = '"' if "'" in line and '"' not in line else "'"
    return f"{mark}{line}{mark}"


def _clauses(facts: Facts) -> Iterator[str]:
    """What was done, main things first."""
    acts = facts.typed or facts.commands or facts.copied or facts.query
    typed = _typed(facts)
    if facts.query:
        engine = f" on {facts.engine}" if facts.engine else ""
        yield f"searches for {quote(facts.query)}{engine}"
    if facts.address:
        yield f"opens {quote(facts.address)}"
    if ran := [item for item in facts.commands if not item.earlier]:
        yield _running(ran)
    if facts.file and facts.sort != "browser" and _edits(facts):
        yield f"edits {quote(facts.file)}{_project(facts)}{f', typing {typed},' if typed else ''}"
    elif typed:
        yield f"types {typed}"
    if facts.runs:
        yield f"runs {_number(facts.runs, 'command')}"
    if facts.copied:
        yield _copying(facts)
    elif facts.copies:
        yield f"copies {_number(facts.copies, 'text')}"
    if facts.files:
        yield f"copies the file{'s' if len(facts.files) > 1 else ''} {_list([quote(name) for name in facts.files])}"
    if facts.pictures:
        yield "copies a picture" if facts.pictures == 1 else f"copies {facts.pictures} pictures"
    if facts.pasted:
        yield "pastes from the clipboard"
    if facts.saved:
        yield "saves with Ctrl+S"
    if facts.scrolls and not facts.query:
        yield f"scrolls through {what}" if (what := _object(facts)) else "scrolls"
    elif facts.drags:
        yield f"drags in {what}" if (what := _object(facts)) else "drags with the mouse"
    elif facts.clicks and not (acts or facts.typed_length or facts.copies or facts.runs):
        yield f"clicks in {what}" if (what := _object(facts)) else "clicks"


def _typed(facts: Facts) -> str:
    """What was typed; only how much, where the words are not kept."""
    if facts.typed:
        return _list([quote(text) for text in facts.typed])
    return _number(facts.typed_length, "character") if facts.typed_length else ""


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _presence(facts: Facts) -> str:
    """For a stretch in which nothing was done but be there."""
    app = facts.app or "another window"
    if facts.keys:
        return f"presses {shortcuts(facts.keys)} in {app}"
    if facts.results:
        return f"looks at {_results(facts)} in {app}"
    if facts.sort == "browser" and facts.title:
        verb = {"switched": "switches to", "moved": "goes to", "stayed": "stays on"}[facts.came]
        return f"{verb} the page {quote(facts.title)}{_on_site(facts)} in {app}"
    if facts.file and facts.app is None:
        return f"works on the file {quote(facts.file)}{_project(facts)}"
    verb = {"switched": "switches to", "moved": "goes to", "stayed": "stays in"}[facts.came]
    if facts.file:
        return f"{verb} the file {quote(facts.file)}{_project(facts)} in {app}"
    if facts.title and facts.sort == "other":
        return f"{verb} {quote(facts.title)} in {app}"
    return f"{'switches to' if facts.came == 'switched' else 'stays in'} {app}"


def _copying(facts: Facts) -> str:
    if facts.failure is not None:
        return f"copies the error {quote(facts.failure.message)}"
    return f"copies {_list([quote(text) for text in facts.copied])}"


def _edits(facts: Facts) -> bool:
    return bool(facts.typed or facts.typed_length or facts.pasted or facts.saved)


def _project(facts: Facts) -> str:
    return f" in the project {quote(facts.project)}" if facts.project else ""


def _running(commands: list[Command]) -> str:
    """What was run, each line once, and how it ended; what ended well at once says no more."""
    ends: dict[str, list[str]] = {}
    for item in commands:
        told = ends.setdefault(quote(item.text), [])
        if (end := ending(item)) and told[-1:] != [end]:
            told.append(end)
    lines = list(ends)[:PARTS]
    shown = [f"{line} {' and then '.join(ends[line][-2:])}" for line in lines if ends[line]]
    if not shown:
        return f"runs {_list(list(ends))}"
    if len(ends) == 1:
        return f"runs {lines[0]}, which {' and then '.join(ends[lines[0]][-2:])},"
    return f"runs {_list(list(ends))}, of which {_join(shown)},"


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


def _meanwhile(facts: Facts) -> str:
    """What was started before and has ended now."""
    ended = [item for item in facts.commands if item.earlier]
    parts = [f"{quote(item.text)} {ending(item) or 'ends'}" for item in ended[:PARTS]]
    return f" while {_join(parts)}" if parts else ""


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


def _object(facts: Facts) -> str | None:
    if facts.results:
        return _results(facts)
    if facts.sort == "browser" and facts.title:
        return f"the page {quote(facts.title)}{_on_site(facts)}"
    if facts.file:
        return quote(facts.file)
    if facts.title and facts.sort == "other":
        return quote(facts.title)
    return None


def _results(facts: Facts) -> str:
    engine = f" on {facts.engine}" if facts.engine else ""
    return f"the results for {quote(facts.results or '')}{engine}"


def _on_site(facts: Facts) -> str:
    return f" on {facts.site}" if facts.site else ""


def _place(facts: Facts) -> str:
    """Where it was done; said once, after the first thing."""
    if facts.app is None:
        return ""
    if facts.sort == "browser" and facts.copied and facts.title and not facts.query:
        return f" from the page {quote(facts.title)}{_on_site(facts)} in {facts.app}"
    return f" in {facts.app}"


def shortcuts(keys: Sequence[str]) -> str:
    """Keys as people write them: "Ctrl+Z and Tab"."""
    return _list([_key(key) for key in keys])


def _key(key: str) -> str:
    return "+".join(part.capitalize() if len(part) > 1 else part.upper() for part in key.split("+"))


def _list(parts: list[str]) -> str:
    shown = parts[:PARTS]
    if len(parts) > PARTS:
        shown.append(f"{len(parts) - PARTS} more")
    return _join(shown)


def _join(parts: list[str]) -> str:
    if len(parts) < 2:
        return parts[0]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
