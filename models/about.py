"""What a piece of work was mostly about, in some words: its title. Pure.

Work counts more than reading: a page that was read for the sake of a document is not what the work was about,
though it may have been in front for longer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from models.commands import Command, words_of
from models.documents import name_of
from models.facts import Facts

WORKED = 3  # a second at a document, or at a command on one, counts as so many of reading
LONGEST = 40  # characters of a command line in a title
# Commands that look about: nobody's work is about them.
LOOKS = frozenset(
    ("cd", "clear", "date", "echo", "exit", "history", "ll", "ls", "man", "pwd", "which")
)
_FILE = re.compile(r"[\w./~-]*[\w-]\.[A-Za-z][A-Za-z0-9]{0,4}")


def about(seen: Sequence[tuple[Facts, float]]) -> str:
    """The document, command, page or search that most was done about; a program where that is all there is.

    Args:
        seen: Of each moment what is known of it, and for how many seconds it was in front.
    """
    spent: Counter[str] = Counter()
    apps: Counter[str] = Counter()
    for facts, time_s in seen:
        for name, weight in _things(facts):
            spent[name] += round(weight * (time_s + 1))
        apps[facts.app or "another window"] += round(time_s) + 1
    for name in [*spent]:  # an editor tells a file's project, a command does not
        if whole := next((other for other in spent if other.startswith(f"{name} (")), None):
            spent[whole] += spent.pop(name)
    return next(iter(spent.most_common(1) or apps.most_common(1)))[0]


def _things(facts: Facts) -> Iterator[tuple[str, int]]:
    """What a moment is about, and how much a second at it counts."""
    if facts.file:
        yield (f"{facts.file} ({facts.project})" if facts.project else facts.file), WORKED
    elif words := facts.query or facts.results:
        yield f"'{' '.join(words.split())}'", 1
    elif facts.title and facts.sort != "terminal":
        yield " ".join(facts.title.split()), 1
    yield from dict.fromkeys(_of_commands(facts.commands))


def _of_commands(commands: Iterable[Command]) -> Iterator[tuple[str, int]]:
    """The documents that command lines name; of others their own text."""
    for command in commands:
        words = words_of(command.text)
        files = [name_of(word) for word in words[1:] if _FILE.fullmatch(word)]
        if files:
            yield from ((name, WORKED) for name in files)
        elif words and words[0] not in LOOKS and not command.earlier:
            line = " ".join(command.text.split())
            yield f"'{line if len(line) <= LONGEST else f'{line[:LONGEST].rstrip()}…'}'", 1
