"""Words the facts of a segment as one sentence, in the manner of ProactiveBench. No model, no guess.

"The user searches for 'js fade in' on Bing." Every sentence begins with "The
user", names what was done before where, and quotes texts as they are.
"""

from collections.abc import Iterator

from models.facts import Facts

QUOTE_LENGTH = 120  # a quote that is longer is cut; the whole text stays in the segment
CLAUSES = 3
PARTS = 3


def tell(facts: Facts) -> str:
    """The sentence."""
    if facts.away_s is not None:
        return f"The user is away for {_length(facts.away_s)}."
    clauses = list(_clauses(facts))[:CLAUSES]
    place = _place(facts)
    head, *rest = clauses or [_presence(facts)]
    sentence = f"{head}{place}" if clauses else head
    return f"The user {_join([sentence, *rest])}."


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
    if facts.commands:
        yield f"runs {_list([quote(item.text) for item in facts.commands])}{_outcome(facts)}"
    if facts.file and facts.sort != "browser" and _edits(facts):
        yield f"edits {quote(facts.file)}{f', typing {typed},' if typed else ''}"
    elif typed:
        yield f"types {typed}"
    if facts.runs:
        yield f"runs {_number(facts.runs, 'command')}"
    if facts.copied:
        yield _copying(facts)
    elif facts.copies:
        yield f"copies {_number(facts.copies, 'text')}"
    if facts.pasted:
        yield "pastes from the clipboard"
    if facts.saved:
        yield "saves with Ctrl+S"
    if facts.scrolls and not facts.query:
        yield f"scrolls through {what}" if (what := _object(facts)) else "scrolls"
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
        return f"presses {_list([_key(key) for key in facts.keys])} in {app}"
    if facts.results:
        return f"looks at {_results(facts)} in {app}"
    verb = "switches to" if facts.switched else "stays in"
    if facts.sort == "browser" and facts.title:
        verb = "opens" if not facts.switched else "switches to"
        return f"{verb} the page {quote(facts.title)}{_on_site(facts)} in {app}"
    if facts.file:
        return f"{verb} the file {quote(facts.file)} in {app}"
    if facts.title and facts.sort == "other":
        return f"{verb} {quote(facts.title)} in {app}"
    return f"{verb} {app}"


def _copying(facts: Facts) -> str:
    if facts.failure is not None:
        return f"copies the error {quote(facts.failure.message)}"
    return f"copies {_list([quote(text) for text in facts.copied])}"


def _edits(facts: Facts) -> bool:
    return bool(facts.typed or facts.typed_length or facts.pasted or facts.saved)


def _outcome(facts: Facts) -> str:
    return ", which fails," if any(item.failed for item in facts.commands) else ""


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


def _length(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} seconds"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{minutes // 60} hours {minutes % 60} minutes"
