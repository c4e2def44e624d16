"""Examples as trees of tokens: what many prompts have in common is read once.

Observations of one history are the trunk; what is asked after each of them, with its answer, is a branch,
which sees of the trunk what its prompt has of the history, and nothing of other branches. That is what a
kept cache does when the model is used, and a third of the tokens of prompts one by one. Knows no torch.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

Ids = tuple[int, ...]


class Read(NamedTuple):
    """An example in tokens.

    Attributes:
        head: Up to the first piece.
        pieces: The history, an observation each.
        tail: From there to where the answer begins.
        answer: With the token that ends it.
    """

    head: Ids
    pieces: tuple[Ids, ...]
    tail: Ids
    answer: Ids


class Branch(NamedTuple):
    """What is asked at one place of a trunk; it sees the pieces from `first` to before `last`."""

    first: int
    last: int
    tail: Ids
    answer: Ids


class Tree(NamedTuple):
    """Examples that share their head and grow along one history."""

    head: Ids
    pieces: tuple[Ids, ...]
    branches: tuple[Branch, ...]

    @classmethod
    def of(cls, read: Read) -> Self:
        """A tree of one branch."""
        branch = Branch(0, len(read.pieces), read.tail, read.answer)
        return cls(read.head, read.pieces, (branch,))

    def grown(self, read: Read) -> Self | None:
        """With one more branch; None where its history does not go on from this one's."""
        if read.head != self.head or bool(read.pieces) != bool(self.pieces):
            return None
        for first in range(len(self.pieces) or 1):
            kept = len(self.pieces) - first
            if self.pieces[first:] == read.pieces[:kept]:
                pieces = self.pieces + read.pieces[kept:]
                branch = Branch(first, first + len(read.pieces), read.tail, read.answer)
                return type(self)(self.head, pieces, (*self.branches, branch))
        return None

    @property
    def tokens(self) -> int:
        """How many tokens are read."""
        asked = sum(len(branch.tail) + len(branch.answer) for branch in self.branches)
        return len(self.head) + sum(map(len, self.pieces)) + asked


class Laid(NamedTuple):
    """A tree in one row, each of shape [tokens].

    Attributes:
        ids: The tokens.
        positions: Where each stands in its own prompt.
        branch: Its branch's number, -1 in head and trunk.
        sees: From which and before which position of the trunk it sees, besides the head and itself.
        labels: The token that is to follow; -100 where nothing is learnt.
        head: How many tokens the head has.
    """

    ids: list[int]
    positions: list[int]
    branch: list[int]
    sees: list[tuple[int, int]]
    labels: list[int]
    head: int


UNLEARNT = -100  # torch's word for a label that does not count


def laid(tree: Tree) -> Laid:
    """Lay a tree out: the head, the pieces, then branch after branch."""
    trunk = [*tree.head, *(token for piece in tree.pieces for token in piece)]
    ends = [len(tree.head)]
    for piece in tree.pieces:
        ends.append(ends[-1] + len(piece))
    ids, positions = list(trunk), list(range(len(trunk)))
    branch, labels = [-1] * len(trunk), [UNLEARNT] * len(trunk)
    sees = [(0, place + 1) for place in positions]
    for number, (first, last, tail, answer) in enumerate(tree.branches):
        asked = [*tail, *answer]
        ids += asked
        positions += range(ends[last], ends[last] + len(asked))
        branch += [number] * len(asked)
        sees += [(ends[first], ends[last])] * len(asked)
        labels += [*[UNLEARNT] * (len(tail) - 1), *answer, UNLEARNT]
    return Laid(ids, positions, branch, sees, labels, len(tree.head))


# Tokens of a tree. Attention costs their square: without a history 384 learn a fifth faster than 1,024
# (140 for 117 tokens a second of one core); with one, a third of 1,024 is the prompt that all share.
ROOM_ALONE, ROOM = 384, 1024


def trees(reads: Sequence[Read]) -> Iterator[Tree]:
    """Examples as trees, in order: histories that go on, then single ones, then examples without one.

    A history with which no other example goes on is read as a part of what is asked, beside others.
    """
    grown = list(_grown([read for read in reads if read.pieces], ROOM))
    yield from (tree for tree in grown if len(tree.branches) > 1)
    yield from _grown([_single(tree) for tree in grown if len(tree.branches) == 1], ROOM)
    yield from _grown([read for read in reads if not read.pieces], ROOM_ALONE)


def _single(tree: Tree) -> Read:
    (branch,) = tree.branches
    history = tuple(token for piece in tree.pieces for token in piece)
    return Read(tree.head, (), history + branch.tail, branch.answer)


def _grown(reads: Sequence[Read], room: int) -> Iterator[Tree]:
    """Trees of at most `room` tokens, or of one branch where that alone is longer."""
    tree: Tree | None = None
    for read in reads:
        grown = tree.grown(read) if tree is not None else None
        if grown is not None and grown.tokens <= room:
            tree = grown
            continue
        if tree is not None:
            yield tree
        tree = Tree.of(read)
    if tree is not None:
        yield tree


def steps(reads: Sequence[Read], batch: int, chance: random.Random) -> list[list[Tree]]:
    """All examples once: trees in a random order, as many a step as make a batch of examples.

    Histories stay together; examples without one are mixed anew.
    """
    alone = [read for read in reads if not read.pieces]
    chance.shuffle(alone)
    found = list(trees([*[read for read in reads if read.pieces], *alone]))
    chance.shuffle(found)
    planned: list[list[Tree]] = []
    for tree in found:
        if not planned or sum(len(item.branches) for item in planned[-1]) >= batch:
            planned.append([])
        planned[-1].append(tree)
    return planned
