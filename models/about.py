"""What a piece of work was mostly about, in some words: its title. Pure.

Work counts more than reading: a page that was read for the sake of a document is not what the work was about,
though it may have been in front for longer. A title is shown and kept on disk: of a command line it has no
more than a document's name, or the names of its program and a well-known subcommand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.commands import tried, words_of
from models.documents import name_of
from models.facts import Facts

WORKED = 3  # a second at a document, or at a command on one, counts as so many of reading
# Commands that look about: nobody's work is about them.
LOOKS = frozenset(
    ("cd", "clear", "date", "echo", "exit", "history", "ll", "ls", "man", "pwd", "which")
)
# Programs whose arguments are documents that are worked on, without the figures of their versions: editors,
# interpreters, compilers, what tests and sets. Of others a word such as "example.com" may be anything.
_WORK_ON_FILES = frozenset(
    ("vi", "vim", "nvim", "nano", "emacs", "micro", "hx", "code", "codium", "gedit", "kate", "sed", "awk",
     "python", "ipython", "node", "deno", "bun", "ruby", "perl", "php", "lua", "julia", "Rscript", "bash", "sh",
     "zsh", "gcc", "g++", "cc", "clang", "clang++", "rustc", "javac", "java", "tsc", "go", "ghc", "pytest",
     "mypy", "ruff", "black", "eslint", "jest", "pdflatex", "xelatex", "lualatex", "latexmk", "typst", "pandoc",
     "sqlite")
)  # fmt: skip
_FILE = re.compile(r"[\w./~-]*[\w-]\.[A-Za-z][A-Za-z0-9]{0,4}")
_PROGRAM = re.compile(r"[\w.+-]+")
_PARTS = re.compile(r"""(?:'[^']*'|"[^"]*"|(?<!&)&(?!&)|[^;&\n])+""")  # of "cd docs && vi a.txt"


def about(seen: Sequence[tuple[Facts, float]]) -> str:
    """The document, command, page or search that most was done about; a program where that is all there is.

    Args:
        seen: Of each moment what is known of it, and for how many seconds it was in front.
    """
    spent, ran_on, apps = Counter[str](), Counter[str](), Counter[str]()
    wholes: dict[str, list[str]] = {}
    for facts, time_s in seen:
        for name, weight in _in_front(facts):
            spent[name] += round(weight * (time_s + 1))
            if facts.file:
                wholes.setdefault(facts.file, []).append(name)
        files, programs = _of_commands(facts)
        for name in files:
            ran_on[name] += round(WORKED * (time_s + 1))
        for name in programs:
            spent[name] += round(time_s) + 1
        apps[facts.app or "another window"] += round(time_s) + 1
    whole = {name: max(told, key=spent.__getitem__) for name, told in wholes.items()}
    for name, much in ran_on.items():  # an editor tells a file's project, a command does not
        spent[whole.get(name, name)] += much
    return next(iter(spent.most_common(1) or apps.most_common(1)))[0]


def _in_front(facts: Facts) -> Iterator[tuple[str, int]]:
    """The document, search or page of a moment, and how much a second at it counts."""
    if facts.file:
        yield (f"{facts.file} ({facts.project})" if facts.project else facts.file), WORKED
    elif words := facts.query or facts.results:
        yield f"'{' '.join(words.split())}'", 1
    elif facts.title and facts.sort != "terminal":
        yield " ".join(facts.title.split()), 1


def _of_commands(facts: Facts) -> tuple[list[str], list[str]]:
    """The documents that a moment's command lines work on; of lines with none their first program. Each once."""
    files: list[str] = []
    programs: list[str] = []
    for command in facts.commands:
        if command.earlier:
            continue
        parts = [words_of(part) for part in _PARTS.findall(command.text)]
        doing = [words for words in parts if words and words[0] not in LOOKS]
        found = [name for words in doing for name in _files(words)]
        files += found
        if doing and not found and _PROGRAM.fullmatch(doing[0][0]):
            programs.append(f"'{tried(doing[0])}'")
    return [*dict.fromkeys(files)], [*dict.fromkeys(programs)]


def _files(words: Sequence[str]) -> Iterator[str]:
    """The documents among a simple command's words; after `-m` stands a module."""
    if words[0].rstrip("0123456789.") in _WORK_ON_FILES:
        for before, word in pairwise(words):
            if before != "-m" and _FILE.fullmatch(word):
                yield name_of(word)
