"""Skill: an error was copied, or a command failed and its error is looked up: open the right page."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus, urlsplit

from daemon.tools import Tools
from models.commands import Command, program_of, searchable
from models.entered import typed_runs
from models.facts import Facts, facts
from models.failure import Failure, recognise
from models.observation import Prediction
from models.segment import Moment
from models.wording import QUOTE_LENGTH, quote

# An error that the user copied is about to be looked up: the act itself asks for help. exp(2.5) is
# odds of 12 to 1; a failed command that was searched for says so less surely. Both are priors, set
# by hand; the user's own answers move them (daemon/learning.py).
COPIED_NATS = 2.5
FAILED_NATS = 1.5
RECENT = 3  # a search belongs to a command that failed at most so many segments before

# Documentation that explains an error by its number.
PAGES = (
    (re.compile(r"^E\d{4}$"), "https://doc.rust-lang.org/error_codes/{code}.html"),
    (re.compile(r"^SC\d{4}$"), "https://www.shellcheck.net/wiki/{code}"),
)
LANGUAGES = frozenset(("python", "node", "rust", "java", "go", "typescript", "git", "npm"))
_TASK = re.compile(r"\b(?:search|look up|google)\b.*?['\"“](?P<words>[^'\"”]{3,120})['\"”]", re.I)


class ErrorSearch:
    """Opens the documentation of an error, or a search for it, and cleans it on the clipboard."""

    name = "error_search"
    summary = (
        "An error was copied, or a failed command was looked up: open the page that explains it."
    )

    def __init__(self, search_url: str) -> None:
        self._search_url = search_url

    def match(self, history: Sequence[Moment]) -> Prediction | None:
        """A copied error, or a failed command with a search after it."""
        if not history:
            return None
        copied = facts(history[-1].segment).failure
        if copied is not None:
            why = f"You copied {quote(copied.message)}."
            return self._prediction(copied, why, COPIED_NATS)
        failed = self._failed_before_search(history)
        if failed is not None:
            why = f"A command failed ({quote(failed.message)}), and you are searching."
            return self._prediction(failed, why, FAILED_NATS)
        return None

    def adopt(self, task: str, history: Sequence[Moment]) -> Prediction | None:
        """A search for words that the task quotes and that the user has seen."""
        match = _TASK.search(task)
        seen = " ".join(moment.observation.event for moment in history[-8:])
        if match is None or match["words"].casefold() not in seen.casefold():
            return None
        words = _without_arguments(match["words"], history)
        failure = recognise(words) or Failure("generic", words)
        return self._prediction(failure, f"You were busy with {quote(words)}.", 0.0)

    def execute(self, arguments: Mapping[str, Any], tools: Tools) -> str:
        """Put the cleaned error on the clipboard and open the page."""
        url, text = str(arguments["url"]), str(arguments["text"])
        tools.copy(text)
        tools.open_page(url)
        return f"Opened {urlsplit(url).hostname} for {quote(text)}; the error is on the clipboard."

    def _prediction(self, failure: Failure, why: str, evidence: float) -> Prediction:
        page = next((url for code, url in PAGES if failure.code and code.match(failure.code)), None)
        language = failure.kind if failure.kind in LANGUAGES else ""
        whole = " ".join(part for part in (language, failure.code, failure.message) if part)
        words = whole if len(whole) <= QUOTE_LENGTH else whole[:QUOTE_LENGTH].rsplit(" ", 1)[0]
        # Not format: a setting may hold other braces. What is sent is what the sentence shows.
        address = page or self._search_url
        url = address.replace("{query}", quote_plus(words)).replace("{code}", failure.code or "")
        where = urlsplit(url).hostname
        does = (
            f"Open {where}'s page on {failure.code}"
            if page
            else f"Search {where} for {quote(words)}"
        )
        return Prediction(
            task=f"{does} and put the cleaned error on the clipboard.",
            purpose="The user wants to understand an error.",
            response=why,
            source=f"skill:{self.name}",
            skill=self.name,
            arguments={"url": url, "text": failure.message},
            evidence=evidence,
        )

    def _failed_before_search(self, history: Sequence[Moment]) -> Failure | None:
        """The failure of a command that a search follows, without anything but names in it.

        A command that succeeded later is none; nor is one that something else was typed after,
        of which no outcome is known.
        """
        now = facts(history[-1].segment)
        if now.sort != "browser" or not (now.query or now.results):
            return None
        mended: set[str] = set()
        for moment in reversed(history[-1 - RECENT :]):
            seen = facts(moment.segment)
            for command in reversed(seen.commands):
                if command.failed and program_of(command) not in mended:
                    return _failure(command, seen, now.query or now.results or "")
                mended.add(program_of(command))
            unknown = any(item.status is None for item in seen.commands)
            typing = not seen.commands and any(run.entered for run in typed_runs(moment.segment))
            if unknown or (typing and moment is not history[-1]):
                break
        return None


def _failure(command: Command, seen: Facts, searched: str) -> Failure | None:
    """What may be searched for: the error's own text where it was copied, else well-known names."""
    if seen.failure is not None:
        return seen.failure
    words = searchable(command, searched)
    return Failure("shell", words) if words else None


def _without_arguments(words: str, history: Sequence[Moment]) -> str:
    """The words of a task; where they are part of a command line, the program's name alone."""
    for moment in reversed(history[-8:]):
        for command in facts(moment.segment).commands:
            line, said = command.text.casefold(), words.casefold().rstrip("… ")
            if said in line or line in said:
                return program_of(command)
    return words
