"""A page's text, on a site that the user switched on in the popup: a real popup, a real permission prompt."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.demo.display import VirtualDesktop
from tests.browser.chromium import Chromium, Page, until
from tests.browser.conftest import Recorded, installed

READ_S = 2.5  # a page is read a second after it stands


@pytest.fixture
def chromium(tmp_path: Path, desktop: VirtualDesktop) -> Iterator[Chromium]:
    with Chromium(tmp_path, env=desktop.env) as browser:
        yield browser


def popup(chromium: Chromium, worker: Page) -> Page:
    """The extension's popup, opened as by a click on its sign."""
    worker.js("chrome.action.openPopup()")
    found = until(
        lambda: [*chromium.targets("page", "popup.html"), *chromium.targets("other", "popup.html")],
        "the popup did not open",
    )
    return chromium.attach(found[0]["targetId"])


def told(recorded: Recorded) -> list[dict[str, Any]]:
    """What was told of pages with their text, oldest first."""
    return [event["data"] for event in recorded.events() if "page_text" in event["data"]]


def test_page_text_only_on_a_site_that_is_switched_on(
    chromium: Chromium, recorded: Recorded, web: str, desktop: VirtualDesktop
) -> None:
    worker = installed(chromium, recorded.daemon.port)
    chromium.open(f"{web}/article")
    recorded.await_(title="How tides work")
    time.sleep(READ_S)
    assert "page_text" not in str(recorded.events())

    switch = popup(chromium, worker)
    until(lambda: switch.js("!text.disabled"), "the switch cannot be used")
    assert switch.js("[text.checked, site.textContent]") == [False, "127.0.0.1"]
    until(lambda: "Connected" in switch.js("state.textContent"), "it says that it is not connected")
    switch.click("#text")
    time.sleep(1)
    desktop.xdotool("key", "Tab")  # from "Deny" to "Allow"
    desktop.xdotool("key", "Return")
    (data,) = until(lambda: told(recorded), "no text")
    assert data["url"] == f"{web}/article"
    assert data["page_text"].splitlines() == [
        "Tides",
        "The moon pulls the water twice a day.",
        "Springs follow the new moon.",
        "Neaps follow the half.",
    ]
    # of a page that names itself a login the daemon keeps the host alone
    for path, title in (("/place", "Your place"), ("/login", "127.0.0.1")):
        chromium.open(web + path)
        recorded.await_(title=title)
        time.sleep(READ_S)
    chromium.open(f"{web}/other")
    found = until(lambda: texts if len(texts := told(recorded)) > 1 else None, "no second text")
    assert [data["url"] for data in found] == [f"{web}/article", f"{web}/other"]

    options = chromium.open(worker.js("chrome.runtime.getURL('options.html')"))
    until(lambda: options.js("sites.children.length") == 1, "the site is not listed")
    options.click("#sites button")
    until(lambda: options.js("sites.children.length") == 0, "the site cannot be switched off")
    chromium.open(f"{web}/article?again")
    recorded.await_(url=f"{web}/article?again")
    time.sleep(READ_S)
    assert len(told(recorded)) == 2
