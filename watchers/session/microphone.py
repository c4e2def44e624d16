"""Whether somebody records from a sound card, as in a call: ALSA's state of its capture streams. Linux.

Programs that talk without holding an idle inhibitor are seen by this. A Bluetooth headset is no
card of ALSA's, so it is not seen; what records all day is bounded as any other medium is.

Source: Linux, Documentation/sound/designs/procfile.rst ("sub*/status").
"""

from pathlib import Path

CARDS = Path("/proc/asound")
STREAMS = "card*/pcm*c/sub*/status"


def records(folder: Path = CARDS) -> bool:
    """Whether any capture stream runs; some 100 µs."""
    return any(_runs(status) for status in folder.glob(STREAMS))


def _runs(status: Path) -> bool:
    try:
        return "RUNNING" in status.read_text(encoding="ascii", errors="replace")
    except OSError:  # the card was taken out
        return False
