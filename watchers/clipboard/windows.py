"""The clipboard on Windows."""

from watchers.clipboard.polling import PyperclipClipboard


class WindowsClipboard(PyperclipClipboard):
    """Polls."""

    def is_compatible(self) -> bool:
        """Whether this is Windows."""
        return self._session.system == "windows"
