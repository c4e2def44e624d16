"""`hunch bench speed` measures real daemons, and says of each line who and what."""

import json
import os
import subprocess
import sys
from pathlib import Path


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
    ours = rows["hunch", "heartbeats in the process; on disk in 0.5 s"]
    assert ours["per_s"] > 0 and ours["folds"] == "none"
    assert rows["aw-core PeeweeStorage", "heartbeats in the process; on disk each"]["per_s"] is None
    assert rows["aw-server", "heartbeats over HTTP, 8 clients"]["ratio"] is None
    day = next(row for row in document["rows"] if "a heavy day" in row["what"])
    assert 1 < day["mb"] < 100
