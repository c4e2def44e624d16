"""Refuses every network address but this machine's, for the whole process.

Knows no setting and no model: a process calls `go_offline` first of all. It works below every
library, by CPython's audit events (docs.python.org, "Audit events table"): connecting, sending,
listening, and asking for the address of a name, which itself would tell somebody. What a library
in C does on its own is beyond it; of those that we load none has network code.
"""

import errno
import ipaddress
import logging
import socket
import sys
from typing import Any

log = logging.getLogger(__name__)

BY_ADDRESS = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"))
BY_NAME = frozenset(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"))
INTERNET = (socket.AF_INET, socket.AF_INET6)


class OfflineError(OSError):
    """An address outside this machine was refused."""

    def __init__(self, host: str) -> None:
        super().__init__(
            errno.EACCES,
            f"Hunch is offline and does not reach {host}: set `offline = false` to allow it",
        )


def go_offline() -> None:
    """Refuse from now on, until the process ends; there is no way back.

    What is refused raises `OfflineError` at its caller.
    """
    sys.addaudithook(_refuse)


def is_here(host: str | bytes | None) -> bool:
    """Whether a host is this machine, told by its name or number alone."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host or ""
    if name.lower() in ("localhost", "localhost."):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in BY_ADDRESS:
        sock, address = arguments[:2]
        if getattr(sock, "family", None) not in INTERNET or not isinstance(address, tuple):
            return
        host = address[0]
    elif event in BY_NAME:
        host = arguments[0]
        if host is None:  # the local end of a listener
            return
    else:
        return
    if not is_here(host):
        log.warning("an address outside this machine was refused (%s)", event)
        raise OfflineError(str(host) or "every address")
