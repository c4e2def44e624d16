"""Short pieces of work as moments, for the skills' own examples: errors, gathered texts, the end of a stretch.

Each is drawn from a seed: names, pages, commands and errors of many kinds. What is to be proposed in them the
skills say themselves (`daemon.cli.examples`); sentences are the rules'.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from models.commands import SHELL
from models.facts import CLIPBOARD, facts
from models.observation import Observation
from models.segment import BucketEvent, Moment, Segment
from models.telling import tell
from watchers.event import Event

_START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_FAILURES = (
    ("pytest -q", "KeyError: 'total'"), ("python load.py", "ModuleNotFoundError: No module named 'pandas'"),
    ("python train.py", "ValueError: could not convert string to float: 'n/a'"),
    ("cargo build", "error[E0382]: borrow of moved value: `line`"),
    ("cargo test", "error[E0277]: `Rc<u8>` cannot be sent between threads safely"),
    ("npm run build", "TypeError: Cannot read properties of undefined (reading 'map')"),
    ("node server.js", "Error: listen EADDRINUSE: address already in use :::3000"),
    ("go test ./...", "panic: assignment to entry in nil map"),
    ("make", "undefined reference to `sqrt'"), ("git push", "fatal: refusing to merge unrelated histories"),
    ("mvn package", "Caused by: java.lang.NullPointerException: name"),
    ("python manage.py migrate", "django.db.utils.OperationalError: no such column: user.age"),
    ("bash deploy.sh", "bash: rsync: command not found"), ("ruff check .", None), ("tox", None),
    ("docker build .", None),
)  # fmt: skip
_FILES = (
    "load.py",
    "train.py",
    "main.rs",
    "server.js",
    "handler.go",
    "shapes.c",
    "Order.java",
    "views.py",
    "app.ts",
)
_PAGES = (
    ("Choosing a sorting algorithm", "Merge sort keeps the order of equal items."),
    ("Bees and city gardens", "Wild bees need flowers from March to October."),
    ("How loans are priced", "A fixed rate costs half a point more."),
    ("Railways of the Alps", "The tunnel was opened in 1882 after ten years."),
    ("Notes on vitamin D", "Most of it comes from the sun, little from food."),
    ("Backing up a database", "A dump is consistent when it runs in one transaction."),
    ("Writing a cover letter", "Name the job in the first line of the letter."),
    ("Solar panels on flat roofs", "Ten degrees are enough for rain to clean them."),
    ("Teaching fractions", "Children share things before they divide numbers."),
    ("Reading tea labels", "First flush means the harvest of early spring."),
)  # fmt: skip
_QUIET = (
    ("Chromium", "Weather - Chromium"), ("Firefox", "Mail - Mozilla Firefox"),
    ("Spotify", "Slow piano"), ("Thunderbird", "Inbox"), ("Nautilus", "Documents"),
)  # fmt: skip
_EDITORS, _TERMINALS = ("Code", "gedit", "kate"), ("XTerm", "konsole", "kitty")


def scenes(count: int, seed: int) -> Iterator[list[Moment]]:
    """Pieces of work, oldest moment first in each.

    Args:
        count: How many.
        seed: The same seed gives the same.
    """
    chance = random.Random(seed)  # noqa: S311 (training data)
    kinds = (_copied_error, _copied_error, _searched_failure, _gathered, _stretch)
    for number in range(count):
        scene = _Scene(chance)
        for _ in range(chance.randrange(4)):
            scene.quiet()
        kinds[number % len(kinds)](scene, chance)
        yield scene.moments


class _Scene:
    """Moments one after another."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._now = _START + timedelta(minutes=chance.randrange(600))
        self.moments: list[Moment] = []
        self.editor, self.terminal = chance.choice(_EDITORS), chance.choice(_TERMINALS)

    def add(
        self,
        app: str | None,
        title: str | None = None,
        events: Sequence[tuple[str, dict[str, Any]]] = (),
        seconds: float = 40.0,
        **more: Any,
    ) -> None:
        """One more segment, told by the rules."""
        start = self._now
        told = tuple(
            BucketEvent(kind, Event(start + timedelta(seconds=2), 1.0, data))
            for kind, data in events
        )
        segment = Segment(start, seconds, app, title, events=told, **more)
        before = self.moments[-1].segment if self.moments else None
        event = tell(facts(segment, before))
        number = len(self.moments) + 1
        self.moments.append(Moment(number, segment, Observation(str(start.timestamp()), event)))
        self._now = start + timedelta(seconds=seconds + self._chance.randrange(1, 30))

    def quiet(self) -> None:
        """Something in passing."""
        app, title = self._chance.choice(_QUIET)
        self.add(app, title, user_input=({"from": "mouse", "data": {"type": "click", "count": 1}},))

    def edit(self, typed: str) -> None:
        """A file is worked on."""
        name = self._chance.choice(_FILES)
        title = (
            f"{name} - shop - Visual Studio Code"
            if self.editor == "Code"
            else f"{name} - {self.editor}"
        )
        self.add(
            self.editor, title, user_input=({"from": "keyboard", "type": "input", "data": typed},)
        )

    def run(self, command: str, status: int, copied: str | None = None) -> None:
        """A command in a terminal, and what of its output was copied."""
        events = [(SHELL, {"command": command, "exit_status": status})]
        if copied:
            events.append((CLIPBOARD, {"type": "text", "text": copied}))
        self.add(self.terminal, "~/shop", events)


def _copied_error(scene: _Scene, chance: random.Random) -> None:
    command, message = chance.choice([item for item in _FAILURES if item[1]])
    scene.edit(f"value = {chance.randrange(100)}")
    if chance.random() < 0.5:
        scene.run("git status", 0)
    if chance.random() < 0.5:
        scene.run(command, 1)
        scene.run("git diff", 0, message)
    else:
        scene.run(command, 1, message)


def _searched_failure(scene: _Scene, chance: random.Random) -> None:
    command, _ = chance.choice(_FAILURES)
    scene.edit(f"size = {chance.randrange(100)}")
    scene.run(command, 1)
    words = f"{command.split()[0]} fails"
    scene.add("Chromium", f"{words} - Google Search - Chromium",
              url=f"https://www.google.com/search?q={words.replace(' ', '+')}", query=words)  # fmt: skip


def _gathered(scene: _Scene, chance: random.Random) -> None:
    for title, text in chance.sample(_PAGES, 3):
        copied = [(CLIPBOARD, {"type": "text", "text": text})]
        scene.add("Chromium", f"{title} - Chromium", copied)


def _stretch(scene: _Scene, chance: random.Random) -> None:
    for _ in range(3):
        scene.edit(f"step {chance.randrange(100)}")
        scene.add(
            "Chromium",
            f"{chance.choice(_PAGES)[0]} - Chromium",
            seconds=chance.randrange(1200, 1500),
        )
    scene.add(None, None, seconds=900, status="afk")
