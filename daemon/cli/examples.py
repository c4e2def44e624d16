"""`hunch train examples`: what the small language model is trained on, as lines that can be read and mended."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.judges import named_packages
from daemon.errors import HunchError
from models.observation import Prediction

if TYPE_CHECKING:
    from models.lab.training.lora.examples import AgentExample, Example

SEARCH_URL = "https://duckduckgo.com/?q={query}"
STRETCH_S = 3600.0
SILENT = 0.25  # of a scene's moments at which no skill proposes
NOTES, SCENES = 2600, 120
THOUGHTS = {
    "error_search": "The error can be looked up.",
    "collect_snippets": "The copied texts belong together.",
    "day_summary": "A long stretch of work has ended.",
}
GOES_ON = "The user goes on with their work.", "No help is needed now."


@click.command()
@click.argument("job", type=click.Choice(["segmenter", "agent"]))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="For the agent: a ProactiveBench folder, or rows of `hunch export --format reward`.",
)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    help=f"Notes for the segmenter ({NOTES}), scenes of the skills for the agent ({SCENES}).",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True,
              help="Of what is drawn by chance.")  # fmt: skip
def examples(job: str, out: Path, data: Path | None, count: int | None, seed: int) -> None:
    """Write examples for JOB into OUT, a line each, for `hunch train segmenter` or `hunch train agent`.

    For the segmenter: random facts as masked notes, each with a sentence. For the agent: what the skills
    propose in drawn scenes, and with --data what released models answered, or what you took and refused.

    Example: hunch train examples segmenter notes.jsonl --seed 1
    """
    from models.trace import TraceError, encode_lines

    try:
        with named_packages():
            found = (
                _notes(count or NOTES, seed)
                if job == "segmenter"
                else _moments(data, count or SCENES, seed)
            )
            out.write_bytes(encode_lines(found))
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    except OSError as error:
        raise HunchError("Examples", f"{out} cannot be written: {error}.") from error
    click.echo(f"Wrote {len(found)} examples to {out}.")


def _notes(count: int, seed: int) -> "list[Example]":
    from models.lab.generate.notes import examples as drawn
    from models.lab.training.lora.examples import NoteExample

    return [NoteExample(note, event) for note, event in drawn(count, seed)]


def _moments(data: Path | None, count: int, seed: int) -> "list[Example]":
    from models.lab.generate.data import examples_of

    given = examples_of(data, "agent", seed) if data else []
    return [*given, *of_skills(count, seed)]


def of_skills(count: int, seed: int) -> "Iterator[AgentExample]":
    """The skills' own proposals in drawn scenes, and silence; of every third scene three tasks are asked for."""
    from daemon.skills import Skills, all_skills
    from models.asking import Asking
    from models.entities import OFFERED, names
    from models.lab.generate.scenes import scenes
    from models.lab.training.lora.examples import AgentExample

    skills = Skills(all_skills(search_url=SEARCH_URL, stretch_s=STRETCH_S, past=_Nothing()))
    chance = random.Random(seed)  # noqa: S311 (training data)
    for number, moments in enumerate(scenes(count, seed)):
        for place in range(len(moments)):
            seen = moments[: place + 1]
            found = skills.match(seen)
            if not found and chance.random() > SILENT:
                continue
            history = [moment.observation for moment in seen]
            told = [name for item in reversed(history) for name in names(item.event)]
            offered = tuple(dict.fromkeys(told))[:OFFERED]
            asking = Asking(history, entities=offered, count=3 if number % 3 == 2 else 1)
            yield AgentExample(asking, _answer(found), f"scene {number}")


def _answer(found: Sequence[Prediction]) -> Any:
    from models.lab.training.lora.examples import Answer

    if not found:
        return Answer(*GOES_ON)
    first = found[0]
    tasks = tuple(item.task for item in found if item.task)
    return Answer(first.purpose, THOUGHTS.get(first.skill or "", ""), tasks, first.response)


class _Nothing:
    """A past in which nothing was."""

    def day(self, time: datetime) -> Any:
        """Nothing."""
        from daemon.skills.base import Told

        return Told([])

    before = day
