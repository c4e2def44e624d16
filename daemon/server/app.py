"""Puts the endpoints behind the guard, and turns refusals into answers with a sentence."""

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from daemon.errors import Conflict, HunchError, NotFound
from daemon.recorder import Recorder
from daemon.server.activitywatch import ActivityWatch
from daemon.server.guard import BodyTooLargeError, Guard, too_large
from daemon.server.hunch import Hunch, HunchApi
from daemon.server.requests import BadRequestError
from daemon.store import Store


def create_app(
    store: Store,
    recorder: Recorder,
    api: HunchApi,
    *,
    token: str,
    device_id: str,
    open_reads: bool,
    origins: Collection[str] = (),
) -> ASGIApp:
    """The whole local API as one ASGI application."""
    routes = [*ActivityWatch(store, recorder, device_id).routes(), *Hunch(api).routes()]
    app = Starlette(
        routes=routes,
        exception_handlers={
            BadRequestError: _bad_request,
            HunchError: _hunch_error,
            HTTPException: _http_error,
            BodyTooLargeError: _too_large,  # told here, or Starlette answers 500 before the guard can
        },
    )
    app.router.redirect_slashes = False
    return Guard(app, token, open_reads=open_reads, origins=origins)


async def _bad_request(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, BadRequestError) else 400
    return JSONResponse({"message": str(error)}, status)


async def _hunch_error(request: Request, error: Exception) -> Response:
    """What the user can act on: 404 and 409 where a client asked wrongly, else 503, to be tried again."""
    status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, Conflict) else 503
    return JSONResponse({"message": str(error)}, status)


async def _too_large(request: Request, error: Exception) -> Response:
    return too_large()


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    words = {404: "There is nothing here.", 405: "This cannot be done here."}
    return JSONResponse({"message": words.get(status, "The request cannot be taken.")}, status)
