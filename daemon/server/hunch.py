"""Our own endpoints below ``/api/hunch/0/``: for the tray and the command line, always with the token."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from daemon import review as reviewing
from daemon.forget import Forgotten
from daemon.profile import Change, Profile
from daemon.selection import Selection
from daemon.server.answers import Done, Nothing, Proposal, Status
from daemon.server.endpoint import Endpoint
from daemon.server.requests import ROWS, BadRequestError, body_of, limit, row_number
from daemon.store.review import Item, Kind

PING_S = 15
REVIEWED = 20  # asked about at a time, unless said otherwise
BASE = "/api/hunch/0"


class Pause(msgspec.Struct, frozen=True):
    """For how long; None for until `resume`."""

    minutes: Annotated[float, msgspec.Meta(gt=0, le=60 * 24 * 366)] | None = None


class Answer(msgspec.Struct, frozen=True):
    """What the user said to a proposal, and where."""

    answer: Literal["accept", "reject", "ignore"]
    via: Literal["popup", "tray", "cli"]


class Forget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One selector, or all; and whether only to count what would go."""

    since: datetime | None = None
    before: datetime | None = None
    app: str | None = None
    text: str | None = None
    everything: bool = False
    count_only: bool = False


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user said of something that Hunch would have offered, or of a moment of silence."""

    kind: Kind
    id: Annotated[int, msgspec.Meta(ge=1, lt=ROWS)]
    grade: reviewing.Grade


class Missed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the user said that help was needed just now."""

    via: Literal["tray", "cli"]


class HunchApi(Protocol):
    """What the daemon does for its clients; raises HunchError with a sentence where it cannot."""

    def status(self) -> dict[str, Any]:
        """What the daemon does now."""
        ...

    def pause(self, minutes: float | None) -> dict[str, Any]:
        """Record nothing for a while."""
        ...

    def resume(self) -> dict[str, Any]:
        """Record again."""
        ...

    def quit(self) -> None:
        """Stop the daemon."""
        ...

    def proposals(self, limit: int) -> list[dict[str, Any]]:
        """Proposals, newest first."""
        ...

    async def shown(self, proposal_id: int) -> dict[str, Any]:
        """The popup stands on the screen."""
        ...

    async def answer(self, proposal_id: int, answer: str, via: str) -> dict[str, Any]:
        """Take the user's answer."""
        ...

    async def undo(self, proposal_id: int) -> str:
        """Take back what was done."""
        ...

    def review(self, limit: int) -> list[dict[str, Any]]:
        """What is to be graded."""
        ...

    async def grade(self, kind: Kind, number: int, said: reviewing.Grade) -> None:
        """Keep a grade."""
        ...

    async def missed(self, via: Literal["tray", "cli"]) -> str:
        """Mark that help was needed just now."""
        ...

    async def missed_undo(self) -> str:
        """Take the newest such mark back."""
        ...

    async def profile(self) -> dict[str, Any]:
        """What the user does as a rule."""
        ...

    async def change_profile(self, wanted: Change) -> None:
        """Add, remove, hide or show a line of it."""
        ...

    async def forget(self, selection: Selection, *, count_only: bool) -> dict[str, Any]:
        """Delete what was seen, and prove it."""
        ...

    def listen(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """What happens, from now on."""
        ...


class Hunch:
    """The endpoints."""

    def __init__(self, api: HunchApi) -> None:
        self._api = api

    def endpoints(self) -> list[Endpoint]:
        """All endpoints."""
        one = f"{BASE}/proposals/{{proposal_id}}"
        stream = f"{BASE}/stream"
        return [
            Endpoint("GET", f"{BASE}/status", self.status, gives=Status),
            Endpoint("POST", f"{BASE}/pause", self.pause, Pause, Status),
            Endpoint("POST", f"{BASE}/resume", self.resume, gives=Status),
            Endpoint("POST", f"{BASE}/quit", self.quit, gives=Nothing),
            Endpoint(
                "GET", f"{BASE}/proposals", self.proposals, gives=list[Proposal], query=("limit",)
            ),
            Endpoint("POST", f"{one}/shown", self.shown, gives=Proposal),
            Endpoint("POST", f"{one}/answer", self.answer, Answer, Proposal),
            Endpoint("POST", f"{one}/undo", self.undo, gives=Done),
            Endpoint("GET", f"{BASE}/review", self.review, gives=list[Item], query=("limit",)),
            Endpoint("POST", f"{BASE}/review", self.grade, Grade, Nothing),
            Endpoint("POST", f"{BASE}/missed", self.missed, Missed, Done),
            Endpoint("POST", f"{BASE}/missed/undo", self.missed_undo, gives=Done),
            Endpoint("GET", f"{BASE}/profile", self.profile, gives=Profile),
            Endpoint("POST", f"{BASE}/profile", self.change_profile, Change, Nothing),
            Endpoint("POST", f"{BASE}/forget", self.forget, Forget, Forgotten),
            Endpoint("GET", stream, self.stream, gives=str, kind="text/event-stream"),
        ]

    async def status(self, request: Request) -> Response:
        """What the daemon does now."""
        return JSONResponse(self._api.status())

    async def pause(self, request: Request) -> Response:
        """Record nothing for a while."""
        return JSONResponse(self._api.pause((await body_of(request, Pause))[0].minutes))

    async def resume(self, request: Request) -> Response:
        """Record again."""
        return JSONResponse(self._api.resume())

    async def quit(self, request: Request) -> Response:
        """Stop the daemon."""
        self._api.quit()
        return JSONResponse({})

    async def proposals(self, request: Request) -> Response:
        """Proposals, newest first."""
        return JSONResponse(self._api.proposals(limit(request)))

    async def shown(self, request: Request) -> Response:
        """The popup stands on the screen."""
        return JSONResponse(await self._api.shown(_id(request)))

    async def answer(self, request: Request) -> Response:
        """The user has answered."""
        said, _ = await body_of(request, Answer)
        return JSONResponse(await self._api.answer(_id(request), said.answer, said.via))

    async def undo(self, request: Request) -> Response:
        """Take back what an accepted proposal did."""
        return JSONResponse({"message": await self._api.undo(_id(request))})

    async def review(self, request: Request) -> Response:
        """What is to be graded: proposals of shadow mode, and some moments of silence."""
        found = limit(request)
        return JSONResponse(self._api.review(found if found >= 0 else REVIEWED))

    async def grade(self, request: Request) -> Response:
        """The user has graded one of them."""
        said, _ = await body_of(request, Grade)
        await self._api.grade(said.kind, said.id, said.grade)
        return JSONResponse({})

    async def missed(self, request: Request) -> Response:
        """Help was needed just now."""
        said, _ = await body_of(request, Missed)
        return JSONResponse({"message": await self._api.missed(said.via)})

    async def missed_undo(self, request: Request) -> Response:
        """The newest such mark was a mistake."""
        return JSONResponse({"message": await self._api.missed_undo()})

    async def profile(self, request: Request) -> Response:
        """What the user does as a rule, and what they say of themselves."""
        return JSONResponse(await self._api.profile())

    async def change_profile(self, request: Request) -> Response:
        """Add a line, remove it, or hide or show a learnt one."""
        wanted, _ = await body_of(request, Change)
        await self._api.change_profile(wanted)
        return JSONResponse({})

    async def forget(self, request: Request) -> Response:
        """Delete what was seen; answered once the files were read again."""
        asked, _ = await body_of(request, Forget)
        selection = Selection(asked.since, asked.before, asked.app, asked.text)
        if selection.is_all != asked.everything:
            raise BadRequestError("Say one selector: since, before, app, text, or everything.")
        return JSONResponse(await self._api.forget(selection, count_only=asked.count_only))

    async def stream(self, request: Request) -> Response:
        """What happens from now on, as server-sent events."""
        head = {"Cache-Control": "no-store"}
        return StreamingResponse(self._events(), media_type="text/event-stream", headers=head)

    async def _events(self) -> AsyncIterator[bytes]:
        """What happens (WHATWG HTML, 9.2), and a comment whenever nothing has for a while."""
        told = aiter(self._api.listen())
        coming = asyncio.ensure_future(anext(told))
        try:
            while True:
                await asyncio.wait({coming}, timeout=PING_S)
                if not coming.done():
                    yield b": ping\n\n"
                    continue
                name, payload = coming.result()
                yield b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(payload))
                coming = asyncio.ensure_future(anext(told))
        except StopAsyncIteration:
            return
        finally:
            coming.cancel()


def _id(request: Request) -> int:
    return row_number(request, "proposal_id")
