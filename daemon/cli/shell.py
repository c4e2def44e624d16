"""`hunch shell-init`: the hook that tells Hunch each command, its folder, exit status and duration."""

import os
import shlex
import shutil
import socket
import sys
from pathlib import Path

import click

from daemon.cli.options import data_dir_option, settings_for
from daemon.errors import HunchError
from daemon.lock import INFO_NAME
from watchers.shell.hook import SHELLS, Shell, hook

MARK = "# Hunch: tells what is run here; `hunch shell-init --uninstall` takes this line out."


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.option("--install", is_flag=True, help="Add one line to the shell's start file.")
@click.option("--uninstall", is_flag=True, help="Take that line out again.")
@data_dir_option
def shell_init(shell: Shell | None, install: bool, uninstall: bool, data_dir: str | None) -> None:
    """Print the hook that tells Hunch each command, its folder, exit status and duration.

    A line that begins with a space is not told, nor any while HUNCH_OFF is set.

    Example: hunch shell-init bash --install
    """
    if install and uninstall:
        raise click.UsageError("Say --install or --uninstall.")
    shell = shell or _of_the_user()
    if install:
        click.echo(_install(shell))
    elif uninstall:
        click.echo(_uninstall(shell))
    else:
        info = settings_for(data_dir).data_path.absolute() / INFO_NAME
        click.echo(hook(shell, info, socket.gethostname()), nl=False)


def _of_the_user() -> Shell:
    """The shell in which the user lives.

    Raises:
        HunchError: It is none that we know.
    """
    name = Path(os.environ.get("SHELL", "")).name
    for shell in SHELLS:
        if shell == name:
            return shell
    raise HunchError("Shell", f"Say for which shell: hunch shell-init {'|'.join(SHELLS)}.")


def _start_file(shell: Shell) -> Path:
    """The file that an interactive shell reads at its start; a link's target."""
    home = Path.home()
    match shell:
        case "bash":
            path = home / ".bashrc"
        case "zsh":
            path = Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"
        case "fish":
            base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
            path = base / "fish" / "config.fish"
    return path.resolve()


def _line(shell: Shell) -> str:
    found = shutil.which("hunch")
    hunch = [found] if found else [sys.executable, "-P", "-m", "daemon"]
    made = shlex.join([*hunch, "shell-init", shell])
    there = f"test -x {shlex.quote(hunch[0])}"
    if shell == "fish":
        return f"{there}; and {made} | source  {MARK}"
    return f'{there} && eval "$({made})"  {MARK}'


def _install(shell: Shell) -> str:
    path = _start_file(shell)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes() if path.exists() else b""
        if MARK.encode() in text:
            return f"The hook is in {path} already."
        gap = b"" if not text or text.endswith(b"\n") else b"\n"
        with path.open("ab") as file:
            file.write(gap + _line(shell).encode() + b"\n")
    except OSError as error:
        raise _unwritable(path, error) from error
    return f"Added one line to {path}: shells that start from now on tell Hunch what is run."


def _uninstall(shell: Shell) -> str:
    path = _start_file(shell)
    try:
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        kept = [line for line in lines if MARK.encode() not in line]
        if kept == lines:
            return f"The hook is not in {path}."
        scratch = path.with_name(f".{path.name}.hunch")
        scratch.write_bytes(b"".join(kept))
        shutil.copymode(path, scratch)
        scratch.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    return f"Took the line out of {path}; shells that run go on until they end."


def _unwritable(path: Path, error: OSError) -> HunchError:
    return HunchError("Shell", f"{path} cannot be changed ({error.strerror}): do it by hand.")
