"""`hunch bench activities`: the table of boundaries, on a few scripted days."""

import json

from click.testing import CliRunner

from daemon.cli import main
from models.encoder import Encoder
from models.lab.training.fit_related import pair_weights, scripted
from models.related import RULE


def test_boundaries_are_found_where_work_changes_and_not_where_programs_do() -> None:
    done = CliRunner().invoke(main, ["bench", "activities", "--days", "6", "--seed", "7", "--json"])
    assert done.exit_code == 0, done.output
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    ours, switches = rows["hunch"], rows["every switch of program"]
    assert ours["n"] == switches["n"] > 40
    assert ours["f1"] > 0.85 and switches["f1"] < 0.4
    assert ours["f1_low"] <= ours["f1"] <= ours["f1_high"] <= 1
    assert ours["near_f1"] >= ours["f1"]
    again = CliRunner().invoke(
        main, ["bench", "activities", "--days", "6", "--seed", "7", "--json"]
    )
    assert again.stdout == done.stdout


def test_the_rule_is_what_its_script_fits() -> None:
    whole, alone = pair_weights(scripted(Encoder.load(), count=8))
    ours = [RULE.unlike, RULE.shared, RULE.alike, RULE.unlike_alone, RULE.shared_alone]
    fitted = [*whole, *alone]  # a third of its days; what it takes off each pair is at most 0.6
    assert [abs(one - other) < 0.75 for one, other in zip(ours, fitted, strict=True)] == [True] * 5
