"""Reads window titles and addresses: the page, the document, the words searched for."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from models.applications import BROWSERS, Application

FEW = 32  # titles that are kept read: one is asked about again and again while it is in front
_UNREAD = re.compile(r"^\s*[(\[]\d+\+?[)\]]\s*|\s+[-–—|·]\s*[(\[]\d+\+?[)\]]$")  # noqa: RUF001
_MODIFIED = re.compile(r"^[●•*]\s*|\s*(?:[●•*]| - Edited| \(modified\)|\[\+\])$")
_FILE = re.compile(r"[^\s/\\|<>:\"?*][^/\\|<>:\"?*]*\.[A-Za-z][A-Za-z0-9+]{0,7}")
_BARE_FILE = re.compile(
    r"\.[a-z][\w.-]*|(?:Make|Docker|Container|Jenkins|Vagrant|Proc|Gem|Rake|Just|Brew|Pip)file|LICEN[CS]E"
)
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # Edge has some
_BROWSERS = frozenset(name.casefold() for name in BROWSERS if name not in ("Web", "Arc", "Zen")) | {
    "mozilla firefox", "brave browser",
}  # fmt: skip
_VERSION = re.compile(r"\sv?\d[\w.]*(?=\s|$)")
_PROFILE = re.compile(
    r"\s+[-–—]\s+(?:Personal|Work|Profile \d+|\[?InPrivate\]?|Private Browsing)$| and \d+ more pages?.*$"  # noqa: RUF001
)
_AROUND = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\*|\+)$")  # a folder, a mark of change
_CHANGED = re.compile(r"^[●•*]\s*|(?<=\S)[●•*](?=\s|$)|\s[●•*+](?=\s|$)|\[\+\]|\(modified\)", re.I)
_COUNTING = re.compile(
    r"[(\[]\d+\+?[)\]]|\b\d+:\d\d(?::\d\d)?\b|\b\d+(?:\.\d+)? ?%|\bpages? \d+ (?:of|/) \d+",
    re.I,
)
_PROJECT_FIRST = frozenset((
    "PyCharm", "IntelliJ IDEA", "WebStorm", "Zed", "CLion", "GoLand", "Rider", "PhpStorm", "RustRover",
    "RubyMine", "Android Studio", "Xcode",
))  # fmt: skip
_SEPARATOR = re.compile(r"\s+[-–—|·]\s+")  # noqa: RUF001 - titles use all of them
_BLANK = re.compile(
    r"^(?:new tab|untitled|about:blank|loading.*|new incognito tab|start page)$", re.I
)
_HOST_LIKE = re.compile(
    r"^(?:https?://)?(?:localhost|[\w-]+(?:\.[\w-]+)+|\[[0-9a-f:]+\])(?::\d+)?(?:[/?#]\S*)?$", re.I
)


class Search(NamedTuple):
    """Words searched for, and where; `engine` is None when only the words are known."""

    query: str
    engine: str | None


# host's last labels → engine's name, the parameter of its address that holds the words, and how
# the path of its results begins: `q` in a map's or a sign-in's address is no search
_ENGINES = {
    "google": ("Google", "q", "/search"), "bing": ("Bing", "q", "/search"),
    "duckduckgo": ("DuckDuckGo", "q", "/"), "baidu": ("Baidu", "wd", "/s"),
    "yandex": ("Yandex", "text", "/search"), "ecosia": ("Ecosia", "q", "/search"),
    "startpage": ("Startpage", "query", "/"), "yahoo": ("Yahoo", "p", "/search"),
    "github": ("GitHub", "q", "/search"), "stackoverflow": ("Stack Overflow", "q", "/search"),
    "youtube": ("YouTube", "search_query", "/results"), "pypi": ("PyPI", "q", "/search"),
    "wikipedia": ("Wikipedia", "search", "/w"), "arxiv": ("arXiv", "query", "/search"),
    "npmjs": ("npm", "q", "/search"), "amazon": ("Amazon", "k", "/s"),
    "kagi": ("Kagi", "q", "/search"),
}  # fmt: skip
_RESULTS = re.compile(
    r"(?:^|/)(?:web)?(?:search|results|find|query|suche|recherche|buscar)(?:[./]|$)", re.I
)
# "Algorithms - Binary Search" is no search: where only a title tells one, its engine must be known.
_SEARCHING = frozenset(name for name, _, _ in _ENGINES.values()) | {
    "Brave", "Qwant", "Mojeek", "Marginalia", "Naver", "Sogou", "Swisscows", "AOL", "Presearch", "Yep",
}  # fmt: skip
_TITLE_SEARCHES = (
    (re.compile(r"^(.+?)\s+-\s+Google (?:Search|搜索)$"), "Google"),
    (re.compile(r"^(.+?)\s+at DuckDuckGo$"), "DuckDuckGo"),
    (re.compile(r"^(.+?)_百度搜索$"), "Baidu"),
    (re.compile(r"^(.+?)\s+-\s+(?:Bing|Microsoft Bing)$"), "Bing"),
    (re.compile(r"^(.+?)\s+-\s+YouTube Search$"), "YouTube"),
)
_ANY_SEARCH = re.compile(r"^(.+?)\s+[-–—|]\s+(?:(\w[\w.]*) )?Search(?: Results)?$")  # noqa: RUF001


@lru_cache(FEW)
def page_title(title: str | None, app: Application | None) -> str | None:
    """The title without unread counts, marks of change and the program's own name; None when that leaves nothing."""
    if not title:
        return None
    text = _MODIFIED.sub("", _UNREAD.sub("", _UNSEEN.sub("", title))).strip()
    parts = _SEPARATOR.split(text)
    if app is not None and len(parts) > 1 and _same_program(parts[-1], app):
        text = text[: text.rindex(parts[-1])].rstrip(" -–—|·")  # noqa: RUF001
        if app.sort == "browser":
            text = _PROFILE.sub("", text)
    bare = _COUNTING.sub("", text).strip()
    alone = _SEPARATOR.search(bare) is None
    if not text or (app is not None and alone and _same_program(bare, app)):
        return None
    return text


def is_blank(title: str | None) -> bool:
    """Whether a browser shows nothing yet."""
    return title is None or bool(_BLANK.match(title))


@lru_cache(FEW)
def steady(title: str | None) -> str:
    """The title without what changes by itself: unread counts, clocks, shares, the page of a document."""
    text = " ".join(_COUNTING.sub(" ", _CHANGED.sub(" ", title or "")).split())
    return text.strip(" -–—|·")  # noqa: RUF001


@lru_cache(FEW)
def file_of(title: str | None, app: Application | None = None) -> str | None:
    """The file that a program's title names, without its folders; None where it names none.

    Programs word it in their own ways: "report.py - sales - Visual Studio Code", the project
    first (JetBrains), "~/sales/report.py (sales) - Sublime Text", "report.py + (~/sales) - GVIM1".
    """
    text = page_title(title, app) or ""
    editor = app is not None and app.sort == "editor"
    parts = list(_SEPARATOR.finditer(text))
    ends = [*(part.start() for part in parts), len(text)]
    begins = [0, *(part.end() for part in parts)]
    if app is not None and app.name in _PROJECT_FIRST:
        heads = [text[begin:end] for begin, end in zip(begins, ends, strict=True)][::-1]
    else:  # a file's name may hold a dash
        heads = [text[:end] for end in ends]
        heads += [text[begin:end] for begin, end in zip(begins, ends, strict=True)]
    return next((file for head in heads if (file := _file(head, editor=editor))), None)


def _file(part: str, *, editor: bool) -> str | None:
    name = _MODIFIED.sub("", part).strip()
    while (bare := _AROUND.sub("", name).strip()) != name:
        name = bare
    name = re.split(r"[/\\]|: ", name)[-1] if editor else re.split(r"[/\\]", name)[-1]
    return name if _FILE.fullmatch(name) or _BARE_FILE.fullmatch(name) else None


def is_address(text: str) -> bool:
    """Whether a typed text is a page's address and not words to search for."""
    return bool(_HOST_LIKE.match(text.strip())) and " " not in text.strip()


def host(url: str | None) -> str | None:
    """The page's host without ``www.``, with its port where it has one; None for files and a browser's own pages."""
    try:
        parts = urlsplit(url or "")
        name = parts.hostname if parts.scheme in ("http", "https") else None
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    return name.removeprefix("www.") + port if name else None


def search_in(
    url: str | None, title: str | None, told: str | None = None, typed: Sequence[str] = ()
) -> Search | None:
    """The words searched for: as an extension told them, else from the page's address or its title.

    Args:
        url: The page's address, where it is known.
        title: Its title.
        told: The words, by an extension.
        typed: What was typed just before: "… - Findit Search" is a search where its words were.
    """
    if told:
        return Search(told, _engine(host(url)))
    return _from_url(url) or _from_title(title, known=bool(url), typed=typed)


def _engine(name: str | None) -> str | None:
    """The name of the search engine of a host; the host itself where it is none that we know."""
    found = _ENGINES.get(_label(name or ""))
    return found[0] if found else name


def _label(name: str) -> str:
    """What a host is registered as: "google" of "www.google.co.uk"; empty for what others host there."""
    labels = name.split(".")
    if name.endswith((".github.io", ".googleapis.com")) or len(labels) < 2:
        return ""
    return labels[-3] if labels[-2] in ("co", "com") and labels[2:] else labels[-2]


def _from_url(url: str | None) -> Search | None:
    name = host(url)
    if not url or not name:
        return None
    path = urlsplit(url)
    if known := _ENGINES.get(_label(name)):
        engine, parameter, begin = known
        words = parse_qs(path.query).get(parameter, [""])[0].strip()
        return Search(words, engine) if words and path.path.startswith(begin) else None
    words = parse_qs(path.query).get("q", [""])[0].strip()
    return Search(words, name) if words and _RESULTS.search(path.path) else None


def _from_title(title: str | None, *, known: bool, typed: Sequence[str]) -> Search | None:
    """A search that the title alone tells; of a page whose address is known, only a known engine's own title."""
    for pattern, engine in _TITLE_SEARCHES:
        if match := pattern.match(title or ""):
            return Search(match[1], engine)
    match = None if known else _ANY_SEARCH.match(title or "")
    if match is None or (match[2] and match[2] not in _SEARCHING and match[1] not in typed):
        return None
    return Search(match[1], match[2])


def _same_program(part: str, app: Application) -> bool:
    """Whether a part of a title is the program's name, or whole words of its end: "Mozilla Firefox", "Code"."""
    part, name = " ".join(_VERSION.sub(" ", part.casefold()).split()), app.name.casefold()
    if app.sort == "browser" and part in _BROWSERS:
        return True
    longer = app.sort != "browser" and part.startswith(f"{name} ")  # "VLC media player"
    return bool(part) and (
        part == name or part.endswith(f" {name}") or name.endswith(f" {part}") or longer
    )
