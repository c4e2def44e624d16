"""Is a task one that was offered before? By the encoder's vectors, in pure Python.

The same is not offered within a day, and what is nearly the same not within days of a rejection or of
its being done, nor within the day of its being ignored.
"""

import math
import re
import struct
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import mul

from daemon.store.offers import Offer, Outcome
from daemon.store.proposals import Reason
from models.observation import Prediction

AGAIN = timedelta(days=1)  # the same task is not offered twice within
LIKE = timedelta(days=7)  # nor its like, once it was rejected or done

# Cosine of two tasks' vectors. Measured with the shipped encoder on the search tasks of 38 different
# errors (703 pairs): median 0.73, 99 % below 0.92, the highest 0.961 ("list index out of range" and
# "tuple index out of range"); one error told twice ("KeyError: 'amount'", "KeyError: amount") 0.991.
NEAR = 0.97

_REASONS: dict[Outcome, tuple[Reason, timedelta]] = {
    "rejected": ("like a rejected one", LIKE),
    "done": ("like a done one", LIKE),
    "ignored": ("like an ignored one", AGAIN),
}
_NUMBERS = re.compile(r"\d+")


def why_not(
    prediction: Prediction,
    vector: tuple[bytes, str] | None,
    before: Iterable[Offer],
    now: datetime,
    *,
    silent: bool,
) -> Reason | None:
    """Why a task is not offered now, as far as earlier ones say; None when they say nothing.

    Args:
        prediction: The task.
        vector: Its vector (float16) and the encoder's name; None where there is none.
        before: What was offered.
        now: The present.
        silent: Whether it would be kept for a review; what was kept is then offered already.
    """
    near: Reason | None = None
    for offer in before:
        age = abs(now - offer.time)  # the clock may have been set back
        told = offer.outcome != "withheld" and (silent or offer.outcome != "kept")
        if told and age <= AGAIN and _is_same(prediction, offer):
            return "again"
        reason, within = _REASONS.get(offer.outcome, (None, AGAIN))
        if reason is not None and age <= within and _is_near(prediction, vector, offer):
            near = reason
    return near


def _is_same(prediction: Prediction, offer: Offer) -> bool:
    return prediction.task == offer.task and prediction.arguments == offer.arguments


def _is_near(prediction: Prediction, vector: tuple[bytes, str] | None, offer: Offer) -> bool:
    """Whether two tasks are nearly the same.

    Where the sentences differ in their numbers at most ("page on E0308", "the 3 snippets"), they
    hardly say what they are about, and their vectors lie close: then the arguments alone decide.
    """
    if prediction.skill != offer.skill:
        return False
    if _NUMBERS.sub("0", prediction.task or "") == _NUMBERS.sub("0", offer.task):
        return _is_same(prediction, offer)
    if vector is None or offer.vector is None or vector[1] != offer.model:
        return False
    return cosine(vector[0], offer.vector) >= NEAR


def cosine(one: bytes, other: bytes) -> float:
    """Cosine of two vectors kept as float16 (`models.encoder.pack`); 0 where one has another length."""
    if len(one) != len(other) or not one:
        return 0.0
    a, b = (struct.unpack(f"<{len(data) // 2}e", data) for data in (one, other))
    length = math.sqrt(_dot(a, a) * _dot(b, b))
    return _dot(a, b) / length if length else 0.0


def _dot(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return float(sum(map(mul, a, b)))
