"""Where the key of an encrypted database is: the system's keyring, or a passphrase in its user's head.

Knows SQLCipher's way from a passphrase to a key (PBKDF2, HMAC-SHA512, 256,000 rounds: its
documentation, "PRAGMA cipher_default_kdf_iter") and that a file's first 16 bytes are its salt, under
which the keyring keeps its key: so a folder that is moved or copied needs nothing beside it.
Reads no database. keyring is imported when a key is wanted, never at start.
"""

import getpass
import hashlib
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.errors import HunchError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "hunch"
VARIABLE = "HUNCH_PASSPHRASE"
ROUNDS = 256_000
SALT_BYTES = 16
KEY_BYTES = 32
ASK = "Passphrase of Hunch's database: "

_known: dict[bytes, "Key"] = {}  # asked for once a process


@dataclass(frozen=True, slots=True)
class Key:
    """A key with the salt of the file that it opens.

    Attributes:
        raw: 32 bytes; never shown.
        salt: 16 bytes, the file's first.
    """

    raw: bytes = field(repr=False)
    salt: bytes

    @property
    def literal(self) -> str:
        """As SQLCipher's ``PRAGMA key`` and ``ATTACH`` take it."""
        return f"x'{self.raw.hex()}{self.salt.hex()}'"


def key_of(salt: bytes, path: Path) -> Key:
    """The key of an encrypted database: from the environment, the keyring, or asked on the terminal.

    Args:
        salt: The file's first 16 bytes.
        path: The file, for what is said of it; it is not opened.

    Raises:
        HunchError: There is none, or the keyring is locked; the message says what to do.
    """
    if salt not in _known:
        _known[salt] = _find(salt, path)
    return _known[salt]


def forget_known(salt: bytes) -> None:
    """A key that did not fit is asked for again."""
    _known.pop(salt, None)


def new_key(*, passphrase: bool) -> tuple[Key, str]:
    """Make a key for a database that is to be encrypted, and put it where it is found again.

    Args:
        passphrase: From a passphrase, even where there is a keyring.

    Returns:
        The key, and in words where it is.

    Raises:
        HunchError: There is no keyring, and nobody can be asked for a passphrase.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    backend = None if passphrase or os.environ.get(VARIABLE) else _backend()
    if backend is None:
        key, where = _of_passphrase(_new_passphrase(), salt), "your passphrase"
    else:
        key, where = _kept(backend, salt), f"in the system's keyring ({backend.name})"
    _known[salt] = key
    return key, where


def lend_passphrase(salt: bytes) -> None:
    """Ask for a passphrase on the terminal, where one is needed, for a child that has none."""
    if not os.environ.get(VARIABLE) and sys.stdin.isatty() and _in_keyring(salt) is None:
        os.environ[VARIABLE] = getpass.getpass(ASK)


def _find(salt: bytes, path: Path) -> Key:
    if said := os.environ.get(VARIABLE):
        return _of_passphrase(said, salt)
    if (raw := _in_keyring(salt)) is not None:
        return Key(raw, salt)
    if sys.stdin is not None and sys.stdin.isatty():
        return _of_passphrase(getpass.getpass(ASK), salt)
    raise HunchError(
        "Encrypted",
        f"The database {path} is encrypted (or damaged) and its key is not in the keyring: unlock "
        f"or restore the keyring, or give the passphrase on a terminal or in {VARIABLE}.",
    )


def _backend() -> "KeyringBackend | None":
    """The system's keyring; None where there is none that keeps a secret."""
    import keyring

    backend = keyring.get_keyring()
    return backend if backend.priority >= 1 else None  # fail: 0, null: -1, a plain file: below 1


def _in_keyring(salt: bytes) -> bytes | None:
    backend = _backend()
    if backend is None:
        return None
    from keyring.errors import KeyringError

    try:
        text = backend.get_password(SERVICE, salt.hex())
        raw = bytes.fromhex(text) if text else None
    except KeyringError as error:
        raise HunchError(
            "Keyring", "The system's keyring is locked or does not answer: unlock it and try again."
        ) from error
    except ValueError:
        raw = None
    return raw if raw and len(raw) == KEY_BYTES else None


def _kept(backend: "KeyringBackend", salt: bytes) -> Key:
    from keyring.errors import KeyringError

    raw = secrets.token_bytes(KEY_BYTES)
    try:
        backend.set_password(SERVICE, salt.hex(), raw.hex())
        kept = backend.get_password(SERVICE, salt.hex()) == raw.hex()
    except KeyringError:
        kept = False
    if not kept:
        raise HunchError(
            "Keyring",
            "The system's keyring did not take the key: unlock it, or use `hunch encrypt --passphrase`.",
        )
    return Key(raw, salt)


def _of_passphrase(passphrase: str, salt: bytes) -> Key:
    raw = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, ROUNDS, KEY_BYTES)
    return Key(raw, salt)


def _new_passphrase() -> str:
    if said := os.environ.get(VARIABLE):
        return said
    if sys.stdin is None or not sys.stdin.isatty():
        raise HunchError(
            "Passphrase",
            f"A passphrase is needed: run `hunch encrypt` on a terminal, or set {VARIABLE}.",
        )
    first = getpass.getpass("A passphrase for Hunch's database (without it nothing can be read): ")
    if not first or getpass.getpass("Once more: ") != first:
        raise HunchError("Passphrase", "The two differ or are empty; nothing was changed.")
    return first
