"""What the API answers, as types: for its description. The daemon's parts make them; schemathesis compares."""

from datetime import datetime
from typing import Any, Literal

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """Why not, in one sentence."""

    message: str


class Nothing(msgspec.Struct, frozen=True):
    """Done; there is nothing to say."""


class Done(msgspec.Struct, frozen=True):
    """What was done, in one sentence."""

    message: str


class Deleted(msgspec.Struct, frozen=True):
    """An event is deleted."""

    success: bool


class Info(msgspec.Struct, frozen=True):
    """Who answers here."""

    hostname: str
    version: str
    testing: bool
    device_id: str


class DescribedBucket(msgspec.Struct, frozen=True):
    """A bucket with its times."""

    id: str
    type: str
    client: str
    hostname: str
    name: str | None
    created: datetime
    data: dict[str, Any]
    last_updated: datetime | None


class Status(msgspec.Struct, frozen=True):
    """What the daemon does now, and what it cannot; more may stand there."""

    state: Literal["recording", "paused"]
    paused_until: datetime | None
    silent_until: datetime | None
    version: str
    port: int
    mode: str
    pid: int
    counts: dict[str, int]
    problems: list[str]


class Proposal(msgspec.Struct, frozen=True):
    """What the daemon proposes or proposed, or did not offer, for a reason; more may stand there."""

    id: int
    task: str
    why: str
    state: str
    reason: str | None
    offered: bool
    created: datetime
    expires_s: float
    skill: str | None
    result: str | None
