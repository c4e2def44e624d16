"""One question to an OpenAI-compatible server: its deadline, and what each failure means, in a sentence.

Knows no key but the one in ``HUNCH_API_KEY``: what stands in ``OPENAI_…`` belongs to other programs and
their servers. Follows no redirect: the words go where the ledger says. What a server says of an error may
quote the words that it was sent, so it is looked at and neither told nor logged.
"""

import logging
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import msgspec

from models.engine.address import KEY, Address
from models.engine.base import SEED, AwayError, Leaving, Message
from models.engine.cut import Cut, left

WAIT_S = 1.0  # where a busy server does not say how long
LONGEST_WAIT_S = 5.0
LONGEST = 1 << 20  # bytes of an answer
_OVERRUN = re.compile(r"context.{0,24}(length|size|window)|(length|size).{0,24}context|too long")
_SYSTEM = re.compile(r"system.{0,24}role|role.{0,80}(user.{0,8}assistant|alternate)")
_FORMAT = re.compile(r"response_format|json_schema|json_object|grammar|schema")


class RefusedError(Exception):
    """The server does not take the question as it was asked.

    Attributes:
        status: What it answered (RFC 9110, section 15).
        overrun: It was too long.
        form: The form that the answer should have may be the reason.
        system: That the conversation has a system's text may be the reason: some models know none.
    """

    def __init__(self, status: int, said: str) -> None:
        super().__init__(status)
        self.status = status
        self.overrun = bool(_OVERRUN.search(said))
        unread = status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
        self.system = bool(_SYSTEM.search(said))
        self.form = not self.overrun and (unread or bool(_FORMAT.search(said)))


class Said(msgspec.Struct, frozen=True):
    """An answer.

    Attributes:
        text: What the model said.
        whole: Whether it came to its end, rather than to the limit of tokens.
        evaluated: Tokens read and written; those that the server says it had kept are not counted.
    """

    text: str
    whole: bool
    evaluated: int


class Server:
    """A server, reached at the first question.

    Args:
        address: Where.
        leaving: Told what goes there, before it goes.
        seed: For a server that draws by chance although it is asked not to.
    """

    def __init__(self, address: Address, leaving: Leaving | None = None, seed: int = SEED) -> None:
        self._address = address
        self._leaving = leaving
        self._seed = seed
        self._key = os.environ.get(KEY, "")
        self._model = address.model
        self._opened: Any = None
        self._cut = Cut()

    def ask(
        self, messages: Sequence[Message], form: Mapping[str, Any], tokens: int, until: float
    ) -> Said:
        """Ask, and once more where the server is busy and says for how short a time.

        Args:
            messages: The conversation.
            form: The form that the answer should have, as a part of the request.
            tokens: At most so many in the answer.
            until: When to give up, by the monotonic clock.

        Raises:
            AwayError: The server cannot be used; the message says what to do.
            RefusedError: It does not take this question.
        """
        said = [{"role": turn.role, "content": _sendable(turn.content)} for turn in messages]
        body = {"messages": said, "max_tokens": tokens, **form}
        try:
            return self._post(body, until)
        except _BusyError as busy:
            if busy.wait_s > min(LONGEST_WAIT_S, until - time.monotonic()):
                raise self.error("is busy (429): ask less of it, or") from None
            time.sleep(busy.wait_s)
        try:
            return self._post(body, until)
        except _BusyError:
            raise self.error("is busy (429): ask less of it, or") from None

    def close(self) -> None:
        """End the connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _post(self, body: dict[str, Any], until: float) -> Said:
        client = self._client()
        with self._told(), self._cut.at(until):
            model = self._model or self._names(client, until)[0]
            self._model = model
            if self._leaving is not None:
                words = "\n".join(message["content"] for message in body["messages"])
                self._leaving(f"server {self._address.where}", words)
            with client.chat.completions.with_streaming_response.create(
                **body, model=model, temperature=0.0, seed=self._seed, timeout=left(until)
            ) as response:
                return _said(_whole(response.iter_bytes(), until))

    def models(self, until: float) -> list[str]:
        """The names of the models that the server lists.

        Raises:
            AwayError: The server cannot be used; the message says what to do.
        """
        client = self._client()
        try:
            with self._told(), self._cut.at(until):
                return self._names(client, until)
        except (_BusyError, RefusedError):
            raise self.error("lists no models: look into its log, or") from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what goes wrong into what to do about it."""
        import httpx2
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            raise self._refusal(error) from None
        except (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError):
            raise self.error(
                "does not answer in time: wait until it has its model loaded, or"
            ) from None
        except (openai.APIConnectionError, httpx2.HTTPError, OSError):
            raise self.error("is not reached: start it, or") from None
        except (msgspec.DecodeError, LookupError, openai.OpenAIError):
            raise self.error(
                "answers, but with no chat completion: end its address in /v1, or"
            ) from None

    def _names(self, client: Any, until: float) -> list[str]:
        listed = client.models.with_streaming_response.list(timeout=left(until))
        with listed as response:
            found = msgspec.json.decode(_whole(response.iter_bytes(), until), type=_Models)
        return [model.id for model in found.data]

    def _refusal(self, error: Any) -> Exception:
        """What a status means: an error for good, or one of this question."""
        status = error.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return _BusyError(_wait_s(error.response.headers.get("retry-after")))
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            if self._key:
                return self.error(f"refuses the key ({status}): put the right one into {KEY}, or")
            return self.error(f"wants a key ({status}): put it into the variable {KEY}, or")
        if status == HTTPStatus.NOT_FOUND:
            return self.error("has no such model or path (404): write it as ADDRESS/v1#MODEL, or")
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return self.error(f"sends elsewhere ({status}): name that place itself, or")
        refused = RefusedError(status, str(error.body).lower())
        if refused.form or refused.overrun or refused.system:
            return refused
        return self.error(f"failed ({status}): look into its log, or")

    def error(self, what: str) -> AwayError:
        """What is wrong with the server, and what to do: `what` ends in a deed and `or`."""
        return AwayError(f"The server {self._address.where} {what} set `model` to another.")

    def _client(self) -> Any:
        if self._opened is None:
            for name in [name for name in os.environ if name.startswith("OPENAI_")]:
                del os.environ[name]  # keys, headers and a log of each request, for other servers
            import httpx2
            import openai

            carrier = openai.DefaultHttpxClient(
                follow_redirects=False,
                trust_env=not self._address.here,  # a proxy is for what is elsewhere
                limits=httpx2.Limits(max_keepalive_connections=0),
                event_hooks={"request": [self._cut.watch]},
            )
            self._opened = openai.OpenAI(
                api_key=self._key or "none",
                base_url=self._address.url,
                max_retries=0,
                http_client=carrier,
            )
            for name in ("openai", "httpx2", "httpcore2"):
                logging.getLogger(name).setLevel(logging.WARNING)  # they log what is asked
        return self._opened


class _BusyError(Exception):
    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.wait_s = wait_s


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Kept(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Kept | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    data: list[_Model]


def _said(data: bytes) -> Said:
    """What stands in a completion.

    Raises:
        msgspec.DecodeError: It is none.
        IndexError: It is empty.
    """
    found = msgspec.json.decode(data, type=_Completion)
    first, used = found.choices[0], found.usage or _Usage()
    kept = (used.prompt_tokens_details and used.prompt_tokens_details.cached_tokens) or 0
    return Said(
        first.message.content or "",
        first.finish_reason != "length",
        used.prompt_tokens + used.completion_tokens - kept,
    )


def _whole(parts: Any, until: float) -> bytes:
    """All of an answer, which comes in pieces as slowly as it likes.

    Raises:
        TimeoutError: It takes too long.
        msgspec.DecodeError: It is too large to be one.
    """
    data = bytearray()
    for part in parts:
        data += part
        if len(data) > LONGEST:
            raise msgspec.DecodeError
        left(until)
    return bytes(data)


def _sendable(text: str) -> str:
    """A text without halves of letters, which no JSON carries: a screen may show any."""
    return text.encode(errors="replace").decode()


def _wait_s(told: str | None) -> float:
    """Seconds that a busy server asks for; a date is taken for too long."""
    if told is None:
        return WAIT_S
    try:
        return max(float(told), 0.0)
    except ValueError:
        return LONGEST_WAIT_S * 2
