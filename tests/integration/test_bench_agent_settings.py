"""`hunch bench agent --engine …`: a language model in the four settings of the paper's table 4."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.cli.engines import for_tasks
from models.encoder import Encoder
from models.engine.base import EngineError, Prompt
from models.engine.llama import default_model
from models.engine.replay import ReplayEngine
from models.lab.bench.agent_asked import SETTINGS, Setting
from models.lab.bench.agent_settings import bench_settings
from models.lab.bench.table import as_document, as_text
from tests.releases import EVENTS, TASKS, document, observations, write_release
from tests.tables import bench, refused

GOOD, POOR = TASKS[0], TASKS[1]  # what people accepted where help was needed, and never


class Scripted(ReplayEngine):
    """Says what a function of the prompt says."""

    def __init__(self, says: Any) -> None:
        super().__init__([], name="scripted")
        self._says = says

    def complete(self, prompt: Prompt, shape: Any, max_tokens: int) -> Any:
        """The answer in the form that is asked for."""
        tasks = self._says(prompt)
        three = "Proactive Tasks" in {field.encode_name for field in msgspec.structs.fields(shape)}
        key, value = (
            ("Proactive Tasks", tasks) if three else ("Proactive Task", tasks[0] if tasks else None)
        )
        answer = {"Purpose": "p", "Thoughts": "t", key: value, "Response": "r"}
        self._answers = [msgspec.json.encode(answer).decode() if tasks != ["{"] else "{"]
        return super().complete(prompt, shape, max_tokens)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("bench") / "release")


def rows(table: Any) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in as_document(table)["rows"]}


def test_all_four_settings_stand_beside_the_papers(release: Path, encoder: Encoder) -> None:
    engine = Scripted(lambda prompt: [POOR, GOOD, "Do something else."])
    table = bench_settings(release, encoder, engine)
    found = rows(table)
    for setting in ("pred@1", "pred@3", "pred@1, w/ RM", "pred@3, w/ RM"):
        assert {f"scripted, {setting}", f"hunch: gate, {setting}, judge"} <= found.keys()
        assert f"paper: GPT-4o, {setting}" in found
    # people refused the first task everywhere, and took the second where help was needed: half
    one, three = found["scripted, pred@1"], found["scripted, pred@3"]
    assert one["verdict_precision"] == 0 and three["verdict_precision"] == 0.5
    assert (
        one["recall"] == three["recall"] == 1 and one["accuracy"] == 0.5
    )  # by timing alone, equal
    assert found["paper: GPT-4o-mini, pred@3, w/ RM"]["verdict_f1"] == 0.7905
    text = as_text(table)
    assert "counts the best of three" in text and "the judge that is listened to" in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_draft_is_judged_and_refined_once(release: Path, encoder: Encoder) -> None:
    def says(prompt: Prompt) -> list[str]:
        return [GOOD] if f"would reject now: '{POOR}'" in prompt.after else [POOR]

    engine = Scripted(says)
    settings = [Setting(1, feedback=False), Setting(1, feedback=True)]
    found = rows(bench_settings(release, encoder, engine, settings=settings))
    assert found["scripted, pred@1"]["verdict_precision"] == 0
    assert found["scripted, pred@1, w/ RM"]["verdict_precision"] == 0.5
    assert len(engine.asked) == 2 * 4 * len(EVENTS)  # the draft serves both settings


def test_what_was_rejected_is_not_proposed_again(release: Path, encoder: Encoder) -> None:
    engine = Scripted(lambda prompt: [POOR])
    found = rows(bench_settings(release, encoder, engine, settings=[Setting(3, feedback=True)]))
    assert found["scripted, pred@3, w/ RM"]["proposal_rate"] == 0


def test_an_answer_that_is_none_is_an_error_of_its_own(release: Path, encoder: Encoder) -> None:
    engine = Scripted(lambda prompt: ["{"])
    table = bench_settings(release, encoder, engine, settings=SETTINGS[:1])
    row = rows(table)["scripted, pred@1"]
    assert (row["accuracy"], row["proposal_rate"], row["recall"]) == (0, 0, 0)
    assert f"{4 * len(EVENTS)} answers did not parse" in as_text(table)


def test_the_share_of_events_at_which_it_is_asked(release: Path, encoder: Encoder) -> None:
    engine = Scripted(lambda prompt: [])
    table = bench_settings(release, encoder, engine, settings=SETTINGS[:1])
    found = rows(table)
    assert found["scripted, pred@1"]["asked"] == 1
    assert 0 < found["hunch: gate, pred@1, judge"]["asked"] < 1
    assert "The gate lets the model be asked at" in as_text(table)


@pytest.mark.parametrize("form", ["file", "folder", "test_data"])
def test_traces_alone_are_scored_by_their_own_word(
    tmp_path: Path, encoder: Encoder, form: str
) -> None:
    folder = tmp_path / "test_data" if form == "test_data" else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "mine.json").write_bytes(document(observations(1)))
    path = folder / "mine.json" if form == "file" else tmp_path
    engine = Scripted(
        lambda prompt: [GOOD] if prompt.pieces[-1].startswith("- The user copies") else []
    )
    table = bench_settings(path, encoder, engine, settings=SETTINGS[:1])
    row = rows(table)["scripted, pred@1"]
    assert (
        row["n"] == len(EVENTS)
        and row["precision"] == 1
        and row["recall"] == pytest.approx(1 / 3, abs=1e-5)
    )
    assert "task_status" in table.data and "No reward rows" in as_text(table)


def test_what_cannot_be_asked_is_told_in_a_sentence(release: Path, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("What now?")
    said = [
        refused(bench("agent", "--data", release, *options))
        for options in (
            ("--engine", tmp_path / "no.gguf"),
            ("--engine", "none"),
            ("--engine", "small", "--prompt", prompt),
        )
    ]
    assert "is not there" in said[0] and "There is no language model" in said[1]
    assert "no {observations}" in said[2]
    plot = bench("agent", "--data", release, "--engine", "small", "--plot", tmp_path)
    assert plot.exit_code == 2 and "--plot is of table 3" in plot.stderr


@pytest.mark.skipif(default_model() is None, reason="no language model is installed")
def test_the_small_model_is_asked(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.cli.progress.EVERY_S", 0.0)
    done = bench(
        "agent", "--data", release, "--engine", "small", "--pred", "3", "--limit", "1", "--json"
    )
    assert done.exit_code == 0, done.output
    assert done.stderr == "asking the model: 1 of 1\n"  # no terminal: a line now and then
    names = [row["name"] for row in msgspec.json.decode(done.stdout)["rows"]]
    ours = [name for name in names if not name.startswith("paper: ")]
    assert len(ours) == 2 and ours[1] == "hunch: gate, pred@3, judge"


@pytest.mark.skipif(default_model() is None, reason="no language model is installed")
def test_our_adapter_is_left_out_with_a_prompt_of_the_users_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("{observations}\nWhat now?")
    ours, none = for_tasks("small", None)
    assert "agent" in ours.adapted and none is None and not capsys.readouterr().err
    plain, own = for_tasks("small", prompt)
    assert "agent" not in plain.adapted and own == "{observations}\nWhat now?"
    assert capsys.readouterr().err.startswith("Without the adapter that comes with Hunch: ")


def test_an_engine_that_fails_is_told(release: Path, encoder: Encoder) -> None:
    class Broken(ReplayEngine):
        def complete(self, prompt: Prompt, shape: Any, max_tokens: int) -> Any:
            raise EngineError("It is gone.")

    with pytest.raises(EngineError, match="It is gone"):
        bench_settings(release, encoder, Broken([]), settings=SETTINGS[:1])
