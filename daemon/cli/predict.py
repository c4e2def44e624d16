"""`hunch predict`: gate, agent and reward model over a recorded trace, offline; nobody's own answers count."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from daemon.cli.engines import NONE, engine_option, with_model
from daemon.cli.options import settings_for
from daemon.config import Settings
from daemon.errors import HunchError
from models.decision import COSTS, Eagerness, accept_threshold, near_threshold
from models.engine.address import KEY
from models.observation import Observation

CONTEXT = 16


class Step(msgspec.Struct, frozen=True):
    """What the models say after one observation.

    Attributes:
        time: The observation's.
        event: The observation's.
        need: P(help is wanted now).
        threshold: From here on a task is asked for, as the costs of the chosen eagerness say.
        task: What the language model would propose; None for silence.
        accept: P(the task would be accepted); None for silence.
        accept_threshold: From here on it passes, given the need; None for silence.
        accepted: Whether it passes the rule: it is raised where a skill can carry it out, or where you allow `advice`.
    """

    time: str
    event: str
    need: float
    threshold: float
    task: str | None = None
    accept: float | None = None
    accept_threshold: float | None = None
    accepted: bool = False


@click.command()
@click.argument("trace", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@engine_option(
    "Ask this language model for tasks, or `none` for gate and reward model alone (default: your setting)"
)
@click.option(
    "--eagerness", type=click.Choice(list(COSTS)),
    help="What a false alarm costs beside a missed need: twice as much, the same, half (default: your setting).",
)  # fmt: skip
@click.option("--text", is_flag=True, help="Print lines to be read instead of JSON.")
def predict(trace: Path, engine: str | None, eagerness: Eagerness | None, *, text: bool) -> None:
    """Say for each observation of TRACE.json whether help is wanted, which, and whether it would be accepted.

    No skill is asked: a trace holds sentences alone. A task that passes the rule is raised where a skill can
    carry it out, or where you allow `advice`.

    Example: hunch predict code_11.json --engine none
    """
    from models.trace import TraceError, read_observations

    try:
        observations = read_observations(trace)
    except TraceError as error:
        said = f"{str(error).rstrip('.')}; give a trace of `hunch export --format proactivebench`."
        raise HunchError("Trace", said) from error
    settings = with_model(settings_for(None, eagerness=eagerness), engine)
    steps = asyncio.run(_steps(observations, settings))
    if text:
        for line in _lines(steps, asked=settings.model != NONE):
            click.echo(line)
        return
    click.echo(msgspec.json.format(msgspec.json.encode(steps)))


async def _steps(observations: list[Observation], settings: Settings) -> list[Step]:
    from daemon.thrift import wasted
    from daemon.worker import ModelWorker, setup_of
    from models.asking import Asking

    worker = ModelWorker(setup_of(settings), key=os.environ.get(KEY, ""))
    costs = COSTS[settings.eagerness]
    threshold = near_threshold(costs)
    vectors: list[bytes | None] = []
    steps = []
    try:
        for count, seen in enumerate(observations, start=1):
            history = observations[max(0, count - CONTEXT) : count]
            vectors = [*vectors, None][-CONTEXT:]
            need, filled, _ = await worker.need(history, vectors)
            vectors = list(filled)
            step = Step(seen.time, seen.event, need.probability, threshold)
            if need.probability >= threshold and settings.model != NONE:
                for prediction in await worker.predict(Asking(history)) or ():
                    if prediction.task is None:
                        continue
                    judged = await worker.judge(history, vectors, prediction.task)
                    needed = accept_threshold(costs, need.probability)
                    step = msgspec.structs.replace(
                        step,
                        task=prediction.task,
                        accept=judged.probability,
                        accept_threshold=needed,
                        accepted=judged.probability >= needed,
                    )
            steps.append(step)
        if worker.problem:
            click.secho(f"Not all could be asked: {worker.problem}", fg="yellow", err=True)
        if said := wasted(worker.thrift.unused, "What the language model said for nothing"):
            click.secho(said, fg="yellow", err=True)
    finally:
        await worker.close()
    return steps


def _lines(steps: Sequence[Step], *, asked: bool) -> Iterator[str]:
    """What people read: each sentence, and whether a task would be accepted."""
    for step in steps:
        yield step.event
        yield f"  {_said(step, asked=asked)}"
    accepted = sum(step.accepted for step in steps)
    yield f"Hunch would have a task to offer at {accepted} of {len(steps)} moments."


def _said(step: Step, *, asked: bool) -> str:
    if step.need < step.threshold:
        return f"silent: P(need) {step.need:.2f}, a task is asked for from {step.threshold:.2f} on"
    if step.task is None or step.accept is None or step.accept_threshold is None:
        why = "no task was proposed" if asked else "no language model was asked"
        return f"silent: P(need) {step.need:.2f}, and {why}"
    of = f"P(accept) {step.accept:.2f}, {step.accept_threshold:.2f} needed"
    return f"{'would be accepted' if step.accepted else 'silent'}: {step.task} ({of})"
