"""Words the facts of a segment as one sentence, in the manner of ProactiveBench. No model, no guess.

"The user searches for 'js fade in' on Bing." Every sentence begins with "The
user", names what was done before where, and quotes texts as they are; but for a
time in which nothing was seen, of which nobody knows what the user did.
"""

from collections.abc import Iterator
from typing import NamedTuple

from models.facts import Came, Facts
from models.unseen import length, unseen
from models.wording import PARTS, changed, ending, joined, listed, number, quote, running, shortcuts

CLAUSES = 4
# How what is in front came there.
_TO: dict[Came, str] = {"switched": "switches to", "moved": "goes to"}
_AT: dict[Came, str] = {"stayed": "stays", "back": "is back", "found": "is"}


class Clause(NamedTuple):
    """What was done: its words, then the object after `link`, the program, and the rest.

    Attributes:
        text: The words.
        link: With which word the object follows: the page, the file or the window; None for never.
        rest: What stands after the program: ", typing 'x'".
        names: It has named the object already.
        alone: It says something without its object.
    """

    text: str
    link: str | None = None
    rest: str = ""
    names: bool = False
    alone: bool = True


def tell(facts: Facts) -> str:
    """The sentence."""
    if facts.unseen_s is not None:
        return unseen(facts.unseen_s, facts.cause)
    ended = _meanwhile(facts)
    if facts.away_s is not None:
        return f"The user is away for {length(facts.away_s)}{ended}."
    clauses = _placed(facts, (list(_clauses(facts)) or list(_hand(facts)))[:CLAUSES])
    clauses += [changed(item) for item in facts.documents][:PARTS]
    done = joined(clauses).removesuffix(",") if clauses else _presence(facts)
    return f"The user {done}{ended}."


def _placed(facts: Facts, clauses: list[Clause]) -> list[str]:
    """The clauses, with the object named once, and the program after the first."""
    what = _object(facts)
    told: list[str] = []
    for clause in clauses:
        text = clause.text
        if what and clause.link:
            text = f"{text} {clause.link} {what}"
        elif told and not clause.alone:
            continue
        if clause.link or clause.names:
            what = None
        place = "" if told or facts.app is None else f" in {facts.app}"
        told.append(f"{text}{place}{clause.rest}")
    return told


def _clauses(facts: Facts) -> Iterator[Clause]:
    """What was done, main things first."""
    if facts.query:
        engine = f" on {facts.engine}" if facts.engine else ""
        yield Clause(
            f"searches for {quote(facts.query)}{engine}", "from" if facts.results else None
        )
    if facts.address:
        yield Clause(f"opens {quote(facts.address)}")
    if ran := [item for item in facts.commands if not item.earlier]:
        runs, end = running(ran)
        yield Clause(runs, rest=end)
    yield from _typing(facts)
    if facts.runs:
        yield Clause(f"runs {number(facts.runs, 'command')}")
    yield from _copying(facts)
    if facts.pasted:
        yield Clause("pastes from the clipboard", "on" if facts.sort == "browser" else "into")
    if facts.saved and not any(item.name == facts.file for item in facts.documents):
        yield Clause("saves with Ctrl+S", _in(facts))
    if facts.scrolls:
        yield Clause("scrolls", "through", alone=False)
    elif facts.drags:
        yield Clause("drags with the mouse", "in", alone=False)


def _typing(facts: Facts) -> Iterator[Clause]:
    """What was typed; only how much, where the words are not kept. In an editor that edits the file."""
    typed = listed([quote(text) for text in facts.typed]) if facts.typed else ""
    if facts.typed_length and not typed:
        typed = number(facts.typed_length, "character")
    if facts.file and facts.edits:
        rest = f", typing {typed}," if typed else ""
        yield Clause(f"edits {_file(facts)}", rest=rest, names=True)
    elif typed:
        yield Clause(f"types {typed}", _in(facts))


def _copying(facts: Facts) -> Iterator[Clause]:
    if facts.failure is not None:
        yield Clause(f"copies the error {quote(facts.failure.said)}", "from")
    elif facts.copied:
        yield Clause(f"copies {listed([quote(text) for text in facts.copied])}", "from")
    elif facts.copies:
        yield Clause(f"copies {number(facts.copies, 'text')}", "from")
    if facts.files:
        files = listed([quote(name) for name in facts.files])
        yield Clause(f"copies the file{'s' if len(facts.files) > 1 else ''} {files}", "from")
    if facts.pictures:
        several = f"copies {facts.pictures} pictures"
        yield Clause("copies a picture" if facts.pictures == 1 else several, "from")


def _hand(facts: Facts) -> Iterator[Clause]:
    """Keys and clicks, which are told where nothing else was done there."""
    if facts.keys:
        yield Clause(f"presses {shortcuts(facts.keys)}", _in(facts))
    elif facts.clicks:
        yield Clause("clicks", _in(facts))


def _in(facts: Facts) -> str:
    return "on" if facts.sort == "browser" else "in"


def _object(facts: Facts) -> str | None:
    """The page, file or window in which things were done; of a search's own results there is none."""
    if facts.results:
        engine = f" on {facts.engine}" if facts.engine else ""
        return f"the results for {quote(facts.results)}{engine}"
    if facts.query:
        return "the results" if facts.engine else None
    if facts.sort == "browser":
        site = f" on {facts.site}" if facts.site else ""
        return f"the page {quote(facts.title)}{site}" if facts.title else facts.site
    if facts.file:
        return _file(facts)
    return quote(facts.title) if facts.title and facts.sort != "terminal" else None


def _file(facts: Facts) -> str:
    project = f" in the project {quote(facts.project)}" if facts.project else ""
    return f"{quote(facts.file or '')}{project}"


def _presence(facts: Facts) -> str:
    """For a stretch in which nothing was done but be there."""
    app, what = facts.app or "another window", _object(facts)
    if facts.results:
        return f"looks at {what} in {app}"
    if facts.file and facts.app is None:
        return f"works on the file {what}"
    browser = facts.sort == "browser"
    if what:
        verb = _TO.get(facts.came) or f"{_AT[facts.came]} {'on' if browser else 'in'}"
        return f"{verb} {'the file ' if facts.file and not browser else ''}{what} in {app}"
    if facts.came == "switched":
        return f"switches to {app}"
    return f"{_AT.get(facts.came, 'stays')} in {app}"


def _meanwhile(facts: Facts) -> str:
    """What was started before and has ended now."""
    ended = [item for item in facts.commands if item.earlier]
    parts = [f"{quote(item.text)} {ending(item) or 'ends'}" for item in ended[:PARTS]]
    return f" while {joined(parts)}" if parts else ""
