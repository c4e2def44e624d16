"""What programs are called in a sentence, and of which sort they are.

Window systems name programs their own way ("Code", "Code.exe",
"google-chrome"); sentences use the names people use.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

_ENDING = re.compile(r"\.(?:exe|app|appimage)$", re.I)
_DOMAIN = re.compile(r"^(?:org|com|io|net|dev|app|de|me|im|fr|page)(?:\.[\w-]+)+\.(?=[^.]+$)", re.I)
_LAST = re.compile(r"\s[-–—]\s([\w ]+)$")  # noqa: RUF001
Sort = Literal["browser", "editor", "terminal", "other"]


WEB = "web"  # what the paper's raw records call any browser


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
    "librewolf": "LibreWolf", "web": "the web browser", "org.gnome.epiphany": "Web",
    "org.mozilla.firefox": "Firefox", "firefox-developer-edition": "Firefox", "waterfox": "Waterfox",
    "chromium-browser-chromium": "Chromium", "org.chromium.chromium": "Chromium",
    "google-chrome-stable": "Google Chrome", "google-chrome-beta": "Google Chrome",
    "brave browser": "Brave", "google chrome": "Google Chrome", "microsoft edge": "Microsoft Edge",
    "microsoft-edge-stable": "Microsoft Edge", "zen": "Zen", "arc": "Arc", "falkon": "Falkon",
    "org.kde.falkon": "Falkon", "qutebrowser": "qutebrowser", "thorium-browser": "Thorium",
    "opera-stable": "Opera", "floorp": "Floorp", "tor browser": "Tor Browser",
}  # fmt: skip
_EDITORS = {
    "code": "Visual Studio Code", "visual studio code": "Visual Studio Code",
    "code-oss": "Visual Studio Code", "vscodium": "VSCodium", "codium": "VSCodium",
    "cursor": "Cursor", "zed": "Zed", "sublime_text": "Sublime Text", "gedit": "gedit",
    "org.gnome.texteditor": "Text Editor", "kate": "Kate", "mousepad": "Mousepad",
    "emacs": "Emacs", "gvim": "Vim", "jetbrains-pycharm": "PyCharm", "jetbrains-idea": "IntelliJ IDEA",
    "jetbrains-webstorm": "WebStorm", "notepad": "Notepad", "notepad++": "Notepad++", "xed": "xed",
    "libreoffice-writer": "LibreOffice Writer", "libreoffice-calc": "LibreOffice Calc",
    "winword": "Microsoft Word", "obsidian": "Obsidian", "microsoft word": "Microsoft Word",
    "excel": "Excel", "microsoft excel": "Excel", "soffice": "LibreOffice",
    "powerpnt": "PowerPoint", "microsoft powerpoint": "PowerPoint",
    "libreoffice-impress": "LibreOffice Impress", "libreoffice-draw": "LibreOffice Draw",
    "sublime-text": "Sublime Text", "dev.zed.zed": "Zed", "zed-editor": "Zed", "neovide": "Neovide",
    "jetbrains-clion": "CLion", "jetbrains-goland": "GoLand", "jetbrains-rider": "Rider",
    "jetbrains-phpstorm": "PhpStorm", "jetbrains-rustrover": "RustRover", "pycharm": "PyCharm",
    "jetbrains-rubymine": "RubyMine", "jetbrains-studio": "Android Studio", "idea64": "IntelliJ IDEA",
    "jetbrains-pycharm-ce": "PyCharm", "jetbrains-idea-ce": "IntelliJ IDEA", "pycharm64": "PyCharm",
    "vim": "Vim", "nvim": "Neovim", "geany": "Geany", "texstudio": "TeXstudio", "lyx": "LyX",
    "code - insiders": "Visual Studio Code", "devenv": "Visual Studio", "xcode": "Xcode",
    "textedit": "TextEdit", "org.kde.kate": "Kate", "org.kde.kwrite": "KWrite", "kwrite": "KWrite",
    "org.gnome.gedit": "gedit", "gnome-text-editor": "Text Editor", "org.gnome.builder": "Builder",
    "pluma": "Pluma", "featherpad": "FeatherPad", "typora": "Typora", "abiword": "AbiWord", "lite-xl": "Lite XL",
}  # fmt: skip
_TERMINALS = {
    "xterm": "XTerm", "uxterm": "XTerm", "gnome-terminal-server": "GNOME Terminal",
    "gnome-terminal": "GNOME Terminal", "org.gnome.ptyxis": "Ptyxis", "konsole": "Konsole",
    "alacritty": "Alacritty", "kitty": "kitty", "urxvt": "urxvt", "xfce4-terminal": "Xfce Terminal",
    "tilix": "Tilix", "foot": "foot", "org.wezfurlong.wezterm": "WezTerm", "terminal": "Terminal",
    "iterm2": "iTerm2", "windowsterminal": "Windows Terminal", "powershell": "PowerShell",
    "cmd": "Command Prompt", "st-256color": "st", "org.gnome.terminal": "GNOME Terminal",
    "org.gnome.console": "Console", "kgx": "Console", "org.kde.konsole": "Konsole",
    "com.mitchellh.ghostty": "Ghostty", "ghostty": "Ghostty", "wezterm-gui": "WezTerm",
    "mate-terminal": "MATE Terminal", "terminator": "Terminator", "lxterminal": "LXTerminal",
    "qterminal": "QTerminal", "warp": "Warp", "pwsh": "PowerShell", "rxvt": "rxvt",
    "footclient": "foot", "guake": "Guake", "yakuake": "Yakuake", "tabby": "Tabby", "rio": "Rio",
}  # fmt: skip
# Programs that no rule of ours treats in its own way, by the names that people use.
_OTHERS = {
    "telegramdesktop": "Telegram", "telegram-desktop": "Telegram", "org.telegram.desktop": "Telegram",
    "teams-for-linux": "Teams", "ms-teams": "Teams", "teams": "Teams", "msteams": "Teams",
    "outlook": "Outlook", "microsoft outlook": "Outlook", "olk": "Outlook", "onenote": "OneNote",
    "slack": "Slack", "discord": "Discord", "signal": "Signal", "element": "Element",
    "thunderbird": "Thunderbird", "thunderbird-default": "Thunderbird", "evolution": "Evolution",
    "org.gnome.evolution": "Evolution", "geary": "Geary", "zoom": "Zoom", "spotify": "Spotify",
    "nautilus": "Files", "org.gnome.nautilus": "Files", "thunar": "Thunar", "dolphin": "Dolphin",
    "org.kde.dolphin": "Dolphin", "nemo": "Nemo", "pcmanfm": "PCManFM", "explorer": "File Explorer",
    "evince": "Evince", "org.gnome.evince": "Evince", "okular": "Okular", "org.kde.okular": "Okular",
    "org.pwmt.zathura": "zathura", "zathura": "zathura", "xpdf": "Xpdf", "acrobat": "Acrobat",
    "acrord32": "Acrobat Reader", "sumatrapdf": "SumatraPDF", "org.gnome.papers": "Papers",
    "vlc": "VLC", "mpv": "mpv", "rhythmbox": "Rhythmbox", "totem": "Videos", "eog": "Image Viewer",
    "org.gnome.eog": "Image Viewer", "org.gnome.loupe": "Image Viewer", "gwenview": "Gwenview",
    "gimp": "GIMP", "gimp-2.10": "GIMP", "gimp-3.0": "GIMP", "inkscape": "Inkscape",
    "org.inkscape.inkscape": "Inkscape", "krita": "Krita", "blender": "Blender", "figma": "Figma",
    "joplin": "Joplin", "notion": "Notion", "logseq": "Logseq", "zotero": "Zotero", "anki": "Anki",
    "dbeaver": "DBeaver", "keepassxc": "KeePassXC", "steam": "Steam", "obs": "OBS Studio",
    "virt-manager": "Virtual Machine Manager", "org.gnome.calculator": "Calculator",
    "gnome-calculator": "Calculator", "org.gnome.settings": "Settings", "whatsapp": "WhatsApp",
    "gnome-control-center": "Settings", "systemsettings": "System Settings", "skype": "Skype",
}  # fmt: skip
_TABLES: tuple[tuple[dict[str, str], Sort], ...] = (
    (_BROWSERS, "browser"),
    (_EDITORS, "editor"),
    (_TERMINALS, "terminal"),
)

BROWSERS = frozenset(_BROWSERS.values())
_NO_SHELLS = frozenset(_OTHERS.values())
KNOWN_NAMES = frozenset(
    name for table in (*(table for table, _ in _TABLES), _OTHERS) for name in table.values()
) - {  # words of plain English too
    "Web", "Terminal", "foot", "the web browser", "st", "Zed", "Console", "Arc", "Rio", "Warp", "Zen",
    "Tabby", "Builder", "Rider", "Files", "Videos", "Settings", "Signal", "Teams", "Element", "Notion",
    "Zoom", "Papers", "Calculator", "Slack", "Discord", "Steam", "Evolution", "Image Viewer", "Cursor",
    "System Settings", "Acrobat", "Opera", "Excel",
}  # fmt: skip


@lru_cache(128)
def application(raw: str | None) -> Application | None:
    """The program behind the name that the system gave; None when it gave none."""
    if not raw:
        return None
    key = raw.casefold().removesuffix(".exe").removesuffix(".app")
    for table, sort in _TABLES:
        if key in table:
            return Application(table[key], sort)
    return Application(_OTHERS.get(key) or _bare(raw), "other")


def has_shell(raw: str | None) -> bool:
    """Whether commands may be typed there: in a terminal, an editor, or a program that nobody knows."""
    program = application(raw)
    known = program is not None and program.name in _NO_SHELLS
    return not known and (program is None or program.sort != "browser")


def name_in(title: str | None, app: Application) -> str:
    """The program's name; of LibreOffice's, whose windows may have one name, the one that its title tells."""
    last = _LAST.search(title or "") if app.name == "LibreOffice" else None
    return last[1] if last and last[1].startswith("LibreOffice ") else app.name


def _bare(raw: str) -> str:
    """A name that no table has, as people would say it: "org.gnome.Maps" is Maps."""
    name = _ENDING.sub("", raw)
    return _DOMAIN.sub("", name) or raw
