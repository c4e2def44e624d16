"""The popup's manners: at most one at a time, so many an hour and a day, at a pause, nothing twice.

Knows the store, a clock and a way to publish; no screen. A proposal waits until
it may be shown, is dropped with a reason when it may not in time, and ends with
an answer, or ignored when it stood on the screen before somebody and none came. Only a person accepts.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from daemon.budgets import Budgets
from daemon.config import Settings
from daemon.elapsed import Moment
from daemon.errors import Conflict, NotFound
from daemon.likeness import LIKE, why_not
from daemon.shadow import Shadow
from daemon.store import Store, offers, proposals
from daemon.store.proposals import Answer, ProposalRow, Reason, State
from models.observation import Prediction

log = logging.getLogger(__name__)

CONFIRM_S = 10.0  # a tray that hears of a proposal says that it stands on the screen within
JUMP_S = 10.0  # so far ahead of the time that passed the clock gets by sleep, or because it was set
ADVICE = "Advice, for you to follow:"  # before the reason of a task that nobody can carry out
STATES: dict[Answer, State] = {"accept": "accepted", "reject": "rejected", "ignore": "ignored"}


class _Open(NamedTuple):
    """The one proposal that waits, was handed to the trays, or is shown."""

    id: int
    created: Moment
    published: Moment | None = None
    shown: Moment | None = None


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
        *,
        shadow: Shadow,
        is_breakpoint: Callable[[datetime], bool],
        was_there: Callable[[datetime], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            store: Keeps them.
            settings: How often, for how long.
            publish: Tells the trays.
            clock: The present.
            shadow: Which are kept for a review and not shown.
            is_breakpoint: Whether one may break in now, as far as the user's hands say.
            was_there: Whether somebody sat there at some time since then, as far as can be told.
            monotonic: Seconds that pass while the machine is awake.
        """
        self._store = store
        self._settings = settings
        self._publish = publish
        self._clock = clock
        self._shadow = shadow
        self._is_breakpoint = is_breakpoint
        self._was_there = was_there
        self._monotonic = monotonic
        self._open: _Open | None = None
        self._budgets = self._new_budgets()
        self.offered: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Withdraw what a killed daemon left open, and remember what was shown."""
        left = self._store.read(offers.left_open)
        self._budgets = self._new_budgets()

        def withdraw(conn: proposals.Connection) -> None:
            for number in left:
                proposals.set_state(conn, number, "withdrawn", self._clock(), "cut short")

        await self._store.write(withdraw)

    async def offer(
        self, prediction_id: int, prediction: Prediction, vector: tuple[bytes, str] | None = None
    ) -> int | None:
        """Take a proposal; None when it is not offered: the store then has it with the reason.

        Args:
            prediction_id: Its number in the store.
            prediction: The task.
            vector: The task's vector and the encoder's name, to know its like.
        """
        made = self._moment()
        now = made.time
        reason = self._withheld(prediction, vector, now)

        def keep(conn: proposals.Connection) -> int:
            if vector is not None:
                proposals.set_vector(conn, prediction_id, *vector)
            if reason is not None:
                return proposals.add_withheld(conn, prediction_id, now, reason)
            return proposals.add_proposal(conn, prediction_id, now)

        number = await self._store.write(keep)
        if reason is not None:
            return None
        self._open = _Open(number, made)
        self.offered()
        return number

    @property
    def is_open(self) -> bool:
        """Whether a proposal waits or is shown."""
        return self._open is not None

    async def tick(self, *, hold: bool) -> None:
        """Let time pass: show what may be shown, drop what is late, end what is ignored.

        Args:
            hold: Nothing may be shown now: recording is paused, somebody is on a call, or others see
                the screen. What stands there is withdrawn, and may be offered again.
        """
        one, now = self._open, self._moment()
        if one is None:
            return
        if one.published is not None and hold:
            await self._withdraw("held back")
        elif one.shown is not None:
            await self._let_stand(one.id, one.shown, now)
        elif one.published is not None:
            if now.passed_s(one.published) >= CONFIRM_S:
                await self._withdraw("not shown")
        elif max(now.passed_s(one.created), now.jumped_s(one.created)) >= self._settings.stale_s:
            await self._withdraw("held back" if hold else "stale")
        elif not hold and self._is_breakpoint(now.time):
            self._open = one._replace(published=now)
            self._publish("proposal", self.payload(self._row(one.id)))

    async def answer(self, proposal_id: int, answer: Answer, via: str) -> ProposalRow:
        """Take the user's answer; returns the proposal as it stands then.

        Raises:
            NotFound: There is no such proposal.
            Conflict: It was answered already; or it is to be ignored, and was not seen, or has ended.
        """
        if self._row(proposal_id).shown is None and answer == "ignore":
            raise Conflict("Not shown", f"Nobody saw proposal {proposal_id} yet.")
        return await self._end(proposal_id, answer, via)

    async def seen(self, proposal_id: int) -> ProposalRow:
        """The popup stands on the screen now: the time to answer it begins here, the first time.

        Raises:
            NotFound: There is no such proposal.
            Conflict: It is open no more.
        """
        row, now = self._row(proposal_id), self._moment()
        if self._open is None or self._open.id != proposal_id or self._open.published is None:
            raise Conflict("Proposal", f"Proposal {proposal_id} is {row.state}.")
        if self._open.shown is not None:  # another tray, or the same one anew
            return row
        await self._store.write(lambda conn: _set_shown(conn, proposal_id, now.time))
        # not before: it can fail
        if self._open is not None and self._open.id == proposal_id and self._open.shown is None:
            self._budgets.spend(now.time)
            self._open = self._open._replace(shown=now)
        return self._row(proposal_id)

    def current(self) -> dict[str, Any] | None:
        """The proposal that is to be seen now, for a client that has just connected."""
        if self._open is None or self._open.published is None:
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
            "why": row.why if row.skill else f"{ADVICE} {row.why}",
            "state": row.state,
            "reason": row.reason,
            "offered": row.reason not in proposals.WITHHELD,
            "created": row.created.isoformat(),
            "expires_s": self._left_s(row),
            "skill": row.skill,
            "result": row.result,
        }

    def _left_s(self, row: ProposalRow) -> float:
        """How long it may still be answered in a popup, in seconds."""
        if row.state in proposals.ENDED:
            return 0.0
        stands = self._open is not None and self._open.id == row.id
        since = self._open.shown if self._open is not None and stands else None
        passed_s = self._moment().passed_s(since) if since is not None else 0.0
        return max(self._settings.popup_s - passed_s, 0.0)

    def _moment(self) -> Moment:
        return Moment(self._clock(), self._monotonic())

    def _row(self, proposal_id: int) -> ProposalRow:
        row = self._store.read(lambda conn: proposals.proposal(conn, proposal_id))
        if row is None:
            raise NotFound(
                "Proposal", f"There is no proposal {proposal_id}: see `hunch proposals`."
            )
        return row

    def _withheld(
        self, prediction: Prediction, vector: tuple[bytes, str] | None, now: datetime
    ) -> Reason | None:
        """Why a proposal is not to be shown at all; None when it may."""
        silent = self._shadow.keeps(prediction.skill)
        before = self._store.read(lambda conn: offers.offers(conn, now - LIKE))
        reason = why_not(prediction, vector, before, now, silent=silent)
        if reason is not None:
            return reason
        if silent:
            return "shadow"
        if self._open is not None:
            return "busy"
        return "budget" if self._budgets.spent(now) else None

    def _new_budgets(self) -> Budgets:
        return Budgets(
            self._settings.proposals_per_hour,
            self._settings.proposals_per_day,
            self._store.read(offers.shown),
        )

    async def _let_stand(self, number: int, shown: Moment, now: Moment) -> None:
        """End what stands on the screen when its time is over: as ignored only where somebody was there."""
        passed_s = now.passed_s(shown)
        # on Windows the monotonic clock goes on in a sleep: then nobody looked for too long
        if max(now.jumped_s(shown), passed_s - self._settings.popup_s) >= JUMP_S:
            await self._withdraw("not seen")
        elif passed_s >= self._settings.popup_s:
            if self._was_there(shown.time):
                await self._end(number, "ignore", "timeout")
            else:
                await self._withdraw("not seen")

    async def _withdraw(self, reason: Reason) -> None:
        if self._open is None:
            return
        number, now = self._open.id, self._clock()
        await self._store.write(
            lambda conn: proposals.set_state(conn, number, "withdrawn", now, reason)
        )
        if self._open is not None and self._open.id == number:
            self._open = None
        self._publish("withdrawn", {"id": number})

    async def _end(self, number: int, answer: Answer, via: str) -> ProposalRow:
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


def _set_shown(conn: proposals.Connection, number: int, now: datetime) -> None:
    """Unless it was answered meanwhile, on the command line, or another tray was quicker."""
    row = proposals.proposal(conn, number)
    if row is not None and row.state == "waiting":
        proposals.set_state(conn, number, "shown", now)
