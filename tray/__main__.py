"""`python -P -m tray --data-dir DIR`: the icon and the popup, beside a running daemon."""

import argparse
import logging
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any


class _Quiet(logging.Formatter):
    """What goes wrong is told by its place and type: the daemon logs it, and a proposal's words are no log's."""

    def formatException(self, ei: Any) -> str:
        """The exception, without its words."""
        return "\n".join([*map(str.rstrip, traceback.format_tb(ei[2])), str(ei[0].__name__)])


def _failed(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    logging.getLogger(__name__).error("it failed", exc_info=(kind, error, trace))


def main() -> int:
    """Run until ended; 1 with one sentence when there is no screen or no Tk."""
    parser = argparse.ArgumentParser(prog="tray", description="Hunch's icon and popup.")
    parser.add_argument("--data-dir", type=Path, required=True, help="The daemon's data folder.")
    folder = parser.parse_args().data_dir
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    logging.getLogger().handlers[0].setFormatter(_Quiet(logging.BASIC_FORMAT))
    sys.excepthook = _failed
    threading.excepthook = lambda what: _failed(
        what.exc_type, what.exc_value or what.exc_type(), what.exc_traceback
    )
    try:
        import tkinter as tk
    except ImportError:
        sys.stderr.write("The popup needs tkinter: apt-get install python3-tk.\n")
        return 1
    try:
        root = tk.Tk(className="Hunch")
    except tk.TclError:
        sys.stderr.write(
            "There is no display for the popup: start Hunch inside your desktop session.\n"
        )
        return 1
    from tray.app import Tray
    from tray.client import Client

    root.withdraw()
    root.report_callback_exception = _failed
    signal.signal(signal.SIGTERM, lambda *_: root.after(0, root.quit))
    signal.signal(signal.SIGINT, lambda *_: root.after(0, root.quit))
    Tray(root, Client(folder)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
