"""What must not be kept does not pass; what is harmless does."""

import time
from datetime import UTC, datetime

import pytest

from daemon.privacy import Privacy, redact
from watchers.event import Event

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SECRETS = [
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "a1B2" * 9,
    "sk-" + "proj-" + "x9Y8" * 8,
    "4111 1111 1111 1111",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_shapes_of_secrets_are_blacked_out(secret: str) -> None:
    kept = redact(f"before {secret} after")
    assert secret not in kept and "[redacted: " in kept
    assert kept.startswith("before ") and kept.endswith(" after")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mysql --password=hunter22 -u me", "mysql --password=[redacted: password] -u me"),
        ("https://me:hunter22@example.org/x", "https://me:[redacted: password]@example.org/x"),
        ("password: hunter22", "password: [redacted: password]"),
    ],
)
def test_passwords_in_commands_and_addresses(text: str, kept: str) -> None:
    assert redact(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "123e4567-e89b-12d3-a456-426614174000",
        "1234 5678 9012 3456",  # no card: the check digit is wrong
        "call 0049 30 1234567",
        "def password_of(user): return None",
        "https://example.org/a?b=c",
    ],
)
def test_harmless_texts_pass(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("part", ["a-", "a.", "-eyJ", "1 ", "://a:", "-----BEGIN ", "password "])
def test_a_long_text_takes_no_longer_than_its_length(part: str) -> None:
    began = time.process_time()
    redact((part * 100_000)[:100_000])
    assert time.process_time() - began < 1  # 0.1 s here; the square of the length took 6 to 10 s


def test_nothing_of_an_excluded_window_passes() -> None:
    privacy = Privacy(("keepass",), ("incognito",))
    typed = Event(NOW, data={"from": "keyboard", "type": "input", "data": "x"})
    assert (
        privacy.clean("currentwindow", Event(NOW, data={"app": "KeePassXC", "title": "db"})) is None
    )
    assert privacy.clean("os.hid.input", typed) is None
    assert privacy.clean("clipboard", Event(NOW, data={"type": "text", "text": "x"})) is None
    assert privacy.clean("afkstatus", Event(NOW, data={"status": "afk"})) is not None
    assert (
        privacy.clean("currentwindow", Event(NOW, data={"app": "XTerm", "title": "sh"})) is not None
    )
    assert privacy.clean("os.hid.input", typed) == typed
