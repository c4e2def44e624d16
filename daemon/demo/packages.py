"""The Debian packages of a virtual desktop: which are missing, and their installation where we may.

Run as `python -P -m daemon.demo.packages`, before the demo; with `--tests` before the tests, which
need some more.
"""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

import click

from daemon.errors import HunchError

log = logging.getLogger(__name__)

INSTALL_S = 900.0

# program that must be there → package that brings it
PROGRAMS = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "trayer": "trayer",
    "dunst": "dunst",
    "dbus-daemon": "dbus",
    "xdotool": "xdotool",
    "xclip": "xclip",
    "xterm": "xterm",
    "xprop": "x11-utils",
    "import": "imagemagick",
    "chromium": "chromium",
}
TEST_PROGRAMS = {
    "sway": "sway",
    "wl-copy": "wl-clipboard",
    "zsh": "zsh",
    "fish": "fish",
}
FONTS = {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core"}


def missing(programs: Mapping[str, str]) -> list[str]:
    """Names of the Debian packages that bring what is not here of some programs, and the fonts."""
    packages = [package for program, package in programs.items() if shutil.which(program) is None]
    fonts = [package for path, package in FONTS.items() if not os.path.exists(path)]  # noqa: PTH110
    return packages + fonts


def install(programs: Mapping[str, str] = PROGRAMS) -> None:
    """Install what is missing.

    Raises:
        HunchError: We may not, or it failed; names the packages in one line.
    """
    lacking = missing(programs)
    if not lacking:
        return
    names = " ".join(lacking)
    advice = f"Install these Debian packages and start again: apt-get install {names}"
    prefix = _privilege()
    if prefix is None or shutil.which("apt-get") is None:
        raise HunchError("Missing programs", advice)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *lacking],
    ):
        try:
            subprocess.run(
                [*prefix, "apt-get", *arguments],
                check=True,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=INSTALL_S,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise HunchError("Missing programs", advice) from error


def _privilege() -> list[str] | None:
    """How to become root without a question: not at all, by sudo, or None."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if (
        sudo
        and subprocess.run(
            [sudo, "-n", "true"], check=False, capture_output=True, timeout=10
        ).returncode
        == 0
    ):
        return [sudo, "-n"]
    return None


if __name__ == "__main__":
    try:
        install(PROGRAMS | TEST_PROGRAMS if "--tests" in sys.argv else PROGRAMS)
    except HunchError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
