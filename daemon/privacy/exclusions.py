"""What the user excluded, by application, title, address or folder, and the mode of each source.

Read from the settings once; a pattern that is none ends the start with a sentence.
"""

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as _field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from daemon.config import Settings
from daemon.errors import HunchError
from watchers.manifest import MANIFESTS, Mode

LONGEST_URL = 4096  # a pattern of the user's own is held against no more
PRIVATE_TITLES = (
    "incognito", "inkognito", "incógnito", "anônima", "anónima", "private browsing", "inprivate", "private window",
    "privater modus", "privates fenster", "navegación privada", "navigation privée", "navigazione in incognito",
    "navigazione anonima", "navegação privada", "navegação privativa", "privénavigatie", "tryb prywatny",
    "przeglądanie prywatne", "privat browsing", "privat surfning", "privat fönster", "anonymní", "soukromé prohlížení",
    "gizli gezinti", "инкогнито", "приватный просмотр", "приватное окно", "シークレット", "プライベートブラウジング",
    "无痕", "無痕", "隐私浏览", "隱私瀏覽", "시크릿", "사생활 보호 모드", "(private)", "tor browser",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """One excluded address: a host with its subdomains, a path below it, or a pattern."""

    host: str = ""
    path: str = ""
    pattern: re.Pattern[str] | None = None

    @classmethod
    def of(cls, text: str) -> "Address":
        """Read it as the user wrote it.

        Raises:
            HunchError: It is no pattern that Python's `re` reads.
        """
        text = text.strip()
        if len(text) > 2 and text.startswith("/") and text.endswith("/"):
            try:
                return cls(pattern=re.compile(text[1:-1], re.I))
            except (re.error, RecursionError, OverflowError) as error:
                raise HunchError(
                    "Settings", f"`excluded_urls` has {text}, which is no pattern ({error})."
                ) from error
        bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text, flags=re.I)
        host, _, path = bare.partition("/")
        return cls(host=_ascii(host.removeprefix("*.")), path=path.rstrip("/*"))

    def holds(self, text: str, url: SplitResult | None) -> bool:
        """Whether an address is excluded by this one."""
        if self.pattern is not None:
            return self.pattern.search(text[:LONGEST_URL]) is not None
        if url is None:  # unreadable: on doubt it is
            return bool(self.host) and self.host in text.casefold()
        host = _ascii(url.hostname or "")
        port = f"{host}:{_port(url)}"
        if self.host and not any(
            name == self.host or name.endswith(f".{self.host}") for name in (host, port)
        ):
            return False
        path = unquote(url.path).strip("/")
        return not self.path or path == self.path or path.startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept of what.

    Attributes:
        apps: Parts of program names, casefolded.
        titles: Parts of window titles, casefolded.
        private: Parts of titles that tell a browser's private window, casefolded.
        addresses: Excluded pages.
        folders: Excluded folders, as written and with their links resolved.
        modes: The mode of each source; one that is not named is at ``text``.
    """

    apps: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    folders: tuple[str, ...] = ()
    modes: Mapping[str, Mode] = _field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """Read the settings.

        Raises:
            HunchError: An excluded address is no pattern.
        """
        titles = _parts(settings.excluded_titles)
        known = frozenset(part.casefold() for part in PRIVATE_TITLES)
        names = (manifest.source for manifest in MANIFESTS)
        return cls(
            apps=_parts(settings.excluded_apps),
            titles=tuple(part for part in titles if part not in known),
            private=tuple(part for part in titles if part in known),
            addresses=tuple(Address.of(text) for text in settings.excluded_urls if text.strip()),
            folders=tuple(dict.fromkeys(_folders(settings.excluded_folders))),
            modes={name: getattr(settings, name) for name in names if hasattr(settings, name)},
        )

    def window(self, data: Mapping[str, Any]) -> str | None:
        """Why nothing of a window is kept: ``excluded`` or ``private``; None when it is kept."""
        app, title = _text(data, "app").casefold(), _text(data, "title").casefold()
        program = _text(data, "executable").casefold()
        if any(part in app or part in program for part in self.apps):
            return "excluded"
        if any(part in title for part in self.titles) or self.names_folder(title):
            return "excluded"
        return "private" if any(part in title for part in self.private) else None

    def address(self, text: str) -> bool:
        """Whether a page is excluded."""
        if not (self.addresses or self.folders):
            return False
        return any(
            any(item.holds(form, read(form)) for item in self.addresses) or self._is_file(form)
            for form in _forms(text)
        )

    def folder(self, path: str, base: str = "") -> bool:
        """Whether a path lies in an excluded folder; `base` is where a relative one begins."""
        if not self.folders or not path or "\0" in path:
            return False
        whole = os.path.normpath(os.path.join(_home(base), _home(path)))  # noqa: PTH118 - of texts
        return any(_inside(form, self.folders) for form in (whole, os.path.realpath(whole)))

    def command(self, text: str, base: str) -> bool:
        """Whether a command runs in an excluded folder or names a path inside one."""
        if not self.folders:
            return False
        if self.folder(base):
            return True
        return any(self.folder(word, base) for word in _words(text))

    def names_folder(self, text: str) -> bool:
        """Whether a text shows the path of an excluded folder, in lower case."""
        if not self.folders or not text:
            return False
        home = os.path.expanduser("~")  # noqa: PTH111 - as a text
        short = [f"~{path[len(home) :]}" for path in self.folders if path.startswith(f"{home}/")]
        return any(path.casefold() in text for path in (*self.folders, *short))

    def shows_folder(self, value: Any) -> bool:
        """Whether any text of some data shows the path of an excluded folder."""
        match value:
            case _ if not self.folders:
                return False
            case str():
                text = value.casefold()
                return self.names_folder(text) or ("%" in text and self.names_folder(unquote(text)))
            case dict():
                return any(self.shows_folder(item) for item in value.values())
            case list() | tuple():
                return any(self.shows_folder(item) for item in value)
            case _:
                return False

    def _is_file(self, url: str) -> bool:
        return url.casefold().startswith("file://") and self.folder(
            unquote(url[7:].partition("#")[0])
        )


def read(url: str) -> SplitResult | None:
    """An address in its parts; None when it has none."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.hostname
    except ValueError:
        return None
    return parts


def _forms(url: str) -> Iterator[str]:
    """An address, and the one inside it where a browser wraps it."""
    yield url
    for wrapped in ("view-source:", "blob:"):
        if url.casefold().startswith(wrapped):
            yield url[len(wrapped) :]
    if url.casefold().startswith("about:reader?url="):
        yield unquote(url[len("about:reader?url=") :])


def _parts(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text.casefold() for text in texts if text.strip())


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _ascii(host: str) -> str:
    """A host as it goes over the wire."""
    try:
        return host.casefold().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return host.casefold()


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:
        return None


def _home(path: str) -> str:
    return os.path.expanduser(path.replace("${HOME}", "~", 1).replace("$HOME", "~", 1))  # noqa: PTH111


def _folders(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if text.strip():
            whole = os.path.normpath(_home(text.strip()))
            yield whole
            yield str(Path(whole).resolve())


def _inside(path: str, folders: Sequence[str]) -> bool:
    path = os.path.normcase(path)
    return any(
        path == (folder := os.path.normcase(item))
        or path.startswith(folder.rstrip(os.sep) + os.sep)
        for item in folders
    )


def _words(command: str) -> list[str]:
    """The words of a command line, and what stands behind an equals sign in them."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quote that is not closed
        words = command.replace("'", " ").replace('"', " ").split()
    return [*words, *(word.partition("=")[2] for word in words if "=" in word)]
