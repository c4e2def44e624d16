"""The command line's way to the running daemon: its local API, on loopback, with the token."""

from typing import Any

import msgspec

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.lock import running

TIMEOUT_S = 40.0  # an accepted task may take its executor's whole deadline


def call(
    settings: Settings,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Any:
    """Ask the daemon of this data directory.

    Args:
        settings: For the data directory.
        method: ``GET`` or ``POST``.
        path: Below ``/api/hunch/0/``, such as ``proposals/3/undo``.
        body: Sent as JSON.
        timeout_s: How long an answer is waited for, in seconds.

    Raises:
        HunchError: No daemon runs here, it does not answer, or it refuses; with its sentence.
    """
    daemon = running(settings.data_path)
    if daemon is not None and not daemon.port:
        raise HunchError("Starting", "Hunch is just about to start here: say it again in a moment.")
    if daemon is None:
        raise HunchError("Not running", "Hunch is not running here: start it with `hunch start`.")
    import http.client  # with ssl and email: only when there is somebody to ask

    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=timeout_s)
    headers = {
        "Authorization": f"Bearer {_token(settings)}",
        "Content-Type": "application/json",
    }
    try:
        connection.request(method, f"/api/hunch/0/{path}", msgspec.json.encode(body or {}), headers)
        response = connection.getresponse()
        answer = msgspec.json.decode(response.read() or b"null")
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        raise HunchError(
            "No answer", f"Hunch (process {daemon.pid}) does not answer: see `hunch status`."
        ) from error
    finally:
        connection.close()
    if response.status >= 400:
        raise HunchError("Refused", answer.get("message", f"Hunch answered {response.status}."))
    return answer


def _token(settings: Settings) -> str:
    try:
        return (settings.data_path / "token").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise HunchError("Token", f"The token in {settings.data_path} cannot be read.") from error
