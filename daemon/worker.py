"""The daemon's side of the model worker: starts it, asks it with a deadline, starts it again when it dies.

Knows `models.messages` and no model; vectors pass as bytes, so that the
daemon's own process never loads numpy or onnxruntime.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import platformdirs

from daemon.config import Settings
from daemon.egress import BEFORE_ALL, Ledger, stretch
from daemon.errors import HunchError
from daemon.thrift import Thrift
from daemon.worker_process import WorkerProcess
from models.asking import Asking
from models.messages import WRITTEN, DescribeParams, HistoryParams, Setup, Unused
from models.observation import Judgement, Need, Observation, Prediction
from models.segment import Segment

log = logging.getLogger(__name__)

T = TypeVar("T")

START_S = 20.0  # more for the first answer: libraries and weights are loaded
READ_BYTES_S = 50e6  # of a model from a slow disk, torch's own import with it
DEADLINE_S = {
    "describe": 15.0,
    "need": 5.0,
    "judge": 5.0,
    "embed": 5.0,
    "predict": 30.0,
    "ahead": 15.0,
    "status": 5.0,
}
# What the language model computes for: after so many deaths in these, with no answer in between, it is left out.
ASK_LANGUAGE_MODEL = ("describe", "predict", "ahead")
DEATHS = 3
GIVEN_UP = (
    "The model worker ended or took too long three times while it asked the language model, which is left out "
    "until Hunch starts again: set `model` to another."
)
BACK_OFF_S = (0.0, 1.0, 5.0, 30.0, 60.0)


class WorkerUnavailable(HunchError):
    """The models cannot answer now; the message says why."""


def setup_of(settings: Settings) -> Setup:
    """The worker as the user's settings want it."""
    return Setup(
        settings.model,
        settings.model_idle_s,
        offline=settings.offline,
        sentences=settings.sentences,
        adapters=settings.adapters,
        agent_prompt=settings.agent_prompt,
        cache=str(model_cache()),
    )


def model_cache() -> Path:
    """Where a faster copy of the small model is kept; it may be deleted at any time."""
    return platformdirs.user_cache_path("hunch") / "models"


class ModelWorker:
    """Asks the model worker, one call at a time.

    Attributes:
        deaths: How often it died or had to be ended.
        problem: Why it does not answer at present, in a sentence; None while it does.
        loaded: Whether the language model was in memory at the last answer.
        thrift: How seldom the language model was asked for tasks, and what it said for nothing.
    """

    def __init__(
        self,
        setup: Setup | None = None,
        ledger: Ledger | None = None,
        patience: float = 1.0,
        key: str = "",
    ) -> None:
        """Prepare; the child is started at the first question.

        Args:
            setup: How the worker is set up.
            ledger: Where each question is written down before it is asked; None where the
                questions are not the user's (bench, tests).
            patience: How many times its deadline an answer may take.
            key: Of the server that `setup` names; it goes to the child's environment alone.
        """
        self._setup = setup or Setup()
        self._ledger = ledger
        self._patience = patience
        self._key = key
        self._process: WorkerProcess | None = None
        self._turn = asyncio.Lock()
        self._failures = 0
        self._model_deaths = 0
        self._not_before = 0.0
        self.deaths = 0
        self.problem: str | None = None
        self.loaded = False
        self.thrift = Thrift()

    @property
    def pid(self) -> int | None:
        """The child's process, while it runs."""
        return self._process.pid if self._process else None

    async def describe(self, segment: Segment, before: Segment | None = None) -> tuple[str, str]:
        """A segment's sentence, and who told it."""
        params = DescribeParams(segment, before)
        return await self._call("describe", params, tuple[str, str], segment)

    async def need(
        self, history: Sequence[Observation], vectors: Sequence[bytes | None]
    ) -> tuple[Need, list[bytes], str]:
        """The need after the newest observation; the vectors of all; the encoder's name."""
        params = HistoryParams(list(history), list(vectors))
        return await self._call("need", params, tuple[Need, list[bytes], str], history)

    async def judge(
        self, history: Sequence[Observation], vectors: Sequence[bytes | None], task: str | None
    ) -> Judgement:
        """The judgement on a task, or on silence."""
        params = HistoryParams(list(history), list(vectors), task)
        return await self._call("judge", params, Judgement, history)

    async def embed(self, history: Sequence[Observation], task: str) -> tuple[bytes, str]:
        """A task's vector as it is kept (float16, 768 bytes), and the encoder's name.

        Args:
            history: What the task was made from, for the ledger.
            task: The sentence.
        """
        params = HistoryParams([], task=task)
        return await self._call("embed", params, tuple[bytes, str], history)

    async def predict(self, asking: Asking) -> list[Prediction] | None:
        """The language model's predictions, the best first; none where there is no model.

        None where `asking.within_s` was over, or nothing was loaded: asked again without, it may say something.
        """
        shape: Any = list[Prediction] | None  # a union is no type for mypy
        found: list[Prediction] | None = await self._call("predict", asking, shape, asking.history)
        return found

    async def ahead(self, asking: Asking) -> None:
        """Let the language model read what `predict` would ask about, where it is loaded."""
        if self.loaded:
            await self._call("ahead", asking, type(None), asking.history)

    async def status(self) -> dict[str, Any]:
        """What is loaded, and counters."""
        return await self._call("status", {}, dict[str, Any])

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end()

    async def _call(
        self,
        method: str,
        params: Any,
        kind: type[T],
        seen: Segment | Sequence[Observation] = (),
    ) -> T:
        async with self._turn:
            # With the language model loaded it may just be about to begin anew, to free that.
            fresh = self._process is None or not self._process.running or self.loaded
            deadline_s = self._deadline_s(method, fresh=fresh)
            try:
                async with asyncio.timeout(self._patience * deadline_s):
                    process = await self._running()
                    reply = await self._exchange(process, method, params, seen)
                    if (error := reply.get("error")) is not None:
                        self.problem = str(error)
                        raise WorkerUnavailable("Models", str(error))
                    result = msgspec.convert(reply.get("result"), kind)
            except (TimeoutError, OSError, EOFError, msgspec.MsgspecError) as error:
                await self._fail(method)
                why = "took too long" if isinstance(error, TimeoutError) else "ended"
                self.problem = f"The model worker {why} and is started again."
                raise WorkerUnavailable("Models", self.problem) from error
            except (UnicodeEncodeError, OverflowError) as error:  # nothing was sent
                raise WorkerUnavailable(
                    "Models", "The text cannot be sent to the models."
                ) from error
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for the next call's
                raise
            self._failures = 0
            self.loaded = bool(reply.get("loaded"))
            asked, cpu_s = bool(reply.get("asked")), float(reply.get("cpu_s") or 0.0)
            unused = msgspec.convert(reply.get("unused") or {}, Unused)
            self.thrift = self.thrift.after(method, cpu_s, asked=asked).without(unused)
            if self.loaded and method in ASK_LANGUAGE_MODEL:
                self._model_deaths = 0
            self.problem = reply.get("problem") or (GIVEN_UP if self._given_up else None)
            return result

    def _deadline_s(self, method: str, *, fresh: bool) -> float:
        """How long an answer may take; longer where the process or the model has to be loaded for it."""
        loads = method in ASK_LANGUAGE_MODEL and not self.loaded
        return (
            DEADLINE_S[method]
            + (START_S if fresh else 0)
            + (_model_bytes(self._setup.model) / READ_BYTES_S if loads else 0)
        )

    @property
    def _given_up(self) -> bool:
        return self._model_deaths >= DEATHS

    async def _exchange(
        self,
        process: WorkerProcess,
        method: str,
        params: Any,
        seen: Segment | Sequence[Observation],
    ) -> dict[str, Any]:
        """Ask, once it is written down what is handed over."""
        request = msgspec.msgpack.encode({"method": method, "params": params})
        if self._ledger is not None and seen:
            try:
                await self._ledger.note(method, len(request), *stretch(seen))
            except HunchError as error:
                raise WorkerUnavailable("Models", error.message) from error
        reply = await process.ask(request)
        while (leaving := reply.get("leaving")) is not None:
            to, words = leaving
            written = await self._written(method, to, words, seen)
            reply = await process.ask(WRITTEN if written else b"")
        return reply

    async def _written(
        self, method: str, to: str, words: str, seen: Segment | Sequence[Observation]
    ) -> bool:
        """Whether it is written down what the worker is about to send to another program."""
        if self._ledger is None:
            return True
        first, last = stretch(seen)
        if method == "predict":
            first = BEFORE_ALL  # the profile and the last answers may hold words of any time
        try:
            await self._ledger.note(method, len(words.encode()), first, last, to, words)
        except HunchError as error:
            log.warning("nothing was sent: %s", error.message)
            return False
        return True

    async def _running(self) -> WorkerProcess:
        if self._process is not None and self._process.running:
            return self._process
        if self._process is not None:
            await self._fail()
        if time.monotonic() < self._not_before:
            raise WorkerUnavailable(
                "Models", self.problem or "The model worker is started again soon."
            )
        setup = self._setup
        if self._given_up:
            setup = msgspec.structs.replace(setup, model="none")
        self._process = await WorkerProcess.start(setup, self._key)
        return self._process

    async def _fail(self, method: str = "") -> None:
        self.deaths += 1
        self._model_deaths += method in ASK_LANGUAGE_MODEL and not self._given_up
        await self._end()
        wait_s = BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
        self._failures += 1
        self._not_before = time.monotonic() + wait_s

    async def _end(self) -> None:
        process, self._process = self._process, None
        self.loaded = False
        if process is not None:
            await process.end()


def _model_bytes(model: str) -> int:
    """How large a model is that a setting names; 0 for the small one, and for what is loaded elsewhere."""
    try:
        path = Path(model).expanduser()
        files = path.glob("*.safetensors") if model and path.is_dir() else [path]
        return sum(file.stat().st_size for file in files if file.is_file())
    except (OSError, RuntimeError):  # the worker tells that nothing is there
        return 0
