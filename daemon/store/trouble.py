"""Turns SQLite's words into a sentence that says what to do."""

from pathlib import Path

from daemon.errors import HunchError


def damaged(path: Path) -> HunchError:
    """The file is not whole: only a start can recover it, when nobody has it open."""
    return HunchError(
        "Damaged database",
        f"The database {path} is damaged: start Hunch anew (`hunch stop`, `hunch start`), which keeps "
        "the file and recovers what can be read.",
    )


def older(path: Path) -> HunchError:
    """The file lacks what a later step gives it: only a start migrates."""
    return HunchError(
        "Older database", f"The database {path} is of an older Hunch: `hunch start` brings it up."
    )


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that the file itself is wrong."""
    return any(words in str(error) for words in ("malformed", "not a database"))


def explain(error: BaseException, path: Path) -> HunchError:
    """What went wrong with a file, for its user."""
    text = str(error)
    if isinstance(error, HunchError):
        return error
    if "full" in text or "disk I/O" in text or "No space" in text:
        message = (
            f"The disk that holds {path} is full or failing: free some space; "
            "nothing captured is lost while Hunch runs."
        )
        return HunchError("Disk full", message)
    if "locked" in text or "busy" in text:
        return HunchError("Database locked", f"Another program holds {path}: close it.")
    if is_damage(error):
        return damaged(path)
    if "no such table" in text or "no such column" in text:
        return older(path)
    return HunchError("Database", f"The database {path} cannot be used ({text}).")
