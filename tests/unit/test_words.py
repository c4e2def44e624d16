"""Small words of the sentences: lengths of time, and which pages have a site."""

import pytest

from models.titles import host
from models.unseen import length


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (22, "22 seconds"),
        (60, "1 minute"),
        (7140, "119 minutes"),
        (7200, "2 hours"),
        (7260, "2 hours 1 minute"),
        (9000, "2 hours 30 minutes"),
    ],
)
def test_a_length_of_time_in_words(seconds: float, words: str) -> None:
    assert length(seconds) == words


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.org/a", "example.org"),
        ("http://127.0.0.1:8765/a", "127.0.0.1:8765"),
        ("chrome-extension://kjdflilclpojjlmgkhicocnaihpabafg/options.html", None),
        ("chrome://extensions", None),
        ("about:blank", None),
        ("file:///home/me/a.html", None),
        (None, None),
    ],
)
def test_only_a_page_of_the_web_has_a_site(url: str | None, site: str | None) -> None:
    assert host(url) == site
