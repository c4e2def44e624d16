"""Makes the hook that a shell runs: its text, with this machine's places filled in.

The hooks are the files beside this one. They tell the daemon's local server each command line,
its folder, exit status and duration, in the background; they write to no file. Knows no daemon:
the place of the file in which it says its process and port is given, and its token for writes lies beside.
"""

import shlex
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

Shell = Literal["bash", "zsh", "fish"]
SHELLS: tuple[Shell, ...] = get_args(Shell)

BUCKET = "hunch-shell"


def hook(shell: Shell, info: Path, hostname: str) -> str:
    """The hook's text, to be evaluated by an interactive shell.

    Args:
        shell: For which.
        info: The file in which the daemon writes its process and port, as JSON on one line.
        hostname: As it stands in the bucket's name.
    """
    post = _filled(
        _text("post.sh"),
        info=shlex.quote(str(info)),
        token=shlex.quote(str(info.with_name("token-write"))),
        bucket=shlex.quote(f"{BUCKET}_{hostname}"),
        host=shlex.quote(_json(hostname)),
    )
    if shell == "fish":
        post = _fish_quoted(post + _text("tell.sh"))
    return _filled(_text(f"hook.{shell}"), post=post)


def _text(name: str) -> str:
    return (files("watchers.shell") / name).read_text(encoding="utf-8")


def _filled(text: str, **places: str) -> str:
    for name, value in places.items():
        text = text.replace(f"@{name.upper()}@", value)
    return text


def _json(text: str) -> str:
    """A host's name as it may stand between quotes in JSON."""
    return "".join(char for char in text if char.isprintable() and char not in '"\\')


def _fish_quoted(text: str) -> str:
    """A text as one word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
