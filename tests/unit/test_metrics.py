"""The paper's metrics against examples counted by hand."""

import numpy as np
import pytest

from models.lab.bench.metrics import NAMES, Outcome, auroc, score


def test_counts_of_a_small_day() -> None:
    # TP 2, FP 1, TN 1, FN 1
    figures = score(
        [
            Outcome(True, True),
            Outcome(True, True),
            Outcome(True, False),
            Outcome(False, False),
            Outcome(False, True),
        ]
    )
    assert figures["recall"] == pytest.approx(2 / 3)
    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["false_alarm"] == pytest.approx(1 / 3)
    assert figures["accuracy"] == pytest.approx(3 / 5)
    assert figures["f1"] == pytest.approx(2 / 3)
    assert figures["proposal_rate"] == pytest.approx(3 / 5)
    assert figures["correct_silence"] == pytest.approx(1 / 2)
    assert figures["auroc"] is None


def test_the_papers_own_line_comes_out() -> None:
    # Table 2, "Ours": 30 rows a category, agreement 80, 86.67, 100, 100 %.
    lines = (
        [Outcome(False, False)] * 24 + [Outcome(True, False)] * 6  # missed need
        + [Outcome(True, True)] * 26 + [Outcome(False, True)] * 4  # non-response
        + [Outcome(True, True)] * 30 + [Outcome(False, False)] * 30
    )  # fmt: skip
    figures = {name: round(100 * (value or 0), 2) for name, value in score(lines).items()}
    assert (figures["recall"], figures["precision"]) == (93.33, 90.32)
    assert (figures["accuracy"], figures["f1"]) == (91.67, 91.80)


def test_an_invalid_answer_is_neither_a_proposal_nor_a_silence() -> None:
    figures = score([Outcome(None, True), Outcome(None, False), Outcome(True, True)])
    assert figures["proposal_rate"] == pytest.approx(1 / 3)
    assert figures["false_alarm"] == 0
    assert figures["recall"] == pytest.approx(1 / 2)
    assert figures["correct_silence"] == 0
    assert figures["accuracy"] == pytest.approx(1 / 3)


def test_who_never_proposes_has_no_precision() -> None:
    figures = score([Outcome(False, True, 0.0), Outcome(False, False, 0.0)])
    assert figures["precision"] is None
    assert figures["false_alarm"] is None
    assert figures["f1"] == 0
    assert figures["auroc"] == 0.5
    assert figures["brier"] == 0.5


def test_nothing_scored_is_no_figure() -> None:
    assert score([]) == dict.fromkeys(NAMES)


def test_auroc_by_hand() -> None:
    truth = np.array([True, False, True, False])
    assert auroc(np.array([0.9, 0.8, 0.7, 0.1]), truth) == 0.75  # three of four pairs in order
    assert auroc(np.array([0.5, 0.5, 0.7, 0.1]), truth) == 0.875  # a tie counts half
    assert auroc(np.array([0.5, 0.6]), np.array([True, True])) is None
