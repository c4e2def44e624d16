"""Servers for tests of an engine that speaks to them: llama-cpp-python's own, and one that says what a test wants."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

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


class Asked(NamedTuple):
    """A question that reached the server."""

    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """All that was said in it."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def form(self) -> str | None:
        """The kind of answer that it asks for."""
        kind: str | None = self.body.get("response_format", {}).get("type")
        return kind


class Answer(NamedTuple):
    """What it says: a status, headers with a pause behind each, and bytes with one behind each piece."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = {}  # noqa: RUF012 (never changed)
    pieces: int = 1
    pause_s: float = 0.0
    header_pause_s: float = 0.0


def chat(content: str | None, finish: str = "stop", **usage: int) -> Answer:
    """A completion."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": finish,
    }
    return Answer(
        body=json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage})
    )


class ScriptedServer:
    """Answers each question as a test wants.

    Args:
        answer: What it says to a question; a completion without sense by default.

    Attributes:
        asked: The questions, in their order.
    """

    def __init__(self, answer: Callable[[Asked], Answer] = lambda _: chat("{}")) -> None:
        self.asked: list[Asked] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(Answer(body=json.dumps({"data": [{"id": "first"}, {"id": "second"}]})))

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {key.lower(): value for key, value in self.headers.items()}
                asked = Asked(headers, json.loads(data))
                scripted.asked.append(asked)
                self._say(answer(asked))

            def _say(self, said: Answer) -> None:
                data = said.body.encode()
                self.send_response(said.status)
                for key, value in {"Content-Length": str(len(data)), **said.headers}.items():
                    self.send_header(key, value)
                size = max(len(data) // said.pieces, 1)
                with contextlib.suppress(OSError):  # whoever asked has gone
                    for number in range(40 if said.header_pause_s else 0):
                        self.send_header(f"X-Slow-{number}", "yes")
                        self.flush_headers()
                        scripted._over.wait(said.header_pause_s)
                    self.end_headers()
                    for begin in range(0, len(data), size):
                        self.wfile.write(data[begin : begin + size])
                        self.wfile.flush()
                        scripted._over.wait(said.pause_s)

            def log_message(self, *told: object) -> None: ...

        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.where}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
