"""`hunch bench reward` and `agent` on a small release: what the tables say, and what was kept out of the fits."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from models.encoder import Encoder
from models.gate import Gate
from models.lab.bench.agent import bench_agent
from models.lab.bench.fits import Contender
from models.lab.bench.peers import shift
from models.lab.bench.plots import write_plots
from models.lab.bench.reward import bench_reward
from models.lab.bench.table import Table, as_text
from models.lab.corpus import Corpus
from models.lab.training.fit import fit_need
from models.lab.training.samples import Embedded
from models.observation import Judgement, Need, Observation
from models.reading import Reading
from models.trace import Response, RewardRow, load_release
from tests.releases import observations, write_release
from tests.tables import bench, line, refused, table

SHARED = Path(__file__).parents[2].parent / "shared" / "proactivebench"
FIGURES = {
    "recall", "precision", "accuracy", "false_alarm", "f1", "auroc", "brier", "ece",
    "proposal_rate", "correct_silence",
}  # fmt: skip
AGREEMENTS = {"agreement_mn", "agreement_nr", "agreement_cd", "agreement_fd"}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


def test_the_reward_table(release: Path) -> None:
    document = table("reward", "--data", release)
    assert document["table"] == "reward"
    assert all(set(row) >= FIGURES | AGREEMENTS for row in document["rows"])
    assert line(document, "paper: Ours", "paper")["f1"] == pytest.approx(0.918)
    assert line(document, "paper: GPT-4o", "paper")["n"] == 120
    assert line(document, "always accept", "trace")["recall"] == 1
    assert line(document, "never accept", "paper")["precision"] is None
    # No test history stands in the training rows here, so the lookup table knows of no need.
    assert line(document, "lookup table of N_t", "paper")["agreement_cd"] == 0
    ours = line(document, "hunch", "trace")
    assert ours["n"] == 4 * 6 * 3
    assert ours["auroc"] > 0.9  # the four traces differ in a word
    assert ours["auroc_task_low"] <= ours["auroc_task"] <= ours["auroc_task_high"]
    # Two votes for what the majority says, one for the need: they part only on "Suggest a break."
    # where help was needed (3 of 12 tasks a trace), and there the first two are of one mind.
    one = line(document, "one against the others", "none")
    assert one["n"] == 4 * (3 * 9 + 1 * 3)
    assert one["accuracy"] == pytest.approx((3 * 9 + 0) / 30)


def test_the_agent_table(release: Path) -> None:
    document = table("agent", "--data", release)
    assert line(document, "paper: Qwen2-7B-Proactive", "none")["f1"] == pytest.approx(0.6647)
    assert line(document, "always propose", "none")["false_alarm"] == pytest.approx(0.5)
    assert line(document, "never propose", "none")["correct_silence"] == 1
    assert line(document, "hunch", "trace")["n"] == 24
    peer = line(document, "peer", "none")
    # Shifted by one event: needed are indices 0, 2, 4; proposed 0 and 4; index 2 is broken.
    assert peer["n"] == 20
    assert peer["proposal_rate"] == pytest.approx(2 / 5)
    assert peer["recall"] == pytest.approx(2 / 3)
    assert peer["correct_silence"] == 1
    assert peer["accuracy"] == pytest.approx(4 / 5)
    # The same two proposals, judged: our model gives each a chance; the silences stay right.
    assert peer["judged_proposal_rate"] == pytest.approx(2 / 5)
    assert 2 / 5 < peer["judged_accuracy"] < 4 / 5 + 1e-9
    # One of two tasks is accepted where help is needed: a random choice is half right there.
    assert line(document, "always propose", "none")["judged_precision"] == pytest.approx(1 / 4)
    assert line(document, "always, perfect choice", "trace")["judged_precision"] == 0.5
    assert line(document, "perfect gate, random choice", "trace")["judged_precision"] == 0.5
    # Most accept a task exactly where all do.
    assert line(document, "hunch", "trace")["most_f1"] == line(document, "hunch", "trace")["f1"]


def test_both_labels_and_their_counts(release: Path) -> None:
    path = release / "test_data" / "code_0.json"
    path.write_bytes(path.read_bytes().replace(b'"task_status":false', b'"task_status":true'))
    for label, count in (("help_needed", 12), ("task_status", 15)):
        document = table("agent", "--data", release, "--label", label, "--folds", "paper")
        assert f"{label} at {count} of 24" in document["data"]
        assert line(document, "always propose", "none")["accuracy"] == pytest.approx(count / 24)


def test_tables_fit_a_screen(release: Path) -> None:
    _, agent, reward = leaks_of(release)
    for found in (agent, reward):
        text = as_text(found)
        assert max(map(len, text.splitlines())) <= 120
        assert "watchful" in text
        assert "95 % over traces" in text


def test_seeds_and_pairs_of_traces(release: Path) -> None:
    document = table(
        "agent", "--data", release, "--folds", "trace", "--seeds", "2", "--thorough"
    )  # fmt: skip
    ours = line(document, "hunch", "trace")
    assert ours["auroc_low"] <= ours["auroc"] <= ours["auroc_high"]
    assert ours["auroc_lpo_low"] <= ours["auroc_lpo"] <= ours["auroc_lpo_high"]
    assert ours["f1_sd"] >= 0
    text = as_text(leaks_of(release, seeds=2)[1])
    assert "sd over seeds: AUROC 0.000, acc 0.000" in text
    assert "both traces of each pair left out" in text


def test_plots_are_pictures(release: Path, tmp_path: Path) -> None:
    found = bench("reward", "--data", release, "--folds", "trace", "--plot", tmp_path / "plots")
    assert found.exit_code == 0, found.output
    write_plots(leaks_of(release)[1].curves, tmp_path / "plots")
    for curve in ("need", "acceptance"):
        assert (tmp_path / "plots" / f"{curve}.png").read_bytes().startswith(b"\x89PNG")
        assert b"</svg>" in (tmp_path / "plots" / f"{curve}.svg").read_bytes()
    assert len(list((tmp_path / "plots").iterdir())) == 4


def test_plots_need_what_was_left_out(release: Path, tmp_path: Path) -> None:
    found = bench("reward", "--data", release, "--folds", "paper", "--plot", tmp_path / "plots")
    assert "--folds trace" in refused(found)
    assert not (tmp_path / "plots").exists()


def test_the_default_data_lie_beside_the_clone(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "clone"
    here.mkdir()
    monkeypatch.chdir(here)
    assert bench("reward").exit_code == 2
    (tmp_path / "shared").mkdir()
    release.rename(tmp_path / "shared" / "proactivebench")
    assert bench("reward", "--folds", "paper").exit_code == 0


class Watchful:
    """A judge that notes whatever it is asked about and was fitted on."""

    def __init__(self, known: set[str], leaks: set[str]) -> None:
        self._known = known
        self._leaks = leaks
        self.gate = self
        self.reward = self

    def need(self, reading: Reading) -> Need:
        self._leaks |= self._known & {item.event for item in reading.history}
        return Need(0.4, 0.5, "watchful")

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        self._leaks |= self._known & {item.event for item in reading.history}
        return Judgement(0.4, 0.5, "watchful")


class Half(NamedTuple):
    """A gate that was fitted, beside a judge that knows nothing."""

    gate: Gate
    reward: Watchful


def leaks_of(folder: Path, seeds: int = 1) -> tuple[set[str], Table, Table]:
    leaks: set[str] = set()

    def fit(
        rows: Sequence[RewardRow],
        unlabelled: Sequence[Sequence[Observation]],
        embed: Embedded,
        seed: int = 0,
    ) -> Watchful:
        assert rows and unlabelled
        told = [*unlabelled, *(row.obs for row in rows)]
        return Watchful({item.event for trace in told for item in trace}, leaks)

    encoder, judge = Encoder.load(), Contender("watchful", fit)
    agent = bench_agent(folder, encoder, ["trace"], seeds=seeds, thorough=True, contender=judge)
    reward = bench_reward(folder, encoder, ["trace"], thorough=True, contender=judge)
    return leaks, agent, reward


def test_a_recording_under_two_names_is_left_out_as_one(tmp_path: Path) -> None:
    traces = {f"code_{number}": observations(number) for number in range(4)}
    # The first, begun two events later, at other times, under another name.
    traces["writing_9"] = [
        Observation(f"{i}", item.event) for i, item in enumerate(traces["code_0"][2:])
    ]
    leaks, agent, reward = leaks_of(write_release(tmp_path / "release", traces))
    assert leaks == set()
    for found in (agent, reward):
        assert "code_0 and writing_9 are one recording" in as_text(found)


def test_nothing_of_a_real_trace_is_in_its_own_fit() -> None:
    if not (SHARED / "reward_data").is_dir():
        pytest.fail("the ProactiveBench data should lie at ../shared/proactivebench")
    corpus = Corpus(load_release(SHARED))
    for name, trace in corpus.release.traces.items():
        own, group = {event.observation.event for event in trace}, corpus.of_trace(name)
        histories = [row.obs for row in corpus.rows_without([group])]
        told = [*corpus.unlabelled_without([group]), *histories]
        assert own.isdisjoint(item.event for each in told for item in each)
        assert len({history[0] for history in histories}) == 11  # of twelve recordings with rows


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The released data beside the clone, without the models' answers."""
    if not (SHARED / "reward_data").is_dir():
        pytest.fail("the ProactiveBench data should lie at ../shared/proactivebench")
    folder = tmp_path_factory.mktemp("real")
    for name in ("test_data", "reward_data"):
        (folder / name).symlink_to(SHARED / name)
    return folder


def test_with_real_traces_left_out_the_gate_beats_speaking_always(real: Path) -> None:
    def fit(
        rows: Sequence[RewardRow],
        unlabelled: Sequence[Sequence[Observation]],
        embed: Embedded,
        seed: int = 0,
    ) -> Half:
        return Half(fit_need(rows, unlabelled, embed), Watchful(set(), set()))

    table = bench_agent(real, Encoder.load(), ["trace"], contender=Contender("gate", fit))
    rows = {row.name: row.figures for row in table.rows}
    ours, always = rows["gate"], rows["always propose"]
    assert (ours["auroc"] or 0) > 0.7
    assert (ours["f1"] or 0) > (always["f1"] or 0)
    assert (ours["false_alarm"] or 1) < (always["false_alarm"] or 0) - 0.1


def test_the_papers_split_is_told_beside_its_leak(real: Path) -> None:
    document = table("reward", "--data", real, "--folds", "paper")
    assert line(document, "lookup table of N_t", "paper")["f1"] == pytest.approx(0.93, abs=0.02)
    assert line(document, "hunch", "paper")["f1"] > line(document, "always accept", "paper")["f1"]


def test_answers_are_matched_by_their_events() -> None:
    trace = observations(1)
    late = [Response("m", "t", i, item, []) for i, item in enumerate(trace[1:])]
    short = [Response("m", "t", i, item, []) for i, item in enumerate(trace[:3])]
    assert shift(late, trace) == 1
    assert shift(short, trace) == 0
