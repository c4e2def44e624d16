"""Where a server is, as the setting `model` spells it."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from models.engine.base import EngineError
from models.offline import is_here

KEY = "HUNCH_API_KEY"  # the one place of a server's key


class Address(NamedTuple):
    """A server and a model on it.

    Attributes:
        url: Base of its API, ending in ``/v1`` mostly.
        model: The model's name there; empty for the first that it lists.
        where: Its host and port, as it is told to people.
        here: Whether it is on this machine.
    """

    url: str
    model: str
    where: str
    here: bool

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read ``http://HOST:PORT/v1#MODEL``; without a path, ``/v1`` is meant.

        Raises:
            EngineError: It is no address, or has a password in it; the message does not quote that.
        """
        try:
            parts = urlsplit(text)
            host = parts.hostname
            port = parts.port
        except ValueError:
            host = port = None
        if host is None:
            raise EngineError("`model` is no address: write it as http://127.0.0.1:11434/v1#MODEL.")
        if "@" in parts.netloc or parts.query:
            raise EngineError(
                f"Take the password out of the address in `model` and put it into the variable {KEY}."
            )
        shown = f"[{host}]" if ":" in host else host
        where = shown if port is None else f"{shown}:{port}"
        path = parts.path.rstrip("/") or "/v1"
        return cls(f"{parts.scheme}://{where}{path}", unquote(parts.fragment), where, is_here(host))
