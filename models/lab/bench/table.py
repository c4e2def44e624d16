"""A table of figures: as one JSON document (design.md, "Command line") and as aligned text."""

import platform
from typing import Any, Literal

import msgspec

from models.lab.bench.metrics import Figures

Folds = Literal["paper", "trace", "none"]

SHORT = {
    "agreement_mn": "MN", "agreement_nr": "NR", "agreement_cd": "CD", "agreement_fd": "FD",
    "recall": "rec", "precision": "prec", "accuracy": "acc", "false_alarm": "false", "f1": "F1",
    "auroc": "AUROC", "brier": "Brier", "ece": "ECE",
    "proposal_rate": "rate", "correct_silence": "quiet",
}  # fmt: skip
AS_FRACTION = {"auroc", "brier", "ece"}


class Row(msgspec.Struct, frozen=True):
    """One line: who, on which folds, over how many rows.

    Attributes:
        name: ``hunch``, a peer's name, or ``paper: …`` for a line copied from the paper.
        folds: How the scored rows were kept from training.
        n: Rows scored.
        figures: Fractions of one by name; None where undefined or not told.
    """

    name: str
    folds: Folds
    n: int
    figures: Figures


class Table(msgspec.Struct, frozen=True):
    """Lines, what they were measured on, and what a reader must know."""

    name: str
    data: str
    columns: tuple[str, ...]
    rows: list[Row]
    notes: tuple[str, ...] = ()


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
    width = max(len("who"), *(len(row.name) for row in table.rows))
    heads = "".join(f"{SHORT[column]:>6}" for column in table.columns)
    lines = [f"{'who':<{width}} {'folds':<5} {'n':>5} {heads}"]
    lines.append("-" * len(lines[0]))
    for row in table.rows:
        cells = "".join(_cell(column, row.figures.get(column)) for column in table.columns)
        lines.append(f"{row.name:<{width}} {row.folds:<5} {row.n:>5} {cells}")
    return "\n".join([table.data, "", *lines, "", *table.notes])


def machine() -> str:
    """What it ran on, in words."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _cell(column: str, figure: float | None) -> str:
    if figure is None:
        return f"{'-':>6}"
    return f"{figure:>6.3f}" if column in AS_FRACTION else f"{100 * figure:>6.1f}"


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
