"""docs/models.md, "Training one's own": its commands as they stand there, on a tiny model and a planted recording.

Two of them get an option besides, so that they learn little and end soon.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.config import config_file
from models import prompts
from tests.planted import plant
from tests.tiny_llama import merges_of, write_model

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
SECTION = "## Training one's own"
HOURS = 6
SOONER = {"examples": ("--count", "3"), "segmenter": ("--epochs", "1"), "agent": ("--epochs", "1")}


def blocks(kind: str) -> list[str]:
    """What stands in the section between fences of a kind."""
    _, _, section = PAGE.read_text().partition(SECTION)
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.M | re.S)


def commands() -> Iterator[list[str]]:
    for line in "".join(blocks("console")).splitlines():
        program, *words = shlex.split(line.removeprefix("$ "))
        assert program == "hunch"
        yield words


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's, with a model, a recording and answers."""
    plant(tmp_path / "data" / "hunch.db", HOURS)
    write_model(tmp_path / "model.gguf", merges=merges_of(prompts.AGENT, 120))
    monkeypatch.setenv("HUNCH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.timeout(400)  # two trainings load torch
def test_ones_own_adapters_are_trained_and_used_as_the_page_says(folder: Path) -> None:
    (settings,) = blocks("toml")
    said: dict[str, str] = {}
    for words in commands():
        if words[0] == "doctor":  # from here on with the settings that the page names
            config_file().parent.mkdir(parents=True, exist_ok=True)
            config_file().write_text(settings)
        more = SOONER.get(words[1], ()) if words[0] == "train" else ()
        done = subprocess.run(
            [sys.executable, "-P", "-m", "daemon", *words, *more],
            cwd=folder, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        # The doctor also minds that there is no desktop here.
        assert done.returncode == 0 or words == ["doctor"], (words, done.stderr)
        said[" ".join(words[:2])] = done.stdout
    assert (folder / "adapters" / "segmenter.gguf").stat().st_size > 1000
    assert (folder / "adapters" / "agent.gguf").stat().st_size > 1000
    assert "loss_untrained" in said["train agent"]
    assert "with an adapter for agent (agent.gguf) and segmenter (segmenter.gguf)" in said["doctor"]
    assert "\n+ model\n" in said["replay 1"] and f"{HOURS} sentences" in said["replay 1"]
