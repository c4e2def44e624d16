"""`hunch predict`: gate, agent and reward model over a recorded trace, offline; nobody's own answers count."""

import asyncio
from pathlib import Path

import click
import msgspec

from daemon.cli.engines import NONE, SMALL, engine_option
from daemon.cli.options import settings_for
from daemon.errors import HunchError
from models.decision import COSTS, Eagerness, need_threshold
from models.observation import Observation

CONTEXT = 16


class Step(msgspec.Struct, frozen=True):
    """What the models say after one observation.

    Attributes:
        time: The observation's.
        event: The observation's.
        need: P(help is wanted now).
        threshold: From here on they speak, as the costs of the chosen eagerness say.
        task: What the language model would propose; None for silence.
        accept: P(the task would be accepted); None for silence.
    """

    time: str
    event: str
    need: float
    threshold: float
    task: str | None = None
    accept: float | None = None


@click.command()
@click.argument("trace", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@engine_option(
    "Ask this language model for tasks, or `none` for gate and reward model alone", SMALL
)
@click.option(
    "--eagerness", type=click.Choice(list(COSTS)), default="balanced", show_default=True,
    help="What a false alarm costs beside a missed need: twice as much, the same, half.",
)  # fmt: skip
def predict(trace: Path, engine: str, eagerness: Eagerness) -> None:
    """Say for each observation of TRACE.json whether help is wanted, and which.

    Example: hunch predict code_11.json --engine none
    """
    from models.trace import TraceError, read_observations

    try:
        observations = read_observations(trace)
    except TraceError as error:
        raise HunchError("Trace", str(error)) from error
    steps = asyncio.run(_steps(observations, engine, need_threshold(COSTS[eagerness])))
    click.echo(msgspec.json.format(msgspec.json.encode(steps)))


async def _steps(observations: list[Observation], engine: str, threshold: float) -> list[Step]:
    from daemon.worker import ModelWorker
    from models.asking import Asking
    from models.messages import Setup

    named = "" if engine == SMALL else engine
    worker = ModelWorker(Setup(named, offline=settings_for(None).offline))
    vectors: list[bytes | None] = []
    steps = []
    try:
        for count, seen in enumerate(observations, start=1):
            history = observations[max(0, count - CONTEXT) : count]
            vectors = [*vectors, None][-CONTEXT:]
            need, filled, _ = await worker.need(history, vectors)
            vectors = list(filled)
            step = Step(seen.time, seen.event, need.probability, threshold)
            if need.probability >= threshold and engine != NONE:
                for prediction in await worker.predict(Asking(history)):
                    if prediction.task is None:
                        continue
                    judged = await worker.judge(history, vectors, prediction.task)
                    step = msgspec.structs.replace(
                        step, task=prediction.task, accept=judged.probability
                    )
            steps.append(step)
        if worker.problem:
            click.secho(f"Not all could be asked: {worker.problem}", fg="yellow", err=True)
    finally:
        await worker.close()
    return steps
