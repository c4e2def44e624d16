"""The adapters that come with Hunch: small, of this prompt, for the small model, and of use to it."""

import contextlib
from collections.abc import Iterator

import pytest

from models import prompts
from models.agent import Agent
from models.asking import Asking
from models.engine.gguf import unfit
from models.engine.llama import LlamaEngine, default_model
from models.engine.load import load_engine
from models.faithful import faithful
from models.manifest import WEIGHTS, read_manifest, verified
from models.narrator import Sentence
from models.observation import Observation

VERSIONS = {"segmenter": prompts.note_version, "agent": prompts.agent_version}
LARGEST_BYTES = 10_000_000
# Of a kind each; a day's most frequent ones are among them.
NOTES = {
    "app: APP\npage: 'T1' on SITE\nscrolled: yes": {"'T1'", "SITE", "APP"},
    "app: APP\nfile: 'T1' in the project 'T2'\ntyped: 'T3'": {"'T1'", "'T2'", "'T3'", "APP"},
    "app: APP\nran: 'T1', fails with exit status N1": {"'T1'", "N1", "APP"},
    "app: APP\nsearch: 'T1' on ENGINE": {"'T1'", "ENGINE", "APP"},
}


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaEngine]:
    loaded = load_engine("")
    assert isinstance(loaded, LlamaEngine)
    with contextlib.closing(loaded):
        yield loaded


@pytest.mark.parametrize("job", ["segmenter", "agent"])
def test_it_is_small_and_made_for_this_prompt_and_model(job: str) -> None:
    name, base = f"{job}.gguf", default_model()
    assert base is not None
    assert (WEIGHTS / name).stat().st_size <= LARGEST_BYTES
    verified(WEIGHTS, name)
    entry = read_manifest(WEIGHTS)[name]
    assert len(entry.data) == 64
    assert entry.command.startswith(f"hunch train {job} ")
    assert entry.figures["loss"] < entry.figures["loss_untrained"]
    assert unfit(WEIGHTS / name, base, job, VERSIONS[job]()) is None  # type: ignore[arg-type]


def test_the_small_model_has_both(engine: LlamaEngine) -> None:
    assert engine.adapted == {"segmenter", "agent"}
    assert engine.problem is None


def test_frequent_notes_become_sentences_that_pass(engine: LlamaEngine) -> None:
    for note, signs in NOTES.items():
        said = engine.complete(prompts.note(note), Sentence, 80)
        assert said is not None
        assert faithful(said.event, note, dict.fromkeys(signs, "")), said.event


def test_the_agent_answers_in_its_form(engine: LlamaEngine) -> None:
    history = [Observation("1.0", "The user searches for 'sustainable fashion brands' on Google.")]
    for count in (1, 3):
        said = Agent(engine).predict(Asking(history, count=count))
        assert said
        assert "sustainable fashion" in said[0].purpose
