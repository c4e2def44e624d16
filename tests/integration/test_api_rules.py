"""The rules of who may do what at the local API, a test a line: its id reads as the rule."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.raw import exchange, request

STORE = "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"
OURS = "chrome-extension://kjdflilclpojjlmgkhicocnaihpabafg"
FIREFOX = "moz-extension://0a1b2c3d-0000-4000-8000-00000000abcd"
INFO, STATUS = "/api/0/info", "/api/hunch/0/status"
BUCKET, WEB = "/api/0/buckets/b", "/api/0/buckets/aw-watcher-web-chrome"
BEAT, WEB_BEAT = f"{BUCKET}/heartbeat?pulsetime=5", f"{WEB}/heartbeat?pulsetime=5"
TOKEN = "Authorization: Bearer TOKEN"
WRITE_TOKEN = "Authorization: Bearer WRITER"
NO_ORIGIN = (
    "Sec-Fetch-Site: none",
    "Sec-Fetch-Mode: cors",
)  # an extension's GET with the permission


class Rule(NamedTuple):
    """What is sent and what comes back: statuses, or 0 for a connection closed without an answer."""

    says: str
    expects: tuple[int, ...]
    method: str
    target: str
    headers: tuple[str, ...] = ()
    host: str | None = "127.0.0.1"
    body: bytes | None = None


def event(title: str = "x") -> bytes:
    return json.dumps(
        {"timestamp": datetime.now(UTC).isoformat(), "duration": 0, "data": {"title": title}}
    ).encode()


def get(
    says: str, expects: int, target: str = INFO, *headers: str, host: str | None = "127.0.0.1"
) -> Rule:
    return Rule(says, (expects,), "GET", target, headers, host)


def post(
    says: str, expects: int, target: str = BEAT, *headers: str, body: bytes | None = None
) -> Rule:
    return Rule(says, (expects,), "POST", target, headers, body=body)


def origin(name: str) -> str:
    return f"Origin: {name}"


def asking(says: str, expects: int, target: str, *headers: str, wants: str = "POST") -> Rule:
    """A browser's question before it sends."""
    wanted = f"Access-Control-Request-Method: {wants}"
    return Rule(says, (expects,), "OPTIONS", target, (*headers, wanted))


RULES = (
    # the token
    get("who answers here may be asked without the token", 200),
    get("buckets are not listed without the token", 401, "/api/0/buckets"),
    get("buckets are not listed without the token, by another path", 401, "/api/0/buckets/"),
    get("a bucket is not read without the token", 401, BUCKET),
    get("events are not read without the token", 401, f"{BUCKET}/events"),
    get("an event is not read without the token", 401, f"{BUCKET}/events/1"),
    get("events are not counted without the token", 401, f"{BUCKET}/events/count"),
    get("nothing is exported without the token", 401, "/api/0/export"),
    get("no bucket is exported without the token", 401, f"{BUCKET}/export"),
    Rule("no bucket is deleted without the token", (401,), "DELETE", BUCKET),
    Rule("no event is deleted without the token", (401,), "DELETE", f"{BUCKET}/events/1"),
    Rule("a head is not read without the token", (401,), "HEAD", f"{BUCKET}/events"),
    *(
        Rule(f"ours needs the token: {path}", (401,), method, f"/api/hunch/0/{path}")
        for method, path in (
            ("GET", "status"), ("POST", "pause"), ("POST", "resume"), ("POST", "quit"), ("GET", "proposals"),
            ("POST", "proposals/1/shown"), ("POST", "proposals/1/answer"), ("POST", "proposals/1/undo"),
            ("POST", "forget"), ("GET", "stream"), ("GET", "openapi.json"),
        )
    ),
    get("what is not there is not told without the token", 401, "/api/0/nothing"),
    get("the token lets in", 200, STATUS, TOKEN),
    get("the scheme is read in any case", 200, STATUS, "authorization: bEARER TOKEN"),
    get("a wrong token does not", 401, STATUS, "Authorization: Bearer wrong"),
    get("a part of the token does not", 401, STATUS, "Authorization: Bearer TOKE"),
    get("an empty token does not", 401, STATUS, "Authorization: Bearer "),
    get("a token that is no ASCII does not", 401, STATUS, "Authorization: Bearer \xff\xfe"),
    get("the token of another scheme does not", 401, STATUS, "Authorization: Basic TOKEN"),
    get("the token in the address does not", 401, f"{STATUS}?token=TOKEN"),
    get("the token in a cookie does not", 401, STATUS, "Cookie: token=TOKEN"),
    get("two Authorizations are refused", 400, STATUS, TOKEN, "Authorization: Bearer x"),
    # writing
    post("a native program may tell a heartbeat without the token", 200),
    post("a native program may tell events without the token", 200, f"{BUCKET}/events"),
    post("a native program may make a bucket without the token", 200, "/api/0/buckets/new", body=b'{"type": "t"}'),
    post("other ways of writing need the token", 401, f"{BUCKET}/events/1"),
    post("a path below a heartbeat is none", 401, f"{BUCKET}/heartbeat/x"),
    # the token for writes
    post("the token for writes lets a program tell", 200, BEAT, WRITE_TOKEN),
    get("the token for writes reads no events", 401, f"{BUCKET}/events", WRITE_TOKEN),
    get("the token for writes lists no buckets", 401, "/api/0/buckets/", WRITE_TOKEN),
    get("the token for writes exports nothing", 401, "/api/0/export", WRITE_TOKEN),
    get("the token for writes has nothing of ours", 401, STATUS, WRITE_TOKEN),
    post("the token for writes pauses nothing", 401, "/api/hunch/0/pause", WRITE_TOKEN, body=b"{}"),
    Rule("the token for writes deletes nothing", (401,), "DELETE", BUCKET, (WRITE_TOKEN,)),
    post("the token for writes sends no large bodies", 413, BEAT, WRITE_TOKEN, body=b" " * 65_537),
    # hosts
    get("the name localhost is ours", 200, host="localhost"),
    get("the name in capitals is ours", 200, host="LOCALHOST:5600"),
    get("any port is, as tunnels have others", 200, host="127.0.0.1:9"),
    get("the address in IPv6 is ours", 200, host="[::1]:5600"),
    get("another address in IPv6 is not", 403, host="[::ffff:192.0.2.1]"),
    get("an unclosed bracket is not", 403, host="[::1"),
    get("another name is not: DNS rebinding", 403, host="evil.example"),
    get("another name that is resolved to here is not", 403, host="localhost.evil.example"),
    get("another name with our port is not", 403, host="evil.example:5600"),
    get("another loopback address is not", 403, host="127.0.0.2"),
    get("every address is not", 403, host="0.0.0.0"),  # noqa: S104
    get("a trailing dot is not", 403, host="localhost."),
    get("a dot behind the address is not", 403, host="127.0.0.1."),
    get("the address as one number is not", 403, host="2130706433"),
    get("a user before the host is not", 403, host="localhost@evil.example"),
    get("a user before our host is not", 403, host="evil.example@localhost"),
    get("a port that is no number is not", 403, host="localhost:x"),
    get("an empty host is not", 403, host=""),
    get("a missing host is not", 403, host=None),
    get("two hosts are not", 400, INFO, "Host: evil.example"),
    get("two hosts that are the same are not", 400, INFO, "Host: 127.0.0.1"),
    get("the host is looked at with the token, too", 403, STATUS, TOKEN, host="evil.example"),
    get("a forwarded host says nothing", 200, INFO, "X-Forwarded-Host: evil.example"),
    # origins
    post("a web page may not", 403, BEAT, origin("https://evil.example")),
    post("a web page of this machine may not", 403, BEAT, origin("http://127.0.0.1:5600")),
    post("a page without an origin may not", 403, BEAT, origin("null")),
    post("an empty origin may not", 403, BEAT, origin("")),
    post("an unknown extension may not", 403, WEB_BEAT, origin("chrome-extension://" + "a" * 32)),
    post("an extension's name in another's is not", 403, WEB_BEAT, origin(f"{STORE}.evil.example")),
    post("an extension's name in capitals is not", 403, WEB_BEAT, origin(STORE.upper())),
    post("two origins are refused", 400, WEB_BEAT, origin(STORE), origin("https://evil.example")),
    post("the token does not help a web page", 403, WEB_BEAT, origin("https://evil.example"), TOKEN),
    post("aw-watcher-web may tell a page", 200, WEB_BEAT, origin(STORE)),
    post("our extension may tell a page", 200, WEB_BEAT, origin(OURS)),
    post("Firefox's may tell a page", 200, WEB_BEAT, origin(FIREFOX)),
    post("an extension may not tell what is no page", 403, BEAT, origin(STORE)),
    post("an extension may not make other buckets", 403, BUCKET, origin(STORE)),
    get("an extension may not read", 403, f"{WEB}/events", origin(STORE)),
    get("an extension may not read with the token", 403, f"{WEB}/events", origin(STORE), TOKEN),
    get("an extension has nothing of ours with the token", 403, STATUS, origin(STORE), TOKEN),
    get("an extension without an origin may not read with the token", 403, f"{WEB}/events", *NO_ORIGIN, TOKEN),
    get("nor from another site", 403, "/api/0/buckets", "Sec-Fetch-Site: cross-site", NO_ORIGIN[1], TOKEN),
    get("an extension without an origin has nothing of ours", 403, STATUS, *NO_ORIGIN, TOKEN),
    Rule("an extension without an origin deletes nothing", (403,), "DELETE", WEB, (*NO_ORIGIN, TOKEN)),
    post("an extension without an origin may not tell what is no page", 403, BEAT, *NO_ORIGIN, TOKEN),
    post("an extension without an origin may tell a page", 200, WEB_BEAT, *NO_ORIGIN),
    get("an extension without an origin may ask who answers", 200, INFO, *NO_ORIGIN),
    get("a program that fetches with Node is no extension", 200, STATUS, NO_ORIGIN[1], TOKEN),
    get("an image in a web page may not", 403, INFO, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"),
    get("a frame in a web page may not", 403, INFO, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate"),
    get("an address that the user typed may", 200, INFO, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"),
    asking("a web page that asks before is refused", 403, WEB_BEAT, origin("https://evil.example")),
    asking("a page without an origin that asks before is refused", 403, WEB_BEAT, origin("null")),
    asking("an extension that asks before is told yes", 204, WEB_BEAT, origin(STORE)),
    asking("an extension that asks before it deletes is told no", 403, WEB, origin(STORE), wants="DELETE"),
    asking("a question of nobody is refused", 401, BEAT),
    # what a page's form can send
    post("a form's text is refused", 415, BEAT, "Content-Type: text/plain"),
    post("a form's text in other letters is refused", 415, BEAT, "Content-Type: TEXT/plain;charset=utf-8"),
    post("a form's fields are refused", 415, BEAT, "Content-Type: application/x-www-form-urlencoded"),
    post("a form's parts are refused", 415, BEAT, "Content-Type: multipart/form-data; boundary=x"),
    post("JSON is taken", 200, BEAT, "Content-Type: application/json; charset=utf-8"),
    # targets
    get("a target with another host is refused", 400, f"http://evil.example{INFO}"),
    get("a target with our host is, too", 400, f"http://127.0.0.1{INFO}"),
    Rule("a target that is a star is refused", (400,), "OPTIONS", "*"),
    Rule("no tunnel is made", (400, 405), "CONNECT", "evil.example:443"),
    get("two slashes are another path", 401, f"/{INFO}"),
    get("two slashes are another path with the token", 404, f"/{INFO}", TOKEN),
    get("dots are not followed", 401, "/api/0/info/../export"),
    get("encoded dots are not followed", 401, "/api/0/info/%2e%2e/export"),
    get("an encoded slash is a slash, and needs what its path needs", 401, "/api%2F0/export"),
    get("another case is another path", 401, "/API/0/info"),
    post("an encoded slash in a bucket's name is no way around", 401, "/api/0/buckets/b%2Fevents%2F1"),
    post("a bucket's name may be encoded", 200, "/api/0/buckets/%62/heartbeat?pulsetime=5"),
    post("a name with a zero byte is looked for, and not there", 404, "/api/0/buckets/%00/heartbeat?pulsetime=5"),
    # HTTP itself
    post("a length and chunks together are refused", 400, BEAT, "Transfer-Encoding: chunked"),
    post("a second length is refused", 400, BEAT, "Content-Length: 1"),
    post("an unknown coding is refused", 400, BEAT, "Transfer-Encoding: gzip, x"),
    get("a line that is folded is refused", 400, INFO, "X: a\r\n b"),
    get("a header without a colon is refused", 400, INFO, "nonsense"),
    get("a space before the colon is refused", 400, INFO, "Origin : null"),
    get("headers that are too many are refused", 431, INFO, *(f"X-{n}: 1" for n in range(100))),
    get("a header that is too long is refused", 431, INFO, "X: " + "a" * 40_000),
    get("an address that is too long is refused", 431, INFO + "?" + "a" * 40_000),
    get("another protocol is refused", 400, INFO, "Connection: Upgrade", "Upgrade: websocket"),
    post("a body of more than 64 KB is refused without the token", 413, BEAT, body=b" " * 65_537),
    Rule("a body of more than 4 MB is refused with it", (413, 0), "POST", BEAT, (TOKEN,), body=b" " * 4_200_000),
    post("an object in an object in an object is bounded", 400, BEAT, body=b'{"timestamp":' + b"[" * 60_000),
)  # fmt: skip


@pytest.fixture(scope="module")
def daemon(module_daemon: Callable[..., Any]) -> Iterator[Any]:
    running = module_daemon()
    for name in (BUCKET, WEB):
        assert ask(running, post("", 200, name, body=b'{"type": "web.tab.current"}')).status == 200
    yield running


def ask(daemon: Any, rule: Rule) -> Any:
    body = rule.body if rule.body is not None else event() if rule.method == "POST" else b""
    headers = [
        header.replace("TOKEN", daemon.token).replace("WRITER", daemon.write_token)
        for header in rule.headers
    ]
    target = rule.target.replace("TOKEN", daemon.token)
    if rule.host is None:
        return exchange(daemon.port, f"{rule.method} {target} HTTP/1.0\r\n\r\n".encode())
    return exchange(daemon.port, request(rule.method, target, *headers, host=rule.host, body=body))


@pytest.mark.parametrize("rule", RULES, ids=[rule.says for rule in RULES])
def test_rule(daemon: Any, rule: Rule) -> None:
    answer = ask(daemon, rule)
    assert answer.status in rule.expects, answer.body
    if answer.status >= 400 and rule.method != "HEAD":
        assert answer.json["message"].endswith(".")


def test_it_listens_on_loopback_alone(daemon: Any) -> None:
    own = {line.split()[1] for line in Path(f"/proc/{daemon.process.pid}/net/tcp").read_text().splitlines()[1:]
           if line.split()[3] == "0A"}  # fmt: skip
    assert f"0100007F:{daemon.port:04X}" in own
    assert f"00000000:{daemon.port:04X}" not in own
    six = Path(f"/proc/{daemon.process.pid}/net/tcp6")
    if six.exists():
        assert f":{daemon.port:04X} " not in six.read_text()


def test_the_tokens_are_their_owners_alone(daemon: Any) -> None:
    for name in ("token", "token-write"):
        assert (daemon.folder / name).stat().st_mode & 0o777 == 0o600
    assert len(daemon.token) >= 40 and len(daemon.write_token) >= 40
    assert daemon.token not in daemon.write_token


def test_an_answer_to_the_token_for_writes_tells_no_more_than_without(daemon: Any) -> None:
    told = ask(daemon, post("", 200, f"{BUCKET}/events", WRITE_TOKEN)).json
    assert told["id"] is None
    page = ask(daemon, post("", 200, WEB_BEAT, *NO_ORIGIN, TOKEN)).json
    assert page["id"] is None  # an extension is not trusted, with whatever token


def test_closed_writes_need_the_token(start_daemon: Callable[..., Any]) -> None:
    closed = start_daemon(open_writes="false")
    web = b'{"type": "web.tab.current"}'
    assert ask(closed, get("", 200)).status == 200
    for rule in (
        post("", 401, BUCKET, body=web),
        post("", 401, BEAT),
        post("", 401, f"{BUCKET}/events"),
        post("", 401, WEB_BEAT, origin(STORE)),
    ):
        assert ask(closed, rule).status == 401, rule
    assert ask(closed, post("", 200, WEB, origin(OURS), WRITE_TOKEN, body=web)).status == 200
    told = ask(closed, post("", 200, WEB_BEAT, origin(OURS), WRITE_TOKEN))
    assert told.status == 200
    assert ask(closed, post("", 403, f"{BUCKET}/events", origin(OURS), TOKEN)).status == 403
    assert ask(closed, post("", 200, BUCKET, TOKEN, body=web)).status == 200
    refused = ask(closed, post("", 401, WEB_BEAT, origin(OURS)))  # and the extension may see why
    assert refused.headers["access-control-allow-origin"] == OURS


def test_open_reads_open_no_writes(start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon(open_writes="false", open_reads="true")
    assert ask(daemon, get("", 200, "/api/0/buckets/")).status == 200
    assert ask(daemon, post("", 401, BEAT)).status == 401
    assert ask(daemon, get("", 401, STATUS)).status == 401
    assert ask(daemon, get("", 403, "/api/0/export", origin("null"))).status == 403
    assert ask(daemon, get("", 403, "/api/0/export", *NO_ORIGIN)).status == 403


def test_a_guess_learns_nothing(daemon: Any) -> None:
    """Without the token, an answer holds what was sent: not the number, not the length of what was there."""
    bucket = "/api/0/buckets/secret"
    assert ask(daemon, post("", 200, bucket, body=b'{"type": "t"}')).status == 200
    beat, one = f"{bucket}/heartbeat?pulsetime=100000", f"{bucket}/events"
    known = json.dumps(
        {"timestamp": "2026-01-01T00:00:00Z", "duration": 60, "data": {"a": 1}}
    ).encode()
    assert ask(daemon, post("", 200, beat, TOKEN, body=known)).json["id"] is not None
    for data in ({"a": 1}, {"a": 2}):  # right, and wrong
        sent = {"timestamp": "2026-01-01T00:00:10Z", "duration": 1.0, "data": data}
        for path in (beat, one):
            told = ask(daemon, post("", 200, path, body=json.dumps(sent).encode())).json
            assert told == {**sent, "id": None}
    assert ask(daemon, post("", 200, beat, TOKEN, body=known)).json["id"] is not None
