"""What a figure is told of: the things that the text has named by then, weighed by trained decision trees.

``kg.relate.referents`` tells of each candidate in numbers; the trees of ``kg/data/relate/about.npz`` make a score of
them, and the scores of all candidates of a figure their probabilities. The trees are made from the annotated corpus by
``training/about.py``, which also says how often they are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from itertools import islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kg.model import Figure
from kg.relate.referents import NOT_FOUND, Referent, Referents, Row

_UNLIKELY = 1e-4
_TOGETHER = 16  # runs that are weighed at a time: numpy's cost a call is shared, and memory stays that of one page
# Which is the lowest bit set of each byte.
_LOWEST = np.array([(byte & -byte).bit_length() - 1 for byte in range(256)], np.int8)
_Question: TypeAlias = tuple[npt.NDArray[np.int16], npt.NDArray[np.float32], npt.NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a figure is told of: a key, its probability (0 to 1), and "sentence", "paragraph" (or farther back) or
    "home" for where it stands nearest."""

    key: str
    chance: float
    where: str


@dataclass(frozen=True)
class Trees:
    """Decision trees, a row of nodes each: a node asks whether the number of its feature is at most its threshold and
    sends to ``left`` or ``right``, nodes of the same tree; a leaf sends to itself and holds a value.

    The root comes first, then all that lies to its left, then all that lies to its right, and so on below. A tree has
    at most eight leaves.
    """

    feature: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]
    value: npt.NDArray[np.float32]

    def scores(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """The sum of the trees' values for each row."""
        questions, values = self._questions
        asked, standing = np.ascontiguousarray(rows.T), np.full((len(values), len(rows)), 255, np.uint8)
        for feature, threshold, left_out in questions:
            standing &= np.where(asked[feature] > threshold, left_out, np.uint8(255))
        return np.asarray(np.take_along_axis(values, _LOWEST[standing], axis=1).sum(axis=0))

    @cached_property
    def _questions(self) -> tuple[list[_Question], npt.NDArray[np.float64]]:
        """The trees side by side, and the values of each tree's leaves from left to right.

        All questions of a tree are asked at once, which costs less than to walk: each leaves out, where a number is
        above its threshold, the leaves to its left, and of those that are left the leftmost is the tree's answer
        (QuickScorer, Lucchese et al. 2015).
        """
        nodes = np.arange(self.left.shape[1])
        leaf = self.left == nodes
        before = leaf.cumsum(axis=1) - leaf
        first, end = (np.take_along_axis(before, side.astype(np.intp), axis=1) for side in (self.left, self.right))
        kept = (255 ^ (1 << end) - (1 << first)).astype(np.uint8)
        inner = np.argsort(leaf, axis=1, kind="stable")[:, : int((~leaf).sum(axis=1).max())]
        columns = (np.take_along_axis(part, inner, axis=1).T for part in (self.feature, self.threshold, kept))
        values = np.zeros((len(leaf), 8))
        values[np.nonzero(leaf)[0], before[leaf]] = self.value[leaf]
        return [(f, t[:, None], k[:, None]) for f, t, k in zip(*columns, strict=True)], values


@cache
def trees() -> Trees:
    """The trees that ship with the package."""
    data = files("kg.data").joinpath("relate", "about.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        return Trees(**{field.name: stored[field.name] for field in fields(Trees)})


def choose(referents: Referents, runs: Iterable[Sequence[Figure]]) -> Iterator[list[Choice]]:
    """What the figures of each run are told of, one choice for each; none where no name comes into question.

    A run is told of one thing: figures of one sentence with no name between them. Their probabilities count together.
    """
    waiting = iter(runs)
    while some := list(islice(waiting, _TOGETHER)):
        options = [[referents.of(figure) for figure in run] for run in some]
        rows = [row for run, found in zip(some, options, strict=True) for row in _rows(referents, run, found)]
        scores, at = trees().scores(np.array(rows, np.float32)), 0
        for run, found in zip(some, options, strict=True):
            end = at + sum(map(len, found))
            yield _chosen(referents, run, found, scores[at:end])
            at = end


def _rows(referents: Referents, run: Sequence[Figure], options: list[list[Referent]]) -> Iterator[Row]:
    return (row for figure, found in zip(run, options, strict=True) for row in referents.rows(figure, found))


def _chosen(
    referents: Referents, run: Sequence[Figure], options: list[list[Referent]], scores: npt.NDArray[np.float64]
) -> list[Choice]:
    chances = _chances(options, scores)
    together: dict[str, float] = {}
    for key in dict.fromkeys(key for found in chances for key in found if key != NOT_FOUND):
        together[key] = sum(math.log(max(found.get(key, 0.0), _UNLIKELY)) for found in chances)
    if not together:
        return []
    key = max(sorted(together), key=together.__getitem__)
    where = [_where(referents, figure, found, key) for figure, found in zip(run, options, strict=True)]
    return [Choice(key, chance.get(key, 0.0), place) for chance, place in zip(chances, where, strict=True)]


def _chances(options: list[list[Referent]], scores: npt.NDArray[np.float64]) -> list[dict[str, float]]:
    """The probability of each candidate's key, for each figure."""
    chances, at = list[dict[str, float]](), 0
    for found in options:
        own = scores[at : at + len(found)]
        shares = np.exp(own - own.max())
        chances.append(dict(zip((r.key for r in found), (shares / shares.sum()).tolist(), strict=True)))
        at += len(found)
    return chances


def _where(referents: Referents, figure: Figure, found: list[Referent], key: str) -> str:
    chosen = next((r for r in found if r.key == key), None)
    if chosen is None:
        return "paragraph"
    start = referents.view.sentence_at(figure.start).start
    if chosen.then is not None or chosen.last is not None and chosen.last.start >= start:
        return "sentence"
    return "home" if key == referents.view.resolved.home else "paragraph"
