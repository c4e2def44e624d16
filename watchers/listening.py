"""The one place that knows what hears keyboard and mouse on which system."""

import logging
from collections.abc import Callable

from watchers.coverage import Cause
from watchers.evdev import EvdevHooks
from watchers.hooks import Hooks, Take
from watchers.idle import IdleHooks
from watchers.platform import Session
from watchers.record import RecordHooks
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

AnyHooks = Hooks | RecordHooks | EvdevHooks | IdleHooks


def listen(
    take: Take, session: Session, on_end: Callable[[], None] = lambda: None
) -> tuple[AnyHooks, Cause | None]:
    """The hooks for this session, made and not started, and why they hear neither keys nor mouse.

    `on_end` is called when the display ended under them, where that is heard; from any thread.

    Raises:
        WatcherError: Nothing can be heard; the message says what to do.
    """
    if session.system != "linux":
        return Hooks(take), None
    if session.display_server != "wayland":
        return RecordHooks(take, session, on_end), None
    try:
        return EvdevHooks(take, session), None
    except WatcherError as refused:
        try:
            hooks = IdleHooks(take, session)
        except WatcherError:
            raise refused from None
        log.warning("only whether somebody is there is known: %s", refused)
        return hooks, refused.cause
