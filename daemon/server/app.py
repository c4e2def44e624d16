"""Puts the endpoints behind the guard, and turns refusals into answers with a sentence."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.errors import Conflict, HunchError, NotFound
from daemon.recorder import Recorder
from daemon.server.activitywatch import ActivityWatch
from daemon.server.guard import HEARTBEAT, BodyTooLargeError, Guard, Rights, too_large
from daemon.server.hunch import Hunch, HunchApi
from daemon.server.openapi import described
from daemon.server.requests import BadRequestError
from daemon.store import Store

# Told here, or Starlette answers 500 before anybody can.
REFUSALS = (BadRequestError, HunchError, HTTPException, BodyTooLargeError, ClientDisconnect)
WORDS = {404: "There is nothing here.", 405: "This cannot be done here."}


def create_app(
    store: Store,
    recorder: Recorder,
    api: HunchApi,
    *,
    token: str,
    device_id: str,
    rights: Rights = Rights(),  # noqa: B008 - it does not change
) -> ASGIApp:
    """The whole local API as one ASGI application."""
    watch = ActivityWatch(store, recorder, device_id)
    endpoints = described([*watch.endpoints(), *Hunch(api).endpoints()])
    routes = [one.route() for one in endpoints]
    app = Starlette(routes=routes, exception_handlers=dict.fromkeys(REFUSALS, _refused))
    app.router.redirect_slashes = False
    return Guard(_Short(watch.heartbeat, app), token, rights)


class _Short:
    """The way of a heartbeat, past routes and middlewares: hundreds a second may come."""

    def __init__(self, heartbeat: Callable[[Request], Awaitable[Response]], app: ASGIApp) -> None:
        self._heartbeat = heartbeat
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a heartbeat, or let the application answer."""
        found = HEARTBEAT.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        scope["path_params"] = {"bucket_id": found[1]}
        request = Request(scope, receive)
        try:
            answer = await self._heartbeat(request)
        except REFUSALS as error:
            answer = await _refused(request, error)
        await answer(scope, receive, send)


async def _refused(request: Request, error: Exception) -> Response:
    match error:
        case BadRequestError():
            return JSONResponse({"message": str(error)}, error.status)
        case NotFound():
            return JSONResponse({"message": str(error)}, 404)
        case Conflict():
            return JSONResponse({"message": str(error)}, 409)
        case HunchError():  # what the user can act on; the client is to try again
            return JSONResponse({"message": str(error)}, 503)
        case BodyTooLargeError():
            return too_large(error.most)
        case HTTPException():
            told = WORDS.get(error.status_code, "The request cannot be taken.")
            return JSONResponse({"message": told}, error.status_code, error.headers)
        case _:  # the client has gone: nobody reads this
            return Response(status_code=400)
