"""What must not be kept is taken out here, in memory, before anything is stored.

Knows two rules so far: nothing of excluded windows (password managers, private
browser windows), and no text in the shape of a secret. Every event passes once.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from watchers.event import Event

WINDOW = "currentwindow"
TAB = "web.tab.current"
CONTENT = frozenset(("os.hid.input", "clipboard", "app.shell.command"))


def _luhn(match: re.Match[str]) -> bool:
    """Whether digits are a card number (ISO/IEC 7812-1, annex B)."""
    digits = [int(char) for char in match[0] if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _always(match: re.Match[str]) -> bool:
    return bool(match)


# kind, shape, whether it really is one; group "secret", where there is one, is what is blacked out;
# what repeats before the first certain sign is bounded, or a long text takes the square of its length
_SECRETS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    ("private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S), _always),
    ("token", re.compile(r"\beyJ[\w-]{8,512}\.eyJ[\w-]{8,}\.[\w-]{8,}"), _always),  # RFC 7519
    ("key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), _always),
    ("key", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}|glpat-[\w-]{20,})"), _always),
    ("key", re.compile(r"\b(?:sk|pk|rk)[-_](?:live_|test_|proj-|ant-)?[\w-]{20,}"), _always),
    ("key", re.compile(r"\bxox[abeoprs]-[\w-]{10,}|\bAIza[\w-]{35}"), _always),
    ("password", re.compile(r"(?i)\b(?:password|passwd|pwd|passphrase|api[_-]?key|secret|access[_-]?token)\s*[=:]\s*(?P<secret>(?!\[redacted)[^\s'\"&]{3,}|'[^']+'|\"[^\"]+\")"), _always),
    ("password", re.compile(r"(?i)--?(?:password|passwd|pass|token|secret|api-key)[= ](?P<secret>(?!\[redacted)\S+)"), _always),
    ("password", re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]*:(?P<secret>(?!\[redacted)[^\s/@]+)@"), _always),
    ("card number", re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])"), _luhn),
)  # fmt: skip


class Privacy:
    """Passes on what may be kept. One for the daemon: it follows which window is in front.

    Args:
        excluded_apps: Parts of program names, in any case.
        excluded_titles: Parts of window titles, in any case.
    """

    def __init__(self, excluded_apps: Sequence[str], excluded_titles: Sequence[str]) -> None:
        self._apps = tuple(part.casefold() for part in excluded_apps)
        self._titles = tuple(part.casefold() for part in excluded_titles)
        self._excluded = False

    def clean(self, bucket_type: str, event: Event) -> Event | None:
        """The event as it may be kept; None when nothing of it may."""
        if bucket_type == WINDOW:
            self._excluded = self._is_excluded(event.data)
        hidden = bucket_type == WINDOW or bucket_type in CONTENT
        if self._excluded and hidden:
            return None
        if bucket_type == TAB and (event.data.get("incognito") or self._is_excluded(event.data)):
            return None
        return msgspec.structs.replace(event, data=_redacted(event.data))

    def _is_excluded(self, data: dict[str, Any]) -> bool:
        app = str(data.get("app") or "").casefold()
        title = str(data.get("title") or "").casefold()
        return any(part in app for part in self._apps) or any(
            part in title for part in self._titles
        )


def redact(text: str) -> str:
    """Black out what has the shape of a secret."""
    for kind, shape, holds in _SECRETS:
        text = shape.sub(lambda match: _blackened(match, kind) if holds(match) else match[0], text)  # noqa: B023 - used at once
    return text


def _blackened(match: re.Match[str], kind: str) -> str:
    secret = match.groupdict().get("secret")
    mark = f"[redacted: {kind}]"
    return match[0].replace(secret, mark) if secret else mark


def _redacted(value: Any) -> Any:
    match value:
        case str():
            return redact(value)
        case dict():
            return {key: _redacted(item) for key, item in value.items()}
        case list():
            return [_redacted(item) for item in value]
        case _:
            return value
