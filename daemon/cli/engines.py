"""The language model of a command, named as the setting `model` names it."""

from typing import TYPE_CHECKING

from daemon.cli.options import settings_for
from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.engine.base import Engine

SPELLED = "GGUF file, Hugging Face folder, or server as http://127.0.0.1:11434/v1#NAME"


def engine_for(model: str) -> "Engine | None":
    """The engine; empty for the small model, None where that is not installed.

    Raises:
        HunchError: It is not there, or the settings forbid it; the message says what to do.
    """
    from models.engine.base import EngineError
    from models.engine.load import load_engine

    try:
        return load_engine(model, offline=settings_for(None).offline)
    except EngineError as error:
        raise HunchError("Model", str(error)) from error
