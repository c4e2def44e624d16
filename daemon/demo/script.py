"""The script of a demo: which files and pages there are, and what the user does, step by step.

Knows the TOML only (`work.toml` is the one that is played by default);
`daemon.demo.player` plays it.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from daemon.errors import HunchError

DEFAULT = Path(__file__).with_name("work.toml")

Positive = Annotated[float, msgspec.Meta(gt=0)]


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page that the demo's own server shows; ``{query}`` stands for the words searched."""

    path: str
    title: str
    text: str = ""
    snippet: str = ""
    search_box: bool = False


class Terminal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="terminal"
):
    """Bring the terminal to the front."""


class Browse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="browse"):
    """Open a page in the browser."""

    path: str


class Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="type"):
    """Type a line and press Enter."""

    text: str


class Scroll(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="scroll"):
    """Scroll down by so many clicks of the wheel."""

    amount: Annotated[int, msgspec.Meta(ge=1)]


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="copy"):
    """Copy with mouse and keys: the page's snippet, or what stands in the terminal."""


class Wait(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="wait"):
    """Do nothing for so many minutes of real work."""

    minutes: Positive


class Answer(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="do",
    tag="answer",
    rename={"answer": "with"},
):
    """Wait for a popup and press its button with the mouse; go on if none comes."""

    answer: Literal["accept", "reject"]
    within_s: Positive = 20.0


Step = Terminal | Browse | Type | Scroll | Copy | Wait | Answer


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of work.

    Attributes:
        title: What it is, for the report.
        speed: How much faster than life it is played; pauses, and Hunch's own waits, shrink by it.
        files: Texts by name, written into the folder in which the terminal opens.
        pages: What the demo's own web server shows.
        steps: What the user does, in order.
    """

    title: str
    speed: Positive
    steps: tuple[Step, ...]
    files: dict[str, str] = {}
    pages: tuple[Page, ...] = ()


def load_script(path: Path = DEFAULT) -> Script:
    """Read a script.

    Raises:
        HunchError: It is not a script; the message names the file and the place.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Script)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise HunchError("Demo", f"{path} is not a script for the demo: {error}.") from error
