"""`hunch why`: why something was proposed, or why nothing was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any, NamedTuple

import click
import msgspec

from daemon import why as words
from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.clock_time import Stretch, stretch_of, told
from daemon.errors import NotFound
from daemon.store import around, story, trail
from daemon.store.around import RawRow
from daemon.store.reader import Reader
from daemon.store.trail import Trail

QUIET = timedelta(
    minutes=15
)  # so long nothing need have happened before a time that is asked about
SHORTEST = 300  # characters of a raw row that are printed


class Told(NamedTuple):
    """An answer: its lines, the moments that it is about, and what else belongs into the document."""

    lines: list[str]
    moments: list[Trail]
    more: dict[str, Any]


@click.command()
@click.argument("number", metavar="[ID]", type=int, required=False)
@click.option("--at", "at", metavar="TIME", help="Of a time instead: 15:04, or 2026-11-20 15:04.")
@click.option("-v", "--verbose", is_flag=True, help="Numbers, hashes and raw rows, too.")
@json_option
@data_dir_option
def why(
    number: int | None, at: str | None, verbose: bool, as_json: bool, data_dir: str | None
) -> None:
    """Tell why proposal ID was made; with --at, why something or nothing was proposed then.

    Example: hunch why --at 15:04
    """
    if (number is None) == (at is None):
        raise click.UsageError("Say the number of a proposal, or --at and a time.")
    stretch = _stretch(at) if at is not None else None
    with Reader.open_readonly(settings_for(data_dir).data_path / "hunch.db") as store:
        found = store.read(
            lambda conn: _at(conn, stretch) if stretch else _of_proposal(conn, number or 0)
        )
        numbers = [raw for item in found.moments for read in item.read for raw in read.raw]
        raw = store.read(lambda conn: around.raw_rows(conn, numbers)) if verbose else []
    if as_json:
        document = {**found.more, "words": found.lines, "moments": found.moments}
        click.echo(msgspec.json.encode(document | ({"raw": raw} if verbose else {})))
        return
    for line in [*found.lines, *(_behind(found.moments, raw) if verbose else ())]:
        click.echo(line)


def _stretch(at: str) -> Stretch:
    try:
        return stretch_of(at, datetime.now(UTC))
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{at!r} is no time: say 15:04 or '2026-11-20 15:04'.", param_hint="--at"
        ) from error


def _of_proposal(conn: Connection, number: int) -> Told:
    found = trail.of_proposal(conn, number)
    if found is None:
        raise NotFound("Why", f"There is no proposal {number}: see `hunch proposals`.")
    return Told(words.proposal(found, number), [found], {"proposal": number})


def _at(conn: Connection, stretch: Stretch) -> Told:
    """What was decided after the sentences of that time, or why there are none."""
    start, end = stretch
    moments = [trail.of_observation(conn, item) for item in around.overlapping(conn, start, end)]
    lines = []
    if not moments:
        lines.append(_nothing(conn, stretch))
        before = around.last_before(conn, start, start - QUIET)
        moments = [trail.of_observation(conn, before)] if before is not None else []
    for item in moments:
        lines += ["", *words.moment(item)] if lines else words.moment(item)
    here = {item.offered.id for one in moments for item in one.considered if item.offered}
    screen = around.on_screen(conn, start, end)
    for number in screen:
        if number not in here:
            lines.append(f"Proposal {number} was on the screen: hunch why {number}")
    return Told(lines, moments, {"at": start, "until": end, "on_screen": screen})


def _nothing(conn: Connection, stretch: Stretch) -> str:
    """Why there is no sentence of a time, in one."""
    start, end = stretch
    blanks = around.blank(conn, start, end)
    if blanks:
        longest = max(blanks, key=lambda item: item.end - item.start)
        return words.blank(longest.start, longest.end, longest.cause)
    known = story.sessions(conn)
    if not known or end <= known[0].started:
        return f"Nothing is recorded of {told(start)}: Hunch began later, or it was forgotten."
    session = next(
        (row for row in known if row.started < end and (row.ended is None or row.ended > start)),
        None,
    )
    if session is None:
        return f"Nothing is recorded of {told(start)}: Hunch was not running."
    if session.ended is None and end > (session.cursor or session.started):
        return (
            f"Nothing is told of {told(start)} yet: a sentence comes when a stretch of work ends."
        )
    return f"Nothing was done at {told(start)}, or it was forgotten."


def _behind(moments: Sequence[Trail], raw: Sequence[RawRow]) -> list[str]:
    """Numbers, hashes and raw rows behind an answer."""
    lines = []
    for item in moments:
        numbers = ", ".join(str(read.id) for read in item.read) or str(item.observation)
        lines += ["", f"Observation {item.observation} of session {item.session}; read: {numbers}"]
        encoders = {read.encoder for read in item.read if read.encoder}
        lines.append(f"Models: gate {item.gate}, encoder {', '.join(sorted(encoders)) or None}")
        for one in item.considered:
            judge = f", judged by {one.judged.model}" if one.judged else ""
            prompt = f", prompt {one.prompt}" if one.prompt else ""
            lines.append(f"Prediction {one.id} from {one.source}{prompt}{judge}")
    lines += ["", "Raw rows:" if raw else "The raw rows were deleted."]
    for row in raw:
        data = msgspec.json.encode(row.data).decode()
        lines.append(f"{row.id:>7}  {words.clock(row.time)}  {row.kind}  {data[:SHORTEST]}")
    return lines
