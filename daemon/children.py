"""Runs a program of ours beside the daemon: starts it again when it dies, ends it with us."""

import asyncio
import contextlib
import logging
import os
import signal
import sys

log = logging.getLogger(__name__)

BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 60.0)
GRACE_S = 3.0


class Child:
    """``python -P -m MODULE …`` in its own process group.

    Attributes:
        problem: Why it does not run, in the last line that it wrote; None while it does.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._argv = [sys.executable, "-P", "-m", module, *arguments]
        self._module = module
        self.problem: str | None = None

    async def run(self) -> None:
        """Keep it running until cancelled; one that says it cannot work (exit 1) is not pressed."""
        for attempt in range(1000):
            code, last_words = await self._once()
            if code == 0:
                return
            self.problem = last_words or f"{self._module} ended with {code}"
            log.warning("%s ended with %s", self._module, code)
            if code == 1:
                return
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])

    async def _once(self) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.problem = None
        try:
            last_words = await _last_line(process.stderr)
            return await process.wait(), last_words
        finally:
            await _end(process)


async def _last_line(stream: asyncio.StreamReader | None) -> str:
    last = b""
    if stream is not None:
        async for line in stream:
            log.info("child: %s", line.decode(errors="replace").rstrip())
            last = line.strip() or last
    return last.decode(errors="replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(process.wait()), GRACE_S)
