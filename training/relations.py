#!/usr/bin/env python3
"""Train the judge of relations on the corpus and say how good it is, by cross-validation over home places.

usage: python -m training.relations --models DIR [--dry-run]

``--models`` has the recogniser's fold models (``foldN.npz``, by ``python -m training.recogniser cv --models DIR``), so
that the names of each article are those that a recogniser finds which has not seen it.

Writes ``kg/data/relations/judge.npz`` and prints the table of ``benchmarks/relations.md``. Each article is seen
twice: with the mentions that the recogniser finds and with those of the annotation, so that the judge learns from
relations whose names are missed as well; it is measured on the recogniser's alone. A relation is known of two
entities, not of two mentions: where several pairs of mentions could tell it, each begins with an equal share of the
weight and the likeliest gets it (multiple-instance learning, three rounds).
"""

from __future__ import annotations

import argparse
import collections
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from kg.relate.features import BUCKETS
from kg.relate.judge import PREDICATES, SYMMETRIC
from training.recogniser import FOLDS, ROOT
from training.relation_cases import Case, annotated_cases, recognised_cases

REGULARISATION = 0.1  # C of the logistic regression; 0.1, 0.3 and 1 were tried
ROUNDS = 3
Array = npt.NDArray[np.float64]
Ends = tuple[str, str]
Bag = tuple[int, str, str]
Odds = dict[Bag, float]


@dataclass(frozen=True)
class Sample:
    """The instances of one predicate: a row of columns each, the label (1, 0, or -1 for free) and the bag."""

    rows: csr_matrix
    labels: npt.NDArray[np.int64]
    bags: list[Bag]


def sample(chosen: list[Case], predicate: str) -> Sample:
    data: list[int] = []
    pointers, labels, bags = [0], list[int](), list[Bag]()
    for number, case in enumerate(chosen):
        for instance in case.instances:
            if predicate in instance.own:
                data += sorted({*instance.shared, *instance.own[predicate]})
                pointers.append(len(data))
                labels.append(case.label(predicate, instance.subject, instance.object))
                bags.append((number, *ends(predicate, instance.subject, instance.object)))
    rows = csr_matrix((np.ones(len(data)), data, pointers), shape=(len(labels), BUCKETS))
    return Sample(rows, np.array(labels), bags)


def ends(predicate: str, subject: str, object_: str) -> Ends:
    first, second = sorted((subject, object_)) if predicate in SYMMETRIC else (subject, object_)
    return first, second


def fit(learn: Sample) -> LogisticRegression:
    """A logistic regression whose positive bags have the weight of one instance each."""
    known = learn.labels >= 0
    rows, labels = learn.rows[known], learn.labels[known]
    bags = [bag for bag, keep in zip(learn.bags, known, strict=True) if keep]
    sizes = collections.Counter(bag for bag, label in zip(bags, labels, strict=True) if label)
    weights = np.array([1 / sizes[bag] if label else 1.0 for bag, label in zip(bags, labels, strict=True)])
    model = LogisticRegression(C=REGULARISATION, max_iter=300, solver="liblinear", random_state=0)
    for _ in range(ROUNDS):
        model.fit(rows, labels, sample_weight=weights)
        likely = model.predict_proba(rows)[:, 1]
        best: Odds = collections.defaultdict(float)
        for bag, label, value in zip(bags, labels, likely, strict=True):
            if label:
                best[bag] = max(best[bag], value)
        weights = np.array(
            [
                1.0 if not label or value >= best[bag] else 0.5 * (value / best[bag]) ** 2
                for bag, label, value in zip(bags, labels, likely, strict=True)
            ]
        )
    return model


def held_out(seen: list[Case], unseen: list[Case], folds: int, predicate: str) -> Odds:
    """The log odds of each possible relation of the ``unseen``, by a model that saw no article of its home's fold."""
    found: Odds = {}
    for fold in range(folds):
        model = fit(sample([case for case in seen if fold_of(case, folds) != fold], predicate))
        numbers = [i for i, case in enumerate(unseen) if fold_of(case, folds) == fold]
        asked = sample([unseen[i] for i in numbers], predicate)
        if not asked.bags:
            continue
        for (number, subject, object_), odds in zip(asked.bags, model.decision_function(asked.rows), strict=True):
            key = (numbers[number], subject, object_)
            found[key] = max(found.get(key, -99.0), float(odds))
    return found


def fold_of(case: Case, folds: int) -> int:
    return zlib.crc32(case.home.encode()) % folds


@dataclass(frozen=True)
class Figures:
    """How many relations were found rightly and wrongly, of how many."""

    right: int
    wrong: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.wanted)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.right + self.wrong + self.wanted)

    def f(self, beta: float) -> float:
        """The F measure that weighs recall ``beta`` times as much as precision."""
        both = beta * beta * self.precision + self.recall
        return (1 + beta * beta) * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.3f} | {self.recall:.3f} | {self.f1:.3f}"


def figures(unseen: list[Case], predicate: str, got: set[Bag]) -> Figures:
    hit, wrong = set(), 0
    for number, subject, object_ in got:
        label = unseen[number].label(predicate, subject, object_)
        if label == 1:
            hit.add((number, unseen[number].gold_key(predicate, subject, object_)))
        wrong += label == 0
    wanted = sum(1 for case in unseen for key in case.want if key[1] == predicate)
    return Figures(len(hit), wrong, wanted)


def proposals(cases: list[Case], predicate: str) -> set[Bag]:
    """The relations of one predicate that the rules read."""
    return {(i, *ends(predicate, s, o)) for i, case in enumerate(cases) for s, p, o in case.stated if p == predicate}


def chosen(odds: Odds, rules: set[Bag], kept: float, alone: float) -> set[Bag]:
    """What becomes a claim: what rules proposed from ``kept`` on, the rest from ``alone`` on; what the judge is not
    asked about stands."""
    likely = {key: 1 / (1 + np.exp(-x)) for key, x in odds.items()}
    proposed = {key for key in rules if likely.get(key, 1.0) >= kept}
    return proposed | {key for key, value in likely.items() if value >= alone}


def thresholds(unseen: list[Case], predicate: str, odds: Odds, rules: set[Bag]) -> tuple[float, float]:
    """The least probabilities, of proposals and of others, that give the best F0.7: a wrong fact costs users more than
    a missing one."""
    grid = [(kept, alone) for kept in (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3) for alone in (0.2, 0.3, 0.4, 0.5, 0.6)]
    rated = [(figures(unseen, predicate, chosen(odds, rules, *pair)), pair) for pair in grid]
    return max(rated, key=lambda row: row[0].f(0.7))[1]


def platt(unseen: list[Case], predicate: str, odds: Odds, got: set[Bag]) -> tuple[float, float]:
    """Scale and shift of the log odds of claims, so that they are honest."""
    rows = [(odds[key], unseen[key[0]].label(predicate, *key[1:])) for key in got if key in odds]
    known = [(x, label) for x, label in rows if label >= 0]
    if len({label for _, label in known}) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1.0).fit(np.array([[x] for x, _ in known]), [label for _, label in known])
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def reliability(rows: list[tuple[float, int]]) -> Iterator[str]:
    """Lines of a table: of the claims given a confidence in a range, how many are right."""
    for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        inside = [label for value, label in rows if low <= value < low + 0.1 + 1e-9 * (low > 0.85)]
        if inside:
            yield f"| {low:.1f}-{low + 0.1:.1f} | {len(inside)} | {sum(inside) / len(inside):.2f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--dry-run", action="store_true", help="measure, write nothing")
    args = parser.parse_args()
    found, given = recognised_cases(args.models), annotated_cases()
    stored: dict[str, list[npt.NDArray[np.float64]]] = collections.defaultdict(list)
    sure: list[tuple[float, int]] = []
    print("| relation | rules P | R | F1 | judge P | R | F1 |\n|---|---|---|---|---|---|---|")
    for predicate in PREDICATES:
        odds = held_out(found + given, found, FOLDS, predicate)
        rules = proposals(found, predicate)
        kept, alone = thresholds(found, predicate, odds, rules)
        got = chosen(odds, rules, kept, alone)
        scale, shift = platt(found, predicate, odds, got)
        print(f"| {predicate} | {figures(found, predicate, rules)} | {figures(found, predicate, got)} |", flush=True)
        for key in got & odds.keys():
            label = found[key[0]].label(predicate, *key[1:])
            if label >= 0:
                sure.append((float(1 / (1 + np.exp(-(scale * odds[key] + shift)))), label))
        model = fit(sample(found + given, predicate))
        for name, value in (("weights", model.coef_[0]), ("bias", model.intercept_[0])):
            stored[name].append(np.asarray(value))
        for name, number in (("kept", kept), ("alone", alone), ("scale", scale), ("shift", shift)):
            stored[name].append(np.asarray(number))
    print("\n| confidence | claims | right |\n|---|---|---|")
    print("\n".join(reliability(sure)))
    if not args.dry_run:
        out = ROOT / "kg" / "data" / "relations" / "judge.npz"
        out.parent.mkdir(exist_ok=True)
        np.savez_compressed(out, **{name: np.stack(values).astype(np.float16) for name, values in stored.items()})
        print(f"\n{out.relative_to(ROOT)}: {out.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
