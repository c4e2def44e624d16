"""Plain numbers of a task held against a moment: nearness by vectors and by words, and how the task is worded.

Pure; the likeness in whitened axes follows Mu and Viswanath 2018 ("All-but-the-top"): what all
sentences share says nothing about which of them a task belongs to.
"""

import math
import re
from collections.abc import Sequence
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.features import Numbers
from models.reading import Reading
from models.sentences import CHINESE, FILE, told, words

AXES = 300  # kept of the whitening
DECAY = 0.4  # of an older observation's weight, a step
SHARPNESS = 8.0  # of the softmax that says which observation a task belongs to
POWERS = {"half whitened": (200, 0.5), "whitened": (300, 0.7)}  # axes, power of their variance

_VERBS = (
    "provide offer suggest help assist use search open recommend explain find review explore continue look"
    " create summarize guide check organize conduct ask write run compile"
)
VERBS = tuple(_VERBS.split())
TOPICS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "vague": r"\b(?:tips|best practices|insights|additional|general|various|more efficiently|features"
        r"|shortcuts|productivity|help with|assist(?:ance)? with)\b",
        "resource": r"\b(?:tutorial|documentation|resources?|articles?|guides?|examples?|links?)\b",
        "code": r"\b(?:code|snippet|function|script|syntax|implement\w*|debug\w*)\b",
        "summary": r"\b(?:summar|outline|organi[sz]|key points|notes?)\w*",
        "search": r"\bsearch|find|look (?:for|up)|google",
        "explain": r"\bexplain|clarif|understand",
        "draft": r"\bdraft|write|writing|grammar|edit|format|structure",
        "automate": r"\bautomat|set up|setup|configur|install|run\b|execute|open\b|switch|navigate|close",
        "ask": r"\bask|would you|do you|need (?:any )?help|\?",
        "user": r"\bthe user\b|\buser's\b",
        "error": r"\berror|debug|troubleshoot|fix|issue",
        "tool": r"visual studio|vs code|browser|tab|google|github|stack overflow|deepseek|kimi",
        "manage": r"\bmanag|bookmark|tabs\b|workspace|window",
    }.items()
}


class Axes(msgspec.Struct, frozen=True):
    """Principal axes of sentences' vectors.

    Attributes:
        mean: Of the sentences, shape [SIZE].
        axes: The first `AXES`, shape [SIZE, n].
        deviations: Of the sentences along them, shape [n].
    """

    mean: Vectors
    axes: Vectors
    deviations: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: Vectors) -> Self:
        """Find them in some sentences' vectors, shape [n, SIZE]."""
        mean = vectors.astype(float).mean(axis=0)
        _, spread, rows = np.linalg.svd(vectors - mean, full_matrices=False)
        kept = min(AXES, int((spread > 1e-3 * spread[0]).sum()))
        deviations = spread[:kept] / math.sqrt(len(vectors))
        # Half precision is what the file keeps: the same numbers in training as afterwards.
        axes = rows[:kept].T.astype(np.float16).astype(np.float32)
        return cls(mean.astype(np.float32), axes, deviations.astype(np.float32))

    def turned(self, vectors: Vectors, count: int, power: float) -> Vectors:
        """Unit vectors along the first axes, each divided by a power of its deviation."""
        along = (vectors - self.mean) @ self.axes[:, :count] / self.deviations[:count] ** power
        lengths = np.linalg.norm(along, axis=-1, keepdims=True)
        return np.asarray(along / (lengths + 1e-9), np.float32)


def task_numbers(reading: Reading, task: str, vector: Vectors) -> Numbers:
    """All plain numbers of a task at a moment but those in whitened axes.

    Args:
        reading: The moment.
        task: One sentence.
        vector: Its vector, shape [SIZE].
    """
    sentences = [item.event for item in reading.history]
    return {
        **_nearness(reading.vectors, vector),
        **_shared(sentences, task),
        **_wording(sentences, task),
        **_meetings(sentences, task),
    }


def likeness_numbers(vectors: Vectors, task: Vectors, axes: Axes) -> Numbers:
    """To which observation a task belongs, by cosines in plain and in whitened axes."""
    numbers = _belonging("plain", vectors @ task)
    for name, (count, power) in POWERS.items():
        turned = axes.turned(np.vstack([vectors, task]), count, power)
        numbers |= _belonging(name, turned[:-1] @ turned[-1])
    return numbers


def _nearness(vectors: Vectors, task: Vectors) -> Numbers:
    near = vectors @ task
    count = len(near)
    weights = np.exp(-DECAY * np.arange(count)[::-1])
    blend = weights @ vectors
    return {
        "near now": float(near[-1]),
        "near the last": float(near[-2] if count > 1 else near[-1]),
        "nearest": float(near.max()),
        "nearest of four": float(near[-4:].max()),
        "near four": float(near[-4:].mean()),
        "near all": float(near.mean()),
        "near lately": float(blend @ task) / float(np.linalg.norm(blend) + 1e-9),
        "nearer ones": float((near > near[-1]).mean()),
        "age of the nearest": math.log1p(count - 1 - int(near.argmax())) / 3,
    }


def _belonging(name: str, near: Vectors) -> Numbers:
    before = near[:-1] if len(near) > 1 else near
    shares = np.exp(SHARPNESS * (near - near.max()))
    shares /= shares.sum()
    age = float(shares @ np.arange(len(near))[::-1])
    return {
        f"{name}: now": float(near[-1]),
        f"{name}: now beside usual": float(near[-1] - before.mean()),
        f"{name}: now beside nearest": float(near[-1] - before.max()),
        f"{name}: share of now": float(shares[-1]),
        f"{name}: share of three": float(shares[-3:].sum()),
        f"{name}: nearest of three": float(near[-3:].max()),
        f"{name}: age": age / 5,
    }


def _shared(sentences: Sequence[str], task: str) -> Numbers:
    asked, now = told(task).words, told(sentences[-1])
    four = frozenset[str]().union(*(told(sentence).words for sentence in sentences[-4:]))
    every = frozenset[str]().union(*(told(sentence).words for sentence in sentences))
    numbers: Numbers = {}
    for name, known in (("now", now.words), ("four", four), ("all", every)):
        numbers[f"share in {name}"] = len(asked & known) / max(len(asked), 1)
        numbers[f"words in {name}"] = math.log1p(len(asked & known))
    quoted, parts = words(now.quoted), set(re.findall(r"\w{3,}", task.lower()))
    last, recent = sentences[-1].lower(), " ".join(sentences[-4:]).lower()
    return numbers | {
        "covers now": len(asked & now.words) / max(len(now.words), 1),
        "covers quoted": len(asked & quoted) / max(len(quoted), 1),
        "letters in now": sum(part in last for part in parts) / max(len(parts), 1),
        "letters in four": sum(part in recent for part in parts) / max(len(parts), 1),
    }


def _wording(sentences: Sequence[str], task: str) -> Numbers:
    said, files = told(task), set(FILE.findall(task))
    verb = (task.split() or [""])[0].lower()
    numbers = {
        "letters": math.log1p(len(task)) / 5,
        "words": math.log1p(len(said.words)),
        "quotes": float(bool(said.quoted)),
        "names a file": float(bool(files)),
        "full stop": float(task.rstrip().endswith(".")),
        "chinese": float(bool(CHINESE.search(task))),
        "file of now": float(bool(files & set(FILE.findall(" ".join(sentences[-6:]))))),
    }
    numbers |= {f"verb {name}": float(verb == name) for name in VERBS}
    return numbers | {f"topic {name}": float(bool(p.search(task))) for name, p in TOPICS.items()}


def _meetings(sentences: Sequence[str], task: str) -> Numbers:
    """Where the task's topic and the kind of the moment fit each other."""
    now = told(sentences[-1])
    recent = frozenset[str]().union(*(told(sentence).kinds for sentence in sentences[-2:]))

    def topic(name: str) -> bool:
        return bool(TOPICS[name].search(task))

    return {
        "code in an editor": float(topic("code") and now.place == "editor"),
        "summary while reading": float(topic("summary") and "read" in now.kinds),
        "help with an error": float(topic("error") and "error" in recent),
        "search at a search": float(topic("search") and "search" in now.kinds),
    }
