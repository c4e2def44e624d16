"""What holds for every text: twice is once, nothing is raised, and every secret goes wherever it stands."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.privacy import Privacy, Rules, redact
from daemon.privacy.modes import reduce
from daemon.privacy.redaction import RULES, redacted
from tests.corpus.draw import Draw
from tests.corpus.secrets import MAKERS, leaks, planted
from watchers.event import Bucket, Event
from watchers.manifest import BY_SOURCE, Mode

PIECES = st.sampled_from(
    (
        "password", ": ", "=", "'", '"', "\n", " ", "hunter22", "is ", "token", "https://", "me:", "@", "?", "&code=",
        "4111 1111 1111 1111", "DE89370400440532013000", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
        "[redacted: password]", "[redacted: key]", "[redacted: none]", "\x1e",
        "AKIAIOSFODNN7EXAMPLE", "zoo ", "abandon ",
        "mysql -p", "echo x | sudo -S", "Authorization: Bearer ", "abc123def456ghi789", "</", "<password>",
        "your code is ",
        "123456", "%20", "İ", "ß", "\ud800", "eyJhbGciOi.eyJzdWIi.abc", "PASSWORD=", "curl -u a:", "--password ",
    )
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)
TYPES = st.sampled_from((*(item.bucket_type for item in BY_SOURCE.values()), "another.type"))
MODES: st.SearchStrategy[dict[str, Mode]] = st.dictionaries(
    st.sampled_from(tuple(BY_SOURCE)), st.sampled_from(("off", "counts", "text"))
)


@given(TEXTS)
@example("password: [redacted: password] next")
@settings(max_examples=400, deadline=None)
def test_twice_is_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_data_of_any_shape(data: Any) -> None:
    once = redacted(data)
    assert repr(redacted(once)) == repr(once)  # nan is not itself


WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzäöüñß", min_size=1, max_size=12), min_size=1, max_size=30
)


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_plain_words_stay(words: list[str]) -> None:
    text = " ".join(
        word for word in words if not any(sign in word for sign in ("pass", "pin", "pw"))
    )
    assert redact(text) == text or "seed phrase" in redact(text)


@given(st.integers(0, 10**9), st.sampled_from(sorted(MAKERS)), TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_secret_goes_whatever_stands_around_it(seed: int, kind: str, around: str) -> None:
    maker, forms = MAKERS[kind]
    draw = Draw(seed)
    values, text = maker(draw, draw.random.choice(forms))
    around = around.replace("\x1e", "")
    for whole in (f"{around}\n{text}\n{around}", f"xyz {text}"):
        kept = redact(whole)
        assert not any(value in kept and value not in around for value in values)


@given(TYPES, st.dictionaries(TEXTS, JSON, max_size=4), MODES, st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_event_ends_capture(
    kind: str, data: dict[str, Any], modes: dict[str, Mode], foreign: bool
) -> None:
    privacy = Privacy(Rules(modes=modes, apps=("keepass",)))
    bucket = Bucket("b", kind, "c", "h")
    kept = privacy.clean(bucket, Event(datetime.now(UTC), 0.0, data), foreign=foreign)
    if kept is not None:
        assert kept.data.keys() <= {redact(key) for key in data} | {
            "length",
            "count",
            "title",
            "url",
        }


@given(TYPES, st.dictionaries(st.sampled_from(("data", "text", "title", "x", "key", "url")), JSON))
@settings(max_examples=200, deadline=None)
def test_counts_hold_no_words(kind: str, data: dict[str, Any]) -> None:
    kept = reduce(kind, data, dict.fromkeys(BY_SOURCE, "counts"))
    if kind != "another.type":
        assert kept is not None and not list(_texts(kept))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def test_a_rule_without_its_hints_finds_nothing() -> None:
    """Hints are what a rule is skipped by: each must stand in every text in which it finds something."""
    for item in planted(500, 7):
        low = item.text.replace("İ", "I").lower()
        for rule in RULES:
            if rule.hints and not any(hint in low for hint in rule.hints):
                assert not list(rule.find(item.text)), (rule.kind, rule.hints)


def test_the_corpus_leaks_where_nothing_is_redacted() -> None:
    assert all(leaks(item, item.text) for item in planted(300, 3))
