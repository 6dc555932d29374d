"""Build ``kg/data/relate/about.npz``: the decision trees that choose what a figure is told of.

usage: python -m training.about --models DIR [--check]

Boosted trees (LightGBM, which training alone needs) over the candidates of ``kg.relate.referents``, under a conditional
logit: the candidates of one figure share one unit of probability. They learn from the figures of the annotated corpus,
each article read twice: with the names that a recogniser finds which has not seen it (``--models`` has the fold models
of ``python -m training.recogniser cv --models DIR``) and with the annotation's own. Prints the share of figures told
of the right thing by cross-validation over the home places, and how often a choice of a given probability is right;
figures whose thing was not found at all count as wrong. ``--check`` writes nothing.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from kg.model import Document, Entity, Recognised, RestoredText
from kg.pipeline import STAGES, Recogniser, Work
from kg.recognise import recognise, recognise_with
from kg.recognise.components import pipeline
from kg.recognise.features import TYPES
from kg.recognise.judge import shaped
from kg.recognise.sentences import sentences
from kg.relate.about import Trees
from kg.relate.referents import NOT_FOUND, Referents
from kg.relate.view import View
from training.recogniser import CORPUS, FOLDS, ROOT, TAGS, Article, corpus, folds
from training.recogniser import articles as annotated

TARGET = ROOT / "kg/data/relate/about.npz"
BAGS, TREES = 3, 130
SETTINGS = {
    **{"learning_rate": 0.08, "num_leaves": 8, "min_data_in_leaf": 15, "lambda_l2": 5, "feature_fraction": 0.4},
    **{"bagging_fraction": 0.8, "bagging_freq": 1, "use_missing": False, "num_threads": 1, "verbose": -1},
    **{"deterministic": True, "force_row_wise": True},
}
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A figure of an article: its candidates' keys and rows, and which of them are right."""

    fold: int
    keys: tuple[str, ...]
    rows: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]


def folded(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


def examples(article: Article, fold: int, recogniser: Recogniser) -> list[Example]:
    text, _, entities, facts, _ = corpus.read(CORPUS / "articles" / f"{article.name}.ann")
    work = Work(Document(article.name, text), recogniser)
    for _, stage in STAGES[:3]:
        work = stage(work)
    view = View(work.restored.text, work.recognised, work.resolved, {e.key: e for e in work.resolved.entities})
    forms = {entity["name"]: {folded(form) for form in (entity["name"], *entity["others"])} for entity in entities}
    wanted: defaultdict[tuple[Decimal, str], list[str]] = defaultdict(list)
    for fact in facts:
        if "about" in fact and not fact["optional"]:
            wanted[Decimal(str(fact["value"])).normalize(), fact["unit"]].append(fact["about"])
    found, referents = list[Example](), Referents(view)
    for figure in work.recognised.figures:
        about = wanted.get((figure.value.normalize(), figure.unit))
        if about:
            names, options = forms[about.pop(0)], referents.of(figure)
            known = {o.key for o in options} - {NOT_FOUND}
            right = {key for key in known if folded(view.by_key[key].name) in names}
            right = right or {key for key in known if _also(view.by_key[key], names)} or {NOT_FOUND}
            keys, rows = tuple(o.key for o in options), np.array(referents.rows(figure, options), np.float32)
            found.append(Example(fold, keys, rows, np.array([key in right for key in keys])))
    return found


def _also(entity: Entity, names: set[str]) -> bool:
    return any(folded(alias) in names for alias in entity.aliases)


def fit(sample: list[Example]) -> list[dict[str, Any]]:
    """Trees that make the right candidates likeliest: ``BAGS`` forests, each of other parts of the sample."""
    rows = np.concatenate([example.rows for example in sample])
    right = np.concatenate([example.right for example in sample]).astype(float)
    sizes = [len(example.keys) for example in sample]
    owner, first = np.repeat(np.arange(len(sample)), sizes), np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def slope(scores: Array, _: lightgbm.Dataset) -> tuple[Array, Array]:
        shares = np.exp(scores - np.maximum.reduceat(scores, first)[owner])
        chance = shares / np.add.reduceat(shares, first)[owner]
        hit = shares * right
        return chance - hit / np.add.reduceat(hit, first)[owner], np.maximum(chance * (1 - chance), 1e-3)

    found = []
    for seed in range(BAGS):
        booster = lightgbm.train({**SETTINGS, "objective": slope, "seed": seed}, lightgbm.Dataset(rows, right), TREES)
        found += [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    return found


def arrays(grown: list[dict[str, Any]]) -> Trees:
    """The trees as ``kg.relate.about`` reads them."""
    tables = [_table(tree) for tree in grown]
    size = max(map(len, tables))
    padded = np.zeros((len(tables), size, 5))
    for number, table in enumerate(tables):
        padded[number, : len(table)] = table
    feature, threshold, left, right, value = np.moveaxis(padded, 2, 0)
    return Trees(
        feature.astype(np.int16),
        threshold.astype(np.float32),
        left.astype(np.int16),
        right.astype(np.int16),
        (value / BAGS).astype(np.float32),
    )


def _table(tree: dict[str, Any]) -> list[list[float]]:
    """Rows of feature, threshold, left, right and value, the root first."""
    table: list[list[float]] = []

    def add(node: dict[str, Any]) -> int:
        at = len(table)
        table.append([0, 0, at, at, node.get("leaf_value", 0)])
        if "leaf_value" not in node:
            left, right = add(node["left_child"]), add(node["right_child"])
            table[at] = [node["split_feature"], node["threshold"], left, right, 0]
        return at

    add(tree)
    return table


def held_out(models: Path) -> list[Example]:
    """The examples of the whole corpus, each article read by the recogniser of the fold that leaves it out."""
    everything, sample = annotated(), list[Example]()
    for number, members in enumerate(folds(everything)):
        recogniser = partial(recognise_with, pipeline(models / f"fold{number}.npz"))
        for member in members:
            sample += examples(everything[member], number, recogniser)
    return sample


def given() -> list[Example]:
    """The examples of the whole corpus with the annotation's own names."""
    everything, sample = annotated(), list[Example]()
    for number, members in enumerate(folds(everything)):
        for member in members:
            article = everything[member]
            sample += examples(article, number, partial(_annotated, article))
    return sample


def _annotated(article: Article, restored: RestoredText) -> Recognised:
    spans = ((*restored.restored_span(start, end), TYPES[TAGS[tag]]) for start, end, tag in article.spans)
    mentions = (shaped(span, restored.text, 0.9) for span in spans if span[0] < span[1])
    named = Recognised(sentences(restored.text), tuple(sorted(mentions)), ())
    return replace(named, figures=recognise(restored).figures)


def cross_validated(sample: list[Example], folds: int) -> list[tuple[bool, float]]:
    """For each figure, whether the choice was right and how probable it was called, by trees that learned from the
    articles of other places."""
    results = dict[int, tuple[bool, float]]()
    for held in range(folds):
        forest = arrays(fit([e for e in sample if e.fold != held]))
        for number, example in ((n, e) for n, e in enumerate(sample) if e.fold == held):
            scores = forest.scores(example.rows)
            chances = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            best = max(range(len(scores) - 1), key=scores.__getitem__, default=-1)  # NOT_FOUND is the last one
            results[number] = best >= 0 and bool(example.right[best]), float(chances[best])
    return [results[number] for number in range(len(sample))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    found, own = held_out(options.models), given()
    every = cross_validated(found + own, FOLDS)
    for told, asked, results in (("found", found, every[: len(found)]), ("annotated", own, every[len(found) :])):
        possible, right = sum(not e.right[-1] for e in asked), sum(hit for hit, _ in results)
        print(
            f"names {told}: {len(asked)} figures, the right thing among the candidates of {possible / len(asked):.3f}"
        )
        print(f"right by {FOLDS}-fold cross-validation over home places: {right / len(asked):.3f}")
        for low in range(0, 10, 2):
            band = [hit for hit, chance in results if low <= chance * 10 < low + 2 or low == 8 and chance >= 1]
            print(
                f"called {low / 10:.1f} to {low / 10 + 0.2:.1f}:"
                f" {len(band):5} right {sum(band) / max(len(band), 1):.3f}"
            )
    if not options.check:
        forest = arrays(fit(found + own))
        np.savez_compressed(TARGET, **{field.name: getattr(forest, field.name) for field in fields(forest)})
        print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
