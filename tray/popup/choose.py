"""Which ways of showing a proposal there are here, the preferred first."""

import logging
from collections.abc import Iterable

from tray.popup.backend import PopupBackend

log = logging.getLogger(__name__)


def choose(backends: Iterable[PopupBackend]) -> list[PopupBackend]:
    """Those that work here, in the order given; where one fails later, the next takes over.

    The desktop's own notifications come first where they have real buttons (they keep to the
    user's place, style and "do not disturb"), then our window, which needs nothing but a display.
    """
    found = []
    for backend in backends:
        if backend.is_compatible() and backend.is_available():
            found.append(backend)
        else:
            log.debug("%s is not used: %s", type(backend).__name__, backend.install_hint)
    return found
