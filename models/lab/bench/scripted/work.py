"""Scripted kinds of activity in editors, terminals and offices; `scripted.script` says what a kind is."""

from models.lab.bench.scripted import programs, texts
from models.lab.bench.scripted.drawn import file_name, filled, page, pick, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program

STATUSES = (1, 2, 101, 127, 128)


def edit(script: Script) -> None:
    """A line of code, saved."""
    editor, file, _ = _opens(script)
    typed = text(script, texts.CODE)
    script.wait(2)
    script.click()
    script.type(typed)
    script.wait(3)
    script.key("ctrl+s")
    script.wait(2)
    script.means("file", file)
    script.means("typed", typed)
    script.means("app", *editor.spoken)


def edit_told_by_plugin(script: Script) -> None:
    """As `edit`, with the editor's own extension, in which several lines are typed."""
    editor, file, project = _opens(script, programs.EDITORS[:6])
    script.editor(f"/home/ida/src/{project}/lib/{file}", f"/home/ida/src/{project}")
    lines = [text(script, texts.CODE) for _ in range(2)]
    for line in lines:
        script.wait(2)
        script.type(line, enter=True)
    script.wait(2)
    script.means("file", file)
    for line in lines:
        script.means("typed", line)
    script.means("app", *editor.spoken)


def read_code(script: Script) -> None:
    """A source file, only looked through."""
    editor, file, _ = _opens(script)
    script.wait(4)
    script.scroll(18)
    script.wait(6)
    script.scroll(9)
    script.wait(2)
    script.means("file", file)
    script.means("app", *editor.spoken)


def paste_into_code(script: Script) -> None:
    """What was copied elsewhere is put in and saved."""
    _, file, _ = _opens(script)
    script.wait(2)
    script.click()
    script.key("ctrl+v")
    script.wait(3)
    script.key("ctrl+s")
    script.wait(2)
    script.means("file", file)


def copy_code(script: Script) -> None:
    """A line of a source file is copied."""
    _, file, _ = _opens(script)
    copied = text(script, texts.CODE)
    script.wait(3)
    script.copy(copied)
    script.wait(3)
    script.means("file", file)
    script.means("copied", copied)


def debug(script: Script) -> None:
    """A debugger's keys."""
    editor, file, _ = _opens(script, programs.EDITORS[:6])
    script.wait(2)
    for key in ("f5", "f10", "f10", "f11"):
        script.key(key)
        script.wait(1.5)
    script.means("file", file)
    script.means("app", *editor.spoken)


def run(script: Script) -> None:
    """A command that works; its shell tells."""
    terminal, command = _prompt(script)
    script.type(command, enter=True)
    script.runs(command, 0, script.draw.choice((0.2, 1.1, 6.0, 15.0)))
    script.wait(3)
    script.means("command", command)
    script.means("app", *terminal.spoken)


def run_fails(script: Script) -> None:
    """A command that fails; its shell tells."""
    terminal, command = _prompt(script)
    status = pick(script, STATUSES)
    script.type(command, enter=True)
    script.runs(command, status, script.draw.choice((0.2, 3.0, 9.0)))
    script.wait(4)
    script.means("command", command)
    script.means("outcome", "fail", f"exit status {status}", f"exit code {status}")
    script.means("app", *terminal.spoken)


def run_and_copy_error(script: Script) -> None:
    """A command fails, and its error is copied."""
    _, command = _prompt(script)
    printed, message = filled(script, *pick(script, texts.ERRORS))
    script.type(command, enter=True)
    script.runs(command, pick(script, STATUSES), 1.4)
    script.wait(2)
    script.copy(printed)
    script.wait(3)
    script.means("command", command)
    script.means("error", message)


def run_untold(script: Script) -> None:
    """A command in a terminal whose shell tells nothing."""
    terminal, command = _prompt(script)
    script.type(command, enter=True)
    script.wait(6)
    script.did("run")
    script.means("command", command)
    script.means("app", *terminal.spoken)


def interrupt(script: Script) -> None:
    """A command that is stopped with Ctrl+C."""
    _, command = _prompt(script)
    script.type(command, enter=True)
    script.wait(7)
    script.key("ctrl+c")
    script.now_s -= 7.0  # the row begins with the command
    script.runs(command, 130, 7.0)
    script.wait(2)
    script.means("command", command)
    script.means("outcome", "interrupt", "exit status 130", "stopped", "cancels")


def run_long(script: Script) -> None:
    """A long command is started, a page read meanwhile, and there it ends."""
    _, command = _prompt(script)
    script.type(command, enter=True)
    script.wait(4)
    script.means("command", command)
    script.did("run")
    started = script.now_s - 4.0
    status = script.draw.choice((0, 0, 2))
    script.stretch("run_long")
    browser, (title, _, url) = pick(script, script.browsers[:2]), page(script)
    script.shows(browser, title, url)
    for _ in range(3):
        script.wait(8, 12)
        script.scroll(10)
    took = script.now_s - started
    script.now_s = started
    script.runs(command, status, took)
    script.wait(4)
    script.means("page", title)
    script.means("command", command)
    ended = ("fail", "exit status") if status else ("succeed", "success", "ends", "finishes")
    script.means("outcome", *ended)


def commit(script: Script) -> None:
    """A change is written into history, with a message in any language."""
    _prompt(script)
    said = text(script, texts.PROSE).replace('"', "'")
    commands = ["git add -A", f'git commit -m "{said}"']
    for command in commands:
        script.type(command, enter=True)
        script.runs(command, 0, 0.3)
        script.wait(1)
    script.wait(2)
    for command in commands:
        script.means("command", command)


def edit_in_terminal(script: Script) -> None:
    """An editor inside of a terminal, with a plugin that tells its file."""
    terminal = pick(script, programs.TERMINALS)
    file, project, typed = file_name(script), thing(script), text(script, texts.CODE)
    script.window(terminal, project)
    script.editor(f"/home/ida/{project}/{file}", project)
    script.wait(2)
    script.type(typed)
    script.wait(1)
    script.means("file", file)
    script.means("typed", typed)


def sheet(script: Script) -> None:
    """Cells of a spreadsheet."""
    cells = [
        pick(script, ("=SUM(C3:C18)", '=WENN(A1>0;"ja";"nein")', "1.204,50")),
        text(script, texts.PROSE),
    ]
    file = f"{thing(script)} {script.draw.randrange(2015, 2031)}.{pick(script, ('ods', 'xlsx'))}"
    _office(script, pick(script, programs.SHEETS), file, cells)


def document(script: Script) -> None:
    """A paragraph of a letter."""
    file = f"{thing(script)}-{thing(script)}.{pick(script, ('odt', 'docx'))}"
    _office(script, pick(script, programs.WRITERS), file, [text(script, texts.PROSE)])


def slides(script: Script) -> None:
    """A slide: a picture is moved, a title written."""
    program = pick(script, programs.SLIDES)
    file, typed = f"{thing(script)}.{pick(script, ('odp', 'pptx'))}", text(script, texts.PROSE)
    script.window(program, file)
    script.wait(2)
    script.drag()
    script.wait(1)
    script.type(typed)
    script.wait(2)
    script.means("file", file)
    script.means("typed", typed)


def pdf(script: Script) -> None:
    """A document is read."""
    reader, file = (
        pick(script, programs.READERS),
        f"{thing(script)}_{thing(script)}-{script.draw.randrange(9)}.pdf",
    )
    script.window(reader, file)
    script.wait(5)
    script.scroll(20)
    script.wait(12)
    script.scroll(8)
    script.wait(3)
    script.means("file", file)
    script.means("app", *reader.spoken)


def notes(script: Script) -> None:
    """A note, in a program for notes."""
    program, typed = pick(script, programs.NOTES), text(script, texts.PROSE)
    name = f"{thing(script).title()} log" + (".md" if program.app == "org.gnome.TextEditor" else "")
    script.window(program, name)
    script.wait(2)
    script.type(typed, enter=True)
    script.wait(3)
    script.means("document", name)
    script.means("typed", typed)


def _opens(
    script: Script, editors: tuple[Program, ...] = programs.EDITORS
) -> tuple[Program, str, str]:
    """A source file in front."""
    editor, file, project = pick(script, editors), file_name(script), thing(script)
    script.window(editor, file, project=project)
    return editor, file, project


def _prompt(script: Script) -> tuple[Program, str]:
    """A terminal in front, and a command for it."""
    terminal = pick(script, programs.TERMINALS)
    script.window(terminal, thing(script))
    script.wait(2)
    return terminal, text(script, texts.COMMANDS)


def _office(script: Script, program: Program, file: str, texts: list[str]) -> None:
    script.window(program, file)
    script.wait(2)
    for typed in texts:
        script.click()
        script.type(typed, enter=True)
        script.wait(2)
        script.means("typed", typed)
    script.key("ctrl+s")
    script.wait(2)
    script.means("file", file)
    script.means("app", *program.spoken)


TERMINAL = (
    run,
    run_fails,
    run_and_copy_error,
    run_untold,
    interrupt,
    run_long,
    commit,
    edit_in_terminal,
)
KINDS = (
    edit, edit_told_by_plugin, read_code, paste_into_code, copy_code, debug, sheet, document, slides, pdf, notes,
)  # fmt: skip
