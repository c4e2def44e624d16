"""A user's own answers, exported, are data: they are scored and trained on as the release is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from daemon.cli import main
from daemon.store import Store, marks, proposals, story
from models.gate import Gate
from models.observation import Need, Observation, Prediction
from tests.moments import at, moment

NEEDED = "The user copies the error 'KeyError: {n}' in XTerm."
QUIET = "The user scrolls through page {n} of the novel in Chromium."


@pytest.fixture
def rewards(tmp_path: Path) -> Path:
    """Three recordings: errors get help that is accepted; novels are left in peace."""
    with Store.open(tmp_path / "hunch.db") as store:
        store.write_now(_recordings)
    out = tmp_path / "rewards.jsonl"
    done = hunch("export", str(out), "--format", "reward", "--data-dir", str(tmp_path))
    assert done.exit_code == 0, done.output
    return out


def _recordings(conn: story.Connection) -> None:
    for number in range(3):
        _session(conn, 8 * number)


def _session(conn: story.Connection, first: int) -> None:
    session = story.start_session(conn, at(first))
    for n in range(first, first + 8):
        needed = n % 2 == 0
        segment = story.add_segment(conn, session, moment(60 * n, "XTerm", "bash").segment)
        words = Observation(str(60.0 * n), (NEEDED if needed else QUIET).format(n=n))
        seen = story.add_observation(conn, segment, words, "rules")
        if n % 4 == 3:
            marks.add_mark(conn, seen, needed=False, via="review", time=at(n))
            continue
        task = Prediction(f"Search for 'KeyError: {n}'." if needed else f"Explain page {n}.")
        made = proposals.add_prediction(conn, seen, Need(0.6, 0.25, "m"), task)
        offered = proposals.add_withheld(conn, made, at(n), "shadow")
        answer: proposals.Answer = "accept" if needed else "reject"
        proposals.add_answer(conn, offered, answer, "review", at(n + 1))


def hunch(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_exported_answers_are_scored_and_trained_on(rewards: Path, tmp_path: Path) -> None:
    scored = hunch("bench", "reward", "--data", str(rewards), "--folds", "trace", "--json")
    assert scored.exit_code == 0, scored.output
    rows = {row["name"]: row for row in json.loads(scored.stdout)["rows"]}
    assert (
        rows["hunch"]["n"] == 24 and rows["hunch"]["accuracy"] > rows["always accept"]["accuracy"]
    )
    out = tmp_path / "weights"
    trained = hunch("train", "reward", str(rewards), str(out))
    assert trained.exit_code == 0, trained.output
    assert Gate.load(out)
