"""What the daemon does for its clients: the tray, the command line."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Literal

import msgspec

from daemon import profile as profiles
from daemon import review as reviewing
from daemon.broadcast import Broadcast
from daemon.executor import Executor
from daemon.forget import Forgetter
from daemon.proposals import Proposals
from daemon.recorder import Recorder
from daemon.selection import Selection
from daemon.shadow import Shadow
from daemon.standing import Standing
from daemon.store import Store, capture
from daemon.store import proposals as rows
from daemon.store.proposals import Answer, ProposalRow
from daemon.store.review import Kind

ANSWERS: dict[str, Answer] = {"accept": "accept", "reject": "reject", "ignore": "ignore"}


class Api:
    """Implements `daemon.server.hunch.HunchApi`."""

    def __init__(
        self,
        store: Store,
        recorder: Recorder,
        manners: Proposals,
        executor: Executor,
        broadcast: Broadcast,
        forgetter: Forgetter,
        shadow: Shadow,
        standing: Standing,
        *,
        stop: asyncio.Event,
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._manners = manners
        self._executor = executor
        self._broadcast = broadcast
        self._forgetter = forgetter
        self._stop = stop
        self._standing = standing
        self._shadow = shadow
        self._last = self._state()  # as clients were last told

    def status(self) -> dict[str, Any]:
        """What the daemon does now, and what it cannot."""
        until = self._recorder.paused_until
        return {
            "state": "paused" if self._recorder.paused else "recording",
            "paused_until": until.isoformat() if until else None,
            "silent_until": silent.isoformat() if (silent := self._shadow.until) else None,
            "version": version("hunch-assistant"),
            **self._standing.about(),
            "counts": self._store.read(capture.counts_by_type),
            "problems": self._standing.problems(),
        }

    def pause(self, minutes: float | None) -> dict[str, Any]:
        """Record nothing for a while; None for until `resume`."""
        until = datetime.now(UTC) + timedelta(minutes=minutes) if minutes is not None else None
        self._recorder.pause(until)
        return self._told()

    def resume(self) -> dict[str, Any]:
        """Record again."""
        self._recorder.resume()
        return self._told()

    def tell_ends(self) -> None:
        """Tell clients when a timed pause, or the silence of the first days, has ended by itself."""
        if self._last != self._state():
            self._told()

    def quit(self) -> None:
        """Stop the daemon."""
        self._stop.set()

    def proposals(self, limit: int) -> list[dict[str, Any]]:
        """Proposals, newest first; a negative limit means all."""
        found = self._store.read(lambda conn: rows.proposals(conn, limit if limit >= 0 else None))
        return [self._manners.payload(row) for row in found]

    async def shown(self, proposal_id: int) -> dict[str, Any]:
        """The popup stands on the screen."""
        return self._manners.payload(await self._manners.seen(proposal_id))

    async def answer(self, proposal_id: int, answer: str, via: str) -> dict[str, Any]:
        """Take the user's answer; an accepted task is carried out before this returns."""
        if via != "cli":
            self._recorder.note_click()
        row = await self._manners.answer(proposal_id, ANSWERS[answer], via)
        if row.state != "accepted":
            return self._manners.payload(row)
        row, ok = await self._carry_out(row)
        return {**self._manners.payload(row), "ok": ok}

    async def undo(self, proposal_id: int) -> str:
        """Take back what an accepted proposal did."""
        self._recorder.note_click()
        return await self._executor.undo(proposal_id)

    def review(self, limit: int) -> list[dict[str, Any]]:
        """What is to be graded."""
        found = self._store.read(lambda conn: reviewing.items(conn, limit))
        return [dict(msgspec.to_builtins(item)) for item in found]

    async def grade(self, kind: Kind, number: int, said: reviewing.Grade) -> None:
        """Keep a grade."""
        now = datetime.now(UTC)
        await self._store.write(lambda conn: reviewing.grade(conn, kind, number, said, now))

    async def missed(self, via: Literal["tray", "cli"]) -> str:
        """Mark that help was needed just now."""
        if via == "tray":
            self._recorder.note_click()
        now = datetime.now(UTC)
        return await self._store.write(lambda conn: reviewing.missed(conn, via, now))

    async def missed_undo(self) -> str:
        """Take the newest such mark back."""
        return await self._store.write(reviewing.missed_undo)

    async def profile(self) -> dict[str, Any]:
        """What the user does as a rule; counting a month of it takes a third of a second."""
        now = datetime.now(UTC)
        found = await asyncio.to_thread(self._store.read, lambda conn: profiles.profile(conn, now))
        return dict(msgspec.to_builtins(found))

    async def change_profile(self, wanted: profiles.Change) -> None:
        """Add, remove, hide or show a line of it."""
        now = datetime.now(UTC)
        await self._store.write(lambda conn: profiles.change(conn, wanted, now))

    async def forget(self, selection: Selection, *, count_only: bool) -> dict[str, Any]:
        """Delete what was seen, with all that was made from it; says what went and proves it."""
        done = await self._forgetter.forget(selection, count_only=count_only)
        return dict(msgspec.to_builtins(done))

    async def listen(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The state now, then what happens."""
        yield "status", self.status()
        if (current := self._manners.current()) is not None:
            yield "proposal", current
        async for message in self._broadcast.listen():
            yield message

    async def _carry_out(self, row: ProposalRow) -> tuple[ProposalRow, bool]:
        outcome = await self._executor.run(row)
        self._broadcast.publish("result", {"id": row.id, **outcome._asdict()})
        return self._store.read(lambda conn: rows.proposal(conn, row.id)) or row, outcome.ok

    def _state(self) -> tuple[bool, bool]:
        return self._recorder.paused, self._shadow.until is not None

    def _told(self) -> dict[str, Any]:
        status = self.status()
        self._last = self._state()
        self._broadcast.publish("status", status)
        return status
