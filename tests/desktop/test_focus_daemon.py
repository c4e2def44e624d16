"""The daemon as a user runs it: a password typed in a terminal is in none of its files."""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daemon.demo.display import VirtualDesktop

SECRET = "Hunter2-Xyzzy"


def until(look: Callable[[], Any], within_s: float = 30.0) -> Any:
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return found


def told(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The data of all events of a kind, as they lie in the store."""
    conn = sqlite3.connect(f"file:{folder}/hunch.db?mode=ro", uri=True)
    try:
        query = (
            "select events.data from events join buckets on events.bucket_id = buckets.id "
            "where buckets.type = ? order by time_us"
        )
        return [json.loads(data) for (data,) in conn.execute(query, (kind,))]
    finally:
        conn.close()


def test_a_password_typed_after_sudo_is_in_no_file(
    desktop: VirtualDesktop, start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    ask = tmp_path / "ask.py"
    ask.write_text("import getpass, pathlib; getpass.getpass(); pathlib.Path('asked').touch()")
    daemon = start_daemon(desktop.env)
    xterm = desktop.start(["xterm", "-T", "asking", "-e", "bash", "--norc"], cwd=tmp_path)
    window = desktop.xdotool("search", "--sync", "--onlyvisible", "--name", "asking")
    desktop.activate(window)
    time.sleep(2)
    desktop.xdotool("type", "--delay", "15", "echo beforehand")
    desktop.xdotool("key", "Return")
    desktop.xdotool("type", "--delay", "15", f"{sys.executable} ask.py")
    desktop.xdotool("key", "Return")
    time.sleep(1.5)  # until it asks
    desktop.xdotool("type", "--delay", "15", SECRET)
    desktop.xdotool("key", "Return")
    until((tmp_path / "asked").exists)
    time.sleep(0.5)
    desktop.xdotool("type", "--delay", "15", "echo afterwards")
    desktop.xdotool("key", "Return")
    kept = until(
        lambda: (
            "echo afterwards" in str(told(daemon.folder, "os.hid.input"))
            and told(daemon.folder, "os.hid.input")
        )
    )
    gaps = told(daemon.folder, "coverage.gap")
    daemon.stop()
    desktop.stop(xterm)
    assert "echo beforehand" in str(kept)
    assert {"source": "keyboard", "cause": "password"} in gaps
    for file in (path for path in daemon.folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for part in (b"Hunter", b"Xyzzy", b"unter2"):
            assert part not in content, file
