"""Recognises an error message in text: what failed, in one line that can be searched for.

Knows how compilers, interpreters and shells word their errors; anchored at the
start of a line, so that prose about errors is none.
"""

import re
from collections.abc import Iterator

import msgspec

MESSAGE_LENGTH = 160  # search engines cut longer queries


class Failure(msgspec.Struct, frozen=True):
    """An error message.

    Attributes:
        kind: ``python``, ``node``, ``rust``, ``java``, ``go``, ``c``, ``shell``, ``git``, ``npm`` or ``generic``.
        message: One line without paths, addresses and line numbers: "KeyError: 'amount'".
        code: The tool's own number of the error, such as ``E0308`` or ``SC2086``.
        line: The message as it stood, with its number, folders and places; empty where it is not known.
    """

    kind: str
    message: str
    code: str | None = None
    line: str = ""

    @property
    def said(self) -> str:
        """What a sentence quotes: the line as it stood."""
        return self.line or self.message


# In order of preference within a line; each must match at a line's start.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rust", re.compile(r"error\[(?P<code>E\d{4})\]: (?P<message>.+)")),
    ("java", re.compile(r'(?:Exception in thread "[^"]*" |Caused by: )(?P<message>[\w.$]+(?:Exception|Error)(?:: .+)?)')),
    ("python", re.compile(r"(?:E   )?(?P<message>(?:[a-z_][\w]*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|NotFound|DoesNotExist)(?:: .+)?)$")),
    ("node", re.compile(r"(?:Uncaught )?(?P<message>(?:Type|Reference|Syntax|Range|URI|Eval)?Error(?: \[[A-Z_]+\])?: .+)$")),
    ("go", re.compile(r"(?P<message>panic: .+)")),
    ("go", re.compile(r"\S+\.go:\d+:\d+: (?P<message>.+)")),
    ("c", re.compile(r"\S+?\.(?:c|cc|cpp|cxx|h|hpp):\d+:\d+: (?:fatal )?error: (?P<message>.+)")),
    ("c", re.compile(r"(?P<message>undefined reference to .+)")),
    ("typescript", re.compile(r"\S+\.tsx?[:(]\d+[:,]\d+\)?:? (?:- )?error (?P<code>TS\d+): (?P<message>.+)")),
    ("shell", re.compile(r"(?:\S*?(?:bash|zsh|sh|fish|dash)): (?:line \d+: )?(?P<message>\S+: (?:command not found|Permission denied|No such file or directory).*)")),
    ("shell", re.compile(r"(?P<message>(?:zsh|fish): (?:command not found|unknown command):? .+)")),
    ("shell", re.compile(r"(?:In .+ line \d+:.*)?(?:.*\^-+\^? )?(?P<code>SC\d{4})(?: \(\w+\))?: (?P<message>.+)")),
    ("shell", re.compile(r"(?P<message>(?:ls|cp|mv|rm|cat|cd|mkdir|grep|sed|tar|make|ssh|curl|pip3?|apt(?:-get)?)(?:\[\d+\])?: (?!installing|already).*(?:cannot|can't|No such|denied|not found|failed|Error|refused|No rule).*)")),
    ("git", re.compile(r"(?P<message>fatal: .+)")),
    ("npm", re.compile(r"npm (?:ERR!|error) (?P<message>(?!A complete log|code\b|\s*at\b).+)")),
    ("generic", re.compile(r"(?:\[?(?:ERROR|Error|error|FATAL|Fatal)\]?): (?P<message>\S+\s.*[^,;{]$)")),
)  # fmt: skip

_QUOTED_PATH = re.compile(r"(['\"`])(?:[A-Za-z]:)?(?:[/\\][^'\"`/\\\n]+)*[/\\]([^'\"`/\\\n]+)\1")
_BARE_PATH = re.compile(r"(?<![\w'\"`:/])(?:[A-Za-z]:\\|~?/|\./)(?:[\w.@+-]+[/\\])*([\w.@+-]+)")
_DOCSTRING = re.compile(r"^\s*(?:Raises|:raises\b.*):\s*$", re.M)
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")
_PLACE = re.compile(r"(?:,? \(?line \d+(?:, column \d+)?\)?|:\d+:\d+)\b\)?")


def recognise(text: str) -> Failure | None:
    """The last error in a text, or None when there is none."""
    found = None
    raised = "Traceback (most recent call last)" in text
    described = not raised and bool(_DOCSTRING.search(text))
    for line in text.splitlines():
        for failure in _in_line(line.strip()):
            bare = ": " not in failure.message and not line.lstrip().startswith("E ")  # pytest's
            if failure.kind == "python" and (described or (bare and not raised)):
                continue  # a name in code, or a docstring's "Raises:", is no error
            # A stack's first Python line wins over the generic words around it.
            if found is None or failure.kind != "generic":
                found = failure
            break
    return found


def _in_line(line: str) -> Iterator[Failure]:
    for kind, pattern in _PATTERNS:
        match = pattern.match(line)
        if match is not None:
            message = clean(match["message"])
            if message:
                code = match.groupdict().get("code")
                said = line[0 if code else match.start("message") :]
                yield Failure(_kind(kind, message), message, code, said)


def _kind(kind: str, message: str) -> str:
    """JavaScript words some of its errors as Python does."""
    node = message.startswith(("TypeError: Cannot read", "ReferenceError:", "RangeError:")) or (
        message.startswith("TypeError: ") and message.endswith("is not a function")
    )
    return "node" if kind == "python" and node else kind


def clean(message: str) -> str:
    """Strip what is this machine's alone: folders, addresses, places in a file."""
    message = _QUOTED_PATH.sub(r"\1\2\1", message)
    message = _BARE_PATH.sub(r"\1", message)
    message = _PLACE.sub("", _ADDRESS.sub("", message))
    message = " ".join(message.split())
    if len(message) > MESSAGE_LENGTH:
        message = message[:MESSAGE_LENGTH].rsplit(" ", 1)[0]
    return message
