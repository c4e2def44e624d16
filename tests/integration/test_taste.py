"""`hunch taste`: what was learnt, told in plain words, forgotten and remembered."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.store import Store
from tests.lessons import ACCEPT, User

pytestmark = pytest.mark.anyio


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    """Somebody who answered within the last hour, for the command looks at the real clock."""
    with Store.open(tmp_path / "hunch.db") as store:
        yield User(store, datetime.now(UTC) - timedelta(hours=1), data_dir=str(tmp_path))


async def test_taste_tells_in_plain_words_and_forgets(user: User, tmp_path: Path) -> None:
    def tell(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["taste", "--data-dir", str(tmp_path), *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "nothing of you yet" in tell()
    assert user.accepts("day_summary") == ACCEPT
    for number in range(8):
        await user.is_asked("error_search", "reject")
        await user.is_asked("day_summary", "accept" if number else "reject")
    await user.is_asked("day_summary", "ignore")
    await user.marks(await user.sees("xterm"), needed=True)
    told = tell()
    assert (
        "7 accepted, 9 rejected, 0 taken back, 1 ignored; 1 mark that help was needed, 0 that it was not."
        in told
    )
    assert re.search(r"day summary +more: \+\d\.\d .*7 of 8 taken", told)
    assert re.search(r"error search +less: -\d\.\d .*0 of 8 taken", told)
    assert "at most 50 % of the proposals rejected; 56 % of what you answered" in told
    assert "of 7 that you accepted" in told and "of 9 that you rejected" in told
    document = msgspec.json.decode(tell("--json"))
    assert document["said"]["ignore"] == 1 and document["last"]["answers"] == 16
    assert document["last"]["rejected_saved"] == 9
    said = tell("--forget")
    assert "stay" in said and "hunch taste --remember" in said
    assert (tmp_path / "taste.json").stat().st_mode & 0o777 == 0o600
    assert "nothing of you yet" in tell()
    assert user.accepts("day_summary") == ACCEPT  # the daemon hears of it by itself
    assert "counts again" in tell("--remember") and not (tmp_path / "taste.json").exists()
    assert "7 accepted" in tell() and user.accepts("day_summary") > ACCEPT


async def test_taste_of_one_answer_is_told_in_the_singular(user: User, tmp_path: Path) -> None:
    await user.is_asked("error_search", "accept")
    told = CliRunner().invoke(main, ["taste", "--data-dir", str(tmp_path)]).output
    assert "Of your last answer it would now" in told
    assert "the budget" not in told and "0.0" not in told
