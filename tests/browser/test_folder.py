"""The extension's folder: what it asks for is what its page says, what it reads is what it should."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from daemon.server.guard import EXTENSIONS
from tests.browser.chromium import Chromium, Page
from tests.browser.conftest import EXTENSION
from tests.conftest import hunch

ROOT = Path(__file__).resolve().parents[2]
MANIFEST: Mapping[str, Any] = json.loads((EXTENSION / "manifest.json").read_text())
TABLE = (ROOT / "docs" / "browser.md").read_text().split("## Permissions")[1].split("\n\n")[1]


def test_it_asks_for_no_more_than_its_page_says() -> None:
    rows = [line.split("|")[1].strip() for line in TABLE.splitlines()[2:]]
    single = [name.strip("`") for name in rows if re.fullmatch(r"`\w+`", name)]
    assert MANIFEST["permissions"] == single
    (scripts,) = MANIFEST["content_scripts"]
    assert scripts["matches"] == re.findall(r"`(\S+)`", rows[-2])
    assert MANIFEST["optional_host_permissions"] == re.findall(r"`(\S+)`", rows[-1])
    assert len(rows) == len(single) + 2
    asking = {key for key in MANIFEST if "permission" in key or key == "externally_connectable"}
    assert asking == {"permissions", "optional_host_permissions"}
    assert MANIFEST["incognito"] == "not_allowed"


def test_every_file_is_ours_and_named() -> None:
    """Nothing that Chromium refuses (a leading underscore), no third party, no address but our own."""
    files = sorted(path.name for path in EXTENSION.iterdir())
    assert not [name for name in files if name.startswith("_")]
    for path in EXTENSION.glob("*.*s"):
        text = path.read_text()
        assert set(re.findall(r"https?://[\w.$*{]+", text)) <= {
            "http://127.0.0.1",
            "http://*",
            "https://*",
        }
        if path.suffix == ".js":
            assert text.startswith("// @ts-check\n/**"), path.name
            assert "eval(" not in text
            assert "innerHTML" not in text


def test_the_guard_knows_its_id() -> None:
    digest = sha256(b64decode(MANIFEST["key"])).hexdigest()[:32]
    identity = "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
    assert EXTENSIONS.fullmatch(f"chrome-extension://{identity}".encode())


def test_the_command_tells_where_it_is_and_copies_it(tmp_path: Path) -> None:
    import os

    told = hunch("extension", env=os.environ)
    assert told.stdout.splitlines()[0] == str(EXTENSION)
    assert "Load unpacked" in told.stdout
    copy = tmp_path / "copy"
    for _ in range(2):  # again over the older copy
        assert hunch("extension", "--copy-to", str(copy), env=os.environ).returncode == 0
    assert {path.name for path in copy.iterdir()} == {path.name for path in EXTENSION.iterdir()}
    refused = hunch("extension", "--copy-to", str(ROOT), env=os.environ)
    assert refused.returncode == 1
    assert "other files" in refused.stderr


SEARCHES: Mapping[str, str | None] = {
    "https://www.google.com/search?q=ebb+and+flow&hl=en": "ebb and flow",
    "https://www.google.co.uk/search?q=%22exact%20words%22": '"exact words"',
    "https://duckduckgo.com/?q=tide&ia=web": "tide",
    "https://www.bing.com/search?q=%C3%BCber": "über",
    "https://search.yahoo.com/search?p=moon": "moon",
    "https://www.baidu.com/s?wd=%E6%BD%AE%E6%B1%90": "潮汐",
    "https://www.youtube.com/results?search_query=tide+pool": "tide pool",
    "https://en.wikipedia.org/w/index.php?search=tides": "tides",
    "https://github.com/search?q=tides&type=code": "tides",
    "https://shop.example/search?query=red+shoes": "red shoes",
    "http://127.0.0.1:8000/search?q=local": "local",
    "https://www.google.com/maps?hl=en": None,
    "https://www.google.com/search?q=+": None,
    "https://blog.example/research?q=one": None,
    "https://blog.example/post?q=one": None,
    "file:///search?q=one": None,
    "about:blank": None,
    "": None,
}
SENSITIVE: Mapping[str, bool] = {
    "https://shop.example/checkout/step-2": True,
    "https://shop.example/Login?next=/": True,
    "https://shop.example/users/sign_in": True,
    "https://accounts.google.com/v3/signin/identifier": True,
    "https://www.paypal.com/home": True,
    "https://login.example/": True,
    "https://api.example/oauth2/authorize": True,
    "chrome://settings": True,
    "file:///home/me/notes.html": True,
    "": True,
    "https://blog.example/payload-design": False,
    "https://blog.example/the-cardinal-rule": False,
    "https://blog.example/blogin/authors": False,
    "https://docs.example/bankruptcy": False,
    "https://en.wikipedia.org/wiki/Tide": False,
    "https://spay.example/": False,
}


@pytest.mark.parametrize(
    ("module", "name", "table"),
    [("search.js", "searchWords", SEARCHES), ("sensitive.js", "isSensitive", SENSITIVE)],
)
def test_addresses_are_read(
    chromium: Chromium, module: str, name: str, table: Mapping[str, object]
) -> None:
    page: Page = chromium.open(f"chrome-extension://{chromium.load(EXTENSION)}/options.html")
    script = f"import('./{module}').then((it) => {json.dumps([*table])}.map(it.{name}))"
    assert dict(zip(table, page.js(script), strict=True)) == table
