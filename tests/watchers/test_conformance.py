"""Every watcher, ours or another's, under its golden scripts (`tests/watchers/registry.py`).

HUNCH_WATCHER=my.watcher:make python -m pytest tests/watchers/test_conformance.py
"""

import asyncio
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests.watchers.checks import (
    check_counts,
    check_form,
    check_golden,
    check_refusal,
    check_words,
    leaving_nothing,
    not_blocked,
)
from tests.watchers.kit import Desk, Entry, Script, Told, perform, play
from tests.watchers.registry import entries, golden, scripts
from watchers.coverage import ALL, GAP
from watchers.watcher import WatcherError

pytestmark = pytest.mark.anyio

PLAYED: dict[Path, Told] = {}  # a script is played once for all checks of what came

every_watcher = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
every_script = pytest.mark.parametrize(
    ("entry", "script"),
    [
        pytest.param(entry, script, id=script.path.stem)
        for entry in entries()
        for script in scripts(entry)
    ],
)


@pytest.fixture
def desk(desktop: VirtualDesktop, tmp_path: Path) -> Desk:
    return Desk(desktop, tmp_path)


def _first(entry: Entry) -> Script:
    if not (found := scripts(entry)):
        pytest.fail(f"Write a golden script {entry.name}-*.toml in {golden()}.")
    return found[0]


async def played(entry: Entry, script: Script, desk: Desk) -> Told:
    if script.path not in PLAYED:
        told = Told()
        async with not_blocked():
            await play(entry, script, desk, told)
        PLAYED[script.path] = told
    return PLAYED[script.path]


@every_watcher
def test_it_declares_what_it_can_see(entry: Entry) -> None:
    told = {wanted["type"] for script in scripts(entry) for wanted in script.expect}
    assert told, f"no golden script {entry.name}-*.toml in {golden()} expects something"
    declared = {item.bucket_type for item in entry.manifests}
    assert told <= declared | {GAP}, f"{entry.name} does not declare {told - declared}"
    for item in entry.manifests:
        assert item.source and item.source != ALL and item.bucket_type
        assert item.sees and item.never
        assert set(item.counts) <= set(item.words)


@every_script
async def test_what_is_done_is_what_it_tells(entry: Entry, script: Script, desk: Desk) -> None:
    check_golden(script, await played(entry, script, desk))


@every_script
async def test_every_event_can_be_stored(entry: Entry, script: Script, desk: Desk) -> None:
    check_form(entry, await played(entry, script, desk))


@every_script
async def test_every_string_is_declared_or_of_a_kind(
    entry: Entry, script: Script, desk: Desk
) -> None:
    check_words(entry, await played(entry, script, desk))


@every_script
async def test_in_the_mode_counts_no_word_is_left(entry: Entry, script: Script, desk: Desk) -> None:
    check_counts(entry, script, await played(entry, script, desk))


@every_watcher
async def test_cancelled_it_leaves_nothing_and_starts_again(entry: Entry, desk: Desk) -> None:
    """As the daemon does it: made anew, it sees the second time as the first; a slow sink costs no event."""
    script = _first(entry)
    await played(entry, script, desk)  # what it imports and keeps for good, it has by then
    async with entry.stage(desk):
        for told in (Told(slow_s=0.05), Told()):
            async with leaving_nothing():
                await perform(entry.make(desk), script, desk, told)
            check_golden(script, told)


@pytest.mark.parametrize(
    "entry", [entry for entry in entries() if entry.refused], ids=lambda entry: entry.name
)
async def test_where_it_cannot_see_it_says_what_to_do(entry: Entry, desk: Desk) -> None:
    assert entry.refused is not None
    async with leaving_nothing():
        with pytest.raises(WatcherError) as told:
            await asyncio.wait_for(entry.refused(desk).run(Told()), 30)
    check_refusal(told.value)
