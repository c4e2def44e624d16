"""A table of figures: as one JSON document (design.md, "Command line") and as aligned text."""

import platform
import textwrap
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from models.lab.bench.metrics import Figures, Outcome

Folds = Literal["paper", "trace", "none"]

SHORT = {
    "agreement_mn": "MN", "agreement_nr": "NR", "agreement_cd": "CD", "agreement_fd": "FD",
    "recall": "rec", "precision": "prec", "accuracy": "acc", "false_alarm": "false", "f1": "F1",
    "auroc": "AUROC", "brier": "Brier", "ece": "ECE",
    "proposal_rate": "rate", "correct_silence": "quiet", "asked": "asked",
    "auroc_person": "own", "auroc_without": "was", "log_loss": "loss", "log_loss_first": "first",
    "rejected_without": "was", "rejected": "is", "fewer": "fewer", "rejected_share": "rej",
    "blank_without": "bl-", "blank": "bl+", "weak_without": "we-", "weak": "we+",
    "strong_without": "st-", "strong": "st+",
    "told": "told", "invented": "inv", "invented_unchecked": "inv-", "claimed": "acts",
    "claimed_unchecked": "acts-",
    "boundary_f1": "cuts", "readable": "reads", "near_f1": "±1",
}  # fmt: skip
AS_FRACTION = {
    "auroc", "brier", "ece", "auroc_person", "auroc_without", "log_loss", "log_loss_first",
    "blank_without", "blank", "weak_without", "weak", "strong_without", "strong",
}  # fmt: skip
WIDTH = 120
CELL, SPAN = 6, 14  # columns of a figure, and of an interval


class Row(msgspec.Struct, frozen=True):
    """One line: who, on which folds, over how many rows.

    Attributes:
        name: ``hunch``, a peer's name, or ``paper: …`` for a line copied from the paper.
        folds: How the scored rows were kept from training.
        n: Rows scored.
        figures: Fractions of one by name; None where undefined or not told. `NAME_low` and
            `NAME_high` bound NAME, 95 %; `NAME_sd` is its deviation over seeds.
    """

    name: str
    folds: Folds
    n: int
    figures: Figures


class Section(msgspec.Struct, frozen=True):
    """A part of a table as text: the rows that have figures under a prefix.

    Attributes:
        title: What was asked.
        prefix: Before each figure's name, as in ``judged_f1``.
        folds: Rows of these alone.
        bounded: Figures whose intervals stand in a block below.
        over: What these intervals are.
        names: A figure that is told in a sentence of its own, by its words.
        printed: Whether the rows that the paper prints stand in it.
    """

    title: str
    prefix: str = ""
    folds: tuple[Folds, ...] = ("paper", "trace", "none")
    bounded: tuple[str, ...] = ()
    over: str = "95 % over traces"
    names: dict[str, str] = {}
    printed: bool = True


class Table(msgspec.Struct, frozen=True):
    """Lines, what they were measured on, and what a reader must know.

    Attributes:
        name: Of the command.
        data: What was scored, in words.
        columns: Names of the figures that stand in columns.
        rows: The lines.
        notes: A paragraph each; what stands behind a line's end in one begins a line of its own, further in.
        sections: How the rows are told as text.
        curves: Held-out forecasts for plots, by what they are of.
    """

    name: str
    data: str
    columns: tuple[str, ...]
    rows: list[Row]
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = (Section(""),)
    curves: dict[str, list[Outcome]] = {}


def as_document(table: Table) -> dict[str, Any]:
    """The table as its JSON document."""
    keys = dict.fromkeys([*table.columns, *(key for row in table.rows for key in row.figures)])
    rows = [
        {"name": row.name, "folds": row.folds, "n": row.n}
        | {key: _rounded(row.figures.get(key)) for key in keys}
        for row in table.rows
    ]
    return {"table": table.name, "data": table.data, "machine": machine(), "rows": rows}


def as_text(table: Table) -> str:
    """The table in aligned columns, at most 120 wide; percentages as in the paper."""
    parts = [text for section in table.sections for text in _section(table, section)]
    notes = [line for note in table.notes for line in _listed(note)]
    return "\n".join([*_wrapped(table.data), "", *parts, *notes])


def machine() -> str:
    """What it ran on, in words."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _section(table: Table, section: Section) -> Iterable[str]:
    """Title, lines, then intervals and sentences, with an empty line behind each."""
    rows = [
        row
        for row in table.rows
        if row.folds in section.folds
        and (section.printed or not row.name.startswith("paper: "))
        and any(row.figures.get(section.prefix + name) is not None for name in table.columns)
    ]
    if not rows:
        return
    width = max(len("who"), *(len(row.name) for row in rows))
    if section.title:
        yield from (*_wrapped(section.title), "")
    heads = "".join(f"{SHORT[column]:>{CELL}}" for column in table.columns)
    yield f"{'who':<{width}} {'folds':<5} {'n':>5} {heads}"
    yield "-" * (width + 13 + len(heads))
    for row in rows:
        cells = [_cell(name, row.figures.get(section.prefix + name)) for name in table.columns]
        yield f"{_head(row, width)} {''.join(cells)}"
    yield ""
    yield from _intervals(rows, section, width)
    yield from _sentences(rows, section)


def _intervals(rows: list[Row], section: Section, width: int) -> Iterable[str]:
    chosen = [
        row
        for row in rows
        if any(f"{section.prefix}{name}_low" in row.figures for name in section.bounded)
    ]
    if not chosen:
        return
    heads = "".join(f"{SHORT[name]:>{SPAN}}" for name in section.bounded)
    yield f"{section.over:<{width}} {'folds':<5} {'n':>5} {heads}"
    yield "-" * (width + 13 + len(heads))
    for row in chosen:
        spans = [_span(name, section.prefix, row.figures) for name in section.bounded]
        yield f"{_head(row, width)} {''.join(spans)}"
    yield ""


def _sentences(rows: list[Row], section: Section) -> Iterable[str]:
    said: set[str] = set()
    for row in [row for row in rows if row.folds != "none"]:
        keys = {section.prefix + name: words for name, words in section.names.items()}
        told = [
            _told(key, words, row.figures)
            for key, words in keys.items()
            if row.figures.get(key) is not None
        ]
        spread = [
            f"{SHORT[name]} {sd:.3f}"
            for name in section.bounded
            if (sd := row.figures.get(f"{section.prefix}{name}_sd")) is not None
        ]
        told += [f"sd over seeds: {', '.join(spread)}"] if spread else []
        new = [words for words in told if words not in said]  # one gate ranks in one way
        said |= set(new)
        if new:
            yield from (*_wrapped(f"{row.name} ({row.folds}): {'; '.join(new)}."), "")


def _told(key: str, words: str, figures: Figures) -> str:
    low, high, spread = (figures.get(f"{key}_{end}") for end in ("low", "high", "sd"))
    between = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    seeds = "" if spread is None else f", sd over seeds {spread:.3f}"
    return f"{words} {figures[key]:.3f}{between}{seeds}"


def _head(row: Row, width: int) -> str:
    return f"{row.name:<{width}} {row.folds:<5} {row.n:>5}"


def _cell(column: str, figure: float | None) -> str:
    if figure is None:
        return f"{'-':>{CELL}}"
    return f"{figure:>{CELL}.3f}" if column in AS_FRACTION else f"{100 * figure:>{CELL}.1f}"


def _span(column: str, prefix: str, figures: Figures) -> str:
    low, high = figures.get(f"{prefix}{column}_low"), figures.get(f"{prefix}{column}_high")
    if low is None or high is None:
        return f"{'-':>{SPAN}}"
    words = (
        f"{low:.3f}-{high:.3f}" if column in AS_FRACTION else f"{100 * low:.1f}-{100 * high:.1f}"
    )
    return f"{words:>{SPAN}}"


def _listed(note: str) -> Iterable[str]:
    head, *items = note.split("\n")
    yield from _wrapped(head)
    for item in items:
        yield from _wrapped(item, "  ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
