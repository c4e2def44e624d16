"""The model worker as a child process: its start, its pipes, its end."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from typing import Any

import msgspec

from models.engine.address import KEY
from models.messages import Setup
from models.pipe import LENGTH

log = logging.getLogger(__name__)

LONGEST = 64 * 1024 * 1024


class WorkerProcess:
    """One child; another is started when it has ended."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._drain = asyncio.create_task(_log_lines(process.stderr))

    @classmethod
    async def start(cls, setup: Setup, key: str) -> "WorkerProcess":
        """Start it.

        Args:
            setup: How it is set up.
            key: Of the server that `setup` names; it goes to the child's environment alone.
        """
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "models.worker",
                msgspec.json.encode(setup).decode(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, KEY: key} if key else None,
            )
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ask(self, request: bytes) -> dict[str, Any]:
        """Its answer.

        Raises:
            EOFError: It has ended, or says what is no answer.
        """
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(LENGTH.pack(len(request)) + request)
        await process.stdin.drain()
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        if length > LONGEST:
            raise EOFError
        data = await process.stdout.readexactly(length)
        return msgspec.msgpack.decode(data, type=dict[str, Any])

    async def end(self) -> None:
        """End it at once: it holds nothing that could be lost."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._process.wait()
        await self._drain


async def _log_lines(stream: asyncio.StreamReader | None) -> None:
    """What the child says of itself; it never says what the user did."""
    if stream is None:
        return
    while data := await stream.read(
        4096
    ):  # by lines, a very long one would end this and block the child
        for line in data.decode(errors="replace").splitlines():
            log.info("model worker: %s", line[:300])
