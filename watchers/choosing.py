"""How a sensor's backend is chosen: the first that is made for this session and can work in it."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from watchers.watcher import WatcherError


class Choosable(Protocol):
    """What every backend of a sensor tells of itself.

    One whose absence is the compositor's doing has besides an attribute ``cause``, ``wayland``.

    Attributes:
        install_hint: One sentence that says what to do when it is not available.
    """

    install_hint: str

    def is_compatible(self) -> bool:
        """Whether it is made for this session at all."""
        ...

    def is_available(self) -> bool:
        """Whether all that it needs is here now."""
        ...


B = TypeVar("B", bound=Choosable)


def first(backends: Sequence[B]) -> B:
    """The first usable backend, in the given order of preference.

    Raises:
        WatcherError: None is; says what to do for the best compatible one.
    """
    compatible = [backend for backend in backends if backend.is_compatible()]
    for backend in compatible:
        if backend.is_available():
            return backend
    if compatible:
        best = compatible[0]
        raise WatcherError(best.install_hint, getattr(best, "cause", "permission"))
    raise WatcherError("No display: start Hunch inside your desktop session.")
