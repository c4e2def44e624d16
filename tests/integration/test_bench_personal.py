"""`hunch bench personal`: real histories through the command, scripted tastes and votes on made-up judgements."""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from daemon.cli import main
from models.lab.bench.personal_replay import Asked, figures, replay
from models.lab.bench.personal_tastes import TASTES, Judged, all_answered, live
from models.lab.bench.personal_votes import votes
from models.lab.bench.reward import Judged as JudgedRow
from models.observation import Observation
from models.personal import OFFSET
from models.trace import RewardRow

START = datetime(2022, 8, 8, 16, tzinfo=UTC)


def states(people: int, answers: int) -> Iterator[str]:
    """Telemetry of people who each take what has a call in it, and one line that nobody answered."""
    chance = random.Random(0)
    for user in range(people):
        for number in range(answers):
            text = chance.choice(["print(x)", "x = 1", "for row in rows:"])
            row = {
                "user": user, "time": (START + timedelta(seconds=30 * number)).isoformat(),
                "state": "Shown", "hidden": "UserPaused", "seconds": 1.0, "label": "?",
                "measurements": {"confidence": None, "numTokens": 3.0} if number % 2 else None,
                "suggestion": json.dumps(text), "context": json.dumps("import os\n"),
            }  # fmt: skip
            yield json.dumps(row)
            yield json.dumps(row | {"state": "Accepted" if "(" in text else "Rejected"})
    yield json.dumps(row | {"state": "Browsing"})


def bench(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bench", "personal", *arguments])


def test_real_histories_are_replayed_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # no released folder beside it
    lines = "\n".join(states(3, 24))
    (tmp_path / "telemetry.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    done = bench("--data", str(tmp_path), "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["table"] == "personal" and "72 answers of 3 people" in document["data"]
    rows = {row["name"]: row for row in document["rows"]}
    blank = rows["hunch: blank prior"]
    assert (
        blank["n"] == 72
        and blank["auroc_person"] > 0.7 > rows["without learning: blank prior"]["auroc_person"]
    )
    assert blank["auroc_person_low"] <= blank["auroc_person"] <= blank["auroc_person_high"]
    assert rows["shuffled: blank prior"]["auroc_person"] < 0.65
    assert rows["hunch: person 1"]["n"] == 24 and rows["hunch: person 1"]["blank"] > 0.7
    assert {"log_loss_first", "brier", "ece"} <= set(blank)
    told = bench("--coderec", str(tmp_path), "--plot", str(tmp_path / "plots"))
    assert told.exit_code == 0 and "Real histories" in told.output, told.output
    assert {path.suffix for path in (tmp_path / "plots").iterdir()} == {".png", ".svg"}


def test_what_is_no_history_is_told_in_one_sentence(tmp_path: Path) -> None:
    for name, text, words in (
        ("empty", "", "fewer than two people"),
        ("one", "\n".join(states(1, 3)), "fewer than two people"),
        ("damaged", '{"user": 1, "time": "noon", "state": "Shown"}', "line 1"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "telemetry.jsonl").write_text(text)
        done = bench("--coderec", str(folder), "--data", str(folder))
        assert done.exit_code == 1 and words in done.output and done.output.count("\n") == 1
    assert (
        bench("--coderec", str(tmp_path / "none"), "--data", str(tmp_path / "one")).exit_code == 1
    )


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Tasks of a reward model that knows a little."""
    chance = np.random.default_rng(0)
    kinds = chance.choice(["code", "search", "resource", "summary", "error"], 400)
    shipped = chance.beta(2, 3, 400)
    said = chance.random(400) < shipped
    return [
        Judged(float(p), str(kind), "browser", bool(word))
        for p, kind, word in zip(shipped, kinds, said, strict=True)
    ]


def test_scripted_tastes_are_learnt_and_a_user_without_one_is_hardly_harmed(
    judged: list[Judged],
) -> None:
    never, mornings, changes, *_, none = TASTES
    for taste in (never, mornings, changes):
        assert (all_answered(judged, taste, 5)["fewer"] or 0) > 0.4, taste.name
    assert (all_answered(judged, none, 5)["fewer"] or 0) > -0.25
    assert (all_answered(judged, never, 5, "shuffled")["fewer"] or 0) < 0.25
    answered, runs = live(judged, never, 5)
    assert runs and (answered["rejected_share"] or 1) < 0.4
    assert all_answered(judged, never, 2) == all_answered(judged, never, 2)  # the same each time


def test_votes_are_learnt_one_person_at_a_time() -> None:
    rows = []
    for number in range(1, 40):
        history = [Observation(str(place), f"The user does {place}.") for place in range(number)]
        row = RewardRow(history, "Write code.", True, True, [True, False, number % 2 == 0])
        rows.append(JudgedRow(row, "a", True, 0.5))
    stream = votes(rows)
    assert len({item.person for item in stream}) == 3
    without, learning = replay(stream, learns=False), replay(stream)
    assert {row.probability for row in without} == {0.5}
    assert (figures(learning, without)["log_loss_gain"] or 0) > 0.1
    assert learning[0].probability == 0.5  # forecast before it is learnt


def test_answers_of_one_moment_are_forecast_before_any_is_learnt() -> None:
    asked = [Asked("a", moment, 0.5, {OFFSET: 1.0}, True) for moment in (0, 0, 1)]
    first, second, third = (row.probability for row in replay(asked))
    assert first == second == 0.5 < third
