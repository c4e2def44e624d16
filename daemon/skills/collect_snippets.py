"""Skill: snippets were copied from several places within minutes: collect them, with sources, in a note."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from daemon.tools import Tools
from models.applications import application
from models.facts import CLIPBOARD
from models.failure import recognise
from models.observation import Prediction
from models.segment import Moment, Segment
from models.titles import page_title

LEAST = 3
WINDOW = timedelta(minutes=10)
# Three copies from three places in ten minutes are gathering; whether a note is wanted, many differ.
NATS = 1.5
SHORTEST = 12  # characters; a word or a number is no snippet
_CODE = re.compile(r"[{};=()<>]|^\s{2,}|\b(?:def|import|return|function|const|let|class)\b", re.M)
_TASK = re.compile(
    r"\b(?:collect|gather|organi[sz]e|compile)\b.*\b(?:snippets?|notes?|copied)\b", re.I
)


class CollectSnippets:
    """Writes what was copied from different pages or windows into one Markdown note."""

    name = "collect_snippets"
    summary = "Three snippets were copied from different places: collect them with their sources."

    def match(self, history: Sequence[Moment]) -> Prediction | None:
        """The newest segment holds a copy that makes it three from different places."""
        if not history or not _snippets(history[-1].segment):
            return None
        return self._prediction(_newly_gathered(history), NATS)

    def adopt(self, task: str, history: Sequence[Moment]) -> Prediction | None:
        """A task to collect what was copied."""
        return self._prediction(_gathered(history), 0.0) if _TASK.search(task) and history else None

    def execute(self, arguments: Mapping[str, Any], tools: Tools) -> str:
        """Write the note."""
        snippets: list[dict[str, str]] = arguments["snippets"]
        parts = ["# Collected snippets", ""]
        for item in snippets:
            parts += [f"## {item['source']}", ""]
            if item.get("url"):
                parts += [f"<{item['url']}>", ""]
            parts += [_block(item["text"]), "", f"Copied {item['time']}.", ""]
        path = tools.write_note("snippets", "\n".join(parts))
        return f"Collected {len(snippets)} snippets in {path}."

    def _prediction(self, found: list[dict[str, str]], evidence: float) -> Prediction | None:
        places = list(dict.fromkeys(item["source"] for item in found))
        if len(found) < LEAST or len(places) < LEAST:
            return None
        return Prediction(
            task=f"Collect the {len(found)} snippets you copied, with their sources, in a note.",
            purpose="The user gathers material from several places.",
            response=f"You copied from {', '.join(f'“{place}”' for place in places[-LEAST:])}.",
            source=f"skill:{self.name}",
            skill=self.name,
            arguments={"snippets": found},
            evidence=evidence,
        )


def _newly_gathered(history: Sequence[Moment]) -> list[dict[str, str]]:
    """The set that the newest moment completes; what an earlier moment completed is not offered again."""
    held: dict[str, tuple[datetime, dict[str, str]]] = {}
    offered: set[str] = set()
    for moment in history:
        oldest = moment.segment.end - WINDOW
        held = {text: item for text, item in held.items() if item[0] >= oldest}
        for item in _snippets(moment.segment):
            if (text := item["text"].strip()) not in offered:
                held.setdefault(text, (moment.segment.start, item))
        if len({item["source"] for _, item in held.values()}) >= LEAST:
            if moment is history[-1]:
                return [item for _, item in held.values()]
            offered |= held.keys()
            held = {}
    return []


def _gathered(history: Sequence[Moment]) -> list[dict[str, str]]:
    """Snippets of the last minutes, each text once, oldest first."""
    newest = history[-1].segment.end
    found: dict[str, dict[str, str]] = {}
    for moment in history:
        if newest - moment.segment.start <= WINDOW:
            for item in _snippets(moment.segment):
                found.setdefault(item["text"].strip(), item)
    return list(found.values())


def _snippets(segment: Segment) -> list[dict[str, str]]:
    """What was copied in a segment, but errors: those are looked up, not kept."""
    app = application(segment.app)
    source = page_title(segment.title, app) or (app.name if app else None)
    if source is None:
        return []
    return [
        {
            "text": text,
            "source": source,
            "url": segment.url or "",
            "time": item.event.timestamp.astimezone().strftime("%Y-%m-%d %H:%M"),
        }
        for item in segment.events
        if item.type == CLIPBOARD
        and isinstance(text := item.event.data.get("text"), str)
        and len(text.strip()) >= SHORTEST
        and recognise(text) is None
    ]


def _block(text: str) -> str:
    """Code in a fence longer than any inside it, prose as a quotation."""
    if _CODE.search(text):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text) or [""]))
        return f"{fence}\n{text.strip()}\n{fence}"
    return "\n".join(f"> {line}" for line in text.strip().splitlines())
