"""Command lines: which of what was typed are some, how they ended, and what of them may be searched for.

Knows programs by name, no shell and no operating system. A line that was typed where a program
asks for a password is never a command; of a command line no more than a program's and a
subcommand's well-known name ever goes into a search.
"""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from models.segment import BucketEvent

SHELL = "app.shell.command"
AT_ONCE_S = 5.0  # whoever ran a command that ended within so long was there when it ended
LONG_S = 30.0  # a command that took longer was told when it was typed: a pause ends a segment
TRIES = 3  # sudo and ssh ask for a password so often
INTERRUPTED, STOPPED = 130, (146, 147, 148)  # 128 and SIGINT; SIGTSTP on macOS, SIGSTOP and Linux

# Programs that say "no" by their exit status; 1 is an answer and no failure.
_ANSWERS = frozenset(
    ("grep", "egrep", "fgrep", "rg", "ag", "diff", "cmp", "test", "[", "[[", "which", "pgrep",
     "pidof", "command", "type", "expr")
)  # fmt: skip
# Programs that may ask for a secret in the terminal, or hand the terminal to another machine.
_ASKING = frozenset(
    ("sudo", "su", "doas", "ssh", "scp", "sftp", "rsync", "passwd", "login", "telnet", "ftp", "ssh-add",
     "ssh-keygen", "ssh-copy-id", "gpg", "gpg2", "openssl", "cryptsetup", "kinit", "mysql", "mysqldump",
     "mariadb", "psql", "pg_dump", "createuser", "mongo", "mongosh", "redis-cli", "sqlplus", "smbclient",
     "mount", "vault", "pass", "op", "bw", "htpasswd", "ansible-playbook", "ansible-vault", "pkexec",
     "read", "docker", "podman", "az", "npm", "twine", "gh", "git", "hg", "svn", "7z", "zip", "unzip",
     "borg", "restic", "rclone", "sshfs", "veracrypt", "keepassxc-cli", "chsh", "visudo", "wpa_passphrase")
)  # fmt: skip
# Well-known programs and the subcommands that say what was tried. Nobody's password is among them.
_SUBCOMMANDS: Mapping[str, Collection[str]] = {
    "git": ("add", "bisect", "checkout", "cherry-pick", "clone", "commit", "fetch", "merge", "pull",
            "push", "rebase", "reset", "revert", "stash", "submodule", "switch", "tag", "worktree"),
    "npm": ("audit", "build", "ci", "install", "publish", "run", "start", "test", "update"),
    "pnpm": ("add", "build", "install", "run", "test"), "yarn": ("add", "build", "install", "test"),
    "pip": ("download", "install", "uninstall", "wheel"), "pip3": ("install", "uninstall"),
    "pipx": ("install", "run", "upgrade"), "uv": ("add", "lock", "pip", "run", "sync", "tool", "venv"),
    "poetry": ("add", "build", "install", "lock", "publish", "run"), "conda": ("create", "install", "update"),
    "cargo": ("add", "build", "check", "clippy", "install", "publish", "run", "test", "update"),
    "go": ("build", "get", "install", "mod", "run", "test", "vet"),
    "docker": ("build", "compose", "exec", "login", "pull", "push", "run", "start"),
    "podman": ("build", "pull", "push", "run"), "terraform": ("apply", "init", "plan"),
    "kubectl": ("apply", "create", "delete", "describe", "exec", "get", "logs"), "helm": ("install", "upgrade"),
    "apt": ("install", "remove", "update", "upgrade"), "apt-get": ("install", "update", "upgrade"),
    "brew": ("install", "update", "upgrade"), "dnf": ("install", "update"), "snap": ("install",),
    "systemctl": ("enable", "reload", "restart", "start", "status", "stop"), "gh": ("pr", "release", "repo"),
    "make": ("all", "build", "check", "clean", "install", "run", "test"), "dotnet": ("build", "run", "test"),
    "mvn": ("compile", "install", "package", "test"), "gradle": ("build", "run", "test"),
}  # fmt: skip
_PROGRAMS = frozenset(_SUBCOMMANDS) | _ANSWERS | _ASKING | frozenset(
    ("ls", "cd", "cat", "cp", "mv", "rm", "mkdir", "rmdir", "touch", "echo", "printf", "pwd", "less",
     "more", "head", "tail", "sort", "uniq", "wc", "cut", "sed", "awk", "find", "xargs", "tar", "gzip",
     "chmod", "chown", "ln", "df", "du", "ps", "top", "htop", "kill", "killall", "man", "history",
     "clear", "exit", "export", "source", "alias", "vim", "nvim", "vi", "nano", "emacs", "code",
     "python", "python3", "pytest", "mypy", "ruff", "tox", "node", "npx", "deno", "bun", "tsc", "ruby",
     "rails", "bundle", "gem", "php", "composer", "java", "javac", "gcc", "g++", "clang", "cmake",
     "ninja", "meson", "rustc", "rustup", "perl", "lua", "R", "Rscript", "julia", "ghc", "cabal",
     "stack", "curl", "wget", "nc", "dig", "ip", "ifconfig", "netstat", "ss", "nmap", "tmux", "screen",
     "journalctl", "dmesg", "crontab", "date", "env", "time", "watch", "tee", "xdg-open", "open",
     "ffmpeg", "convert", "pandoc", "pdflatex", "latexmk", "jupyter", "sqlite3", "jq", "hunch")
)  # fmt: skip
# Names of programs that are words of plain English, with which a pass phrase may begin.
_ENGLISH = frozenset(
    ("pass", "read", "date", "time", "open", "more", "less", "test", "find", "cut", "sort", "code", "go",
     "make", "head", "tail", "cat", "watch", "man", "history", "clear", "exit", "op", "screen", "login",
     "mount", "pipx", "which", "command", "type", "convert", "touch", "source", "export", "alias", "kill",
     "stack", "node", "ruby", "rails", "bundle", "gem", "julia", "perl", "composer", "conda", "poetry", "helm",
     "snap", "yarn", "cargo", "vault", "date", "env", "tee", "top", "passwd", "ninja", "echo")
)  # fmt: skip
_BEFORE_PROGRAMS = frozenset(
    ("sudo", "doas", "time", "nohup", "nice", "env", "command", "exec", "!")
)
_SEPARATOR = re.compile(r"\|\||&&|[;|\n&]")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_SURE = re.compile(
    r"(?:\./|~/|/(?:bin|etc|home|opt|tmp|usr|var)/)\S|[a-z][\w.+-]*\s+(?:--?[a-zA-Z]|[|&;>]\s*\S)"
)


class Command(msgspec.Struct, frozen=True):
    """A command line.

    Attributes:
        text: As it was typed.
        failed: None when its outcome was not seen, or its user ended it.
        status: Its exit status; None when its outcome was not seen.
        took_s: Seconds from its start to its end; None when its outcome was not seen.
        earlier: It was run in an earlier segment, and has now ended.
    """

    text: str
    failed: bool | None = None
    status: int | None = None
    took_s: float | None = None
    earlier: bool = False


def reported(
    events: Iterable[BucketEvent], start: Any, *, at_home: bool, told: Collection[str]
) -> Iterator[Command]:
    """The commands that a shell reported, in order.

    Args:
        events: A segment's.
        start: When the segment began.
        at_home: A shell may be in front: a terminal, an editor, or nobody knows what.
        told: Commands that the segment before tells.
    """
    for item in events:
        data, event = item.event.data, item.event
        text = data.get("command")
        if item.type != SHELL or not isinstance(text, str) or not text.strip():
            continue
        status = data.get("exit_status")
        status = status if isinstance(status, int) and not isinstance(status, bool) else None
        long = event.duration >= AT_ONCE_S and event.timestamp < start - timedelta(seconds=1)
        known = event.duration >= LONG_S or _flat(text) in map(_flat, told)
        yield Command(
            text,
            _failed(text, status),
            status,
            None if status is None else event.duration,
            earlier=(long and known) or not at_home,
        )


def _failed(text: str, status: int | None) -> bool | None:
    if status is None or status == INTERRUPTED or status in STOPPED:
        return None
    last = words_of(_SEPARATOR.split(text)[-1])
    answer = status == 1 and bool(last) and last[0] in _ANSWERS
    return status != 0 and not answer


def typed(lines: Iterable[str]) -> Iterator[str]:
    """Those of the lines typed in a terminal that are commands: not what follows `sudo` or `ssh`.

    What was typed at a password's prompt shows no sign of it; so after a program that may ask for
    one, up to `TRIES` lines are commands only where they look like nothing else.
    """
    hidden = 0
    for line in lines:
        sure = is_surely_one(line)
        if hidden and not sure:
            hidden -= 1
            continue
        words = [word for part in _SEPARATOR.split(line) for word in words_of(part, whole=True)[:2]]
        hidden = TRIES if _ASKING & set(words) else 0
        yield line


def is_surely_one(line: str) -> bool:
    """Whether a line looks like a command and like nothing that anybody has as a password."""
    words = words_of(line)
    if not words or _SURE.match(line.strip()):
        return bool(words)
    if words[0] in _ENGLISH:
        return len(words) > 1 and words[1] in _SUBCOMMANDS.get(words[0], ())
    return words[0] in _PROGRAMS


def words_of(line: str, *, whole: bool = False) -> list[str]:
    """The words of a simple command, its program first and without its folder.

    Args:
        line: The command.
        whole: Keep `sudo` and the like, which run the program.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    while words and (
        _ASSIGNMENT.match(words[0]) or (not whole and words[0] in _BEFORE_PROGRAMS and words[1:])
    ):
        words = words[1:]
    return [words[0].rsplit("/", 1)[-1], *words[1:]] if words else []


def searchable(command: Command, searched: str) -> str | None:
    """What may be searched for when a command failed: "git push exit status 128"; None for nothing.

    Args:
        command: The command.
        searched: What the user searched for already; what stands there is no secret.
    """
    words = words_of(_SEPARATOR.split(command.text)[-1])
    if words[:2] in (["python", "-m"], ["python3", "-m"]) and len(words) > 2:
        words = words[2:]
    if not words or command.status is None:
        return None
    program = words[0]
    if program not in _PROGRAMS and program.casefold() not in searched.casefold().split():
        return None
    if command.status == 127:  # POSIX: the command was not found
        return f"{program}: command not found"
    return f"{tried(words)} exit status {command.status}"


def tried(words: Sequence[str]) -> str:
    """Of a simple command's words its program, and its subcommand where that is a well-known one: "git push"."""
    known = _SUBCOMMANDS.get(words[0], ())
    subcommand = next((word for word in words[1:] if not word.startswith("-")), "")
    return f"{words[0]} {subcommand}" if subcommand in known else words[0]


def program_of(command: Command) -> str:
    """The program that a command line ran last; empty for none."""
    return next(iter(words_of(_SEPARATOR.split(command.text)[-1])), "")


def brief(seconds: float) -> str:
    """The length of a command in figures: "12 s", "3 min"."""
    minutes = round(seconds / 60)
    if seconds < 2 * 60:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 2 * 60 else f"{minutes // 60} h {minutes % 60} min"


def _flat(text: str) -> str:
    return " ".join(text.split())
