"""Any OpenAI-compatible server as an engine: vLLM, Ollama, LM Studio, llama.cpp's own.

Servers differ in how they are told the form of an answer, so each way is tried, strictest first, and what
worked is remembered; the answer is held against the schema in any case. The server keeps what it has read
of a history as it likes: nothing is sent ahead.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from models.engine.address import Address
from models.engine.base import (
    DEADLINE_S,
    SEED,
    AwayError,
    EngineError,
    Job,
    Leaving,
    Prompt,
    parse,
    schema_of,
    until,
)
from models.engine.server import RefusedError, Said, Server
from models.engine.text import without_system

T = TypeVar("T", bound=msgspec.Struct)

# Below the daemon's own deadlines, past which it ends the worker: a silent server costs one answer.
PATIENT_S: Mapping[Job, float] = {
    "segmenter": 120.0,
    "agent": 120.0,
    "judge": 120.0,
}  # nobody waits
LOOK_S = 10.0
MOST_NAMES = 8
LEAST = 40  # letters of a history; with fewer nothing is asked
REST_S = 60.0  # for so long a server that cannot be used is not asked again
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.S)
_CONTROL = re.compile(r"[\x00-\x1f]")  # raw in strings: some servers' grammars let them in


def _strict(shape: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"name": shape.__name__, "schema": schema_of(shape), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _object(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """As llama-cpp-python's server takes it, which knows no `json_schema`."""
    return {"response_format": {"type": "json_object", "schema": schema_of(shape)}}


def _bare(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {}


FORMS: tuple[Callable[[type[msgspec.Struct]], dict[str, Any]], ...] = (_strict, _object, _bare)


class OpenAIEngine:
    """A server's model.

    Args:
        address: Where it is.
        leaving: Told what goes there, before it goes.
        seed: For a server that draws by chance although it is asked not to.
        deadline_s: After how many seconds an answer is given up, for a job.
    """

    def __init__(
        self,
        address: Address,
        leaving: Leaving | None = None,
        seed: int = SEED,
        *,
        deadline_s: Mapping[Job, float] = DEADLINE_S,
    ) -> None:
        self._address = address
        self._server = Server(address, leaving, seed)
        self._deadline_s = deadline_s
        self._form = 0
        self._plain = False  # the model knows no system's text
        self._held = False  # the form in use was seen to hold the answer
        self._room: int | None = None  # letters of pieces, once a history was too long
        self._failed: tuple[float, str] | None = None
        self.name = address.model or address.where
        self.unparsed = 0
        self.evaluated = 0
        self.problem: str | None = None
        self.adapted: frozenset[Job] = frozenset()

    @property
    def loaded(self) -> bool:
        """Nothing is held here."""
        return False

    def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
        """Answer in the shape of a Struct; None when what came out does not parse.

        Raises:
            EngineError: The server cannot be used; it is then left alone for a minute.
        """
        if self._failed is not None and time.monotonic() < self._failed[0]:
            raise AwayError(self._failed[1])
        try:
            said = self._fitting(prompt, shape, max_tokens)
        except EngineError as error:
            if prompt.within_s is not None:
                return None
            self._failed = (time.monotonic() + REST_S, str(error))
            raise
        self._failed = None
        try:
            return parse(_object_in(said.text), shape)
        except (ValueError, RecursionError):
            self.unparsed += 1
            return None

    def ahead(self, prompt: Prompt) -> None:
        """Nothing: what is not asked does not leave."""

    def choose(
        self, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """A server does not say how likely the end of an answer is that it has not begun."""
        return None

    def close(self) -> None:
        """End the connection."""
        self._server.close()

    def look(self) -> str:
        """What the server says of itself, in a few words; nothing of the user's goes there.

        Raises:
            AwayError: It cannot be used, or has not the model; the message says what to do.
        """
        names = self._server.models(time.monotonic() + LOOK_S)
        wanted = self._address.model
        if wanted and not any(name.partition(":")[0] == wanted or name == wanted for name in names):
            had = ", ".join(names[:MOST_NAMES]) or "none"
            raise self._server.error(f"has no model {wanted} (it has {had}): name one of these, or")
        place = "on this machine" if self._address.here else "elsewhere"
        return f"server {self._address.where} ({place})"

    def _fitting(self, prompt: Prompt, shape: type[T], max_tokens: int) -> Said:
        """Ask; of a history that the server finds too long, the newer half, and so on."""
        ends = until(prompt, self._deadline_s)
        prompt = _newest(prompt, self._room)
        while True:
            try:
                return self._formed(prompt, shape, max_tokens, ends)
            except RefusedError as refused:
                if refused.system and prompt.system and not self._plain:
                    self._plain = True
                    continue
                if not refused.overrun:
                    raise self._server.error(
                        f"does not understand the question ({refused.status}): look into its log, or"
                    ) from None
                room = sum(map(len, prompt.pieces)) // 2
                if room < LEAST:
                    return Said("", whole=True, evaluated=0)
                self._room = room
                prompt = _newest(prompt, self._room)

    def _formed(self, prompt: Prompt, shape: type[T], max_tokens: int, until: float) -> Said:
        """Ask in the form that worked, or in each until one does.

        Raises:
            RefusedError: It works in none.
        """
        messages = prompt.messages()
        if self._plain:
            messages = without_system(messages)
        for form in range(self._form, len(FORMS)):
            last = form == len(FORMS) - 1
            try:
                said = self._server.ask(messages, FORMS[form](shape), max_tokens, until)
            except RefusedError as refused:
                if refused.form and not last:
                    continue
                if refused.overrun:
                    self._form = form  # so far it understood
                raise
            self.evaluated += said.evaluated
            held = said.text.lstrip().startswith("{")
            if last or held or self._held or not said.whole:
                self._form, self._held = form, self._held or held
                return said
        raise AssertionError  # the last form returns or raises


def _newest(prompt: Prompt, room: int | None) -> Prompt:
    """The prompt with the newest pieces that the room (letters) allows; of the newest alone its beginning."""
    pieces = list(prompt.pieces)
    while pieces[1:] and room is not None and sum(map(len, pieces)) > room:
        pieces.pop(0)
    if len(pieces) == 1:
        pieces = [pieces[0][:room]]
    return msgspec.structs.replace(prompt, pieces=tuple(pieces))


def _object_in(text: str) -> str:
    """The first JSON object in what a model said, which may think first, or explain.

    Raises:
        ValueError: There is none.
    """
    text = _CONTROL.sub(" ", _THOUGHT.sub("", text))
    start = text.index("{")
    return text[start : json.JSONDecoder().raw_decode(text, start)[1]]
