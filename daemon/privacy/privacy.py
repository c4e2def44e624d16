"""What must not be kept is taken out here, in memory, before anything is stored.

Every event passes once, in this order: what is in front is noted; content of a hidden stretch, of an
excluded window, page or folder is dropped; the source's mode reduces the rest; secrets in what is left
are redacted. On doubt nothing is kept.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from daemon.privacy.exclusions import Rules, read
from daemon.privacy.front import NOTHING, Front
from daemon.privacy.modes import reduce
from daemon.privacy.pages import asks, titled
from daemon.privacy.redaction import redacted
from daemon.privacy.runs import Runs
from daemon.privacy.same import Same
from daemon.privacy.stretches import Stretches
from models.applications import application
from watchers.event import Bucket, Event

WINDOW = "currentwindow"
TAB = "web.tab.current"
EDITOR = "app.editor.activity"
SHELL = "app.shell.command"
FILE = "os.file.change"
INPUT = "os.hid.input"
CLIPBOARD = "clipboard"
GAP = "coverage.gap"
STATES = frozenset(
    (WINDOW, TAB, EDITOR, FILE, "afkstatus")
)  # any other type is content: on doubt it is
REPEATED = frozenset((WINDOW, "afkstatus"))  # told again and again as long as it holds
MOST = 64  # tellers
SEEN = frozenset((WINDOW, TAB, EDITOR, SHELL, FILE, CLIPBOARD))
TEXTS = frozenset(
    [
        "app",
        "title",
        "executable",
        "url",
        "file",
        "project",
        "command",
        "cwd",
        "path",
        "from",
        "text",
    ]  # of any source
)
Redact = Callable[[dict[str, Any]], dict[str, Any]]
MOVE = {"type": "move"}  # a hand at the mouse is no change of field
LATE_COPY_S = 2.0  # a clipboard that is polled tells a copy so late
IN_FRONT = "front"  # the teller of what follows from windows and pages
LATE_S = 1.0  # a window is seen up to half a second after it came to the front
TOLD = "told"  # the teller of what watchers learn: locked, a password field


class Privacy:
    """Passes on what may be kept. One for the daemon: it follows what is in front.

    Args:
        rules: What the user excluded, and each source's mode.
        now: The wall clock.
        monotonic: A clock in seconds that nobody sets.
    """

    def __init__(
        self,
        rules: Rules,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rules = rules
        self._now = now
        self._front = Front(monotonic)
        self._stretches = Stretches(now, monotonic)
        self._runs = Runs(monotonic)
        self._causes: frozenset[str] = NOTHING
        self._same: dict[str, Same] = {}

    def clean(
        self, bucket: Bucket, event: Event, *, foreign: bool = False, redact: Redact = redacted
    ) -> Event | None:
        """The event as it may be kept; None when nothing of it may.

        Args:
            bucket: Where it goes.
            event: As it was seen.
            foreign: Another program told it through the API: it may hide, and lift only what itself hid.
            redact: `redacted`, or an `Ahead` of the event's data.
        """
        teller = f"api {bucket.id}" if foreign else bucket.id
        same = self._same.get(teller)
        if (
            same is not None
            and same.holds(bucket.type, event.data)
            and self._repeated(same, teller, event.timestamp)
        ):
            return Event(event.timestamp, event.duration, same.data, event.id)
        return self._cleaned(bucket, event, teller, redact)

    def forget(self) -> None:
        """Remember no data, not even to know it again."""
        self._same.clear()

    def _repeated(self, same: Same, teller: str, at: datetime) -> bool:
        """Note once more what is in front, of which all was kept; False when it is not kept now."""
        if same.app is None:
            return True
        self._front.repeat(teller)
        self._settle(at)
        self._runs.turn(same.app)
        return not (self._front.hiding and same.browser and self._front.inside(same.app))

    def _cleaned(self, bucket: Bucket, event: Event, teller: str, redact: Redact) -> Event | None:
        self._same.pop(teller, None)
        if bucket.type == GAP:
            return None  # Hunch alone says what it could not see, past this gate
        if bucket.type in SEEN and not all(
            isinstance(value, str | None) for name, value in event.data.items() if name in TEXTS
        ):
            return None  # an exclusion could not be held against it
        data = self._sight(bucket, event, teller)
        if data is None or (bucket.type not in STATES and self._covered(bucket, event)):
            return None
        kept = reduce(bucket.type, data, self._rules.modes)
        if kept is None:
            return None
        typed = bucket.type == INPUT and kept.get("data") != MOVE
        kept = self._runs.redacted(kept) if typed else redact(kept)
        if bucket.type in REPEATED:
            self._remember(bucket, event.data, kept, teller)
        return msgspec.structs.replace(event, data=kept)

    def _remember(
        self, bucket: Bucket, data: dict[str, Any], kept: dict[str, Any], teller: str
    ) -> None:
        """Know an event's data again."""
        same = Same.of(bucket.type, data, kept)
        if same is not None:
            if len(self._same) >= MOST:
                self._same.clear()
            self._same[teller] = same

    def hide(self, cause: str, since: datetime) -> None:
        """Keep no content from then on: a watcher learnt of a cause. Told again while it holds: no harm."""
        self._stretches.begin(TOLD, cause, since)

    def show(self, cause: str, at: datetime) -> None:
        """The cause holds no more."""
        self._stretches.end(TOLD, cause, at)

    @property
    def hidden(self) -> frozenset[str]:
        """Causes that hide content now."""
        if self._front.hiding or self._causes:
            self._settle(self._now())
        return self._stretches.causes

    def _sight(self, bucket: Bucket, event: Event, teller: str) -> dict[str, Any] | None:
        """Note what is in front; the data as far as this event's own window, page or folder lets it pass."""
        match bucket.type:
            case "currentwindow":
                return self._window(event, teller)
            case "web.tab.current":
                return self._tab(event, teller)
            case "app.editor.activity":
                return self._editor(event, teller)
            case "app.shell.command":
                return self._shell(event, teller)
            case "os.file.change":
                return self._file(event)
            case _ if bucket.type not in STATES:
                if bucket.type == CLIPBOARD and "paths" in event.data:
                    return self._files(event.data)
                shown = self._rules.window(event.data) or self._rules.shows_folder(event.data)
                return None if shown else event.data
            case _:
                return event.data

    def _window(self, event: Event, teller: str) -> dict[str, Any] | None:
        app, title = _text(event.data, "app"), _text(event.data, "title")
        cause = self._rules.window(event.data)
        asked = cause is None and _sort(app) == "browser" and titled(title)
        self._front.take(teller, "window", "password" if asked else cause, app)
        self._settle(event.timestamp)
        self._runs.turn(app)
        if cause is not None:
            return None
        if asked or (_sort(app) == "browser" and self._front.inside(app)):
            return event.data | {"title": ""}
        return event.data

    def _tab(self, event: Event, teller: str) -> dict[str, Any] | None:
        data, url = event.data, _text(event.data, "url")
        parts = read(url) if url else None
        cause = self._rules.window({"title": data.get("title")})
        if data.get("incognito") and data["incognito"] != "false":
            cause = "private"
        elif self._rules.address(url):
            cause = "excluded"
        asked = cause is None and asks(parts, _text(data, "title"))
        typed = asked or bool(data.get("password_focus"))
        self._front.take(teller, "browser", cause or ("password" if typed else None), teller)
        self._settle(event.timestamp)
        if cause is not None:
            return None
        return (
            _visit(data, parts.scheme if parts else "", parts.hostname if parts else "")
            if asked
            else data
        )

    def _editor(self, event: Event, teller: str) -> dict[str, Any] | None:
        project = _text(event.data, "project")
        inside = self._rules.folder(project) or self._rules.folder(
            _text(event.data, "file"), project
        )
        return self._place(event, teller, "editor", inside=inside)

    def _shell(self, event: Event, teller: str) -> dict[str, Any] | None:
        inside = self._rules.command(_text(event.data, "command"), _text(event.data, "cwd"))
        return self._place(event, teller, "terminal", inside=inside)

    def _place(
        self, event: Event, teller: str, sort: str, *, inside: bool
    ) -> dict[str, Any] | None:
        """What an editor or a shell tells; inside an excluded folder nothing typed there is kept either."""
        self._front.take(teller, sort, "excluded" if inside else None, "")
        self._settle(event.timestamp)
        return None if inside else event.data

    def _file(self, event: Event) -> dict[str, Any] | None:
        paths = (_text(event.data, "path"), _text(event.data, "from"))
        return None if any(self._rules.folder(path) for path in paths) else event.data

    def _files(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Copied files by their names; where they lie is looked at here, and not kept."""
        paths = data["paths"]
        known = isinstance(paths, list) and all(isinstance(path, str) for path in paths)
        if not known or any(map(self._rules.folder, paths)) or self._rules.window(data):
            return None
        return {key: data[key] for key in data if key != "paths"}

    def _covered(self, bucket: Bucket, event: Event) -> bool:
        """Whether content overlaps a hidden stretch; a command counts as its beginning."""
        self._settle(self._now())
        start, end = event.timestamp, max(event.end, event.timestamp)
        if bucket.type == SHELL:
            end = start
        elif bucket.type == CLIPBOARD:
            start -= timedelta(seconds=LATE_COPY_S)
        return self._stretches.cover(start, end)

    def _settle(self, at: datetime) -> None:
        """Begin and end the stretches that follow from what is in front."""
        causes = self._front.causes()
        if causes == self._causes:
            return
        for cause in causes - self._causes:
            self._stretches.begin(IN_FRONT, cause, at, LATE_S)
        for cause in self._causes - causes:
            self._stretches.end(IN_FRONT, cause, at)
        self._causes = causes


def _visit(data: dict[str, Any], scheme: str, host: str | None) -> dict[str, Any]:
    """The visit of a page that asks for a password: its host, and nothing of what it shows."""
    kept = {key: value for key, value in data.items() if not isinstance(value, str | list | dict)}
    return kept | {"url": f"{scheme}://{host}/" if host else "", "title": host or ""}


def _sort(app: str) -> str:
    program = application(app)
    return program.sort if program else "other"


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
