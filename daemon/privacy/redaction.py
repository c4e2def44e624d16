"""Blacks out what has the shape of a secret, wherever it stands in an event's data.

All rules look at the same text; what they find is joined, and each stretch gives way to
``[redacted: kind]``. A text without a secret comes back as it is; twice is the same as once.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from daemon.privacy.addresses import ADDRESSES
from daemon.privacy.codes import CODES
from daemon.privacy.commands import COMMANDS
from daemon.privacy.folding import folded
from daemon.privacy.keys import PRIVATE_KEYS, SERVICES, TOKENS
from daemon.privacy.library import LIBRARY
from daemon.privacy.numbers import NUMBERS
from daemon.privacy.passwords import PASSWORDS
from daemon.privacy.rule import MARKED, Rule, lowered
from daemon.privacy.screen import Screen
from daemon.privacy.seed import SEEDS

# Where two kinds meet, the first one names the mark.
RULES: tuple[Rule, ...] = (
    *PRIVATE_KEYS,
    *SEEDS,
    *TOKENS,
    *SERVICES,
    *NUMBERS,
    *CODES,
    *COMMANDS,
    *ADDRESSES,
    *PASSWORDS,
    *LIBRARY,
)
KINDS = tuple(dict.fromkeys(rule.kind for rule in RULES))
SHORTEST = 6  # characters; no rule knows a secret in less
ONE_WORD = 16  # characters; letters alone are no secret of a known shape: names of keys, kinds
ROUNDS = 6  # what a mark uncovers is looked at again; it seldom uncovers anything
LONGEST = (
    131_072  # characters of one text; a watcher's longest is 100,000, and others could stop us
)
CUT = "… [cut]"
DEEPEST = 60  # levels of lists and objects; what lies deeper is not kept
LONG_DIGITS = 14  # a number of so many digits may be a card's
MARK = re.compile(rf"\[redacted: (?:{'|'.join(KINDS)})\]")
_NAMED = re.compile(
    r"(?i)(?:[\w-]{0,40}[_-])?(?:password|passwd|passwort|passphrase|kennwort|contraseña|pwd|secret|client_?secret|token|"
    r"access_?token|refresh_?token|api_?key|private_?key|authorization|otp|cvv|cvc|pin|ssn|iban|card_?number|cookie)"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CHANGES = (str, int, float)

_SCREEN = Screen(RULES)

Finding = tuple[int, int, int]


def redact(text: str) -> str:
    """Black out what has the shape of a secret; in time that grows with the text's length."""
    if len(text) < SHORTEST or (len(text) < ONE_WORD and text.isalpha()):
        return text
    if _is_harmless(text):
        return text
    for _ in range(ROUNDS):
        again = _once(text)
        if again == text:
            break
        text = again
    return text


def redacted(value: Any, depth: int = 0) -> Any:
    """Data of an event with its secrets blacked out: in texts, names, numbers, at any depth."""
    match value:
        case str() if len(value) > LONGEST:
            return redact(value[:LONGEST]) + CUT
        case str():
            return redact(value)
        case bool() | None:
            return value
        case int() | float():
            return _number(value)
        case dict() if depth < DEEPEST:
            return {_key(key): _item(key, item, depth + 1) for key, item in value.items()}
        case list() | tuple() if depth < DEEPEST:
            return [redacted(item, depth + 1) for item in value]
        case _:
            return None


def _key(key: object) -> object:
    """A name, which may be a secret itself."""
    if not isinstance(key, str):
        return key
    return key if len(key) < ONE_WORD and key.isalpha() else redact(key)


def _item(key: object, value: Any, depth: int) -> Any:
    """A value behind its name; behind the name of a secret it is one."""
    named = isinstance(key, str) and (
        _known_name(key) if len(key) < ONE_WORD else _names_secret(key)
    )
    if named and isinstance(value, dict | list | tuple):
        return "[redacted: password]" if value else redacted(value, depth)
    if named and isinstance(value, _CHANGES) and not isinstance(value, bool) and value != "":
        known = isinstance(value, str) and MARK.fullmatch(value)
        return value if known else "[redacted: password]"
    return redacted(value, depth)


def _names_secret(key: str) -> bool:
    """Whether a name is a secret's; ``userPassword`` is read as ``user_Password``."""
    return _NAMED.fullmatch(_HUMP.sub("_", key.strip())) is not None


_known_name = lru_cache(256)(_names_secret)  # of short ones: programs name the same few


def _number(value: float) -> float | str:
    """A number, unless its digits are a card's."""
    if isinstance(value, float) and not value.is_integer():
        return value
    if not 10 ** (LONG_DIGITS - 1) <= abs(value) < 10**19:
        return value
    digits = str(abs(int(value)))
    kept = redact(digits)
    return value if kept == digits else kept


def _is_harmless(text: str) -> bool:
    """Whether surely no rule finds anything, known without asking them one by one."""
    return (
        "[redacted: " not in text
        and folded(text) is None
        and next(_SCREEN.likely(lowered(text)), None) is None
    )


def _once(text: str) -> str:
    masked = MARK.sub(lambda mark: MARKED * len(mark[0]), text) if "[redacted: " in text else text
    found = set(_findings(masked, lowered(masked)))
    plain = folded(masked)
    if plain is not None:
        again = _findings(plain.text, lowered(plain.text))
        found |= {(*plain.span(start, end), number) for start, end, number in again}
    if not found:
        return text
    parts, last = [], 0
    for start, end, number in _joined(sorted(found)):
        parts += [text[last:start], f"[redacted: {RULES[number].kind}]"]
        last = end
    return "".join([*parts, text[last:]])


def _findings(masked: str, low: str) -> Iterator[Finding]:
    for number, rule in _SCREEN.likely(low):
        for start, end in rule.find(masked):
            for piece in re.finditer(rf"[^{MARKED}]+", masked[start:end]):
                if piece[0].strip(" \t\r\n'\"`,;:.|&=-()[]{}<>"):
                    yield start + piece.start(), start + piece.end(), number


def _joined(found: list[Finding]) -> Iterator[Finding]:
    """Findings that overlap as one; its kind is that of the first rule in the table."""
    start, end, number = found[0]
    for begin, finish, other in found[1:]:
        if begin < end:
            end, number = max(end, finish), min(number, other)
        else:
            yield start, end, number
            start, end, number = begin, finish, other
    yield start, end, number
