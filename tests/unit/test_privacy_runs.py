"""A secret that is typed in two goes is one secret."""

import pytest

from tests.desk import INPUT, Desk


def run_of(desk: Desk, *texts: str) -> list[str]:
    """What is kept of runs typed one after the other, 5 s apart; ``⏎`` stands for a key between."""
    kept = []
    for text in texts:
        desk.wait(5)
        enter = {"type": "pressAndRelease", "key": "enter"}
        run = {"from": "keyboard", "type": "input", "data": text}
        event = desk.tell(INPUT, {"from": "keyboard", "data": enter} if text == "⏎" else run)
        assert event is not None
        if text != "⏎":
            kept.append(event.data["data"])
    return kept


MARK = "[redacted: password]"


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (("password: ", "hunter22"), ["password: ", MARK]),
        (("password: hunt", "er22"), [f"password: {MARK}", MARK]),
        (("mysql -u root -p", "hunter22 shop"), ["mysql -u root -p", f"{MARK} shop"]),
        (("4111 1111 ", "1111 1111"), ["4111 1111 ", "[redacted: card number]"]),
        (("Passwort:", "⏎", "hunter22"), ["Passwort:", MARK]),
        (("hello ", "world"), ["hello ", "world"]),
        (("password: hunter22", "⏎", "git status"), [f"password: {MARK}", "git status"]),
    ],
)
def test_a_secret_typed_in_two_goes(texts: tuple[str, ...], kept: list[str]) -> None:
    desk = Desk()
    desk.window("XTerm")
    assert run_of(desk, *texts) == kept


def test_what_was_typed_elsewhere_or_long_ago_is_another_text() -> None:
    desk = Desk()
    desk.window("XTerm")
    assert run_of(desk, "password: ") == ["password: "]
    desk.window("Mousepad")
    assert run_of(desk, "hunter22") == ["hunter22"]
    assert run_of(desk, "password: ") == ["password: "]
    desk.wait(61)
    assert run_of(desk, "hunter22") == ["hunter22"]
