"""The formats of ProactiveBench, read and written: records, observations, traces, reward rows, answers.

The formats are design.md's, "Data formats"; the released files are the oracle.
Bad input is told in one sentence with the file and the place.
"""

import gzip
import math
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.observation import Observation
from models.records import RawRecord

T = TypeVar("T")

MISSED_NEED = "Missed-Need (MN)"
CORRECT_REJECTION = "Correct-Rejection (CR)"
CORRECT_DETECTION = "Correct-Detection (CD)"
FALSE_ALARM = "False-Alarm (FA)"


class TraceError(ValueError):
    """A file is not of the format that it should have; the message is one sentence."""


class AgentResponse(msgspec.Struct, frozen=True):
    """The candidate tasks at one event."""

    candidate_task: list[str] = []


class TestEvent(msgspec.Struct, frozen=True):
    """One event of a test-set trace; `task_status` is N_t."""

    __test__ = False  # not a test of pytest's

    observation: Observation
    agent_response: AgentResponse = AgentResponse()
    task_status: bool = False


class RewardRow(msgspec.Struct, frozen=True):
    """A prediction on a history, with people's votes.

    Attributes:
        obs: The history, oldest first.
        pred_task: The proposed task; None for silence.
        valid: What the majority says: accepted (R_t).
        help_needed: N_t at the last observation; the same for all rows of one history.
        annotation: The votes, two or three.
        category: One of the four words of the paper's table 2.
    """

    obs: list[Observation]
    pred_task: str | None
    valid: bool
    help_needed: bool
    annotation: list[bool] = []
    category: str = ""


class Response(msgspec.Struct, frozen=True):
    """What a model answered at one event of a trace.

    Attributes:
        agent_response: The proposed tasks, none or one; a dict when the model gave no valid answer.
        reasons: Its purpose, thoughts and response, where it gave them.
    """

    model: str
    trace: str
    index: int
    observation: Observation
    agent_response: list[str] | dict[str, Any]
    task_status: bool | None = None
    reasons: Any = msgspec.field(default=None, name="other_infomation")  # the release spells it so

    @property
    def is_valid(self) -> bool:
        """Whether the model answered in the format asked for."""
        return isinstance(self.agent_response, list)

    @property
    def task(self) -> str | None:
        """The task that it proposed, or None; some models spell their silence "null" or "none"."""
        tasks = self.agent_response if isinstance(self.agent_response, list) else []
        spelled = tasks[0].strip().casefold() if tasks else ""
        return None if spelled in {"", "null", "none"} else tasks[0]


class Release(msgspec.Struct, frozen=True):
    """A released folder: real traces by name, reward rows, and the models' answers on these traces.

    Attributes:
        traces: By the names of their files.
        train: Reward rows; all of a user's own.
        test: Those of the paper's split.
        responses: The models' answers.
        missing: What is not there, a sentence each.
        released: False for a user's own exports.
    """

    traces: dict[str, list[TestEvent]]
    train: list[RewardRow]
    test: list[RewardRow]
    responses: list[Response]
    missing: list[str] = []
    released: bool = True


def load_release(folder: Path) -> Release:
    """Read a released folder, whole or in part, or a folder of a user's own exports; other files are ignored.

    One file of reward rows will do as well.

    Raises:
        TraceError: There are no reward rows, or a file is not of its format.
    """
    if folder.is_file():
        return _own([folder], {}, folder)
    if not folder.is_dir():
        raise TraceError(f"{folder} is not there.")
    rewards, answers = folder / "reward_data", folder / "traces" / "responses.jsonl.gz"
    if not rewards.is_dir() and not (folder / "test_data").is_dir():
        return _own_exports(folder)
    train, test = rewards / "train_data.jsonl", rewards / "test_data.jsonl"
    if not train.exists():
        raise TraceError(f"{train} is missing: a released folder holds reward_data/{train.name}.")
    traces = traces_of((folder / "test_data").glob("*.json"))
    responses, without = _answers(answers)
    told = {
        f"{test} is missing: there is no paper's split.": test.exists(),
        f"{folder / 'test_data'} holds no trace: nothing is scored by its timing.": bool(traces),
        without: not without,
    }
    return Release(
        traces=traces,
        train=read_rewards(train),
        test=read_rewards(test) if test.exists() else [],
        responses=responses,
        missing=[sentence for sentence, there in told.items() if not there],
    )


def _answers(path: Path) -> tuple[list[Response], str]:
    """The models' answers, or none and a sentence that says why: no figure of ours needs them."""
    if not path.exists():
        return [], f"{path} is missing: the models' rows are left out."
    try:
        return read_responses(path), ""
    except TraceError as error:
        return [], f"{str(error).removesuffix('.')}: the models' rows are left out."


def _own_exports(folder: Path) -> Release:
    """Traces (`*.json`) and reward rows (`*.jsonl`), as `hunch export` writes them."""
    return _own(sorted(folder.glob("*.jsonl")), traces_of(folder.glob("*.json")), folder)


def _own(files: Sequence[Path], traces: dict[str, list[TestEvent]], folder: Path) -> Release:
    rows = [row for path in files for row in read_rewards(path)]
    if not rows:
        raise TraceError(
            f"{folder} is no data: it should hold a release's test_data and reward_data, or reward rows"
            " (*.jsonl) and traces (*.json) of `hunch export`."
        )
    told = "Own exports: no split of the paper's, and no models' answers."
    return Release(traces, rows, [], [], [told], released=False)


def traces_of(paths: Iterable[Path]) -> dict[str, list[TestEvent]]:
    """The traces among some files, by name; a document of another kind (`splits.json`) is none."""
    return {
        path.stem: read_trace(path)
        for path in sorted(paths)
        if not _bytes(path).lstrip().startswith(b"{")
    }


def read_trace(path: Path) -> list[TestEvent]:
    """Read a test-set trace."""
    return _document(path, list[TestEvent])


def read_records(path: Path) -> list[RawRecord]:
    """Read raw records."""
    return _document(path, list[RawRecord])


def read_observations(path: Path) -> list[Observation]:
    """Read the observations of an observation list or of a test-set trace."""
    items = _document(path, list[dict[str, Any]])
    kind: Any = TestEvent if items and "observation" in items[0] else Observation
    found = _document(path, list[kind])
    return [item.observation if isinstance(item, TestEvent) else item for item in found]


def read_rewards(path: Path) -> list[RewardRow]:
    """Read reward rows, one a line; each has a history."""
    rows = list(_lines(path, RewardRow))
    for number, row in enumerate(rows, start=1):
        if not row.obs:
            raise TraceError(
                f"{path}, row {number}: obs is empty, and a judgement needs a history."
            )
    return rows


def read_responses(path: Path) -> list[Response]:
    """Read models' answers, one a line, compressed or not."""
    return list(_lines(path, Response))


def read_lines(path: Path, kind: type[T]) -> Iterator[T]:
    """Read JSON Lines of any kind, compressed or not.

    Raises:
        TraceError: The file cannot be read, or a line is not of this kind.
    """
    return _lines(path, kind)


def encode(document: Any) -> bytes:
    """A document as the release writes it: JSON, indented, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def encode_lines(rows: Iterable[Any]) -> bytes:
    """Rows as JSON Lines."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


_GENERATED = re.compile(r"Day (\d+), (\d{1,2}):(\d{2}) ([AP])M")


def seconds(time: str) -> float | None:
    """An observation's time in seconds, on its own trace's scale; None when it is no time."""
    try:
        number = float(time)
    except ValueError:
        match = _GENERATED.fullmatch(time.strip())
    else:
        return number if math.isfinite(number) else None
    if match is None:
        return None
    hour = int(match[2]) % 12 + (12 if match[4] == "P" else 0)
    return float((int(match[1]) * 24 + hour) * 3600 + int(match[3]) * 60)


def category(*, proposed: bool, accepted: bool, needed: bool) -> str:
    """The paper's word for a row (section 4.1)."""
    if proposed:
        return CORRECT_DETECTION if accepted else FALSE_ALARM
    return MISSED_NEED if needed else CORRECT_REJECTION


def _document(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(_bytes(path), type=kind)
    except msgspec.DecodeError as error:
        raise TraceError(f"{path}: {error}.") from error


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(_bytes(path).splitlines(), start=1):
        if line.strip():
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as error:
                raise TraceError(f"{path}, line {number}: {error}.") from error


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise TraceError(f"{path} cannot be read: {error}.") from error


def prefix(rows: Sequence[RewardRow]) -> dict[tuple[str, ...], list[RewardRow]]:
    """Reward rows by their history: all rows of one share N_t."""
    groups: dict[tuple[str, ...], list[RewardRow]] = {}
    for row in rows:
        groups.setdefault(tuple(item.event for item in row.obs), []).append(row)
    return groups
