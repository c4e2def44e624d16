"""Which rules may find something in a text, told by what each of them needs; for most texts none.

Knows no kind of secret: all is taken from the rules' own `hints` and `needs`, in this one place. A rule
that declares neither is tried on every text.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from daemon.privacy.rule import Rule

ANY = ("",)  # stands in every text
Hints = tuple[str, ...]
Numbered = tuple[int, Rule]
Search = Callable[[str], re.Match[str] | None]
Hinted = tuple[Hints, list[tuple[Search, list[Numbered]]]]
Needy = tuple[re.Pattern[str], list[tuple[Hints, list[Numbered]]]]


class Screen:
    """The needs of all rules, each asked once for a text.

    Args:
        rules: In their order.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        same: defaultdict[str, defaultdict[Hints, list[Numbered]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for number, rule in enumerate(rules):
            same[rule.needs][rule.hints or ANY].append((number, rule))
        self._needy: list[Needy] = []
        hinted: defaultdict[Hints, list[tuple[Search, list[Numbered]]]] = defaultdict(list)
        for needs, by_hints in same.items():
            pattern = re.compile(needs)
            if needs and len(by_hints) > 1:  # asked first, since it is shared
                self._needy.append((pattern, list(by_hints.items())))
                continue
            for hints, group in by_hints.items():
                hinted[hints].append((pattern.search, group))
        self._hinted: list[Hinted] = list(hinted.items())

    def likely(self, low: str) -> Iterator[Numbered]:
        """Rules that may find something in a text, each with its number.

        Args:
            low: The text as `daemon.privacy.rule.lowered` makes it.
        """
        for hints, groups in self._hinted:
            for hint in hints:  # a call for each would take twice as long
                if hint in low:
                    break
            else:
                continue
            for search, group in groups:
                if search(low) is not None:
                    yield from group
        for needs, pairs in self._needy:
            if needs.search(low) is not None:
                for hints, group in pairs:
                    if any(map(low.__contains__, hints)):
                        yield from group
