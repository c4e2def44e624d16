"""Titles that tick: progress, timers, spinners and unread counts are no new title. Pure.

Two rules, since a number may count ("12% - backup.tar") or name ("Chapter 3"):
what has the shape of a count is no part of the title at all; any other number is, but a title in
which nothing but numbers changed is only told once it rests.
"""

import re

TITLE_S = 1.0  # a title that changes otherwise is told at most so often
REST_S = 3.0  # one in which numbers alone change, when it has rested for so long

SPINNER = r"⠀-⣿◐◑◒◓◴◵◶◷◜◝◞◟✶✳✻✽✢⏳⌛▁-▏░▒▓█🌑-🌘🕐-🕛"
_COUNTS = re.compile(
    rf"""
      \d+(?:[.,]\d+)?\s?%            # 12 %, 99.5%
    | \b\d{{1,2}}:\d\d(?::\d\d)?\b   # 4:59, 01:02:03
    | ^\s*[(\[]\d+\+?[)\]]           # (3) Inbox
    | [(\[]\d+\+?[)\]](?=\s+[-–—|]|\s*$)  # Inbox (12) - Mail
    | [{SPINNER}]+
    | ^\s*[|/\\-](?=\s)              # the four strokes of a terminal's spinner
    """,  # noqa: RUF001 - dashes as titles have them
    re.VERBOSE,
)
_NUMBERS = re.compile(r"\d+")


def still(title: str) -> str:
    """What of a title does not tick."""
    return " ".join(_COUNTS.sub(" ", title).split())


def only_counts_differ(one: str, other: str) -> bool:
    """Whether both are one title that ticks."""
    return bool(still(one)) and still(one) == still(other)


def rest_s(one: str, other: str) -> float:
    """For how many seconds `other` has to stand before it is told after `one`."""
    same = _NUMBERS.sub("0", still(one)) == _NUMBERS.sub("0", still(other))
    return REST_S if same else TITLE_S
