"""Carries out accepted tasks with the tools of their skill, and takes them back."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from daemon.errors import Conflict, HunchError, NotFound
from daemon.skills import Skills
from daemon.store import Store, executions
from daemon.store.proposals import ProposalRow
from daemon.tools import Tools

log = logging.getLogger(__name__)

DEADLINE_S = 30.0
CUT_SHORT = (
    "Hunch was ended while this was carried out; `hunch undo` takes back what was done of it."
)


ADVISED = "This was advice: Hunch did nothing."


class Outcome(NamedTuple):
    """How carrying a task out ended, in one sentence.

    Attributes:
        ok: It was carried out.
        message: What was done, or why nothing was.
        can_undo: Something was done that `undo` knows of.
    """

    ok: bool
    message: str
    can_undo: bool = False


class Executor:
    """Runs skills on threads of their own, each with tools of its own."""

    def __init__(self, skills: Skills, store: Store, make_tools: Callable[[], Tools]) -> None:
        self._skills = skills
        self._store = store
        self._make_tools = make_tools

    async def start(self) -> None:
        """End what a killed daemon left running; what was done of it can be taken back."""
        await self._store.write(
            lambda conn: executions.end_cut_short(conn, CUT_SHORT, datetime.now(UTC))
        )

    async def run(self, row: ProposalRow) -> Outcome:
        """Carry out an accepted proposal; a failure takes back what was done of it.

        Advice is carried out by nobody: accepting it does nothing but say so.
        """
        number = await self._store.write(
            lambda conn: executions.start_execution(conn, row.id, datetime.now(UTC))
        )
        tools = self._make_tools()
        tools.noted = lambda steps: self._store.write_now(
            lambda conn: executions.save_steps(conn, number, steps)
        )
        try:
            message = await asyncio.wait_for(
                asyncio.to_thread(self._execute, row, tools), DEADLINE_S
            )
        except TimeoutError:
            return await self._failed(number, tools, "It took too long and was given up.")
        except HunchError as error:
            return await self._failed(number, tools, error.message)
        except Exception as error:
            log.exception("a skill failed")
            return await self._failed(number, tools, f"It failed ({type(error).__name__}).")
        await self._end(number, "done", message, tools.steps)
        return Outcome(True, message, bool(tools.steps))

    async def undo(self, proposal_id: int) -> str:
        """Take back what an accepted proposal did; says what was taken back and what was not.

        Raises:
            NotFound: Nothing was carried out for it.
            Conflict: It failed, or was taken back already.
        """
        execution = self._store.read(lambda conn: executions.execution(conn, proposal_id))
        if execution is None:
            raise NotFound("Undo", f"Nothing was carried out for proposal {proposal_id}.")
        if execution.state != "done" and not (execution.state == "failed" and execution.undo):
            words = {"undone": "was taken back already", "failed": "failed and left nothing behind"}
            raise Conflict(
                "Undo", f"Proposal {proposal_id} {words.get(execution.state, 'is still running')}."
            )
        message = await asyncio.to_thread(self._make_tools().undo, execution.undo)
        await self._store.write(lambda conn: executions.mark_undone(conn, execution.id))
        return message

    def _execute(self, row: ProposalRow, tools: Tools) -> str:
        if row.skill is None:
            return ADVISED
        skill = self._skills.get(row.skill)
        if skill is None:
            raise HunchError("Skill", f"No skill can carry this out any more ({row.skill}).")
        return skill.execute(row.arguments, tools)

    async def _failed(self, number: int, tools: Tools, message: str) -> Outcome:
        try:
            await asyncio.to_thread(tools.close)  # a thread that took too long may still run
            await asyncio.to_thread(tools.undo, tools.steps)
        except HunchError as error:
            message = f"{message} {error.message}"
        await self._end(number, "failed", message, [])
        return Outcome(False, message)

    async def _end(
        self,
        number: int,
        state: Literal["done", "failed"],
        message: str,
        steps: Sequence[dict[str, Any]],
    ) -> None:
        await self._store.write(
            lambda conn: executions.end_execution(conn, number, state, message, steps)
        )
