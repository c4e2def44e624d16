"""Real typing in a real terminal whose shell has the hook: each command is told once, a password never."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daemon.demo.display import VirtualDesktop
from tests.conftest import hunch


def test_what_is_typed_and_reported_is_told_once(
    desktop: VirtualDesktop, tmp_path: Path, start_daemon: Callable[..., Any]
) -> None:
    daemon = start_daemon(desktop.env, pause_s=4)
    rc = tmp_path / "rc"
    rc.write_text(hunch("shell-init", "bash", env=daemon.env).stdout)
    time.sleep(2)
    desktop.start(
        ["xterm", "-T", "shell with a hook", "-e", "bash", "--noprofile", "--rcfile", str(rc), "-i"]
    )
    deadline = time.monotonic() + 20
    while not (
        found := desktop.xdotool(
            "search", "--onlyvisible", "--name", "shell with a hook", check=False
        )
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    desktop.activate(found.split()[-1])
    time.sleep(1)
    ask = "read -rsp 'Password: ' P; sh -c 'sleep 2; exit 3'"
    for text in (ask, "hunter2"):
        desktop.xdotool("type", "--delay", "25", text)
        desktop.xdotool("key", "Return")
        time.sleep(0.6)
    deadline = time.monotonic() + 30
    while not any("exit status 3" in event for event in told(daemon)):
        assert time.monotonic() < deadline, told(daemon)
        time.sleep(0.5)
    sentences = told(daemon)
    assert sum("sleep 2; exit 3" in event for event in sentences) == 1, sentences
    assert "hunter2" not in str(sentences)


def told(daemon: Any) -> list[str]:
    done = daemon.cli("log", "--json")
    assert done.returncode == 0, done.stderr
    return [row["event"] for row in json.loads(done.stdout)]
