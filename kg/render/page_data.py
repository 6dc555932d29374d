"""What a reader can look at in a store, as plain frozen values: things, facts, figures, sentences, articles.

One pass over the documents' graphs fills a table of subject → predicate → terms; the rest picks from it. The
reference graph (the division tree, perhaps 600,000 places) is never walked: only the places that documents
name are looked up in it, and those above them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.model import Period
from kg.record.vocabulary import DCTERMS, OA, ORG, PREFIXES, PROV, RDF, SCHEMA, SKOS, TYPE_CLASS, XZ, divisions_graph

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Table: TypeAlias = defaultdict[str, defaultdict[ox.NamedNode, set[Term]]]
#: subject, predicate, object, post title ("" where it is no post), and the triple that a claim would be about.
Stated: TypeAlias = tuple[str, str, str, str, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Article:
    """A document as the panel cites it; ``home`` is the IRI of the place that it is about."""

    id: str
    title: str
    date: str
    source: str
    home: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence: ``begin`` and ``end`` count characters of the restored text, ``article`` is an index."""

    text: str
    article: int | None
    begin: str
    end: str
    rule: str


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity: ``top`` is its top class, ``kinds`` the finer ones, ``articles`` the documents that name it."""

    iri: str
    name: str
    also: tuple[str, ...]
    top: str
    kinds: tuple[str, ...]
    code: str
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation between two things; ``title`` is the post's for holdsPost, ``quotes`` are indices.

    ``date`` is when it held or happened, by what articles say, "" where none does. A fact without quotes comes from
    the reference data. ``predicate`` is the triple's IRI and ``post`` the post's, "" where there is none.
    """

    subject: int
    relation: str
    object: int
    title: str
    date: str
    confidence: str
    quotes: tuple[int, ...]
    predicate: str
    post: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number told about a thing, with its own ``iri``; ``value`` stays a string, so that no digit is lost.

    ``date`` is a W3C date, or two with a slash between; ``qualifier`` is "" for a plain amount.
    """

    iri: str
    about: int
    name: str
    value: str
    unit: str
    approximate: bool
    qualifier: str
    date: str
    confidence: str
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageData:
    """All that the page shows. Things come best connected first, then by name and IRI; an index is a place here."""

    things: tuple[Thing, ...]
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    quotes: tuple[Quote, ...]
    articles: tuple[Article, ...]


def read_page_data(store: ox.Store, *, base: str) -> PageData:
    """Read what the page shows from ``store``, whose reference graph is ``base + "graph/divisions"``.

    Every triple between two things of a top class is a fact, whatever its predicate: what a later version of
    the ontology adds is shown without a change here.
    """
    reference = divisions_graph(base)
    table: Table = defaultdict(lambda: defaultdict(set))
    named_in: defaultdict[str, set[str]] = defaultdict(set)
    for graph in store.named_graphs():
        if graph != reference:
            _fill(table, store, graph, named_in)
    _look_up_places(table, store, reference)

    entities = {iri for cls in TYPE_CLASS.values() for iri in _instances(table, cls)}
    articles = _numbered(_instances(table, SCHEMA.NewsArticle))
    quotes = _numbered(sorted(_instances(table, XZ.Evidence), key=lambda iri: _place_in_text(table, iri)))
    stated = sorted(set(_stated(table, entities)))
    things = _numbered(_ranked(table, entities, stated))
    claims = _claims(table)

    def quoted(evidence: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted(quotes[iri] for iri in evidence if iri in quotes))

    return PageData(
        things=tuple(_thing(table, iri, _indices(named_in[iri], articles)) for iri in things),
        facts=tuple(
            _fact(things[s], relation, things[o], title, triple, claims[triple], quoted)
            for s, relation, o, title, triple in stated
        ),
        figures=tuple(
            sorted(
                (
                    _figure(table, iri, things[about], quoted(_values(table, iri, PROV.wasDerivedFrom)))
                    for iri in _instances(table, SCHEMA.Observation)
                    for about in _values(table, iri, SCHEMA.observationAbout)
                    if about in things
                ),
                key=lambda figure: (figure.about, figure.quotes),
            )
        ),
        quotes=tuple(_quote(table, iri, articles) for iri in quotes),
        articles=tuple(_article(table, iri) for iri in articles),
    )


def _fill(table: Table, store: ox.Store, graph: ox.NamedNode | ox.BlankNode, named_in: dict[str, set[str]]) -> None:
    for quad in store.quads_for_pattern(None, None, None, graph):
        subject = _text(quad.subject)
        table[subject][quad.predicate].add(quad.object)
        if quad.predicate == RDF.type:
            named_in[subject].add(_text(graph))


def _look_up_places(table: Table, store: ox.Store, reference: ox.NamedNode) -> None:
    """Add what the reference graph says about the places in ``table``, and the places above them."""
    waiting = sorted(_instances(table, XZ.Place))
    seen = set(waiting)
    while waiting:
        place = waiting.pop()
        for quad in store.quads_for_pattern(ox.NamedNode(place), None, None, reference):
            table[place][quad.predicate].add(quad.object)
            if quad.predicate == XZ.locatedIn and _text(quad.object) not in seen:
                seen.add(_text(quad.object))
                waiting.append(_text(quad.object))


def _stated(table: Table, entities: set[str]) -> Iterator[Stated]:
    for subject in entities:
        for predicate, objects in table[subject].items():
            for obj in map(_text, objects):
                triple = (subject, predicate.value, obj)
                if obj in entities:
                    yield subject, _local(predicate.value), obj, "", triple
                elif predicate == ORG.holds and obj in table:
                    title = _first(table, obj, XZ.title)
                    for body in _values(table, obj, ORG.postIn):
                        if body in entities:
                            yield subject, "holdsPost", body, title, triple


@dataclass(frozen=True, slots=True)
class _Backing:
    """What the claims about one triple say: the highest confidence, the dates, and all the evidence."""

    confidence: str = ""
    dates: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()


def _claims(table: Table) -> defaultdict[tuple[str, str, str], _Backing]:
    """What stands behind each triple that has a claim."""
    claims: defaultdict[tuple[str, str, str], _Backing] = defaultdict(_Backing)
    for iri in _instances(table, XZ.Claim):
        subject, predicate, obj = (_first(table, iri, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        known = claims[subject, predicate, obj]
        claims[subject, predicate, obj] = _Backing(
            max(known.confidence, _first(table, iri, XZ.confidence), key=_number),
            known.dates | ({_interval(table, iri)} - {""}),
            known.evidence.union(_values(table, iri, PROV.wasDerivedFrom)),
        )
    return claims


def _interval(table: Table, iri: str) -> str:
    start, end = _first(table, iri, SCHEMA.startDate), _first(table, iri, SCHEMA.endDate)
    return str(Period(start or None, end or None)) if start or end else ""


def _ranked(table: Table, entities: set[str], stated: list[Stated]) -> list[str]:
    degree: defaultdict[str, int] = defaultdict(int)
    for subject, _, obj, _, _ in stated:
        degree[subject] += 1
        degree[obj] += 1
    return sorted(entities, key=lambda iri: (-degree[iri], _first(table, iri, SKOS.prefLabel), iri))


def _place_in_text(table: Table, evidence: str) -> tuple[str, float, str]:
    return _first(table, evidence, DCTERMS.source), _number(_first(table, evidence, XZ.beginIndex)), evidence


def _thing(table: Table, iri: str, articles: tuple[int, ...]) -> Thing:
    own = PREFIXES["xz"]
    classes = [value.removeprefix(own) for value in _values(table, iri, RDF.type) if value.startswith(own)]
    name = _first(table, iri, SKOS.prefLabel) or iri
    return Thing(
        iri=iri,
        name=name,
        also=tuple(value for value in _values(table, iri, SKOS.altLabel) if value != name),
        top=next(top for top in TYPE_CLASS if top in classes),
        kinds=tuple(kind for kind in classes if kind not in TYPE_CLASS),
        code=_first(table, iri, XZ.divisionCode),
        articles=articles,
    )


def _fact(
    subject: int,
    relation: str,
    obj: int,
    title: str,
    triple: tuple[str, str, str],
    backing: _Backing,
    quoted: Callable[..., tuple[int, ...]],
) -> Fact:
    date = ", ".join(sorted(backing.dates))
    post = triple[2] if relation == "holdsPost" else ""
    return Fact(subject, relation, obj, title, date, backing.confidence, quoted(backing.evidence), triple[1], post)


def _figure(table: Table, iri: str, about: int, quotes: tuple[int, ...]) -> Figure:
    return Figure(
        iri=iri,
        about=about,
        name=_first(table, iri, SCHEMA.name),
        value=_first(table, iri, SCHEMA.value),
        unit=_first(table, iri, SCHEMA.unitText),
        approximate=_first(table, iri, XZ.approximate) in ("true", "1"),
        qualifier=_first(table, iri, XZ.qualifier),
        date=_interval(table, iri) or _first(table, iri, SCHEMA.observationDate),
        confidence=_first(table, iri, XZ.confidence),
        quotes=quotes,
    )


def _quote(table: Table, iri: str, articles: dict[str, int]) -> Quote:
    return Quote(
        text=_first(table, iri, OA.exact),
        article=articles.get(_first(table, iri, DCTERMS.source)),
        begin=_first(table, iri, XZ.beginIndex),
        end=_first(table, iri, XZ.endIndex),
        rule=_first(table, iri, XZ.rule),
    )


def _article(table: Table, iri: str) -> Article:
    parts = (DCTERMS.identifier, DCTERMS.title, DCTERMS.date, DCTERMS.source, XZ.homePlace)
    return Article(*(_first(table, iri, part) for part in parts))


def _instances(table: Table, cls: ox.NamedNode) -> list[str]:
    return sorted(subject for subject, facts in table.items() if cls in facts.get(RDF.type, ()))


def _values(table: Table, subject: str, predicate: ox.NamedNode) -> list[str]:
    """The values as text, without repeats (one name in two scripts may be the same string), sorted."""
    return sorted({_text(term) for term in table[subject].get(predicate, ())}) if subject in table else []


def _first(table: Table, subject: str, predicate: ox.NamedNode) -> str:
    return next(iter(_values(table, subject, predicate)), "")


def _numbered(iris: Iterable[str]) -> dict[str, int]:
    return {iri: number for number, iri in enumerate(iris)}


def _indices(iris: Iterable[str], numbers: dict[str, int]) -> tuple[int, ...]:
    return tuple(sorted(numbers[iri] for iri in iris if iri in numbers))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else str(term)


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
