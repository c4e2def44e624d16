"""What programs are called in a sentence, and of which sort they are.

Window systems name programs their own way ("Code", "Code.exe",
"google-chrome"); sentences use the names people use.
"""

from typing import Literal, NamedTuple

Sort = Literal["browser", "editor", "terminal", "other"]


class Application(NamedTuple):
    """A program's name in a sentence, and its sort."""

    name: str
    sort: Sort


_BROWSERS = {
    "chromium": "Chromium", "chromium-browser": "Chromium", "google-chrome": "Google Chrome",
    "chrome": "Google Chrome", "firefox": "Firefox", "firefox-esr": "Firefox",
    "navigator": "Firefox", "brave-browser": "Brave", "brave": "Brave",
    "microsoft-edge": "Microsoft Edge", "msedge": "Microsoft Edge", "vivaldi": "Vivaldi",
    "vivaldi-stable": "Vivaldi", "opera": "Opera", "safari": "Safari", "epiphany": "Web",
    "librewolf": "LibreWolf", "web": "the web browser",
}  # fmt: skip
_EDITORS = {
    "code": "Visual Studio Code", "visual studio code": "Visual Studio Code",
    "code-oss": "Visual Studio Code", "vscodium": "VSCodium", "codium": "VSCodium",
    "cursor": "Cursor", "zed": "Zed", "sublime_text": "Sublime Text", "gedit": "gedit",
    "org.gnome.texteditor": "Text Editor", "kate": "Kate", "mousepad": "Mousepad",
    "emacs": "Emacs", "gvim": "Vim", "jetbrains-pycharm": "PyCharm", "jetbrains-idea": "IntelliJ IDEA",
    "jetbrains-webstorm": "WebStorm", "notepad": "Notepad", "notepad++": "Notepad++", "xed": "xed",
    "libreoffice-writer": "LibreOffice Writer", "libreoffice-calc": "LibreOffice Calc",
    "winword": "Microsoft Word", "obsidian": "Obsidian",
}  # fmt: skip
_TERMINALS = {
    "xterm": "XTerm", "uxterm": "XTerm", "gnome-terminal-server": "GNOME Terminal",
    "gnome-terminal": "GNOME Terminal", "org.gnome.ptyxis": "Ptyxis", "konsole": "Konsole",
    "alacritty": "Alacritty", "kitty": "kitty", "urxvt": "urxvt", "xfce4-terminal": "Xfce Terminal",
    "tilix": "Tilix", "foot": "foot", "org.wezfurlong.wezterm": "WezTerm", "terminal": "Terminal",
    "iterm2": "iTerm2", "windowsterminal": "Windows Terminal", "powershell": "PowerShell",
    "cmd": "Command Prompt", "st-256color": "st",
}  # fmt: skip
_TABLES: tuple[tuple[dict[str, str], Sort], ...] = (
    (_BROWSERS, "browser"),
    (_EDITORS, "editor"),
    (_TERMINALS, "terminal"),
)

KNOWN_NAMES = frozenset(name for table, _ in _TABLES for name in table.values()) - {
    "Web", "Terminal", "foot", "the web browser", "st", "Zed",  # words of plain English too
}  # fmt: skip


def application(raw: str | None) -> Application | None:
    """The program behind the name that the system gave; None when it gave none."""
    if not raw:
        return None
    key = raw.casefold().removesuffix(".exe").removesuffix(".app")
    for table, sort in _TABLES:
        if key in table:
            return Application(table[key], sort)
    return Application(raw.removesuffix(".exe"), "other")
