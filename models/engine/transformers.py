"""A Hugging Face folder through transformers: any chat model, in bf16 on a GPU, in 32 bits on a CPU.

Each job has its own PEFT adapter and its own kept history over the one model. Code that comes with a model
is never run, nothing is downloaded.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from models.engine.base import DEADLINE_S, AwayError, EngineError, Job, Prompt, until
from models.engine.constrain import Constraints
from models.engine.local import ANSWER_TOKENS, LocalEngine, newest
from models.engine.text import Text, tokens
from models.engine.transformers_files import failed, lacks_memory, open_folder, unfit
from models.engine.transformers_kept import Kept, log_probability, say
from models.engine.transformers_text import FolderWords

CONTEXT_TOKENS = 8192  # read and written, where the model allows so many: a day of sentences
AHEAD_TOKENS = 64  # read ahead at a time: nothing ends a computation that a CPU has begun


class _Loaded(NamedTuple):
    """What holds memory."""

    model: Any
    words: FolderWords
    constraints: Constraints
    size: int
    kept: dict[Job, Kept]


class TransformersEngine(LocalEngine[_Loaded]):
    """A folder's model, loaded at first use.

    Args:
        path: The folder.
        adapters: A PEFT folder for a job; one that was not made for the model is left out.
        prompts: Version of the prompt that a job is asked with, where an adapter of another is left out.
        exact: Read each prompt anew, so that an answer depends on its prompt alone to the last digit. For replays.
        deadline_s: After how many seconds an answer is given up, for a job; none for jobs that are not in it.

    Attributes:
        problem: Why an adapter is left out, in a sentence; None where none is.
    """

    def __init__(
        self,
        path: Path,
        adapters: Mapping[Job, Path] | None = None,
        *,
        prompts: Mapping[Job, str] | None = None,
        exact: bool = False,
        deadline_s: Mapping[Job, float] = DEADLINE_S,
    ) -> None:
        given, versions = adapters or {}, prompts or {}
        reasons = {job: unfit(place, job, versions.get(job, "")) for job, place in given.items()}
        fitting = {job: place for job, place in given.items() if not reasons[job]}
        problem = " ".join(filter(None, reasons.values())) or None
        super().__init__(
            path, path.resolve().name, fitting, problem, exact=exact, deadline_s=deadline_s
        )

    def close(self) -> None:
        """Free its memory."""
        loaded, self._loaded = self._loaded, None
        if loaded is None:
            return
        self._freed_evaluated += sum(kept.evaluated for kept in loaded.kept.values())
        del loaded
        import torch

        gc.collect()  # a model is full of circles
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _say(
        self, loaded: _Loaded, prompt: Prompt, shape: type[msgspec.Struct], max_tokens: int
    ) -> bytes:
        answer = loaded.constraints.answer(shape)
        with self._asking(loaded, prompt) as kept:
            text = tokens(loaded.words, prompt)
            asked = _fitting(text, answer.forced(), loaded.size, max_tokens)
            say(kept, answer, kept.follow(asked), max_tokens)
        return loaded.words.text(answer.tokens)

    def _read_ahead(self, loaded: _Loaded, prompt: Prompt) -> None:
        text = tokens(loaded.words, prompt)
        whole = _fitting(text, [], loaded.size, ANSWER_TOKENS)
        with self._asking(loaded, prompt) as kept:
            kept.ahead(whole[: len(whole) - len(text.tail)], AHEAD_TOKENS)

    def _chances(
        self, loaded: _Loaded, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...]:
        import numpy as np

        ends = [loaded.words.tokens(choice) for choice in choices]
        with self._asking(loaded, prompt) as kept:
            begin = loaded.words.tokens(begun)
            text = tokens(loaded.words, prompt)
            asked = _fitting(text, begin, loaded.size, max(map(len, ends)))
            first = kept.follow(asked)
            sums = np.array([log_probability(kept, first, end) for end in ends])
        chances = np.exp(sums - sums.max())
        return tuple(float(chance) for chance in chances / chances.sum())

    @contextmanager
    def _asking(self, loaded: _Loaded, prompt: Prompt) -> Iterator[Kept]:
        """A job's cache, with its adapter and its deadline set.

        Raises:
            EngineError: There is not enough memory, or the model failed.
        """
        job = prompt.job
        if job not in loaded.kept:
            loaded.kept[job] = Kept(loaded.model, loaded.words.size)
        kept = loaded.kept[job]
        if self._exact:
            kept.cut(0)
        kept.until = until(prompt, self._deadline_s)
        try:
            with _adapted(loaded.model, job if job in self.adapted else None):
                yield kept
        except (RuntimeError, MemoryError) as error:
            del loaded.kept[job]
            self._freed_evaluated += kept.evaluated
            kind = AwayError if lacks_memory(error) else EngineError
            raise kind(failed(error)) from error
        finally:
            self._count(loaded)

    def _load(self) -> _Loaded:
        if self._loaded is None:
            model, words, refused = open_folder(self._path, self._adapters)
            held = getattr(model.config, "max_position_embeddings", None) or CONTEXT_TOKENS
            size = min(CONTEXT_TOKENS, held)
            self._loaded = _Loaded(model, words, words.constraints(), size, {})
            for job, folder in refused.items():
                self.adapted -= {job}
                self.problem = (
                    f"The adapter {folder} is not for the model {self.name}: train it on that."
                )
        return self._loaded


def _adapted(model: Any, job: Job | None) -> AbstractContextManager[None]:
    """The model with a job's adapter, or with none."""
    if job is not None:
        model.set_adapter(job)
        return nullcontext()
    without: AbstractContextManager[None] = getattr(model, "disable_adapter", nullcontext)()
    return without


def _fitting(text: Text, begun: Sequence[int], size: int, answer: int) -> list[int]:
    """A prompt's tokens and the answer's beginning, with the newest pieces that leave room for the answer.

    Raises:
        Overrun: Not even the question does.
    """
    pieces = newest(text, size, answer + len(begun))
    return [*text.head, *(token for piece in pieces for token in piece), *text.tail, *begun]
