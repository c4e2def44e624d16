"""Who tells a segment: a model whose sentence holds, else the rules; and what the model gets to read."""

import pytest

from models.engine.base import Job
from models.engine.replay import ReplayEngine
from models.narrator import Narrator
from models.prompts import NOTE
from tests.moments import key, keyboard, moment

JOBS: frozenset[Job] = frozenset(("segmenter",))
SEEN = moment(
    0, "Chromium", "Tides of <b> - Chromium", keyboard("'ni hao' \"x\""), url="https://a.org/x"
).segment
RULES = "The user types ''ni hao' \"x\"' on the page 'Tides of <b>' on a.org in Chromium."


def trained(*events: str) -> ReplayEngine:
    engine = ReplayEngine([f'{{"event": "{event}"}}' for event in events])
    engine.adapted = JOBS
    return engine


def test_a_trained_model_reads_no_name_and_its_sentence_gets_them_all_back() -> None:
    engine = trained("The user writes 'T2' on 'T1' on SITE in APP.")
    narrator = Narrator(engine)
    sentence, source = narrator.describe(SEEN)
    assert source == "llm:replay"
    assert sentence == RULES.replace("types", "writes").replace("the page ", "")
    (asked,) = engine.asked
    assert (asked.system, asked.after) == (NOTE, "app: APP\npage: 'T1' on SITE\ntyped: 'T2'")


def test_names_in_each_others_place_are_refused_and_kept_as_a_draft() -> None:
    narrator = Narrator(trained("The user types 'T1' on 'T2' on SITE in APP."))
    assert narrator.describe(SEEN) == (RULES, "rules")
    assert narrator.refused == 1 and narrator.draft is not None
    assert narrator.draft.startswith("The user types 'Tides of <b>' on")


def test_equal_notes_are_asked_once_and_nothing_is_asked_where_nothing_was_done() -> None:
    engine = trained("The user runs 'T1' in APP.")
    narrator = Narrator(engine)
    for command in ("ls", "make", "git log"):
        part = moment(0, "XTerm", "bash", keyboard(command), key("enter")).segment
        assert narrator.describe(part) == (f"The user runs '{command}' in XTerm.", "llm:replay")
    assert narrator.describe(moment(0, "XTerm", "bash").segment)[1] == "rules"
    assert len(engine.asked) == 1 and narrator.draft is None


def test_an_answer_that_came_too_late_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.narrator.SLOW_S", 0.0)
    engine = ReplayEngine(['{"event": "The us', '{"event": "The user runs \'T1\' in APP."}'])
    engine.adapted = JOBS
    narrator = Narrator(engine)
    part = moment(0, "XTerm", "bash", keyboard("ls"), key("enter")).segment
    assert [narrator.describe(part)[1] for _ in range(3)] == ["rules", "llm:replay", "llm:replay"]
    assert len(engine.asked) == 2
