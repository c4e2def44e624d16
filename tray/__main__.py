"""`python -P -m tray --data-dir DIR`: the icon and the popup, beside a running daemon."""

import argparse
import logging
import signal
import sys
from pathlib import Path


def main() -> int:
    """Run until ended; 1 with one sentence when there is no screen or no Tk."""
    parser = argparse.ArgumentParser(prog="tray", description="Hunch's icon and popup.")
    parser.add_argument("--data-dir", type=Path, required=True, help="The daemon's data folder.")
    folder = parser.parse_args().data_dir
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
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
    signal.signal(signal.SIGTERM, lambda *_: root.after(0, root.quit))
    signal.signal(signal.SIGINT, lambda *_: root.after(0, root.quit))
    Tray(root, Client(folder)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
