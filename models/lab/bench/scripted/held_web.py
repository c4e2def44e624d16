# ruff: noqa: RUF001 - titles use all dashes
"""Scripted kinds of activity in a browser that are held out.

Written when the rules had been mended on the others, and by which none was mended: what the rules score
here is what they may be expected to score on a desk that nobody has scripted.
"""

from models.lab.bench.scripted import texts
from models.lab.bench.scripted.drawn import address, text, thing
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
    script.look_through(7)
    script.means("query", query)


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


def job_search(script: Script) -> None:
    """A search on a site that is no search engine: its address tells the words."""
    browser, host, query = script.browsers[1], f"jobs.{address(script)}", f"{thing(script)} keeper"
    url = f"https://{host}/search?q={query.replace(' ', '+')}"
    script.shows(browser, f"{query} jobs near me - Kelp Careers", url)
    script.look_through(9)
    script.did("search")
    script.means("query", query)


def stock_pictures(script: Script) -> None:
    """A page whose name ends in the word for looking, in a browser without extension."""
    browser, title = script.browsers[2], f"Free {thing(script)} pictures – Kelp Image Search"
    script.window(browser, title)
    script.look_through(9)
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
