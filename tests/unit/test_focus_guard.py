"""The guard: who is asked when, and what Coverage hears, with answers set by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.keeping import Keeping
from watchers.focus import windows
from watchers.focus.guard import PasswordGuard
from watchers.focus.line import RUN_PAUSE_S, Stroke


class Answers:
    """Whoever can know, and how often each was asked."""

    def __init__(self) -> None:
        self.prompt = self.field = self.program = False
        self.asked: dict[str, int] = {}

    def ask(self, name: str) -> bool:
        self.asked[name] = self.asked.get(name, 0) + 1
        answer: bool = getattr(self, name)
        return answer


def guarded() -> tuple[PasswordGuard, Answers, Keeping]:
    answers, keeping = Answers(), Keeping()
    guard = PasswordGuard(keeping, lambda: answers.ask("prompt"), lambda: answers.ask("program"))
    guard.field = lambda: answers.ask("field")
    return guard, answers, keeping


def now(seconds: float = 0.0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_the_answer_of_the_press_counts_though_the_loop_takes_the_key_too_late() -> None:
    guard, answers, keeping = guarded()
    times = [now(-1.0), now(-0.9)]
    answers.prompt = True
    for time in times:
        guard.peek(time)
    answers.prompt = False  # the prompt is gone before the loop has a turn
    for time in times:
        guard.key(time, "text")
    assert keeping.is_hidden
    assert keeping.gaps[0][2] <= times[0]


def test_keys_that_wait_for_the_loop_are_hidden_though_the_prompt_was_noticed_after_them() -> None:
    guard, answers, keeping = guarded()
    enter, *secret = [now(-0.05 + number / 100) for number in range(4)]
    guard.peek(enter)
    answers.prompt = True
    for time in secret:
        guard.peek(time)
    guard.key(enter, "line")
    guard.look()  # the line before the prompt is told
    for time in secret:
        guard.key(time, "text")
    ((_, _, since, _),) = keeping.gaps
    assert enter < since <= secret[0]


def test_the_first_key_of_all_is_hidden_though_the_prompt_is_noticed_before_it_is_taken() -> None:
    guard, answers, keeping = guarded()
    answers.prompt = True
    first = now(-0.05)
    guard.peek(first)
    guard.look()
    guard.key(first, "text")
    assert keeping.gaps[0][2] <= first


def test_a_key_that_waits_for_the_loop_when_the_prompt_ends_is_kept() -> None:
    guard, answers, keeping = guarded()
    typed, enter, later = now(-0.3), now(-0.2), now(-0.1)
    answers.prompt = True
    for time in (typed, enter):
        guard.peek(time)
    guard.key(typed, "text")
    guard.key(enter, "line")
    answers.prompt = False
    guard.peek(later)
    guard.poll()
    assert keeping.is_hidden  # the key that waits may yet be one of the password
    guard.key(later, "text")
    ((_, _, since, end),) = keeping.gaps
    assert since <= typed and end is not None and enter <= end < later


def test_a_line_typed_in_another_window_is_not_the_prompts() -> None:
    answers, keeping, windows = Answers(), Keeping(), ["editor"]
    guard = PasswordGuard(keeping, lambda: answers.prompt, front=lambda: windows[-1])
    times = [now(-0.5), now(-0.4)]
    for time in times:
        guard.peek(time)
        guard.key(time, "text")
    windows.append("terminal")
    answers.prompt = True
    guard.look()  # what was typed in the editor is told
    ((_, _, since, _),) = keeping.gaps
    assert since > times[-1]


def test_a_field_that_is_told_late_hides_what_was_typed_into_it_and_nothing_before() -> None:
    guard, answers, keeping = guarded()
    name, tab, *secret = [now(-0.5), now(-0.3), now(-0.29), now(-0.28), now(-0.27)]
    for time in (name, tab, *secret):
        guard.peek(time)
    answers.field = True
    guard.focus(True, secret[1])
    guard.key(name, "text")
    guard.key(tab, "field")
    guard.look()  # the name is told
    answers.field = False  # enter closed the window before the keys are taken
    guard.focus(False, now())
    for time in secret:
        guard.key(time, "text")
    ((_, _, since, _),) = keeping.gaps
    assert name < since <= secret[0]


def test_what_was_typed_before_a_click_into_the_field_is_not_hidden() -> None:
    guard, answers, keeping = guarded()
    typed = now(-0.5)
    guard.peek(typed)
    guard.key(typed, "text")
    answers.field = True
    guard.focus(True, now())  # the click's flush follows
    guard.look()
    ((_, _, since, _),) = keeping.gaps
    assert since > typed


def test_nobody_is_asked_while_nothing_is_typed_and_programs_once_a_run() -> None:
    guard, answers, _ = guarded()
    assert answers.asked == {}
    start = now(-10)
    for number in range(20):
        time = start + timedelta(seconds=0.1 * number)
        guard.peek(time)
        guard.key(time, "text")
    assert answers.asked == {"prompt": 20, "field": 20, "program": 1}


def test_a_prompting_program_hides_until_it_ends() -> None:
    guard, answers, keeping = guarded()
    answers.program = True
    time = now()
    guard.peek(time)
    guard.key(time, "text")
    assert keeping.is_hidden
    guard.poll()
    assert keeping.is_hidden
    answers.program = False
    guard.poll()
    assert not keeping.is_hidden


def test_who_fails_to_answer_does_not_end_the_typing() -> None:
    keeping = Keeping()

    def broken() -> bool:
        raise OSError

    guard = PasswordGuard(keeping, broken, broken)
    time = now()
    guard.peek(time)
    guard.key(time, "text")
    assert not keeping.is_hidden


def test_a_guard_that_is_reset_hides_nothing() -> None:
    guard, answers, keeping = guarded()
    answers.prompt = True
    guard.peek(time := now())
    guard.key(time, "text")
    assert keeping.is_hidden and guard.hidden
    guard.reset()
    assert not keeping.is_hidden and not guard.hidden


def test_windows_edit_controls_with_dots() -> None:
    assert windows.is_password_style("Edit", 0x50010020)
    assert windows.is_password_style("WindowsForms10.EDIT.app.0.141b42a_r6_ad1", 0x20)
    assert not windows.is_password_style("Edit", 0x50010000)
    assert not windows.is_password_style("Button", 0x50010020)


@dataclass(frozen=True)
class Step:
    """Somebody waits, then presses a key while a prompt is there or not; the loop may take keys."""

    wait: float
    sign: str
    asks: bool
    takes: bool


STEPS = st.builds(Step, st.floats(0.001, 3), st.sampled_from("abc\n"), st.booleans(), st.booleans())


class Loop:
    """Takes keys some time after they were pressed, and tells runs as the input watcher does."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self.asks = False
        self.keeping = Keeping()
        self.guard = PasswordGuard(
            self.keeping, lambda: self.asks, front=lambda: "terminal", clock=lambda: self.time
        )
        self.waiting: list[tuple[datetime, str, bool]] = []
        self.run: list[tuple[datetime, bool]] = []
        self.leaked: list[datetime] = []

    def press(self, step: Step) -> None:
        self.time += timedelta(seconds=step.wait)
        self.asks = step.asks
        self.guard.peek(self.time)
        self.waiting.append((self.time, step.sign, step.asks))
        if step.takes:
            self.take()

    def take(self) -> None:
        while self.waiting:
            time, sign, asks = self.waiting.pop(0)
            if self.run and (time - self.run[-1][0]).total_seconds() > RUN_PAUSE_S:
                self.tell()
            stroke: Stroke = "line" if sign == "\n" else "text"
            self.guard.key(time, stroke)
            if sign == "\n":
                self.tell()
            else:
                self.run.append((time, asks))
        self.guard.poll()

    def tell(self) -> None:
        """Whatever of the run was typed into a prompt must be hidden by now."""
        if not self.run:
            return
        self.guard.look()
        start, end = self.run[0][0], self.run[-1][0]
        hidden = any(
            begin <= end and (until is None or start <= until)
            for _, _, begin, until in self.keeping.gaps
        )
        if not hidden:
            self.leaked += [time for time, asks in self.run if asks]
        self.run.clear()


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=500, deadline=None)
def test_nothing_typed_into_a_prompt_is_told_however_late_the_loop_is(steps: list[Step]) -> None:
    loop = Loop()
    for step in steps:
        loop.press(step)
    loop.take()
    loop.tell()
    assert loop.leaked == []
