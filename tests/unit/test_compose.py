"""Compose files as libX11 reads them, and what a sequence of keys gives."""

from pathlib import Path

import pytest

from watchers import compose
from watchers.compose import MULTI_KEY, Composer, Tree

ACUTE = 0xFE51
COMMON = """# of the locale
<dead_acute> <e>\t: "é" eacute # LATIN SMALL LETTER E WITH ACUTE
<dead_acute> <dead_acute> : "¡" exclamdown
<dead_acute> <space> : "'" apostrophe
<Multi_key> <minus> <greater> : "→" U2192
<Multi_key> <quotedbl> <backslash> : "\\"\\\\"
<Multi_key> <U20AC> <1> : U2260
<Multi_key> <o> <o> : "°"
! a comment of another kind
<nobody_knows> <e> : "x"
"""
OWN = """include "%L"
<Multi_key> <o> <o> : "\\x6f\\157!"
<Multi_key> <h> <i> : "hello there"
"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    (tmp_path / "en_US.UTF-8").mkdir()
    (tmp_path / "en_US.UTF-8" / "Compose").write_text(COMMON)
    (tmp_path / "fi").mkdir()
    (tmp_path / "fi" / "Compose").write_text('<dead_acute> <e> : "finnish"\n')
    (tmp_path / "compose.dir").write_text(
        "# a list\nen_US.UTF-8/Compose\t\ten_US.UTF-8\nfi/Compose:\tfi_FI.UTF-8\n"
    )
    return tmp_path


def type_in(tree: Tree, *symbols: int) -> list[str | None]:
    composer = Composer(lambda: tree)
    return [composer.feed(symbol) for symbol in symbols]


def signs(text: str) -> list[int]:
    return [ord(char) for char in text]


def test_sequences_of_the_locale(locales: Path) -> None:
    tree = compose.read({}, locales)
    assert type_in(tree, *signs("e"), ACUTE, *signs("ee")) == [None, "", "é", None]
    assert type_in(tree, ACUTE, ACUTE) == ["", "¡"]
    assert type_in(tree, MULTI_KEY, *signs("->")) == ["", "", "→"]
    assert type_in(tree, MULTI_KEY, *signs('"\\')) == ["", "", '"\\']
    assert type_in(tree, MULTI_KEY, 0x10020AC, *signs("1")) == ["", "", "≠"]
    assert len(tree) == 2  # a sequence with a name that nobody knows is none


def test_a_key_that_no_sequence_goes_on_with_is_swallowed_and_ends_it(locales: Path) -> None:
    tree = compose.read({}, locales)
    assert type_in(tree, ACUTE, *signs("xe")) == ["", "", None]
    assert type_in(tree, MULTI_KEY, 0xFF08, *signs("e")) == ["", "", None]


def test_another_window_ends_a_sequence(locales: Path) -> None:
    composer = Composer(lambda: compose.read({}, locales))
    composer.feed(ACUTE)
    composer.reset()
    assert composer.feed(ord("e")) is None


def test_the_users_own_file_comes_first_and_includes_the_locales(
    locales: Path, tmp_path: Path
) -> None:
    (tmp_path / ".XCompose").write_text(OWN)
    tree = compose.read({"HOME": str(tmp_path)}, locales)
    assert type_in(tree, MULTI_KEY, *signs("oo")) == ["", "", "oo!"]
    assert type_in(tree, MULTI_KEY, *signs("hi")) == ["", "", "hello there"]
    assert type_in(tree, ACUTE, *signs("e")) == ["", "é"]


def test_files_that_include_each_other_end(locales: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text('include "%H/own"\n<Multi_key> <a> <a> : "å"\n')
    tree = compose.read({"HOME": str(tmp_path), "XCOMPOSEFILE": str(own)}, locales)
    assert type_in(tree, MULTI_KEY, *signs("aa")) == ["", "", "å"]


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"LANG": "fi_FI.UTF-8"}, "fi"),
        ({"LANG": "fi_FI.utf8@euro"}, "fi"),
        ({"LANG": "fi_FI.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en_US.UTF-8"),
        ({"LANG": "xx_XX.UTF-8"}, "en_US.UTF-8"),
        ({"LANG": "C"}, "en_US.UTF-8"),
        ({}, "en_US.UTF-8"),
    ],
)
def test_the_file_is_the_locales(locales: Path, variables: dict[str, str], folder: str) -> None:
    assert compose.of_locale(variables, locales) == locales / folder / "Compose"


def test_without_any_file_a_dead_key_belongs_to_no_sequence(tmp_path: Path) -> None:
    assert type_in(compose.read({}, tmp_path), ACUTE, *signs("e")) == [None, None]


def test_it_is_read_at_the_first_dead_key_and_once() -> None:
    reads: list[int] = []

    def load() -> Tree:
        reads.append(1)
        return {ACUTE: {ord("e"): "é"}}

    composer = Composer(load)
    composer.feed(ord("e"))
    assert reads == []
    composer.feed(ACUTE)
    composer.feed(ord("e"))
    composer.feed(ACUTE)
    assert reads == [1]
