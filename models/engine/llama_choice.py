"""The probability of a named choice under llama.cpp: the log-odds of its tokens after an answer's beginning."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.engine.kept import Kept
from models.engine.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def choose(kept: Kept, text: Text, ends: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Probabilities of the choices, which add up to one.

    Args:
        kept: Reads them; what it holds of the prompt is not read again.
        text: The prompt, with the answer's beginning at its end.
        ends: The choices' tokens; none is empty.

    Raises:
        Overrun: The prompt does not fit.
        Late: The deadline passed.
        EngineError: The model failed.
    """
    import numpy as np

    kept.follow(text, max(map(len, ends)))
    begun = kept.length
    first = _log_chances(kept)
    sums = []
    for end in ends:
        total = first[end[0]]
        for token, following in itertools.pairwise(end):
            kept.read([token])
            total += _log_chances(kept)[following]
        kept.cut(begun)
        sums.append(total)
    chances = np.exp(np.array(sums) - max(sums))
    return tuple(float(chance) for chance in chances / chances.sum())


def _log_chances(kept: Kept) -> "NDArray[np.float64]":
    """Of each token to follow, in nats."""
    import numpy as np

    logits = kept.logits().astype(np.float64)
    shifted = logits - logits.max()
    found: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return found
