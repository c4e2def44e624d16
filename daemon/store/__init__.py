"""The one store: a SQLite file in WAL mode. All SQL of Hunch lives in this package.

`Store` owns the file and its one writer, `daemon.store.reader.Reader` reads alone; the functions of
`capture`, `story` and `proposals` speak SQL over the connection that they lend.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.store.store import Store

__all__ = ["Store"]


def __getattr__(name: str) -> Any:
    """Import the writer, with asyncio and all, once it is asked for: who only reads does not wait for it."""
    if name == "Store":
        from daemon.store.store import Store

        return Store
    raise AttributeError(name)
