"""Who may ask: Host and Origin on every request, the token where it is due, and a bound on bodies.

A web page that the user happens to visit can send requests to 127.0.0.1 (DNS
rebinding, drive-by POST). So the Host must be this machine's, and a browser's
Origin must be a known extension's; programs of the user send none. An extension
may say which page is in front, in buckets of that name and type alone, and reads
nothing, with or without the token: any extension of Firefox looks the same here.
"""

import hmac
import re
from collections.abc import Collection
from http import HTTPMethod

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 4 * 1024 * 1024  # a heartbeat has 200 bytes; imports come in parts
EXTENSIONS = re.compile(
    r"chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"  # aw-watcher-web in Chrome's store
    r"|chrome-extension://kjdflilclpojjlmgkhicocnaihpabafg"  # ours, by the key in its manifest
    r"|moz-extension://[0-9a-f-]{36}"  # Firefox gives each installation an id of its own
)
HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.I)
TRUSTED = "hunch.trusted"  # in a request's scope: whether it may change what is there
EXTENSION = "hunch.extension"  # in a request's scope: whether a browser extension asks
AW = "/api/0/"
# What a watcher that knows no token may do: say what it sees.
OPEN = (
    (HTTPMethod.GET, re.compile(r"/api/0/info/?")),
    (HTTPMethod.POST, re.compile(r"/api/0/buckets/[^/]+/?")),
    (HTTPMethod.POST, re.compile(r"/api/0/buckets/[^/]+/(?:heartbeat|events)/?")),
)
# What an extension may do, of those.
WEB = (
    (HTTPMethod.GET, re.compile(r"/api/0/info/?")),
    (HTTPMethod.POST, re.compile(r"/api/0/buckets/aw-watcher-web[^/]*/?")),
    (HTTPMethod.POST, re.compile(r"/api/0/buckets/aw-watcher-web[^/]*/(?:heartbeat|events)/?")),
)
FRESH_S = 600  # a browser need not ask again before it sends


class BodyTooLargeError(Exception):
    """The body passed its bound while it was read."""


class Guard:
    """ASGI middleware that answers what may not pass.

    Args:
        app: What lies behind it.
        token: The secret of this data directory.
        open_reads: Let ActivityWatch's endpoints be read and deleted from without the token.
        origins: Extensions that are known besides, as a browser names them.
    """

    def __init__(
        self, app: ASGIApp, token: str, *, open_reads: bool, origins: Collection[str] = ()
    ) -> None:
        self._app = app
        self._token = token.encode()
        self._open_reads = open_reads
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope["method"], scope["path"], headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        origin = headers.get(b"origin")
        trusted = origin is None and (self._open_reads or self._has_token(headers))
        scope = {**scope, TRUSTED: trusted, EXTENSION: origin is not None}
        try:
            await self._app(scope, _bounded(receive), _with_cors(send, origin) if origin else send)
        except BodyTooLargeError:
            await too_large()(scope, receive, send)

    def _refusal(self, method: str, path: str, headers: dict[bytes, str]) -> Response | None:
        """Why a request may not pass, as an answer; None when it may."""
        if not HOST.fullmatch(headers.get(b"host", "")):
            return _refuse(403, "This server answers to 127.0.0.1 and localhost only.")
        origin = headers.get(b"origin")
        if origin is not None:
            if not (EXTENSIONS.fullmatch(origin) or origin in self._origins):
                return _refuse(403, "Web pages may not speak to this server.")
            asked = headers.get(b"access-control-request-method", HTTPMethod.POST)
            if not _is_web(asked if method == HTTPMethod.OPTIONS else method, path):
                return _refuse(403, "An extension may only say which page is in front.")
            if method == HTTPMethod.OPTIONS:
                return _preflight(origin, headers)
        if not (self._may_pass(method, path) or self._has_token(headers)):
            return _refuse(
                401, "This needs the token: Authorization: Bearer, from the data folder."
            )
        length = headers.get(b"content-length", "0")
        if not length.isdigit():
            return _refuse(400, "The Content-Length is no number.")
        return too_large() if int(length[:12]) > BODY_BYTES else None

    def _may_pass(self, method: str, path: str) -> bool:
        if self._open_reads and path.startswith(AW):
            return True
        return any(method == verb and pattern.fullmatch(path) for verb, pattern in OPEN)

    def _has_token(self, headers: dict[bytes, str]) -> bool:
        scheme, _, token = headers.get(b"authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        return scheme.casefold() == "bearer" and hmac.compare_digest(given, self._token)


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)


def too_large() -> Response:
    """The answer to a body past its bound."""
    return _refuse(
        413, f"The body is larger than {BODY_BYTES // 1024 // 1024} MB: send it in parts."
    )


def _is_web(method: str, path: str) -> bool:
    return any(method == verb and pattern.fullmatch(path) for verb, pattern in WEB)


def _preflight(origin: str, asked: dict[bytes, str]) -> Response:
    """The answer to a browser that asks before it sends (Fetch; Private Network Access)."""
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Content-Type, Authorization",
        "Access-Control-Max-Age": str(FRESH_S),
        "Vary": "Origin",
    }
    if asked.get(b"access-control-request-private-network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return Response(status_code=204, headers=headers)


def _with_cors(send: Send, origin: str) -> Send:
    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", [])]
            headers += [(b"access-control-allow-origin", origin.encode()), (b"vary", b"Origin")]
            message = {**message, "headers": headers}
        await send(message)

    return with_header


def _bounded(receive: Receive) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > BODY_BYTES:
            raise BodyTooLargeError
        return message

    return counted
