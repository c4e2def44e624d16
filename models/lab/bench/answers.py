"""What a language model answers to five histories, always the same: to be read beside another model's answers.

Five are no measurement; `models.lab.bench.agent_settings` is one. The histories are made up, a sentence as
the rules tell it each; times are half a minute apart.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from models.agent import Agent
from models.asking import Asking
from models.engine.base import Engine
from models.judges import Judges
from models.observation import Observation

FILE = Path(__file__).with_name("histories.json")
BEGIN, APART_S = 1_767_600_000, 30


class History(msgspec.Struct, frozen=True):
    """Sentences, oldest first, under a name."""

    name: str
    events: tuple[str, ...]

    @property
    def observations(self) -> list[Observation]:
        """With times."""
        return [
            Observation(f"{BEGIN + APART_S * number}.000", event)
            for number, event in enumerate(self.events)
        ]


class Answered(msgspec.Struct, frozen=True):
    """What was said after the last sentence of a history.

    Attributes:
        name: The history's.
        last: Its last sentence.
        need: The gate's P(help is wanted).
        task: The model's; None for silence.
        purpose: What the model takes the last action to be for; empty where its answer did not parse.
        accept: The reward model's P(the task is accepted); None for silence.
        tokens: Read and written for it.
        cpu_s: Seconds of this process's processor.
        clock_s: By the clock.
    """

    name: str
    last: str
    need: float
    task: str | None
    purpose: str
    accept: float | None
    tokens: int
    cpu_s: float
    clock_s: float


def histories() -> list[History]:
    """The five."""
    return msgspec.json.decode(FILE.read_bytes(), type=list[History])


def answers(engine: Engine, judges: Judges, prompt: str | None = None) -> Iterator[Answered]:
    """Ask the model about each, as the daemon would where the gate says yes.

    Args:
        engine: The model.
        judges: Gate and reward model, and who finds the names to offer.
        prompt: A prompt of the user's own.

    Raises:
        EngineError: The model has failed as a whole.
    """
    agent = Agent(engine, prompt)
    for history in histories():
        seen = history.observations
        reading = judges.read(seen, [None] * len(seen))
        need = judges.gate.need(reading).probability
        asking = Asking(seen, entities=judges.entities(seen))
        tokens, clock_s, cpu_s = engine.evaluated, time.perf_counter(), time.process_time()
        said = agent.predict(asking)
        took_s, used_s = time.perf_counter() - clock_s, time.process_time() - cpu_s
        task = said[0].task if said else None
        yield Answered(
            name=history.name,
            last=history.events[-1],
            need=need,
            task=task,
            purpose=said[0].purpose if said else "",
            accept=judges.reward.judge(reading, task).probability if task else None,
            tokens=engine.evaluated - tokens,
            cpu_s=used_s,
            clock_s=took_s,
        )
