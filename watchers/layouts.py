"""The whole keyboard map of an X server: up to four layouts, where the core table holds two.

Asked for on a connection of its own, since a client that uses XKB is no longer told of changes in
the old way. Source: X Keyboard Extension protocol, appendix D: XkbUseExtension, XkbGetMap.
"""

import logging
import struct
from dataclasses import dataclass
from typing import Any

from watchers.display import connect, disconnect
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

NAME = "XKEYBOARD"
CORE_KEYBOARD = 0x100
TYPES, SYMBOLS = 0x01, 0x02
GROUP_AT = 13
WRAP, CLAMP = 0x00, 0x40  # of a layout that a key does not have; else it is redirected


@dataclass(frozen=True, slots=True)
class Map:
    """Which keysym each key has.

    Attributes:
        types: Of each type of key: the modifiers it heeds, and the level of each combination.
        keys: Of each keycode: a type for each layout, its group byte, levels a layout, keysyms.
    """

    types: tuple[tuple[int, dict[int, int]], ...] = ()
    keys: dict[int, tuple[tuple[int, ...], int, int, tuple[int, ...]]] | None = None

    def keysym(self, keycode: int, state: int) -> int:
        """The keysym of a key with what is held and which layout is on; 0 when there is none."""
        kinds, groups, width, symbols = (self.keys or {}).get(keycode, ((), 0, 0, ()))
        count = groups & 0x0F
        if not count or not width:
            return 0
        group = (state >> GROUP_AT) & 3
        if group >= count:
            rule = groups & 0xC0
            other = count - 1 if rule == CLAMP else (groups >> 4) & 3
            group = group % count if rule == WRAP else min(other, count - 1)
        mask, levels = self.types[kinds[group]]
        return symbols[group * width + min(levels.get(state & mask, 0), width - 1)]


def read(display: str | None) -> Map:
    """The map as it is now; an empty one when the server has no XKB or does not answer."""
    from Xlib.error import ConnectionClosedError, XError

    try:
        connection = connect(display)
    except WatcherError:
        return Map()
    try:
        found = connection.query_extension(NAME)  # `has_extension` knows Xlib's own ones alone
        return parse(_reply(connection, found.major_opcode)) if found else Map()
    except (ConnectionClosedError, XError, OSError, struct.error, IndexError) as error:
        log.info("the keyboard map was not read: %s", type(error).__name__)
        return Map()
    finally:
        disconnect(connection)


def parse(reply: bytes) -> Map:
    """The map in the whole reply to XkbGetMap.

    Raises:
        IndexError, struct.error: It is too short.
    """
    number, first, keys = reply[15], reply[17], reply[20]
    place, types = 40, []
    for _ in range(number):
        mask, entries, preserved = reply[place], reply[place + 5], reply[place + 6]
        places = range(place + 8, place + 8 + 8 * entries, 8)
        levels = {reply[at + 1]: reply[at + 2] for at in places if reply[at]}
        types.append((mask, levels))
        place += 8 + 8 * entries + (4 * entries if preserved else 0)
    found = {}
    for code in range(first, first + keys):
        kinds, groups, width, count = struct.unpack_from("=4sBBH", reply, place)
        symbols = struct.unpack_from(f"={count}I", reply, place + 8)
        found[code] = tuple(kinds), groups, width, symbols
        place += 8 + 4 * count
    return Map(tuple(types), found)


def _reply(connection: Any, opcode: int) -> bytes:
    """The server's answer to XkbGetMap, for the types and keysyms of the whole keyboard."""
    from Xlib.protocol import rq

    head = (rq.Card8("opcode"), rq.Opcode(0), rq.RequestLength())

    class UseExtension(rq.ReplyRequest):  # type: ignore[misc]  # Xlib has no types
        _request = rq.Struct(*head, rq.Card16("major"), rq.Card16("minor"))
        _reply = rq.Struct(rq.ReplyCode(), rq.Pad(1), rq.Card16("sequence_number"), rq.Pad(28))

    class GetMap(rq.ReplyRequest):  # type: ignore[misc]  # Xlib has no types
        _request = rq.Struct(
            rq.Card8("opcode"), rq.Opcode(8), rq.RequestLength(), rq.Card16("device"),
            rq.Card16("full"), rq.Pad(20),
        )  # fmt: skip

        _reply = None  # parsed by hand, below

        def _parse_response(self, data: bytes) -> None:
            (number,) = struct.unpack_from("=H", data, 2)
            self._data = {"sequence_number": number, "whole": bytes(data)}

    UseExtension(display=connection.display, opcode=opcode, major=1, minor=0)
    what = {"device": CORE_KEYBOARD, "full": TYPES | SYMBOLS}
    return bytes(GetMap(display=connection.display, opcode=opcode, **what).whole)
