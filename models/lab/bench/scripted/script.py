"""Writes scripted raw activity, and beside it what a careful onlooker would say of each stretch.

Rows have the form of our watchers' (`watchers/*/`, ActivityWatch's for tabs and editors): a window's row
lasts until the next one, a tab is told a little after its window, typed runs and commands are written
when they end. Knows neither the segmenter nor the rules that tell: only what was done. The kinds of
activity are in `web`, `work`, `life` and `edges`.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.lab.bench.scripted.stretch import Fact, Program, Row, Stretch, host_of, words_of
from models.segment import BucketEvent
from watchers.event import Event

TAB_LATE_S = (0.05, 0.4)  # after its window's title: the extension waits until a tab has settled
KEY_S = 0.09  # between two keys


class Script:
    """Writes one session.

    Args:
        chance: Draws all that is drawn.
        begin: When the session begins.
        browsers: Three: one has our extension, one ActivityWatch's, one has none.
        polls_s: How often a watcher looks at the window, as ActivityWatch's does; 0 where it is told at
            once, as by ours.

    Attributes:
        draw: Chance.
        begin: As given.
        now_s: Seconds since then.
        stretches: What was done, in order.
        browsers: As given.
        polls_s: As given.
    """

    def __init__(
        self,
        chance: random.Random,
        begin: datetime,
        browsers: Sequence[Program],
        polls_s: float = 0.0,
    ) -> None:
        self.draw = chance
        self.begin = begin
        self.browsers = tuple(browsers)
        self.polls_s = polls_s
        self.now_s = 0.0
        self.rows: list[Row] = []
        self.stretches: list[Stretch] = []
        self._lasting: dict[str, Row] = {}

    def stretch(self, kind: str) -> None:
        """From now on something else is done."""
        if self.stretches:
            self.stretches[-1].end_s = self.now_s
        self.stretches.append(Stretch(kind, self.now_s, self.now_s))

    def parts(self, count: int) -> Iterator[int]:
        """The stretch at hand is the first of so many of its kind; each of the others begins when it is asked for."""
        yield 0
        for number in range(1, count):
            self.stretch(self.stretches[-1].kind)
            yield number

    def finish(self) -> None:
        """Nothing more is done."""
        self.stretches[-1].end_s = self.now_s
        for what in list(self._lasting):
            self._ends(what, self.now_s)

    def means(self, name: str, *texts: str) -> None:
        """A main fact of the stretch: any of the texts tells it."""
        self.stretches[-1].facts.append(Fact(name, texts))

    def speaks(self, *words: str) -> None:
        """What may be said of the stretch besides its rows' words."""
        self.stretches[-1].spoken.extend(words)

    def again(self) -> None:
        """What was in front in the stretch before is in front still."""
        before, now = self.stretches[-2:]
        now.spoken.extend(words_of(before))
        now.sites |= before.sites
        if before.acts & {"search", "results"}:
            now.acts.add("results")

    def hides(self, text: str) -> None:
        """What must not be told."""
        self.stretches[-1].secrets.append(text)

    def did(self, act: str) -> None:
        """An act that a sentence may claim."""
        self.stretches[-1].acts.add(act)

    def wait(self, least_s: float, most_s: float | None = None) -> None:
        """Time goes by."""
        self.now_s += self.draw.uniform(least_s, most_s or 1.5 * least_s)

    def row(self, type_: str, at_s: float, length_s: float, data: Mapping[str, Any]) -> Row:
        """Write a row."""
        row = Row(type_, at_s, length_s, dict(data))
        self.rows.append(row)
        self.stretches[-1].rows.append(row)
        return row

    def _lasts(self, what: str, row: Row) -> None:
        """A state lasts until the next of its sort."""
        self._ends(what, row.at_s)
        self._lasting[what] = row

    def _ends(self, what: str, at_s: float) -> None:
        if before := self._lasting.pop(what, None):
            before.length_s = max(at_s - before.at_s, 0.0)

    def window(self, program: Program, document: str = "", **words: str) -> str:
        """A window comes to the front, or its title changes; returns the title."""
        title = program.title.format(document, **words)
        self._ends("editor", self.now_s)  # an editor's extension tells what is done there
        at_s = self._next_look()
        if (shown := self._lasting.get("window")) and shown.at_s >= at_s:
            self._unseen(shown)
        data = {"app": program.app, "title": title}
        self._lasts("window", self.row("currentwindow", at_s, 0.0, data))
        self.speaks(*program.spoken)
        return title

    def _next_look(self) -> float:
        """When a watcher sees what is in front now."""
        if not self.polls_s:
            return self.now_s
        return math.ceil(self.now_s / self.polls_s) * self.polls_s

    def _unseen(self, row: Row) -> None:
        """A window that came and went between two looks."""
        del self._lasting["window"]
        self.rows.remove(row)
        for stretch in self.stretches[-2:]:
            stretch.rows = [kept for kept in stretch.rows if kept is not row]

    def shows(
        self, browser: Program, title: str, url: str, *, query: str = "", audible: bool = False
    ) -> None:
        """A page comes to the front, by its window and its tab, where the browser has an extension."""
        self.window(browser, title)
        if browser in self.browsers[:2]:
            ours = browser == self.browsers[0]  # it alone tells queries
            more = {"password_focus": False} | ({"query": query} if query else {}) if ours else {}
            self._tab(browser, {"url": url, "title": title, "audible": audible, **more})
        else:
            self.stretches[-1].sites[title] = ""

    def _tab(self, browser: Program, data: dict[str, Any]) -> None:
        """An extension goes on telling its tab while another program is in front."""
        self.stretches[-1].sites[data["title"]] = host_of(data["url"])
        data |= {"incognito": False, "tabCount": self.draw.randrange(1, 30)}
        at_s = self.now_s + self.draw.uniform(*TAB_LATE_S)
        self._lasts(f"tab of {browser.app}", self.row("web.tab.current", at_s, 0.0, data))

    def editor(self, file: str, project: str) -> None:
        """An editor's extension tells its file."""
        data = {"file": file, "project": project, "language": file.rsplit(".", 1)[-1]}
        self._lasts("editor", self.row("app.editor.activity", self.now_s + 0.1, 0.0, data))

    def may_cut(self) -> None:
        """Here a cut is neither right nor wrong."""
        self.stretches[-1].either_s.append(self.now_s)

    def type(self, text: str, *, enter: bool = False) -> None:
        """Type a text."""
        length = KEY_S * len(text) + 0.2
        self._input({"from": "keyboard", "type": "input", "data": text}, length)
        self.did("type")
        if enter:
            self.key("enter")

    def type_unkept(self, letters: int) -> None:
        """Type a text of which only the length is kept."""
        data = {"from": "keyboard", "type": "input", "length": letters}
        self._input(data, KEY_S * letters + 0.2)
        self.did("type")

    def key(self, name: str) -> None:
        """Press a key or a shortcut."""
        self._input({"from": "keyboard", "data": {"type": "pressAndRelease", "key": name}}, 0.0)
        if act := {"ctrl+v": "paste", "ctrl+shift+v": "paste", "ctrl+s": "save"}.get(name):
            self.did(act)
        self.did("press")

    def click(self, count: int = 1) -> None:
        """Click."""
        mouse = {"type": "click", "button": "left", "count": count}
        self._input({"from": "mouse", "data": mouse}, 0.1)
        self.did("click")

    def drag(self) -> None:
        """Drag something."""
        self._input({"from": "mouse", "data": {"type": "drag", "button": "left"}}, 0.8)
        self.did("drag")

    def scroll(self, amount: int) -> None:
        """Turn the wheel."""
        mouse = {"type": "scroll", "direction": "down", "amount": amount}
        self._input({"from": "mouse", "data": mouse}, 1.0)
        self.did("scroll")

    def look_through(self, amount: int) -> None:
        """Look, turn the wheel, look again."""
        self.wait(4)
        self.scroll(amount)
        self.wait(4)

    def copy(self, text: str) -> None:
        """Copy a text."""
        self.key("ctrl+c")
        self._copied({"type": "text", "text": text, "length": len(text)})

    def copy_files(self, names: list[str]) -> None:
        """Copy files, in a file manager."""
        self.key("ctrl+c")
        self._copied({"type": "files", "files": names})

    def copy_picture(self) -> None:
        """Copy a picture."""
        self.key("ctrl+c")
        self._copied({"type": "image", "width": 640, "height": 480})

    def runs(self, command: str, status: int, took_s: float) -> None:
        """A shell's hook tells a command once it has ended."""
        self.row("app.shell.command", self.now_s, took_s,
                 {"command": command, "exit_status": status, "shell": "bash"})  # fmt: skip
        self.now_s += took_s
        self.did("run")
        self.ended(status)

    def ended(self, status: int) -> None:
        """How a command ended."""
        self.did({0: "succeed", 130: "interrupt"}.get(status, "fail"))

    def file(self, action: str, path: str, **more: str) -> None:
        """A watched folder changes."""
        kind = path.rsplit(".", 1)[-1]
        self.row("os.file.change", self.now_s, 0.0,
                 {"action": action, "path": path, "kind": kind, **more})  # fmt: skip
        self.did({"created": "save", "modified": "save"}.get(action, "rename"))

    def away(self, length_s: float) -> None:
        """Nobody is there."""
        self.row("afkstatus", self.now_s, length_s, {"status": "afk"})
        self.now_s += length_s
        self.row("afkstatus", self.now_s, 0.0, {"status": "not-afk"})

    def lost(self, source: str, cause: str, length_s: float) -> None:
        """One watcher sees nothing for a time."""
        self._ends("window", self.now_s)
        self.row("coverage.gap", self.now_s, length_s, {"source": source, "cause": cause})

    def gap(self, cause: str, length_s: float) -> None:
        """Nothing can be seen."""
        self._ends("window", self.now_s)
        self.row("coverage.gap", self.now_s, length_s, {"source": "*", "cause": cause})
        self.now_s += length_s
        self.did("hide")

    def events(self) -> list[BucketEvent]:
        """All rows, in the order of their begin."""
        rows = sorted(self.rows, key=lambda row: row.at_s)
        return [
            BucketEvent(row.type, Event(self.when(row.at_s), row.length_s, row.data, number))
            for number, row in enumerate(rows, start=1)
        ]

    def when(self, at_s: float) -> datetime:
        """A moment of the session."""
        return self.begin + timedelta(seconds=at_s)

    def _input(self, data: Mapping[str, Any], length_s: float) -> None:
        self.row("os.hid.input", self.now_s, length_s, data)
        self.now_s += length_s + 0.3

    def _copied(self, data: Mapping[str, Any]) -> None:
        self.row("clipboard", self.now_s, 0.0, data)
        self.now_s += 0.3
        self.did("copy")
