"""A keyring for tests: a real backend of `keyring`'s kind that keeps its secrets in the file HUNCH_TEST_SAFE.

Named in PYTHON_KEYRING_BACKEND. It is locked while the file `locked` stands beside.
"""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Safe(KeyringBackend):
    priority = 1

    def _read(self) -> dict[str, str]:
        path = Path(os.environ["HUNCH_TEST_SAFE"])
        if path.with_name("locked").exists():
            raise KeyringLocked
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def _write(self, secrets: dict[str, str]) -> None:
        path = Path(os.environ["HUNCH_TEST_SAFE"])
        scratch = path.with_suffix(".new")
        scratch.write_text(json.dumps(secrets))
        scratch.replace(path)  # whoever is killed here must not take all secrets along

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        secrets = self._read()
        if secrets.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError
        self._write(secrets)
