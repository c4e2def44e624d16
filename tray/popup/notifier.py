"""The desktop's own notifications, where the server is known to show buttons.

A server may claim actions and show none (dunst does), so its name decides.
desktop-notifier runs on an asyncio loop of its own thread.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from tray.popup.backend import Handlers, Shown

log = logging.getLogger(__name__)

# Servers that put buttons under a notification at once, by the name they give on D-Bus.
WITH_BUTTONS = frozenset(
    ("gnome-shell", "Plasma", "Xfce Notify Daemon", "cinnamon", "Budgie Notifications")
)
ASK_S = 2.0


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
            Message(
                destination="org.freedesktop.Notifications",
                path="/org/freedesktop/Notifications",
                interface="org.freedesktop.Notifications",
                member="GetServerInformation",
            )
        )
    finally:
        bus.disconnect()
    return str(reply.body[0]) if reply is not None and reply.signature == "ssss" else None


class Notifier:
    """Shows proposals as notifications.

    Args:
        handlers: What the buttons do.
        on_ui: Runs a function on the UI's thread, where handlers belong.
    """

    def __init__(self, handlers: Handlers, on_ui: Callable[[Callable[[], None]], None]) -> None:
        from desktop_notifier import DesktopNotifier

        self._handlers = handlers
        self._on_ui = on_ui
        self._loop = asyncio.new_event_loop()
        self._notifier = DesktopNotifier(app_name="Hunch")
        self._current: Any = None
        self._proposal: Shown | None = None
        threading.Thread(target=self._loop.run_forever, name="notifier", daemon=True).start()

    def show(self, proposal: Shown) -> None:
        """Show a proposal with its two buttons."""
        from desktop_notifier import Button

        self._proposal = proposal
        buttons = (
            Button("Accept", lambda: self._on_ui(lambda: self._handlers.accept(proposal.id))),
            Button("Reject", lambda: self._on_ui(lambda: self._handlers.reject(proposal.id))),
        )
        self._run(self._offer(proposal, buttons))

    def working(self) -> None:
        """Notifications go when they are answered; the result comes as another."""

    def result(self, message: str, *, can_undo: bool) -> None:
        """Say what came of it."""
        from desktop_notifier import Button

        number = self._proposal.id if self._proposal else 0
        undo = Button("Undo", lambda: self._on_ui(lambda: self._handlers.undo(number)))
        self._run(self._send("Done", message, (undo,) if can_undo else ()))

    def close(self) -> None:
        """Take it off the screen."""
        self._run(self._clear())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _offer(self, proposal: Shown, buttons: tuple[Any, ...]) -> None:
        """Show it; where the server refuses, nobody says that it was seen."""
        await self._send(proposal.task, proposal.why, buttons)
        self._on_ui(lambda: self._handlers.seen(proposal.id))

    async def _send(self, title: str, message: str, buttons: tuple[Any, ...]) -> None:
        await self._clear()
        self._current = await self._notifier.send(title=title, message=message, buttons=buttons)

    async def _clear(self) -> None:
        current, self._current = self._current, None
        if current is not None:
            await self._notifier.clear(current)
