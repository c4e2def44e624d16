"""What a folder or file of data holds to train an adapter on: examples, a release, or a user's own exports."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.asking import Asking
from models.encoder import Encoder
from models.engine.base import Job
from models.facts import facts
from models.lab.generate.answers import PURPOSE, RESPONSE, brief, released
from models.lab.generate.wording import worded
from models.lab.training.lora.examples import (
    AgentExample,
    Answer,
    Example,
    NoteExample,
    read_examples,
)
from models.manifest import WEIGHTS
from models.masked import masked
from models.reading import CONTEXT
from models.records import record_to_segment
from models.trace import RewardRow, TraceError, load_release, read_records

GIVE: dict[Job, str] = {
    "segmenter": "examples of `hunch train examples segmenter` (*.jsonl) or raw records of `hunch export --format raw`",
    "agent": "examples of `hunch train examples agent` (*.jsonl), rows of `hunch export --format reward` or a"
    " ProactiveBench folder",
}
TAKEN, UNWANTED = "Such help was taken before.", "No help is needed now."


def examples_of(path: Path, job: Job, seed: int) -> list[Example]:
    """The examples that data hold.

    Args:
        path: For either job a file of examples (`*.jsonl`), as `hunch train examples` writes it. For the
            segmenter else raw records (`hunch export --format raw`). For the agent else reward rows
            (`hunch export --format reward`, one file or a folder) or a released folder with models' answers.
        job: What is to be trained.
        seed: Of what is drawn by chance.

    Raises:
        TraceError: The data cannot be read, or hold no example; the message says what to give.
    """
    try:
        return _examples(path, job, seed)
    except TraceError as error:
        raise TraceError(f"{str(error).rstrip('.')}; give the {job} {GIVE[job]}.") from error


def _examples(path: Path, job: Job, seed: int) -> list[Example]:
    found: list[Example]
    if path.suffix == ".jsonl" and (job == "segmenter" or _is_examples(path)):
        found = read_examples(path, job)
    elif job == "segmenter":
        found = [*_recorded(path, seed)]
    else:
        release = load_release(path)
        encoder = Encoder.load(WEIGHTS) if release.responses else None
        answered = (
            released(release, encoder, seed) if encoder else own([*release.train, *release.test])
        )
        found = [*answered]
    if not found:
        raise TraceError(f"{path} holds no example to train the {job} on.")
    return found


def _is_examples(path: Path) -> bool:
    """Whether a file of lines holds examples, and no reward rows."""
    try:
        with path.open("rb") as file:
            return b'"asking"' in file.readline()
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error}.") from error


def _recorded(path: Path, seed: int) -> Iterator[NoteExample]:
    """A user's own segments, worded by the generator."""
    chance = random.Random(seed)  # noqa: S311 (training data)
    segments = [record_to_segment(record) for record in read_records(path)]
    for segment, before in zip(segments, [None, *segments], strict=False):
        seen = facts(segment, before)
        if (note := masked(seen).note) and not seen.idle:
            yield NoteExample(note, worded(note, chance))


def own(rows: Sequence[RewardRow]) -> Iterator[AgentExample]:
    """A user's own answers: what they took is proposed again, what they refused is not.

    That help was wanted and none came teaches nothing: nobody knows which.
    """
    for row in sorted(rows, key=lambda item: (item.obs[0].event, item.obs[0].time, len(item.obs))):
        if row.pred_task is None and not row.valid:
            continue
        tasks = (row.pred_task,) if row.pred_task and row.valid else ()
        newest = brief(row.obs[-1].event, PURPOSE) or "The user goes on with their work."
        response = brief("Shall I do that?", RESPONSE) if tasks else ""
        answer = Answer(newest, TAKEN if tasks else UNWANTED, tasks, response)
        yield AgentExample(Asking(row.obs[-CONTEXT:]), answer, row.obs[0].event)
