"""Opens a document in the program that the desktop has for it; never one that would run.

A name comes from what an editor told, and any program on this machine may tell such a thing: so the kind
of file decides, by a list of kinds that are shown and not executed.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from daemon.errors import HunchError

SHOWN = frozenset(
    ("txt", "md", "rst", "org", "tex", "bib", "csv", "tsv", "json", "toml", "yaml", "yml", "log",
     "pdf", "djvu", "epub", "odt", "ods", "odp", "odg", "docx", "xlsx", "pptx", "rtf",
     "png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "bmp", "xcf", "kra", "psd",
     "mp3", "ogg", "flac", "wav", "mp4", "mkv", "webm")
)  # fmt: skip
# Source files: a Linux desktop opens them in an editor, others run some of them.
SOURCES = frozenset(
    ("py", "ipynb", "rs", "go", "c", "h", "cc", "cpp", "hpp", "java", "kt", "swift", "ts", "tsx", "js",
     "jsx", "css", "scss", "sql", "rb", "php", "lua", "r", "jl", "hs", "ml", "ex", "scala", "vue", "xml")
)  # fmt: skip


def is_shown(name: str, system: str = sys.platform) -> bool:
    """Whether a file of this name is one that opening shows, on this system."""
    suffix = Path(name).suffix.removeprefix(".").casefold()
    return suffix in SHOWN or (system.startswith("linux") and suffix in SOURCES)


def open_document(path: Path) -> None:
    """Open a document; never waits for the program.

    Raises:
        HunchError: It is gone, of another kind, may be executed, or nothing can open it.
    """
    if not path.is_absolute() or str(path).startswith(("\\\\", "//")) or not is_shown(path.name):
        raise HunchError("Document", f"{path.name} is no document that Hunch opens.")
    if not path.is_file():
        raise HunchError("Document", f"{path.name} is not there any more.")
    if os.name == "posix" and os.access(path, os.X_OK):
        raise HunchError("Document", f"{path.name} may be executed, so Hunch does not open it.")
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 - a document, by the list above
            return
        process = subprocess.Popen(
            ["open" if sys.platform == "darwin" else "xdg-open", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise HunchError(
            "Document", "No program to open documents was found: install xdg-utils."
        ) from error
    threading.Thread(target=process.wait, name="document", daemon=True).start()  # no zombie
