"""Scripted kinds of activity in a browser; `scripted.script` says what a kind is."""

from urllib.parse import quote_plus

from models.lab.bench.scripted import programs, texts
from models.lab.bench.scripted.drawn import address, page, pick, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program, host_of


def search(script: Script) -> None:
    """An empty tab, words in the address bar, the results looked through."""
    browser = pick(script, script.browsers[:2])
    engine, url, title = pick(script, texts.ENGINES)
    query = text(script, texts.SEARCHES)
    _address_bar(script, browser, query)
    script.wait(0.5)
    script.may_cut()
    script.shows(browser, title.format(query), url.format(quote_plus(query)), query=query)
    script.wait(4)
    script.scroll(script.draw.randrange(2, 30))
    script.wait(4)
    script.did("search")
    script.speaks(engine)
    script.means("query", query)
    script.means("engine", engine, host_of(url))


def site_search(script: Script) -> None:
    """Words in a site's own search box."""
    browser = pick(script, script.browsers[:2])
    engine, url, title = pick(script, texts.SITE_SEARCHES)
    query = text(script, texts.SEARCHES)
    script.shows(browser, engine, "/".join(url.split("/")[:3]) + "/")
    script.wait(2)
    script.click()
    script.type(query, enter=True)
    script.wait(1)
    script.may_cut()
    script.shows(browser, title.format(query), url.format(quote_plus(query)), query=query)
    script.wait(5)
    script.scroll(12)
    script.wait(3)
    script.did("search")
    script.speaks(engine)
    script.means("query", query)


def search_without_extension(script: Script) -> None:
    """Words in the address bar of a browser that tells only its window's title."""
    browser = script.browsers[2]
    engine, _, title = pick(script, texts.ENGINES[:3])
    query = text(script, texts.SEARCHES)
    _address_bar(script, browser, query)
    script.wait(0.5)
    script.may_cut()
    script.window(browser, title.format(query))
    script.wait(5)
    script.scroll(9)
    script.wait(3)
    script.did("search")
    script.speaks(engine)
    script.means("query", query)


def read(script: Script) -> None:
    """A page, scrolled through."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    script.shows(browser, title, url)
    for _ in range(script.draw.randrange(1, 5)):
        script.wait(5, 15)
        script.scroll(script.draw.randrange(3, 25))
    script.wait(4)
    script.means("page", title)
    script.means("site", host)
    script.means("app", *browser.spoken)


def read_without_extension(script: Script) -> None:
    """A page of which only the window's title is told."""
    browser, (title, _, _) = script.browsers[2], page(script)
    script.window(browser, title)
    script.wait(6)
    script.scroll(8)
    script.wait(6)
    script.means("page", title)
    script.means("app", *browser.spoken)


def read_after_a_pause(script: Script) -> None:
    """A long page: nothing is touched for longer than a pause, then it goes on."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    script.shows(browser, title, url)
    script.wait(4)
    script.scroll(5)
    script.wait(45, 80)
    script.means("page", title)
    script.means("site", host)
    script.stretch("read_after_a_pause")
    script.again()
    script.scroll(7)
    script.wait(5)
    script.scroll(7)
    script.means("page", title)


def hop(script: Script) -> None:
    """Three tabs, one after the other, each looked at for a moment."""
    browser = pick(script, script.browsers[:2])
    for _ in script.parts(3):
        title, host, url = page(script)
        script.shows(browser, title, url)
        script.wait(6, 12)
        script.means("page", title)
        script.means("site", host)


def copy_from_page(script: Script) -> None:
    """A passage is copied."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    copied = text(script, script.draw.choice((texts.PROSE, texts.CODE, texts.COMMANDS)))
    script.shows(browser, title, url)
    script.wait(3)
    script.scroll(6)
    script.wait(3)
    script.copy(copied)
    script.wait(2)
    script.means("copied", copied)
    script.means("page", title)
    script.means("site", host)


def form(script: Script) -> None:
    """Fields of a form."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    fields = [script.draw.choice(texts.PEOPLE), text(script, texts.PROSE)]
    script.shows(browser, title, url)
    script.wait(2)
    script.click()
    script.type(fields[0])
    script.key("tab")
    script.type(fields[1])
    script.wait(2)
    script.click()
    script.wait(3)
    for typed in fields:
        script.means("typed", typed)
    script.means("page", title, host)


def video(script: Script) -> None:
    """A film, stopped and gone on with by a key."""
    browser = pick(script, script.browsers[:2])
    title = f"{text(script, texts.PAGES)} - YouTube"
    script.shows(browser, title, f"https://www.youtube.com/watch?v={thing(script)}07")
    script.wait(12, 25)
    script.key("space")
    script.wait(5, 10)
    script.key("space")
    script.wait(5, 10)
    script.means("page", title)


def open_address(script: Script) -> None:
    """An address is typed."""
    browser, typed = pick(script, script.browsers[:2]), text(script, texts.ADDRESSES)
    title = text(script, texts.PAGES)
    _address_bar(script, browser, typed)
    script.wait(0.6)
    script.may_cut()
    url = typed if "://" in typed else f"http://{typed}"
    script.shows(browser, title, url)
    script.wait(8, 14)
    script.means("address", typed)
    script.means("page", title)


def web_mail(script: Script) -> None:
    """A message is written in a page."""
    browser, typed = pick(script, script.browsers[:2]), text(script, texts.PROSE)
    title = f"Inbox (12) - ida@{thing(script)}.org - Gmail"
    script.shows(browser, title, "https://mail.google.com/mail/u/0/#inbox?compose=new")
    script.wait(2)
    script.click()
    script.type(typed)
    script.wait(3)
    script.means("typed", typed)
    script.means("page", "Gmail", "mail.google.com")


def web_document(script: Script) -> None:
    """A document is written in a page."""
    browser, typed = pick(script, script.browsers[:2]), text(script, texts.PROSE)
    name = f"{thing(script).title()} minutes {script.draw.randrange(1, 31)} May"
    title = f"{name} - Google Docs"
    script.shows(browser, title, f"https://docs.google.com/document/d/{thing(script)}9x/edit")
    script.wait(2)
    script.click()
    script.type(typed, enter=True)
    script.wait(4)
    script.means("typed", typed)
    script.means("page", name)


def assistant(script: Script) -> None:
    """A language model is asked: a question, and what was copied before."""
    browser, asked = pick(script, script.browsers[:2]), text(script, texts.PROSE)
    title = f"{thing(script).title()} help - ChatGPT"
    script.shows(
        browser, title, f"https://chatgpt.com/c/{thing(script)}-{script.draw.randrange(999)}"
    )
    script.wait(2)
    script.click()
    script.type(asked)
    script.key("ctrl+v")
    script.key("enter")
    script.did("send")
    script.wait(9)
    script.scroll(7)
    script.wait(3)
    script.means("typed", asked)
    script.means("page", title, "chatgpt.com")


def review(script: Script) -> None:
    """A change is read on a forge, and remarked upon."""
    browser, typed = pick(script, script.browsers[:2]), text(script, texts.PROSE)
    name = thing(script)
    number = script.draw.randrange(20, 900)
    title = f"{pick(script, texts.DOINGS).title()} the {name} by emre · Pull Request #{number} · kelp/{name}"
    script.shows(browser, title, f"https://github.com/kelp/{name}/pull/{number}/files")
    script.look_through(25)
    script.click()
    script.type(typed)
    script.wait(3)
    script.means("typed", typed)
    script.means("page", title, "github.com")


def download(script: Script) -> None:
    """A file is fetched from a page."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    name = f"{thing(script)} {thing(script)}.{pick(script, ('pdf', 'zip', 'csv', 'epub'))}"
    script.shows(browser, title, url)
    script.wait(3)
    script.click()
    script.wait(1.5)
    script.file("created", f"Downloads/{name}")
    script.did("download")
    script.speaks("PDF", "archive", "CSV file", "e-book")
    script.wait(4)
    script.means("document", name)
    script.means("page", title, host)


def secret(script: Script) -> None:
    """A sign-in whose password was blacked out before it was kept."""
    browser = pick(script, script.browsers[:2])
    title, host = "Sign in", address(script)
    script.shows(browser, title, f"https://{host}/login")
    script.wait(2)
    script.click()
    script.type("ida.moss@example.org")
    script.key("tab")
    script.type("[redacted: password]", enter=True)
    script.wait(3)
    script.means("typed", "ida.moss@example.org")
    script.means("typed", "[redacted: password]")


def _address_bar(script: Script, browser: Program, typed: str) -> None:
    """An empty tab, and what is typed above it."""
    title = programs.EMPTY_TABS.get(browser.app, browser.title)
    script.window(browser._replace(title=title), "New Tab")
    script.wait(1)
    script.key("ctrl+l")
    script.type(typed, enter=True)


KINDS = (
    search, site_search, search_without_extension, read, read_without_extension, read_after_a_pause, hop,
    copy_from_page, form, video, open_address, web_mail, web_document, assistant, review, download, secret,
)  # fmt: skip
