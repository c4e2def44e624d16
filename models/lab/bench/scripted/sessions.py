"""Draws sessions of scripted activity: kinds in a random order, the same ones for the same seed."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from models.lab.bench.scripted import edges, held_desk, held_web, life, programs, traps, web, work
from models.lab.bench.scripted.script import Script

Kind = Callable[[Script], None]
TERMINAL: tuple[Kind, ...] = (*work.TERMINAL, *edges.TERMINAL, *traps.TERMINAL)
KINDS: tuple[Kind, ...] = (
    *web.KINDS, *work.KINDS, *life.KINDS, *edges.KINDS, *traps.KINDS, *TERMINAL,
)  # fmt: skip
# In the order in which they were written: a seed's sessions come of it.
HELD_OUT: tuple[Kind, ...] = (
    held_web.notebook, held_desk.database, held_web.board, held_web.file_in_browser, held_web.tabs_in_edge,
    held_web.web_chat, held_web.search_in_russian, held_desk.typeset, held_desk.android, held_desk.model,
    held_desk.calculate, held_desk.library, held_web.screenshot, held_desk.many_files,
    held_desk.remote_shell, held_desk.partly_pasted, held_web.job_search, held_web.stock_pictures,
    held_web.encyclopaedia, held_desk.two_editors,
)  # fmt: skip
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
POLL_S = 1.0  # of aw-watcher-window, in every other session
BETWEEN_S = (0.6, 2.0)


def sessions(count: int, kinds: Sequence[Kind] = KINDS) -> Iterator[Script]:
    """So many sessions, each of all kinds once in an order of its own."""
    for seed in range(count):
        yield session(seed, kinds)


def session(seed: int, kinds: Sequence[Kind] = KINDS) -> Script:
    """Every kind once; no terminal after a terminal: there a new title is no new activity."""
    chance = random.Random(seed)  # noqa: S311 - a script, no secret
    browsers = chance.sample(programs.BROWSERS, 3)
    polls_s = POLL_S if seed % 2 else 0.0
    script = Script(chance, BEGIN + timedelta(days=seed), browsers, polls_s)
    for kind in _order(script, kinds):
        script.stretch(kind.__name__)
        kind(script)
        script.wait(*BETWEEN_S)
    script.finish()
    return script


def _order(script: Script, kinds: Sequence[Kind]) -> list[Kind]:
    """Kinds shuffled, terminals evenly between the others."""
    terminals = [kind for kind in kinds if kind in TERMINAL]
    others = [kind for kind in kinds if kind not in TERMINAL]
    script.draw.shuffle(terminals)
    script.draw.shuffle(others)
    apart = len(others) // max(len(terminals), 1)
    for number, kind in enumerate(terminals):
        others.insert((apart + 1) * number + 1, kind)
    return others
