"""Words a time in which nothing was seen, and lengths of time. Light: `hunch log` needs no more to tell a gap."""

from collections.abc import Mapping

TOLD_S = 60.0  # a gap of less cuts the activity in two, and is not told
WHY: Mapping[str, str] = {  # by the cause of a gap (watchers.coverage)
    "crashed": "a watcher had ended",
    "damaged": "the database was damaged",
    "excluded": "what was in front is excluded",
    "locked": "the screen was locked",
    "lost": "inputs came too fast",
    "off": "it was switched off",
    "password": "a password was asked for",
    "paused": "recording was paused",
    "permission": "the system did not show it",
    "private": "a private window was in front",
    "stopped": "Hunch was not running",
    "suspended": "the machine was asleep",
    "wayland": "the desktop shows it to no program",
}


def unseen(seconds: float, cause: str | None) -> str:
    """The sentence of a gap: how long, and why."""
    return f"Nothing was seen for {length(seconds)}: {WHY.get(cause or '', 'nobody knows why')}."


def length(seconds: float) -> str:
    """A length of time in words: "12 minutes"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        whole = round(seconds)
        return f"{whole} second{'s' if whole != 1 else ''}"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    rest = f" {minutes % 60} minute{'s' if minutes % 60 != 1 else ''}" if minutes % 60 else ""
    return f"{minutes // 60} hours{rest}"
