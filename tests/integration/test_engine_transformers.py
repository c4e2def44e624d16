"""A Hugging Face folder: adapters, what is kept and guessed, and folders that are not what they seem."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from models.engine import transformers_kept
from models.engine.base import EngineError, Job, Prompt
from models.engine.load import load_engine
from models.engine.transformers import TransformersEngine
from models.prompts import agent_version
from tests.tiny_folder import write_folder, write_lora
from tests.tiny_llama import write_model

# peft asks transformers in words that go out of use; it is the same to us.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.:FutureWarning")

JOBS: tuple[Job, ...] = ("agent", "segmenter", "judge")
TOKENS = 64


class Said(msgspec.Struct, frozen=True):
    """An answer."""

    event: Annotated[str, msgspec.Meta(max_length=12)]
    more: int | None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("folder")
    return write_folder(write_model(place / "tiny.gguf"), place / "tiny")


@pytest.fixture(scope="module")
def adapter(folder: Path) -> Path:
    return write_lora(folder, folder.parent / "lora")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The model's folder, to be spoilt."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


@pytest.fixture
def opened() -> Iterator[Callable[..., TransformersEngine]]:
    engines: list[TransformersEngine] = []

    def open_(*given: object, **more: object) -> TransformersEngine:
        engines.append(TransformersEngine(*given, **more))  # type: ignore[arg-type]
        return engines[-1]

    yield open_
    for engine in engines:
        engine.close()


Opened = Callable[..., TransformersEngine]


def prompt(job: Job = "agent", first: int = 0, end: int = 6) -> Prompt:
    pieces = tuple(f"- The user opens '{number:04}.py'.\n" for number in range(first, end))
    return Prompt(job, "You help.", (), "", pieces, "What now?")


def chances(engine: TransformersEngine) -> list[tuple[float, ...] | None]:
    return [engine.choose(prompt(job), '{"event": "', ("a", "b")) for job in (*JOBS, *JOBS)]


def test_each_job_has_its_own_adapter(folder: Path, adapter: Path, opened: Opened) -> None:
    other = write_lora(folder, adapter.parent / "other", seed=2)
    plain, adapted = opened(folder), opened(folder, {"agent": adapter, "segmenter": other})
    bare, with_adapters = chances(plain), chances(adapted)
    assert (adapted.adapted, adapted.problem) == (frozenset({"agent", "segmenter"}), None)
    agent, segmenter, judge = with_adapters[:3]
    assert judge == pytest.approx(bare[2])
    assert agent != pytest.approx(bare[0]) and segmenter != pytest.approx(bare[1])
    assert agent != pytest.approx(segmenter)
    for first, again in zip(with_adapters[:3], with_adapters[3:], strict=True):
        assert first == pytest.approx(again, abs=1e-5)


def _missing(adapter: Path) -> None:
    shutil.rmtree(adapter)


def _wider(adapter: Path) -> None:
    place = adapter.parent / "wide"
    place.mkdir()
    wide = write_folder(write_model(place / "wide.gguf", width=128), place / "model")
    write_lora(wide, adapter)


def _no_lora(adapter: Path) -> None:
    config = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps({**config, "peft_type": "IA3"}))


def test_an_adapter_that_does_not_load_is_told(
    folder: Path, adapter: Path, tmp_path: Path, opened: Opened
) -> None:
    spoilt = Path(shutil.copytree(adapter, tmp_path / "spoilt"))
    config = json.loads((spoilt / "adapter_config.json").read_text())
    (spoilt / "adapter_config.json").write_text(json.dumps({**config, "r": 8}))
    with pytest.raises(EngineError, match="does not load: train it again") as told:
        chances(opened(folder, {"agent": spoilt}))
    assert str(spoilt) in str(told.value)


def _damaged(adapter: Path) -> None:
    (adapter / "adapter_model.safetensors").write_bytes(b"no")


@pytest.mark.parametrize("spoil", [_missing, _wider, _no_lora, _damaged])
def test_an_adapter_that_does_not_fit_is_left_out(
    folder: Path, adapter: Path, tmp_path: Path, opened: Opened, spoil: Callable[[Path], None]
) -> None:
    spoilt = Path(shutil.copytree(adapter, tmp_path / "spoilt"))
    spoil(spoilt)
    engine = opened(folder, {"agent": spoilt})
    assert chances(engine) == [pytest.approx(chance) for chance in chances(opened(folder))]
    assert engine.adapted == frozenset()
    assert engine.problem is not None and str(spoilt) in engine.problem


def test_an_adapter_of_another_prompt_or_job_is_left_out(
    folder: Path, adapter: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(adapter, tmp_path / "own"))
    for marks, why in (
        ({"job": "agent", "prompt": agent_version()}, None),
        ({"job": "agent", "prompt": "0" * 8}, "another version of the prompt: train it again"),
        ({"job": "segmenter", "prompt": agent_version()}, "was trained as segmenter"),
        ([], None),  # a file of somebody else's
    ):
        (own / "hunch.json").write_text(json.dumps(marks))
        engine = load_engine(str(folder), {"agent": str(own)})
        assert engine is not None
        assert ("agent" in engine.adapted) == (why is None)
        assert engine.problem is None if why is None else why in (engine.problem or "")


def _no_template(model: Path) -> None:
    (model / "chat_template.jinja").unlink()


def _half(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _pickle(model: Path) -> None:
    (model / "model.safetensors").rename(model / "pytorch_model.bin")


def _own_code(model: Path) -> None:
    config = json.loads((model / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoModelForCausalLM": "own.Own"}}
    (model / "config.json").write_text(json.dumps(config))
    (model / "own.py").write_text(f"open({str(model / 'ran')!r}, 'w').close()\n")


def _no_questions(model: Path) -> None:
    (model / "chat_template.jinja").write_text("{{ raise_exception('No chats here') }}")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(_no_template, "has no chat template: take its chat or instruct version"), (_half, "is the folder whole"),
     (_pickle, "is the folder whole"), (_own_code, "cannot be loaded"), (_no_questions, "takes no question")],
)  # fmt: skip
def test_a_folder_that_cannot_be_used_costs_one_sentence(
    copy: Path, opened: Opened, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(copy)
    with pytest.raises(EngineError, match=sentence) as told:
        opened(copy).complete(prompt(), Said, TOKENS)
    assert "\n" not in str(told.value) and not (copy / "ran").exists()


def test_a_template_without_a_system_gets_its_text_before_the_question(
    copy: Path, opened: Opened
) -> None:
    (copy / "chat_template.jinja").write_text(
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{% for message in messages %}{{ message.content }}{% endfor %}"
    )
    engine = opened(copy)
    assert engine.choose(prompt(), "", ("a", "b")) is not None
    words = len("You help.\n\nWhat now?") + sum(map(len, prompt().pieces))
    assert words * 0.9 < engine.evaluated <= words


def test_what_is_guessed_changes_no_word(
    folder: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guessed tokens are read along and thrown away when they were wrong: what is kept stays right."""
    asked = [prompt("agent", 0, end) for end in range(1, 9)]
    guessing = opened(folder)
    said = [guessing.complete(each, Said, TOKENS) for each in asked]
    monkeypatch.setattr(transformers_kept, "GUESSED", 0)
    careful = opened(folder)
    assert [careful.complete(each, Said, TOKENS) for each in asked] == said
    assert len({str(each) for each in said}) > 1


def test_exact_it_says_the_same_whatever_was_asked_before(folder: Path, opened: Opened) -> None:
    past, fresh = opened(folder, exact=True), opened(folder, exact=True)
    past.complete(prompt("agent", 0, 9), Said, TOKENS)
    before = past.evaluated
    assert past.choose(prompt(), "", ("a", "b")) == fresh.choose(prompt(), "", ("a", "b"))
    assert past.evaluated - before == fresh.evaluated


def test_an_answer_past_its_deadline_is_none_and_counted(folder: Path, opened: Opened) -> None:
    engine = opened(folder, deadline_s={"agent": 0.0})
    assert (engine.complete(prompt(), Said, TOKENS), engine.unparsed) == (None, 1)
    assert engine.choose(prompt(), "", ("a", "b")) is None
    assert engine.complete(prompt("judge"), Said, TOKENS) is not None
