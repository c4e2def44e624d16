"""Before a yes nothing is captured: what the user is told, and where the answer is kept."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.private import private

VERSION = 2  # raise it when what is recorded grows: the user is then asked again
FILE_NAME = "consent.json"

TEXT = """\
Hunch records what you do on this computer, so that it can offer help:
  - what you type, click and scroll, what you copy, the window in front;
  - pages, files and commands, where you set up the extension, the folders
    or the shell hook.
It keeps this in {folder}, readable by you alone:
raw events {raw}, its sentences about them {story}.
It has no account and no telemetry, and reaches no other machine: only when
you accept a proposal that says so does it open a web page in your browser.
Not kept: password fields and prompts, password managers, private windows,
sign-in and payment pages, lock screens. What looks like a password, key, code
or card number elsewhere is blacked out before it is stored; what looks like
nothing special cannot be told from other words.
  Less:   `keyboard = "counts"` or "off", for each source; see `hunch settings`
  Pause:  the tray icon, or `hunch pause 30m`       Stop:  `hunch stop`
  Forget: `hunch forget --last 1h`, or `--all`      Encrypt:  `hunch encrypt`
"""


class Consent(msgspec.Struct, frozen=True):
    """The yes that was given, and to which version of the text."""

    version: int
    given: datetime


def given(data_path: Path) -> bool:
    """Whether the user has said yes to the present text."""
    consent = _kept(data_path)
    return consent is not None and consent.version >= VERSION


def given_at(data_path: Path) -> datetime | None:
    """When the user said yes, to whichever text; None when they have not."""
    consent = _kept(data_path)
    return consent.given.astimezone(UTC) if consent is not None else None


def _kept(data_path: Path) -> Consent | None:
    try:
        return msgspec.json.decode((data_path / FILE_NAME).read_bytes(), type=Consent)
    except (OSError, msgspec.DecodeError):
        return None


def require(settings: Settings, *, said_yes: bool, ask: Callable[[str], bool] | None) -> None:
    """Make sure of a yes.

    Args:
        settings: For the folder that the text names.
        said_yes: The user said it ahead: ``--yes`` or ``HUNCH_CONSENT=yes``.
        ask: Shows the text and asks; None where there is no terminal.

    Raises:
        HunchError: The answer is no, or nobody can be asked.
    """
    if given(settings.data_path):
        return
    text = TEXT.format(
        folder=settings.data_path, raw=_for(settings.raw_days), story=_for(settings.story_days)
    )
    if not said_yes:
        if ask is None:
            raise HunchError(
                "Consent",
                "Hunch records what you do and asks before it starts: run `hunch run` in a "
                "terminal, or say --yes or HUNCH_CONSENT=yes.",
            )
        if not ask(text):
            raise HunchError("Consent", "Nothing was recorded; start Hunch again when you like.")
    try:
        settings.data_path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(settings.data_path / FILE_NAME, "wb", opener=private) as file:
            file.write(msgspec.json.encode(Consent(VERSION, datetime.now(UTC))))
    except OSError as error:
        raise HunchError(
            "Data folder",
            f"{settings.data_path} cannot be written ({error.strerror}): "
            "choose another folder with --data-dir.",
        ) from error


def _for(days: float) -> str:
    return f"for {days:g} days" if days else "until you say otherwise"
