"""Offline, a process reaches this machine and nothing else, whatever library asks."""

import subprocess
import sys

import pytest

from models.offline import is_here

TRY = """
import socket, sys, threading
from models.offline import OfflineError, go_offline
go_offline()
listener = socket.create_server(("127.0.0.1", 0))
{attempt}
"""
ALLOWED = [
    "socket.create_connection(listener.getsockname(), 5).close()",
    'socket.create_connection(("localhost", listener.getsockname()[1]), 5).close()',
    'a, b = socket.socketpair(); a.sendall(b"x"); b.recv(1)',
    'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))',
]
REFUSED = [
    'socket.create_connection(("192.0.2.1", 80), 5)',
    'socket.create_connection(("2001:db8::1", 80), 5)',
    'socket.getaddrinfo("example.org", 80)',
    'socket.gethostbyname("example.org")',
    'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))',
    'socket.create_server(("", 0))',
    'import urllib.request; urllib.request.urlopen("http://192.0.2.1/", timeout=5)',
    'import requests; requests.get("http://example.org/", timeout=5)',
    "import asyncio; asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
]


def run(attempt: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRY.format(attempt=attempt)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("attempt", ALLOWED)
def test_this_machine_is_reached(attempt: str) -> None:
    done = run(attempt)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("attempt", REFUSED)
def test_every_other_address_is_refused_with_a_sentence(attempt: str) -> None:
    done = run(attempt)
    assert done.returncode != 0
    assert "Hunch is offline and does not reach" in done.stderr


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("LOCALHOST", True),
        (b"localhost", True),
        ("", False),
        (None, False),
        ("0.0.0.0", False),  # noqa: S104 - asked about, not bound
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("::ffff:192.0.2.1", False),
        ("fe80::1%lo", False),
    ],
)
def test_which_hosts_are_here(host: str | bytes | None, here: bool) -> None:
    assert is_here(host) is here
