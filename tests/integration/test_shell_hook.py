"""The hooks in real shells on a pseudo-terminal, with a real daemon behind them."""

import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Daemon
from tests.terminal import Terminal, Terminals, told

SHELLS = ("bash", "zsh", "fish")
SECRET = "tell-nobody"  # it must arrive nowhere


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    terminals = Terminals(tmp_path)
    yield terminals.open
    terminals.close()


def test_commands_arrive_with_text_folder_status_and_duration(
    shell: str, start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    daemon = start_daemon()
    terminal = open_terminal(shell, daemon.env)
    home = os.path.realpath(terminal.home)
    lines = [
        ("echo one", 0),
        ("false", 1),
        ("false", 1),
        ("sh -c 'exit 7'", 7),
        ("echo a | sh -c 'exit 3'", 3),
        ("cd /usr", 0),
        ("sleep 0.4", 0),
        ("sleep 30 &", 0),
        ("echo last", 0),
    ]
    begun = time.time()
    for line, _ in lines:
        terminal.run(line)
    terminal.send("sleep 30\r")
    time.sleep(0.5)
    terminal.send("\x03")
    terminal.wait()
    found = told(daemon, "sleep 30")
    if shell == "fish":  # which has no clock: its times are those of the background, some ms late
        order = [*(line for line, _ in lines), "sleep 30"]
        found.sort(key=lambda item: order.index(item["data"]["command"]))
    data = [item["data"] for item in found]
    assert [(item["command"], item["exit_status"]) for item in data] == [*lines, ("sleep 30", 130)]
    assert {item["shell"] for item in data} == {shell}
    assert [item["cwd"] for item in data] == [home] * 6 + ["/usr"] * 4
    slept = next(item for item in found if item["data"]["command"] == "sleep 0.4")
    assert 0.4 <= slept["duration"] < 3 and found[0]["duration"] < 2
    stamps = [item["timestamp"] for item in found]
    assert (stamps == sorted(stamps) or shell == "fish") and all(
        begun - 2 < _epoch(item) < time.time() + 1 for item in found
    )
    terminal.run("kill %1" if shell != "fish" else "kill (jobs -p)")


def test_the_hook_has_the_token_for_writes_and_no_other(
    shell: str, start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    daemon = start_daemon(open_writes="false")
    terminal = open_terminal(shell, daemon.env)
    terminal.run("echo with the token")
    assert [item["data"]["command"] for item in told(daemon, "echo with the token")]
    hook = daemon.cli("shell-init", shell).stdout
    assert f"{daemon.folder}/token-write" in hook
    assert f"{daemon.folder}/token" not in hook.replace("/token-write", "")


def _epoch(item: dict[str, Any]) -> float:
    return datetime.fromisoformat(item["timestamp"]).timestamp()


NASTY = (
    "echo \"double\" 'single' `echo back` $HOME",
    "echo 'back\\slash' \\\\ '\\n' '\\u0041' %s %d",
    "echo é 中文 🙂 ‮right",
    "echo '{\"json\": [1, 2], \"a\": null}' '# & ; | < >'",
    "echo '$(touch pwned)' '${x@P}' '\\!' '-n' '*' '[a-z]'",
    "echo '" + "x" * 3000 + "'",
)


@pytest.mark.parametrize("tool", ["curl", "bash alone"])
def test_whatever_is_typed_arrives_to_the_letter(
    shell: str,
    tool: str,
    tmp_path: Path,
    start_daemon: Callable[..., Daemon],
    open_terminal: Callable[..., Terminal],
) -> None:
    daemon = start_daemon()
    env = {**daemon.env, "http_proxy": "http://127.0.0.1:9", "LC_ALL": "C.UTF-8"}
    if tool != "curl":
        env["PATH"] = str(_path_without_curl(tmp_path, shell))
    terminal = open_terminal(shell, env)
    for line in NASTY:
        terminal.run(line)
    terminal.send("printf 'two\rlines'\r")
    terminal.wait()
    if shell != "fish":  # which takes control characters for its own keys
        terminal.run("echo '\x16\x1b[31m\x16\x01\x16\tx'")
    terminal.run("echo last")
    commands = [item["data"]["command"] for item in told(daemon, "echo last")]
    wanted = [*NASTY, "printf 'two\nlines'"]
    wanted += ["echo '\x1b[31m\x01\tx'"] if shell != "fish" else []
    wanted.append("echo last")
    assert commands == wanted or (shell == "fish" and sorted(commands) == sorted(wanted))


def _path_without_curl(tmp_path: Path, shell: str) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "bash", "date", "setsid", "kill", "env", shell):
        found = shutil.which(name)
        assert found is not None
        if not (folder / name).exists():
            (folder / name).symlink_to(os.path.realpath(found))
    return folder


def test_a_leading_space_and_hunch_off_keep_a_command_to_oneself(
    shell: str, start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    daemon = start_daemon()
    for rc in ("HISTCONTROL=ignoreboth", "HISTCONTROL=ignoredups", "HISTCONTROL=erasedups"):
        terminal = open_terminal(shell, daemon.env, rc if shell == "bash" else "")
        terminal.run("echo before")
        terminal.run(f" echo {SECRET}")
        terminal.run(f"  false {SECRET}")
        terminal.run("export HUNCH_OFF=1" if shell != "fish" else "set -gx HUNCH_OFF 1")
        terminal.run(f"echo {SECRET} two")
        terminal.run("unset HUNCH_OFF" if shell != "fish" else "set -e HUNCH_OFF")
        terminal.run(f"echo again {rc}")
        terminal.run(f"echo again {rc}")
        terminal.run(f"echo last {rc}")
        commands = [item["data"]["command"] for item in told(daemon, f"echo last {rc}")]
        assert SECRET not in json.dumps(commands)
        assert commands.count(f"echo again {rc}") == 2, commands
        if shell != "bash":
            return


def test_a_daemon_that_is_away_costs_nothing_and_says_nothing(
    shell: str, tmp_path: Path, open_terminal: Callable[..., Terminal]
) -> None:
    folder = tmp_path / "nobody"
    env = {**os.environ, "HUNCH_DATA_DIR": str(folder)}
    terminal = open_terminal(shell, env)
    assert "hunch" not in terminal.run("echo one").lower()
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as stranger:  # took the port of one that was killed
        stranger.settimeout(1.0)
        port = stranger.getsockname()[1]
        (folder / "daemon.json").write_text(json.dumps({"pid": 2**22 + 1, "port": port}))
        for text in ("two", "three"):
            begun = time.monotonic()
            shown = terminal.run(f"echo {text}")
            assert time.monotonic() - begun < 1.0
            assert "hunch" not in shown.lower() and "rror" not in shown
        with pytest.raises(TimeoutError):
            stranger.accept()
    with socket.create_server(("127.0.0.1", 0)) as mute:  # a daemon that does not answer
        live = {"pid": os.getpid(), "port": mute.getsockname()[1]}
        (folder / "daemon.json").write_text(json.dumps(live, separators=(",", ":")))
        begun = time.monotonic()
        terminal.run("echo four")
        assert time.monotonic() - begun < 1.0
        assert "hunch" not in terminal.quiet(2.5).lower()
        assert _children(terminal.pid) == []


def _children(pid: int) -> list[str]:
    """The processes that a shell still has, zombies too."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    manual = "create_manpage_completions"  # which fish reads at its first start
    return [child for child in found if manual not in Path(f"/proc/{child}/cmdline").read_text()]


def test_the_shell_stays_as_it_was(
    shell: str, start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    daemon = start_daemon()
    rc = {
        "bash": "PROMPT_COMMAND='echo mine:$?:${PIPESTATUS[*]}; '$PROMPT_COMMAND\n"
        "trap 'traps=$((traps + 1))' DEBUG; PS0='begin\\n'",
        "zsh": "mine() { echo mine:$? }; autoload -Uz add-zsh-hook; add-zsh-hook precmd mine",
        "fish": "function mine --on-event fish_postexec; echo mine:$status; end",
    }[shell]
    terminal = open_terminal(shell, daemon.env, rc)
    shown = terminal.run("sh -c 'exit 5'")
    assert "mine:5" in shown and terminal.status == 5
    terminal.run("sleep 20 &")
    spoken = terminal.run("echo job:$!" if shell != "fish" else "echo job:$last_pid")
    ours = spoken.split("job:")[-1].split()[0]
    assert ours in _children(terminal.pid)
    terminal.run(f"kill {ours}")
    if shell == "bash":
        assert "begin\n" in terminal.run("echo word other")
        assert int(terminal.run("echo traps:$traps").split("traps:")[-1].split()[0]) > 4
        assert "1 0" in terminal.run(
            "false | true"
        )  # PIPESTATUS, as the user's own command sees it
    told(daemon, "sh -c 'exit 5'")
    assert terminal.run("jobs").count("hunch") == 0


def test_bash_without_a_debug_trap_of_the_users_keeps_the_last_word(
    start_daemon: Callable[..., Daemon], open_terminal: Callable[..., Terminal]
) -> None:
    daemon = start_daemon()
    terminal = open_terminal("bash", daemon.env, "set -u; shopt -s extdebug")
    terminal.run("echo word other")
    assert "saw:other" in terminal.run("echo saw:$_")
    later = open_terminal("bash", daemon.env, after="PROMPT_COMMAND='true; '$PROMPT_COMMAND")
    later.run("echo still")
    told(daemon, "echo still")


def test_a_script_is_not_told(
    shell: str, tmp_path: Path, start_daemon: Callable[..., Daemon],
    open_terminal: Callable[..., Terminal],
) -> None:  # fmt: skip
    daemon = start_daemon()
    script = tmp_path / "script"
    terminal = open_terminal(shell, daemon.env)
    hook = tmp_path / f"hook.{shell}"
    script.write_text(f"source {hook}\necho {SECRET}\n")
    terminal.run(f"{shell} {script}")
    terminal.run("echo last")
    commands = [item["data"]["command"] for item in told(daemon, "echo last")]
    assert sorted(commands) == sorted([f"{shell} {script}", "echo last"])
