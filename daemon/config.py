"""The settings: one Struct, from one TOML file, each key also an environment variable ``HUNCH_…``.

The command line wins over the environment, the environment over the file.
The page of settings in docs/ is generated from the comments behind the fields.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from daemon.errors import HunchError
from models.decision import Eagerness
from models.engine.base import Job
from watchers.manifest import Mode

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Days = Annotated[float, msgspec.Meta(ge=0)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a user can set.

    Attributes:
        data_dir: Folder of the database, the token and the lock; empty for the system's place for it.
        notes_dir: Folder for notes and summaries that accepted tasks write; empty for `Documents/Hunch`.
        port: Port of the local server, on 127.0.0.1.
        open_reads: Let any program on this machine read, export and delete without the token.
        open_writes: Let watchers and known browser extensions say what they see without the token.
        extension_origins: Browser extensions that may report pages besides the known ones, as `chrome-extension://ID`.
        tray: Start the tray icon and the popup.
        keyboard: What is typed: `off`, `counts` (how much, not what) or `text`.
        mouse: Clicks, drags and scrolls: `off` or `counts`.
        clipboard: What is copied: `off`, `counts` (kind and length) or `text`.
        window: The active window: `off`, `counts` (its application) or `text` (its title, too).
        browser: Pages that a browser extension reports: `off`, `counts` (that one changed) or `text`.
        editor: What an editor's extension reports: `off`, `counts` (the language) or `text`.
        shell: Commands that the shell hook reports: `off`, `counts` (exit status, duration) or `text`.
        files: New and renamed documents in `folders`: `off`, `counts` (their kind) or `text`.
        folders: Folders whose documents are watched; none by default.
        excluded_apps: Applications of which nothing is kept, by a part of their name, in any case.
        excluded_titles: Window titles of which nothing is kept, by a part of them, in any case.
        excluded_urls: Pages of which nothing is kept: `host`, `host/path`, or `/regular expression/`.
        excluded_folders: Folders of which nothing is kept: no document, command or file inside.
        raw_days: Raw events are deleted after so many days; 0 keeps them for ever.
        story_days: Sentences, proposals and answers are deleted after so many days; 0 keeps them for ever.
        size_gb: The oldest raw events go when the data folder is larger, backups apart, in gigabytes; 0 is no bound.
        offline: Speak to no address but this machine's own.
        quiet_fullscreen: Raise no popup while a window fills the screen, the screen is shared, or in a call.
        model: GGUF file, Hugging Face folder, server (`http://127.0.0.1:11434/v1#NAME`), `none`; empty for our own.
        sentences: Who tells what you do: `rules`, `model`, or `auto`: a model that you chose, else the rules.
        segmenter_adapter: Adapter of your own for sentences: a GGUF file for a GGUF file, a PEFT folder for a folder.
        agent_adapter: Adapter of your own for proposals, likewise.
        agent_prompt: File with a prompt of your own for proposals; `{observations}` stands where they go.
        model_idle_s: Unload the language model after so many seconds without use.
        agent: Let the language model propose tasks besides the skills.
        advice: Let it propose what it cannot carry out, too: accepting that does nothing.
        agent_tasks: How many tasks it words at a time, 1 or 3; of all, the best alone is proposed.
        refine: Ask it once more, told what you would reject, where nothing it worded would be accepted.
        eagerness: When to speak: `quiet` (a needless popup costs twice a missed need), `balanced` or `eager` (half).
        rejected_budget: Largest share of the proposals that may be rejected before Hunch says less; 1 sets no bound.
        proposals_per_hour: At most so many popups in an hour.
        proposals_per_day: At most so many popups in 24 hours.
        shadow_days: So many days from the first start Hunch proposes silently, for `hunch review`; 0 for none.
        shadow_skills: Skills that propose silently for as long as they stand here.
        popup_s: A popup that is not answered withdraws after so many seconds.
        quiet_typing_s: A popup waits for a pause of so many seconds, until Hunch knows your own pauses.
        stale_s: A proposal that could not be shown for so many seconds is dropped.
        pause_s: A pause in the input of this length, in seconds, ends a segment.
        segment_s: A segment lasts at most so many seconds.
        afk_s: Without input for so many seconds, the user is away.
        stretch_s: A working stretch of this length, in seconds, is worth a summary when it ends.
        search_url: Page that an accepted search opens; `{query}` stands for the words.
    """

    data_dir: str = ""
    notes_dir: str = ""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 5600
    open_reads: bool = False
    open_writes: bool = True
    extension_origins: tuple[str, ...] = ()
    tray: bool = True
    keyboard: Mode = "text"
    mouse: Literal["off", "counts"] = "counts"
    clipboard: Mode = "text"
    window: Mode = "text"
    browser: Mode = "text"
    editor: Mode = "text"
    shell: Mode = "text"
    files: Mode = "text"
    folders: tuple[str, ...] = ()
    excluded_apps: tuple[str, ...] = (
        # password managers and authenticators
        "keepass", "1password", "bitwarden", "lastpass", "dashlane", "enpass", "nordpass", "proton pass",
        "protonpass", "roboform", "keeper password", "keeperpassword", "passwordsafe", "pwsafe", "password safe",
        "buttercup", "qtpass", "passky", "psono", "authy", "authenticator", "ente auth", "keychain access",
        "org.gnome.world.secrets", "kleopatra", "veracrypt",
        # wallets
        "electrum", "ledger live", "trezor suite", "sparrow wallet", "exodus",
        # keyrings, and the windows in which a system asks for a password
        "seahorse", "gnome-keyring", "gcr-prompter", "kwallet", "pinentry", "polkit", "policykit", "askpass",
        "credentialuibroker", "consent.exe", "securityagent", "coreauthui",
        # lock and login screens
        "screensaver", "screenlock", "screen locker", "kscreenlocker", "i3lock", "swaylock", "hyprlock", "gtklock",
        "waylock", "slock", "xsecurelock", "betterlockscreen", "physlock", "light-locker", "greeter", "lockapp",
        "logonui", "loginwindow",
        # browsers that are private throughout
        "tor browser", "torbrowser", "mullvad browser",
    )  # fmt: skip
    excluded_titles: tuple[str, ...] = (
        # private windows of the main browsers, in their main languages
        "incognito", "inkognito", "incógnito", "anônima", "anónima", "private browsing", "inprivate",
        "private window", "(private)", "privater modus", "privates fenster", "navegación privada",
        "navigation privée", "navigazione in incognito", "navigazione anonima", "navegação privada",
        "navegação privativa", "privénavigatie", "tryb prywatny", "przeglądanie prywatne", "privat browsing",
        "privat surfning", "privat fönster", "anonymní", "soukromé prohlížení", "gizli gezinti", "инкогнито",
        "приватный просмотр", "приватное окно", "シークレット", "プライベートブラウジング", "无痕", "無痕",
        "隐私浏览", "隱私瀏覽", "시크릿", "사생활 보호 모드", "tor browser",
    )  # fmt: skip
    excluded_urls: tuple[str, ...] = ()
    excluded_folders: tuple[str, ...] = ()
    raw_days: Days = 90.0
    story_days: Days = 0.0
    size_gb: Annotated[float, msgspec.Meta(ge=0)] = 2.0
    offline: bool = True
    quiet_fullscreen: bool = True
    model: str = ""
    sentences: Literal["auto", "rules", "model"] = "auto"
    segmenter_adapter: str = ""
    agent_adapter: str = ""
    agent_prompt: str = ""
    model_idle_s: Seconds = 600.0
    agent: bool = True
    agent_tasks: Literal[1, 3] = 1
    refine: bool = False
    advice: bool = False
    eagerness: Eagerness = "balanced"
    rejected_budget: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    proposals_per_hour: Annotated[int, msgspec.Meta(ge=0)] = 6
    proposals_per_day: Annotated[int, msgspec.Meta(ge=0)] = 24
    shadow_days: Days = 3.0
    shadow_skills: tuple[str, ...] = ()
    popup_s: Seconds = 60.0
    quiet_typing_s: Seconds = 2.0
    stale_s: Seconds = 60.0
    pause_s: Seconds = 30.0
    segment_s: Seconds = 180.0
    afk_s: Seconds = 180.0
    stretch_s: Seconds = 3600.0
    search_url: str = "https://duckduckgo.com/?q={query}"

    @property
    def data_path(self) -> Path:
        """The folder of the database, the token and the lock."""
        return (
            Path(self.data_dir).expanduser()
            if self.data_dir
            else platformdirs.user_data_path("hunch")
        )

    @property
    def adapters(self) -> dict[Job, str]:
        """The adapters for a job, as `models.engine.load` reads them: ours does not know a prompt of the user's."""
        agent = self.agent_adapter or ("none" if self.agent_prompt else "")
        return {"segmenter": self.segmenter_adapter, "agent": agent}

    @property
    def notes_path(self) -> Path:
        """The folder in which accepted tasks write."""
        if self.notes_dir:
            return Path(self.notes_dir).expanduser()
        return platformdirs.user_documents_path() / "Hunch"


def config_file() -> Path:
    """The place of the settings file; it need not exist."""
    return platformdirs.user_config_path("hunch") / "config.toml"


def load_settings(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings.

    Args:
        file: The TOML file; `config_file()` by default. A missing one means the defaults.
        environ: Variables; the process's own by default. Lists are separated by commas.
        overrides: What the command line says; None values are passed over.

    Raises:
        HunchError: A key is unknown or a value is not of its type; the message names it.
    """
    file = file or config_file()
    values: dict[str, Any] = {}
    if file.exists():
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise HunchError(
                "Settings", f"{file} cannot be read ({error}): mend it or move it away."
            ) from error
    texts = {
        field.name: text
        for field in msgspec.structs.fields(Settings)
        if (text := (os.environ if environ is None else environ).get(f"HUNCH_{field.name.upper()}"))
        is not None
    }
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    try:
        return msgspec.convert({**values, **_typed(texts), **given}, Settings)
    except (msgspec.ValidationError, ValueError) as error:
        raise HunchError(
            "Settings", f"A setting in {file} or in HUNCH_… is wrong: {error}."
        ) from error


def _typed(texts: Mapping[str, str]) -> dict[str, Any]:
    """Turn the texts of environment variables into values of their settings' types."""
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    return {name: _value(name, text, types[name]) for name, text in texts.items()}


def _value(name: str, text: str, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise HunchError("Settings", f"HUNCH_{name.upper()} ({name}) is wrong: {error}.") from error
