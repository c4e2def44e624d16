"""What the table of sentences says below its figures: misses, inventions, the rubric, and sentences to look at."""

from collections.abc import Iterable, Iterator, Sequence

from models.lab.bench.scripted.stretch import Stretch
from models.lab.bench.segmenter_paper import SENTENCES, paper_told
from models.lab.bench.segmenter_rubric import CHANCE, QUESTIONS, Preference, compare, read
from models.lab.bench.segmenter_tally import Tally

EXAMPLES = 6


def notes(names: Sequence[str], tallies: Sequence[Tally]) -> Iterator[str]:
    """Paragraphs; the first teller is the rules."""
    for name, tally in zip(names, tallies, strict=True):
        yield f"{name}: {tally.segments / tally.seconds:,.0f} sentences a second, cutting included."
    yield from misses(names, tallies)
    yield from _rubric(names, tallies)
    for name, tally in zip(names[1:], tallies[1:], strict=True):
        yield from _beside(name, tally, tallies[0])
    readings = [read(sentence, Stretch("paper", 0.0)) for sentence in SENTENCES]
    share = sum(reading.share for reading in readings) / len(readings)
    yield (
        f"The paper's own sentences (appendix E), {len(readings)} of them, meet {share:.3f} of the questions; "
        "those about rows count as answered."
    )
    sentences, found, of = paper_told()
    yield _lines(
        f"The paper's raw records (appendix E.1), {found} of {of} known words told:", sentences
    )


def misses(names: Sequence[str], tallies: Sequence[Tally]) -> Iterator[str]:
    """What is untold, and what is untrue."""
    for name, tally in zip(names, tallies, strict=True):
        yield from _missed(name, tally)
        yield from _strange(name, "names what was not seen", tally.invented)
        yield from _strange(name, "claims what was not done", tally.claimed)


def _missed(name: str, tally: Tally) -> Iterator[str]:
    if tally.missed:
        parts = [
            f"{kind} {fact} {count} of {tally.of[kind, fact]}"
            for (kind, fact), count in tally.missed.most_common()
        ]
        yield f"{name} leaves untold: {', '.join(parts)}."


def _strange(name: str, what: str, found: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
    if found:
        some = f", {EXAMPLES} of them" if len(found) > EXAMPLES else ""
        items = [f"{sentence} [{'; '.join(parts)}]" for sentence, parts in found[:EXAMPLES]]
        yield _lines(f"{name} {what} in {len(found)} sentences{some}:", items)


def _rubric(names: Sequence[str], tallies: Sequence[Tally]) -> Iterator[str]:
    asked = [f"{name}: {question}" for name, question in QUESTIONS.items()]
    yield _lines("The rubric, written before there was a trained sentence:", asked)
    for name, tally in zip(names, tallies, strict=True):
        failed = [
            f"{question} {sum(question in reading.failed for reading in tally.readings)}"
            for question in QUESTIONS
        ]
        yield f"{name} fails in so many of {tally.segments} sentences: {', '.join(failed)}."
    first = {
        question: next((r.sentence for r in tallies[0].readings if question in r.failed), None)
        for question in QUESTIONS
    }
    failing = [f"{question}: {sentence}" for question, sentence in first.items() if sentence]
    if failing:
        yield _lines(f"Sentences of {names[0]} that fail:", failing)


def _beside(name: str, tally: Tally, rules: Tally) -> Iterator[str]:
    found = compare(tally.readings, rules.readings, tally.kinds)
    alike = len(set(tally.kinds)) - found.better - found.worse
    yield (
        f"{name} reads better than the rules in {found.better} kinds, worse in {found.worse}, alike in {alike} "
        f"(two-sided sign test {found.chance:.2g}; what is better more often and below {CHANCE} is preferred). "
        f"The check let {tally.kept} of {tally.drafted} drafts pass. {_verdict(name, tally, rules, found)}"
    )
    shown: dict[str, tuple[str, str]] = {}
    for one, other, kind in zip(tally.readings, rules.readings, tally.kinds, strict=True):
        if one.sentence != other.sentence and kind not in shown and len(shown) < EXAMPLES:
            shown[kind] = (
                f"{name}: {one.sentence} [{_fails(one.failed)}]",
                f"rules: {other.sentence} [{_fails(other.failed)}]",
            )
    if shown:
        pairs = [line for pair in shown.values() for line in pair]
        yield _lines(f"Where {name} and the rules differ:", pairs)


def _verdict(name: str, tally: Tally, rules: Tally, found: Preference) -> str:
    """Who should tell: the model where it reads better and is as true."""
    if not found.preferred:
        return f"{name} is not preferred, so the rules stay the default."
    if tally.missed.total() > rules.missed.total() or _untrue(tally) > _untrue(rules):
        return (
            f"{name} is preferred for how it reads and is less true, so the rules stay the default."
        )
    return f"{name} is preferred, and no less true."


def _untrue(tally: Tally) -> int:
    return len(tally.invented) + len(tally.claimed)


def _fails(questions: Sequence[str]) -> str:
    return f"fails {', '.join(questions)}" if questions else "all met"


def _lines(head: str, items: Iterable[str]) -> str:
    """A paragraph with a list below it, a line for each."""
    return "\n".join([head, *items])
