"""The heartbeats that every store is measured with: a window whose title changes now and then.

Plain values, no import of ours: the peers' interpreter reads this file, too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

START = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)  # noqa: UP017 - older interpreters read it
EVERY_S = 1.0
PULSE_S = 2.0
SAME = 10  # heartbeats in a row with equal data: nine of ten merge


def heartbeats(count: int) -> Iterator[tuple[datetime, dict[str, str]]]:
    """So many heartbeats: when, and what."""
    for number in range(count):
        title = f"document {number // SAME} - Visual Studio Code"
        yield START + timedelta(seconds=EVERY_S * number), {"app": "Code", "title": title}


def bodies(count: int) -> list[dict[str, object]]:
    """The same as clients send them, decoded."""
    return [
        {"timestamp": when.isoformat(), "duration": 0, "data": data}
        for when, data in heartbeats(count)
    ]
