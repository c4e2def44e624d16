"""Pieces of work: activities of a day that lie apart and are about the same. Pure."""

from collections.abc import Hashable, Sequence

import msgspec

from models.activities import Activity

SHARED = 0.5  # of what the one with fewer things went through, so much the other went through, too


class Piece(msgspec.Struct, frozen=True):
    """A piece of work.

    Attributes:
        title: Of the activity that took longest.
        parts: Its activities, oldest first.
    """

    title: str
    parts: tuple[Activity, ...]

    @property
    def active_s(self) -> float:
        """Seconds of work."""
        return sum(part.active_s for part in self.parts)


def pieces(found: Sequence[Activity]) -> list[Piece]:
    """Put activities together by the documents, pages, windows and searches that they share.

    Args:
        found: Oldest first.

    Returns:
        What took longest first.
    """
    groups: list[list[Activity]] = []
    for item in found:
        same = [group for group in groups if any(_same(item, other) for other in group)]
        groups = [group for group in groups if group not in same]
        groups.append([*(part for group in same for part in group), item])
    made = [_piece(group) for group in groups]
    return sorted(made, key=lambda piece: (-piece.active_s, piece.parts[0].start))


def _piece(group: Sequence[Activity]) -> Piece:
    longest = max(group, key=lambda item: item.active_s)
    return Piece(longest.title, tuple(sorted(group, key=lambda item: item.start)))


def _same(one: Activity, other: Activity) -> bool:
    things, others = _things(one), _things(other)
    both = len(things & others)
    return bool(both) and both >= SHARED * min(len(things), len(others))


def _things(item: Activity) -> frozenset[Hashable]:
    """What it went through; its programs and commands are those of other work as well."""
    pages = (page.url or page.title for page in item.pages)
    return frozenset([*item.files, *item.windows, *item.queries, *pages])
