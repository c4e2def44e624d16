"""How many threads a model gets: of what nobody else uses."""

import time

import pytest

from models.engine.machine import Cores


@pytest.mark.parametrize(
    ("load", "allowed", "small", "large"),
    [(0.1, 8, 2, 3), (6.0, 8, 2, 1), (6.6, 8, 1, 1), (9.0, 8, 1, 1), (0.1, 1, 1, 1)],
)
def test_a_model_takes_processors_that_nobody_uses(
    load: float, allowed: int, small: int, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr("models.engine.machine._running", lambda: 1)
    monkeypatch.setattr("models.engine.machine._allowed", lambda: allowed)
    assert Cores().threads_for(98_000_000) == small
    assert Cores().threads_for(4_000_000_000) == large


def test_what_the_model_itself_took_is_not_held_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked one question after another it is the load: it has the second processor all the same."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("os.getloadavg", lambda: (1.0, 0.0, 0.0))
    monkeypatch.setattr("models.engine.machine._running", lambda: 1)
    monkeypatch.setattr("models.engine.machine._allowed", lambda: 2)
    cores = Cores()
    assert cores.threads_for(98_000_000) == 1  # another's work
    took = time.process_time()
    monkeypatch.setattr("time.process_time", lambda: took + 60.0)
    assert cores.threads_for(98_000_000) == 2


def test_where_the_load_cannot_be_read_one_thread_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def masked() -> None:
        raise OSError("/proc is masked")

    monkeypatch.setattr("os.getloadavg", masked)
    assert Cores().threads_for(98_000_000) == 1
