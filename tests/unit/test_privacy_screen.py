"""What passes by the short way holds nothing that any rule finds: a rule's needs stand wherever it finds something."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.privacy import redaction
from daemon.privacy.folding import folded
from daemon.privacy.redaction import RULES, redact
from daemon.privacy.rule import Rule, Span, lowered
from daemon.privacy.screen import Screen
from tests.corpus.harmless import harmless
from tests.corpus.secrets import planted

SCREEN = Screen(RULES)
SEEDS = range(3)
PATTERNS = [rule.pattern for rule in RULES if rule.pattern is not None]
AROUND = st.sampled_from(
    ("", " ", "\n", "a", "1", "\u017f", "\u0130", "\u212a", "password ", "=", '"')
)


def missed(text: str) -> list[str]:
    """Of the rules that find something in a text, made plain, those that would not be tried."""
    plain = folded(text)
    text = plain.text if plain else text
    likely = {number for number, _ in SCREEN.likely(lowered(text))}
    return [
        rule.kind
        for number, rule in enumerate(RULES)
        if number not in likely and next(iter(rule.find(text)), None) is not None
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_rule_is_passed_over_that_finds_something(seed: int) -> None:
    texts = [item.text for item in planted(500, seed)] + [text for _, text in harmless(500, seed)]
    assert [(text, found) for text in texts if (found := missed(text))] == []


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_nor_in_what_its_own_pattern_draws(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(PATTERNS))
    text = data.draw(AROUND) + data.draw(st.from_regex(pattern)) + data.draw(AROUND)
    assert missed(text) == []


def test_a_rule_that_says_nothing_of_its_needs_is_tried_on_every_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find(text: str) -> Iterator[Span]:
        at = text.find("walnut")
        if at >= 0:
            yield at, at + 6

    assert redact("a walnut in the garden") == "a walnut in the garden"
    more = (*RULES, Rule("key", find))
    monkeypatch.setattr(redaction, "RULES", more)
    monkeypatch.setattr(redaction, "_SCREEN", Screen(more))
    assert redact("a walnut in the garden") == "a [redacted: key] in the garden"


def test_ordinary_texts_need_no_rule() -> None:
    texts = (
        "document 12 - Visual Studio Code",
        "Inbox (3) - mail@example.org - Mozilla Thunderbird",
        "recorder.py — hunch — Visual Studio Code",
        "Ich schreibe dir morgen wieder",
        "git commit -m 'mend it' && git push origin main",
    )
    assert [rule.kind for text in texts for _, rule in SCREEN.likely(lowered(text))] == []
