"""`hunch bench speed` measures real daemons, and says of each line who and what."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from daemon.bench.processes import cpu_s, family, reaped_s


def test_capture_is_measured_with_and_without_peers(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    (folder / "hunch" / "peers").mkdir(parents=True)
    (folder / "hunch" / "peers" / "ready").touch()  # an environment that does not run
    env = {**os.environ, "XDG_CACHE_HOME": str(folder)}
    words = ("bench", "speed", "--section", "capture", "--quick", "--json")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", *words],
        env=env, capture_output=True, text=True, timeout=170, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["table"] == "speed capture" and document["machine"]
    rows = {(row["name"], row["what"]): row for row in document["rows"]}
    ours = rows["hunch", "heartbeats in the process; kept in memory, on disk within 0.5 s"]
    assert ours["per_s"] > 0 and ours["folds"] == "none"
    assert rows["aw-core PeeweeStorage", "heartbeats in the process; on disk each"]["per_s"] is None
    assert rows["aw-server", "heartbeats over HTTP, 8 clients"]["ratio"] is None
    day = next(row for row in document["rows"] if "a heavy day" in row["what"])
    assert 1 < day["mb"] < 100


def test_the_models_are_measured_beside_plain_passes_of_the_encoder() -> None:
    words = ("bench", "speed", "--section", "models", "--quick", "--json")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", *words],
        capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["table"] == "speed models"
    rows = {row["what"]: row for row in document["rows"]}
    passes = [rows[f"one pass of {tokens} tokens"]["p50_s"] for tokens in (16, 64, 128)]
    assert passes == sorted(passes)
    gate = rows["gate on what it has read before"]
    assert 0 < gate["p50_s"] <= gate["p95_s"] and gate["ratio"] < 3
    assert rows["reward model, a new task"]["p95_s"] < 1
    before, loaded, after = (row["rss_mb"] for row in document["rows"] if "rss_mb" in row)
    assert 10 < before < loaded < 200 and after < loaded + 10


def test_a_familys_processes_are_found_whatever_thread_started_them() -> None:
    """Two of one name, and one that another of them started."""
    script = "import subprocess, sys; subprocess.run([sys.argv[1], '30'])"
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        started.append(subprocess.Popen(["sleep", "30"]))
        started.append(subprocess.Popen(["sleep", "30"]))
        started.append(subprocess.Popen([sys.executable, "-c", script, "sleep"]))
        began.set()
        done.wait(30)  # children of a thread that ends become the main thread's

    began, done = threading.Event(), threading.Event()
    thread = threading.Thread(target=start)
    thread.start()
    try:
        assert began.wait(10)
        deadline = time.monotonic() + 10
        while list(family(os.getpid()).values()).count("sleep") < 3:
            assert time.monotonic() < deadline, family(os.getpid())
            time.sleep(0.05)
        assert family(os.getpid())[os.getpid()] == "daemon"
        assert all(cpu_s(one.pid) >= 0 for one in started)
    finally:
        done.set()
        thread.join()
        (grandchild,) = set(family(started[2].pid)) - {started[2].pid}
        for pid in (grandchild, *(one.pid for one in started)):
            os.kill(pid, signal.SIGTERM)
        for one in started:
            one.wait(10)
    assert reaped_s(os.getpid()) > 0
