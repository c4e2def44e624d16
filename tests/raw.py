"""Requests as bytes on a socket: what no library would send, too."""

import json
import socket
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What came back; status 0 where the connection was closed without an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def exchange(port: int, sent: bytes, timeout_s: float = 10.0) -> Answer:
    """Send bytes on a connection of their own, and read one answer or the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as connection:
        try:
            connection.sendall(sent)
            return read(connection, bodiless=sent.startswith(b"HEAD "))
        except (ConnectionError, TimeoutError):
            return Answer(0, {}, b"")


def read(connection: socket.socket, *, bodiless: bool = False) -> Answer:
    """Read one answer, or its head alone; of one in chunks, the chunks as they came."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        if not (part := connection.recv(65536)):
            return Answer(0, {}, b"")
        seen += part
    head, _, body = seen.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    while headers.get("transfer-encoding") == "chunked" and not body.endswith(b"\r\n0\r\n\r\n"):
        if not (part := connection.recv(1 << 20)):
            break
        body += part
    while not bodiless and len(body) < int(headers.get("content-length", "0")):
        if not (part := connection.recv(65536)):
            break
        body += part
    return Answer(int(first.split()[1]), headers, body)


def request(
    method: str, target: str, *headers: str, host: str = "127.0.0.1", body: bytes = b""
) -> bytes:
    """A request of HTTP/1.1 with a Content-Length."""
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
