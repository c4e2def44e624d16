"""Reads what a client sent: JSON into Structs, query parameters into values; refuses with a reason."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request

from watchers.event import Event

T = TypeVar("T")

AHEAD = timedelta(hours=1)  # clocks of watchers on this machine do not differ by more
LONGEST_S = 366 * 86400.0
DEEPEST = 64  # lists and objects within each other
ROWS = 2**62  # SQLite's integers have 64 bits; no row has a larger number
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)


class BadRequestError(Exception):
    """What was sent cannot be taken; the message is one sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


async def body_of(request: Request, kind: type[T]) -> tuple[T, int]:
    """The request's JSON body as `kind`, and its length in bytes.

    Raises:
        BadRequestError: It is not JSON, or not of that shape.
    """
    raw = await request.body()
    try:
        return msgspec.json.decode(raw, type=kind), len(raw)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise BadRequestError(f"The body cannot be read: {str(error).rstrip('.')}.") from error


def checked(event: Event, now: datetime) -> Event:
    """The event with its time in UTC.

    Raises:
        BadRequestError: Its time or length is impossible, or its text is no text.
    """
    if event.timestamp.tzinfo is None:
        event = msgspec.structs.replace(event, timestamp=event.timestamp.replace(tzinfo=UTC))
    try:
        when = event.timestamp.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise BadRequestError("The event's time is impossible.") from error
    if not EARLIEST <= when <= now + AHEAD:
        raise BadRequestError("The event's time lies in the future or before 1971.")
    if not 0 <= event.duration <= LONGEST_S:
        raise BadRequestError("The event's duration is negative or longer than a year.")
    if when + timedelta(seconds=event.duration) > now + AHEAD:
        raise BadRequestError("The event ends in the future.")
    if event.id is not None and not 0 < event.id < ROWS:
        raise BadRequestError("The event's number is impossible.")
    if _is_deeper(event.data, DEEPEST):
        raise BadRequestError(f"The event's data is nested more than {DEEPEST} deep.")
    try:
        msgspec.json.encode(event.data)
    except (UnicodeEncodeError, RecursionError, ValueError, OverflowError) as error:
        raise BadRequestError("The event's data holds what is no text.") from error
    return msgspec.structs.replace(event, timestamp=when)


def _is_deeper(value: Any, levels: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(part, levels - 1) for part in parts)


def number(request: Request, name: str, default: float | None = None) -> float:
    """A finite number of the query, not negative.

    Raises:
        BadRequestError: It is missing or no such number.
    """
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    try:
        value = float(text or "")
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise BadRequestError(f"The parameter {name} should be a number of at least 0.")
    return value


def row_number(request: Request, name: str) -> int:
    """The number of a row in the path; one that no row can have where it is none or too large."""
    text = request.path_params[name]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else ROWS


def pulsetime(request: Request) -> float:
    """The query's ``pulsetime`` in seconds, bounded to what can be added to a time."""
    return min(number(request, "pulsetime"), LONGEST_S)


def limit(request: Request) -> int:
    """The query's ``limit``; -1, or none at all, means all."""
    text = request.query_params.get("limit", "-1")
    try:
        value = int(text)
    except ValueError as error:
        raise BadRequestError("The parameter limit should be a whole number.") from error
    return min(value, 2**31) if value >= 0 else -1


def time(request: Request, name: str) -> datetime | None:
    """A moment of the query in ISO 8601, or None.

    Raises:
        BadRequestError: It is no such moment.
    """
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = msgspec.convert(text.replace(" ", "+"), datetime)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError, ValueError) as error:
        raise BadRequestError(
            f"The parameter {name} should be a time such as 2026-01-31T12:00:00Z."
        ) from error


def as_json(value: Any) -> Any:
    """A value as JSON's own types, for an answer."""
    return msgspec.to_builtins(value)
