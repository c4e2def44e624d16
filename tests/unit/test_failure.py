"""Errors are recognised as their tools word them; prose about errors is none."""

import pytest

from models.failure import recognise


@pytest.mark.parametrize(
    ("text", "kind", "message", "code"),
    [
        ("Traceback (most recent call last):\n  File \"/a/b.py\", line 7, in f\nKeyError: 'x'\n$ ", "python", "KeyError: 'x'", None),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/home/me/data.csv'", "python", "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'", None),
        ("requests.exceptions.ConnectionError: refused at 0x7f00aa", "python", "requests.exceptions.ConnectionError: refused at", None),
        ("TypeError: Cannot read properties of undefined (reading 'map')\n    at App (/src/App.js:3:1)", "node", "TypeError: Cannot read properties of undefined (reading 'map')", None),
        ("error[E0308]: mismatched types\n --> src/main.rs:3:5", "rust", "mismatched types", "E0308"),
        ("main.c:3:5: error: expected ';' before 'return'", "c", "expected ';' before 'return'", None),
        ("Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyboardInterrupt", "python", "KeyboardInterrupt", None),
        ("E   AssertionError", "python", "AssertionError", None),
        ("error: linker `cc` not found", "generic", "linker `cc` not found", None),
        ("bash: pytset: command not found", "shell", "pytset: command not found", None),
        ("fatal: not a git repository (or any of the parent directories): .git", "git", "fatal: not a git repository (or any of the parent directories): .git", None),
        ("Caused by: java.lang.NullPointerException: x\n\tat A.main(A.java:3)", "java", "java.lang.NullPointerException: x", None),
    ],
)  # fmt: skip
def test_errors(text: str, kind: str, message: str, code: str | None) -> None:
    found = recognise(text)
    assert found is not None
    assert (found.kind, found.message, found.code) == (kind, message, code)


@pytest.mark.parametrize(
    "text",
    [
        "An error occurred to me while reading about exceptions.",
        "Error handling in Go is explicit.",
        "def f(): raise",
        "KeyErrors are common",
        "",
        "https://example.org/errors?code=7",
        "return {\n  data: null,\n  error: err.message,\n}",
        "debug: true\nerror: false",
        "interface Reply {\n  error: string;\n}",
        "from errors import (\n    AppError\n)",
        'def f():\n    """Do.\n\n    Raises:\n        AppError: It cannot.\n    """',
    ],
)
def test_prose_is_no_error(text: str) -> None:
    assert recognise(text) is None
