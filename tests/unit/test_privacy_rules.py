"""Exclusions by application, title, address and folder; pages that ask for a password; the modes."""

from pathlib import Path
from typing import Any

import pytest

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.privacy import Rules
from daemon.privacy.exclusions import PRIVATE_TITLES, read
from daemon.privacy.modes import reduce
from daemon.privacy.pages import asks
from watchers.manifest import Mode


@pytest.mark.parametrize(
    ("pattern", "url", "holds"),
    [
        ("example.org", "https://example.org/a", True),
        ("example.org", "https://WWW.Example.ORG:8443/a?b", True),
        ("example.org", "https://notexample.org/", False),
        ("example.org", "https://example.org.evil.com/", False),
        ("https://example.org/", "http://example.org", True),
        ("*.example.org", "https://a.b.example.org/", True),
        ("example.org/private", "https://example.org/private/x", True),
        ("example.org/private", "https://example.org/%70rivate", True),
        ("example.org/private", "https://example.org/privateer", False),
        ("localhost:3000", "http://localhost:3000/x", True),
        ("localhost:3000", "http://localhost:4000/x", False),
        ("münchen.de", "https://xn--mnchen-3ya.de/rathaus", True),
        ("/bank|steuer/", "https://meine-BANK.de/x", True),
        ("/bank|steuer/", "https://example.org/", False),
        ("example.org", "view-source:https://example.org/a", True),
        ("example.org", "about:reader?url=https%3A%2F%2Fexample.org%2Fa", True),
        ("example.org", "https://[example.org/", True),  # unreadable: on doubt it is
    ],
)
def test_excluded_addresses(pattern: str, url: str, holds: bool) -> None:
    assert Rules.of(Settings(excluded_urls=(pattern,))).address(url) is holds


def test_a_pattern_that_is_none_is_told_at_the_start() -> None:
    with pytest.raises(HunchError, match="excluded_urls"):
        Rules.of(Settings(excluded_urls=("/(/",)))


def test_folders_are_followed_through_home_and_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    secret = tmp_path / "real"
    (secret / "in").mkdir(parents=True)
    (tmp_path / "link").symlink_to(secret)
    rules = Rules.of(Settings(excluded_folders=("~/link/",)))
    for path in ("~/link/a", str(secret / "a"), f"{tmp_path}/x/../link/in", "$HOME/real/in"):
        assert rules.folder(path)
    assert not rules.folder("~/linked/a") and not rules.folder(str(tmp_path))
    assert rules.folder("in/a.txt", str(secret)) and rules.folder("../real", "~/other")
    assert rules.command("cat 'notes.txt'", "~/real")
    assert rules.command("tar cf - --directory=~/link/in | wc", "/")
    assert rules.command("cd ~/link", "/") and rules.command('vi "~/link/a', "/")
    assert not rules.command("ls -l /tmp; echo done", "~/other")
    assert rules.address("file://" + str(secret / "a%20b.pdf"))
    assert rules.window({"app": "gedit", "title": "~/link/a.txt - gedit"}) == "excluded"


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        ({"app": "KeePassXC", "title": "db"}, "excluded"),
        ({"app": "org.gnome.Secrets", "title": "", "executable": "1password"}, "excluded"),
        ({"app": "i3lock", "title": ""}, "excluded"),
        ({"app": "Gcr-prompter", "title": "Unlock Keyring"}, "excluded"),
        ({"app": "Google-chrome", "title": "New Tab - Google Chrome (Incognito)"}, "private"),
        ({"app": "firefox", "title": "Mozilla Firefox Privater Modus"}, "private"),
        ({"app": "msedge", "title": "x - [InPrivate] - Microsoft Edge"}, "private"),
        ({"app": "XTerm", "title": "vim notes"}, None),
        ({"app": "firefox", "title": "Python documentation — Mozilla Firefox"}, None),
        ({}, None),
    ],
)
def test_windows_under_the_defaults(data: dict[str, Any], cause: str | None) -> None:
    assert Rules.of(Settings()).window(data) == cause


def test_the_default_titles_are_all_known_as_private() -> None:
    assert set(Settings().excluded_titles) == set(PRIVATE_TITLES)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://accounts.google.com/v3/signin/identifier", "Sign in - Google Accounts"),
        ("https://github.com/login", "Sign in to GitHub · GitHub"),
        ("https://example.org/users/sign_in", ""),
        ("https://example.org/wp-login.php", ""),
        ("https://example.org/de/kasse", ""),
        ("https://shop.example.org/checkouts/cn/a1b2/information", ""),
        ("https://www.paypal.com/webapps/hermes", ""),
        ("https://acs2.bank.example/3ds/challenge", ""),
        ("https://app.example.org/#/login?next=%2F", ""),
        ("https://meine.bank.de/x", "Anmelden | Online-Banking"),
        ("https://example.org/x", "Checkout - ACME Shop"),
        ("", "Iniciar sesión - Banco"),
        ("https://example.org/x", "Verified by Visa"),
    ],
)
def test_pages_that_ask(url: str, title: str) -> None:
    assert asks(read(url) if url else None, title)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://duckduckgo.com/?q=git+checkout+login", "git checkout login at DuckDuckGo"),
        ("https://git-scm.com/docs/git-checkout", "Git - git-checkout Documentation"),
        ("https://docs.stripe.com/payments/checkout", "Accept a payment | Stripe Documentation"),
        ("https://github.com/a/b/blob/main/login/index.ts", "b/login/index.ts at main · a/b"),
        ("https://stackoverflow.com/questions/1/how-to-log-in", "How to log in with requests?"),
        ("https://en.wikipedia.org/wiki/Login", "Login as a concept - Wikipedia"),
        ("https://example.org/blog/payment", "On payment models"),
        ("https://example.org/", ""),
    ],
)
def test_pages_about_such_pages(url: str, title: str) -> None:
    assert not asks(read(url), title)


COUNTS: dict[str, Mode] = dict.fromkeys(
    ("keyboard", "clipboard", "window", "browser", "editor", "shell", "files", "mouse"), "counts"
)


@pytest.mark.parametrize(
    ("kind", "data", "kept"),
    [
        (
            "os.hid.input",
            {"from": "keyboard", "type": "input", "data": "hunter2"},
            {"from": "keyboard", "type": "input", "length": 7},
        ),
        (
            "os.hid.input",
            {"from": "keyboard", "data": {"type": "shortcut", "key": "ctrl+c", "count": 2}},
            {"from": "keyboard", "data": {"type": "shortcut", "count": 2}},
        ),
        (
            "os.hid.input",
            {"from": "mouse", "data": {"type": "click", "button": "left", "count": 2}},
            {"from": "mouse", "data": {"type": "click", "button": "left", "count": 2}},
        ),
        (
            "os.hid.input",  # another program's: what is not the mouse's is typed
            {"text": "hunter2", "keys": ["h", "u"], "presses": 7},
            {"presses": 7},
        ),
        (
            "clipboard",
            {"type": "text", "text": "hunter2", "length": 9, "app": "XTerm", "title": "t"},
            {"type": "text", "length": 9, "app": "XTerm"},
        ),
        ("clipboard", {"type": "text", "text": "abc"}, {"type": "text", "length": 3}),
        (
            "clipboard",
            {"type": "files", "files": ["a", "b"], "app": "Files"},
            {"type": "files", "app": "Files", "count": 2},
        ),
        (
            "currentwindow",
            {"app": "XTerm", "title": "vi", "pid": 7, "fullscreen": False, "workspace": "tax"},
            {"app": "XTerm", "pid": 7, "fullscreen": False},
        ),
        (
            "web.tab.current",
            {"url": "https://a.b", "title": "t", "audible": False, "tabCount": 3, "query": "q"},
            {"audible": False, "tabCount": 3},
        ),
        ("app.editor.activity", {"file": "/a", "project": "b", "language": "c"}, {"language": "c"}),
        (
            "app.shell.command",
            {"command": "ls", "cwd": "/", "exit_status": 1, "shell": "zsh"},
            {"exit_status": 1, "shell": "zsh"},
        ),
        (
            "os.file.change",
            {"action": "renamed", "path": "/a", "from": "/b", "kind": "pdf", "first_words": "x"},
            {"action": "renamed", "kind": "pdf"},
        ),
        ("of.another", {"words": "kept"}, {"words": "kept"}),
        ("afkstatus", {"status": "afk"}, {"status": "afk"}),
    ],
)
def test_counts(kind: str, data: dict[str, Any], kept: dict[str, Any]) -> None:
    assert reduce(kind, data, COUNTS) == kept
    assert reduce(kind, data, {}) == data


def test_off_is_nothing() -> None:
    keyboard: dict[str, Mode] = {"keyboard": "off"}
    assert reduce("os.hid.input", {"from": "keyboard", "data": "x"}, keyboard) is None
    assert reduce("os.hid.input", {"data": "x"}, keyboard) is None
    assert reduce("os.hid.input", {"from": "mouse", "data": {}}, keyboard) is not None
