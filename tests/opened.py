"""Engines over scripted servers, and a question for them."""

from collections.abc import Callable

import msgspec

from models.engine.base import Engine, Prompt
from models.engine.load import load_engine
from tests.chat_server import Answer, Asked, ScriptedServer, chat

SECRET = "the user types 'zanzibar'"
PROMPT = Prompt("agent", "You help.", (), "", tuple(f"- {n} {SECRET}\n" for n in range(16)), "Now?")


class Said(msgspec.Struct, frozen=True):
    """An answer."""

    event: str


GOOD = chat('{"event": "fine"}', prompt_tokens=30, completion_tokens=5)
FINE = Said("fine")


class Opened:
    """An engine over a scripted server."""

    def __init__(self) -> None:
        self.left: list[tuple[str, str]] = []
        self._ends: list[Callable[[], object]] = []

    def __call__(
        self, *answers: Answer | Callable[[Asked], Answer]
    ) -> tuple[ScriptedServer, Engine]:
        """The server, which gives its answers in their order, the last again and again; and its engine."""
        script = iter(answers)
        last: list[Answer | Callable[[Asked], Answer]] = []

        def said(asked: Asked) -> Answer:
            last[:] = [next(script, *last)]
            return last[0](asked) if callable(last[0]) else last[0]

        given = ScriptedServer(said).__enter__()
        engine = load_engine(given.address + "#tiny", leaving=lambda *told: self.left.append(told))
        assert engine is not None
        self._ends += [engine.close, lambda: given.__exit__(None, None, None)]
        return given, engine

    def close(self) -> None:
        for end in self._ends:
            end()
