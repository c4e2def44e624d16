"""What each source can see, declared: the privacy manifest of every watcher, ours or another's.

One table for all: `daemon.privacy` takes from it which words of an event a mode lets through,
`hunch doctor` and README's table what is seen, `tests/watchers` what a watcher may write at all.
Knows no rule of privacy and no system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mode = Literal["off", "counts", "text"]
"""How much of a source is kept: nothing, that something happened, or its words."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one source can see.

    Attributes:
        source: Its name, which is also the setting that holds its mode: ``keyboard``.
        bucket_type: The type of the bucket it writes to: ``os.hid.input``.
        sees: What it can see, for the user to read.
        never: What it never tells, for the user to read.
        words: Keys of an event's data that may hold the user's words or name the user's things;
            in the mode ``counts`` they are left out, in ``text`` secrets in them are redacted.
            A dot goes one level down. Keys that are not named here hold kinds and numbers alone.
        counts: Keys of `words` that ``counts`` replaces by their length, as ``length``.
    """

    source: str
    bucket_type: str
    sees: str
    never: str
    words: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()


KEYBOARD = Manifest(
    "keyboard",
    "os.hid.input",
    sees="typed text with its corrections applied, named keys and shortcuts",
    never="typing into password fields, password managers, lock screens and private windows",
    words=("data", "data.key"),
    counts=("data",),
)
MOUSE = Manifest(
    "mouse",
    "os.hid.input",
    sees="clicks, drags and scrolls, and that the mouse moves",
    never="where it points",
)
AFK = Manifest("afk", "afkstatus", sees="whether somebody is there", never="anything else")
CLIPBOARD = Manifest(
    "clipboard",
    "clipboard",
    sees="copied text, names of copied files, kind and size of copied images",
    never="what is marked as secret, and what a picture shows",
    words=("text", "files", "paths", "title"),
    counts=("text",),
)
WINDOW = Manifest(
    "window",
    "currentwindow",
    sees="the active window's application, title, process, workspace, and whether it fills the screen",
    never="what stands in the window",
    words=("title",),
)
BROWSER = Manifest(
    "browser",
    "web.tab.current",
    sees="address, title, search words and selected text of the tab in front, and whether a field "
    "for a secret has the focus; on sites that you switch on, the page's readable text",
    never="private windows, and what is typed into a page",
    words=("url", "title", "query", "selection", "page_text"),
)
EDITOR = Manifest(
    "editor",
    "app.editor.activity",
    sees="file, project and language in the editor",
    never="what stands in the file",
    words=("file", "project", "branch"),
)
SHELL = Manifest(
    "shell",
    "app.shell.command",
    sees="commands, their folder, exit status and duration",
    never="what they print",
    words=("command", "cwd"),
)
FILES = Manifest(
    "files",
    "os.file.change",
    sees="new and renamed documents in the folders that you name: name, kind and first words",
    never="any other folder",
    words=("path", "from", "first_words"),
)

MANIFESTS = (KEYBOARD, MOUSE, AFK, CLIPBOARD, WINDOW, BROWSER, EDITOR, SHELL, FILES)
BY_SOURCE: Mapping[str, Manifest] = {manifest.source: manifest for manifest in MANIFESTS}
