"""The one store: a SQLite file in WAL mode. All SQL of Hunch lives in this package.

`Store` owns the file and its one writer; the functions of `capture`, `story` and
`proposals` speak SQL over the connection that it lends them.
"""

from daemon.store.store import Store

__all__ = ["Store"]
