"""For every test: the data directory, the settings and all of XDG's folders lie in tmp."""

from pathlib import Path

import pytest

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


@pytest.fixture
def anyio_backend() -> str:
    """What runs the coroutines of tests marked with `anyio`."""
    return "asyncio"
