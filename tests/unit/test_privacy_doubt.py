"""On doubt nothing is kept: data of another form than a rule reads, paths of excluded folders, odd names."""

from datetime import UTC, datetime
from typing import Any

import pytest

from daemon.privacy import Privacy, Rules, redact
from daemon.privacy.modes import reduce
from daemon.privacy.redaction import redacted
from watchers.event import Bucket, Event
from watchers.manifest import BY_SOURCE, Mode

COUNTS: dict[str, Mode] = dict.fromkeys(BY_SOURCE, "counts")
RULES = Rules(apps=("keepassxc",), folders=("/home/u/Private",))


def wide(text: str) -> str:
    """In full-width letters, as East Asian keyboards write them."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def cleaned(type_: str, data: dict[str, Any]) -> dict[str, Any] | None:
    event = Event(datetime.now(UTC), 0.0, data)
    kept = Privacy(RULES).clean(Bucket(type_, type_, "c", "h"), event)
    return None if kept is None else kept.data


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("clipboard", {"files": ["/home/u/Private/a.txt"], "app": "nautilus"}),
        ("clipboard", {"files": [{"path": "file:///home/u/Priv%61te/a.txt"}]}),
        ("clipboard", {"text": "/home/u/Private/divorce.odt"}),
        ("os.hid.input", {"from": "keyboard", "data": "vi /home/u/Private/divorce.odt\n"}),
    ],
)
def test_content_that_shows_an_excluded_folder_is_not_kept(
    type_: str, data: dict[str, Any]
) -> None:
    assert cleaned(type_, data) is None


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("web.tab.current", {"url": ["https://bank.example/"], "title": "t"}),
        ("currentwindow", {"app": ["KeePassXC"], "title": "x"}),
        ("app.editor.activity", {"file": ["/home/u/Private/a"], "project": None}),
        ("app.shell.command", {"command": ["vi", "/home/u/Private/x"], "cwd": "/"}),
        ("os.file.change", {"path": {"is": "/home/u/Private/x"}}),
    ],
)
def test_what_no_exclusion_can_be_held_against_is_not_kept(
    type_: str, data: dict[str, Any]
) -> None:
    assert cleaned(type_, data) is None


@pytest.mark.parametrize(
    ("type_", "data", "kept"),
    [
        ("currentwindow", {"app": "firefox", "title": {"My page": 1}}, {"app": "firefox"}),
        ("os.hid.input", {"data": {"my own words": 1}}, {"data": {}}),
        ("os.hid.input", {"data": {"type": "key", "key": "x"}}, {"data": {"type": "key"}}),
        ("clipboard", {"files": {"/a/b": 1}, "count": 1}, {"count": 1}),
        ("web.tab.current", {"My own words": 3, "tabCount": 2}, {"tabCount": 2}),
    ],
)
def test_counts_let_no_words_through_as_names(
    type_: str, data: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert reduce(type_, data, COUNTS) == kept


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("4111\u200b1111\u200b1111\u200b1111", "1111"),
        ("\u200d".join("4111111111111111"), "1"),
        (wide("4111111111111111"), wide("1")),
        ("AKIA" + "IOSF\u200bODNN7EXAMPL2", "IOSF"),
        ("pass\u00adword: hunter22x", "hunter22x"),
        (wide("password") + ": hunter22x", "hunter22x"),
        ('{\\"user\\":\\"bob\\",\\"password\\":\\"hunter22x\\"}', "hunter22x"),
        ('"{\\\\\\"password\\\\\\": \\\\\\"hunter22x\\\\\\"}"', "hunter22x"),
        ("https:\\/\\/bob:hunter22x@example.org\\/", "hunter22x"),
        ('{"password": "hun\\"ter22x", "a": "b"}', "ter22x"),
    ],
)
def test_what_is_written_oddly_is_read_plainly(text: str, secret: str) -> None:
    kept = redact(f"the {text} of it")
    assert secret not in kept and kept.startswith("the ") and kept.endswith(" of it")
    assert redact(kept) == kept


def test_a_text_that_is_only_odd_passes() -> None:
    for text in (
        wide("4") + "月" + wide("hello") + "\u200b",
        'print(\\"hello\\")',
        "C:\\Users\\me\\/x",
        "١٢٣٤",
    ):
        assert redact(text) == text


def test_a_secret_behind_its_name_in_any_form() -> None:
    data = {"userPassword": "hunter22x", "password": ["hunter22x"], "token": {"is": "hunter22x"}}
    assert "hunter22x" not in str(redacted(data | {"n": -4111111111111111}))
    assert "4111" not in str(redacted({"n": -4111111111111111}))


def test_events_of_an_unknown_type_are_content() -> None:
    privacy = Privacy(RULES)
    now = datetime.now(UTC)

    def kept(type_: str, data: dict[str, Any]) -> bool:
        bucket = Bucket(type_, type_, "c", "h")
        return privacy.clean(bucket, Event(now, 0.0, data), foreign=True) is not None

    assert kept("of.another", {"text": "x"})
    assert not kept("of.another", {"text": "see /home/u/Private/a"})
    kept("currentwindow", {"app": "KeePassXC", "title": "t"})
    assert not kept("of.another", {"text": "x"})
    assert kept("afkstatus", {"status": "not-afk"})


def test_nobody_else_tells_of_gaps() -> None:
    assert cleaned("coverage.gap", {"source": "*", "cause": "what I typed"}) is None


def test_files_copied_in_an_excluded_folder_are_not_named() -> None:
    def copied(*paths: object) -> dict[str, Any] | None:
        data = {"type": "files", "files": ["divorce.odt"], "count": 1, "paths": list(paths)}
        return cleaned("clipboard", data)

    assert copied("/home/u/divorce.odt") == {
        "type": "files", "files": ["divorce.odt"], "count": 1,
    }  # fmt: skip
    assert copied("/home/u/Private/divorce.odt") is None and copied("/home/u/Private/") is None
    assert copied("/home/u/a", "/home/u/x/../Private/deep/divorce.odt") is None
    assert copied(["/home/u/Private"]) is None


def test_a_text_that_is_longer_than_any_watchers_is_cut() -> None:
    kept = redacted({"title": "word " * 60_000})["title"]
    assert len(kept) < 132_000 and kept.endswith("… [cut]")
