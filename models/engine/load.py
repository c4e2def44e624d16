"""Which engine a setting names."""

from pathlib import Path

from models.engine.base import Engine, EngineError


def load_engine(model: str) -> Engine | None:
    """The engine that a setting names: a GGUF file, empty for the default, ``none`` for none.

    Raises:
        EngineError: A file is named and is not there.
    """
    from models.engine.llama import LlamaEngine, default_model

    if model == "none":
        return None
    if model and not Path(model).expanduser().is_file():
        raise EngineError(f"The model {model} is not there: set `model` to a GGUF file.")
    path = Path(model).expanduser() if model else default_model()
    return LlamaEngine(path) if path else None
