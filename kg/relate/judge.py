"""The trained judge of relations: how likely a pair of names stands in a relation, by a linear model over features.

The rules of ``kg.relate.actions`` and ``kg.relate.programs`` propose; the judge sees their proposals as features among
others, and what it gives at least its threshold becomes a claim. The model is trained by ``training/relations.py``;
its card is ``kg/data/relations/README.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import chain, islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kg.model import Claim, Predicate
from kg.relate.features import NO_RULE, Observer
from kg.relate.pairs import FRAMES, Pair, pairs
from kg.relate.programs import LED
from kg.relate.view import View

PREDICATES: tuple[Predicate, ...] = tuple(FRAMES)
_ROW: dict[Predicate, int] = {predicate: row for row, predicate in enumerate(PREDICATES)}
_TOGETHER = 512  # pairs that are weighed at a time: numpy's cost a call is shared, and memory stays that of one page
SYMMETRIC = frozenset(("cooperatesWith",))
_Ends: TypeAlias = tuple[str, str, str]  # predicate, subject and object


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression for each of ``PREDICATES`` over hashed features: ``rows`` holds a row for each column of
    the features, with a weight for each predicate.

    ``kept`` is the least raw probability of a relation that a rule proposed, ``alone`` of one that none did, to become
    a claim; ``scale`` and ``shift`` turn the log odds of claims into confidences that hold on unseen articles (Platt's
    scaling, fitted on cross-validation).
    """

    rows: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float32]
    kept: npt.NDArray[np.float32]
    alone: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    shift: npt.NDArray[np.float32]


@cache
def weights() -> Weights:
    """The model that ships with the package."""
    data = files("kg.data").joinpath("relations", "judge.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        rows = np.ascontiguousarray(stored["weights"].T, dtype=np.float64)
        rest = [name for name in Weights.__dataclass_fields__ if name != "rows"]
        return Weights(rows, **{name: stored[name].astype(np.float32) for name in rest})


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-min(max(odds, -30.0), 30.0)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The log odds that ``predicate`` holds of ``pair``; ``rule`` is what the claim's evidence names, a rule's name
    where one ``proposed`` it."""

    pair: Pair
    predicate: Predicate
    odds: float
    rule: str
    proposed: bool


def columns(observer: Observer, pair: Pair) -> tuple[list[int], dict[Predicate, list[int]]]:
    """The columns of a pair's features: those of every predicate, and those that rules give for each."""
    return observer.columns(pair), {p: observer.fired(pair, p) for p in pair.predicates}


def fired(view: View, claims: Iterable[Claim]) -> dict[tuple[str, str, str, int], set[str]]:
    """The rules that saw a relation, by subject, predicate, object and the start of the sentence."""
    found: dict[tuple[str, str, str, int], set[str]] = {}
    for claim in claims:
        for piece in claim.evidence:
            found.setdefault((claim.subject, claim.predicate, claim.object, piece.start), set()).add(piece.rule)
    return found


def _judgements(
    view: View, proposals: dict[tuple[str, str, str, int], set[str]], title_end: int
) -> Iterator[tuple[_Ends, Judgement | None]]:
    """The relations asked about, each with the judgement where it is likely enough to become a claim."""
    model, observer, every = weights(), Observer(view, proposals, title_end), pairs(view)
    unseen = model.rows[NO_RULE].sum(axis=0).tolist()
    kept, alone = _log_odds(model.kept), _log_odds(model.alone)
    while some := list(islice(every, _TOGETHER)):
        common = _sums(model.rows, [observer.columns(pair) for pair in some]) + model.bias
        for pair, odds in zip(some, common.tolist(), strict=True):
            for predicate in pair.predicates:
                row, found = _ROW[predicate], None
                if rules := proposals.get((pair.subject, predicate, pair.object, pair.sentence)):
                    more = sum(model.rows.item(column, row) for column in observer.fired(pair, predicate))
                    if odds[row] + more >= kept[row]:
                        found = Judgement(pair, predicate, odds[row] + more, min(rules), True)
                elif odds[row] + unseen[row] >= alone[row]:
                    found = Judgement(pair, predicate, odds[row] + unseen[row], f"judge:{pair.reach}", False)
                yield _ends(predicate, pair.subject, pair.object), found


def _log_odds(chances: npt.NDArray[np.float32]) -> list[float]:
    with np.errstate(divide="ignore"):
        exact = chances.astype(np.float64)
        return (np.log(exact) - np.log1p(-exact)).tolist()  # type: ignore[no-any-return]


def _sums(rows: npt.NDArray[np.float64], columns: list[list[int]]) -> npt.NDArray[np.float64]:
    """For each list of columns, none of them empty, the sum of their weights for each predicate."""
    ends = np.cumsum([len(some) for some in columns])
    found = rows[np.fromiter(chain.from_iterable(columns), np.intp, int(ends[-1]))]
    return np.add.reduceat(found, np.concatenate([[0], ends[:-1]]), axis=0)


def judged(view: View, proposed: Iterable[Claim], title_end: int) -> Iterator[Claim]:
    """The claims that stand: of ``PREDICATES`` what the judge accepts, what it was not asked about and what the text
    says in so many words (``LED``), of the other predicates all that was proposed. ``title_end`` is the offset where
    the headline ends."""
    proposed = list(proposed)
    yield from (claim for claim in proposed if claim.predicate not in FRAMES or claim.evidence[0].rule == LED)
    proposals = fired(view, (claim for claim in proposed if claim.predicate in FRAMES))
    asked: set[_Ends] = set()
    accepted: dict[_Ends, list[Judgement]] = {}
    for ends, judgement in _judgements(view, proposals, title_end):
        asked.add(ends)
        if judgement is not None:
            accepted.setdefault(ends, []).append(judgement)
    for claim in proposed:
        if claim.predicate in FRAMES and _ends(claim.predicate, claim.subject, claim.object) not in asked:
            yield claim
    for ends in sorted(accepted):
        # Of both directions of one relation that of the rule, else the likelier.
        best = max(accepted[ends], key=lambda j: (j.proposed, j.odds, -j.pair.target.start))
        for found in accepted[ends]:
            yield view.claim(
                best.pair.subject,
                found.predicate,
                best.pair.object,
                found.pair.target.start,
                found.rule,
                confidence(found.predicate, found.odds),
            )


def _ends(predicate: Predicate, subject: str, object_: str) -> _Ends:
    if predicate in SYMMETRIC and object_ < subject:
        return predicate, object_, subject
    return predicate, subject, object_


def confidence(predicate: Predicate, odds: float) -> float:
    """The share of claims with these log odds that are right, on articles that the model has not seen."""
    row, model = _ROW[predicate], weights()
    return round(_sigmoid(float(model.scale[row]) * odds + float(model.shift[row])), 2)
