"""`hunch train segmenter` and `agent` on a random llama of half a megabyte: the command, the files, the engines.

transformers and llama.cpp say the same with an adapter: held on a base in float32, for on a quantised one
llama.cpp rounds what it multiplies.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("gguf")

import llama_cpp
import torch

from daemon.cli import main
from models import prompts
from models.engine.gguf import read_header, unfit
from models.engine.llama import LlamaEngine
from models.engine.transformers import TransformersEngine
from models.lab.training import checkpoint
from models.lab.training.lora import adapter, make
from models.lab.training.lora.adapter import Marks, gguf_bytes
from models.lab.training.lora.base import load_base
from models.lab.training.lora.examples import NoteExample
from models.lab.training.lora.network import Learner, with_lora
from models.lab.training.lora.train import LAST_RATE, Settings, Told, pace
from models.lab.training.lora.trees import Read, laid, trees
from models.manifest import read_manifest
from models.narrator import Sentence
from tests.tiny_folder import write_folder
from tests.tiny_llama import write_model

# peft asks transformers in a way that this one will drop.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
NOTE = "app: APP\nfile: 'T1'\ntyped: 'T2'"
EVENT = "The user edits 'T1' in APP, typing 'T2'."
QUICK = ("--rate", "0.01", "--batch", "2", "--epochs", "20", "--held", "0.3", "--threads", "1")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="module")
def folder(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tiny, tmp_path_factory.mktemp("folder"))


def hunch(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def notes(count: int = 8) -> list[NoteExample]:
    return [NoteExample(f"{NOTE}{' ' * n}", EVENT) for n in range(count)]


def written(path: Path, count: int = 8) -> Path:
    path.write_text(
        "".join(json.dumps({"note": one.note, "event": one.event}) + "\n" for one in notes(count))
    )
    return path


def greedy(path: Path, ids: list[int], count: int, **more: Any) -> list[int]:
    llama = llama_cpp.Llama(str(path), n_ctx=256, n_threads=1, verbose=False, **more)
    found: list[int] = []
    for token in llama.generate(ids, temp=0.0, top_k=1):
        found.append(token)
        if len(found) == count:
            break
    llama.close()
    return found


def test_both_say_the_same_with_an_adapter(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = with_lora(load_base(tiny, half=False).model, 4, 8, seed=1).eval()
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    asked = [3 + (37 * place) % 256 for place in range(20)]
    said = model.generate(
        torch.tensor([asked]), max_new_tokens=40, do_sample=False, eos_token_id=None, pad_token_id=2
    )[0].tolist()[len(asked) :]
    path = tmp_path / "agent.gguf"
    path.write_bytes(gguf_bytes(model, Marks("agent", "", "")))
    assert greedy(tiny, asked, 40, lora_path=str(path)) == said
    assert greedy(tiny, asked, 40) != said
    monkeypatch.setattr(adapter, "interleaved", lambda matrix, heads: matrix)
    path.write_bytes(gguf_bytes(model, Marks("agent", "", "")))
    assert greedy(tiny, asked, 40, lora_path=str(path)) != said  # so the order of rows matters


def test_a_tree_has_the_loss_of_its_prompts_one_by_one(tiny: Path) -> None:
    model = load_base(tiny, half=False).model.eval()
    pieces = tuple((10 + n, 20 + n, 30 + n) for n in range(5))
    reads = [Read((1, 5, 6), pieces[:n], (40, n), (50, n, 2)) for n in range(1, 6)]
    reads.append(Read((1, 5, 6), (), (41,), (60, 2)))
    reads.append(Read((1, 5, 6), ((7, 8),), (42,), (61, 2)))
    found = list(trees(reads))
    assert len(found) == 3
    learner = Learner(model, half=False)
    with torch.no_grad():
        losses = [learner(laid(tree)) for tree in found]
        alone = 0.0
        for read in reads:
            ids = [
                *read.head,
                *(token for piece in read.pieces for token in piece),
                *read.tail,
                *read.answer,
            ]
            logits = model(torch.tensor([ids])).logits[0, -len(read.answer) - 1 : -1]
            alone += float(
                torch.nn.functional.cross_entropy(
                    logits, torch.tensor(read.answer), reduction="sum"
                )
            )
    assert sum(count for _, count in losses) == sum(len(read.answer) for read in reads)
    assert sum(float(loss) for loss, _ in losses) == pytest.approx(alone, rel=1e-5)


def test_the_command_trains_an_adapter_that_llama_cpp_runs(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = hunch("train", "segmenter", written(tmp_path / "n.jsonl"), out, "--base", tiny, *QUICK)
    assert found.exit_code == 0, found.output
    figures = json.loads(found.stdout)
    assert figures["loss"] < figures["loss_untrained"] / 2
    entry = read_manifest(out)["segmenter.gguf"]
    assert entry.figures == figures
    assert len(entry.data) == 64
    assert "--rate 0.01" in entry.command
    path = out / "segmenter.gguf"
    assert read_header(path).values["hunch.prompt"] == prompts.note_version()
    assert unfit(path, tiny, "segmenter", prompts.note_version()) is None
    assert "another version of the prompt" in (unfit(path, tiny, "segmenter", "000") or "")
    assert not list(out.glob(".*"))
    engine = LlamaEngine(tiny, {"segmenter": path}, prompts={"segmenter": prompts.note_version()})
    assert engine.adapted == {"segmenter"}
    assert engine.problem is None
    with contextlib.closing(engine):
        said = engine.complete(prompts.note(NOTE), Sentence, 120)
    assert said is not None
    assert said.event == EVENT


def test_a_folder_gets_a_peft_folder_that_transformers_runs(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = hunch(
        "train", "segmenter", written(tmp_path / "n.jsonl"), out, "--base", folder, *QUICK
    )
    assert found.exit_code == 0, found.output
    assert (
        json.loads((out / "segmenter" / "hunch.json").read_text())["prompt"]
        == prompts.note_version()
    )
    engine = TransformersEngine(folder, {"segmenter": out / "segmenter"})
    with contextlib.closing(engine):
        said = engine.complete(prompts.note(NOTE), Sentence, 120)
    assert engine.problem is None
    assert said is not None
    assert said.event == EVENT


def test_a_killed_training_ends_as_if_it_had_not_been(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_S", 0.0)
    torch.set_num_threads(1)
    taken: list[int] = []

    def asked(name: str) -> make.Asked:
        return make.Asked(
            "segmenter", tiny, tmp_path / name, Settings(rate=1e-2, batch=2, epochs=3)
        )

    def killed(told: Told) -> None:
        if told.step == 4:
            raise KeyboardInterrupt

    make.make_adapter(asked("whole"), notes(), lambda told: None)
    with pytest.raises(KeyboardInterrupt):
        make.make_adapter(asked("cut"), notes(), killed)
    make.make_adapter(asked("cut"), notes(), lambda told: taken.append(told.step))
    assert taken[0] == 5
    whole, cut = ((tmp_path / name / "segmenter.gguf").read_bytes() for name in ("whole", "cut"))
    assert whole == cut


@pytest.fixture
def examples(tmp_path: Path) -> Iterator[Path]:
    yield written(tmp_path / "n.jsonl")


def test_bad_input_is_one_sentence(tiny: Path, examples: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    plain = tmp_path / "plain.gguf"
    plain.write_text("no model")
    raw = tmp_path / "raw.json"
    raw.write_text('[{"timestamp": 1.5, "app": "web"}]')
    server = "http://127.0.0.1:9/v1#any"
    told: dict[tuple[str, Path, Path, Path | str], str] = {
        ("segmenter", tmp_path / "gone.jsonl", tmp_path, tiny): "cannot be read",
        ("segmenter", empty, tmp_path, tiny): "holds no example",
        ("agent", examples, tmp_path, tiny): "line 1",
        ("agent", raw, tmp_path, tiny): "give the agent examples of `hunch train examples agent`",
        ("agent", tmp_path / "gone", tmp_path, tiny): "is not there",
        ("segmenter", examples, tmp_path, tmp_path / "gone.gguf"): "is not there: give a GGUF file",
        ("segmenter", examples, tmp_path, plain): "whole GGUF file",
        ("segmenter", examples, tmp_path, server): "give its GGUF file or folder by --base",
        ("segmenter", examples, plain / "under", tiny): "cannot be written",
    }
    for (job, data, out, base), words in told.items():
        found = hunch("train", job, data, out, "--base", base)
        assert found.exit_code == 1, found.output
        assert words in found.stderr
        assert found.stderr.count("\n") == 1


def test_examples_of_the_skills_are_an_agents_data(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "agent.jsonl"
    found = hunch("train", "examples", "agent", path, "--count", "6", "--seed", "3")
    assert found.exit_code == 0, found.output
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    proposed = [row for row in rows if row["answer"].get("tasks")]
    assert 0 < len(proposed) < len(rows)
    assert any(row["asking"].get("count") == 3 for row in rows)
    found = hunch(
        "train", "agent", path, tmp_path / "out", "--base", tiny, "--epochs", "1", "--threads", "1"
    )
    assert found.exit_code == 0, found.output
    assert (
        read_header(tmp_path / "out" / "agent.gguf").values["hunch.prompt"]
        == prompts.agent_version()
    )


def test_the_rate_rises_falls_and_ends_with_the_time(tiny: Path, tmp_path: Path) -> None:
    rates = [pace(step, 100, 0.1) for step in range(100)]
    assert rates[0] == 0.1
    assert max(rates) == rates[9] == 1.0
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] == LAST_RATE
    assert pace(20, 100, 0.1, spent=0.9) == pytest.approx(0.1)
    figures = make.make_adapter(
        make.Asked("segmenter", tiny, tmp_path, Settings(batch=1, minutes=1e-6)),
        notes(),
        lambda told: None,
    )
    assert figures is not None
    assert figures["steps"] < figures["steps_planned"]
    assert (tmp_path / "segmenter.gguf").exists()
