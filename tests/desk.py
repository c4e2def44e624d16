"""A desktop for tests of privacy: what watchers tell of it, and clocks that the test sets."""

from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.privacy import Privacy, Rules
from daemon.privacy.exclusions import Address
from watchers.event import Bucket, Event

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
RULES = Rules(
    apps=("keepass", "i3lock"),
    titles=("tax",),
    private=("incognito",),
    addresses=(Address.of("bank.example"),),
    folders=("/secret",),
)


def bucket(kind: str, name: str) -> Bucket:
    return Bucket(name, kind, name, "host")


WINDOW = bucket("currentwindow", "aw-watcher-window_host")
OTHERS = bucket("currentwindow", "other-window_host")
TAB = bucket("web.tab.current", "aw-watcher-web-chrome")
FOX = bucket("web.tab.current", "aw-watcher-web-firefox")
INPUT = bucket("os.hid.input", "aw-watcher-input_host")
COPIES = bucket("clipboard", "aw-watcher-clipboard_host")
SHELL = bucket("app.shell.command", "hunch-shell_host")
EDITOR = bucket("app.editor.activity", "aw-watcher-vscode_host")
FILES = bucket("os.file.change", "aw-watcher-files_host")
AFK = bucket("afkstatus", "aw-watcher-afk_host")


class Desk:
    """A desktop whose clocks the test sets."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.wall, self.steady = START, 1000.0
        self.privacy = Privacy(rules, lambda: self.wall, lambda: self.steady)

    def wait(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds

    def set_clock(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    def tell(
        self, where: Bucket, data: dict[str, Any], ago_s: float = 0, lasted_s: float = 0
    ) -> Event | None:
        event = Event(self.wall - timedelta(seconds=ago_s + lasted_s), lasted_s, data)
        return self.privacy.clean(where, event, foreign=where not in (WINDOW, INPUT, COPIES, AFK))

    def window(self, app: str, title: str = "", where: Bucket = WINDOW) -> Event | None:
        return self.tell(where, {"app": app, "title": title})

    def tab(self, url: str, where: Bucket = TAB, **data: object) -> Event | None:
        return self.tell(where, {"url": url, "title": "t", "incognito": False, **data})

    def types(self, ago_s: float = 0, lasted_s: float = 1) -> bool:
        run = {"from": "keyboard", "type": "input", "data": "hello"}
        return self.tell(INPUT, run, ago_s, lasted_s) is not None

    def copies(self, ago_s: float = 0, **data: object) -> bool:
        return self.tell(COPIES, {"type": "text", "text": "hello", **data}, ago_s) is not None
