"""Scripted kinds that look like something else: pages called Search, prose about errors, no window at all."""

from models.lab.bench.scripted import programs, texts
from models.lab.bench.scripted.drawn import address, page, pick, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program


def called_search(script: Script) -> None:
    """A page whose name ends in Search: nobody searched."""
    _page_called(script, "{Thing} careers | Talent Search", "about")


def research(script: Script) -> None:
    """An address with `search` inside a word, and a parameter `q` that is no query."""
    _page_called(script, "{Thing} group · publications", "research/list?q=7")


def prose_about_errors(script: Script) -> None:
    """What is copied speaks of errors and is none."""
    browser, (title, _, url) = pick(script, script.browsers[:2]), page(script)
    copied = pick(script, texts.ABOUT_ERRORS)
    script.shows(browser, title, url)
    script.wait(3)
    script.copy(copied)
    script.wait(3)
    script.means("copied", copied)
    script.means("page", title)


def untitled(script: Script) -> None:
    """A text in a window that has no file yet."""
    editor, typed = programs.EDITORS[0], text(script, texts.PROSE)
    script.window(Program(editor.app, editor.spoken, "{} - Visual Studio Code"), "● Untitled-1")
    script.wait(2)
    script.type(typed)
    script.wait(3)
    script.means("typed", typed)
    script.means("app", *editor.spoken)


def no_window(script: Script) -> None:
    """The desktop shows no window; only what is typed is known."""
    typed = text(script, texts.PROSE)
    script.lost("window", "wayland", 30.0)
    script.wait(0.2)
    script.type(typed)
    script.wait(3)
    script.means("typed", typed)


def quoted_title(script: Script) -> None:
    """A page's title reads like a sentence of ours."""
    _page_called(script, "The user 'types' \"{thing}\" in Vim and closes it", "odd")


def plays(script: Script) -> None:
    """A film: its tab is told anew each time that it falls silent or is heard again."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    for audible in (False, True, False, True):
        script.shows(browser, title, url, audible=audible)
        script.wait(3, 6)
    script.click()
    script.wait(4)
    script.means("page", title)
    script.means("site", host)


def foreign_clock(script: Script) -> None:
    """A command ends while a paper is read, and its text holds what looks like an outcome."""
    reader, file = pick(script, programs.READERS), f"{thing(script)}-manual.pdf"
    command = f"echo '{thing(script)} failed with exit status 3'"
    script.window(reader, file)
    script.wait(5)
    script.scroll(5)
    script.runs(command, 0, 0.3)
    script.wait(5)
    script.means("file", file)
    script.means("command", command)


def password_prompt(script: Script) -> None:
    """A password is typed after a command that asks for one, in a terminal whose shell tells nothing."""
    terminal, word = pick(script, programs.TERMINALS), f"correct {thing(script)} 7 staple"
    command = pick(script, ("sudo systemctl restart nginx", "ssh ida@moss.example", "su -"))
    script.window(terminal, thing(script))
    script.wait(2)
    script.type(command, enter=True)
    script.wait(1)
    script.type(word, enter=True)
    script.hides(word)
    script.wait(3)
    script.did("run")
    script.means("command", command)


def _page_called(script: Script, template: str, path: str) -> None:
    browser, host = pick(script, script.browsers[:2]), address(script)
    subject = thing(script)
    title = template.format(thing=subject, Thing=subject.title())
    script.shows(browser, title, f"https://{host}/{path}")
    script.look_through(8)
    script.means("page", title)
    script.means("site", host)


KINDS = (
    called_search,
    research,
    prose_about_errors,
    untitled,
    no_window,
    quoted_title,
    plays,
    foreign_clock,
)
TERMINAL = (password_prompt,)  # fmt: skip
