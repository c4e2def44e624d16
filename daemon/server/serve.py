"""Runs the local API in the daemon's own loop, on a socket of 127.0.0.1."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from daemon.errors import HunchError

LEAVE_S = 2  # streams that stay open are cut after so many seconds
IDLE_S = 75  # keep-alive


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the daemon decides when to end."""

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
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise HunchError(
            "Port in use",
            f"Port {port} is used by another program: free it, or set another with --port.",
        ) from error
    return listener


async def serve(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer on `listener` until `stop` is set."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=LEAVE_S,
        timeout_keep_alive=IDLE_S,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        server.should_exit = True
        await task
