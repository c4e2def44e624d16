"""The one error that reaches a user: what is wrong in a few words, and a sentence that says what to do."""


class HunchError(Exception):
    """Something a person can act on.

    Attributes:
        title: A few words, for a log or a notification's first line.
        message: One sentence that says what to do.
    """

    def __init__(self, title: str, message: str) -> None:
        super().__init__(message)
        self.title = title
        self.message = message


class NotFound(HunchError):
    """What was asked for is not there."""


class Conflict(HunchError):
    """What was asked for cannot be done any more, or not yet."""
