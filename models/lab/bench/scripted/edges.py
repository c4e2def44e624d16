"""Scripted kinds that tempt to cut where nothing ends, or not to cut where something does."""

from models.lab.bench.scripted import programs, texts
from models.lab.bench.scripted.drawn import address, file_name, page, pick, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program


def slow_page(script: Script) -> None:
    """A page whose title is its address while it loads, and then gets a count of news before it."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    script.shows(browser, url.removeprefix("https://"), url)
    script.wait(0.8, 1.2)
    script.shows(browser, title, url)
    script.look_through(9)
    script.shows(browser, f"(1) {title}", url)
    script.wait(3)
    script.scroll(4)
    script.wait(3)
    script.means("page", title)
    script.means("site", host)


def within_a_page(script: Script) -> None:
    """Links that lead to other places of the same page."""
    browser, (title, host, url) = pick(script, script.browsers[:2]), page(script)
    for place in ("", "#install", "#usage", "#faq"):
        script.shows(browser, title, url + place)
        script.wait(3)
        script.scroll(6)
        script.wait(2)
        if place != "#faq":
            script.click()
            script.wait(0.4)
    script.means("page", title)
    script.means("site", host)


def within_a_site(script: Script) -> None:
    """A link leads to another page of the same site, in the same tab."""
    browser, host = pick(script, script.browsers[:2]), address(script)
    for number in script.parts(2):
        title = text(script, texts.PAGES)
        script.shows(browser, title, f"https://{host}/{number}/{thing(script)}")
        script.look_through(7)
        script.click()
        script.wait(0.4)
        script.means("page", title)


def marked_as_changed(script: Script) -> None:
    """The first letter typed puts a mark of change into the editor's title, saving takes it away."""
    editor = programs.EDITORS[0]
    file, project, typed = file_name(script), thing(script), text(script, texts.CODE)
    script.window(editor, file, project=project)
    script.wait(3)
    script.now_s += 0.4
    script.window(programs.EDITORS[1], file, project=project)
    script.type(typed)
    script.wait(2)
    script.key("ctrl+s")
    script.window(editor, file, project=project)
    script.wait(4)
    script.means("file", file)
    script.means("typed", typed)


def next_file(script: Script) -> None:
    """Two files in one editor, one after the other."""
    editor, project = pick(script, programs.EDITORS[:8]), thing(script)
    for _ in script.parts(2):
        file, typed = file_name(script), text(script, texts.CODE)
        script.window(editor, file, project=project)
        script.wait(3)
        script.type(typed)
        script.wait(3)
        script.means("file", file)
        script.means("typed", typed)


def news_arrive(script: Script) -> None:
    """Messages arrive while one is written: the title counts them."""
    typed = [text(script, texts.PROSE), text(script, texts.PROSE)]
    name = pick(script, texts.PEOPLE)
    for count, said in enumerate(typed):
        program = Program("TelegramDesktop", ("Telegram",), f"{{}} – ({count})" if count else "{}")  # noqa: RUF001
        script.window(program, name)
        script.wait(2)
        script.type(said, enter=True)
        script.did("send")
        script.wait(3)
    for said in typed:
        script.means("typed", said)


def passed_over(script: Script) -> None:
    """On the way to a window three others flash by."""
    for _ in range(3):
        script.window(pick(script, programs.READERS), f"{thing(script)}.pdf")
        script.now_s += script.draw.uniform(0.15, 0.4)
        script.may_cut()
    editor, file, project = programs.EDITORS[0], file_name(script), thing(script)
    script.window(editor, file, project=project)
    script.look_through(6)
    script.means("file", file)
    script.means("app", *editor.spoken)


def notice(script: Script) -> None:
    """A notice takes the focus for a moment while a text is written."""
    program, file = pick(script, programs.WRITERS), f"{thing(script)}.odt"
    typed = [text(script, texts.PROSE), text(script, texts.PROSE)]
    script.window(program, file)
    script.wait(2)
    script.type(typed[0], enter=True)
    script.wait(1)
    script.window(Program("notify-osd", ("notify-osd",), "Battery is low"))
    script.now_s += 0.5
    script.may_cut()
    script.window(program, file)
    script.may_cut()
    script.wait(1)
    script.type(typed[1], enter=True)
    script.wait(2)
    for said in typed:
        script.means("typed", said)
    script.means("file", file)


def next_song(script: Script) -> None:
    """A player is looked at, and its song changes by itself: a cut there is neither right nor wrong."""
    program = programs.PLAYERS[0]
    songs = script.draw.sample(texts.SONGS, 2)
    script.window(program, songs[0])
    script.wait(9, 14)
    script.may_cut()
    script.window(program, songs[1])
    script.wait(9, 14)
    script.means("window", *songs)
    script.means("app", *program.spoken)


def compare(script: Script) -> None:
    """Two windows in turn, some seconds each: four stretches."""
    reader, file = pick(script, programs.READERS), f"{thing(script)}-source.pdf"
    writer, own = pick(script, programs.WRITERS), f"{thing(script)}-copy.odt"
    for number in script.parts(4):
        if number % 2:
            typed = text(script, texts.PROSE)
            script.window(writer, own)
            script.wait(1.5)
            script.type(typed)
            script.means("typed", typed)
            script.means("file", own)
        else:
            script.window(reader, file)
            script.wait(3, 5)
            script.scroll(3)
            script.means("file", file)
        script.wait(1)


def command_titles(script: Script) -> None:
    """A terminal whose title is the command that runs, and the folder after it."""
    folder = thing(script)
    commands = [text(script, texts.COMMANDS) for _ in range(2)]
    for command in commands:
        script.window(Program("kitty", ("kitty",)), f"~/src/{folder}")
        script.wait(2)
        script.type(command, enter=True)
        script.window(Program("kitty", ("kitty",)), command)
        script.runs(command, 0, 3.0)
    script.window(Program("kitty", ("kitty",)), f"~/src/{folder}")
    script.wait(3)
    for command in commands:
        script.means("command", command)


def back_after_a_pause(script: Script) -> None:
    """A text is written, thought about for a minute with hands off, and gone on with."""
    program, file = pick(script, programs.WRITERS), f"{thing(script)} speech.odt"
    for number in range(2):
        if number:
            script.wait(45, 70)
            script.stretch("back_after_a_pause")
            script.again()
        else:
            script.window(program, file)
            script.wait(2)
        typed = text(script, texts.PROSE)
        script.type(typed)
        script.means("typed", typed)
        script.means("file", file)


def unseen(script: Script) -> None:
    """The screen is locked: nobody knows what is done."""
    minutes = script.draw.randrange(3, 30)
    script.gap(pick(script, ("locked", "suspended", "paused")), 60.0 * minutes)
    script.may_cut()
    script.means("absence", f"{minutes} min")


def write_long(script: Script) -> None:
    """A long text, in runs: whoever stops for two seconds begins a new one."""
    program, file = pick(script, programs.WRITERS), f"{thing(script)} memoir.odt"
    runs = [text(script, texts.PROSE) for _ in range(5)]
    script.window(program, file)
    for run in runs:
        script.wait(3, 9)
        script.type(run)
    script.wait(3)
    script.means("typed", *runs)
    script.means("file", file)


def write_unkept(script: Script) -> None:
    """A message of which, as its user wants it, only the length is kept."""
    program, letters = pick(script, programs.CHATS), script.draw.randrange(5, 80)
    script.window(program, pick(script, texts.PEOPLE))
    script.wait(2)
    script.type_unkept(letters)
    script.key("enter")
    script.did("send")
    script.wait(3)
    script.means("typed", f"{letters} character", f"{letters} letter")
    script.means("app", *program.spoken)


def copy_long(script: Script) -> None:
    """Many lines are copied."""
    browser, (title, _, url) = pick(script, script.browsers[:2]), page(script)
    lines = [text(script, texts.PROSE) for _ in range(9)]
    script.shows(browser, title, url)
    script.wait(3)
    script.copy("\n".join(lines))
    script.wait(2)
    script.means("copied", lines[0][:30])
    script.means("page", title)


def both_quotes(script: Script) -> None:
    """A text with quotes of both sorts in it."""
    program, name = pick(script, programs.NOTES), thing(script)
    typed = f"she said \"it's {name}\", didn't she? 'tis 5\" wide"
    script.window(program, f"{name} dialogue")
    script.wait(2)
    script.type(typed, enter=True)
    script.wait(3)
    script.means("typed", typed)


KINDS = (
    slow_page, within_a_page, within_a_site, marked_as_changed, next_file, news_arrive, passed_over, notice,
    next_song, compare, back_after_a_pause, unseen, write_long, write_unkept, copy_long, both_quotes,
)  # fmt: skip
TERMINAL = (command_titles,)
