"""What the user is asked before anything is recorded can be read on a terminal of 80 columns."""

from pathlib import Path

import pytest

from daemon import consent
from daemon.config import Settings
from daemon.errors import HunchError

COLUMNS = 80


def test_the_text_fits_a_terminal(tmp_path: Path) -> None:
    asked: list[str] = []

    def refuse(text: str) -> bool:
        asked.append(text)
        return False

    settings = Settings(data_dir=str(tmp_path))
    with pytest.raises(HunchError):
        consent.require(settings, said_yes=False, ask=refuse)
    lines = asked[0].splitlines()
    assert str(tmp_path) in asked[0]
    assert all(len(line) < COLUMNS for line in lines if str(tmp_path) not in line)
    assert not any(tmp_path.iterdir())
