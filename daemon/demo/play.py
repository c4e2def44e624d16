"""Starts Hunch on a virtual desktop, lets a scripted user work there, and reports what came of it.

Everything reported is read back from Hunch's own store and export.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from daemon.cli.client import call
from daemon.cli.options import settings_for
from daemon.demo import packages
from daemon.demo.display import VirtualDesktop
from daemon.demo.pages import Web
from daemon.demo.player import Player
from daemon.demo.report import report
from daemon.demo.script import DEFAULT, Script, load_script
from daemon.errors import HunchError
from daemon.lock import running

START_S = 30.0
STOP_S = 30.0
TELL_S = 6.0  # the last segment settles, is told and judged

# Hunch's own waits in life, in seconds; they shrink as the script's pauses do.
PAUSE_S, AWAY_S = 30.0, 180.0
STRETCH_S = 300.0  # ten minutes of work hold no hour-long stretch: five are worth a summary here


def play(script: Path | None = None, out: Path | None = None) -> None:
    """Play a script and print the report.

    Args:
        script: A TOML file as `work.toml`; that one by default.
        out: Folder for everything that comes of it; a new one by default.

    Raises:
        HunchError: The script is none, programs are missing, or Hunch does not start.
    """
    work = load_script(script or DEFAULT)
    packages.install()
    folder = (out or Path(tempfile.mkdtemp(prefix="hunch-demo-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "data" / "hunch.db").exists():
        raise HunchError("Demo", f"{folder} holds a demo already: choose another --out.")
    click.echo(f"{work.title} ({work.speed:g} times as fast as life)\n")
    with Web(work.pages) as web, VirtualDesktop(folder / "desktop") as desktop:
        player = Player(desktop, work, web.url, folder)
        variables = _variables(work, folder, web.url, player.browser_command())
        daemon = desktop.start(
            [sys.executable, "-P", "-m", "daemon", "run", "--yes"], env=variables
        )
        _wait_for_start(daemon, folder)
        began = time.monotonic()
        player.play(
            lambda line: click.echo(f"  {time.monotonic() - began:5.1f} s  the user {line}")
        )
        time.sleep(TELL_S)
        picture = desktop.screenshot(folder / "screen.png")
        problems = call(settings_for(str(folder / "data")), "GET", "status")["problems"]
        daemon.terminate()
        daemon.wait(STOP_S)
    report(folder, [*player.pictures, picture], problems)


def _variables(script: Script, folder: Path, url: str, browser: str) -> dict[str, str]:
    """Hunch's settings for the demo, as environment variables."""
    return {
        "HUNCH_DATA_DIR": str(folder / "data"),
        "HUNCH_NOTES_DIR": str(folder / "notes"),
        "HUNCH_PORT": "0",
        "HUNCH_PAUSE_S": str(PAUSE_S / script.speed),
        "HUNCH_AFK_S": str(AWAY_S / script.speed),
        "HUNCH_STRETCH_S": str(STRETCH_S / script.speed),
        "HUNCH_SHADOW_DAYS": "0",  # nobody watches a demo for days
        "HUNCH_SEARCH_URL": f"{url}/search?q={{query}}",
        "BROWSER": browser,
    }


def _wait_for_start(daemon: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and daemon.poll() is None:
        holder = running(folder / "data")
        if holder is not None and holder.port:
            return
        time.sleep(0.1)
    raise HunchError("Demo", f"Hunch did not start: see {folder / 'data' / 'hunch.log'}.")
