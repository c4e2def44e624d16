# ruff: noqa: RUF001 - titles use all dashes
"""Scripted kinds that were written when the rules had been mended on the others, and by which none was mended.

What the rules score here is what they may be expected to score on a desk that nobody has scripted.
"""

from models.lab.bench.scripted import texts
from models.lab.bench.scripted.drawn import address, filled, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program


def notebook(script: Script) -> None:
    """A cell of a notebook in a browser."""
    browser, name, typed = script.browsers[0], f"{thing(script)}_fit", text(script, texts.CODE)
    url = f"http://localhost:8888/notebooks/{name}.ipynb"
    script.shows(browser, f"{name} - Jupyter Notebook", url)
    script.wait(2)
    script.click()
    script.type(typed)
    script.key("shift+enter")
    script.wait(4)
    script.means("typed", typed)
    script.means("page", name)


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


def board(script: Script) -> None:
    """A card on a board, dragged to another list."""
    browser, name, typed = (
        script.browsers[1],
        f"{thing(script).title()} fair",
        text(script, texts.PROSE),
    )
    script.shows(browser, f"{name} | Trello", f"https://trello.com/b/x7{thing(script)}/board")
    script.wait(2)
    script.click()
    script.type(typed, enter=True)
    script.wait(2)
    script.drag()
    script.wait(2)
    script.means("typed", typed)
    script.means("page", name)


def file_in_browser(script: Script) -> None:
    """A paper on this machine, read in a browser."""
    browser, file = script.browsers[0], f"{thing(script)}-2031.pdf"
    script.shows(browser, file, f"file:///home/ida/papers/{file}")
    script.wait(4)
    script.scroll(14)
    script.wait(9)
    script.scroll(9)
    script.wait(3)
    script.means("page", file)
    script.means("app", *browser.spoken)


def tabs_in_edge(script: Script) -> None:
    """Edge counts its tabs in the title."""
    program = Program(
        "msedge.exe", ("Microsoft Edge", "Edge"), "{} and 6 more pages - Work - Microsoft​ Edge"
    )
    title = text(script, texts.PAGES)
    script.window(program, title)
    script.wait(5)
    script.scroll(6)
    script.wait(4)
    script.means("page", title)
    script.means("app", *program.spoken)


def web_chat(script: Script) -> None:
    """A message in a browser, with unread ones counted in front of the title."""
    browser, typed = script.browsers[0], text(script, texts.PROSE)
    script.shows(browser, f"({script.draw.randrange(1, 9)}) WhatsApp", "https://web.whatsapp.com/")
    script.wait(2)
    script.click()
    script.type(typed, enter=True)
    script.did("send")
    script.wait(3)
    script.means("typed", typed)
    script.means("page", "WhatsApp", "web.whatsapp.com")


def search_in_russian(script: Script) -> None:
    """A search in a browser without extension, whose titles are Russian."""
    browser, query = (
        script.browsers[2],
        text(script, ("как {doing} {thing}", "{thing} своими руками")),
    )
    script.window(browser, f"{query} — Яндекс: нашлось 2 млн результатов")
    script.wait(4)
    script.scroll(7)
    script.wait(4)
    script.means("query", query)


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


def screenshot(script: Script) -> None:
    """A picture of the screen appears while a page is read."""
    browser, host, title = script.browsers[1], address(script), text(script, texts.PAGES)
    name = f"Screenshot from 2031-05-0{script.draw.randrange(1, 9)} 10-20-30.png"
    script.shows(browser, title, f"https://{host}/plan")
    script.wait(3)
    script.key("print")
    script.file("created", f"/home/ida/Pictures/Screenshots/{name}")
    script.wait(4)
    script.means("document", name)
    script.means("page", title)


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


def job_search(script: Script) -> None:
    """A search on a site that is no search engine: its address tells the words."""
    browser, host, query = script.browsers[1], f"jobs.{address(script)}", f"{thing(script)} keeper"
    url = f"https://{host}/search?q={query.replace(' ', '+')}"
    script.shows(browser, f"{query} jobs near me - Kelp Careers", url)
    script.wait(4)
    script.scroll(9)
    script.wait(4)
    script.did("search")
    script.means("query", query)


def stock_pictures(script: Script) -> None:
    """A page whose name ends in the word for looking, in a browser without extension."""
    browser, title = script.browsers[2], f"Free {thing(script)} pictures – Kelp Image Search"
    script.window(browser, title)
    script.wait(4)
    script.scroll(9)
    script.wait(4)
    script.means("page", title)


def encyclopaedia(script: Script) -> None:
    """An article is changed: its text and a summary of the change."""
    browser, name = script.browsers[0], thing(script).title()
    typed = [text(script, texts.PROSE), "typo"]
    script.shows(
        browser,
        f"Editing {name} - Wikipedia",
        f"https://en.wikipedia.org/w/index.php?title={name}&action=edit",
    )
    script.wait(3)
    script.click()
    script.type(typed[0])
    script.wait(1)
    script.click()
    script.type(typed[1])
    script.wait(3)
    for said in typed:
        script.means("typed", said)
    script.means("page", name)


def two_editors(script: Script) -> None:
    """A file in one editor, then another one in another; both have extensions."""
    project = thing(script)
    for number, program in enumerate((
        Program("Code", ("Visual Studio Code", "VS Code"), "{} - {project} - Visual Studio Code"),
        Program("jetbrains-goland", ("GoLand",), "{project} – {}"),
    )):  # fmt: skip
        if number:
            script.stretch("two_editors")
        file, typed = f"{thing(script)}_{number}.go", text(script, texts.CODE)
        script.window(program, file, project=project)
        script.editor(f"/home/ida/{project}/{file}", project)
        script.wait(3)
        script.type(typed)
        script.wait(3)
        script.means("file", file)
        script.means("typed", typed)
        script.means("app", *program.spoken)


KINDS = (
    notebook, database, board, file_in_browser, tabs_in_edge, web_chat, search_in_russian, typeset, android, model,
    calculate, library, screenshot, many_files, remote_shell, partly_pasted,
    job_search, stock_pictures, encyclopaedia, two_editors,
)  # fmt: skip
