"""A real Chromium, driven over its debugging pipe: NUL-separated JSON on descriptors 3 and 4.

Knows the DevTools protocol's envelope and the few methods that the tests need; nothing of Hunch.
Extensions are loaded with ``Extensions.loadUnpacked``: branded builds ignore ``--load-extension``.
"""

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from daemon.demo.processes import end_groups

ANSWER_S = 30.0
POLL_S = 0.1
HEADLESS = "--headless=new"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--password-store=basic",
    "--remote-debugging-pipe", "--enable-unsafe-extension-debugging",
)  # fmt: skip


class ChromiumError(Exception):
    """Chromium refused a command, a script threw, or it did not answer in time."""


class Chromium:
    """A browser with a profile of its own, as a context manager.

    Attributes:
        events: What it told without being asked, newest last.

    Args:
        folder: Where its profile is made.
        flags: More of its command line.
        env: Its environment, with a display; None for this process's own, without a window.
    """

    def __init__(self, folder: Path, *flags: str, env: Mapping[str, str] | None = None) -> None:
        self._profile = tempfile.mkdtemp(prefix="chromium-", dir=folder)
        self._flags = flags if env is not None else (HEADLESS, *flags)
        self._env = os.environ if env is None else env
        self._number = 0
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self.events: deque[dict[str, Any]] = deque(maxlen=10_000)

    def __enter__(self) -> Self:
        """Start it: our ends of the two pipes, its ends as descriptors 3 and 4."""
        theirs_in, self._write = os.pipe()
        self._read, theirs_out = os.pipe()
        command = ["chromium", *FLAGS, *self._flags, f"--user-data-dir={self._profile}"]
        plumbing = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'
        with (Path(self._profile) / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["bash", "-c", plumbing, "bash", *command, "about:blank"],
                pass_fds=(theirs_in, theirs_out),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**self._env, "HOME": self._profile},
            )
        os.close(theirs_in)
        os.close(theirs_out)
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        self("Browser.getVersion")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        end_groups([self._process])
        os.close(self._write)
        self._reader.join(10)
        os.close(self._read)

    def __call__(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        with self._lock:
            self._number += 1
            number, answer = self._number, self._answers.setdefault(self._number, queue.Queue())
            message: dict[str, Any] = {"id": number, "method": method, "params": params}
            if session:
                message["sessionId"] = session
            os.write(self._write, json.dumps(message).encode() + b"\0")
        try:
            told = answer.get(timeout=ANSWER_S)
        except queue.Empty as error:
            raise ChromiumError(f"{method}: no answer") from error
        if "error" in told:
            raise ChromiumError(f"{method}: {told['error']}")
        result: dict[str, Any] = told["result"]
        return result

    def load(self, folder: Path) -> str:
        """Load an unpacked extension; returns its id."""
        identity: str = self("Extensions.loadUnpacked", path=str(folder))["id"]
        return identity

    def targets(self, kind: str, part: str = "") -> list[dict[str, Any]]:
        """Its pages, workers, … whose address holds `part`."""
        everything: list[dict[str, Any]] = self("Target.getTargets", filter=[{"type": kind}])[
            "targetInfos"
        ]
        return [target for target in everything if part in target["url"]]

    def open(self, url: str, *, wait: bool = True, **options: Any) -> "Page":
        """Open a page in a tab in front, and wait until it is loaded."""
        found = self("Target.createTarget", url=url, **options)["targetId"]
        page = self.attach(found)
        if wait:
            loaded = "document.readyState === 'complete' && location.href !== 'about:blank'"
            until(lambda: page.js(loaded), f"{url} did not load")
        return page

    def attach(self, target: str) -> "Page":
        """Speak to a page or worker."""
        session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, target, session)

    def worker(self, identity: str) -> "Page":
        """An extension's background; it may have to be waited for."""
        address = f"chrome-extension://{identity}/"
        until(
            lambda: self.targets("service_worker", address), "the extension's worker did not start"
        )
        worker = self.attach(self.targets("service_worker", address)[0]["targetId"])
        until(lambda: worker.js("typeof chrome") == "object", "the worker's script did not run")
        return worker

    def _listen(self) -> None:
        rest = b""
        while chunk := _read(self._read):
            *messages, rest = (rest + chunk).split(b"\0")
            for raw in messages:
                message = json.loads(raw)
                if "id" not in message:
                    self.events.append(message)
                elif (waiting := self._answers.pop(message["id"], None)) is not None:
                    waiting.put(message)


class Page:
    """A page or worker that scripts can be run in, as a developer's console does."""

    def __init__(self, browser: Chromium, target: str, session: str) -> None:
        self.browser = browser
        self.target = target
        self.session = session

    def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command to this page."""
        return self.browser(method, self.session, **params)

    def js(self, script: str, *, gesture: bool = False) -> Any:
        """The value of an expression; a promise is waited for."""
        answer = self(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=gesture,
        )
        if "exceptionDetails" in answer:
            raise ChromiumError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def worlds(self) -> list[str]:
        """The names of the script worlds in it: its own has none, an extension's has the extension's."""
        self("Runtime.enable")  # tells those that are there
        made = [event for event in self.browser.events if event.get("sessionId") == self.session]
        contexts = [event["params"]["context"] for event in made if "context" in event["params"]]
        return [str(context["name"]) for context in contexts]

    def front(self) -> None:
        """Bring its tab to the front."""
        self("Page.bringToFront")

    def close(self) -> None:
        """Close its tab."""
        self.browser("Target.closeTarget", targetId=self.target)

    def click(self, selector: str) -> None:
        """Press and release the mouse in the middle of an element."""
        box = self.js(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self(
                "Input.dispatchMouseEvent",
                type=kind, x=box[0], y=box[1], button="left", clickCount=1,
            )  # fmt: skip

    def type(self, text: str) -> None:
        """Type where the focus is."""
        for char in text:
            self("Input.dispatchKeyEvent", type="char", text=char)

    def press(self, key: str) -> None:
        """Press a named key, such as ``Tab``."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27}
        for kind in ("rawKeyDown", "keyUp"):
            self(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key],
            )  # fmt: skip


def until(holds: Callable[[], Any], why: str, within_s: float = 20.0) -> Any:
    """What `holds` returns once it is true; fails with `why` when it does not come."""
    deadline = time.monotonic() + within_s
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(why)
        time.sleep(POLL_S)
    return found


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
