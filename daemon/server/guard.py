"""Who may ask: Host and Origin on every request, the token where it is due, and a bound on bodies.

A web page that the user happens to visit can send requests to 127.0.0.1 (DNS
rebinding, drive-by POST). So the Host must be this machine's, and a browser's
Origin must be a known extension's; programs of the user send none. An extension
may say which page is in front, in buckets of that name and type alone, and reads
nothing, with or without the token: any extension of Firefox looks the same here.
Where it has the permission for 127.0.0.1, its GET has no Origin, and is known by the
browser's ``Sec-Fetch-*``. (One that may also change its requests' headers is no longer
told from a program; like any program, it then needs the token.)

There are two tokens. One is for everything. The other is for saying what one sees, for
watchers that cannot tell to whom they send it: it reads nothing.
"""

import hmac
import re
from collections.abc import Collection, Mapping
from http import HTTPMethod
from typing import NamedTuple

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daemon.token import write_token

BODY_BYTES = 4 * 1024 * 1024  # imports come in parts
# Without the token: a page's text has 10,000 characters, and what is longer would hold others up.
OPEN_BODY_BYTES = 64 * 1024
EXTENSIONS = re.compile(
    rb"chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"  # aw-watcher-web in Chrome's store
    rb"|chrome-extension://kjdflilclpojjlmgkhicocnaihpabafg"  # ours, by the key in its manifest
    rb"|moz-extension://[0-9a-f-]{36}"  # Firefox gives each installation an id of its own
)
HOST = re.compile(rb"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.I)
TRUSTED = "hunch.trusted"  # in a request's scope: whether it may change what is there
EXTENSION = "hunch.extension"  # in a request's scope: whether a browser extension asks
AW = "/api/0/"
HEARTBEAT = re.compile(r"/api/0/buckets/([^/]+)/heartbeat")
INFO = (HTTPMethod.GET, re.compile(r"/api/0/info/?"))  # who answers here, for all to find us
# What a watcher that knows no token may do: say what it sees.
WRITES = (
    (HTTPMethod.POST, HEARTBEAT),
    (HTTPMethod.POST, re.compile(r"/api/0/buckets/[^/]+(?:/heartbeat|/events)?/?")),
)
# What an extension may do, of those.
WEB = (
    INFO,
    (
        HTTPMethod.POST,
        re.compile(r"/api/0/buckets/aw-watcher-web[^/]*(?:/heartbeat|/events)?/?"),
    ),
)
# What a page's form or script may send without asking first (Fetch, "CORS-safelisted request-header").
FORMS = (b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data")
# Headers that decide something, so that two of one would leave open which.
ONCE = frozenset(
    (
        b"host", b"origin", b"authorization", b"content-length", b"content-type", b"sec-fetch-site",
        b"sec-fetch-mode", b"access-control-request-method", b"access-control-request-private-network",
    )
)  # fmt: skip
FRESH_S = 600  # a browser need not ask again before it sends


class BodyTooLargeError(Exception):
    """The body passed its bound while it was read.

    Attributes:
        most: The bound, in bytes.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


class Rights(NamedTuple):
    """What the settings leave open without the token.

    Attributes:
        reads: ActivityWatch's endpoints may be read and deleted from.
        writes: Watchers may say what they see.
        origins: Extensions that are known besides, as a browser names them.
    """

    reads: bool = False
    writes: bool = True
    origins: Collection[str] = ()


class Guard:
    """ASGI middleware that answers what may not pass.

    Args:
        app: What lies behind it.
        token: The secret of this data directory; the one for writes follows from it.
        rights: What needs no token.
    """

    def __init__(self, app: ASGIApp, token: str, rights: Rights = Rights()) -> None:  # noqa: B008
        self._app = app
        self._token, self._write_token = token.encode(), write_token(token).encode()
        self._rights = rights
        self._origins = frozenset(origin.encode() for origin in rights.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            return
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in ONCE:
                if name in headers:
                    await _refuse(400, f"{name.decode()} stands twice.")(scope, receive, send)
                    return
                headers[name] = value
        refusal = self._stranger(scope["method"], scope["path"], headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        origin = headers.get(b"origin")
        if origin is not None:
            send = _with_cors(send, origin)
        given = _given(headers)
        has_token = hmac.compare_digest(given, self._token)
        may_pass = has_token or self._may_pass(scope["method"], scope["path"], given)
        refusal = _refusal(scope["method"], headers, may_pass=may_pass)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        extension = origin is not None or _extension(headers)
        trusted = not extension and (self._rights.reads or has_token)
        scope[TRUSTED], scope[EXTENSION] = trusted, extension
        most = BODY_BYTES if trusted else OPEN_BODY_BYTES
        if int(headers.get(b"content-length", b"0")[:12]) > most:
            await too_large(most)(scope, receive, send)
            return
        try:
            await self._app(scope, _bounded(receive, most), send)
        except BodyTooLargeError:
            await too_large(most)(scope, receive, send)

    def _stranger(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> Response | None:
        """Refuses who has no business here, whatever it asks; answers a browser that asks first."""
        if not HOST.fullmatch(headers.get(b"host", b"")):
            return _refuse(403, "This server answers to 127.0.0.1 and localhost only.")
        origin = headers.get(b"origin")
        if origin is None:
            if _page(headers):
                return _refuse(403, "Web pages may not speak to this server.")
            if _extension(headers) and not _any(WEB, method, path):
                return _refuse(403, "An extension may only say which page is in front.")
            return None
        if not (EXTENSIONS.fullmatch(origin) or origin in self._origins):
            return _refuse(403, "Web pages may not speak to this server.")
        asked = headers.get(b"access-control-request-method", b"POST").decode("latin-1")
        if not _any(WEB, asked if method == HTTPMethod.OPTIONS else method, path):
            return _refuse(403, "An extension may only say which page is in front.")
        return _preflight(origin, headers) if method == HTTPMethod.OPTIONS else None

    def _may_pass(self, method: str, path: str, given: bytes) -> bool:
        """Whether it needs no token, or the one for writes and has it."""
        if self._rights.reads and method != HTTPMethod.POST and path.startswith(AW):
            return True
        if _any(WRITES, method, path):
            return self._rights.writes or hmac.compare_digest(given, self._write_token)
        return _any((INFO,), method, path)


def _given(headers: Mapping[bytes, bytes]) -> bytes:
    """The token that came; empty without one."""
    scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
    return given.strip() if scheme.lower() == b"bearer" else b""


def _refusal(method: str, headers: Mapping[bytes, bytes], *, may_pass: bool) -> Response | None:
    """Why a request may not pass, as an answer; None when it may."""
    if not may_pass:
        return _refuse(401, "This needs the token: Authorization: Bearer, from the data folder.")
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind in FORMS and method != HTTPMethod.GET:
        return _refuse(415, "This server takes JSON: Content-Type: application/json.")
    if not headers.get(b"content-length", b"0").isdigit():
        return _refuse(400, "The Content-Length is no number.")
    return None


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)


def too_large(most: int) -> Response:
    """The answer to a body past its bound; what is left of it is not read."""
    size = f"{most // 1024 // 1024} MB" if most >= BODY_BYTES else f"{most // 1024} KB"
    hint = "send it in parts" if most >= BODY_BYTES else "send it in parts, or with the token"
    answer = _refuse(413, f"The body is larger than {size}: {hint}.")
    answer.headers["Connection"] = "close"
    return answer


def _any(table: Collection[tuple[str, re.Pattern[str]]], method: str, path: str) -> bool:
    return any(method == verb and pattern.fullmatch(path) for verb, pattern in table)


def _page(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a web page asks without an Origin: by an image, a frame, a link (Fetch Metadata).

    An extension's own requests have the mode ``cors``; an address that was typed comes from nowhere.
    """
    site = headers.get(b"sec-fetch-site", b"none")
    return site != b"none" and headers.get(b"sec-fetch-mode") != b"cors"


def _extension(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser's extension asks without an Origin, as its GET does where it has the permission.

    Browsers say both; a program that fetches with Node says the mode alone.
    """
    return b"sec-fetch-site" in headers and headers.get(b"sec-fetch-mode") == b"cors"


def _preflight(origin: bytes, asked: Mapping[bytes, bytes]) -> Response:
    """The answer to a browser that asks before it sends (Fetch; Private Network Access)."""
    headers = {
        "Access-Control-Allow-Origin": origin.decode("latin-1"),
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Content-Type, Authorization",
        "Access-Control-Max-Age": str(FRESH_S),
        "Vary": "Origin",
    }
    if asked.get(b"access-control-request-private-network") == b"true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return Response(status_code=204, headers=headers)


def _with_cors(send: Send, origin: bytes) -> Send:
    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", [])]
            headers += [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
            message = {**message, "headers": headers}
        await send(message)

    return with_header


def _bounded(receive: Receive, most: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise BodyTooLargeError(most)
        return message

    return counted
