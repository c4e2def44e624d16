"""Word pieces are counted as the package tokenizers counts them, whatever is typed."""

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from models.encoder import TOKENIZER
from models.manifest import WEIGHTS
from models.wordpiece import WordPiece

LIMIT = 128
DATA = (WEIGHTS / TOKENIZER).read_bytes()
OURS = WordPiece.load(DATA)
THEIRS = tokenizers.Tokenizer.from_buffer(DATA)
THEIRS.enable_truncation(LIMIT)
THEIRS.no_padding()

# Their tables of letters are older than Python's: what Unicode has added since is not drawn.
SCRIPTS = (
    (0x00, 0x24F), (0x300, 0x36F), (0x370, 0x377), (0x384, 0x3CE), (0x400, 0x4FF), (0x5D0, 0x5EA),
    (0x2000, 0x206F), (0x20A0, 0x20BD), (0x3000, 0x303F), (0x3041, 0x3096), (0x4E00, 0x9FA5),
    (0xAC00, 0xD7A3), (0xE000, 0xE010), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD), (0x1F300, 0x1F320),
)  # fmt: skip
LETTERS = st.one_of(
    *(st.characters(min_codepoint=first, max_codepoint=last) for first, last in SCRIPTS),
    st.sampled_from(("[SEP]", "[MASK]", "[", "]", "##", "the", "unaffable", " ")),
)


@pytest.mark.parametrize(
    "text",
    [
        "The user searches for 'ruby split string by comma' on Google in Chromium.",
        "The user types '思路' in Visual Studio Code; naïve café, ΣΊΣΥΦΟΣ, İstanbul, straße.",
        "a" * 100, "a" * 101, "word " * 300, "", " ", "[SEP] in [CLS]] text", "x\x00y\u200bz\u00a0w",
    ],
)  # fmt: skip
def test_sentences_as_they_come(text: str) -> None:
    assert OURS.encode(text, LIMIT) == THEIRS.encode(text).ids


@given(st.lists(LETTERS, max_size=40).map("".join))
def test_any_text(text: str) -> None:
    assert OURS.encode(text, LIMIT) == THEIRS.encode(text).ids


def test_what_is_no_vocabulary_is_told() -> None:
    for data in (b"", b"{}", b'{"model": {"vocab": {"a": 1}}}'):
        with pytest.raises(ValueError, match="no vocabulary"):
            WordPiece.load(data)
