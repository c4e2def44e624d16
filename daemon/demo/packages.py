"""The Debian packages of a virtual desktop: which are missing, and their installation where we may.

Run as `python -P -m daemon.demo.packages`, before the demo; with `--tests` before the tests, which
need some more.
"""

import logging
import os
import shutil
import subprocess
import sys
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

import click

from daemon.errors import HunchError

log = logging.getLogger(__name__)

INSTALL_S = 900.0
TK = "python3-tk"

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
# a file that must be there → package that brings it
FILES = {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core"}
TEST_FILES = {
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "/usr/share/doc/libgtk-3-0": "libgtk-3-0",
    "/usr/share/doc/libfaketime": "libfaketime",
}


def missing(*, tests: bool = False) -> list[str]:
    """Names of the Debian packages that bring what is not here, for the demo or for the tests, too."""
    programs = PROGRAMS | TEST_PROGRAMS if tests else PROGRAMS
    files = FILES | TEST_FILES if tests else FILES
    found = [package for program, package in programs.items() if shutil.which(program) is None]
    found += [package for path, package in files.items() if not Path(path).exists()]
    if find_spec("tkinter") is None:  # the popup's; Debian's Python has it in a package of its own
        found.append(TK)
    return found


def install(*, tests: bool = False) -> None:
    """Install what is missing.

    Raises:
        HunchError: We may not, or it failed; names the packages in one line.
    """
    lacking = missing(tests=tests)
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
    invalidate_caches()
    if TK in lacking and find_spec("tkinter") is None:
        raise HunchError(
            "Missing programs",
            f"{sys.executable} has no tkinter, which the popup needs, and {TK} is for Debian's own "
            "Python: make the environment with a Python that has it.",
        )


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
        install(tests="--tests" in sys.argv)
    except HunchError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
