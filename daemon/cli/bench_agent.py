"""`hunch bench agent --engine …`: a language model in the four settings of the paper's table 4."""

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from daemon.cli.engines import SMALL, engine_option, needed_engine, prompt_for_agent
from daemon.cli.judges import counted

if TYPE_CHECKING:
    from models.encoder import Encoder
    from models.lab.bench.moments import Label
    from models.lab.bench.table import Table

T = TypeVar("T")


class EngineOptions(NamedTuple):
    """Which engine is asked, and how.

    Attributes:
        engine: As the setting `model` names it; None where none was named.
        adapter: For tasks, of the user's own.
        untrained: Without the adapter that comes with Hunch.
        pred: Tasks at a time; None for both.
        with_reward: With the reward model's word alone.
        prompt: A prompt of the user's own.
        limit: Ask at so many events.
    """

    engine: str | None
    adapter: Path | None
    untrained: bool
    pred: str | None
    with_reward: bool
    prompt: Path | None
    limit: int | None

    @property
    def is_asked(self) -> bool:
        """Whether a language model is to be asked at all."""
        return self.engine is not None or self.pred is not None or self.with_reward


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--engine`` and what belongs to it; the command gets them as one, `asked`."""

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:
        asked = EngineOptions(**{name: given.pop(name) for name in EngineOptions._fields})
        return command(asked=asked, **given)

    adding: Callable[..., Any] = gathered
    for add in (
        click.option("--limit", type=click.IntRange(min=1),
                     help="Ask the engine at so many events, spread over all."),
        click.option("--prompt", type=click.Path(dir_okay=False, path_type=Path),
                     help="A prompt of your own for it; {observations} stands where they go."),
        click.option("--with-reward", is_flag=True,
                     help="The reward model judges each draft, and it is refined once; without this and --pred,"
                     " all four settings."),
        click.option("--pred", type=click.Choice(["1", "3"]),
                     help="Tasks at a time."),
        click.option("--untrained", is_flag=True,
                     help="The small model without the adapter that comes with Hunch."),
        click.option("--adapter", type=click.Path(path_type=Path),
                     help="An adapter for tasks: a GGUF file for a GGUF file, a PEFT folder for a folder."),
        engine_option("Ask this language model for tasks, and score these (table 4)"),
    ):  # fmt: skip
        adding = add(adding)
    return adding


def measure(encoder: "Encoder", folder: Path, asked: EngineOptions, label: "Label") -> "Table":
    """Table 4 for an engine.

    Raises:
        HunchError: The engine or the prompt cannot be used.
        TraceError: The data cannot.
    """
    from models.lab.bench.agent_asked import SETTINGS
    from models.lab.bench.agent_settings import bench_settings

    settings = [
        setting
        for setting in SETTINGS
        if (asked.pred is None or setting.tasks == int(asked.pred))
        and (setting.feedback or not asked.with_reward)
        and (asked.pred is None or setting.feedback == asked.with_reward)
    ]
    engine = needed_engine(
        asked.engine or SMALL, {"agent": str(asked.adapter or "")}, shipped=not asked.untrained
    )
    try:
        return bench_settings(
            folder,
            encoder,
            engine,
            label,
            settings=settings,
            prompt=prompt_for_agent(asked.prompt),
            limit=asked.limit,
            progress=_asking,
        )
    finally:
        engine.close()


def _asking(events: Iterable[T]) -> Iterable[T]:
    return counted(events, "asking the model")
