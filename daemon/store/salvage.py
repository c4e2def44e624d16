"""Reads what can still be read of a damaged database into a new one; a backup fills the holes.

Knows tables, keys and rows, no file of Hunch's and no meaning but this: what ends in ``_us`` is a time,
and some texts are JSON. Row by row as the key goes up; where a page cannot be read, the next key that can
be is looked for by doubling and halving. As SQLite's own `.recover`, but over a connection, so that
SQLCipher's files are read as well (sqlite.org/recovery.html).
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

Connect = Callable[[], sqlite3.Connection]

LAST = 2**62
DISORDER = "a row has a number that it cannot have"  # of half a page, say
LATEST_US = 250_000_000_000_000_000  # year 9892: later is no time but damage
JSON = {("events", "data"), ("segments", "facts"), ("predictions", "arguments")}


class Hole(NamedTuple):
    """Rows that neither the damaged file nor its backup gave.

    Attributes:
        table: Where.
        after: Key of the last row before.
        before: Key of the first row after; None when there is none.
    """

    table: str
    after: int
    before: int | None


class _Table(NamedTuple):
    name: str
    columns: tuple[str, ...]
    has_rowid: bool


class Source:
    """A file that may fail at any row. A new connection after each failure: SQLCipher's stays broken."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Rows up to the first failure.

        Raises:
            sqlite3.Error: The next one cannot be read.
        """
        try:
            if self._connection is None:
                self._connection = self._connect()
            for row in self._connection.execute(query, values):
                yield tuple(row)
        except sqlite3.Error:
            self.close()
            raise

    def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row, or None; raises as `rows`."""
        return next(self.rows(query, *values), None)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def schema_of(source: Source) -> list[tuple[str, str, str]]:
    """Type, name and SQL of all that a database has; empty when that cannot be read."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    try:
        return [(row[0], row[1], row[2]) for row in source.rows(query)]
    except sqlite3.Error:
        return []


def salvage(
    target: sqlite3.Connection,
    schema: Sequence[tuple[str, str, str]],
    damaged: Source | None,
    backup: Source | None,
    adopt: Callable[[sqlite3.Connection], None],
) -> list[Hole]:
    """Fill an empty database.

    Args:
        target: It; must enforce no foreign keys, and belongs to the caller.
        schema: What it is to have.
        damaged: What is read first; None when nothing of it can be.
        backup: What is asked for the holes.
        adopt: Makes rows that others hang on and that are lost; those without are dropped then.

    Returns:
        The holes that are left.
    """
    virtual = [name for kind, name, sql in schema if kind == "table" and _is_virtual(sql)]
    holes: list[Hole] = []
    target.execute("BEGIN")
    for kind, name, sql in schema:
        shadow = any(name.startswith(f"{owner}_") for owner in virtual)
        if kind == "table" and not (shadow or _is_virtual(sql) or name.startswith("sqlite_")):
            target.execute(sql)
            holes += _fill(target, _table(target, name), damaged, backup)
    adopt(target)
    _drop_orphans(target)
    for wanted in ("table", "index", "trigger", "view"):
        for kind, name, sql in schema:
            if kind == wanted and (kind != "table" or name in virtual):
                target.execute(sql)
    for name in virtual:
        with contextlib.suppress(sqlite3.Error):  # not every kind of virtual table is an index
            target.execute(f'INSERT INTO "{name}"("{name}") VALUES (\'rebuild\')')  # noqa: S608 - of the schema
    target.execute("COMMIT")
    return holes


def _is_virtual(sql: str) -> bool:
    return sql.upper().startswith("CREATE VIRTUAL")


def _table(target: sqlite3.Connection, name: str) -> _Table:
    columns = [row[1] for row in target.execute(f'PRAGMA table_info("{name}")').fetchall()]
    row = target.execute(
        f'PRAGMA table_list("{name}")'
    ).fetchone()  # schema name type ncol wr strict
    return _Table(name, tuple(columns), not row[4])


def _fill(
    target: sqlite3.Connection, table: _Table, damaged: Source | None, backup: Source | None
) -> list[Hole]:
    if not table.has_rowid:
        for source in (damaged, backup):
            if source is not None:
                _both_ends(target, table, source)
        return []
    holes = [Hole(table.name, -LAST, None)]
    if damaged is not None:
        holes = _walk(target, table, damaged)
    return [left for hole in holes for left in _from_backup(target, table, hole, backup)]


def _walk(target: sqlite3.Connection, table: _Table, source: Source) -> list[Hole]:
    """Copy all rows that can be read; returns where none could be."""
    holes, at = list[Hole](), -LAST
    while True:
        try:
            for row in source.rows(_select(table, "rowid > ? ORDER BY rowid"), at):
                if row[0] <= at:
                    raise sqlite3.DatabaseError(DISORDER)
                if not _put(target, table, row):
                    holes.append(Hole(table.name, row[0] - 1, row[0] + 1))
                at = row[0]
        except sqlite3.Error:
            after, following = _next(source, table, at)
            holes.append(Hole(table.name, at, following))
            if following is None:
                return holes
            at = after
        else:
            return holes


def _next(source: Source, table: _Table, at: int) -> tuple[int, int | None]:
    """From where on rows can be read again, and the key of the first of them."""
    query = _select(table, "rowid > ? ORDER BY rowid LIMIT 1")

    def first(after: int) -> int | None:
        row = source.one(query, after)
        if row is not None and row[0] <= after:
            raise sqlite3.DatabaseError(DISORDER)
        return None if row is None else int(row[0])

    bad, good = max(at, 0), LAST
    if at < 0 and (found := _tried(first, 0)) is not None:
        return 0, found
    step = 1
    while bad + step < LAST:
        try:
            first(bad + step)
        except sqlite3.Error:
            bad, step = bad + step, step * 2
        else:
            good = bad + step
            break
    else:
        return LAST, None
    while good - bad > 1:
        middle = (good + bad) // 2
        try:
            first(middle)
        except sqlite3.Error:
            bad = middle
        else:
            good = middle
    return good, first(good)


def _tried(first: Callable[[int], int | None], after: int) -> int | None:
    try:
        return first(after)
    except sqlite3.Error:
        return None


def _from_backup(
    target: sqlite3.Connection, table: _Table, hole: Hole, backup: Source | None
) -> list[Hole]:
    """Fill a hole; returns what is left of it."""
    newest = None
    with contextlib.suppress(sqlite3.Error):
        if backup is not None:
            end = LAST if hole.before is None else hole.before
            where = "rowid > ? AND rowid < ? ORDER BY rowid"
            for row in backup.rows(_select(table, where), hole.after, end):
                _put(target, table, row)
            found = backup.one(f'SELECT max(rowid) FROM "{table.name}"')  # noqa: S608 - of the schema
            newest = found[0] if found else None
    after = hole.after if newest is None else max(hole.after, int(newest))
    if hole.before is not None and hole.before - after <= 1:
        return []
    return [Hole(table.name, after, hole.before)]


def _both_ends(target: sqlite3.Connection, table: _Table, source: Source) -> None:
    """Of a table without numbers: what can be read from the front, and from the back."""
    for order in ("ASC", "DESC"):
        names = ", ".join(f'"{name}" {order}' for name in table.columns)
        with contextlib.suppress(sqlite3.Error):
            for row in source.rows(_select(table, f"1 ORDER BY {names}")):
                _put(target, table, row)
            return


def _select(table: _Table, where: str) -> str:
    names = [f'"{name}"' for name in table.columns]
    shown = ", ".join(["rowid", *names] if table.has_rowid else names)
    return f'SELECT {shown} FROM "{table.name}" WHERE {where}'  # noqa: S608 - of the schema


def _put(target: sqlite3.Connection, table: _Table, row: tuple[Any, ...]) -> bool:
    """Keep a row that makes sense; whether it did."""
    values = row[1:] if table.has_rowid else row
    if not all(_is_sane(table.name, *pair) for pair in zip(table.columns, values, strict=True)):
        return False
    names = ["rowid", *table.columns] if table.has_rowid else list(table.columns)
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    try:
        target.execute(
            f'INSERT OR IGNORE INTO "{table.name}" ({columns}) VALUES ({marks})',  # noqa: S608 - of the schema
            row,
        )
    except sqlite3.Error:  # a text where a number belongs: damage that has the form of a row
        return False
    return True


def _is_sane(table: str, column: str, value: Any) -> bool:
    if column.endswith("_us") and value is not None:
        return isinstance(value, int) and 0 <= value <= LATEST_US
    if (table, column) in JSON and isinstance(value, str):
        try:
            msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeEncodeError):
            return False
    return True


def _drop_orphans(target: sqlite3.Connection) -> None:
    """Delete rows whose parent is gone, until there is none."""
    tables = [row[0] for row in target.execute("SELECT name FROM sqlite_master").fetchall()]
    gone = 1
    while gone:
        gone = 0
        for table in tables:
            for key in target.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
                parent, child, wanted = key[2], key[3], key[4] or "rowid"
                gone += target.execute(
                    f'DELETE FROM "{table}" WHERE "{child}" NOT IN (SELECT "{wanted}" FROM "{parent}")'  # noqa: S608 - of the schema
                ).rowcount
