"""Scripted kinds of activity beside work and web: messages, meetings, music, files, absence."""

from models.lab.bench.scripted import programs, texts
from models.lab.bench.scripted.drawn import filled, pick, text, thing
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Program


def chat(script: Script) -> None:
    """A message."""
    program, typed = pick(script, programs.CHATS), text(script, texts.PROSE)
    script.window(program, pick(script, (thing(script), *texts.PEOPLE)))
    script.wait(3)
    script.click()
    script.type(typed, enter=True)
    script.did("send")
    script.wait(4)
    script.means("typed", typed)
    script.means("app", *program.spoken)


def read_chat(script: Script) -> None:
    """Messages are read."""
    program = programs.CHATS[script.draw.choice((0, 1, 4, 5))]
    channel = thing(script)
    script.window(program, channel)
    script.wait(4)
    script.scroll(15)
    script.wait(6)
    script.means("window", channel)
    script.means("app", *program.spoken)


def mail(script: Script) -> None:
    """A letter is written."""
    program = pick(script, programs.MAILS)
    subject, typed = filled(script, "Re: the {thing}s on {doing} day", pick(script, texts.PROSE))
    script.window(program, subject)
    script.wait(2)
    script.type(typed)
    script.wait(3)
    script.means("window", subject)
    script.means("typed", typed)
    script.means("app", *program.spoken)


def meeting(script: Script) -> None:
    """A meeting; now and then something is clicked."""
    program = pick(script, programs.MEETINGS)
    name = f"{thing(script)}-standup"
    script.window(program, name)
    for _ in range(4):
        script.wait(12, 20)
        script.click()
    script.wait(3)
    script.means("app", *program.spoken)


def music(script: Script) -> None:
    """Music is chosen."""
    program, song = pick(script, programs.PLAYERS[1:]), pick(script, texts.SONGS)
    script.window(program, song)
    script.wait(3)
    script.click()
    script.wait(4)
    script.means("window", song)
    script.means("app", *program.spoken)


def copy_files(script: Script) -> None:
    """Files are copied in a file manager."""
    program, folder = pick(script, programs.FOLDERS), thing(script).title()
    names = [f"{thing(script)}-{number}.jpg" for number in range(script.draw.randrange(1, 4))]
    script.window(program, folder)
    script.wait(3)
    script.click()
    script.copy_files(names)
    script.wait(3)
    script.means("copied", names[0])
    script.means("app", *program.spoken)


def rename(script: Script) -> None:
    """A document gets another name."""
    program, folder = pick(script, programs.FOLDERS), "Documents"
    was, now = f"{thing(script)} draft.odt", f"{thing(script)} final {script.draw.randrange(9)}.odt"
    script.window(program, folder)
    script.wait(2)
    script.key("f2")
    script.type(now, enter=True)
    script.file("renamed", f"/home/ida/Documents/{now}", **{"from": f"/home/ida/Documents/{was}"})
    script.wait(4)
    script.means("document", now)


def paint(script: Script) -> None:
    """A picture is worked on, and written."""
    program, file = pick(script, programs.PAINTERS), f"{thing(script)}-cover.png"
    script.window(program, file)
    for _ in range(3):
        script.wait(3)
        script.drag()
    script.key("ctrl+s")
    script.wait(1)
    script.file("modified", f"/home/ida/Pictures/{file}")
    script.wait(3)
    script.means("file", file)
    script.means("app", *program.spoken)


def picture(script: Script) -> None:
    """A picture is copied."""
    program, file = (
        pick(script, programs.PAINTERS),
        f"{thing(script)}_{script.draw.randrange(99)}.png",
    )
    script.window(program, file)
    script.wait(3)
    script.copy_picture()
    script.wait(4)
    script.means("file", file)
    script.means("picture", "picture", "image")


def calendar(script: Script) -> None:
    """An appointment."""
    typed = text(script, texts.PROSE)
    program = Program("org.gnome.Calendar", ("Calendar",), "Calendar")
    script.window(program)
    script.wait(2)
    script.click(2)
    script.type(typed, enter=True)
    script.wait(3)
    script.means("typed", typed)
    script.means("app", *program.spoken)


def absence(script: Script) -> None:
    """Nobody is there for some minutes."""
    minutes = script.draw.randrange(4, 25)
    if len(script.stretches) > 1:
        script.again()
    script.away(60.0 * minutes)
    script.may_cut()
    script.means("absence", f"{minutes} min")


def glance(script: Script) -> None:
    """A window is looked at for some seconds, nothing is done."""
    program = pick(script, programs.READERS)
    file = f"{thing(script)}-timetable.pdf"
    script.window(program, file)
    script.wait(6, 12)
    script.means("file", file)


KINDS = (
    chat, read_chat, mail, meeting, music, copy_files, rename, paint, picture, calendar, absence, glance,
)  # fmt: skip
