"""Work that sleeps until it is due or somebody rings."""

import asyncio
from collections.abc import Awaitable, Callable

from daemon.errors import HunchError
from daemon.tasks import Alarm, whenever

FAR_S = 30.0


class Job:
    """Work that counts how often it was done, and says when it is due again."""

    def __init__(self, *due_s: float | None) -> None:
        self._due_s = list(due_s)
        self.done = 0
        self.alarm, self.stop = Alarm(), asyncio.Event()

    async def work(self) -> float | None:
        """Once."""
        self.done += 1
        if self.done == 1 and self._due_s and self._due_s[0] == -1:
            raise HunchError("Full", "The disk is full.")
        return self._due_s[self.done - 1] if self.done <= len(self._due_s) else None


def run(job: Job, test: Callable[[], Awaitable[None]], rest_s: float = 0.0) -> None:
    """Run a test beside the job, and end it as the daemon does."""

    async def both() -> None:
        task = asyncio.create_task(whenever(job.alarm, "job", job.work, job.stop, rest_s=rest_s))
        await test()
        job.stop.set()
        job.alarm.ring()
        async with asyncio.timeout(5):
            await task

    asyncio.run(both())


def test_sleeps_until_it_is_due_and_then_without_end() -> None:
    job = Job(0.05, 0.05)

    async def test() -> None:
        await asyncio.sleep(0.5)
        assert job.done == 3

    run(job, test)


def test_rung_while_it_works_it_looks_again() -> None:
    job = Job()

    async def test() -> None:
        await asyncio.sleep(0.05)
        job.alarm.ring()
        await asyncio.sleep(0.05)
        assert job.done == 2

    run(job, test)


def test_many_rings_are_one_while_it_rests() -> None:
    job = Job()

    async def test() -> None:
        for _ in range(40):
            job.alarm.ring()
            await asyncio.sleep(0.01)
        assert job.done <= 4

    run(job, test, rest_s=0.2)


def test_a_rest_does_not_outlast_the_stop() -> None:
    job = Job()

    async def test() -> None:
        await asyncio.sleep(0.05)
        job.alarm.ring()
        await asyncio.sleep(0.05)

    run(job, test, rest_s=FAR_S)


def test_what_fails_is_tried_again() -> None:
    job = Job(-1)

    async def test() -> None:
        await asyncio.sleep(1.3)
        assert job.done == 2

    run(job, test)
