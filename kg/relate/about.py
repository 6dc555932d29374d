"""What a figure is told of: the things that the text has named by then, weighed by trained decision trees.

``kg.relate.referents`` tells of each candidate in numbers; the trees of ``kg/data/relate/about.npz`` make a score of
them, and the scores of all candidates of a figure their probabilities. The trees are made from the annotated corpus by
``training/about.py``, which also says how often they are right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt

from kg.model import Figure
from kg.relate.referents import NOT_FOUND, Referent, Referents

_UNLIKELY = 1e-4


@dataclass(frozen=True, slots=True)
class Choice:
    """What a figure is told of: a key, its probability (0 to 1), and "sentence", "paragraph" (or farther back) or
    "home" for where it stands nearest."""

    key: str
    chance: float
    where: str


@dataclass(frozen=True, slots=True)
class Trees:
    """Decision trees, a row of nodes each: a node asks whether the number of its feature is at most its threshold and
    sends to ``left`` or ``right``, nodes of the same tree; a leaf sends to itself and holds a value."""

    feature: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]
    value: npt.NDArray[np.float32]
    depth: int

    def scores(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """The sum of the trees' values for each row."""
        count, size = self.feature.shape
        roots = (np.arange(count) * size).astype(np.int32)
        left, right = ((side + roots[:, None]).ravel() for side in (self.left, self.right))
        values, own = rows.ravel(), np.arange(len(rows))[:, None] * rows.shape[1]
        at = np.broadcast_to(roots, (len(rows), count))
        for _ in range(self.depth):
            low = values.take(own + self.feature.take(at)) <= self.threshold.take(at)
            at = np.where(low, left.take(at), right.take(at))
        return np.asarray(self.value.take(at).sum(axis=1, dtype=np.float64))


@cache
def trees() -> Trees:
    """The trees that ship with the package."""
    data = files("kg.data").joinpath("relate", "about.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        return Trees(**{name: stored[name] for name in stored.files if name != "depth"}, depth=int(stored["depth"]))


def choose(referents: Referents, run: Sequence[Figure]) -> list[Choice]:
    """What the figures of ``run`` are told of, one choice for each; none where no name comes into question.

    A run is told of one thing: figures of one sentence with no name between them. Their probabilities count together.
    """
    options = [referents.of(figure) for figure in run]
    rows = [row for figure, found in zip(run, options, strict=True) for row in referents.rows(figure, found)]
    chances = _chances(options, trees().scores(np.array(rows, np.float32)))
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
