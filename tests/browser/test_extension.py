"""Our extension in a real Chromium, against a real daemon: what it tells, and what it never tells."""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.browser.chromium import Chromium, Page, until
from tests.browser.conftest import Recorded, installed


def test_a_visit_is_told_as_activitywatch_tells_it(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    chromium.open(f"{web}/article")
    event = recorded.await_(title="How tides work")
    assert event["data"] == {
        "url": f"{web}/article",
        "title": "How tides work",
        "audible": False,
        "incognito": False,
        "tabCount": 2,
        "password_focus": False,
    }
    (name, bucket) = next(iter(recorded.buckets().items()))
    assert name == f"aw-watcher-web-chrome-hunch_{bucket['hostname']}"
    assert (bucket["client"], bucket["type"]) == ("hunch-web", "web.tab.current")


def test_the_words_searched_for_are_told(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    chromium.open(f"{web}/search?q=tide+tables%20%C3%BC&page=2")
    assert recorded.await_(title="Results")["data"]["query"] == "tide tables ü"
    chromium.open(f"{web}/article?q=nothing+searched")
    assert "query" not in recorded.await_(title="How tides work")["data"]


SELECT = "getSelection().selectAllChildren(document.querySelector({!r}))"


def test_a_selection_is_told_once_it_stands_still(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/article")
    recorded.await_(title="How tides work")
    page.js("getSelection().setBaseAndExtent(first.firstChild, 0, first.firstChild, 8)")
    page.js(SELECT.format("#first"))
    event = recorded.await_(selection="The moon pulls the water twice a day.")
    assert event["data"]["url"] == f"{web}/article"
    page.js("document.dispatchEvent(new Event('selectionchange'))")
    time.sleep(2)
    told = [item["data"]["selection"] for item in recorded.events() if "selection" in item["data"]]
    assert told == ["The moon pulls the water twice a day."]  # once, and not what was passed over


def test_no_selection_of_a_field_a_login_page_or_where_it_is_switched_off(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/article")
    around = "getSelection().setBaseAndExtent(first.firstChild, 0, last.firstChild, 4)"
    for select in (around, SELECT.format("#note")):  # what can be edited: inside, and itself
        page.js(select)
        time.sleep(1.5)
    for path in ("/place", "/login"):  # by its password field, by its address
        page = chromium.open(web + path)
        page.js(SELECT.format("#first"))
        time.sleep(1.5)
    worker.js("chrome.storage.local.set({selection: false})")
    page = chromium.open(f"{web}/article?off")
    page.js(SELECT.format("#first"))
    time.sleep(1.5)
    worker.js("chrome.storage.local.set({selection: true})")
    page = chromium.open(f"{web}/article?on")
    page.js(SELECT.format("#first"))
    recorded.await_(selection="The moon pulls the water twice a day.", url=f"{web}/article?on")
    told = [item["data"] for item in recorded.events() if "selection" in item["data"]]
    assert [data["url"] for data in told] == [f"{web}/article?on"]


def test_a_password_field_that_has_the_focus_from_the_start(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    chromium.open(f"{web}/waiting")
    recorded.await_(password_focus=True, url=f"{web}/waiting")
    chromium.open(f"{web}/other")
    assert recorded.await_(title="Other")["data"]["password_focus"] is False


@pytest.mark.parametrize(
    ("path", "plain", "secret"),
    [
        ("/place", "#name", "#secret"),
        ("/code", "#plain", "#code"),
    ],
)
def test_the_focus_of_a_secret_field_is_told_at_once(
    chromium: Chromium,
    worker: Page,
    recorded: Recorded,
    web: str,
    path: str,
    plain: str,
    secret: str,
) -> None:
    page = chromium.open(web + path)
    page.click(plain)
    time.sleep(0.5)
    assert not recorded.told(password_focus=True)
    page.click(secret)
    recorded.await_(password_focus=True, url=web + path)
    page.type("hunter2")
    page.click(plain)
    until(lambda: recorded.events()[-1]["data"]["password_focus"] is False, "the focus stays")
    assert "hunter2" not in str(recorded.events())


def test_what_is_typed_into_a_secret_field_is_not_kept(
    chromium: Chromium, start_daemon: Callable[..., Any], web: str
) -> None:
    blind = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    recorded = Recorded(start_daemon(blind, mouse="off", window="off", clipboard="off"))
    installed(chromium, recorded.daemon.port)
    page = chromium.open(f"{web}/place")
    page.click("#name")
    recorded.await_(title="Your place")
    assert recorded.types("reader") == 1
    page.click("#secret")
    recorded.await_(password_focus=True)
    assert recorded.types("hunter2") == 1  # still the first alone
    page.click("#name")
    until(lambda: recorded.events()[-1]["data"]["password_focus"] is False, "the focus stays")
    assert recorded.types("reader too") == 2


def test_a_password_that_is_shown_is_still_one(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/place")
    page.click("#secret")
    recorded.await_(password_focus=True)
    page.js("secret.type = 'text'")
    time.sleep(1)
    assert recorded.events()[-1]["data"]["password_focus"] is True


def test_secret_fields_in_frames_and_shadow_trees(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/shadow")
    for _ in range(4):  # plain, password, plain, password
        page.press("Tab")
        time.sleep(0.7)
    seen = [event["data"]["password_focus"] for event in recorded.told(title="Shadow")]
    assert changes(seen) == [False, True, False, True]
    framed = chromium.open(f"{web}/framed")
    frame = until(lambda: chromium.targets("iframe", "/place"), "no frame")[0]
    chromium.attach(frame["targetId"]).js("document.querySelector('#secret').focus()")
    framed.click("iframe")
    chromium.attach(frame["targetId"]).js("document.querySelector('#secret').focus()")
    recorded.await_(title="Framed", password_focus=True)
    framed.js("document.querySelector('iframe').remove()")
    until(lambda: recorded.events()[-1]["data"]["password_focus"] is False, "the focus stays")


def changes(values: list[bool]) -> list[bool]:
    return [value for place, value in enumerate(values) if place == 0 or values[place - 1] != value]


def test_leaving_the_page_or_the_tab_ends_the_focus(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/place?left")
    page.click("#secret")
    recorded.await_(password_focus=True, url=f"{web}/place?left")
    page.js(f"location.href = '{web}/other'")
    assert recorded.await_(title="Other")["data"]["password_focus"] is False
    page = chromium.open(f"{web}/place?closed")
    page.click("#secret")
    recorded.await_(password_focus=True, url=f"{web}/place?closed")
    page.close()
    until(lambda: recorded.events()[-1]["data"]["password_focus"] is False, "the focus stays")


def test_switched_off_it_tells_nothing(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    worker.js("chrome.storage.local.set({enabled: false})")
    page = chromium.open(f"{web}/place")
    page.click("#secret")
    time.sleep(2)
    chromium.open(f"{web}/other")
    time.sleep(2)
    worker.js("chrome.storage.local.set({enabled: true})")
    recorded.await_(title="Other")
    assert "/place" not in str(recorded.events())


def test_nothing_of_a_private_window(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    page = chromium.open(f"{web}/article")
    recorded.await_(title="How tides work")
    assert "Hunch" in page.worlds()
    context = chromium("Target.createBrowserContext")["browserContextId"]
    private = chromium.open(f"{web}/place?private", browserContextId=context)
    private.click("#secret")
    private.type("hunter2")
    private.js(SELECT.format("#first"))
    assert "Hunch" not in private.worlds()
    time.sleep(3)
    chromium.open(f"{web}/other")
    recorded.await_(title="Other")
    assert "private" not in str(recorded.events())
    assert not recorded.told(incognito=True)
    assert not recorded.told(password_focus=True)


def test_what_happens_while_the_daemon_is_away_arrives_later(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str, start_daemon: Any
) -> None:
    chromium.open(f"{web}/article")
    recorded.await_(title="How tides work")
    port, identity = recorded.daemon.port, worker.js("chrome.runtime.id")
    recorded.daemon.stop()
    for path in ("/other", "/search?q=ebb"):
        chromium.open(web + path)
        time.sleep(1)
    stored = "chrome.storage.{}.get(null).then((all) => JSON.stringify(all))"
    until(lambda: "/other" in worker.js(stored.format("session")), "nothing waits")
    assert web not in worker.js(stored.format("local"))  # which a browser writes to its disk
    chromium("Target.closeTarget", targetId=worker.target)  # as a browser ends an idle background
    until(lambda: not chromium.targets("service_worker", "chrome-extension"), "it goes on")
    recorded.daemon = start_daemon(
        keyboard="off", mouse="off", window="off", clipboard="off", port=port
    )
    chromium.open(f"{web}/")  # which wakes it
    recorded.await_(title="Start")
    worker = chromium.worker(identity)
    recorded.await_(title="Other")
    recorded.await_(query="ebb")
    titles = [event["data"]["title"] for event in recorded.events()]
    assert titles.index("How tides work") < titles.index("Other") < titles.index("Results")
    until(lambda: "/other" not in worker.js(stored.format("session")), "it waits for ever")


def test_switching_between_two_tabs_has_order_and_durations(
    chromium: Chromium, worker: Page, recorded: Recorded, web: str
) -> None:
    one = chromium.open(f"{web}/article")
    two = chromium.open(f"{web}/other")
    recorded.await_(title="Other")
    one.front()
    time.sleep(3)
    two.front()
    time.sleep(2)
    one.front()
    until(lambda: recorded.events()[-1]["data"]["title"] == "How tides work", "no switch back")
    *_, first, second, _third = recorded.events()
    assert (first["data"]["title"], second["data"]["title"]) == ("How tides work", "Other")
    assert first["duration"] == pytest.approx(3, abs=1)
    assert second["duration"] == pytest.approx(2, abs=1)
    gap = _time(second) - (_time(first) + timedelta(seconds=first["duration"]))
    assert timedelta(0) <= gap < timedelta(seconds=0.1)


def _time(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["timestamp"])
