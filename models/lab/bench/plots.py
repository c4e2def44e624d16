"""Held-out forecasts as figures for a paper: calibration, precision and recall, F1 against the threshold.

Three panels as wide as a page; bands are 95 % over whole traces (`intervals`). Needs matplotlib
(`[lab]`); draws without a screen.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.decision import COSTS, need_threshold
from models.lab.bench.intervals import SIDES, drawn
from models.lab.bench.metrics import Floats, Outcome, Tally

KINDS = ("png", "svg")
INCHES = (7.0, 2.5)  # two columns of a page
STEPS = np.linspace(0.0, 1.0, 101)
FEWEST = 10  # forecasts without which a bin or a precision says nothing
BLUE, RED, GREY = (
    "#0072b2",
    "#d55e00",
    "0.55",
)  # told apart by the colour-blind (Okabe and Ito 2008)
STYLE: Any = {  # its stub takes literal keys alone
   
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7,
    "xtick.labelsize": 7, "ytick.labelsize": 7, "axes.linewidth": 0.6, "lines.linewidth": 1.2,
    "axes.spines.top": False, "axes.spines.right": False, "svg.fonttype": "none",
    "svg.hashsalt": "hunch",
}  # fmt: skip

WORD: Any = {"rotation": 90, "fontsize": 6, "color": "0.4", "ha": "right", "va": "bottom"}


def write_plots(curves: Mapping[str, Sequence[Outcome]], folder: Path) -> list[Path]:
    """Write one figure for each curve into a folder, as PNG and SVG.

    Args:
        curves: Held-out outcomes with their chances, by what was asked ("need", "acceptance").
        folder: Made if it is not there.

    Returns:
        The files; none is written before all are drawn.

    Raises:
        OSError: They cannot be written.
    """
    drawings = {
        folder / f"{name}.{kind}": data
        for name, outcomes in curves.items()
        for kind, data in _drawn(name, outcomes).items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in drawings.items():
        part = path.with_suffix(f"{path.suffix}.part")
        part.write_bytes(data)
        part.replace(path)
    return list(drawings)


def _drawn(name: str, outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    """The figure in each kind of file."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=INCHES, layout="constrained")
        calibration, curve, f1 = figure.subplots(1, 3)
        _calibration(calibration, name, outcomes)
        _against_threshold(curve, f1, name, outcomes)
        files = {}
        for kind in KINDS:
            buffer = io.BytesIO()
            stamp = {"Date": None} if kind == "svg" else None  # the same forecasts, the same bytes
            figure.savefig(buffer, format=kind, dpi=300, metadata=stamp)
            files[kind] = buffer.getvalue()
    return files


def _calibration(axes: Axes, name: str, outcomes: Sequence[Outcome]) -> None:
    tally = Tally.of(outcomes)
    draws = np.concatenate([np.ones((1, len(tally.traces))), drawn(len(tally.traces))])
    bins = np.einsum("dk,kbc->dbc", draws, tally.bins)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = bins[:, :, 2] / bins[:, :, 0]
    counts = bins[0, :, 0]
    for place in np.flatnonzero(counts >= FEWEST):
        low, high = np.nanquantile(shares[1:, place], SIDES)
        middle = bins[0, place, 1] / counts[place]
        axes.plot([middle, middle], [low, high], color=BLUE, linewidth=0.8)
        axes.plot(middle, shares[0, place], "o", color=BLUE, markersize=4)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--")
    axes.bar(
        np.linspace(0.05, 0.95, len(counts)), 0.25 * counts / counts.max(), width=0.09, color="0.88"
    )
    ece = float(tally.figures(np.ones((1, len(tally.traces))))["ece"][0])
    _frame(axes, f"calibration (ECE {ece:.3f}, n = {len(outcomes)})")
    axes.set(xlabel=f"forecast P({name})", ylabel=f"observed share of {name}")


def _against_threshold(curve: Axes, f1: Axes, name: str, outcomes: Sequence[Outcome]) -> None:
    counts = _counts(outcomes)
    draws = np.concatenate([np.ones((1, len(counts))), drawn(len(counts))])
    tp, said, needed = np.moveaxis(np.einsum("dk,ktc->dtc", draws, counts), 2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(said[0] >= FEWEST, tp / said, np.nan)
        _band(curve, precision, BLUE, "precision")
        _band(curve, tp / needed, RED, "recall")
        _band(f1, 2 * tp / (said + needed), BLUE, "F1")
    always = 2 * needed[0, 0] / (len(outcomes) + needed[0, 0])
    f1.axhline(always, color=GREY, linewidth=0.8, linestyle="--", label="always yes")
    for axes, title in ((curve, "precision and recall"), (f1, "F1")):
        _frame(axes, title)
        axes.set(xlabel=f"threshold on P({name})")
        axes.legend(frameon=False, loc="lower left" if axes is curve else "upper right")
        for word, costs in COSTS.items() if name == "need" else ():
            axes.axvline(need_threshold(costs), color=GREY, linewidth=0.5, linestyle=":")
            if axes is f1:
                axes.text(need_threshold(costs), 0.01, word, WORD)


def _counts(outcomes: Sequence[Outcome]) -> Floats:
    """Right yeses, yeses and truths of each trace at each threshold, shape [k, len(STEPS), 3]."""
    traces = sorted({item.trace for item in outcomes})
    counts = np.zeros((len(traces), len(STEPS), 3))
    for item in outcomes:
        place, yes = traces.index(item.trace), (item.chance or 0.0) >= STEPS
        counts[place] += np.stack([yes & item.truth, yes, np.full(len(STEPS), item.truth)], axis=1)
    return counts


def _band(axes: Axes, values: Floats, color: str, label: str) -> None:
    """The first row as a line, the others as a band of 95 %."""
    told = np.isfinite(values[0])
    low, high = np.nanquantile(values[1:, told], SIDES, axis=0)
    axes.fill_between(STEPS[told], low, high, color=color, alpha=0.15, linewidth=0)
    axes.plot(STEPS[told], values[0, told], color=color, label=label)


def _frame(axes: Axes, title: str) -> None:
    axes.set_title(title)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", ".25", ".5", ".75", "1"])
