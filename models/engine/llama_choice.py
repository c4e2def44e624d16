"""The probability of a named choice under llama.cpp: the log-odds of its tokens after an answer's beginning.

Knows llama-cpp-python's `Llama`, as an object that somebody else has loaded; keeps its key/value cache of
what the prompt and the last answer share.
"""

from collections.abc import Sequence
from typing import Any

TEMPLATE = "tokenizer.chat_template"


def choose(
    llama: Any, messages: list[Any], begun: str, choices: Sequence[str]
) -> tuple[float, ...] | None:
    """Probabilities of the choices, which add up to one; None without a template or past the context.

    Raises:
        RuntimeError: The model failed to read the tokens.
        ValueError: The chat template does not take these messages.
    """
    import numpy as np

    prompt = _prompt(llama, messages)
    if prompt is None:
        return None
    tokens = [*prompt, *_tokens(llama, begun)]
    ends = [_tokens(llama, choice) for choice in choices]
    if len(tokens) + max(map(len, ends)) > llama.n_ctx():
        return None
    sums = np.array([_log_probability(llama, tokens, end) for end in ends])
    chances = np.exp(sums - sums.max())
    return tuple(float(chance) for chance in chances / chances.sum())


def _prompt(llama: Any, messages: list[Any]) -> list[int] | None:
    """The messages in the model's own chat template, as tokens."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    if TEMPLATE not in llama.metadata:
        return None
    marks = [
        llama.detokenize([mark], special=True).decode()
        for mark in (llama.token_eos(), llama.token_bos())
    ]
    said = Jinja2ChatFormatter(llama.metadata[TEMPLATE], *marks)(messages=messages)
    return list(llama.tokenize(said.prompt.encode(), add_bos=not said.added_special, special=True))


def _tokens(llama: Any, text: str) -> list[int]:
    """Tokens of what the model is held to have said: no mark in it is read as one."""
    return list(llama.tokenize(text.encode(), add_bos=False, special=False))


def _log_probability(llama: Any, before: list[int], end: Sequence[int]) -> float:
    """Of the tokens of `end`, one after the other, in nats."""
    import llama_cpp
    import numpy as np

    total = 0.0
    for place, token in enumerate(end):
        _feed(llama, [*before, *end[:place]])
        rows = llama_cpp.llama_get_logits_ith(llama.ctx, -1)
        logits = np.ctypeslib.as_array(rows, shape=(llama.n_vocab(),)).astype(np.float64)
        total += logits[token] - np.logaddexp.reduce(logits)
    return float(total)


def _feed(llama: Any, tokens: list[int]) -> None:
    """Read tokens, those in the cache not again; the last one always, for its logits."""
    known = llama.input_ids[: llama.n_tokens].tolist()
    shared = 0
    while shared < min(len(known), len(tokens) - 1) and known[shared] == tokens[shared]:
        shared += 1
    llama.n_tokens = shared
    llama.eval(tokens[shared:])
