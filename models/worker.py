"""The model worker: one child process that holds encoder, heads and language model.

Run as ``python -P -m models.worker``. Requests and answers are msgpack behind a
length of four bytes, on stdin and stdout; it ends when stdin closes. Models are
loaded at first use; the language model is freed when nobody asked it for a while.
"""

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from models.agent import Agent, own_prompt
from models.asking import Asking
from models.engine.base import AwayError, Engine, EngineError, LateError, Leaving
from models.engine.load import load_engine
from models.manifest import WEIGHTS, WeightsError
from models.messages import DescribeParams, HistoryParams, Reply, Request, Setup, Unused
from models.narrator import Narrator
from models.observation import Judgement, Need, Prediction
from models.offline import go_offline
from models.pipe import Pipe, handed_over
from models.prompts import PromptError
from models.quiet import Quiet, quieten
from models.sealed import seal
from models.trim import first_to_go, trim

log = logging.getLogger(__name__)


class Worker:
    """What the process can do; each public method is one of the protocol."""

    def __init__(
        self,
        setup: Setup,
        leaving: Leaving | None = None,
        known: Mapping[str, str | None] | None = None,
    ) -> None:
        self._setup = setup
        self._leaving = leaving
        self._folder = Path(setup.weights) if setup.weights else WEIGHTS
        self._models: Any = None
        self._engine: Engine | None = None
        self._engine_problem: str | None = None
        self._agent: Agent | None = None
        self._prompt_problem: str | None = None
        self._weights_problem: str | None = None
        self._looked = False
        self._narrator = Narrator(None, known)
        self._asked = time.monotonic()
        self.tasks = 0  # how often the language model was asked for one

    def describe(self, params: DescribeParams) -> tuple[str, str]:
        """A segment's sentence, and who told it."""
        engine = self._language_model() if self._setup.by_model else None
        known = self._narrator.problem
        with self._asking(engine):
            told = self._narrator.describe(params.segment, params.before)
        if self._narrator.problem not in (None, known):
            log.warning("%s", self._narrator.problem)
        return told

    def need(self, params: HistoryParams) -> tuple[Need, list[bytes], str]:
        """The need after the newest observation; all vectors; the encoder's name."""
        models = self._judges()
        reading = models.read(params.history, params.vectors)
        return models.gate.need(reading), models.packed(reading), models.encoder.name

    def judge(self, params: HistoryParams) -> Judgement:
        """The judgement on a task, or on silence."""
        models = self._judges()
        judged: Judgement = models.reward.judge(
            models.read(params.history, params.vectors), params.task
        )
        return judged

    def embed(self, params: HistoryParams) -> tuple[bytes, str]:
        """A task's vector as it is kept, and the encoder's name; what its like is compared by."""
        from models.encoder import pack

        encoder = self._judges().encoder
        return pack(encoder.encode([params.task or ""])[0]), encoder.name

    def predict(self, params: Asking) -> list[Prediction] | None:
        """The language model's predictions; none where there is no model, None where it was late."""
        engine = self._language_model()
        if self._agent is None:
            return []
        try:
            with self._asking(engine):
                found = self._agent.predict(self._with_names(params))
        except LateError:
            return None
        except EngineError as error:
            self._lose(error)
            return []
        self._engine_problem = None
        self.tasks += 1
        return found

    def ahead(self, params: Asking) -> None:
        """Read what a question would begin with, while nothing waits; nothing is loaded for it."""
        if self._agent is None or not self.loaded:
            return
        try:
            self._agent.ahead(params)
        except EngineError as error:
            self._lose(error)

    def _new_agent(self, engine: Engine) -> Agent:
        """Who asks the language model for tasks; a prompt that cannot be used is told, and ours used."""
        try:
            return Agent(engine, own_prompt(self._setup.agent_prompt))
        except PromptError as error:
            self._prompt_problem = str(error)
            return Agent(engine)

    def _lose(self, error: EngineError) -> None:
        """Go on without the language model; for now, where it is only away."""
        if self._engine is not None and not isinstance(error, AwayError):
            self._engine.close()
            self._engine = self._agent = None
            self._narrator = Narrator(None, self._narrator.known)  # else it loads the model again
        self._engine_problem = str(error)
        log.warning("%s", error)

    def _with_names(self, asking: Asking) -> Asking:
        """With the names that the task is likely about; without the encoder it is asked without them."""
        if asking.entities or not asking.history:
            return asking
        with contextlib.suppress(WeightsError):
            offered = self._judges().entities(asking.history)
            return msgspec.structs.replace(asking, entities=offered)
        return asking

    def status(self, params: dict[str, Any]) -> dict[str, Any]:
        """What is loaded, and counters."""
        return {
            "model": self._engine.name if self._engine else None,
            "problem": self.problem,
            "silenced": self._engine_problem or self._narrator.problem,
            **msgspec.structs.asdict(self.unused),
            "evaluated": self._engine.evaluated if self._engine else 0,
        }

    @property
    def unused(self) -> Unused:
        """What the language model said for nothing since it was chosen."""
        return Unused(
            self._engine.unparsed if self._engine else 0,
            self._narrator.refused,
            self._agent.refused if self._agent else 0,
        )

    @property
    def loaded(self) -> bool:
        """Whether the language model is in memory."""
        return self._engine is not None and self._engine.loaded

    @property
    def unasked_s(self) -> float:
        """For how long the language model was not asked; reading ahead is not asking."""
        return time.monotonic() - self._asked

    @contextlib.contextmanager
    def _asking(self, engine: Engine | None) -> Iterator[None]:
        """Notice whether the language model is asked."""
        before = (engine.evaluated, engine.loaded) if engine else None
        try:
            yield
        finally:
            if engine and (engine.evaluated, engine.loaded) != before:
                self._asked = time.monotonic()

    @property
    def problem(self) -> str | None:
        """What is wrong with the models at present, in a sentence."""
        of_engine = self._engine.problem if self._engine else None
        found = (self._engine_problem, self._narrator.problem, of_engine, self._weights_problem)
        return next(filter(None, (*found, self._prompt_problem)), None)

    def rest(self) -> bytes:
        """Free the language model, and tell what a new process should know: the model's words for notes."""
        if self._engine is not None:
            self._engine.close()
        trim()
        return msgspec.msgpack.encode(self._narrator.known)

    def _judges(self) -> Any:
        if self._models is None:
            from models.judges import Judges  # onnxruntime: 30 MB, when first needed

            try:
                self._models = Judges.load(self._folder)
            except WeightsError as error:
                self._weights_problem = str(error)
                raise
            trim()  # reading weights takes more room than they need: 2 MB
            self._weights_problem = None
        return self._models

    def _language_model(self) -> Engine | None:
        if not self._looked:
            self._looked = True
            try:
                self._engine = engine_of(self._setup, self._leaving)
            except EngineError as error:
                self._engine_problem = str(error)
                log.warning("%s", error)
            self._narrator = Narrator(
                self._engine if self._setup.by_model else None, self._narrator.known
            )
            self._agent = self._new_agent(self._engine) if self._engine else None
        return self._engine


def engine_of(setup: Setup, leaving: Leaving | None = None) -> Engine | None:
    """The engine that a setup names.

    Raises:
        EngineError: What is named is not there or does not go together.
    """
    return load_engine(
        setup.model,
        setup.adapters,
        offline=setup.offline,
        leaving=leaving,
        cache=Path(setup.cache) if setup.cache else None,
        pace="exact" if setup.exact else "live",
        seed=setup.seed,
    )


def answer(worker: Worker, raw: bytes) -> Reply:
    """Carry out one request; what goes wrong becomes a sentence, never an end."""
    methods: dict[str, tuple[Callable[[Any], Any], Any]] = {
        "describe": (worker.describe, DescribeParams),
        "need": (worker.need, HistoryParams),
        "judge": (worker.judge, HistoryParams),
        "embed": (worker.embed, HistoryParams),
        "predict": (worker.predict, Asking),
        "ahead": (worker.ahead, Asking),
        "status": (worker.status, dict[str, Any]),
    }
    begun_s, before, tasks = time.process_time(), worker.unused, worker.tasks
    try:
        request = msgspec.msgpack.decode(raw, type=Request)
        method, kind = methods[request.method]
        result = method(msgspec.msgpack.decode(request.params, type=kind))
        cpu_s, unused = time.process_time() - begun_s, worker.unused.since(before)
        asked = worker.tasks > tasks
        return Reply(result, None, worker.problem, worker.loaded, asked, cpu_s, unused)
    except (WeightsError, EngineError) as error:
        return Reply(error=str(error), loaded=worker.loaded)
    except Exception as error:
        log.exception("a request failed")
        problem = f"The model worker failed ({type(error).__name__})."
        return Reply(error=problem, loaded=worker.loaded)


def serve(worker: Worker, pipe: Pipe, idle_s: float) -> None:
    """Answer requests until the pipe ends; free the language model when nobody asked it for a while."""
    while True:
        left_s = max(idle_s - worker.unasked_s, 0.0) if worker.loaded else None
        if not pipe.ready(left_s) or left_s == 0:
            pipe.begin_anew(worker.rest())
        if (raw := pipe.read()) is None:
            return
        pipe.write(msgspec.msgpack.encode(answer(worker, raw)))


def main(arguments: Sequence[str]) -> None:
    """Keep stdout for the protocol alone: what a library prints goes to stderr."""
    first_to_go()  # before it is sealed: then this is root's
    seal()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: our products are small
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the daemon's, which then closes stdin
    setup = msgspec.json.decode(arguments[0], type=Setup) if arguments else Setup()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Quiet(logging.BASIC_FORMAT))  # the daemon logs what stands on stderr
    quieten()
    if setup.offline:
        go_offline()
    pipe = Pipe(sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
    known = msgspec.msgpack.decode(handed_over(), type=dict[str, str | None])
    serve(Worker(setup, pipe.leaving, known), pipe, setup.idle_s)


if __name__ == "__main__":
    main(sys.argv[1:])
