"""What the paper's tables 2, 3 and 4 print, in percent."""

from models.lab.bench.metrics import Figures
from models.lab.bench.table import Row

# Table 2: agreement MN, NR, CD, FD; recall, precision, accuracy, F1.
REWARD = {
    "GPT-4o": (3.33, 100.0, 100.0, 0.0, 100.0, 50.42, 50.83, 67.04),
    "GPT-4o-mini": (56.67, 56.67, 86.67, 33.33, 71.67, 56.58, 58.33, 63.24),
    "LLaMA-3.1-8B": (80.0, 30.0, 96.67, 13.33, 63.33, 54.29, 55.0, 58.46),
    "LLaMA-3.1-70B": (33.33, 83.33, 100.0, 6.67, 91.67, 53.4, 55.83, 67.48),
    "Ours": (80.0, 86.67, 100.0, 100.0, 93.33, 90.32, 91.67, 91.8),
}
REWARD_COLUMNS = (
    "agreement_mn", "agreement_nr", "agreement_cd", "agreement_fd",
    "recall", "precision", "accuracy", "f1",
)  # fmt: skip
REWARD_ROWS = 120

# Table 3: recall, precision, accuracy, false alarm, F1.
AGENT = {
    "Claude-3-Sonnet": (27.47, 37.31, 52.42, 62.69, 31.65),
    "Claude-3.5-Sonnet": (97.89, 45.37, 49.78, 54.63, 62.0),
    "GPT-4o-mini": (100.0, 35.28, 36.12, 64.73, 52.15),
    "GPT-4o": (98.11, 48.15, 49.78, 51.85, 64.6),
    "LLaMA-3.1-8B": (98.86, 38.16, 39.06, 61.84, 55.06),
    "LLaMA-3.1-8B-Proactive": (99.06, 49.76, 52.86, 50.24, 66.25),
    "Qwen2-7B": (98.02, 44.0, 43.61, 56.0, 60.74),
    "Qwen2-7B-Proactive": (100.0, 49.78, 50.66, 50.22, 66.47),
}
AGENT_COLUMNS = ("recall", "precision", "accuracy", "false_alarm", "f1")
AGENT_EVENTS = 233

# Table 4, under the settings in their order: pred@1, pred@3, each with the reward model's word.
SETTINGS = ("pred@1", "pred@3", "pred@1, w/ RM", "pred@3, w/ RM")
BY_SETTING = {
    "GPT-4o-mini": (
        (100.0, 35.28, 36.12, 64.73, 52.15), (99.32, 65.32, 66.52, 34.68, 78.8),
        (55.45, 63.54, 63.95, 36.46, 59.22), (100.0, 65.35, 66.09, 34.65, 79.05),
    ),
    "GPT-4o": (
        (98.11, 48.15, 49.78, 51.85, 64.6), (100.0, 63.56, 64.81, 36.44, 77.72),
        (56.76, 55.26, 57.61, 44.74, 56.0), (100.0, 63.3, 65.67, 36.7, 77.53),
    ),
    "LLaMA-3.1-8B": (
        (98.86, 38.16, 39.06, 61.84, 55.06), (100.0, 52.79, 52.79, 47.21, 69.1),
        (77.08, 42.52, 47.64, 57.41, 54.81), (95.12, 61.58, 66.09, 38.42, 74.76),
    ),
}  # fmt: skip


def reward_rows() -> list[Row]:
    """Table 2."""
    return [
        Row(f"paper: {name}", "paper", REWARD_ROWS, _fractions(REWARD_COLUMNS, figures))
        for name, figures in REWARD.items()
    ]


def agent_rows() -> list[Row]:
    """Table 3; its figures are judged ones, and stand under the plain names as well."""
    rows = []
    for name, figures in AGENT.items():
        told = _fractions(AGENT_COLUMNS, figures)
        told |= {f"judged_{key}": value for key, value in told.items()}
        rows.append(Row(f"paper: {name}", "none", AGENT_EVENTS, told))
    return rows


def setting_rows() -> list[Row]:
    """Table 4; its figures are by the judge's word, and stand under the plain names as well."""
    rows = []
    for name, settings in BY_SETTING.items():
        for setting, figures in zip(SETTINGS, settings, strict=True):
            told = _fractions(AGENT_COLUMNS, figures)
            told |= {f"verdict_{key}": value for key, value in told.items()}
            rows.append(Row(f"paper: {name}, {setting}", "none", AGENT_EVENTS, told))
    return rows


def _fractions(names: tuple[str, ...], figures: tuple[float, ...]) -> Figures:
    return {name: value / 100 for name, value in zip(names, figures, strict=True)}
