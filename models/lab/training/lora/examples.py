"""What an adapter is trained on: moments and notes with their answers, as lines of a file and as prompts.

A file holds no prompt: it is made of the example when training begins, by the same functions that ask the
model later, so a file outlives a change of the prompts.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from models import prompts
from models.agent import AgentReplies, AgentReply
from models.asking import Asking
from models.engine.base import Job, Prompt, written
from models.narrator import Sentence
from models.trace import TraceError, read_lines

VERSIONS = {"segmenter": prompts.note_version, "agent": prompts.agent_version}


class NoteExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For the segmenter: a note of `models.masked`, and the sentence over its signs."""

    note: str
    event: str


class AgentExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For the agent: what it is asked, and what it should answer.

    Attributes:
        asking: Of one recording the examples follow one another, so that their history is read once.
        answer: `tasks` are what is proposed: none for silence, up to three where three are asked for.
        source: Where it is from: a recording's name, ``skill:NAME``; what is left out is left out by it.
    """

    asking: Asking
    answer: "Answer"
    source: str = ""


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agent's answer, whether one task is asked for or three."""

    purpose: str
    thoughts: str
    tasks: tuple[str, ...] = ()
    response: str = ""


Example = NoteExample | AgentExample


class Row(NamedTuple):
    """A prompt and the answer to it, to the letter."""

    prompt: Prompt
    answer: str
    source: str


def row(example: Example) -> Row:
    """An example as the model is asked."""
    if isinstance(example, NoteExample):
        answer = written(Sentence(example.event))
        return Row(prompts.note(example.note), answer, example.note)
    return Row(
        prompts.prediction(example.asking),
        written(_reply(example)),
        example.source,
    )


def _reply(example: AgentExample) -> AgentReply | AgentReplies:
    said = example.answer
    if example.asking.count > 1:
        return AgentReplies(said.purpose, said.thoughts, list(said.tasks), said.response)
    return AgentReply(said.purpose, said.thoughts, next(iter(said.tasks), None), said.response)


def read_examples(path: Path, job: Job) -> list[Example]:
    """Read a file of examples, one a line.

    Raises:
        TraceError: It cannot be read, a line is no example for the job, or there is none.
    """
    kind = NoteExample if job == "segmenter" else AgentExample
    found: list[Example] = list(read_lines(path, kind))
    if not found:
        raise TraceError(f"{path} holds no example.")
    return found


def digest(examples: Iterable[Example]) -> str:
    """SHA-256 of examples, in order."""
    return hashlib.sha256(b"\n".join(map(msgspec.json.encode, examples))).hexdigest()


def held_out(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """What is trained on, and what is left out to be scored: whole sources, drawn by their hash."""

    def drawn(source: str) -> str:
        return hashlib.sha256(source.encode()).hexdigest()

    sources = sorted({item.source for item in rows}, key=drawn)
    out = set(sources[: round(share * len(sources))])
    learnt = [item for item in rows if item.source not in out]
    return learnt, [item for item in rows if item.source in out]
