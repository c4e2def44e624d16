"""Training the cross-encoder: needs torch, which `make test` does not install (CONTRIBUTING.md, "Dependencies").

A random network of two layers, width 32, goes through the real script. `tests/corpus/cross` is what it
makes and what `test_cross` runs without torch; `HUNCH_WRITE_TINY=1` writes that folder anew.
"""

import itertools
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import tokenizers
from tokenizers import models, normalizers, pre_tokenizers

from models.cross import FLOAT_MODEL, MODEL, CrossEncoder, Reader
from models.lab.training.recipes import RECIPES, Recipe
from models.manifest import Entry, WeightsError, read_manifest
from tests.corpus.judged import BREAK, EXPLAIN, rows

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")

from models.lab.training import checkpoint  # noqa: E402
from models.lab.training.export_cross import export_cross, make_cross  # noqa: E402
from models.lab.training.train_cross import Base, train_cross  # noqa: E402

TINY = Path(__file__).parents[1] / "corpus" / "cross"
QUICK = Recipe(
    layers=1, epochs=30, rate=3e-3, head_rate=3e-2, offset_rate=3e-2, averaging=0.9, blend=0.3
)


def base() -> Base:
    """A random encoder that knows the words of `rows` and of pauses."""
    texts = [item.event for row in rows(range(4)) for item in row.obs] + [EXPLAIN, BREAK]
    pauses = ["at once seconds later a minute minutes much"]
    found = {
        word for text in [*texts, *pauses] for word in re.findall(r"\w+|[^\w\s]", text.lower())
    }
    known = {
        word: place
        for place, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(found)])
    }
    tokenizer = tokenizers.Tokenizer(models.WordPiece(known, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(known), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=112, attn_implementation="eager",
    )  # fmt: skip
    return Base(transformers.BertModel(config).eval(), tokenizer.to_str().encode())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Trained on three traces."""
    patch = pytest.MonkeyPatch()
    patch.setitem(RECIPES, "quick", QUICK)
    folder = tmp_path_factory.mktemp("made")
    make_cross(rows(range(1, 4)), "quick", folder, Entry("", "tests", 5), base=base())
    if os.environ.get("HUNCH_WRITE_TINY"):
        shutil.copytree(
            folder, TINY, ignore=shutil.ignore_patterns(FLOAT_MODEL), dirs_exist_ok=True
        )
    yield folder
    patch.undo()


def chances(folder: Path, model: str = MODEL) -> Any:
    judge = CrossEncoder.load(folder, model)
    return np.array([judge.probabilities(row.obs, row.pred_task) for row in rows([0])])


def test_it_learns_and_int8_says_what_float32_says(made: Path) -> None:
    small, large = chances(made), chances(made, FLOAT_MODEL)
    assert np.abs(small - large).max() < 0.05
    for row, (accept, needed) in zip(rows([0]), small, strict=True):
        assert (needed > 0.5) == row.help_needed
        if row.pred_task is not None:
            assert (accept > 0.5) == row.valid
    figures = read_manifest(made)[MODEL].figures
    assert figures["int8_gap_mean"] <= figures["int8_gap_max"] < 0.05
    assert not list(made.glob(".*"))


def test_the_file_says_what_torch_says(tmp_path: Path) -> None:
    start = base()
    few = Recipe(layers=2, epochs=2, blend=0.3)
    net = train_cross(rows([1]), few, tmp_path, base=start)
    export_cross(net, start.vocabulary, few.blend, tmp_path, Entry("", "tests"))
    reader = Reader(tokenizers.Tokenizer.from_buffer(start.vocabulary))
    said = []
    for row in rows([0]):
        read = reader(row.obs, row.pred_task)
        with torch.no_grad():
            logits = net.above(net.below(torch.tensor([read.ids])), torch.tensor([read.parts]))
        accept, need = (float(torch.sigmoid(logit)[0]) for logit in logits)
        said.append((0.7 * accept + 0.3 * need, need))
    assert np.abs(chances(tmp_path, FLOAT_MODEL) - np.array(said)).max() < 1e-5
    assert np.abs(chances(tmp_path) - np.array(said)).max() < 0.05


def test_what_annotators_bias_took_is_given_back(tmp_path: Path) -> None:
    """Of two annotators one accepts everything; a third, whose word is the majority's, almost nothing."""
    odd = [
        msgspec.structs.replace(row, annotation=[True, False, row.valid])
        for row in rows([1, 2])
        if row.pred_task
    ]
    start, few = base(), Recipe(layers=1, epochs=3, offset_rate=0.1, centred=True)
    net = train_cross(odd, few, tmp_path, base=start)
    export_cross(net, start.vocabulary, 0.0, tmp_path, Entry("", "tests"))
    judge = CrossEncoder.load(tmp_path, FLOAT_MODEL)
    accepted = [judge.probabilities(row.obs, row.pred_task)[0] for row in odd]
    assert np.mean(accepted) == pytest.approx(np.mean([row.valid for row in odd]), abs=0.01)


def test_the_committed_network_is_what_the_script_makes(made: Path) -> None:
    assert np.abs(chances(made) - chances(TINY)).max() < 0.02
    assert (made / "tokenizer.json").read_bytes() == (TINY / "tokenizer.json").read_bytes()


def test_a_killed_training_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_S", 0.0)
    whole = train_cross(rows([1, 2]), QUICK, tmp_path / "whole", base=base())
    taken: list[int] = []

    def killed(steps: Iterable[int]) -> Iterator[int]:
        yield from itertools.islice(steps, 40)
        raise KeyboardInterrupt

    def counted(steps: Iterable[int]) -> Iterable[int]:
        taken.extend(steps)
        return taken

    with pytest.raises(KeyboardInterrupt):
        train_cross(rows([1, 2]), QUICK, tmp_path / "cut", base=base(), progress=killed)
    again = train_cross(rows([1, 2]), QUICK, tmp_path / "cut", base=base(), progress=counted)
    assert taken[0] == 40
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    # Other rows are another training: it begins at the beginning.
    taken.clear()
    train_cross(rows([3]), QUICK, tmp_path / "cut", base=base(), progress=counted)
    assert taken[0] == 0


def test_a_damaged_checkpoint_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_S", 0.0)
    train_cross(rows([1]), QUICK, tmp_path, base=base())
    path = tmp_path / checkpoint.NAME
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(WeightsError, match="remove it to train anew"):
        train_cross(rows([1]), QUICK, tmp_path, base=base())
