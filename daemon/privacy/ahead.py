"""Redaction that is done before its event is looked at, on another thread: a long text takes a while.

What a rule finds depends on one value and its name alone, so each is done by itself; what the gate has
changed in between is done anew. Holds no state of the gate, which is why a thread may do it.
"""

from typing import Any

from daemon.privacy.redaction import redacted


class Ahead:
    """The data of one event, redacted.

    Args:
        data: As it was seen.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self._done = {name: (value, redacted({name: value})) for name, value in data.items()}

    def __call__(self, kept: dict[str, Any]) -> dict[str, Any]:
        """As `redacted`, of what is left of the data."""
        whole: dict[str, Any] = {}
        for name, value in kept.items():
            known = self._done.get(name)
            whole |= known[1] if known and known[0] is value else redacted({name: value})
        return whole
