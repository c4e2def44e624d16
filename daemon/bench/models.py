"""What the small models cost: gate and reward model step by step on one thread, and the worker around them.

Knows the models' interfaces and the worker's protocol; the sentences are made up, as long as a
day's are. Beside them, in the same run, plain passes of the encoder: the yardstick on any machine.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple, ParamSpec, TypeVar

import msgspec

from daemon.bench.processes import rss_mb
from daemon.bench.rows import Figures, Measured, SpeedRow, percentile
from daemon.bench.seen import history
from daemon.worker import ModelWorker
from models.manifest import WEIGHTS
from models.messages import Setup

P = ParamSpec("P")
T = TypeVar("T")

CONTEXT = 16
TOKENS = (16, 64, 128)
YARDSTICK = 64
NOTES = [
    f"hunch … times: as long as a plain pass of {YARDSTICK} tokens takes, in the same run.",
    "Steps in seconds of one thread's processor; round trips by the clock, on whatever else runs here.",
]
JUDGED = 5  # one event of so many has a task to judge
MIB_100 = 104.9
TASKS = (
    "Search for 'TypeError: unsupported operand type(s) {n}' and open the first answer.",
    "Write a summary of case {n} into a note.",
)


class Scale(NamedTuple):
    """How much is measured: events step by step, plain passes of each length, events of the worker's day."""

    events: int = 400
    passes: int = 200
    day: int = 2_000


QUICK = Scale(20, 5, 60)


def models(scale: Scale, said: Callable[[str], None]) -> Measured:
    """Measure the section `models`.

    Args:
        scale: How much.
        said: Told what is measured next.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the worker's
    said("plain passes of the encoder")
    rows = list(_plain(scale.passes))
    yardstick = next(row.figures["p50_s"] for row in rows if row.what == _pass(YARDSTICK))
    said("gate and reward model")
    rows += _steps(scale.events)
    said("the worker's day")
    rows += _day(scale.day)
    return Measured([_against(row, yardstick) for row in rows], NOTES)


def _against(row: SpeedRow, yardstick: float | None) -> SpeedRow:
    """A line of ours with its ratio to the yardstick."""
    own = row.figures.get("p50_s")
    if row.name != "hunch" or own is None or not yardstick:
        return row
    return msgspec.structs.replace(row, figures={**row.figures, "ratio": own / yardstick})


def _pass(tokens: int) -> str:
    return f"one pass of {tokens} tokens"


def _plain(passes: int) -> Iterator[SpeedRow]:
    from models.encoder import Encoder

    encoder = Encoder.load()
    for tokens in TOKENS:
        texts = ["the " * (tokens - 2)]  # a mark at both ends
        encoder.encode(texts)
        clock = _Clock()
        for _ in range(passes):
            clock.take("pass", encoder.encode, texts)
        yield SpeedRow("MiniLM", _pass(tokens), passes, _figures(clock.times["pass"]))


class _Clock:
    """Seconds of this thread's processor by the names of steps: no other program's share is in them."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def take(self, name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a step, and note how long it took."""
        began = time.thread_time()
        done = work(*args, **kwargs)
        self.times.setdefault(name, []).append(time.thread_time() - began)
        return done


def _steps(events: int) -> Iterator[SpeedRow]:
    """Each step of an event, in this process."""
    from models.encoder import Encoder
    from models.judges import Judges

    judges, alone = Judges.load(WEIGHTS), Encoder.load()
    known: list[bytes | None] = []
    clock = _Clock()
    for number in range(-CONTEXT, events):
        if number == 0:
            clock = _Clock()  # before, the first window fills: not what a day is made of
        seen = history(number, CONTEXT)
        reading = clock.take("read", judges.read, seen, [*known, None][-len(seen) :])
        clock.take("once", judges.gate.need, reading)
        clock.take("again", judges.gate.need, reading)
        clock.take("sentence", alone.encode, [seen[-1].event])
        clock.take("judge", judges.reward.judge, reading, _task(number))
        known = list(judges.packed(reading))
    times = clock.times
    times["event"] = [read + once for read, once in zip(times["read"], times["once"], strict=True)]
    yield from _told(times)


def _told(times: dict[str, list[float]]) -> Iterator[SpeedRow]:
    for name, what, goal in (
        ("again", "gate on what it has read before", ""),
        ("once", "gate after a new sentence, without its pass", ""),
        ("sentence", "encoder: the new sentence, once an event", ""),
        ("event", "gate with the new sentence's pass", "p50 of 3 ms, p95 of 10 ms at most"),
        ("judge", "reward model, a new task", "p95 of 40 ms at most"),
    ):
        yield SpeedRow("hunch", what, len(times[name]), _figures(times[name]), goal)


def _day(events: int) -> Iterator[SpeedRow]:
    """The worker as the daemon knows it: round trips, and its memory before, with and after."""
    needs, judged, memory = asyncio.run(_asked(events))
    yield SpeedRow("hunch", "worker asked for a need, round trip", len(needs), _figures(needs))
    yield SpeedRow("hunch", "worker asked to judge, round trip", len(judged), _figures(judged))
    goals = ("", f"{MIB_100} MB (100 MiB) at most", "as much as after loading")
    for (what, size), goal in zip(memory.items(), goals, strict=True):
        yield SpeedRow("hunch", f"worker, {what}", 1, {"rss_mb": size}, goal)


async def _asked(events: int) -> tuple[list[float], list[float], dict[str, float | None]]:
    worker = ModelWorker(Setup("none"))
    needs: list[float] = []
    judged: list[float] = []
    memory: dict[str, float | None] = {}
    try:
        await worker.status()
        memory["before the models"] = _memory(worker)
        known: list[bytes | None] = []
        for number in range(-CONTEXT, events):
            seen = history(number, CONTEXT)
            began = time.perf_counter()
            _, vectors, _ = await worker.need(seen, [*known, None][-len(seen) :])
            known = list(vectors)
            if number < 0:
                continue
            needs.append(time.perf_counter() - began)
            if number == 0:
                await worker.judge(seen, known, _task(number))
                memory["models loaded"] = _memory(worker)
            elif number % JUDGED == 0:
                began = time.perf_counter()
                await worker.judge(seen, known, _task(number))
                judged.append(time.perf_counter() - began)
        memory[f"after {events:,} events"] = _memory(worker)
    finally:
        await worker.close()
    return needs, judged, memory


def _memory(worker: ModelWorker) -> float | None:
    """Its resident memory in MB; None where the system does not say."""
    try:
        return rss_mb(worker.pid or 0)
    except OSError:
        return None


def _task(number: int) -> str:
    return TASKS[number % len(TASKS)].format(n=number)


def _figures(times: list[float]) -> Figures:
    return {"p50_s": percentile(times, 0.5), "p95_s": percentile(times, 0.95)}
