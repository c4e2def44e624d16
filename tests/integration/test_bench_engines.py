"""`hunch bench speed --section engines`, on a model of half a megabyte: what is measured, not how quick it is."""

import json
import subprocess
import sys
from typing import Any

import pytest

from daemon.bench.seen import history
from models import prompts
from models.facts import facts
from models.masked import masked
from tests.tiny_llama import merges_of, write_model


def bench(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "daemon", "bench", "speed", "--section", "engines", *words],
        capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    said = prompts.AGENT + "".join(item.event for item in history(8, 8))
    folder = tmp_path_factory.mktemp("model")
    model = write_model(folder / "tiny.gguf", merges=merges_of(said, 120))
    done = bench("--engine", str(model), "--quick", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["table"] == "speed engines" and document["machine"]
    return {row["what"]: row for row in document["rows"]}


def test_sentences_and_proposals_are_timed_cold_and_warm(rows: dict[str, dict[str, Any]]) -> None:
    for what in ("sentence", "proposal"):
        cold, warm = rows[f"{what}, cold"], rows[f"{what}, warm"]
        assert 0 < warm["p50_s"] <= warm["p95_s"] and 0 < warm["cpu_p50_s"] <= warm["cpu_p95_s"]
        assert 0 < cold["cpu_p50_s"] <= cold["cpu_p95_s"]  # of a model without sense: no order


def test_memory_is_told_before_with_and_after_the_model(rows: dict[str, dict[str, Any]]) -> None:
    before, base, loaded, used, unloaded = (
        row["rss_mb"] for what, row in rows.items() if what.startswith("worker, ")
    )
    assert 10 < before < base < loaded <= used < 400
    assert unloaded < base + 5


def test_the_tokens_of_a_day_are_counted(rows: dict[str, dict[str, Any]]) -> None:
    curve = rows["events 1 to 20: tokens an event"]
    anew = rows["a proposal of which nothing was kept"]
    assert curve["n"] == 20 and 0 < curve["tokens"] < curve["tokens_max"]
    assert curve["tokens"] < anew["tokens"] / 2


def test_a_model_that_is_not_there_is_told_in_one_sentence() -> None:
    done = bench("--engine", "/nowhere/model.gguf", "--quick")
    assert (done.returncode, done.stdout) == (1, "")
    assert "/nowhere/model.gguf" in done.stderr and done.stderr.count("\n") == 1


def test_no_two_segments_ask_a_model_the_same() -> None:
    from daemon.bench.engines import Scale
    from daemon.bench.seen import segments

    notes = [masked(facts(segment)).note for segment in segments()]
    assert len(notes) == len(set(notes)) > Scale().sentences + Scale().loads + 1
