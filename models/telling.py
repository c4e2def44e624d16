"""Words the facts of a segment as one sentence, in the manner of ProactiveBench. No model, no guess.

"The user searches for 'js fade in' on Bing." Every sentence begins with "The
user", names what was done before where, and quotes texts as they are; but for a
time in which nothing was seen, of which nobody knows what the user did.
"""

from collections.abc import Iterator, Mapping

from models.facts import Facts

QUOTE_LENGTH = 120  # a quote that is longer is cut; the whole text stays in the segment
CLAUSES = 3
WHY: Mapping[str, str] = {  # by the cause of a gap (watchers.coverage)
    "crashed": "a watcher had ended",
    "excluded": "what was in front is excluded",
    "locked": "the screen was locked",
    "lost": "inputs came too fast",
    "off": "it was switched off",
    "password": "a password was asked for",
    "paused": "recording was paused",
    "permission": "the system did not allow it",
    "private": "a private window was in front",
    "stopped": "Hunch was not running",
    "suspended": "the machine was asleep",
    "wayland": "the desktop shows it to no program",
}
PARTS = 3


def tell(facts: Facts) -> str:
    """The sentence."""
    if facts.unseen_s is not None:
        why = WHY.get(facts.cause or "", "nobody knows why")
        return f"Nothing was seen for {length(facts.unseen_s)}: {why}."
    if facts.away_s is not None:
        return f"The user is away for {length(facts.away_s)}."
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
    if facts.query:
        engine = f" on {facts.engine}" if facts.engine else ""
        yield f"searches for {quote(facts.query)}{engine}"
    if facts.address:
        yield f"opens {quote(facts.address)}"
    if facts.commands:
        yield f"runs {_list([quote(item.text) for item in facts.commands])}{_outcome(facts)}"
    if facts.file and facts.sort != "browser" and _edits(facts):
        typed = f", typing {_list([quote(text) for text in facts.typed])}," if facts.typed else ""
        yield f"edits {quote(facts.file)}{typed}"
    elif facts.typed:
        yield f"types {_list([quote(text) for text in facts.typed])}"
    if facts.copied:
        yield _copying(facts)
    if facts.pasted:
        yield "pastes from the clipboard"
    if facts.saved:
        yield "saves with Ctrl+S"
    if facts.scrolls and not facts.query:
        yield f"scrolls through {what}" if (what := _object(facts)) else "scrolls"
    elif facts.clicks and not (facts.typed or facts.commands or facts.copied or facts.query):
        yield f"clicks in {what}" if (what := _object(facts)) else "clicks"


def _presence(facts: Facts) -> str:
    """For a stretch in which nothing was done but be there."""
    app = facts.app or "another window"
    if facts.keys:
        return f"presses {_list([_key(key) for key in facts.keys])} in {app}"
    if facts.results:
        return f"looks at {_results(facts)} in {app}"
    if facts.sort == "browser" and facts.title:
        verb = {"switched": "switches to", "moved": "goes to", "stayed": "stays on"}[facts.came]
        return f"{verb} the page {quote(facts.title)}{_on_site(facts)} in {app}"
    verb = {"switched": "switches to", "moved": "goes to", "stayed": "stays in"}[facts.came]
    if facts.file:
        return f"{verb} the file {quote(facts.file)} in {app}"
    if facts.title and facts.sort == "other":
        return f"{verb} {quote(facts.title)} in {app}"
    return f"{'switches to' if facts.came == 'switched' else 'stays in'} {app}"


def _copying(facts: Facts) -> str:
    if facts.failure is not None:
        return f"copies the error {quote(facts.failure.message)}"
    return f"copies {_list([quote(text) for text in facts.copied])}"


def _edits(facts: Facts) -> bool:
    return bool(facts.typed or facts.pasted or facts.saved)


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


def length(seconds: float) -> str:
    """A length of time in words: "12 minutes"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} seconds"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{minutes // 60} hours {minutes % 60} minutes"
