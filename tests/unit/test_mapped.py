"""Pages of a mapped file are let go of, and stand there again when they are read."""

import mmap
import sys
from pathlib import Path

import pytest

from models.mapped import Mapped, places

SIZE = 8 * 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="mappings can be listed on Linux alone")
def test_pages_are_let_go_of_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(bytes(range(256)) * (SIZE // 256))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as table:
        assert table[SIZE - 1] == 255 and len(bytes(table)) == SIZE
        read = resident(path)
        Mapped(path).let_go()
        assert read >= SIZE and resident(path) == 0
        assert table[SIZE - 1] == 255 and table[:256] == bytes(range(256))


@pytest.mark.skipif(sys.platform != "linux", reason="mappings can be listed on Linux alone")
def test_what_others_have_mapped_is_left_alone(tmp_path: Path) -> None:
    """When they are gone, other memory lies in their place, and letting go would wipe it."""
    path = tmp_path / "table"
    path.write_bytes(bytes(SIZE))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as first:
        others = places(path)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as second:
            assert len(bytes(first)) == len(bytes(second)) == SIZE
            mapped = Mapped(path, others)
            mapped.let_go()
            assert resident(path, *others) >= SIZE
            (own,) = (place for place in places(path) if place not in others)
            assert resident(path, own) == 0


def test_a_file_that_is_not_mapped_is_none_of_its_business(tmp_path: Path) -> None:
    Mapped(tmp_path / "nothing").let_go()


def resident(path: Path, place: tuple[int, int] | None = None) -> int:
    """Bytes of a mapped file in memory: of its first mapping, or of the one at a place."""
    begin = f"{place[0]:x}-" if place else ""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    here = next(line for line in lines if line.endswith(str(path)) and line.startswith(begin))
    assert here
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Rss:"))
