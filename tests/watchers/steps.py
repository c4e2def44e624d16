"""The verbs of golden scripts: what a user does, done on a virtual desktop, in a folder, at a port.

A step is a table with ``do`` and what the verb needs; with ``before = true`` it is done before the
watcher is started. Knows no watcher.
"""

import asyncio
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daemon.demo.display import VirtualDesktop
from tests.terminal import Terminal
from watchers.shell.hook import hook

Step = Mapping[str, Any]
RUN_S = 20.0


class Player:
    """Does what scripts say; `end` closes what they opened."""

    def __init__(self, desktop: VirtualDesktop, folder: Path, port: int) -> None:
        self._desktop, self._folder, self._port = desktop, folder, port
        self._programs: list[subprocess.Popen[bytes]] = []
        self._named: dict[str, subprocess.Popen[bytes]] = {}
        self._windows: dict[str, str] = {}
        self._files: set[Path] = set()
        self._verbs: dict[str, Callable[[Step], object]] = {
            "window": self._window,
            "focus": self._focus,
            "rename": self._rename,
            "type": self._type,
            "key": self._key,
            "click": self._click,
            "move": self._move,
            "copy": self._copy,
            "write": self._write,
            "rename-file": self._rename_file,
            "run": self._run,
            "shell": self._shell,
            "start": self._start,
            "stop": self._stop,
            "beat": self._beat,
            "wait": lambda step: time.sleep(step["seconds"]),
        }

    async def play(self, steps: Iterable[Step]) -> None:
        """Do the steps, in order, off the event loop: the watcher goes on meanwhile."""
        for step in steps:
            verb = self._verbs[step["do"]]
            await asyncio.to_thread(verb, step)

    def end(self) -> None:
        """Close the windows, and take the files away."""
        for program in [*self._programs, *self._named.values()]:
            self._desktop.stop(program)
        for path in self._files:
            path.unlink(missing_ok=True)

    def _window(self, step: Step) -> None:
        """``title``, ``class``: open a terminal that shows what is typed, and give it the focus."""
        name = step.get("class", "XTerm")
        argv = ["xterm", "-class", name, "-T", step["title"], "-e", "cat"]
        self._programs.append(self._desktop.start(argv))
        found = self._desktop.xdotool("search", "--sync", "--onlyvisible", "--name", step["title"])
        self._windows[step["title"]] = found.splitlines()[-1]
        self._focus(step)

    def _focus(self, step: Step) -> None:
        """``title``: give a window of this script the focus."""
        self._desktop.activate(self._windows[step["title"]])

    def _rename(self, step: Step) -> None:
        """``title``, ``to``: give a window another title."""
        self._desktop.xdotool("set_window", "--name", step["to"], self._windows[step["title"]])

    def _type(self, step: Step) -> None:
        """``text``, ``delay_ms``: type it."""
        self._desktop.xdotool("type", "--delay", str(step.get("delay_ms", 20)), step["text"])

    def _key(self, step: Step) -> None:
        """``keys``: press keys or shortcuts, as xdotool names them."""
        self._desktop.xdotool("key", "--delay", "30", *step["keys"])

    def _click(self, step: Step) -> None:
        """``button``, ``times``: 1 left, 2 middle, 3 right, 4 to 7 the wheel up, down, left, right."""
        times = str(step.get("times", 1))
        self._desktop.xdotool("click", "--repeat", times, "--delay", "40", str(step["button"]))

    def _move(self, step: Step) -> None:
        """``x``, ``y``: move the mouse there, in pixels."""
        self._desktop.xdotool("mousemove", str(step["x"]), str(step["y"]))

    def _copy(self, step: Step) -> None:
        """``text``, ``target``: put it on the clipboard, as a kind of data that is ``target``."""
        options = ["-target", step["target"]] if "target" in step else []
        # xclip stays behind as the selection's owner, and its output must not be waited for
        shell = 'xclip -selection clipboard "$@" >/dev/null 2>&1'
        self._desktop.command("sh", "-c", shell, "sh", *options, text=step["text"])

    def _write(self, step: Step) -> None:
        """``path``, ``text``: write a file in the script's folder."""
        path = self._folder / step["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step["text"], encoding="utf-8")
        self._files.add(path)

    def _rename_file(self, step: Step) -> None:
        """``path``, ``to``: rename a file in the script's folder."""
        self._files.add((self._folder / step["path"]).rename(self._folder / step["to"]))

    def _run(self, step: Step) -> None:
        """``argv``, ``text``: run a program in the script's folder to its end; ``PORT`` is the stage's."""
        env = {**os.environ, "PORT": str(self._port), "HOME": str(self._folder)}
        subprocess.run(
            step["argv"], cwd=self._folder, env=env, timeout=RUN_S, check=True, text=True,
            input=step.get("text", ""), stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def _shell(self, step: Step) -> None:
        """``shell``, ``lines``: type lines into a shell that has Hunch's hook, with the stage as the daemon."""
        home = Path(tempfile.mkdtemp(dir=self._folder))
        info = home / "daemon.json"
        info.write_text(f'{{"pid":{os.getpid()},"port":{self._port}}}')  # as daemon.lock writes it
        (home / "hook").write_text(hook(step["shell"], info, "test"))
        terminal = Terminal(step["shell"], home, f"source {home / 'hook'}", dict(os.environ))
        try:
            for line in step["lines"]:
                terminal.run(line)
                time.sleep(0.3)  # the hook tells in the background
        finally:
            terminal.close()
        shutil.rmtree(home, ignore_errors=True)

    def _start(self, step: Step) -> None:
        """``program``: have a program of this name run on the screen, which does nothing else."""
        sleep = shutil.which("sleep")
        assert sleep is not None
        program = shutil.copy(sleep, self._folder / step["program"])
        self._files.add(Path(program))
        self._named[step["program"]] = self._desktop.start([str(program), "60"])

    def _stop(self, step: Step) -> None:
        """``program``: end it."""
        self._desktop.stop(self._named.pop(step["program"]))

    def _beat(self, step: Step) -> None:
        """``bucket``, ``type``, ``data``, ``pulsetime``: send a heartbeat of now to the stage's server."""
        bucket = {"type": step["type"], "client": "golden", "hostname": "test"}
        event = {"timestamp": datetime.now(UTC).isoformat(), "duration": 0, "data": step["data"]}
        place = f"/api/0/buckets/{step['bucket']}"
        self._post(place, bucket)
        self._post(f"{place}/heartbeat?pulsetime={step.get('pulsetime', 5)}", event)

    def _post(self, path: str, body: object) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status in (200, 304), f"{path}: {answer.status}"
        finally:
            connection.close()
