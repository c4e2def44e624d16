"""`hunch doctor`: what this system allows, and what to do where it does not."""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click

from daemon.allowed import Line, lines, look
from daemon.cli.engines import prompt_for_agent
from daemon.cli.options import data_dir_option, settings_for
from daemon.config import Settings
from daemon.errors import HunchError

OURS = ("daemon", "watchers", "models", "tray")


@click.command()
@data_dir_option
def doctor(data_dir: str | None) -> None:
    """Check what Hunch needs and what this system lets it see, one line each.

    Exits 1 when something is missing or refused; what is switched off is neither.

    Example: hunch doctor
    """
    settings = settings_for(data_dir)
    fine = True
    for line in _lines(settings):
        click.echo(f"{line.mark:>3}  {line.name:<14} {line.told}")
        fine = fine and line.mark != "--"
    sys.exit(0 if fine else 1)


def _lines(settings: Settings) -> Iterator[Line]:
    yield look("packages", "", _packages)
    yield from lines(settings)
    yield look("store", "", lambda: _store(settings))
    yield look("weights", "", _weights)
    yield look("language model", "", lambda: _model(settings))
    yield look("popup", "", _popup)


def _packages() -> str:
    """The generic names of our packages must be ours (docs: CONTRIBUTING.md)."""
    root = Path(__file__).resolve().parents[2]
    for name in OURS:
        spec = find_spec(name)
        if spec is None or not spec.origin or root not in Path(spec.origin).resolve().parents:
            where = spec.origin if spec else None
            raise HunchError(
                "Packages",
                f"The package `{name}` is another program's ({where}): install Hunch into an "
                "environment of its own, with pipx say.",
            )
    return f"all four are ours, in {root}"


def _store(settings: Settings) -> str:
    from daemon.store import Store
    from daemon.store.copies import backup_time, recovered

    path = settings.data_path / "hunch.db"
    if not path.exists():
        return f"none yet; it will be {path}"
    with Store.open_readonly(path) as store:
        form = "encrypted" if store.encrypted else "not encrypted (`hunch encrypt`)"
    if told := recovered(settings.data_path):
        raise HunchError("Store", f"{told} Delete that file once you do not need it.")
    newest = backup_time(path)
    backup = f"backup of {newest.astimezone():%Y-%m-%d %H:%M}" if newest else "no backup yet"
    return f"{path}, {path.stat().st_size / 1e6:.1f} MB, {form}, {backup}"


def _weights() -> str:
    from models.judges import Judges
    from models.manifest import WEIGHTS

    return f"encoder {Judges.load(WEIGHTS).encoder.name}, gate and reward model"


def _model(settings: Settings) -> str:
    from models.engine.base import EngineError
    from models.engine.load import load_engine
    from models.engine.openai import OpenAIEngine

    prompt_for_agent(Path(settings.agent_prompt) if settings.agent_prompt else None)
    try:
        engine = load_engine(settings.model, settings.adapters, offline=settings.offline)
        if engine is None:
            return (
                "none: sentences by rules, tasks by skills (install hunch-assistant[llm] for one)"
            )
        if isinstance(engine, OpenAIEngine):
            return f"{engine.name}, {engine.look()}"
    except EngineError as error:
        raise HunchError("Language model", str(error)) from error
    if engine.problem is not None:
        raise HunchError("Language model", engine.problem)
    own = {job: f" ({Path(file).name})" for job, file in settings.adapters.items() if file}
    jobs = " and ".join(f"{job}{own.get(job, '')}" for job in sorted(engine.adapted))
    return f"{engine.name}, with an adapter for {jobs}" if jobs else engine.name


def _popup() -> str:
    if find_spec("tkinter") is None:
        raise HunchError("Popup", "tkinter is missing: apt-get install python3-tk.")
    return "a window of our own"
