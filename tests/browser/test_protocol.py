"""What aw-watcher-web sends, from a real extension's origin, and what a web page or a stranger may not."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.chromium import Chromium, Page, until
from tests.browser.conftest import Recorded, installed

SPEAKER = Path(__file__).parent / "speaker"
QUIET: dict[str, object] = {
    "keyboard": "off", "mouse": "off", "window": "off", "clipboard": "off",
}  # fmt: skip


def test_activitywatchs_extension_works_unchanged(
    chromium: Chromium, start_daemon: Callable[..., Any], web: str
) -> None:
    one = chromium.open(f"{web}/article")
    identity = chromium.load(SPEAKER)
    daemon = start_daemon(extension_origins=f"chrome-extension://{identity}", **QUIET)
    recorded, worker = Recorded(daemon), chromium.worker(identity)
    bucket = worker.js(f"watch('http://127.0.0.1:{daemon.port}')")
    recorded.await_(title="How tides work")
    two = chromium.open(f"{web}/other")
    one.front()  # by now the other's title is known
    time.sleep(1.5)
    two.front()
    recorded.await_(title="Other")
    time.sleep(1.5)
    one.front()
    until(lambda: len(worker.js("said")) >= 7, "not all was said")
    kept = recorded.buckets()[bucket]
    assert (kept["client"], kept["type"]) == ("aw-client-web", "web.tab.current")
    first, *_ = recorded.told(title="Other")
    assert first["data"] == {
        "url": f"{web}/other",
        "title": "Other",
        "audible": False,
        "incognito": False,
        "tabCount": 3,
    }
    assert 1.2 < first["duration"] < 3
    assert min(worker.js("said")) > 1e12  # each answer was the event, none a refusal


def test_an_extension_that_is_not_known_is_refused(
    chromium: Chromium, recorded: Recorded, web: str
) -> None:
    chromium.open(f"{web}/article")
    worker = chromium.worker(chromium.load(SPEAKER))
    worker.js(f"watch('http://127.0.0.1:{recorded.daemon.port}')")
    assert worker.js("said") == [403]
    assert recorded.buckets() == {}


def status(page: Page, address: str, **options: object) -> object:
    """The status of a fetch that a page or worker makes, or the error's name."""
    asked = f"fetch({json.dumps(address)}, {json.dumps(options)})"
    return page.js(f"{asked}.then((answer) => answer.status, (error) => error.name)")


BEAT = {"timestamp": "2026-01-01T00:00:00Z", "duration": 0, "data": {"url": "x", "title": "x"}}


def test_our_own_extension_may_write_pages_and_nothing_else(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    chromium.open(f"{web}/article")
    recorded.await_(title="How tides work")
    api = f"http://127.0.0.1:{recorded.daemon.port}/api"
    bucket = f"{api}/0/buckets/{next(iter(recorded.buckets()))}"
    for path in ("/0/buckets/", "/0/export", "/hunch/0/status"):
        assert status(worker, api + path) in (401, 403, "TypeError"), path
    bearer = {"Authorization": f"Bearer {recorded.daemon.token}"}
    for headers in (
        {},
        bearer,
    ):  # a GET without an Origin: the extension runs on pages of 127.0.0.1
        assert status(worker, f"{bucket}/events", headers=headers) in (403, "TypeError")
    assert status(worker, bucket, method="DELETE") in (403, "TypeError")
    json_type = {"Content-Type": "application/json"}
    for other, kind in (("aw-watcher-input_h", "os.hid.input"), ("aw-watcher-web-x", "clipboard")):
        body = json.dumps({"client": "c", "type": kind, "hostname": "h"})
        made = status(
            worker, f"{api}/0/buckets/{other}", method="POST", headers=json_type, body=body
        )
        assert made in (403, "TypeError"), other
        assert other not in recorded.get("/api/0/buckets/")
    beat = status(
        worker,
        f"{bucket}/heartbeat?pulsetime=1",
        method="POST",
        headers=json_type,
        body=json.dumps(BEAT),
    )
    assert beat == 200  # so the refusals above are no broken fetch


def test_the_token_for_writes_goes_into_the_options(
    chromium: Chromium, start_daemon: Callable[..., Any], web: str
) -> None:
    """Where Hunch takes nothing without a token; pasted with what a text brings along."""
    daemon = start_daemon(**QUIET, open_writes="false")
    worker = installed(chromium, daemon.port)
    options = chromium.open(worker.js("chrome.runtime.getURL('options.html')"))
    token = f" \u201c{daemon.write_token}\u201d\u200b\u4e2d\n"
    options.js(
        f"document.getElementById('token').value = {json.dumps(token)};"
        "document.getElementById('token').dispatchEvent(new Event('change'))"
    )
    kept = "chrome.storage.local.get('token').then((kept) => kept.token)"
    until(lambda: worker.js(kept) == daemon.write_token, "the token was not cleaned and kept")
    chromium.open(f"{web}/article")
    assert Recorded(daemon).await_(title="How tides work")["data"]["url"] == f"{web}/article"
    api = f"http://127.0.0.1:{daemon.port}/api/0"
    bearer = {"Authorization": f"Bearer {daemon.write_token}"}
    assert status(worker, f"{api}/export", headers=bearer) in (401, 403, "TypeError")


def test_our_extension_can_reach_no_other_address(
    chromium: Chromium, worker: Page, web: str
) -> None:
    elsewhere = web.replace("127.0.0.1", "localhost")
    assert status(worker, f"{web}/", mode="no-cors") != "TypeError"
    assert status(worker, f"{elsewhere}/", mode="no-cors") == "TypeError"


def test_a_web_page_may_neither_write_nor_read(
    chromium: Chromium, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/article")
    api = f"http://127.0.0.1:{recorded.daemon.port}/api/0"
    made = json.dumps({"client": "c", "type": "web.tab.current", "hostname": "h"})
    for mode, kind in (("no-cors", "text/plain"), ("cors", "application/json")):
        status(
            page,
            f"{api}/buckets/aw-watcher-web-evil",
            method="POST",
            mode=mode,
            headers={"Content-Type": kind},
            body=made,
        )
    for path in ("/info", "/buckets/", "/export"):
        assert status(page, api + path) == "TypeError", path  # no header lets the page read it
    assert recorded.buckets() == {}


def test_a_name_that_was_turned_to_this_machine_is_refused(
    tmp_path: Path, recorded: Recorded
) -> None:
    """DNS rebinding: to the browser, the attacker's page and the daemon are one origin."""
    rule = "--host-resolver-rules=MAP rebound.example 127.0.0.1"
    with Chromium(
        tmp_path, rule, "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode"
    ) as browser:
        here = f"http://rebound.example:{recorded.daemon.port}/api/0"
        page = browser.open(f"{here}/info")
        assert "answers to 127.0.0.1" in page.js("document.body.textContent")
        body = json.dumps({"client": "c", "type": "web.tab.current", "hostname": "h"})
        assert status(page, f"{here}/buckets/aw-watcher-web-evil", method="POST", body=body) == 403
        assert status(page, f"{here}/buckets/") == 403
    assert recorded.buckets() == {}
