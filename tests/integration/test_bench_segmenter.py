"""`hunch bench segmenter`: what the table says, and that its yardstick finds what is wrong."""

import json
import time
from pathlib import Path

import pytest

from models.lab.bench import segmenter_rubric as rubric
from models.lab.bench import segmenter_scoring as scoring
from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.sessions import KINDS, session
from models.lab.bench.scripted.stretch import Stretch
from models.lab.bench.segmenter import bench_segmenter
from models.lab.bench.segmenter_claims import claimed
from models.lab.bench.segmenter_tellers import Telling
from models.lab.bench.table import as_text
from models.segment import Segment
from tests.tables import bench, line, refused
from tests.tiny_llama import write_model


def test_the_table_of_the_rules() -> None:
    found = bench("segmenter", "--sessions", "1", "--json")
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    ours = line(document, "hunch", "none")
    assert ours["n"] >= len(KINDS)
    assert 0.7 < ours["told"] <= 1
    assert ours["invented"] == ours["invented_unchecked"]  # no model, no check
    assert ours["boundary_f1"] > 0.9
    assert ours["day_s"] < 10
    assert ours["per_s"] > 100


def test_a_model_is_set_beside_the_rules_and_checked(tmp_path: Path) -> None:
    model = write_model(tmp_path / "tiny.gguf")  # random weights: no sense in its sentences
    found = bench("segmenter", "--engine", model, "--sessions", "1", "--no-day", "--json")
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    rules, ours = (line(document, name, "none") for name in ("hunch", "hunch llm untrained"))
    assert ours["kept"] == 0
    assert ours["told"] == rules["told"]  # the rules tell where the check refuses
    assert ours["invented"] == rules["invented"]
    assert "day_s" not in ours or ours["day_s"] is None


@pytest.mark.parametrize(
    "arguments",
    [("--engine", "nowhere.gguf"), ("--engine", "llm", "--adapter", "nowhere.gguf")],
)
def test_a_model_that_is_not_there_is_said_in_a_sentence(arguments: tuple[str, ...]) -> None:
    assert "nowhere.gguf" in refused(bench("segmenter", *arguments))


def test_there_are_enough_kinds_and_segments() -> None:
    assert len({kind.__name__ for kind in KINDS}) >= 25
    stretches = [stretch for seed in range(10) for stretch in session(seed).stretches]
    assert len(stretches) >= 300
    assert all(stretch.facts for stretch in stretches)


def test_a_seed_gives_one_session() -> None:
    assert session(3).events() == session(3).events()
    assert session(3).events() != session(4).events()


def test_a_teller_that_invents_is_caught() -> None:
    class Inventor:
        name = "inventor"
        clock = staticmethod(time.perf_counter)

        def tell(self, segment: Segment, before: Segment | None) -> Telling:
            del segment, before
            return Telling("The user opens 'secrets.docx'.", "The user closes Photoshop.")

    table = bench_segmenter([Inventor()], 1)
    rules, inventor, *held_out = table.rows
    assert [row.name for row in held_out] == ["hunch, held out", "inventor, held out"]
    assert inventor.figures["invented"] == inventor.figures["invented_unchecked"] == 1
    assert inventor.figures["told"] == 0
    assert inventor.figures["boundary_f1"] == rules.figures["boundary_f1"]
    text = as_text(table)
    assert "inventor is " in text
    lines = text.splitlines()
    beside = lines.index("Where inventor and the rules differ:")
    assert lines[beside + 1].startswith("  inventor: The user opens 'secrets.docx'. [")
    assert lines[beside + 2].startswith("  rules: The user ")
    named = next(
        n for n, item in enumerate(lines) if item.startswith("inventor names what was not")
    )
    assert lines[named + 1] == "  The user opens 'secrets.docx'. [secrets.docx]"
    assert max(map(len, lines)) <= 120


@pytest.fixture(scope="module")
def script() -> Script:
    return session(0)


def _stretch(script: Script, kind: str) -> Stretch:
    return next(stretch for stretch in script.stretches if stretch.kind == kind)


def _told(stretch: Stretch, sentence: str) -> scoring.Told:
    return scoring.Told(stretch.start_s, stretch.end_s, sentence)


def test_what_stands_in_the_rows_is_no_invention(script: Script) -> None:
    read = _stretch(script, "read")
    (title, host), *_ = read.sites.items()
    sentence = f"The user reads the page '{title}' on {host} in {read.spoken[0]}."
    assert scoring.invented(script, _told(read, sentence)) == []
    assert scoring.untold(read, [sentence]) == []


@pytest.mark.parametrize(
    ("sentence", "strange"),
    [
        ("The user opens 'budget.xlsx'.", "budget.xlsx"),
        ("The user opens budget.xlsx.", "budget.xlsx"),
        ("The user reads a page on evil.example.", "evil.example"),
        ("The user talks to Angela.", "Angela"),
        ("The user reads for 4711 minutes.", "4711"),
        ("The user types “it's gone”.", "it's gone"),
    ],
)
def test_what_stands_in_no_row_is_an_invention(script: Script, sentence: str, strange: str) -> None:
    assert strange in scoring.invented(script, _told(_stretch(script, "read"), sentence))


def test_a_page_on_another_pages_site_is_an_invention(script: Script) -> None:
    first, second, _ = (stretch for stretch in script.stretches if stretch.kind == "hop")
    (title,), (host,) = first.sites, second.sites.values()
    both = scoring.Told(first.start_s, second.end_s, f"The user reads '{title}' on {host}.")
    assert scoring.invented(script, both)


def test_a_name_of_the_next_stretch_is_an_invention(script: Script) -> None:
    first, second, _ = (stretch for stretch in script.stretches if stretch.kind == "hop")
    (title,) = second.sites
    assert scoring.invented(script, _told(first, f"The user reads '{title}'."))


def test_an_act_that_was_not_done_is_claimed(script: Script) -> None:
    read = _stretch(script, "read")
    told = _told(read, "The user copies a text and closes the window.")
    assert claimed(script, told) == ["copies", "closes"]
    quoted = _told(read, "The user reads 'who copies and closes'.")
    assert claimed(script, quoted) == []


def test_names_in_each_others_place_are_claims(script: Script) -> None:
    form = _stretch(script, "form")
    typed, (title,) = form.facts[0].texts[0], form.sites
    right = f'The user types "{typed}" and scrolls through "{title}".'
    assert claimed(script, _told(form, right)) == ["scrolls"]
    swapped = _told(form, f'The user types "{title}" on "{typed}".')
    assert claimed(script, swapped) == [f"types {title}"]


def test_another_commands_end_is_a_claim(script: Script) -> None:
    fails = _stretch(script, "run_fails")
    command = fails.facts[0].texts[0]
    told = _told(fails, f"The user runs `{command}`, which fails.")
    assert claimed(script, told) == []
    told = _told(fails, f"The user runs `{command}`, which succeeds.")
    assert claimed(script, told) == ["succeeds", f"{command} succeeds"]


def test_cuts_are_found_missed_and_wrong(script: Script) -> None:
    starts = [stretch.start_s for stretch in script.stretches]
    right = [scoring.Told(start, start + 1, "") for start in starts]
    assert scoring.cuts(script, right) == (len(starts) - 1, 0, 0)
    fewer = [*right[:5], *right[6:]]
    assert scoring.cuts(script, fewer) == (len(starts) - 2, 0, 1)
    read = _stretch(script, "read")
    more = [*right, scoring.Told(read.start_s + 5, read.start_s + 6, "")]
    assert scoring.cuts(script, more) == (len(starts) - 1, 1, 0)


@pytest.mark.parametrize(
    ("sentence", "failed"),
    [
        ("The user types {0} in {1} in Vim.", ()),
        ("The user types {0}, in Vim.", ("flow",)),
        ("User typed {0}", ("form",)),
        ("The user types {0} and {0} again.", ("once",)),
        ("The user presses Ctrl+S in {0}.", ("sense",)),
        ("The user scrolls.", ("object",)),
        ("The user types {0}, then scrolls, then copies a text and pastes it.", ("few",)),
    ],
)
def test_the_rubric(script: Script, sentence: str, failed: tuple[str, ...]) -> None:
    edit = _stretch(script, "edit")
    file, typed = (f'"{fact.texts[0]}"' for fact in edit.facts[:2])
    assert rubric.read(sentence.format(typed, file), edit).failed == failed


def test_a_preference_needs_more_than_luck_and_more_than_one_kind() -> None:
    good, bad = rubric.Reading("", ()), rubric.Reading("", ("form",))
    six = list("abcdef")
    assert not rubric.compare([good] * 5, [bad] * 5, six[:5]).preferred  # 1 in 16
    assert rubric.compare([good] * 6, [bad] * 6, six).preferred
    assert not rubric.compare([good] * 6, [bad] * 6, ["a"] * 6).preferred
    assert not rubric.compare([bad] * 6, [good] * 6, six).preferred
    assert not rubric.compare([good] * 6, [good] * 6, six).preferred
