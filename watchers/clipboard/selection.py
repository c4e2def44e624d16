"""Asking the owner of an X selection for what it holds, without waiting for it on the loop.

Knows the protocol (ICCCM 2.0, section 2: TARGETS, ConvertSelection, INCR) and neither texts nor
events. An owner may hang, or answer an old question late: each question has a property of its own,
and one window asks them all until the end, since an owner that writes to a window that is gone may
die of it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

log = logging.getLogger(__name__)

STEP_S = 2.0  # an owner that needs longer for an answer, or for the next part of one, is given up
PAUSE_S = (0.001, 0.02)  # most owners answer within 1 ms
CHUNK = 1 << 16  # bytes; a larger reply holds the loop for milliseconds
PROPERTIES = 32


class NoAnswerError(Exception):
    """The owner did not answer in time, or another one has taken its place."""


class Selection:
    """One selection, as its requestor.

    Attributes:
        changes: How often it was told to have another owner, or a new content.
    """

    def __init__(self, display: Any, name: str) -> None:
        """Take a connection of one's own: its events are all read here."""
        from Xlib import X

        self._display = display
        self._selection = display.intern_atom(name)
        self._incr = display.intern_atom("INCR")
        self._window = display.screen().root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, X.InputOnly, event_mask=X.PropertyChangeMask
        )
        self._properties = deque(
            display.intern_atom(f"HUNCH_{number}") for number in range(PROPERTIES)
        )
        self._answers: deque[Any] = deque(maxlen=PROPERTIES)
        self._names: dict[int, str] = {}
        self.changes = self._current = 0

    def watch(self) -> None:
        """Ask to be told of new owners. Needs XFIXES."""
        from Xlib.ext import xfixes

        self._display.xfixes_query_version()  # without it the server ignores what follows
        mask = xfixes.XFixesSetSelectionOwnerNotifyMask
        root = self._display.screen().root
        self._display.xfixes_select_selection_input(root, self._selection, mask)
        self._display.sync()

    def pump(self) -> None:
        """Take all that the server told, without waiting."""
        from Xlib import X
        from Xlib.ext import xfixes

        while self._display.pending_events():
            event = self._display.next_event()
            if isinstance(event, xfixes.SelectionNotify):
                self.changes += 1
            elif event.type != X.PropertyNotify or event.state == X.PropertyNewValue:
                self._answers.append(event)

    def owner(self) -> int:
        """The window that owns it; 0 for none."""
        window = self._display.get_selection_owner(self._selection)
        return int(window.id) if window else 0

    async def targets(self) -> list[str]:
        """The names of the forms in which it can be had; none without an owner.

        What is asked after this is asked of the same content.

        Raises:
            NoAnswerError: The owner did not answer.
        """
        self.pump()
        self._current = self.changes
        asked = await self._ask("TARGETS")
        if asked is None:
            return []
        found = self._window.get_full_property(asked, 0)
        self._window.delete_property(asked)
        atoms = found.value if found is not None and found.format == 32 else ()
        return [name for atom in atoms if (name := self._name(int(atom)))]

    async def size(self, target: str, most: int) -> int | None:
        """Bytes of a form, as its owner announces them, without the content where it comes in parts.

        An owner that announces none is counted, and given up after `most` bytes: None.

        Raises:
            NoAnswerError: The owner did not answer.
        """
        asked = await self._ask(target)
        if asked is None:
            return None
        head = self._window.get_property(asked, 0, 0, 1)
        if head is None:
            return None
        if head.property_type != self._incr:
            self._window.delete_property(asked)
            return int(head.bytes_after) + len(head.value)
        if len(head.value) and head.value[0]:
            return int(head.value[0])
        size = 0
        async for part in self._increments(asked):
            size += len(part)
            if size > most:
                return None
        return size

    async def parts(self, target: str) -> AsyncIterator[bytes]:
        """Its content in one form, part after part; none when the owner refuses.

        Raises:
            NoAnswerError: The owner did not answer, or stopped in the middle.
        """
        asked = await self._ask(target)
        if asked is None:
            return
        head = self._window.get_property(asked, 0, 0, 0)
        comes = head is not None and head.property_type == self._incr
        async for part in self._increments(asked) if comes else self._read(asked):
            yield part

    async def _increments(self, asked: int) -> AsyncIterator[bytes]:
        """What comes into a property, part after part, until an empty one."""
        self._forget(asked)
        self._window.delete_property(asked)  # tells the owner to begin
        empty = False
        while not empty:
            await self._wait(lambda event: self._is_part(event, asked))
            empty = True
            async for part in self._read(asked):
                empty = empty and not part
                yield part

    async def _read(self, asked: int) -> AsyncIterator[bytes]:
        """What stands in a property, which is deleted then."""
        place = 0
        while True:
            found = self._window.get_property(asked, 0, place // 4, CHUNK // 4)
            if found is None:
                return
            yield bytes(found.value)
            place += len(found.value)
            if not found.bytes_after:
                break
            await asyncio.sleep(0)
        self._forget(asked)
        self._window.delete_property(asked)
        self._display.flush()

    async def _ask(self, target: str) -> int | None:
        """Ask for a form; the property in which the answer stands, None when it is refused."""
        from Xlib import X

        self._properties.rotate(-1)
        asked = self._properties[0]
        self._forget(asked)
        self._window.delete_property(asked)
        self._window.convert_selection(
            self._selection, self._display.intern_atom(target), asked, X.CurrentTime
        )
        self._display.flush()
        wanted = self._display.intern_atom(target)
        answer = await self._wait(
            lambda event: (
                event.type == X.SelectionNotify
                and event.target == wanted
                and event.property in (asked, X.NONE)
            )
        )
        return asked if answer.property == asked else None

    async def _wait(self, wanted: Callable[[Any], bool]) -> Any:
        pause_s, most_s = PAUSE_S
        try:
            async with asyncio.timeout(STEP_S):
                while True:
                    self.pump()
                    for answer in list(self._answers):
                        if wanted(answer):
                            self._answers.remove(answer)
                            return answer
                    if self.changes != self._current:
                        raise NoAnswerError("another owner has taken its place")
                    await asyncio.sleep(pause_s)
                    pause_s = min(2 * pause_s, most_s)
        except TimeoutError as error:
            raise NoAnswerError(f"the owner did not answer within {STEP_S:g} s") from error

    def _is_part(self, event: Any, asked: int) -> bool:
        from Xlib import X

        return bool(event.type == X.PropertyNotify and event.atom == asked)

    def _forget(self, asked: int) -> None:
        """Drop notices of a property's earlier values."""
        self.pump()
        left = [event for event in self._answers if not self._is_part(event, asked)]
        self._answers = deque(left, maxlen=PROPERTIES)

    def _name(self, atom: int) -> str | None:
        from Xlib.error import BadAtom

        if atom not in self._names:
            try:
                self._names[atom] = str(self._display.get_atom_name(atom))
            except BadAtom:
                log.debug("the owner offers a form that has no name")
                return None
        return self._names[atom]
