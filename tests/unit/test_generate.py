"""What the adapters are trained on: sentences that tell their note and nothing else, answers from no scored trace."""

import random
import re
from datetime import UTC, datetime

import pytest

from models.check import unsupported, untold
from models.faithful import faithful
from models.lab.generate import notes
from models.lab.generate.answers import brief, plainly, told
from models.lab.generate.data import own
from models.lab.generate.scenes import scenes
from models.lab.generate.wording import worded
from models.masked import masked, stands
from models.masks import unmask
from models.observation import Observation
from models.trace import Release, Response, RewardRow, TestEvent

SIGN = re.compile(r"'T\d+'|\b(?:APP|SITE|ENGINE|KEYS|FOLDER\d?|KIND\d?|[ND]\d+)\b")


def test_every_sentence_tells_every_sign_once() -> None:
    for note, event in notes.examples(600, seed=3):
        assert event.startswith("The user ")
        assert event.endswith(".")
        assert not re.search(r"  |,,|,\.| ,|\band and\b", event)
        for sign in set(SIGN.findall(note)):
            assert 1 <= stands(sign, event) <= stands(sign, note), (note, event)
        assert set(SIGN.findall(event)) <= set(SIGN.findall(note))


def test_sentences_pass_the_check_that_the_models_have_to_pass() -> None:
    chance = random.Random(5)
    failed = count = 0
    for _ in range(600):
        facts = notes.Drawn(chance).facts()
        note = masked(facts)
        if not notes.tells(note.note):
            continue
        sentence = worded(note.note, chance)
        assert faithful(sentence, note.note, note.names), (note.note, sentence)
        event = unmask(sentence, note.names)
        # A note does not say that what was typed beside a file went into a viewer's search field.
        assert set(unsupported(event, facts)) <= (set() if facts.edits else {"edits"})
        failed += bool(untold(event, facts))  # a note of five acts has room for no more
        count += 1
    assert failed <= count / 100


def test_the_same_seed_draws_the_same() -> None:
    assert list(notes.examples(20, seed=1)) == list(notes.examples(20, seed=1))
    assert list(notes.examples(20, seed=1)) != list(notes.examples(20, seed=2))
    assert list(scenes(5, seed=1)) == list(scenes(5, seed=1))


@pytest.mark.parametrize(
    ("note", "events"),
    [
        ("app: APP\nran: 'T1', fails with exit status N1 after D1\ncopied error: 'T2'",
         {"The user runs 'T1' in APP, which fails with exit status N1 after D1, and copies the error 'T2'."}),
        ("app: APP\nran: 'T1', fails with exit status N1\nran: 'T1', succeeds after D1",
         {"The user runs 'T1', which fails with exit status N1 and then succeeds after D1, in APP."}),
        ("app: APP\nmeanwhile: 'T1', ends", {"The user is in APP while 'T1' ends."}),
        ("app: APP\nsearch: 'T1' on ENGINE\nscrolled: yes",
         {f"The user {verb} in APP and scrolls through the results."
          for verb in ("searches for 'T1' on ENGINE", "looks up 'T1' on ENGINE", "searches ENGINE for 'T1'")}),
    ],
)  # fmt: skip
def test_a_note_in_words(note: str, events: set[str]) -> None:
    assert {worded(note, random.Random(seed)) for seed in range(30)} == events


def test_no_answer_on_a_scored_trace_is_learnt() -> None:
    def answers(trace: str, event: str) -> list[Response]:
        seen = Observation("Day 1, 8:00 AM", event)
        return [Response(f"model {n}", trace, 0, seen, ["Do it all."]) for n in range(3)]

    scored = TestEvent(Observation("1.0", "The user waits."))
    given = [
        *answers("scored", "The user waits."),
        *answers("alias", "The user waits."),  # the same recording under another name
        *answers("told", "The user draws a plan."),
    ]
    found = list(told(Release({"scored": [scored]}, [], [], given)))
    assert [event.trace for event in found] == ["told"]


def test_of_ones_own_rows_what_was_taken_is_proposed() -> None:
    obs = [Observation("1.0", "The user opens 'a.txt'.")]
    rows = [
        RewardRow(obs, "Sort the lines of 'a.txt'.", True, True),
        RewardRow(obs, "Delete 'a.txt'.", False, True),
        RewardRow(obs, None, False, True),  # help was missed; which, nobody knows
        RewardRow(obs, None, True, False),
    ]
    assert [example.answer.tasks for example in own(rows)] == [
        ("Sort the lines of 'a.txt'.",),
        (),
        (),
    ]


def test_long_answers_are_cut_at_a_sentence_or_left_out() -> None:
    assert brief("One. Two is longer.", 10) == "One."
    assert brief("Far too long for this", 10) == ""
    assert brief("By F. Scott Fitzgerald.", 12) == ""


@pytest.mark.parametrize(
    ("said", "learnt"),
    [
        ("The user is likely looking for a tutorial.", "Looking for a tutorial."),
        ("It seems that you are reading a guide.", "You are reading a guide."),
        ("The user has fitted the model.", "The user has fitted the model."),
        ("Seeing that the user is typing, I wait.", "Seeing that the user is typing, I wait."),
    ],
)
def test_answers_are_learnt_without_their_openings(said: str, learnt: str) -> None:
    assert plainly(said) == learnt


def test_scenes_are_in_order_of_time() -> None:
    for moments in scenes(10, seed=0):
        starts = [moment.segment.start for moment in moments]
        assert starts == sorted(starts)
        assert starts[0] > datetime(2026, 1, 1, tzinfo=UTC)
