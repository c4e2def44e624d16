"""What an adapter's file says of itself, held against a model's; files that are none."""

from pathlib import Path

import pytest

from models.engine.base import EngineError
from models.engine.gguf import fingerprint, read_header, unfit
from tests.tiny_llama import write_adapter, write_model


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("gguf") / "base.gguf")


def test_a_model_is_known_by_its_sizes_and_words(base: Path, tmp_path: Path) -> None:
    header = read_header(base)
    assert header.architecture == "llama"
    assert header.shapes["blk.0.ffn_up.weight"] == (64, 128)
    assert fingerprint(write_model(tmp_path / "retrained.gguf", seed=7)) == fingerprint(base)
    assert fingerprint(write_model(tmp_path / "wider.gguf", width=128)) != fingerprint(base)


def test_an_adapter_of_ours_and_one_that_says_nothing_fit(base: Path, tmp_path: Path) -> None:
    said = {"hunch.base": fingerprint(base), "hunch.job": "agent", "hunch.prompt": "abc"}
    ours = write_adapter(tmp_path / "ours.gguf", said=said)
    other = write_adapter(tmp_path / "other.gguf")
    assert unfit(ours, base, "agent", "abc") is None
    assert unfit(other, base, "agent", "abc") is None


@pytest.mark.parametrize(
    ("said", "more", "sentence"),
    [
        ({"hunch.base": "0123"}, {}, "was made for another model than"),
        ({}, {"width": 128}, "was made for another model than"),
        ({}, {"architecture": "qwen2"}, "is for a model of the kind qwen2"),
        ({"hunch.job": "segmenter"}, {}, "was trained as segmenter"),
        ({"hunch.prompt": "old"}, {}, "another version of the prompt: train it again"),
    ],
)
def test_an_adapter_that_does_not_fit_is_told_in_one_sentence(
    base: Path, tmp_path: Path, said: dict[str, str], more: dict[str, object], sentence: str
) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", said=said, **more)  # type: ignore[arg-type]
    told = unfit(adapter, base, "agent", "new")
    assert told is not None and sentence in told
    assert str(adapter) in told and told.endswith(".") and "\n" not in told


def test_a_file_that_is_no_adapter_is_told(base: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF" + bytes(100))
    told = [unfit(path, base, "agent") for path in (base, tmp_path / "absent.gguf", damaged)]
    assert [str(line).split(": ")[0].rsplit(".gguf ", 1)[1] for line in told] == [
        "is no LoRA adapter",
        "is not there",
        "is no whole GGUF file",
    ]


def test_no_cut_file_is_read_past_its_end(base: Path, tmp_path: Path) -> None:
    whole = base.read_bytes()
    path = tmp_path / "cut.gguf"
    for length in (0, 3, 4, 11, 23, 40, 300, 2000, 4000):
        path.write_bytes(whole[:length])
        with pytest.raises(EngineError, match="is it a whole GGUF file"):
            read_header(path)
    for place in range(4, 400, 3):  # counts and lengths beyond every bound
        path.write_bytes(whole[:place] + b"\xff" * 8 + whole[place + 8 : 5000])
        with pytest.raises(EngineError):
            read_header(path)


def test_a_copy_that_was_broken_off_is_no_whole_file(base: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.gguf"
    part.write_bytes(write_adapter(tmp_path / "whole.gguf").read_bytes()[:-4000])
    assert "is no whole GGUF file" in str(unfit(part, base, "agent"))
    part.write_bytes(base.read_bytes()[: base.stat().st_size // 2])
    with pytest.raises(EngineError, match="is it a whole GGUF file"):
        read_header(part)
