"""What a table tells of how far it is; a command shows it, a test does not."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Goes through what is left out in turn."""

    def __call__(self, items: Iterable[T], /) -> Iterable[T]:
        """The items."""
        ...


def quietly(items: Iterable[T]) -> Iterable[T]:
    """Go through items and show nothing."""
    return items
