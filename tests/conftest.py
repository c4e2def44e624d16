"""For every test: the data directory, the settings and all of XDG's folders lie in tmp."""

import contextlib
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from daemon.lock import running
from tests.screen import desktop, shared_desktop, terminal

__all__ = ["desktop", "shared_desktop", "terminal"]  # for tests of a real screen, wherever they are

XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DOCUMENTS_DIR")


@pytest.fixture(autouse=True)
def folders_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = tmp_path_factory.mktemp("user")
    for name in XDG:
        path = folder / name.removeprefix("XDG_").lower()
        path.mkdir()
        monkeypatch.setenv(name, str(path))
    monkeypatch.setenv("HUNCH_DATA_DIR", str(folder / "hunch"))
    monkeypatch.setenv("HUNCH_NOTES_DIR", str(folder / "notes"))
    return folder


def pytest_collection_finish() -> None:
    """Leave what importing the tests made (torch, transformers) out of every later garbage collection."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault tests of `tests/soak` counted."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [
        str(line) for report in reports for name, line in report.user_properties if name == "soak"
    ]
    if lines:
        terminalreporter.section("what was acknowledged, found and lost")
        for line in sorted(lines):
            terminalreporter.write_line(line)


@pytest.fixture
def anyio_backend() -> str:
    """What runs the coroutines of tests marked with `anyio`."""
    return "asyncio"


class Daemon:
    """A real daemon process on a folder of its own."""

    def __init__(
        self, folder: Path, process: "subprocess.Popen[bytes]", env: dict[str, str]
    ) -> None:
        self.folder = folder
        self.process = process
        self.env = env

    @property
    def port(self) -> int:
        holder = running(self.folder)
        assert holder is not None and holder.port
        return holder.port

    @property
    def token(self) -> str:
        return (self.folder / "token").read_text()

    @property
    def write_token(self) -> str:
        return (self.folder / "token-write").read_text()

    def cli(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `hunch …` as its user would."""
        return hunch(*arguments, env=self.env)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)


def hunch(*arguments: str, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "daemon", *arguments],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def _starting(folder: Path) -> Iterator[Callable[..., Daemon]]:
    """Starts daemons on one folder and ends them; settings are given by name."""
    started: list[Daemon] = []

    def start(env: Mapping[str, str] | None = None, **settings: object) -> Daemon:
        place = Path(str(settings.get("data_dir", folder)))
        values = {"data_dir": place, "port": 0, "tray": "false", "model": "none", **settings}
        values.setdefault("shadow_days", 0)
        whole = {**(env or os.environ)}
        whole |= {f"HUNCH_{name.upper()}": str(value) for name, value in values.items()}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "daemon", "run", "--yes"],
            env=whole,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        daemon = Daemon(place, process, whole)
        started.append(daemon)
        deadline = time.monotonic() + 30
        while (holder := running(place)) is None or not holder.port or holder.pid != process.pid:
            if process.poll() is not None or time.monotonic() > deadline:
                assert process.stderr is not None
                raise AssertionError(process.stderr.read().decode())
            time.sleep(0.05)
        return daemon

    try:
        yield start
    finally:
        for daemon in started:
            daemon.stop()
            if daemon.process.stderr is not None:
                daemon.process.stderr.close()


@pytest.fixture
def start_daemon(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """Starts daemons and ends them; settings are given by name."""
    with _starting(tmp_path / "data") as start:
        yield start


@pytest.fixture(scope="module")
def module_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Daemon]]:
    """As `start_daemon`, for a module whose tests leave nothing behind that another would meet."""
    folder = tmp_path_factory.mktemp("module")
    homes = {name: str(folder / name.removeprefix("XDG_").lower()) for name in XDG}
    with _starting(folder / "data") as start:
        yield lambda **settings: start(
            {**os.environ, **homes}, notes_dir=folder / "notes", **settings
        )
