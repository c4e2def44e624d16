"""The popup's manners: at most one at a time, at most so many an hour, never in the middle of typing.

Knows the store, a clock and a way to publish; no screen. A proposal waits until
it may be shown, is dropped when it has waited too long, and ends with an answer,
or ignored when none comes.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from daemon.config import Settings
from daemon.errors import Conflict, NotFound
from daemon.store import Store, proposals
from daemon.store.proposals import Answer, ProposalRow, State
from models.observation import Prediction

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
AGAIN = timedelta(days=1)  # the same task is not offered twice within
STATES: dict[Answer, State] = {"accept": "accepted", "reject": "rejected", "ignore": "ignored"}


class _Open(NamedTuple):
    """The one proposal that waits or is shown."""

    id: int
    created: datetime
    shown: datetime | None


class Proposals:
    """Holds proposals back, shows them, and takes their answers.

    Attributes:
        offered: Called when one is open from now on; `tick` has something to do until it ends.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        publish: Callable[[str, dict[str, Any]], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._settings = settings
        self._publish = publish
        self._clock = clock
        self._open: _Open | None = None
        self._shown: deque[datetime] = deque()
        self.offered: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Withdraw what a killed daemon left open, and remember what the last hour has shown."""
        rows = self._store.read(proposals.proposals)
        left = [row.id for row in rows if row.ended is None]
        since = self._clock() - HOUR
        self._shown.extend(sorted(row.shown for row in rows if row.shown and row.shown > since))

        def withdraw(conn: proposals.Connection) -> None:
            for number in left:
                proposals.set_state(conn, number, "withdrawn", self._clock())

        await self._store.write(withdraw)

    async def offer(self, prediction_id: int, prediction: Prediction) -> int | None:
        """Take a proposal; None when another is open or the same was offered within a day."""
        now = self._clock()
        if self._open is not None or self._is_again(prediction, now):
            return None
        number = await self._store.write(
            lambda conn: proposals.add_proposal(conn, prediction_id, now)
        )
        self._open = _Open(number, now, None)
        self.offered()
        return number

    @property
    def is_open(self) -> bool:
        """Whether a proposal waits or is shown."""
        return self._open is not None

    async def tick(self, last_typing: datetime | None, *, hold: bool) -> None:
        """Let time pass: show what may be shown, drop what is stale, withdraw what is ignored.

        Args:
            last_typing: When a key was last pressed.
            hold: Nothing may be shown now: recording is paused, or others see the screen. What
                stands there is withdrawn, and may be offered again.
        """
        if self._open is None:
            return
        now = self._clock()
        if self._open.shown is not None:
            if hold:
                await self._withdraw()
            elif _passed_s(now, self._open.shown) >= self._settings.popup_s:
                await self._end(self._open.id, "ignore", "timeout")
        elif _passed_s(now, self._open.created) >= self._settings.stale_s:
            await self._withdraw()
        elif not hold and self._may_show(now, last_typing):
            await self._show(now)

    async def answer(self, proposal_id: int, answer: Answer, via: str) -> ProposalRow:
        """Take the user's answer; returns the proposal as it stands then.

        Raises:
            NotFound: There is no such proposal.
            Conflict: It was answered already; or it is to be ignored, and has ended.
        """
        self._row(proposal_id)
        return await self._end(proposal_id, answer, via)

    async def seen(self, proposal_id: int) -> ProposalRow:
        """The popup stands on the screen now: the time to answer it begins here.

        Raises:
            NotFound: There is no such proposal.
            Conflict: It is open no more.
        """
        row, now = self._row(proposal_id), self._clock()
        if self._open is None or self._open.id != proposal_id or self._open.shown is None:
            raise Conflict("Proposal", f"Proposal {proposal_id} is {row.state}.")
        self._open = self._open._replace(shown=now)
        await self._store.write(lambda conn: proposals.set_state(conn, proposal_id, "shown", now))
        return self._row(proposal_id)

    def current(self) -> dict[str, Any] | None:
        """The proposal that is shown now, for a client that has just connected."""
        if self._open is None or self._open.shown is None:
            return None
        return self.payload(self._row(self._open.id))

    def drop_gone(self) -> None:
        """Withdraw the open proposal when it was forgotten."""
        number = self._open.id if self._open is not None else 0
        if number and self._store.read(lambda conn: proposals.proposal(conn, number)) is None:
            self._open = None
            self._publish("withdrawn", {"id": number})

    def payload(self, row: ProposalRow) -> dict[str, Any]:
        """A proposal as clients get it."""
        return {
            "id": row.id,
            "task": row.task,
            "why": row.why,
            "state": row.state,
            "created": row.created.isoformat(),
            "expires_s": self._left_s(row),
            "skill": row.skill,
            "result": row.result,
        }

    def _left_s(self, row: ProposalRow) -> float:
        passed = _passed_s(self._clock(), row.shown) if row.shown else 0.0
        return max(self._settings.popup_s - passed, 0.0)

    def _row(self, proposal_id: int) -> ProposalRow:
        row = self._store.read(lambda conn: proposals.proposal(conn, proposal_id))
        if row is None:
            raise NotFound(
                "Proposal", f"There is no proposal {proposal_id}: see `hunch proposals`."
            )
        return row

    def _may_show(self, now: datetime, last_typing: datetime | None) -> bool:
        while self._shown and abs(now - self._shown[0]) > HOUR:
            self._shown.popleft()
        if len(self._shown) >= self._settings.proposals_per_hour:
            return False
        quiet_s = _passed_s(now, last_typing) if last_typing else float("inf")
        return quiet_s >= self._settings.quiet_typing_s

    async def _show(self, now: datetime) -> None:
        if self._open is None:
            return
        number = self._open.id
        await self._store.write(lambda conn: proposals.set_state(conn, number, "shown", now))
        if self._open is None or self._open.id != number:
            return  # answered on the command line meanwhile
        self._open = self._open._replace(shown=now)  # not before: what was not shown is not ignored
        self._shown.append(now)
        self._publish("proposal", self.payload(self._row(number)))

    async def _withdraw(self) -> None:
        if self._open is None:
            return
        number, self._open = self._open.id, None
        await self._store.write(
            lambda conn: proposals.set_state(conn, number, "withdrawn", self._clock())
        )
        self._publish("withdrawn", {"id": number})

    async def _end(self, number: int, answer: Answer, via: Literal["timeout"] | str) -> ProposalRow:
        now = self._clock()
        if self._open is not None and self._open.id == number:
            self._open = None

        def keep(conn: proposals.Connection) -> None:
            # Checked in the writer: popup and command line may both answer at the same moment.
            row = proposals.proposal(conn, number)
            final = proposals.ENDED if answer == "ignore" else ("accepted", "rejected")
            if row is not None and row.state in final:
                raise Conflict("Answered", f"Proposal {number} is {row.state} already.")
            proposals.set_state(conn, number, STATES[answer], now)
            proposals.add_answer(conn, number, answer, via, now)

        await self._store.write(keep)
        if answer == "ignore" or via != "popup":
            self._publish("withdrawn", {"id": number})
        return self._row(number)

    def _is_again(self, prediction: Prediction, now: datetime) -> bool:
        """Whether the same was offered within a day; one that was dropped unseen may come again."""
        return any(
            row.task == prediction.task and row.arguments == prediction.arguments
            for row in self._store.read(proposals.proposals)
            if now - row.created <= AGAIN and row.state != "withdrawn"
        )


def _passed_s(now: datetime, since: datetime) -> float:
    """Seconds since then; when the clock was set back meanwhile, so much as it was: nothing waits for it."""
    return abs((now - since).total_seconds())
