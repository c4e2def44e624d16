# ruff: noqa: RUF001 - titles use all dashes
"""Scripted kinds of activity in programs that are held out.

Written when the rules had been mended on the others, and by which none was mended: what the rules score
here is what they may be expected to score on a desk that nobody has scripted.
"""

from models.lab.bench.scripted import texts
from models.lab.bench.scripted.drawn import filled, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program


def database(script: Script) -> None:
    """A query in a program for databases, and a value copied out of its result."""
    program = Program("DBeaver", ("DBeaver",), "DBeaver 24.1.0 - <orders> {}")
    typed, copied = (
        text(script, ("SELECT {thing} FROM {doing}s LIMIT 20;",)),
        text(script, texts.PROSE),
    )
    script.window(program, f"Script-{script.draw.randrange(2, 9)}")
    script.wait(2)
    script.type(typed)
    script.key("ctrl+enter")
    script.wait(3)
    script.copy(copied)
    script.wait(2)
    script.means("typed", typed)
    script.means("copied", copied)
    script.means("app", *program.spoken)


def typeset(script: Script) -> None:
    """A chapter in an editor for LaTeX."""
    program = Program("texstudio", ("TeXstudio",), "/home/ida/thesis/{} - TeXstudio")
    file, typed = (
        f"{thing(script)}-chapter.tex",
        text(script, ("\\section{{{Thing} and {doing}}}",)),
    )
    script.window(program, file)
    script.wait(2)
    script.type(typed)
    script.key("ctrl+s")
    script.wait(3)
    script.means("file", file)
    script.means("typed", typed)
    script.means("app", *program.spoken)


def android(script: Script) -> None:
    """A source file in an editor whose title names module and file."""
    program = Program(
        "jetbrains-studio", ("Android Studio",), "{project} – {} [{project}.app.main]"
    )
    file, typed = f"{thing(script).title()}Screen.kt", text(script, texts.CODE)
    script.window(program, file, project=thing(script).title())
    script.wait(2)
    script.type(typed)
    script.wait(3)
    script.means("file", file)
    script.means("typed", typed)
    script.means("app", *program.spoken)


def model(script: Script) -> None:
    """A scene in three dimensions, moved about by mouse and keys."""
    program = Program("Blender", ("Blender",), "* {} - Blender 4.2.1")
    file = f"{thing(script)}.blend"
    script.window(program, file)
    script.wait(2)
    script.drag()
    script.wait(1)
    script.key("ctrl+s")
    script.wait(2)
    script.means("file", file)
    script.means("app", *program.spoken)


def calculate(script: Script) -> None:
    """A sum in a calculator, and its result copied."""
    program = Program("org.gnome.Calculator", ("Calculator",), "Calculator")
    typed = f"{script.draw.randrange(10, 99)}*{script.draw.randrange(10, 99)}"
    script.window(program)
    script.wait(1)
    script.type(typed, enter=True)
    script.copy("4,071.5")
    script.wait(2)
    script.means("typed", typed)
    script.means("copied", "4,071.5")
    script.means("app", *program.spoken)


def library(script: Script) -> None:
    """A reference is looked for in a collection and copied."""
    program = Program("Zotero", ("Zotero",), "{} - Zotero")
    title, copied = filled(
        script,
        "The {thing} question",
        "Moss, I. ({doing}). The {thing} question. Tides, 7(2), 18–40.",
    )
    script.window(program, title)
    script.wait(3)
    script.click()
    script.copy(copied)
    script.wait(2)
    script.means("copied", copied)
    script.means("app", *program.spoken)


def many_files(script: Script) -> None:
    """Photographs are moved in: many files appear at once."""
    program, count = (
        Program("explorer.exe", ("File Explorer", "Explorer"), "{} - File Explorer"),
        script.draw.randrange(3, 40),
    )
    script.window(program, "Photos")
    script.wait(2)
    script.key("ctrl+v")
    script.row("os.file.change", script.now_s, 0.0,
               {"action": "created", "path": "C:\\Users\\ida\\Photos", "count": count, "kind": "jpg"})  # fmt: skip
    script.did("save")
    script.wait(3)
    script.means("document", f"{count} new", f"{count} files", f"{count} JPG")
    script.means("app", *program.spoken)


def remote_shell(script: Script) -> None:
    """Lines typed into a prompt of another program than a shell."""
    program = Program("foot", ("foot",), "ida@moss: psql")
    lines = [text(script, ("\\d {thing}", "select count(*) from {thing};")), "\\q"]
    script.window(program)
    for line in lines:
        script.wait(2)
        script.type(line, enter=True)
    script.wait(2)
    script.did("run")
    script.means("typed", lines[0])


def partly_pasted(script: Script) -> None:
    """A message, of which a part was put in from the clipboard."""
    program, typed = (
        Program("Mattermost", ("Mattermost",), "{} - Kelp - Mattermost"),
        text(script, texts.PROSE),
    )
    channel = thing(script)
    script.window(program, channel)
    script.wait(2)
    script.type(typed)
    script.key("ctrl+v")
    script.key("enter")
    script.did("send")
    script.wait(3)
    script.means("typed", typed)
    script.means("window", channel)
    script.means("app", *program.spoken)


def two_editors(script: Script) -> None:
    """A file in one editor, then another one in another; both have extensions."""
    project = thing(script)
    programs = (
        Program("Code", ("Visual Studio Code", "VS Code"), "{} - {project} - Visual Studio Code"),
        Program("jetbrains-goland", ("GoLand",), "{project} – {}"),
    )
    for number in script.parts(2):
        program = programs[number]
        file, typed = f"{thing(script)}_{number}.go", text(script, texts.CODE)
        script.window(program, file, project=project)
        script.editor(f"/home/ida/{project}/{file}", project)
        script.wait(3)
        script.type(typed)
        script.wait(3)
        script.means("file", file)
        script.means("typed", typed)
        script.means("app", *program.spoken)
