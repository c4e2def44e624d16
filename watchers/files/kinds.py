"""What a file is, by its name: of which kind, of no interest, or a secret. Pure."""

import re
from collections.abc import Mapping

_GROUPS: Mapping[str, str] = {
    "image": "jpg jpeg png gif webp heic avif svg bmp tiff tif raw xcf psd",
    "audio": "mp3 wav flac ogg opus m4a aac",
    "video": "mp4 mkv mov avi webm m4v",
    "archive": "zip tar gz tgz bz2 xz zst 7z rar deb rpm dmg iso",
    "code": "py js ts jsx tsx c h cc cpp hpp rs go java kt rb php sh lua cs swift scala r jl sql css",
    "md": "md markdown",
    "html": "html htm xhtml",
    "txt": "txt text",
}
_PLAIN = (
    "pdf docx doc odt rtf xlsx xls ods csv tsv pptx ppt odp epub mobi tex rst org adoc json xml yaml yml"
    " toml ini ipynb ics vcf eml pages numbers key drawio puml bib srt step stl dwg blend sqlite db parquet"
)
_KINDS = {ending: kind for kind, endings in _GROUPS.items() for ending in endings.split()}
_KINDS |= {ending: ending for ending in _PLAIN.split()}

# Folders that programs fill, not people; hidden ones besides.
_BUILT = frozenset(
    ("node_modules", "__pycache__", "venv", "site-packages", "build", "_build", "dist", "target",
     "bower_components", "CMakeFiles", "$RECYCLE.BIN", "System Volume Information", "lost+found")
)  # fmt: skip
_PARTIAL = re.compile(r"\.(?:part|partial|crdownload|download|opdownload|!ut|aria2)$", re.I)
_TEMPORARY = re.compile(
    r"~$|^~|^#.*#$|^\d+$|\.(?:tmp|temp|swp|swo|swx|swpx|lock|lck|bak|orig|rej|pid|log)$"
    r"|\.(?:docx|odt|pdf|txt|md|xlsx|ods|csv|html|tex)\.\w{6}$|^sed[A-Za-z0-9]{6}$"
    r"|\.sb-[\w-]+$|___jb_(?:tmp|old)___$",
    re.I,
)
_SECRET = re.compile(
    r"^id_(?:rsa|dsa|ecdsa|ed25519)\b|^\.?env\b|\.env$|\.(?:pem|key|p12|pfx|jks|keystore|kdbx?|ppk|gpg|pgp|asc"
    r"|ovpn|wallet|agilekeychain|psafe3)$|^(?:credentials?|secrets?|passwords?|passwd|tokens?)\b"
    r"|password|recovery.?(?:code|key|phrase)|seed.?phrase|backup.?codes?|private.?key",
    re.I,
)


def kind_of(name: str) -> str:
    """What a document is: ``pdf``, ``image``, ``docx``…; ``file`` where its name does not say.

    Never an ending that is not known: that would be a word of the user's.
    """
    ending = name.rpartition(".")[2].casefold() if "." in name.lstrip(".") else ""
    return _KINDS.get(ending, "file")


def is_ignored(parts: tuple[str, ...]) -> bool:
    """Whether a file, by the parts of its path below the watched folder, is no document of the user's."""
    *folders, name = parts
    if any(folder.startswith(".") or folder in _BUILT for folder in folders):
        return True
    return name.startswith(".") or bool(_PARTIAL.search(name)) or bool(_TEMPORARY.search(name))


def is_secret(name: str) -> bool:
    """Whether a file by its name holds keys or passwords: nothing in it is read."""
    return bool(_SECRET.search(name))
