"""How a command shows how far it is, on stderr: a bar on a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import click

T = TypeVar("T")

EVERY_S = 30.0  # between two lines
ASKING, LEAVING_OUT = "asking the model", "leaving out a trace"


def counted(items: Iterable[T], what: str) -> Iterable[T]:
    """Go through items and show how many are done.

    Args:
        items: All are taken before the first is given.
        what: Is done with each, such as "asking the model".
    """
    listed = list(items)
    if not sys.stderr.isatty():
        return _told(listed, what)
    from rich.console import Console
    from rich.progress import track

    return track(listed, what, console=Console(stderr=True), transient=True)


def followed(what: str) -> Callable[[Iterable[T]], Iterable[T]]:
    """`counted`, for what goes through items that are not there yet."""
    return lambda items: counted(items, what)


def lines() -> Callable[[str], None]:
    """What prints the lines that it is given, but none within half a minute of the one before, or of now."""
    last = time.monotonic()

    def tell(line: str) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            click.echo(line, err=True)

    return tell


def _told(items: Sequence[T], what: str) -> Iterator[T]:
    tell = lines()
    for done, item in enumerate(items, start=1):
        yield item
        tell(f"{what}: {done} of {len(items)}")
