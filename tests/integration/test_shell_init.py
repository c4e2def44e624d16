"""What the hook costs at each prompt, and the line that puts it into a shell's start file."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Daemon, hunch
from tests.terminal import Terminal, Terminals, told

SHELLS = ("bash", "zsh", "fish")
ADDED_S = 0.005


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    terminals = Terminals(tmp_path)
    yield terminals.open
    terminals.close()


@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_the_prompt_comes_within_five_milliseconds(
    name: str, start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    """What the hook adds from Enter to the next prompt; the quickest, as machines are shared."""
    daemon = start_daemon()
    plain = open_terminal(name, daemon.env, hooked=False)
    with_hook = open_terminal(name, daemon.env)
    taken: dict[Terminal, list[float]] = {plain: [], with_hook: []}
    for _ in range(12):
        for terminal, times in taken.items():
            terminal.send("true")
            terminal.quiet(0.05)
            begun = time.perf_counter()
            terminal.run("")
            times.append(time.perf_counter() - begun)
            terminal.quiet(0.05)
    quick = {terminal: min(times) for terminal, times in taken.items()}
    assert quick[with_hook] - quick[plain] < ADDED_S, quick.values()


MEASURE = """
function measure
    for turn in (seq 10)
        for name in fish_postexec nothing
            set -l begun (date +%s%N)
            emit $name 'pytest -q'
            echo $name (math (date +%s%N) - $begun)
            sleep 0.2
        end
    end
end
"""


def test_fish_comes_back_within_five_milliseconds(
    start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    """What the hook takes; fish's own time to the prompt varies by more than that."""
    daemon = start_daemon()
    terminal = open_terminal("fish", daemon.env, after=MEASURE)
    lines = [line.split() for line in terminal.run("measure", 60).splitlines()]

    def quick(name: str) -> float:
        times = [float(line[1]) for line in lines if len(line) == 2 and line[0] == name]
        assert len(times) == 10
        return min(times) / 1e9

    assert quick("fish_postexec") - quick("nothing") < ADDED_S


def test_one_line_is_added_to_the_start_file_and_taken_out_again(
    shell: str, tmp_path: Path, start_daemon: Callable[..., Daemon]
) -> None:
    daemon = start_daemon()
    home = tmp_path / "home"
    real = home / "dotfiles" / "rc"
    real.parent.mkdir(parents=True)
    real.write_bytes(b"# caf\xe9\nexport X=1")  # no text, and no line end
    place = {"bash": ".bashrc", "zsh": ".zshrc", "fish": "config/fish/config.fish"}[shell]
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    (home / place).symlink_to(real)
    env = {**daemon.env, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    env = {key: value for key, value in env.items() if key != "ZDOTDIR"}
    for _ in range(2):
        done = hunch("shell-init", shell, "--install", env=env)
        assert done.returncode == 0, done.stderr
    text = real.read_bytes()
    assert text.count(b"shell-init") == 2 and text.startswith(b"# caf\xe9\nexport X=1\n")
    assert hunch("shell-init", shell, "--uninstall", env=env).returncode == 0
    assert real.read_bytes() == b"# caf\xe9\nexport X=1\n" and (home / place).is_symlink()
    assert "not in" in hunch("shell-init", shell, "--uninstall", env=env).stdout


def test_the_installed_line_works(
    shell: str, tmp_path: Path, start_daemon: Callable[..., Daemon]
) -> None:
    daemon = start_daemon()
    home = tmp_path / "fresh"
    home.mkdir()
    env = {**daemon.env, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "ZDOTDIR": str(home)}  # fmt: skip
    assert hunch("shell-init", shell, "--install", env=env).returncode == 0
    place = {"bash": ".bashrc", "zsh": ".zshrc", "fish": "config/fish/config.fish"}[shell]
    line = (home / place).read_text()
    terminal = Terminal(shell, tmp_path / "home", line, daemon.env)
    try:
        terminal.run("echo installed")
        assert told(daemon, "echo installed")
    finally:
        terminal.close()


def test_a_shell_that_is_not_known_is_asked_for() -> None:
    env = {**os.environ, "SHELL": "/bin/tcsh"}
    done = hunch("shell-init", env=env)
    assert done.returncode == 1 and "bash|zsh|fish" in done.stderr
    assert "hook for zsh" in hunch("shell-init", env={**env, "SHELL": "/usr/bin/zsh"}).stdout
