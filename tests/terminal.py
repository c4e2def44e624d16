"""A real shell in a pseudo-terminal, as somebody at the keyboard has it, and what a daemon heard of it."""

import http.client
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import Daemon, hunch

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?>=]*[a-zA-Z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])")
ARGUMENTS = {"bash": ("bash", "--noprofile", "-i"), "zsh": ("zsh", "-i"), "fish": ("fish", "-i")}
PROMPTS = {
    "bash": "turn=0; PROMPT_COMMAND='turn=$((turn + 1))'; PS1='READY:$turn:$?> '",
    "zsh": "precmd() { ((++turn)) }; setopt prompt_subst; unsetopt prompt_cr prompt_sp\n"
    "PS1='READY:$turn:%?> '",
    "fish": "set -g fish_greeting; set -g turn 0\n"
    "function next_turn --on-event fish_prompt; set -g turn (math $turn + 1); end\n"
    "function fish_prompt; echo -n \"READY:$turn:$status> \"; end",
}  # fmt: skip


class Terminal:
    """A shell that reads a start file of the test's own.

    The prompt tells how many there were and the status of the last command, so that a test sees
    what the shell itself holds it to be, and a prompt that is only drawn again is none.
    """

    def __init__(self, shell: str, home: Path, rc: str, env: Mapping[str, str]) -> None:
        self.shell = shell
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self._write_rc(home, rc)
        whole = {**env, "HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb"}
        whole |= {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "share")}
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            # A test run in the background ignores SIGINT, and a shell hands that on to its commands.
            ["env", "--default-signal=INT", "setsid", "--ctty", *ARGUMENTS[shell]],
            stdin=slave, stdout=slave, stderr=slave, env=whole, cwd=home, close_fds=True,
        )  # fmt: skip
        os.close(slave)
        self._turn = 0
        self.status = 0
        try:
            self.wait()
        except BaseException:
            self.close()
            raise

    def _write_rc(self, home: Path, rc: str) -> None:
        (home / "config" / "fish").mkdir(parents=True)
        name = {"bash": ".bashrc", "zsh": ".zshrc", "fish": "config/fish/config.fish"}[self.shell]
        (home / name).write_text(f"{PROMPTS[self.shell]}\n{rc}\n")

    def send(self, text: str) -> None:
        """Press keys."""
        os.write(self._master, text.encode())

    def run(self, line: str, within_s: float = 20.0) -> str:
        """Type a line and Enter; returns what stood on the screen until the next prompt."""
        self.send(line + "\r")
        return self.wait(within_s)

    def wait(self, within_s: float = 20.0) -> str:
        """What stands on the screen until the next prompt, the prompt included."""
        self._turn += 1
        text = self.until(rf"READY:{self._turn}:\d+> ", within_s)
        self.status = int(text.rsplit(f"READY:{self._turn}:")[-1].split(">")[0])
        return text

    def until(self, pattern: str, within_s: float = 20.0) -> str:
        """What stands on the screen until it matches."""
        deadline = time.monotonic() + within_s
        text = ""
        while not re.search(pattern, _ESCAPES.sub("", text).replace("\r", "")):
            left = deadline - time.monotonic()
            assert left > 0, f"it did not come: {text!r}"
            if select.select([self._master], [], [], min(left, 0.5))[0]:
                text += os.read(self._master, 65536).decode(errors="replace")
        return _ESCAPES.sub("", text).replace("\r", "")

    def quiet(self, seconds: float) -> str:
        """What else appears within some seconds."""
        text = ""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._master], [], [], left)[0]:
                text += os.read(self._master, 65536).decode(errors="replace")
        return text

    @property
    def pid(self) -> int:
        """The shell's process: setsid became it."""
        return self._process.pid

    def close(self) -> None:
        """Hang up, as a closed window does; an interactive shell hears no SIGTERM."""
        self._process.send_signal(signal.SIGHUP)
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        os.close(self._master)


class Terminals:
    """Opens terminals with the hook in their start file, as `shell-init` prints it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[Terminal] = []

    def open(
        self, shell: str, env: Mapping[str, str], rc: str = "", after: str = "", hooked: bool = True
    ) -> Terminal:
        made = hunch("shell-init", shell, env=env)
        assert made.returncode == 0, made.stderr
        file = self._folder / f"hook.{shell}"
        file.write_text(made.stdout)
        line = f"source {file}" if hooked else ""
        home = self._folder / f"home{len(self._opened)}"
        terminal = Terminal(shell, home, f"{rc}\n{line}\n{after}", env)
        self._opened.append(terminal)
        return terminal

    def close(self) -> None:
        for terminal in self._opened:
            terminal.close()


def events(daemon: Daemon) -> list[dict[str, Any]]:
    """What the daemon keeps of commands, oldest first."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=10)
    path = f"/api/0/buckets/hunch-shell_{socket.gethostname()}/events"
    connection.request("GET", path, headers={"Authorization": f"Bearer {daemon.token}"})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return list(reversed(body)) if answer.status == 200 else []


def told(daemon: Daemon, last: str, within_s: float = 15.0) -> list[dict[str, Any]]:
    """The events, once the one of the command `last` is there and those before it had time."""
    deadline = time.monotonic() + within_s
    while not any(item["data"]["command"] == last for item in events(daemon)):
        assert time.monotonic() < deadline, events(daemon)
        time.sleep(0.05)
    found: list[dict[str, Any]] = []
    while len(found) < len(found := events(daemon)):
        time.sleep(0.5)
    return found
