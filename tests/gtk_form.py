"""A window of GTK 3 with two fields, by ctypes: no Python binding of it is needed.

Run as a program. Its window is called "form"; the first field is plain, the second a password
field. Writes into the file named on its command line what the fields hold, at every change.
"""

import ctypes
import sys
from pathlib import Path
from typing import Any

GTK = "libgtk-3.so.0"


def main() -> None:
    gtk: Any = ctypes.CDLL(GTK)
    gobject: Any = ctypes.CDLL("libgobject-2.0.so.0")
    for make in (gtk.gtk_window_new, gtk.gtk_box_new, gtk.gtk_entry_new):
        make.restype = ctypes.c_void_p
    gtk.gtk_entry_get_text.restype = ctypes.c_char_p
    gtk.gtk_init(None, None)
    window = ctypes.c_void_p(gtk.gtk_window_new(0))
    box = ctypes.c_void_p(gtk.gtk_box_new(1, 4))
    plain, secret = (ctypes.c_void_p(gtk.gtk_entry_new()) for _ in range(2))
    gtk.gtk_window_set_title(window, b"form")
    gtk.gtk_entry_set_visibility(secret, 0)
    for entry in (plain, secret):
        gtk.gtk_container_add(box, entry)
    gtk.gtk_container_add(window, box)

    def changed(*_: Any) -> None:
        texts = [gtk.gtk_entry_get_text(entry).decode() for entry in (plain, secret)]
        written = Path(sys.argv[1] + ".new")
        written.write_text("\n".join(texts))
        written.replace(sys.argv[1])

    callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(changed)
    for entry in (plain, secret):
        gobject.g_signal_connect_data(entry, b"changed", callback, None, None, 0)
    gtk.gtk_widget_show_all(window)
    gtk.gtk_main()


if __name__ == "__main__":
    main()
