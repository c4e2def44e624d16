"""Draws names, texts and pages for scripted sessions."""

from collections.abc import Sequence
from typing import TypeVar

from models.lab.bench.scripted import texts
from models.lab.bench.scripted.script import Script

T = TypeVar("T")


def pick(script: Script, choices: Sequence[T]) -> T:
    """One of the choices."""
    return script.draw.choice(choices)


def thing(script: Script) -> str:
    """A subject."""
    return pick(script, texts.THINGS)


def text(script: Script, templates: Sequence[str]) -> str:
    """A text of a template."""
    return filled(script, pick(script, templates))[0]


def filled(script: Script, *templates: str) -> tuple[str, ...]:
    """Several templates about the same subject."""
    subject = thing(script)
    doing = pick(script, texts.DOINGS)
    return tuple(
        template.format(thing=subject, Thing=subject.title(), doing=doing) for template in templates
    )


def address(script: Script) -> str:
    """A host."""
    return f"{pick(script, ('', 'blog.', 'help.'))}{thing(script)}.{pick(script, texts.TOP)}"


def page(script: Script) -> tuple[str, str, str]:
    """A page: title, host, address."""
    host = address(script)
    return (
        text(script, texts.PAGES),
        host,
        f"https://{host}/{thing(script)}/{script.draw.randrange(999)}",
    )


def file_name(script: Script) -> str:
    """A source file."""
    middle = pick(script, ("", f"_{thing(script)}", "-2", "V3", f".{thing(script)}"))
    return f"{thing(script)}{middle}.{pick(script, texts.EXTENSIONS)}"
