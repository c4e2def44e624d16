"""Programs in scripted sessions: as window systems name them, as people do, and how they title their windows."""

from models.lab.bench.scripted.stretch import Program

BROWSERS = (
    Program("Chromium", ("Chromium",), "{} - Chromium"),
    Program("firefox", ("Firefox",), "{} — Mozilla Firefox"),
    Program("Google-chrome", ("Google Chrome", "Chrome"), "{} - Google Chrome"),
    Program("Brave-browser", ("Brave",), "{} - Brave"),
    Program("Microsoft-edge", ("Microsoft Edge", "Edge"), "{} - Personal - Microsoft​ Edge"),
    Program("Vivaldi-stable", ("Vivaldi",), "{} - Vivaldi"),
    Program("LibreWolf", ("LibreWolf",), "{} — LibreWolf"),
    Program("chrome.exe", ("Google Chrome", "Chrome"), "{} - Google Chrome"),
    Program("Safari", ("Safari",), "{}"),
    Program("Arc", ("Arc",), "{}"),
)
EMPTY_TABS = {"firefox": "Mozilla Firefox", "LibreWolf": "LibreWolf", "Safari": "Start Page"}
EDITORS = (
    Program("Code", ("Visual Studio Code", "VS Code"), "{} - {project} - Visual Studio Code"),
    Program("Code", ("Visual Studio Code", "VS Code"), "● {} - {project} - Visual Studio Code"),
    Program("VSCodium", ("VSCodium",), "{} - {project} - VSCodium"),
    Program("jetbrains-idea", ("IntelliJ IDEA", "IntelliJ"), "{project} – {}"),  # noqa: RUF001
    Program("jetbrains-pycharm", ("PyCharm",), "{project} – {}"),  # noqa: RUF001
    Program("sublime_text", ("Sublime Text",), "~/src/{project}/{} ({project}) - Sublime Text"),
    Program("Emacs", ("Emacs",), "{} - GNU Emacs at moss"),
    Program("gedit", ("gedit",), "{} (~/{project}) - gedit"),
    Program("kate", ("Kate",), "{}  — Kate"),
    Program("Gvim", ("Vim", "gVim"), "{} (~/{project}) - GVIM"),
    Program("Zed", ("Zed",), "{project} — {}"),
    Program("Code.exe", ("Visual Studio Code", "VS Code"), "{} - {project} - Visual Studio Code"),
    Program("Xcode", ("Xcode",), "{project} — {}"),
    Program("jetbrains-rustrover", ("RustRover",), "{project} – {} [{project}]"),  # noqa: RUF001
    Program("notepad++.exe", ("Notepad++",), r"C:\Users\ida\{project}\{} - Notepad++"),
)
TERMINALS = (
    Program("XTerm", ("XTerm",), "bash"),
    Program("Alacritty", ("Alacritty",), "ida@moss: ~/src/{}"),
    Program("org.gnome.Ptyxis", ("Ptyxis",), "ida@moss:~/src/{}"),
    Program("konsole", ("Konsole",), "{} : zsh — Konsole"),
    Program("kitty", ("kitty",), "~/src/{}"),
    Program("iTerm2", ("iTerm2", "iTerm"), "{} — -zsh — 100×30"),  # noqa: RUF001
    Program("WindowsTerminal.exe", ("Windows Terminal",), "ida@moss: /mnt/c/{}"),
    Program("gnome-terminal-server", ("GNOME Terminal", "Terminal"), "ida@moss: ~/src/{}"),
)
SHEETS = (
    Program("libreoffice-calc", ("LibreOffice Calc", "Calc"), "{} - LibreOffice Calc"),
    Program("soffice", ("LibreOffice Calc", "soffice"), "{} - LibreOffice Calc"),
    Program("EXCEL.EXE", ("Excel", "Microsoft Excel"), "{} - Excel"),
)
WRITERS = (
    Program("libreoffice-writer", ("LibreOffice Writer", "Writer"), "{} - LibreOffice Writer"),
    Program("WINWORD.EXE", ("Microsoft Word", "Word"), "{} - Word"),
    Program("abiword", ("AbiWord", "abiword"), "{} - AbiWord"),
)
SLIDES = (
    Program(
        "libreoffice-impress",
        ("LibreOffice Impress", "Impress", "libreoffice-impress"),
        "{} - LibreOffice Impress",
    ),
    Program("POWERPNT.EXE", ("PowerPoint", "Microsoft PowerPoint"), "{} - PowerPoint"),
)
READERS = (
    Program("Evince", ("Evince", "Document Viewer"), "{}"),
    Program("okular", ("Okular",), "{} — Okular"),
    Program("org.pwmt.zathura", ("zathura",), "{}"),
    Program(
        "Acrobat.exe",
        ("Acrobat", "Adobe Acrobat", "Adobe Acrobat Reader"),
        "{} - Adobe Acrobat Reader",
    ),
)
CHATS = (
    Program("Slack", ("Slack",), "{} (Channel) - Kelp Co - Slack"),
    Program("discord", ("Discord",), "#{} | Weekend Sailors - Discord"),
    Program("TelegramDesktop", ("Telegram",), "{} – (4)"),  # noqa: RUF001
    Program("Signal", ("Signal",), "Signal"),
    Program("Element", ("Element",), "Element [2] | {}"),
    Program(
        "teams-for-linux", ("Teams", "Microsoft Teams", "teams-for-linux"), "{} | Microsoft Teams"
    ),
)
MAILS = (
    Program("thunderbird", ("Thunderbird",), "Write: {} - Thunderbird"),
    Program("evolution", ("Evolution",), "{}"),
    Program("OUTLOOK.EXE", ("Outlook", "Microsoft Outlook"), "{} - Message (HTML)"),
)
NOTES = (
    Program("obsidian", ("Obsidian",), "{} - Second Shelf - Obsidian v1.8.4"),
    Program("org.gnome.TextEditor", ("Text Editor",), "{} (~/Notes) - Text Editor"),
    Program("Joplin", ("Joplin",), "{} - Joplin"),
)
MEETINGS = (
    Program("zoom", ("Zoom",), "Zoom Meeting"),
    Program("Jitsi Meet", ("Jitsi Meet", "Jitsi"), "{} | Jitsi Meet"),
)
PLAYERS = (
    Program("Spotify", ("Spotify",), "{}"),
    Program("vlc", ("VLC",), "{} - VLC media player"),
    Program("rhythmbox", ("Rhythmbox",), "{}"),
)
FOLDERS = (
    Program("org.gnome.Nautilus", ("Nautilus", "Files"), "{}"),
    Program("dolphin", ("Dolphin",), "{} — Dolphin"),
    Program("Thunar", ("Thunar",), "{} - Thunar"),
)
PAINTERS = (
    Program("Gimp-2.10", ("GIMP",), "[{}] (imported)-3.0 (RGB color 8-bit) 1200x800 – GIMP"),  # noqa: RUF001
    Program("Inkscape", ("Inkscape",), "{} - Inkscape"),
    Program("krita", ("Krita",), "{} — Krita"),
)
