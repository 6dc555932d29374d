"""The corpus as the judge of relations learns it: pairs with their features, and which relations the annotation has."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from spacy.language import Language

from kg.model import Document, Entity, Predicate, Recognised, RestoredText
from kg.pipeline import Work
from kg.recognise import recognise_with
from kg.recognise.components import pipeline
from kg.recognise.features import TYPES
from kg.recognise.judge import shaped
from kg.recognise.sentences import sentences
from kg.relate import proposed
from kg.relate.features import Observer
from kg.relate.judge import SYMMETRIC, columns, fired
from kg.relate.pairs import FRAMES, pairs
from kg.relate.view import View
from kg.resolve import resolve
from training.recogniser import CORPUS, TAGS, Article, articles, folds

sys.path.insert(0, str(CORPUS.parents[1] / "benchmarks"))
import score  # noqa: E402

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Instance:
    """A pair as the judge sees it: the columns of all its features, and of those of each predicate."""

    subject: str
    object: str
    shared: list[int]
    own: dict[Predicate, list[int]]


@dataclass(frozen=True, slots=True)
class Case:
    """An article: its mentions (start, end, key), its instances, the relations that the rules read, and what the
    annotation wants or leaves free."""

    home: str
    mentions: list[tuple[int, int, str]]
    instances: list[Instance]
    stated: frozenset[Key]
    want: frozenset[Key]
    free: frozenset[Key]
    found: dict[str, tuple[str, bool]]

    def gold_key(self, predicate: str, subject: str, object_: str) -> Key | None:
        """The relation in the annotation's own terms; None where an end is no entity of it."""
        if subject not in self.found or object_ not in self.found:
            return None
        key = (self.found[subject][0], predicate, self.found[object_][0])
        back = (key[2], predicate, key[0])
        known = self.want | self.free
        return back if predicate in SYMMETRIC and key not in known and back in known else key

    def label(self, predicate: str, subject: str, object_: str) -> int:
        """1 for a relation of the annotation, 0 for none, -1 for one that costs nothing and earns nothing."""
        key = self.gold_key(predicate, subject, object_)
        if key is None:
            return 0
        if key in self.want:
            return 1
        return -1 if key in self.free or self.found[subject][1] or self.found[object_][1] else 0


def recognised_cases(models: Path) -> list[Case]:
    """The articles with the mentions that a recogniser finds which was trained without them (``foldN.npz``)."""
    everything, found = articles(), dict[int, Case]()
    annotated = gold()
    for number, members in enumerate(folds(everything)):
        nlp = pipeline(models / f"fold{number}.npz")
        for i in members:
            found[i] = _case(everything[i], partial(_recognised, nlp), annotated[everything[i].name])
    return [found[i] for i in range(len(everything))]


def annotated_cases() -> list[Case]:
    """The articles with the mentions of the annotation."""
    annotated = gold()
    return [_case(article, _annotated, annotated[article.name]) for article in articles()]


def _restored(article: Article) -> RestoredText:
    text = article.text
    return RestoredText(text, text, range(len(text) + 1), title_end=max(text.find("\n"), 0))


def _recognised(nlp: Language, article: Article) -> Recognised:
    return recognise_with(nlp, _restored(article))


def _annotated(article: Article) -> Recognised:
    mentions = (shaped((start, end, TYPES[TAGS[tag]]), article.text, 0.9) for start, end, tag in article.spans)
    return Recognised(sentences(article.text), tuple(sorted(mentions)), ())


def _case(article: Article, recognise: Callable[[Article], Recognised], own: dict) -> Case:  # type: ignore[type-arg]
    restored = _restored(article)
    work = Work(Document(article.name, article.text), restored=restored)
    work = replace(work, recognised=recognise(article))
    work = replace(work, resolved=resolve(restored, work.meta, work.recognised))
    view = View(restored.text, work.recognised, work.resolved, {e.key: e for e in work.resolved.entities})
    claims = list(proposed(view))
    asked = (claim for claim in claims if claim.predicate in FRAMES)
    observer = Observer(view, fired(view, asked), restored.title_end)
    instances = [Instance(p.subject, p.object, *columns(observer, p)) for p in pairs(view)]
    want, free = _relations(own)
    triples = frozenset((c.subject, c.predicate, c.object) for c in claims)
    mentions = [(m.start, m.end, view.key(m)) for m in view.mentions]
    return Case(article.home, mentions, instances, triples, want, free, _matched(work.resolved.entities, own))


def _relations(gold: dict) -> tuple[frozenset[Key], frozenset[Key]]:  # type: ignore[type-arg]
    optional = {e["id"] for e in gold["entities"] if e.get("optional")}
    want, free = set[Key](), set[Key]()
    for row in gold["relations"]:
        open_ = row.get("optional") or row["s"] in optional or row["o"] in optional
        (free if open_ else want).add((row["s"], row["p"], row["o"]))
    return frozenset(want), frozenset(free)


def _matched(entities: tuple[Entity, ...], gold: dict) -> dict[str, tuple[str, bool]]:  # type: ignore[type-arg]
    """Our keys → the annotation's, with whether that is optional, one to one and by name, as the scorer does it."""
    by_name: dict[str, list[dict]] = defaultdict(list)  # type: ignore[type-arg]
    for row in gold["entities"]:
        for name in row["names"]:
            by_name[score.norm(name)].append(row)
    taken, found = set[str](), dict[str, tuple[str, bool]]()
    for names in (lambda e: (e.name,), lambda e: e.aliases):
        for entity in (e for e in entities if e.key not in found):
            rows = (row for name in names(entity) for row in by_name.get(score.norm(name), ()))
            hit = next((r for r in rows if r["id"] not in taken and entity.type in score.types_of(r)), None)
            if hit is not None:
                taken.add(hit["id"])
                found[entity.key] = (hit["id"], bool(hit.get("optional")))
    return found


def gold() -> dict[str, dict]:  # type: ignore[type-arg]
    """The corpus' annotation in the gold's form, by the article's name."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(CORPUS / "corpus.py"), "gold", str(CORPUS / "articles"), "--out", folder]
        subprocess.run(command, check=True, capture_output=True)
        return dict(_read(Path(folder)))


def _read(folder: Path) -> Iterator[tuple[str, dict]]:  # type: ignore[type-arg]
    for path in sorted(folder.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))
