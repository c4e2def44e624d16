"""Plain numbers of a task held against a moment: nearness by vectors and by words, and how the task is worded.

Pure. Likeness in whitened axes was tried and told nothing more, once the axes had not seen the
scored trace (acceptance AUROC 0.695 with them, 0.697 without).
"""

import math
import re
from collections.abc import Sequence

import numpy as np

from models.encoder import Vectors
from models.features import Numbers
from models.reading import Reading
from models.sentences import CHINESE, FILE, told, words

DECAY = 0.4  # of an older observation's weight, a step
SHARPNESS = 8.0  # of the softmax that says which observation a task belongs to

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


def task_numbers(reading: Reading, task: str, vector: Vectors) -> Numbers:
    """All plain numbers of a task at a moment.

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
        **_belonging(reading.vectors, vector),
    }


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


def _belonging(vectors: Vectors, task: Vectors) -> Numbers:
    """To which observation the task belongs."""
    near = vectors @ task
    before = near[:-1] if len(near) > 1 else near
    shares = np.exp(SHARPNESS * (near - near.max()))
    shares /= shares.sum()
    age = float(shares @ np.arange(len(near))[::-1])
    return {
        "belongs: now beside usual": float(near[-1] - before.mean()),
        "belongs: now beside nearest": float(near[-1] - before.max()),
        "belongs: share of now": float(shares[-1]),
        "belongs: share of three": float(shares[-3:].sum()),
        "belongs: nearest of three": float(near[-3:].max()),
        "belongs: age": age / 5,
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
