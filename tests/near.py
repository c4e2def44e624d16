"""A model worker in the test's own process, by the real protocol: recorded answers, and a judge that the test sets."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from daemon.worker import ModelWorker, WorkerUnavailable
from models.agent import Agent
from models.encoder import unpack
from models.engine.base import Engine
from models.messages import Setup, Unused
from models.observation import Judgement, Need, Observation
from models.worker import Worker, answer

VECTOR = b"\x00\x3c" + b"\x00\x00" * 383  # a unit vector as `models.encoder.pack` makes it


class Judging:
    """Says what it is told to of needs and tasks; its vectors are all alike."""

    name = "near"

    def __init__(self, need: float, chances: Mapping[str, float]) -> None:
        self.need_is, self.chances = need, chances
        self.judged: list[str] = []
        self.gate = self.reward = self.encoder = self

    def read(self, history: Sequence[Observation], known: Sequence[bytes | None]) -> Any:
        return history

    def packed(self, reading: Any) -> list[bytes]:
        return [VECTOR] * len(reading)

    def entities(self, history: Sequence[Observation]) -> tuple[str, ...]:
        return ()

    def encode(self, texts: Sequence[str]) -> Any:
        return np.stack([unpack(VECTOR)] * len(texts))

    def need(self, reading: Any) -> Need:
        return Need(self.need_is, 0.5, "near")

    def judge(self, reading: Any, task: str | None) -> Judgement:
        self.judged.append(task or "")
        found = (chance for part, chance in self.chances.items() if part in (task or ""))
        return Judgement(next(found, 0.0), 0.5, "near")


class NearWorker(ModelWorker):
    """Asks a `Worker` beside it."""

    def __init__(self, engine: Engine | None, judging: Judging) -> None:
        super().__init__(Setup("none"))
        self._near: Any = Worker(Setup("none"))
        self._near._engine, self._near._models, self._near._looked = engine, judging, True
        self._near._agent = Agent(engine) if engine else None

    async def _call(self, method: str, params: Any, kind: Any, seen: Any = ()) -> Any:
        request = msgspec.msgpack.encode({"method": method, "params": params})
        reply = msgspec.msgpack.decode(msgspec.msgpack.encode(answer(self._near, request)))
        if reply["error"] is not None:
            raise WorkerUnavailable("Models", reply["error"])
        self.loaded = bool(reply["loaded"])
        unused = msgspec.convert(reply["unused"], Unused)
        thrift = self.thrift.after(method, reply["cpu_s"], asked=reply["asked"])
        self.thrift = thrift.without(unused)
        return msgspec.convert(reply["result"], kind)
