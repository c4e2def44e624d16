"""Runs the local API in the daemon's own loop, on a socket of 127.0.0.1."""

import asyncio
import contextlib
import functools
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from daemon.errors import HunchError
from daemon.server.connection import Connection, Patience

LEAVE_S = 2  # streams that stay open are cut after so many seconds
BACKLOG = 128
PATIENCE = Patience()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling and its ten looks a second: the daemon decides when to end."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        self._stop = stop

    async def main_loop(self) -> None:
        """Answer until it is to end."""
        await self._stop.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes any that is free.

    Raises:
        HunchError: The port is in use.
    """
    # asyncio sets TCP_NODELAY on sockets that name their protocol alone; without it each answer
    # of a keep-alive connection waits 40 ms for the client's delayed acknowledgement (measured)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise HunchError(
            "Port in use",
            f"Port {port} is used by another program: free it, or set another with --port.",
        ) from error
    return listener


async def serve(
    app: ASGIApp, listener: socket.socket, stop: asyncio.Event, patience: Patience = PATIENCE
) -> None:
    """Answer on `listener` until `stop` is set.

    uvicorn's own loop would be uvloop, which is faster, but whose sockets raise no audit events:
    `models.offline` would not see them (tried: docs/decisions/0007-the-local-api.md).
    """
    config = uvicorn.Config(
        app,
        http=functools.partial(Connection, patience=patience),  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        backlog=BACKLOG,
        proxy_headers=False,  # nobody stands between us and a client
        timeout_graceful_shutdown=LEAVE_S,
        timeout_keep_alive=int(patience.idle) or 1,
        server_header=False,
        date_header=False,
    )
    await _Server(config, stop).serve(sockets=[listener])
