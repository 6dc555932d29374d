"""The graph as a property graph sees it: things, facts between two of them, figures and articles, as plain rows.

What RDF says with a post and a claim node is one row here: who, which relation, whom, under which title, how sure, and
the sentences. Rows come by IRI, one after the other, so that a graph of any size can be written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kg.record.vocabulary import (
    DCTERMS,
    OA,
    ORG,
    PREDICATE_PROPERTY,
    PREFIXES,
    PROV,
    RDF,
    SCHEMA,
    SKOS,
    TYPE_CLASS,
    XZ,
)

Term: TypeAlias = NamedNode | Literal
_RELATION = {property: name for name, property in PREDICATE_PROPERTY.items()}


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity: ``top`` is its top class, ``kind`` its finer one or empty, ``articles`` how many name it."""

    iri: str
    name: str
    top: str
    kind: str
    code: str
    other_names: tuple[str, ...]
    articles: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a fact stands: ``begin`` and ``end`` count characters of the restored text, end exclusive."""

    text: str
    article: str
    document: str
    begin: str
    end: str
    rule: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation between two things; one without sentences comes from reference data.

    ``weight`` is the number of articles that state it, 1 for reference data; ``confidence`` (0 to 1) is the best of
    theirs, and 1 for reference data. ``title`` is the post's for holdsPost.
    """

    subject: str
    relation: str
    object: str
    title: str
    confidence: str
    weight: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number told about a thing; ``value`` stays text, so that no digit is lost."""

    iri: str
    about: str
    indicator: str
    value: str
    unit: str
    approximate: bool
    date: str
    confidence: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A document; ``home`` is the IRI of the place that it is about."""

    iri: str
    identifier: str
    title: str
    date: str
    source: str
    home: str


def things(store: Store) -> Iterator[Thing]:
    """Every entity, by IRI."""
    tops = {top: name for name, top in TYPE_CLASS.items()}
    for node in _instances(store, *tops):
        classes = _values(store, node, RDF.type)
        own = (iri.value.removeprefix(PREFIXES["xz"]) for iri in classes if iri.value.startswith(PREFIXES["xz"]))
        yield Thing(
            iri=node.value,
            name=_first(store, node, SKOS.prefLabel),
            top=next(name for top, name in tops.items() if top in classes),
            kind=next((kind for kind in own if kind not in TYPE_CLASS), ""),
            code=_first(store, node, XZ.divisionCode),
            other_names=tuple(sorted({term.value for term in _values(store, node, SKOS.altLabel)})),
            articles=len(_documents_of(store, node)),
        )


def facts(store: Store) -> Iterator[Fact]:
    """Every relation between two things, by subject, relation and object."""
    for node in _instances(store, *TYPE_CLASS.values()):
        claims = _claims_of(store, node)
        stated = (quad for quad in store.quads_for_pattern(node, None, None, DefaultGraph()))
        own = sorted(
            ((_RELATION[q.predicate], q.object) for q in stated if q.predicate in _RELATION),
            key=lambda pair: (pair[0], pair[1].value),
        )
        for relation, object in own:
            found = claims[PREDICATE_PROPERTY[relation], object]
            confidences = [_first(store, claim, XZ.confidence) for claim in found]
            sentences = {sentence for claim in found for sentence in _sentences(store, claim)}
            is_post = relation == "holdsPost"
            for end in _values(store, object, ORG.postIn) if is_post else (object,):
                yield Fact(
                    subject=node.value,
                    relation=relation,
                    object=end.value,
                    title=_first(store, object, XZ.title) if is_post else "",
                    confidence=max(confidences, key=float, default="1"),
                    weight=max(len(found), 1),
                    sentences=tuple(sorted(sentences, key=_place)),
                )


def figures(store: Store) -> Iterator[Figure]:
    """Every figure, by IRI."""
    for node in _instances(store, SCHEMA.Observation):
        yield Figure(
            iri=node.value,
            about=_first(store, node, SCHEMA.observationAbout),
            indicator=_first(store, node, SCHEMA.name),
            value=_first(store, node, SCHEMA.value),
            unit=_first(store, node, SCHEMA.unitText),
            approximate=_first(store, node, XZ.approximate) == "true",
            date=_first(store, node, SCHEMA.observationDate),
            confidence=_first(store, node, XZ.confidence),
            sentences=tuple(sorted(_sentences(store, node), key=_place)),
        )


def articles(store: Store) -> Iterator[Article]:
    """Every document, by IRI."""
    parts = (DCTERMS.identifier, DCTERMS.title, DCTERMS.date, DCTERMS.source, XZ.homePlace)
    for node in _instances(store, SCHEMA.NewsArticle):
        yield Article(node.value, *(_first(store, node, part) for part in parts))


def _instances(store: Store, *classes: NamedNode) -> Iterator[NamedNode]:
    found = {q.subject.value for c in classes for q in store.quads_for_pattern(None, RDF.type, c, DefaultGraph())}
    return map(NamedNode, sorted(found))


def _values(store: Store, node: NamedNode, predicate: NamedNode) -> list[Term]:
    found = (quad.object for quad in store.quads_for_pattern(node, predicate, None, DefaultGraph()))
    return sorted(found, key=lambda term: term.value)


def _first(store: Store, node: NamedNode, predicate: NamedNode) -> str:
    return next((term.value for term in _values(store, node, predicate)), "")


def _documents_of(store: Store, node: NamedNode) -> set[str]:
    """The articles whose graphs say what this node is; the division table's graph is no article."""
    graphs = {quad.graph_name for quad in store.quads_for_pattern(node, RDF.type, None)} - {DefaultGraph()}
    return {g.value for g in graphs if any(store.quads_for_pattern(g, RDF.type, SCHEMA.NewsArticle, DefaultGraph()))}


def _claims_of(store: Store, subject: NamedNode) -> defaultdict[tuple[NamedNode, Term], list[NamedNode]]:
    claims: defaultdict[tuple[NamedNode, Term], list[NamedNode]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, RDF.subject, subject, DefaultGraph()):
        for predicate in _values(store, quad.subject, RDF.predicate):
            for object in _values(store, quad.subject, RDF.object):
                claims[predicate, object].append(quad.subject)  # type: ignore[index]
    return claims


def _sentences(store: Store, node: NamedNode) -> Iterator[Sentence]:
    for evidence in _values(store, node, PROV.wasDerivedFrom):
        for article in _values(store, evidence, DCTERMS.source):  # type: ignore[arg-type]
            yield Sentence(
                text=_first(store, evidence, OA.exact),  # type: ignore[arg-type]
                article=article.value,
                document=_first(store, article, DCTERMS.identifier),  # type: ignore[arg-type]
                begin=_first(store, evidence, XZ.beginIndex),  # type: ignore[arg-type]
                end=_first(store, evidence, XZ.endIndex),  # type: ignore[arg-type]
                rule=_first(store, evidence, XZ.rule),  # type: ignore[arg-type]
            )


def _place(sentence: Sentence) -> tuple[str, str, int, str]:
    return sentence.document, sentence.article, int(sentence.begin or 0), sentence.rule
