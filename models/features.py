"""What gate and reward model read: cached sentence vectors, and a few plain numbers about the history.

Pure and without state; the training scripts and the worker call the same functions.
"""

import math
import re
from collections.abc import Sequence

import numpy as np

from models.encoder import Vectors
from models.observation import Observation
from models.trace import seconds

RECENT = 4  # observations behind the newest that a task is held against
KINDS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\bsearch", r"\bscroll", r"\b(?:types?|typed|writes?|wrote|edit)", r"\bswitch|\breturn",
        r"\bclick", r"\bcop(?:y|ies|ied)\b|\bpast", r"\berror|\bexception|\bfail|\btraceback",
        r"visual studio code|\bterminal|xterm|\bfile\b", r"\bread|\breview|\bview|\bopen",
        r"\baway\b|\bidle|\bno(?:t| specific)? (?:perform|action)", r"'[^']{3,}'|\"[^\"]{3,}\"",
    )
)  # fmt: skip
LONGEST_PAUSE_S = 3600.0


def need_features(history: Sequence[Observation], vectors: Vectors) -> Vectors:
    """Features of a need after the newest observation.

    Args:
        history: Observations, oldest first; at least one.
        vectors: Theirs, shape [len(history), SIZE].

    Returns:
        Shape [SIZE + n]: the newest vector, then plain numbers. (The mean vector of those before
        told nothing with traces left out: AUROC 0.51 alone.)
    """
    return np.concatenate([vectors[-1], _plain(history, vectors)]).astype(np.float32)


def accept_features(
    history: Sequence[Observation], vectors: Vectors, task: str, task_vector: Vectors
) -> Vectors:
    """Features of the acceptance of a task after the newest observation; shape [4 * SIZE + n]."""
    newest = vectors[-1]
    recent = vectors[-1 - RECENT :].mean(axis=0)
    near = vectors @ task_vector
    numbers = np.array(
        [
            float(newest @ task_vector),
            float(recent @ task_vector),
            float(near.max()),
            _overlap(task, history[-1].event),
            _overlap(task, " ".join(item.event for item in history[-1 - RECENT :])),
            math.log1p(len(task)) / 5,
            float(
                bool(re.search(r"\b(?:suggest|tips|best practices|offer|recommend)", task, re.I))
            ),
            float(bool(re.search(r"'[^']+'|\"[^\"]+\"", task))),
        ],
        np.float32,
    )
    parts = [
        newest,
        recent,
        task_vector,
        newest * task_vector * 4,
        numbers,
        _plain(history, vectors),
    ]
    return np.concatenate(parts).astype(np.float32)


def _plain(history: Sequence[Observation], vectors: Vectors) -> Vectors:
    newest, before = history[-1], history[-2] if len(history) > 1 else None
    kinds = [float(bool(kind.search(newest.event))) for kind in KINDS]
    kinds += [float(bool(before and kind.search(before.event))) for kind in KINDS]
    similar = float(vectors[-1] @ vectors[-2]) if len(vectors) > 1 else 0.0
    repeated = float(sum(item.event == newest.event for item in history[:-1]) > 0)
    numbers = [
        similar,
        repeated,
        _pause(history),
        math.log1p(len(history)) / 3,
        math.log1p(len(newest.event)) / 5,
    ]
    return np.array(kinds + numbers, np.float32)


def _pause(history: Sequence[Observation]) -> float:
    """Time since the observation before, log scale from 0 to 1; clocks that step back count as none."""
    if len(history) < 2:
        return 0.0
    now, before = seconds(history[-1].time), seconds(history[-2].time)
    if now is None or before is None:
        return 0.0
    pause = min(max(now - before, 0.0), LONGEST_PAUSE_S)
    return math.log1p(pause) / math.log1p(LONGEST_PAUSE_S)


def _overlap(task: str, text: str) -> float:
    """Share of the task's words that stand in a text."""
    words = {word for word in re.findall(r"\w{3,}", task.casefold())}
    return sum(word in text.casefold() for word in words) / max(len(words), 1)
