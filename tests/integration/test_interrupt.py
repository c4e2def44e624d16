"""Ctrl-C ends a command whose language model computes in its own process."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from models.engine.base import Prompt
from models.engine.llama import LlamaEngine, default_model


class Said(msgspec.Struct, frozen=True):
    event: str


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """A shell that starts the tests in the background has the signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_a_computation_in_its_middle() -> None:
    path = default_model()
    assert path is not None, "install hunch-assistant[llm], as make test does"
    engine = LlamaEngine(path, deadline_s={})
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    try:
        engine.complete(Prompt("agent", after="Hello."), Said, 2)  # it is loaded
        timer = threading.Timer(0.3, press)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            engine.complete(Prompt("judge", after="The user reads. " * 350), Said, 400)
        assert time.monotonic() - pressed[0] < 10
        timer.join()
        assert engine.complete(Prompt("agent", after="Hello."), Said, 2) is None  # and it goes on
    finally:
        engine.close()
