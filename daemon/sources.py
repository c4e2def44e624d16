"""Makes the watchers that the settings ask for, and keeps each of them running; none notices another's end."""

import asyncio
import logging
import socket
from collections.abc import Callable
from datetime import datetime

from daemon.config import Settings
from watchers.clipboard.choose import choose as choose_clipboard
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.input import InputWatcher
from watchers.platform import read_session
from watchers.sink import Sink
from watchers.watcher import Watcher, WatcherError
from watchers.window.choose import choose as choose_window
from watchers.window.watcher import WindowWatcher

log = logging.getLogger(__name__)

BACK_OFF_S = (2.0, 5.0, 15.0, 60.0)


class Sources:
    """The watchers.

    Attributes:
        problems: Why a watcher does not see at present, a sentence each, by its name.
    """

    def __init__(
        self,
        settings: Settings,
        sink: Sink,
        on_typing: Callable[[datetime], None],
        also: dict[str, Callable[[], Watcher]],
    ) -> None:
        self._settings = settings
        self._sink = sink
        self._on_typing = on_typing
        self._session = read_session()
        self._hostname = socket.gethostname()
        self._input: InputWatcher | None = None
        self._makers: dict[str, Callable[[], Watcher]] = {"input": self._make_input, **also}
        if settings.window != "off":
            self._makers["window"] = self._make_window
        if settings.clipboard != "off":
            self._makers["clipboard"] = self._make_clipboard
        self.problems: dict[str, str] = {}

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, make in self._makers.items():
                group.create_task(self._keep(name, make), name=f"watcher-{name}")

    async def _keep(self, name: str, make: Callable[[], Watcher]) -> None:
        """Run one watcher; when it ends, say why and start it again after a while."""
        for attempt in range(10**9):
            try:
                self.problems.pop(name, None)
                await make().run(self._sink)
                why = f"The watcher {name} ended."
            except WatcherError as error:
                why = str(error)
            except Exception:
                log.exception("the watcher %s failed", name)
                why = f"The watcher {name} failed and is started again; see hunch.log."
            self.problems[name] = why
            log.warning("watcher %s: %s", name, why)
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])

    def _make_input(self) -> Watcher:
        self._input = InputWatcher(
            self._hostname,
            self._session,
            keyboard=self._settings.keyboard != "off",
            mouse=self._settings.mouse != "off",
            afk_s=self._settings.afk_s,
            tick_s=min(5.0, self._settings.afk_s / 4),
            on_typing=self._on_typing,
        )
        return self._input

    def _make_window(self) -> Watcher:
        backend = choose_window(self._session)
        return WindowWatcher(self._hostname, backend, on_switch=self._close_run)

    def _make_clipboard(self) -> Watcher:
        return ClipboardWatcher(self._hostname, choose_clipboard(self._session))

    def _close_run(self, at: datetime) -> None:
        """What was typed belongs to the window that was in front."""
        if self._input is not None:
            self._input.flush(at)
