"""What the language model costs: as the daemon's worker has it, then the engine's tokens over a long day.

Knows the worker's protocol and the engines' Protocol; what is seen is made up (`daemon.bench.seen`).
Each question is timed twice: by the clock, as a user waits, and by the worker's processor, which is the
figure to compare on a machine that others use.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from daemon.bench import gpu
from daemon.bench.gpu import GpuScale, on_gpu
from daemon.bench.processes import cpu_s, rss_mb
from daemon.bench.rows import Figures, Measured, SpeedRow, percentile
from daemon.bench.seen import history, segments
from daemon.errors import HunchError
from daemon.stages import CONTEXT
from daemon.worker import ModelWorker
from models.agent import Agent
from models.asking import Asking
from models.decision import COSTS, near_threshold
from models.engine.base import Engine, EngineError
from models.messages import Setup
from models.observation import Observation
from models.worker import engine_of

ASKED = 10  # one event of so many is asked about, on the curve
HUNDRED = 100
NONE = "none"
PATIENCE = 10.0  # times the daemon's deadlines: what is slow is to be measured
PROPOSING = "language model used for proposals"
TELLING = "language model used for sentences as well (a setting)"
TASK = "Search for the error message and open the first answer."
GOALS = {
    "sentence, cold": "",
    "sentence, warm": "p50 of 500 ms at most",
    "proposal, cold": "",
    "proposal, warm": "p50 of 2,000 ms at most",
}
NOTES = [
    "Times by the clock; cpu: of the worker's processor, which no other program's work is in.",
    "Cold: the model is loaded for the question, its file still in the system's cache.",
    "Tokens: read and written by the model; what it has kept from before costs none.",
]


class Scale(NamedTuple):
    """How much is measured.

    Attributes:
        sentences: Asked for, each another.
        proposals: Asked for, a sentence apart.
        loads: How often the model is loaded for each, and unloaded.
        events: Of the curve.
        idle_s: Without a question for so long, the worker unloads the model.
        on_gpu: What is measured there.
    """

    sentences: int = 30
    proposals: int = 20
    loads: int = 3
    events: int = 500
    idle_s: float = 3.0
    on_gpu: GpuScale = GpuScale()


QUICK = Scale(3, 2, 1, 20, 1.5, gpu.QUICK)


def engines(
    scale: Scale,
    said: Callable[[str], None],
    setup: Setup,
    traces: Sequence[Sequence[Observation]] = (),
) -> Measured:
    """Measure the section `engines`.

    Args:
        scale: How much.
        said: Told what is measured next.
        setup: Which model, as the daemon would have it.
        traces: Real ones, for how often the gate has the model asked.

    Raises:
        HunchError: The model cannot be used.
    """
    try:
        engine = engine_of(setup)
    except EngineError as error:
        raise HunchError("Model", str(error)) from error
    notes = ["There is no language model here: pip install 'hunch-assistant[llm]'."]
    rows: list[SpeedRow] = []
    if engine is not None:
        notes = [f"The model is {engine.name}.", *NOTES]
        said("the worker and its language model")
        told = msgspec.structs.replace(setup, idle_s=scale.idle_s, sentences="model")
        worker = _Worker(told)
        asyncio.run(worker.measure(scale))
        rows += _told(worker)
        if traces:
            said("how often the gate asks")
            rows += _share(traces, worker.clock)
        said(f"the tokens of {scale.events} events")
        rows += _curve(engine, scale.events)
    more = on_gpu(scale.on_gpu, said)
    return Measured([*rows, *more.rows], [*notes, *more.notes])


class _Clock:
    """Seconds by the clock and of the worker's processor, by the names of questions."""

    def __init__(self, worker: ModelWorker) -> None:
        self._worker = worker
        self.clock: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    async def take(self, name: str, question: Awaitable[object]) -> None:
        """Ask, and note how long it took."""
        before, began = self._cpu(), time.perf_counter()
        await question
        self.clock.setdefault(name, []).append(time.perf_counter() - began)
        self.cpu.setdefault(name, []).append(self._cpu() - before)

    def figures(self, name: str) -> Figures:
        """The median and the 95th percentile of both."""
        clock, cpu = self.clock[name], self.cpu[name]
        return {
            "p50_s": percentile(clock, 0.5),
            "p95_s": percentile(clock, 0.95),
            "cpu_p50_s": percentile(cpu, 0.5),
            "cpu_p95_s": percentile(cpu, 0.95),
        }

    def _cpu(self) -> float:
        return cpu_s(self._worker.pid) if self._worker.pid else 0.0


class _Worker:
    """The worker as the daemon knows it: its memory, and how long answers take.

    Attributes:
        clock: How long.
        memory: Resident, in MB, by the words for when.
    """

    def __init__(self, setup: Setup) -> None:
        self._idle_s = setup.idle_s
        self._worker = ModelWorker(setup, patience=PATIENCE)
        self.clock = _Clock(self._worker)
        self.memory: dict[str, float] = {}

    async def measure(self, scale: Scale) -> None:
        """Go through everything once.

        Raises:
            HunchError: The model failed.
        """
        seen = segments()
        try:
            await self._worker.status()
            self._note("before any model")
            await self._judge(0)
            self._note("base tier: encoder, gate and reward model")
            for load in range(scale.loads):
                await self.clock.take("sentence, cold", self._worker.describe(next(seen)))
                await self._unload()
                await self.clock.take("proposal, cold", self._propose(load))
                await self._unload()
            for number in range(-1, scale.proposals):
                await self._worker.ahead(Asking(history(number, CONTEXT)))
                name = "proposal, warm" if number >= 0 else "proposal, the first"
                await self.clock.take(name, self._propose(number))
            self._note(PROPOSING)
            await self._worker.describe(next(seen))
            for segment in itertools.islice(seen, scale.sentences):
                await self.clock.take("sentence, warm", self._worker.describe(segment))
            self._note(TELLING)
            await self._unload()
            self._note("language model unloaded")
            if (problem := (await self._worker.status())["problem"]) is not None:
                raise HunchError("Model", str(problem))
        finally:
            await self._worker.close()

    async def asked(self, traces: Iterable[Sequence[Observation]]) -> tuple[int, int]:
        """At how many of the events of traces the gate has the model asked, and how many they are."""
        least, yes, all_ = near_threshold(COSTS["balanced"]), 0, 0
        try:
            for trace in traces:
                vectors: list[bytes | None] = []
                for count in range(1, len(trace) + 1):
                    read = trace[max(0, count - CONTEXT) : count]
                    need, filled, _ = await self._worker.need(read, [*vectors, None][-len(read) :])
                    vectors = list(filled)
                    yes, all_ = yes + (need.probability >= least), all_ + 1
        finally:
            await self._worker.close()
        return yes, all_

    async def _propose(self, number: int) -> None:
        """From the gate's yes to the judged task; where the model is silent, another task is judged."""
        seen = history(number, CONTEXT)
        said = await self._worker.predict(Asking(seen)) or ()
        task = next((item.task for item in said if item.task), TASK)
        await self._worker.judge(seen, [], task)

    async def _judge(self, number: int) -> None:
        seen = history(number, CONTEXT)
        await self._worker.need(seen, [])
        await self._worker.judge(seen, [], TASK)

    async def _unload(self) -> None:
        """Wait until the worker has begun anew, without the language model; gate and reward go on."""
        await asyncio.sleep(2 * self._idle_s)
        await self._judge(0)

    def _note(self, when: str) -> None:
        self.memory[when] = rss_mb(self._worker.pid or 0)


def _told(worker: _Worker) -> Iterator[SpeedRow]:
    clock = worker.clock
    for name, goal in GOALS.items():
        yield SpeedRow("hunch", name, len(clock.clock[name]), clock.figures(name), goal)
    base = worker.memory["base tier: encoder, gate and reward model"]
    goals = {
        PROPOSING: "350 MB at most",
        TELLING: "350 MB at most",
        "language model unloaded": f"back to the base tier's {base:.0f} MB",
    }
    for when, size in worker.memory.items():
        yield SpeedRow("hunch", f"worker, {when}", 1, {"rss_mb": size}, goals.get(when, ""))


def _share(traces: Sequence[Sequence[Observation]], clock: _Clock) -> Iterator[SpeedRow]:
    """At how many events the model is asked, and the processor's time that silence saves on the others."""
    yes, events = asyncio.run(_Worker(Setup(NONE)).asked(traces))
    if not events:
        return
    share, cost_s = yes / events, percentile(clock.cpu["proposal, warm"], 0.5)
    figures: Figures = {"share": share, "cpu_saved_s": (1 - share) * cost_s}
    yield SpeedRow("hunch", "real events at which the model is asked", events, figures)


def _curve(engine: Engine, events: int) -> Iterator[SpeedRow]:
    """Tokens an event: each is read as it comes, and one of ASKED is asked about."""
    agent = Agent(engine)
    spent: list[int] = []
    for number in range(events):
        asking, before = Asking(history(number, CONTEXT)), engine.evaluated
        if number % ASKED == 0:
            agent.predict(asking)
        else:
            agent.ahead(asking)
        spent.append(engine.evaluated - before)
    for first in range(0, events, HUNDRED):
        part = spent[first : first + HUNDRED]
        what = f"events {first + 1} to {first + len(part)}: tokens an event"
        figures: Figures = {"tokens": sum(part) / len(part), "tokens_max": float(max(part))}
        yield SpeedRow("hunch", what, len(part), figures, "flat" if first else "")
    engine.close()
    before = engine.evaluated
    agent.predict(Asking(history(events, CONTEXT)))
    anew = float(engine.evaluated - before)
    engine.close()
    yield SpeedRow("hunch", "a proposal of which nothing was kept", 1, {"tokens": anew})
