"""The first words of a document. Blocks: it reads a file; call it in a thread, with a time-out.

Knows plain text, Markdown, a web page's title, a table's header, Word and OpenDocument (which are
XML in a zip archive). Of a PDF, a picture or anything else nothing is read.
"""

import html
import io
import os
import re
import stat
import zipfile
from pathlib import Path

from watchers.files.kinds import is_secret

LENGTH = 200  # characters that are told
TEXT_BYTES = 16 * 1024  # read of a text
ARCHIVE_BYTES = 20 * 1024 * 1024  # a larger Word file is not opened
MEMBER_BYTES = (
    256 * 1024
)  # read of the text inside of one: what a small archive unpacks to has no bound

_TEXTS = frozenset(("txt", "md", "rst", "org", "tex", "adoc"))
_MEMBERS = {"docx": "word/document.xml", "odt": "content.xml"}
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title", re.I | re.S)
_BODY = re.compile(r"<(?:w:body|office:body)\b")
_BREAK = re.compile(r"</(?:w:p|text:p|text:h)>|<(?:w:tab|text:tab|w:br|text:line-break|text:s)\b")
_TAG = re.compile(r"<[^<>]*>?")
_MARKUP = re.compile(r"^(?:[#>*=\-\s]|\\\w+\{)+")


def first_words(path: Path, kind: str) -> str | None:
    """The first words, on one line; None where nothing is read, or nothing is there."""
    if is_secret(path.name) or not (
        kind in _TEXTS or kind in _MEMBERS or kind in ("html", "csv", "tsv")
    ):
        return None
    try:
        text = _of_archive(path, kind) if kind in _MEMBERS else _decoded(_read(path, TEXT_BYTES))
    except (
        OSError,
        zipfile.BadZipFile,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ):
        return None  # gone, no such file after all, or nobody may read it: its name is told
    if text is None:
        return None
    if kind == "html":
        match = _TITLE.search(text)
        return _line(html.unescape(match[1])) if match else None
    if kind in ("csv", "tsv"):
        return _line(text.lstrip().partition("\n")[0])
    return _line(_MARKUP.sub("", text) if kind in _TEXTS else text)


def _read(path: Path, most: int) -> bytes:
    """The beginning of a regular file: never waits for a pipe's other end, follows no link."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(path)
        return file.read(most)


def _decoded(raw: bytes) -> str | None:
    """Text, or None where it is none."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    return None if b"\0" in raw else raw.decode("utf-8-sig", "replace")


def _of_archive(path: Path, kind: str) -> str | None:
    raw = _read(path, ARCHIVE_BYTES + 1)
    if len(raw) > ARCHIVE_BYTES:
        return None
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_MEMBERS[kind]) as member:
        text = member.read(MEMBER_BYTES).decode("utf-8", "replace")
    body = _BODY.search(text)
    marked = _BREAK.sub(" <", text[body.start() :] if body else text)
    return html.unescape(_TAG.sub("", marked))


def _line(text: str) -> str | None:
    line = " ".join(text[: 8 * LENGTH].split())
    if len(line) > LENGTH:
        line = line[:LENGTH].rsplit(" ", 1)[0] + "…"
    return line or None
