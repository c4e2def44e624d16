"""The adapters that come with Hunch: each fits the small model and the prompts of today, and is small."""

from typing import get_args

from models.engine.base import Job
from models.engine.load import load_engine
from models.manifest import WEIGHTS


def test_the_adapters_that_come_with_hunch_are_used() -> None:
    files = {job: WEIGHTS / f"{job}.gguf" for job in get_args(Job)}
    there = {job: file for job, file in files.items() if file.is_file()}
    engine = load_engine("")
    assert engine is not None, "install hunch-assistant[llm], as make test does"
    assert (engine.adapted, engine.problem) == (frozenset(there), None)
    assert all(file.stat().st_size <= 10_000_000 for file in there.values())
    bare = load_engine("", shipped=False)
    assert bare is not None and bare.adapted == frozenset()
