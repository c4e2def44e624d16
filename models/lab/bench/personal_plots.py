"""What learning a person brings, as pictures in the other tables' style: tastes, and each real person."""

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from models.lab.bench.personal import Replayed
from models.lab.bench.personal_replay import by_person, own_auroc
from models.lab.bench.plots import BLUE, GREY, KINDS, RED, STYLE

GOAL = 40.0  # percent of the rejected proposals


def plot(found: Replayed, folder: Path) -> list[Path]:
    """Write the pictures that there are figures for, none before all are drawn.

    Raises:
        OSError: They cannot be written.
    """
    with mpl.rc_context(STYLE):
        figures = {}
        if found.tastes:
            figures["personal-tastes"] = _tastes(found)
        if any(name.endswith("prior") for name in found.replays):
            figures["personal-histories"] = _persons(found)
        drawn = {
            folder / f"{name}.{kind}": _file(figure, kind)
            for name, figure in figures.items()
            for kind in KINDS
        }
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in drawn.items():
        part = path.with_suffix(f"{path.suffix}.part")
        part.write_bytes(data)
        part.replace(path)
    return list(drawn)


def _tastes(found: Replayed) -> Figure:
    """Rejected proposals that learning saves, by taste."""
    names = list(found.tastes)
    values, low, high = (
        100 * np.array([found.tastes[name][key] for name in names], float)
        for key in ("fewer", "fewer_low", "fewer_high")
    )
    figure = Figure(figsize=(5.0, 2.4), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(names))[::-1]
    axes.barh(places, values, color=BLUE)
    spans = np.stack([values - low, high - values]).clip(0)
    axes.errorbar(values, places, xerr=spans, fmt="none", ecolor="black", capsize=2, linewidth=0.8)
    axes.axvline(GOAL, color=RED, linestyle="--", linewidth=0.8, label="goal")
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_yticks(places, names)
    axes.set_xlabel("rejected proposals saved after 50 answers, %")
    axes.legend(frameon=False, loc="lower right")
    return figure


def _persons(found: Replayed) -> Figure:
    """Each person's AUROC with learning against without, by prior."""
    names = [name for name in found.replays if name.endswith("prior")]
    figure = Figure(figsize=(7.0, 2.6), layout="constrained")
    panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        without, learning = (by_person(rows, own_auroc) for rows in found.replays[name])
        axes.plot([0.2, 1], [0.2, 1], color=GREY, linewidth=0.6)
        axes.scatter(without, learning, s=10, color=BLUE)
        axes.set(
            title=name, xlabel="without learning", xlim=(0.2, 1), ylim=(0.2, 1), aspect="equal"
        )
    panels[0].set_ylabel("AUROC of a person, learning")
    return figure


def _file(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    stamp = {"Date": None} if kind == "svg" else None  # the same figures, the same bytes
    figure.savefig(buffer, format=kind, dpi=300, metadata=stamp)
    return buffer.getvalue()
