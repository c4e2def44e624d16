"""The watchers that `tests/watchers` tries: a line each; another's by the environment.

``HUNCH_WATCHER=package.module:make`` tries that one instead: `make(desk)` makes the watcher, and the
module has besides ``MANIFESTS`` (one for each source), where strings stand outside their words
``KINDS``, and where it can be refused a ``refused(desk)``. ``HUNCH_GOLDEN=FOLDER`` is where its golden
scripts lie; by default ``golden`` beside its module.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.server.app import create_app
from daemon.server.guard import Rights
from daemon.server.serve import bind, serve
from daemon.store import Store
from tests.watchers.kit import Desk, Entry, Kinds, Script
from watchers import manifest
from watchers.activitywatch import AttachedSource
from watchers.clipboard import choose as clipboards
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.event import Bucket
from watchers.files.watcher import FilesWatcher
from watchers.input import InputWatcher
from watchers.platform import Session, read_session
from watchers.presence import Presence
from watchers.session.choose import choose as choose_session
from watchers.session.watcher import SessionWatcher
from watchers.window import choose as windows
from watchers.window.watcher import WindowWatcher

GOLDEN = Path(__file__).parent / "golden"
NAME = re.compile(r"[\w .:+-]{0,64}")  # of a program or a workspace

INPUT_KINDS: Kinds = {
    "from": frozenset({"keyboard", "mouse"}),
    "type": frozenset({"input"}),
    "status": frozenset({"afk", "not-afk"}),
    "data.type": frozenset(
        {"pressAndRelease", "shortcut", "click", "drag", "scroll", "move", "paste", "dictation"}
    ),
    "data.button": frozenset({"left", "middle", "right", "button8", "button9"}),
    "data.direction": frozenset({"up", "down", "left", "right"}),
}
WINDOW_KINDS: Kinds = {"app": NAME, "executable": NAME, "workspace": NAME}
COPY_KINDS: Kinds = {
    "type": frozenset({"text", "files", "image"}),
    "format": re.compile(r"image/[\w.+-]+"),
    "app": NAME,
}


@asynccontextmanager
async def server(desk: Desk) -> AsyncIterator[None]:
    """A server that speaks ActivityWatch, as programs find it that send events to Hunch."""
    stop = asyncio.Event()
    listener = bind(0)
    desk.port = listener.getsockname()[1]
    with Store.open(desk.folder / "hunch.db") as store:
        recorder = Recorder(store, Privacy(Rules()))
        nobody: Any = None  # asks for our own endpoints
        app = create_app(
            store, recorder, nobody, token="t", device_id="d", rights=Rights(reads=True)
        )
        task = asyncio.create_task(serve(app, listener, stop))
        try:
            await recorder.create_bucket(Bucket("warm", "t", "c", "h"))  # opens all of its files
            yield
        finally:
            stop.set()
            await task


def pulled(desk: Desk) -> AttachedSource:
    """What programs tell by the API comes as a watcher's."""
    return AttachedSource(desk.port, interval_s=0.1)


def nowhere() -> Session:
    """A session whose display is not there."""
    return replace(read_session(), display=":4711")


ENTRIES = (
    Entry(
        "input",
        lambda desk: InputWatcher("test", read_session()),
        (manifest.KEYBOARD, manifest.MOUSE, manifest.AFK),
        INPUT_KINDS,
        refused=lambda desk: InputWatcher("test", nowhere()),
    ),
    Entry(
        "clipboard",
        lambda desk: ClipboardWatcher("test", clipboards.choose(read_session())),
        (manifest.CLIPBOARD,),
        COPY_KINDS,
        refused=lambda desk: ClipboardWatcher("test", clipboards.choose(nowhere())),
    ),
    Entry(
        "window",
        lambda desk: WindowWatcher("test", windows.choose(read_session())),
        (manifest.WINDOW,),
        WINDOW_KINDS,
        refused=lambda desk: WindowWatcher("test", windows.choose(nowhere())),
    ),
    Entry(
        "files",
        lambda desk: FilesWatcher("test", [desk.folder]),
        (manifest.FILES,),
        {"action": frozenset({"created", "renamed", "modified"}), "kind": re.compile(r"[a-z0-9]+")},
        refused=lambda desk: FilesWatcher("test", [desk.folder / "nowhere"]),
    ),
    Entry(
        "shell",
        pulled,
        (manifest.SHELL,),
        {"shell": frozenset({"bash", "zsh", "fish"})},
        stage=server,
    ),
    Entry(
        "session",
        lambda desk: SessionWatcher(choose_session(read_session()), desk.coverage, Presence()),
        (),
    ),
    Entry(
        "activitywatch",
        pulled,
        (manifest.BROWSER, manifest.EDITOR),
        {"language": NAME},
        stage=server,
    ),
)


def entries() -> tuple[Entry, ...]:
    """Ours, or the one that the environment names."""
    named = os.environ.get("HUNCH_WATCHER")
    if not named:
        return ENTRIES
    place, _, make = named.partition(":")
    module = import_module(place)
    return (
        Entry(
            getattr(module, "NAME", place.rpartition(".")[2]),
            getattr(module, make),
            tuple(module.MANIFESTS),
            dict(getattr(module, "KINDS", {})),
            refused=getattr(module, "refused", None),
        ),
    )


def scripts(entry: Entry) -> tuple[Script, ...]:
    """The golden scripts of an entry."""
    return tuple(Script.read(path) for path in sorted(golden().glob(f"{entry.name}-*.toml")))


def golden() -> Path:
    """The folder of the golden scripts: ours, or that of the watcher that the environment names."""
    if not (named := os.environ.get("HUNCH_WATCHER")):
        return GOLDEN
    module = import_module(named.partition(":")[0])
    beside = Path(module.__file__ or "").parent / "golden"
    return Path(os.environ.get("HUNCH_GOLDEN", beside))
