"""The desktop's own notifications, where the server is known to show buttons.

A server may claim actions and show none (dunst does), or hide them until the pointer
comes near (GNOME Shell does, and its banner is gone after seconds), so its name decides.
desktop-notifier runs on an asyncio loop of its own thread.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from tray.look_of_text import plain
from tray.popup.backend import Handlers, Shown

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

log = logging.getLogger(__name__)

# Servers that put buttons under a notification at once, by the name they give on D-Bus.
WITH_BUTTONS = frozenset(("Plasma", "Xfce Notify Daemon"))
NAME = "org.freedesktop.Notifications"
ASK_S = 2.0
RESULT_S = 10
LONGEST_TITLE, LONGEST_TEXT = 200, 300


def server_name() -> str | None:
    """The name of the notification server on the session bus; None where there is none."""
    try:
        return asyncio.run(asyncio.wait_for(_ask_name(), ASK_S))
    except Exception as error:
        log.debug("no notification server: %s", type(error).__name__)
        return None


async def _ask_name() -> str | None:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

    bus = await MessageBus().connect()
    try:
        reply = await bus.call(
            Message(NAME, "/org/freedesktop/Notifications", NAME, "GetServerInformation")
        )
    finally:
        bus.disconnect()
    return str(reply.body[0]) if reply is not None and reply.signature == "ssss" else None


class Notifier:
    """Shows proposals as notifications.

    Args:
        handlers: What the buttons do.
        on_loop: Has a function done on the loop, where handlers belong.

    Attributes:
        install_hint: What would make it work.
    """

    install_hint = "a notification server that shows buttons, such as Plasma's or xfce4-notifyd"

    def __init__(self, handlers: Handlers, on_loop: Callable[[Callable[[], None]], None]) -> None:
        self._handlers = handlers
        self._on_loop = on_loop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._notifier: DesktopNotifier | None = None
        self._current: str | None = None

    def is_compatible(self) -> bool:
        """Linux alone: macOS and Windows show a button only behind a gesture."""
        return sys.platform == "linux"

    def is_available(self) -> bool:
        """Whether the server of this session shows buttons."""
        return server_name() in WITH_BUTTONS

    def show(self, proposal: Shown) -> None:
        """Show it with its two buttons."""
        number, handlers = proposal.id, self._handlers
        buttons = {
            "Accept": lambda: handlers.accept(number),
            "Reject": lambda: handlers.reject(number),
        }
        shown = self._send(proposal.task, proposal.why, buttons, round(proposal.expires_s))
        self._run(self._tell(shown, number))

    def working(self, message: str) -> None:
        """A notification goes when it is answered; the result comes as another."""

    def result(self, message: str, *, undo: int | None) -> None:
        """Say what came of it."""
        handlers = self._handlers
        buttons = {} if undo is None else {"Undo": lambda: handlers.undo(undo)}
        self._run(self._send("Hunch", message, buttons, RESULT_S))

    def close(self) -> None:
        """Take it off the screen."""
        if self._current is not None:
            self._run(self._clear())

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="notifier", daemon=True).start()
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _tell(self, sent: Coroutine[Any, Any, bool], number: int) -> None:
        tell = self._handlers.shown if await sent else self._handlers.failed
        self._on_loop(lambda: tell(number))

    async def _send(
        self, title: str, text: str, buttons: dict[str, Callable[[], None]], stay_s: int
    ) -> bool:
        """Whether it reached the server; desktop-notifier only logs where it did not."""
        sent: list[bool] = []
        try:
            from desktop_notifier import Button, DesktopNotifier

            await self._clear()
            if self._notifier is None:
                self._notifier = DesktopNotifier(app_name="Hunch")
            self._current = await self._notifier.send(
                title=plain(title, LONGEST_TITLE),
                message=plain(text, LONGEST_TEXT),
                buttons=[
                    Button(name, lambda work=work: self._on_loop(work))  # type: ignore[misc]
                    for name, work in buttons.items()
                ],
                timeout=stay_s,
                on_dispatched=lambda: sent.append(True),
            )
        except Exception as error:
            log.warning("a notification was not sent: %s", type(error).__name__)
        return bool(sent)

    async def _clear(self) -> None:
        current, self._current = self._current, None
        if current is not None and self._notifier is not None:
            try:
                await self._notifier.clear(current)
            except Exception as error:
                log.debug("a notification had gone: %s", type(error).__name__)
