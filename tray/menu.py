"""The one definition of the menu: for pystray where the desktop shows menus, for our window where it shows none."""

from collections.abc import Callable
from typing import NamedTuple


class Entry(NamedTuple):
    """A line of the menu.

    Attributes:
        text: What it says.
        chosen: What it does.
        usable: Whether it makes sense now; grey otherwise.
    """

    text: str
    chosen: Callable[[], None]
    usable: Callable[[], bool]


class Menu(NamedTuple):
    """A heading that says how things stand, and the lines."""

    heading: Callable[[], str]
    entries: tuple[Entry, ...]
