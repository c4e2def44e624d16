"""The clipboard: `choose` a backend for the session, then run the `watcher`."""
