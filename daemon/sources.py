"""The table of watchers that the settings ask for, and what `hunch status` says of every source.

A watcher is one line in `_table` and one method that makes it; `daemon.supervision` runs them.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from daemon.config import Settings
from daemon.coverage import Gap, Gaps
from daemon.in_front import InFront
from daemon.supervision import Supervisor, Watched
from watchers.clipboard.choose import choose as choose_clipboard
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.coverage import ALL
from watchers.files.watcher import FilesWatcher
from watchers.focus import choose as focus
from watchers.focus.watcher import FocusWatcher
from watchers.input import InputWatcher
from watchers.manifest import MANIFESTS, Manifest
from watchers.platform import read_session
from watchers.presence import Hands, Presence
from watchers.session import microphone
from watchers.session.choose import choose as choose_session
from watchers.session.watcher import SessionWatcher
from watchers.sharing import SharingWatcher
from watchers.sink import Sink
from watchers.watcher import Watcher
from watchers.window.choose import choose as choose_window
from watchers.window.watcher import WindowWatcher

TICK_S = 5.0
SILENCE_S = 60.0  # of a watcher that tells something every few seconds; a busy machine is late
TOLD = frozenset({"browser", "editor", "shell"})  # by programs that speak to the local API


class SourceStatus(msgspec.Struct, frozen=True):
    """What `hunch status` says of a source.

    Attributes:
        source: Its name in `watchers.manifest`.
        mode: ``off``, ``counts`` or ``text``.
        seen: Whether it sees now; None when another program has to tell, and nobody knows if it does.
        cause: Why not.
        since: Since when not.
        last: When its newest event ended; None when there is none.
    """

    source: str
    mode: str
    seen: bool | None
    cause: str | None = None
    since: datetime | None = None
    last: datetime | None = None


class Sources:
    """The watchers."""

    def __init__(
        self,
        settings: Settings,
        sink: Sink,
        coverage: Gaps,
        on_typing: Callable[[datetime], None],
        on_switch: Callable[[datetime], None],
        also: Mapping[str, Callable[[], Watcher]],
        keeps_copy: Callable[[str], bool] = lambda text: False,
        records: Callable[[], bool] = microphone.records,
    ) -> None:
        """Prepare.

        Args:
            settings: Which sources, and how.
            sink: Takes what they see.
            coverage: Told what cannot be seen; watchers that learn of more get it, too.
            on_typing: Called with the time of every key press.
            on_switch: Called when another window came to the front.
            also: Watchers besides, by their names.
            keeps_copy: Whether a text is the newest copy and was kept as it is; else a paste of it
                would carry it past an exclusion.
            records: Whether a sound card records, as in a call; Linux alone knows.
        """
        self._settings = settings
        self._coverage = coverage
        self._on_typing, self._on_switch = on_typing, on_switch
        self._keeps_copy, self._records = keeps_copy, records
        self._session = read_session()
        self._hostname = socket.gethostname()
        self._input: InputWatcher | None = None
        self._clipboard: ClipboardWatcher | None = None
        self._presence = Presence()
        self._shared = False
        self._front = InFront(sink, lambda: "window" in coverage.blind)
        self._guard = focus.guard(self._session, coverage, self._front.pid)
        self._supervisor = Supervisor(self._front, coverage)
        self._watched = [*self._table(), *(Watched(name, (), make) for name, make in also.items())]

    @property
    def problems(self) -> dict[str, str]:
        """Why a watcher does not see at present, a sentence each, by its name."""
        return self._supervisor.problems

    @property
    def audience(self) -> bool:
        """Whether others may be looking or listening: a film, slides, a shared screen, a call."""
        return self._shared or self._front.fullscreen() or self._records()

    @property
    def locked(self) -> bool:
        """Whether the screen is locked: nobody would see a popup."""
        return any(gap.cause == "locked" for gap in self._coverage.open)

    @property
    def blind(self) -> frozenset[str]:
        """The sources that do not see now."""
        return self._coverage.blind

    @property
    def hands(self) -> Hands:
        """What is heard of the user's hands now."""
        return self._input.hands if self._input is not None else Hands()

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for watched in self._watched:
                group.create_task(self._supervisor.keep(watched), name=f"keep-{watched.name}")

    def flush(self, at: datetime | None = None) -> None:
        """Close what is being typed: it belongs to the window that was in front until `at`, or now."""
        if self._input is not None:
            self._input.flush(at)

    def status(self, last: Mapping[str, datetime]) -> list[SourceStatus]:
        """Every source, whether it is watched or not.

        Args:
            last: When the newest event of each type of bucket ended.
        """
        gaps = self._coverage.open
        return [self._status(item, gaps, last.get(item.bucket_type)) for item in MANIFESTS]

    def _status(self, item: Manifest, gaps: list[Gap], last: datetime | None) -> SourceStatus:
        mode = self._mode(item.source)
        if mode == "off":
            return SourceStatus(item.source, mode, False, "off", None, last)
        for gap in gaps:
            if gap.source in (item.source, ALL):
                return SourceStatus(item.source, mode, False, gap.cause, gap.since, last)
        return SourceStatus(item.source, mode, None if item.source in TOLD else True, last=last)

    def _mode(self, source: str) -> str:
        if source == "files" and not self._settings.folders:
            return "off"
        return str(getattr(self._settings, source, "counts"))  # absence has no setting

    def _on(self, *sources: str) -> tuple[str, ...]:
        return tuple(source for source in sources if self._mode(source) != "off")

    def _table(self) -> Iterator[Watched]:
        """A line for each watcher."""
        yield Watched("session", (), self._make_session)
        if self._on("keyboard"):
            yield Watched("focus", (), self._make_focus)
        yield Watched("input", self._on("keyboard", "mouse", "afk"), self._make_input, SILENCE_S)
        if sources := self._on("window"):
            yield Watched("window", sources, self._make_window)
        if sources := self._on("clipboard"):
            yield Watched("clipboard", sources, self._make_clipboard)
        if sources := self._on("files"):
            yield Watched("files", sources, self._make_files)
        if SharingWatcher.is_compatible(self._session):
            yield Watched("sharing", (), self._make_sharing)

    def _make_input(self) -> Watcher:
        self._input = InputWatcher(
            self._hostname,
            self._session,
            keyboard=self._settings.keyboard != "off",
            mouse=self._settings.mouse != "off",
            afk_s=self._settings.afk_s,
            tick_s=min(TICK_S, self._settings.afk_s / 4),
            on_typing=self._on_typing,
            clipboard=self._pasted,
            front=self._front.app,
            coverage=self._coverage,
            guard=self._guard,
            presence=self._presence,
        )
        return self._input

    def _make_window(self) -> Watcher:
        backend = choose_window(self._session)
        return WindowWatcher(self._hostname, backend, on_switch=self._switched)

    def _switched(self, at: datetime) -> None:
        self.flush(at)
        self._on_switch(at)

    def _make_clipboard(self) -> Watcher:
        backend = choose_clipboard(self._session)
        self._clipboard = ClipboardWatcher(self._hostname, backend, front=self._front.app)
        return self._clipboard

    def _make_files(self) -> Watcher:
        folders = [Path(folder).expanduser() for folder in self._settings.folders]
        ours = (self._settings.data_path, self._settings.notes_path)
        return FilesWatcher(self._hostname, folders, apart=ours)

    def _make_sharing(self) -> Watcher:
        return SharingWatcher(self._session, self._share)

    def _share(self, shared: bool) -> None:
        self._shared = shared

    def _make_session(self) -> Watcher:
        return SessionWatcher(choose_session(self._session), self._coverage, self._presence)

    def _make_focus(self) -> Watcher:
        return FocusWatcher(self._guard, focus.choose(self._session))

    def _pasted(self) -> str | None:
        """What a paste would put in; None when it is not known, or the copy itself was not kept."""
        if self._clipboard is None or self._settings.clipboard != "text":
            return None
        text = self._clipboard.newest()
        return text if text is not None and self._keeps_copy(text) else None
