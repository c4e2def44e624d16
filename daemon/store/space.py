"""How much of the file each kind of row takes, from their numbers and a sample of their lengths."""

from sqlite3 import Connection

from daemon.store.capture import from_us

SAMPLE = 1000  # newest rows whose length stands for all

# A row's own bytes besides its texts, with its places in indexes: measured on a day's capture.
_PARTS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "raw": (
        ("events", "length(data) + length(bucket_id) * 2", 40),
        ("segment_events", "0", 26),
        ("segments", "length(facts)", 40),
    ),
    "sentences": (
        ("observations", "length(event) * 3", 90),
        ("predictions", "length(coalesce(task, '') || response || arguments || thoughts)", 110),
        ("proposals", "0", 60),
        ("judgements", "length(thought)", 50),
        ("executions", "length(coalesce(result, '')) + length(undo)", 40),
    ),
    "vectors": (("observations", "length(embedding)", 0),),
    "ledger": (("egress", "length(coalesce(text, ''))", 90),),
}


def used(conn: Connection) -> tuple[int, int]:
    """Bytes of pages in use, and of free pages."""
    size, pages, free = (
        int(conn.execute(f"PRAGMA {name}").fetchone()[0])  # SQLCipher gives the size as a text
        for name in ("page_size", "page_count", "freelist_count")
    )
    return (pages - free) * size, free * size


def sizes(conn: Connection) -> dict[str, int]:
    """Bytes by kind: raw, sentences, vectors, ledger, and free; together the whole file."""
    guessed = {kind: sum(_guess(conn, *part) for part in parts) for kind, parts in _PARTS.items()}
    whole, free = used(conn)
    scale = whole / max(sum(guessed.values()), 1)
    return {**{kind: round(size * scale) for kind, size in guessed.items()}, "free": free}


def begins(conn: Connection) -> dict[str, float | None]:
    """When what is kept begins, in seconds since the epoch: of the raw rows and of the sentences."""
    found = {}
    for kind, query in (
        (
            "raw",
            "SELECT min((SELECT min(time_us) FROM events WHERE bucket_id = buckets.id)) FROM buckets",
        ),
        ("story", "SELECT min(time_us) FROM (SELECT time_us FROM segments ORDER BY id LIMIT 1)"),
    ):
        first = conn.execute(query).fetchone()[0]
        found[kind] = from_us(first).timestamp() if first is not None else None
    return found


def _guess(conn: Connection, table: str, length: str, overhead: int) -> int:
    count = conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - of _PARTS
    order = "" if table == "segment_events" else "ORDER BY id DESC"
    mean = conn.execute(
        f"SELECT avg(coalesce({length}, 0)) FROM (SELECT * FROM {table} {order} LIMIT {SAMPLE})"  # noqa: S608 - of _PARTS
    ).fetchone()[0]
    return round(int(count) * (float(mean or 0) + overhead))
