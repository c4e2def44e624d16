"""`hunch extension`: where the browser extension lies, and how each browser takes it."""

import shutil
from pathlib import Path

import click

import watchers
from daemon.errors import HunchError

FOLDER = Path(watchers.__file__).parent / "browser"

HOW = """\
Chromium, Chrome, Brave, Edge, Vivaldi, Opera
  1. Open chrome://extensions and switch on "Developer mode".
  2. "Load unpacked", and choose the folder above.
  3. Reload the pages that are open; Hunch's sign in the toolbar says whether it is connected.
Firefox, 121 or later (untested)
  1. Open about:debugging#/runtime/this-firefox.
  2. "Load Temporary Add-on", and choose manifest.json in the folder above. It stays until Firefox ends.
  3. In about:addons, Hunch, Permissions: allow it on all websites, or it cannot tell password fields.
A browser from a snap or a flatpak cannot read hidden folders: give it a copy with --copy-to.
With open_writes = false: put the text of the file token-write, in Hunch's data folder, into the
extension's options. It is for telling alone; the file token, which may read all, is not for a browser.
ActivityWatch's own extension works, too. Use one of the two."""


@click.command()
@click.option(
    "--copy-to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put a copy there: a new folder, or an older copy.",
)
def extension(copy_to: Path | None) -> None:
    """Print the folder of the browser extension, and how to install it.

    Example: hunch extension --copy-to ~/hunch-extension
    """
    click.echo(_copied(copy_to) if copy_to else FOLDER)
    click.echo()
    click.echo(HOW)


def _copied(to: Path) -> Path:
    to = to.expanduser().resolve()
    if to.exists() and any(to.iterdir()) and not _is_ours(to):
        raise HunchError("Folder", f"{to} holds other files: name a new folder.")
    try:
        shutil.copytree(FOLDER, to, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise HunchError("Folder", f"The copy to {to} failed: {error}.") from error
    return to


def _is_ours(folder: Path) -> bool:
    manifest = folder / "manifest.json"
    return manifest.is_file() and '"name": "Hunch"' in manifest.read_text("utf-8", "replace")
