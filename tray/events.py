"""Server-sent events from lines (WHATWG HTML, 9.2.6). Pure; knows no connection."""

from collections.abc import Iterable, Iterator


def events(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Name and data of each event; what breaks off before its empty line is no event.

    Args:
        lines: Each with or without its line end.
    """
    name, data = "message", []
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
            continue
        field, _, value = line.partition(":")  # a comment has an empty field
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
