"""The clipboard on macOS."""

from watchers.clipboard.polling import PyperclipClipboard


class MacosClipboard(PyperclipClipboard):
    """Polls."""

    def is_compatible(self) -> bool:
        """Whether this is macOS."""
        return self._session.system == "macos"
