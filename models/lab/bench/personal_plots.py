"""What learning a person brings, as pictures: PNG and SVG, one page each."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from models.lab.bench.personal import Replayed
from models.lab.bench.personal_replay import by_person, own_auroc


def plot(found: Replayed, folder: Path) -> list[Path]:
    """Write the pictures that there are figures for; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    if found.tastes:
        files += _save(_tastes(found), folder / "personal-tastes")
    if any(name.endswith("prior") for name in found.replays):
        files += _save(_persons(found), folder / "personal-histories")
    return files


def _tastes(found: Replayed) -> Figure:
    """Rejected proposals that learning saves, by taste."""
    names = list(found.tastes)
    values = np.array([found.tastes[name]["fewer"] for name in names], float)
    low = np.array([found.tastes[name]["fewer_low"] for name in names], float)
    high = np.array([found.tastes[name]["fewer_high"] for name in names], float)
    figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
    places = np.arange(len(names))[::-1]
    axes.barh(places, 100 * values, color="#4477aa")
    axes.errorbar(
        100 * values, places, xerr=100 * np.stack([values - low, high - values]).clip(0),
        fmt="none", ecolor="black", capsize=3,
    )  # fmt: skip
    axes.axvline(40, color="#cc3311", linestyle="--", linewidth=1, label="goal")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(places, names)
    axes.set_xlabel(
        "rejected proposals fewer by, % (95 % over seeds), at equal accepted, after 50 answers"
    )
    axes.legend(frameon=False)
    return figure


def _persons(found: Replayed) -> Figure:
    """Each person's AUROC with learning against without, by prior."""
    names = [name for name in found.replays if name.endswith("prior")]
    figure, panels = plt.subplots(
        1,
        len(names),
        figsize=(3 * len(names), 3.2),
        sharey=True,
        layout="constrained",
        squeeze=False,
    )
    for axes, name in zip(panels[0], names, strict=True):
        without, learning = (by_person(rows, own_auroc) for rows in found.replays[name])
        axes.plot([0.2, 1], [0.2, 1], color="gray", linewidth=0.8)
        axes.scatter(without, learning, s=16, color="#4477aa")
        axes.set(title=name, xlabel="AUROC of a person, not learning", xlim=(0.2, 1), ylim=(0.2, 1))
    panels[0][0].set_ylabel("learning")
    return figure


def _save(figure: Figure, path: Path) -> list[Path]:
    files = [path.with_suffix(".png"), path.with_suffix(".svg")]
    for file in files:
        figure.savefig(file, dpi=150)
    plt.close(figure)
    return files
