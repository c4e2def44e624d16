"""A real shell in a pseudo-terminal, as somebody at the keyboard has it."""

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

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
            ["setsid", "--ctty", *ARGUMENTS[shell]],
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
        """Hang up, as a closed window does."""
        self._process.terminate()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        os.close(self._master)
