"""Puts the tray together: client, icon, popup, menu, on one Tk loop."""

import logging
import tkinter as tk
from datetime import datetime
from typing import Any

from tray.client import Client
from tray.icon import Entry, Icon
from tray.menu import MenuWindow, ProposalsWindow
from tray.note import NoteWindow
from tray.popup.backend import Handlers, PopupBackend, Shown
from tray.popup.choose import choose
from tray.work import Work

log = logging.getLogger(__name__)

LISTED, ASKED = 12, 60  # rows in the window; of those asked for, some were not offered


class Tray:
    """The tray process, on its main thread."""

    def __init__(self, root: tk.Tk, client: Client) -> None:
        self._root = root
        self._client = client
        self._work = Work(root)
        handlers = Handlers(self._seen, self._accept, self._reject, self._undo)
        self._popup: PopupBackend = choose(root, handlers, self._work.put)
        self._shown: int | None = None
        entries = (
            Entry("Pause 15 minutes", lambda: self._post("/pause", {"minutes": 15})),
            Entry("Pause 60 minutes", lambda: self._post("/pause", {"minutes": 60})),
            Entry("Pause until I resume", lambda: self._post("/pause", {})),
            Entry("Resume", lambda: self._post("/resume", {})),
            Entry("Help was needed just now", self._missed),
            Entry("Open proposals", self._list),
            Entry("Quit Hunch", lambda: self._post("/quit", {})),
        )
        menu = MenuWindow(root, entries)
        self._note = NoteWindow(root)
        self._list_window = ProposalsWindow(root, self._undo)
        self._icon = Icon(entries, lambda: self._work.put(menu.toggle))

    def run(self) -> None:
        """Live until the window system or a signal ends it."""
        self._icon.start()
        self._client.listen(lambda name, payload: self._work.put(lambda: self._hear(name, payload)))
        self._work.begin()
        try:
            self._root.mainloop()
        finally:
            self._work.end()
            self._client.close()
            self._icon.stop()

    def _hear(self, name: str, payload: dict[str, Any]) -> None:
        match name:
            case "proposal":
                self._show(Shown.of(payload))
            case "withdrawn" if payload.get("id") == self._shown:
                self._shown = None
                self._popup.close()
            case "result" if payload.get("id") == self._shown:
                self._popup.result(str(payload["message"]), can_undo=bool(payload["can_undo"]))
            case "status":
                recording = payload.get("state") == "recording"
                self._icon.show_state(active=recording, title=title(payload))
            case "gone":
                self._shown = None
                self._popup.close()
                self._icon.show_state(active=False, title="Hunch does not run")

    def _show(self, proposal: Shown) -> None:
        if self._shown != proposal.id:
            self._shown = proposal.id
            self._popup.show(proposal)

    def _seen(self, number: int) -> None:
        self._post(f"/proposals/{number}/shown", {})

    def _accept(self, number: int) -> None:
        self._popup.working()
        self._answer(number, "accept")

    def _reject(self, number: int) -> None:
        self._popup.close()
        self._answer(number, "reject")

    def _answer(self, number: int, answer: str) -> None:
        body = {"answer": answer, "via": "popup"}

        def done(reply: Any, why: str) -> None:
            if reply is None:
                self._work.put(lambda: self._popup.result(why, can_undo=False))

        self._client.call("POST", f"/proposals/{number}/answer", body, done)

    def _undo(self, number: int) -> None:
        def done(reply: Any, why: str) -> None:
            message = str(reply["message"]) if reply else why
            self._work.put(lambda: self._popup.result(message, can_undo=False))

        self._client.call("POST", f"/proposals/{number}/undo", {}, done)

    def _missed(self) -> None:
        def done(reply: Any, why: str) -> None:
            line = str(reply["message"]) if reply else why
            self._work.put(lambda: self._note.show(line))

        self._client.call("POST", "/missed", {"via": "tray"}, done)

    def _list(self) -> None:
        def done(reply: Any, why: str) -> None:
            found = [item for item in reply or [] if item["offered"]]
            self._work.put(lambda: self._list_window.show(found[:LISTED]))

        self._client.call("GET", f"/proposals?limit={ASKED}", None, done)

    def _post(self, path: str, body: dict[str, Any]) -> None:
        self._client.call("POST", path, body, lambda reply, why: None)


def title(status: dict[str, Any]) -> str:
    """What the icon says: until when it is paused, in the user's own time."""
    if status.get("state") == "recording":
        silent = status.get("silent_until")
        if silent is None:
            return "Hunch"
        day = f"{datetime.fromisoformat(silent).astimezone():%A, %d %B}"
        return f"Hunch (watching silently until {day}; see hunch review)"
    until = status.get("paused_until")
    if until is None:
        return "Hunch (paused until you resume)"
    return f"Hunch (paused until {datetime.fromisoformat(until).astimezone():%H:%M})"
