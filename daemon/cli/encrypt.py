"""`hunch encrypt` and `hunch decrypt`: the database in another form, in place."""

from pathlib import Path

import click

from daemon.cli.options import data_dir_option, settings_for
from daemon.errors import HunchError


@click.command()
@click.option(
    "--passphrase", is_flag=True, help="By a passphrase, even where the system has a keyring."
)
@data_dir_option
def encrypt(passphrase: bool, data_dir: str | None) -> None:
    """Encrypt the database in place, its key in the system's keyring or from a passphrase.

    Example: hunch encrypt
    """
    from daemon.keys import new_key
    from daemon.lock import DataDirLock
    from daemon.store import convert
    from daemon.store.files import is_encrypted

    path = _database(data_dir)
    with DataDirLock(path.parent):
        convert.recover(path)
        if is_encrypted(path):
            raise HunchError("Encrypt", f"The database {path} is encrypted already.")
        convert.require(path)
        key, where = new_key(passphrase=passphrase)
        rows = convert.encrypt(path, key)
    click.echo(f"{path} is encrypted ({rows:,} rows); its key is {where}.")
    click.echo(
        "The log, the token and the settings beside it hold nothing of what you do and stay as they "
        "are. What you exported, and copies that a backup or a disk made before, stay readable."
    )


@click.command()
@data_dir_option
def decrypt(data_dir: str | None) -> None:
    """Write the database in the clear again, in place.

    Example: hunch decrypt
    """
    from daemon.lock import DataDirLock
    from daemon.store import convert

    path = _database(data_dir)
    with DataDirLock(path.parent):
        rows = convert.decrypt(path)
    click.echo(f"{path} is no longer encrypted ({rows:,} rows).")


def _database(data_dir: str | None) -> Path:
    path = settings_for(data_dir).data_path / "hunch.db"
    if not path.parent.exists():
        raise HunchError("Nothing yet", f"Nothing is recorded in {path.parent} yet: `hunch run`.")
    return path
