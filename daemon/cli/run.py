"""`hunch run`, `start`, `stop` and `demo`: the daemon's life."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from daemon import consent
from daemon.cli.client import call
from daemon.cli.options import data_dir_option, settings_for
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.lock import running
from daemon.private import private
from daemon.store.copies import note_of
from daemon.store.files import head_of, is_encrypted

START_S = 15.0
LARGE_S = 600.0  # a large database is checked, and brought up to a newer Hunch
STOP_S = 20.0

yes_option = click.option("--yes", is_flag=True, help="Agree to what is recorded, for scripts.")


@click.command()
@click.option("--no-tray", is_flag=True, help="No icon and no popup.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the local API.")
@data_dir_option
@yes_option
def run(no_tray: bool, port: int | None, data_dir: str | None, yes: bool) -> None:
    """Run Hunch in the foreground; Ctrl-C stops it cleanly.

    Example: hunch run --no-tray --data-dir ~/hunch-test
    """
    settings = settings_for(data_dir, port=port, tray=False if no_tray else None)
    _agree(settings, yes)
    from daemon.service import serve  # the daemon's imports, for this command only

    began = datetime.now(UTC)

    def started(number: int, silent_until: datetime | None) -> None:
        click.echo(
            f"Hunch is recording into {settings.data_path} (port {number}); Ctrl-C stops it."
        )
        _tell_silence(silent_until)
        note = note_of(settings.data_path)
        if note is not None and note.time >= began.replace(microsecond=0):
            click.echo(note.sentence, err=True)

    serve(settings, started)


@click.command()
@data_dir_option
@yes_option
def start(data_dir: str | None, yes: bool) -> None:
    """Start Hunch in the background.

    Example: hunch start
    """
    settings = settings_for(data_dir)
    _agree(settings, yes)
    if (holder := running(settings.data_path)) is not None:
        click.echo(f"Hunch is already running (process {holder.pid}).")
        return
    if is_encrypted(database := settings.data_path / "hunch.db"):
        from daemon.keys import lend_passphrase

        lend_passphrase(head_of(database))
    arguments = [sys.executable, "-P", "-m", "daemon", "run"]
    if data_dir:
        arguments += ["--data-dir", str(settings.data_path)]
    with open(settings.data_path / "hunch.out", "ab", opener=private) as output:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _wait_for_start(settings, child)


@click.command()
@data_dir_option
def stop(data_dir: str | None) -> None:
    """Stop the Hunch that runs in the background or elsewhere.

    Example: hunch stop
    """
    settings = settings_for(data_dir)
    holder = running(settings.data_path)
    if holder is None:
        click.echo("Hunch is not running.")
        return
    os.kill(holder.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    while running(settings.data_path) is not None:
        if time.monotonic() > deadline:
            raise HunchError("Stop", f"Hunch (process {holder.pid}) has not stopped yet.")
        time.sleep(0.1)
    click.echo("Hunch has stopped.")


@click.command()
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False),
    help="Another piece of work to play (TOML).",
)
@click.option(
    "--out", type=click.Path(file_okay=False), help="Folder for its files; a new one by default."
)
def demo(script: str | None, out: str | None) -> None:
    """Play a scripted piece of real work on a virtual screen, and show what Hunch made of it.

    Example: hunch demo --out ~/hunch-demo
    """
    from daemon.demo.play import play

    play(Path(script) if script else None, Path(out) if out else None)


def _tell_silence(until: datetime | None) -> None:
    """Who sees no popup in the first days is to know why."""
    if until is not None:
        click.echo(
            f"It watches silently until {until.astimezone():%A, %d %B, %H:%M}: grade what it would have"
            " offered with `hunch review`. With `shadow_days = 0` in the settings it speaks at once."
        )


def _agree(settings: Settings, yes: bool) -> None:
    said = yes or os.environ.get("HUNCH_CONSENT", "").lower() == "yes"
    consent.require(settings, said_yes=said, ask=_ask if sys.stdin.isatty() else None)


def _ask(text: str) -> bool:
    click.echo(text)
    return click.confirm("Start recording?", default=False)


def _wait_for_start(settings: Settings, child: "subprocess.Popen[bytes]") -> None:
    begun, told = time.monotonic(), False
    while (waited := time.monotonic() - begun) < LARGE_S:
        holder = running(settings.data_path)
        if holder is not None and holder.port:
            click.echo(f"Hunch is running (process {holder.pid}, port {holder.port}).")
            if silent := call(settings, "GET", "status")["silent_until"]:
                _tell_silence(datetime.fromisoformat(silent))
            return
        if child.poll() is not None or (holder is None and waited > START_S):
            break
        if waited > START_S and not told:
            click.echo("Hunch is still reading its database: after an update that takes a while.")
            told = True
        time.sleep(0.1)
    lines = (settings.data_path / "hunch.out").read_text(errors="replace").strip().splitlines()
    why = lines[-1] if lines else "it gave no reason"
    raise HunchError("Start", f"Hunch did not start: {why}")
