"""What of a copy's kinds is read, and what becomes of its bytes: for systems that name MIME types.

Pure. Knows no system.
"""

import codecs
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from watchers.clipboard.backend import FILES, Copied

SECRET = "x-kde-passwordManagerHint"  # noqa: S105 - a name, no secret
URIS = "text/uri-list"
TEXTS = ("text/plain;charset=utf-8", "UTF8_STRING", "text/plain")
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml")
LARGEST = 64 << 20  # bytes that are read of a copy; what is longer is told as this long


def choose_kind(kinds: Sequence[str]) -> str | None:
    """The kind to read; None when there is none, or the copy is marked as a secret.

    Files come before the text that file managers offer with them, text before the picture of a
    table that office programs offer with it.
    """
    if SECRET in kinds:
        return None
    image = next((kind for kind in kinds if kind.startswith("image/")), None)
    wanted = (URIS, *TEXTS, *PICTURES, image)
    return next((kind for kind in wanted if kind in kinds), None)


class Text:
    """Keeps the first characters of a text and counts the rest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._parts: list[str] = []
        self._length = 0
        self.size = 0

    def take(self, chunk: bytes, final: bool = False) -> None:
        """Take the next bytes."""
        self.size += len(chunk)
        text = self._decoder.decode(chunk, final=final)
        if self._length < self._limit:
            self._parts.append(text[: self._limit - self._length])
        self._length += len(text)

    def copied(self) -> Copied | None:
        """The text; None for an empty one."""
        self.take(b"", final=True)
        return Copied("".join(self._parts), self._length) if self._length else None


class Listing:
    """Keeps the names of listed files; a list of other addresses is a text."""

    def __init__(self) -> None:
        self._body = b""
        self.size = 0

    def take(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.size += len(chunk)
        self._body += chunk

    def copied(self) -> Copied | None:
        """The files; None for an empty list."""
        lines = self._body.decode("utf-8", "replace").splitlines()
        lines = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if not lines:
            return None
        names = [name for line in lines if (name := file_name(line)) is not None]
        if not names:
            text = "\n".join(lines)
            return Copied(text, len(text))
        return Copied(files=tuple(names[:FILES]), count=len(names), paths=paths_of(lines))


class Counter:
    """Counts the bytes of a picture and keeps none of them."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.size = 0

    def take(self, chunk: bytes) -> None:
        """Count the next bytes."""
        self.size += len(chunk)

    def copied(self) -> Copied | None:
        """The picture; None for an empty one."""
        return Copied(image=self._kind, size=self.size) if self.size else None


def gatherer(kind: str, limit: int) -> Text | Listing | Counter:
    """What takes the bytes of a kind; at most `limit` characters of a text are kept."""
    if kind == URIS:
        return Listing()
    return Counter(kind) if kind.startswith("image/") else Text(limit)


def paths_of(uris: Sequence[str]) -> tuple[str, ...]:
    """The paths in the addresses of files, the first `FILES` of them."""
    paths = [unquote(urlsplit(uri).path) for uri in uris if uri[:5].lower() == "file:"]
    return tuple(paths[:FILES])


def file_name(uri: str) -> str | None:
    """The base name of a file's address (RFC 8089); None when it is no file's."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    return unquote(parts.path).rstrip("/").rpartition("/")[2] or "/"
