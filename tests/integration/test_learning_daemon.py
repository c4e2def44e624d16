"""A real daemon learns from a rejection: the next task of that skill is judged by it, and a reset unlearns it."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from daemon.store.reader import Reader
from tests.conftest import Daemon
from tests.integration.test_egress import post

Judged = tuple[float, float, float]


def fail(daemon: Daemon, error: str) -> None:
    """An error stands in a terminal, is copied, and taken elsewhere."""
    for bucket, data in (
        ("w", {"app": "XTerm", "title": "pytest"}),
        ("c", {"type": "text", "text": error}),
        ("w", {"app": "Mousepad", "title": f"notes on {len(error)}"}),
    ):
        stamp = {"timestamp": datetime.now(UTC).isoformat(), "duration": 0.2}
        url = f"http://127.0.0.1:{daemon.port}/api/0/buckets/{bucket}/events"
        post(daemon, url, {**stamp, "data": data})
        time.sleep(0.4)


def judged(daemon: Daemon, count: int) -> Sequence[Judged]:
    """What was shipped, said and asked for in the first judgements, once there are so many."""
    deadline = time.monotonic() + 40
    while True:
        with Reader.open_readonly(daemon.folder / "hunch.db") as store:
            rows = store.read(
                lambda conn: conn.execute(
                    "SELECT shipped, probability, judgements.threshold FROM judgements"
                    " JOIN predictions ON predictions.id = prediction_id"
                    " WHERE skill = 'error_search' ORDER BY judgements.id"
                ).fetchall()
            )
        if len(rows) >= count:
            return [tuple(row) for row in rows]
        assert time.monotonic() < deadline, daemon.cli("log").stdout
        time.sleep(0.2)


def test_a_rejection_is_heard_by_the_next_judgement_and_forgotten_with_a_word(
    start_daemon: Callable[..., Daemon],
) -> None:
    daemon = start_daemon(pause_s=1, quiet_typing_s=0.1, eagerness="eager", model="none")
    for name, kind in (("w", "currentwindow"), ("c", "clipboard")):
        url = f"http://127.0.0.1:{daemon.port}/api/0/buckets/{name}"
        post(daemon, url, {"type": kind, "client": "test", "hostname": "here"})
    fail(daemon, "TypeError: unsupported operand type(s) for +: 'int' and 'str'")
    shipped, said, asked = judged(daemon, 1)[0]
    assert said == shipped  # day one
    deadline = time.monotonic() + 20
    while not (listed := json.loads(daemon.cli("proposals", "--json").stdout)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert daemon.cli("reject", str(listed[0]["id"])).returncode == 0
    fail(daemon, "ModuleNotFoundError: No module named 'numpy'")
    shipped, said, raised = judged(daemon, 2)[-1]
    assert said < shipped and raised > asked
    assert "error search" in daemon.cli("taste").stdout
    assert daemon.cli("taste", "--forget").returncode == 0
    fail(daemon, "KeyError: 'name of a column that is not there'")
    shipped, said, _ = judged(daemon, 3)[-1]
    assert said == shipped
