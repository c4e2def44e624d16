"""Waiting for notices: none is lost, and neither is the end."""

import asyncio
import os

import pytest

from watchers.notices import Bell, Notices

pytestmark = pytest.mark.anyio


async def test_a_bell_in_another_thread_ends_the_wait() -> None:
    bell = Bell()
    with Notices(bell, bell.take) as notices:
        waiting = asyncio.create_task(notices.wait(10))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(bell.ring)
        async with asyncio.timeout(5):
            await waiting
    bell.ring()  # nobody listens any more
    assert bell.take()


async def test_a_readable_descriptor_ends_the_wait_and_a_time_out_too() -> None:
    source, target = os.pipe()
    with Notices(source, lambda: bool(os.read(source, 9))) as notices:
        os.write(target, b"x")
        async with asyncio.timeout(5):
            await notices.wait(None)
        await notices.wait(0.01)
    os.close(source)
    os.close(target)


async def test_an_end_that_comes_together_with_a_notice_is_not_forgotten() -> None:
    bell = Bell()
    with Notices(bell, bell.take) as notices:

        async def run() -> None:
            while True:
                await notices.wait(10)

        task = asyncio.create_task(run())
        await asyncio.sleep(0.05)
        bell.ring()
        await asyncio.sleep(0)  # the bell's call is on its way
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=2)
        if not done:
            task.cancel()
        assert done and task.cancelled()
