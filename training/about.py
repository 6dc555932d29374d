"""Build ``kg/data/relate/about.json``: how much each feature speaks for a name as what a figure is told of.

usage: python -m training.about --models DIR [--check]

A conditional logit over the candidates of ``kg.relate.about``, trained on the figures of the annotated corpus as the
program itself reads them, with the names that a recogniser finds which has not seen the article (``--models`` has the
fold models of ``python -m training.recogniser cv --models DIR``). Prints the share of figures told of the right thing
by cross-validation over articles, and how often a choice of a given probability is right; figures whose thing was not
found at all count as wrong. ``--check`` writes nothing.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np

from kg.model import Document, Entity
from kg.pipeline import STAGES, Recogniser, Work
from kg.recognise import recognise_with
from kg.recognise.components import pipeline
from kg.relate.about import NOT_FOUND, candidates
from kg.relate.view import View
from training.recogniser import CORPUS, FOLDS, ROOT, corpus, folds
from training.recogniser import articles as annotated

TARGET = ROOT / "kg/data/relate/about.json"
SEEN_AT_LEAST = 5  # a feature that is rarer tells of articles, not of the language
SHRINK = 1.0  # the prior's strength; 0.3, 1 and 3 are within 0.003 of each other by cross-validation
STEPS, RATE = 300, 0.1


@dataclass(frozen=True)
class Example:
    """A figure of an article: its candidates' keys and features, and which keys are right."""

    article: str
    keys: tuple[str, ...]
    features: tuple[frozenset[str], ...]
    right: frozenset[str]


def folded(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


def examples(path: Path, recogniser: Recogniser) -> list[Example]:
    text, _, entities, facts, _ = corpus.read(path)
    work = Work(Document(path.stem, text), recogniser)
    for _, stage in STAGES[:3]:
        work = stage(work)
    view = View(work.restored.text, work.recognised, work.resolved, {e.key: e for e in work.resolved.entities})
    forms = {entity["name"]: {folded(form) for form in (entity["name"], *entity["others"])} for entity in entities}
    wanted: defaultdict[tuple[Decimal, str], list[str]] = defaultdict(list)
    for fact in facts:
        if "about" in fact and not fact["optional"]:
            wanted[Decimal(str(fact["value"])).normalize(), fact["unit"]].append(fact["about"])
    found = []
    for figure in work.recognised.figures:
        about = wanted.get((figure.value.normalize(), figure.unit))
        if about:
            names = forms[about.pop(0)]
            options = candidates(view, figure)
            known = {o.key for o in options} - {NOT_FOUND}
            right = {key for key in known if folded(view.by_key[key].name) in names}
            right = right or {key for key in known if _also(view.by_key[key], names)} or {NOT_FOUND}
            keys, features = tuple(o.key for o in options), tuple(o.features for o in options)
            found.append(Example(path.stem, keys, features, frozenset(right)))
    return found


def _also(entity: Entity, names: set[str]) -> bool:
    return any(folded(alias) in names for alias in entity.aliases)


def train(sample: list[Example]) -> dict[str, float]:
    """Weights that make the right candidates likeliest: gradient ascent (Adam) on the log likelihood, with a prior."""
    counts = Counter(f for example in sample for features in example.features for f in features)
    names = sorted(f for f, count in counts.items() if count >= SEEN_AT_LEAST)
    at = {name: i for i, name in enumerate(names)}
    rows = [(n, at[f]) for n, f in _rows(sample) if f in at]
    row, column = np.array(rows).T
    owner = np.concatenate([np.full(len(e.keys), i) for i, e in enumerate(sample)])
    right = np.array([key in e.right for e in sample for key in e.keys])
    weights, first, second = (np.zeros(len(names)) for _ in range(3))
    for step in range(1, STEPS + 1):
        scores = np.exp(np.clip(np.bincount(row, weights[column], len(owner)), -30, 30))
        chance = scores / np.bincount(owner, scores)[owner]
        hit = scores * right
        target = hit / np.bincount(owner, hit)[owner]
        slope = np.bincount(column, (target - chance)[row], len(names)) - SHRINK * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights += RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 0.01}


def _rows(sample: list[Example]) -> list[tuple[int, str]]:
    everything = [features for example in sample for features in example.features]
    return [(n, feature) for n, features in enumerate(everything) for feature in sorted(features)]


def chosen(example: Example, weights: dict[str, float]) -> tuple[str, float]:
    scores = np.exp([sum(weights.get(f, 0.0) for f in features) for features in example.features])
    chances: defaultdict[str, float] = defaultdict(float)
    for key, score in zip(example.keys, scores, strict=True):
        chances[key] += float(score)
    key = max(sorted(chances.keys() - {NOT_FOUND}), default=NOT_FOUND, key=chances.__getitem__)
    return key, chances[key] / sum(chances.values())


def held_out(models: Path) -> list[Example]:
    """The examples of the whole corpus, each article read by the recogniser of the fold that leaves it out."""
    everything, sample = annotated(), list[Example]()
    for number, members in enumerate(folds(everything)):
        recogniser = partial(recognise_with, pipeline(models / f"fold{number}.npz"))
        for member in members:
            sample += examples(CORPUS / "articles" / f"{everything[member].name}.ann", recogniser)
    return sorted(sample, key=lambda example: example.article)


def cross_validated(sample: list[Example], folds: int) -> list[tuple[bool, float]]:
    """For each figure, whether the choice was right and how probable it was called, by the other articles' weights."""
    articles = sorted({example.article for example in sample})
    fold = {article: i % folds for i, article in enumerate(articles)}
    results = []
    for held in range(folds):
        weights = train([e for e in sample if fold[e.article] != held])
        for example in (e for e in sample if fold[e.article] == held):
            key, chance = chosen(example, weights)
            results.append((key in example.right - {NOT_FOUND}, chance))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    sample = held_out(options.models)
    results = cross_validated(sample, FOLDS)
    possible = sum(e.right != {NOT_FOUND} for e in sample)
    right = sum(hit for hit, _ in results)
    print(f"{len(sample)} figures; the right thing is among the candidates of {possible / len(sample):.3f}")
    print(f"right by {FOLDS}-fold cross-validation over articles: {right / len(sample):.3f}")
    for low in range(0, 10, 2):
        band = [hit for hit, chance in results if low <= chance * 10 < low + 2 or low == 8 and chance >= 1]
        print(f"called {low / 10:.1f} to {low / 10 + 0.2:.1f}: {len(band):5} right {sum(band) / max(len(band), 1):.3f}")
    if not options.check:
        weights = train(sample)
        TARGET.parent.mkdir(exist_ok=True)
        told = {"figures": len(sample), "cross-validated": round(right / len(sample), 3), "weights": weights}
        TARGET.write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
