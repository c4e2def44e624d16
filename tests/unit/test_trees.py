"""Examples as trees: what a branch sees, and that nothing is lost on the way into steps."""

import random

from models.lab.training.lora.trees import UNLEARNT, Read, laid, steps, trees

HEAD = (1, 2, 3)
PIECES = tuple((10 * n, 10 * n + 1) for n in range(1, 9))


def read(first: int, last: int, mark: int) -> Read:
    return Read(HEAD, PIECES[first:last], (200, mark), (300, mark))


def seen(row: int, tree: object) -> list[int]:
    """The tokens that a place of a laid tree sees, in order."""
    out = laid(tree)  # type: ignore[arg-type]
    low, high = out.sees[row]
    return [
        token
        for place, token in enumerate(out.ids[: row + 1])
        if (out.branch[place] == out.branch[row] != -1)
        or (
            out.branch[place] == -1
            and out.positions[place] < high
            and (out.positions[place] >= low or out.positions[place] < out.head)
        )
    ]


def test_a_branch_sees_its_own_prompt_and_nothing_else() -> None:
    reads = [read(0, 2, 1), read(0, 3, 2), read(1, 4, 3)]
    (tree,) = trees(reads)
    out = laid(tree)
    ends = [place for place, label in enumerate(out.labels) if label == UNLEARNT]
    assert len(out.ids) - len(ends) == 6  # two tokens of each answer
    for number, one in enumerate(reads):
        last = max(place for place, branch in enumerate(out.branch) if branch == number)
        prompt = [
            *HEAD,
            *(token for piece in one.pieces for token in piece),
            *one.tail,
            *one.answer,
        ]
        assert seen(last, tree) == prompt
    assert tree.tokens == len(out.ids) < sum(len(HEAD) + 2 * len(one.pieces) + 4 for one in reads)


def test_what_is_learnt_are_the_answers_tokens() -> None:
    (tree,) = trees([read(0, 2, 7)])
    out = laid(tree)
    learnt = [
        (out.ids[place], label) for place, label in enumerate(out.labels) if label != UNLEARNT
    ]
    assert learnt == [(7, 300), (300, 7)]


def test_histories_that_do_not_go_on_share_the_head_alone() -> None:
    other = Read(HEAD, ((90, 91),), (200, 5), (300, 5))
    (tree,) = trees([read(0, 2, 1), other])
    assert not tree.pieces
    assert [branch.tail for branch in tree.branches] == [(10, 11, 20, 21, 200, 1), (90, 91, 200, 5)]
    elsewhere = Read((8, 9), (), (200, 6), (300, 6))
    assert len(list(trees([other, elsewhere]))) == 2


def test_an_epoch_has_every_example_once_in_another_order() -> None:
    reads = [read(0, n, n) for n in range(1, 8)] + [
        Read(HEAD, (), (200, n), (300, n)) for n in range(50)
    ]
    orders = []
    for seed in range(2):
        planned = steps(reads, 8, random.Random(seed))
        branches = [branch for step in planned for tree in step for branch in tree.branches]
        assert sorted(branch.answer for branch in branches) == sorted(one.answer for one in reads)
        orders.append([branch.answer for branch in branches])
    assert orders[0] != orders[1]
