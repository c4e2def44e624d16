"""llama-cpp-python's own server with a GGUF file, for tests of an engine that speaks to servers."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

START_S = 60.0


@contextlib.contextmanager
def chat_server(model: Path, context: int = 1024, *more: str) -> Iterator[str]:
    """Start the server, on this machine alone.

    Args:
        model: The GGUF file.
        context: Tokens that it holds.
        more: Further options of its command line.

    Yields:
        The address, ending in ``/v1``.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {"model": model, "host": "127.0.0.1", "port": port, "n_ctx": context, "n_threads": 1}
    given = [part for key, value in options.items() for part in (f"--{key}", str(value))]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "llama_cpp.server", *given, *more],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/v1"
        deadline = time.monotonic() + START_S
        while not _answers(address):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    """Whether it answers; one that wants a key does so, too."""
    try:
        urllib.request.urlopen(f"{address}/models", timeout=5).close()  # noqa: S310 - loopback
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True
