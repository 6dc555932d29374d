"""What a reader can look at in a graph, as plain frozen values: things, facts, figures, sentences, articles.

One pass over the sorted graph takes of each node what is shown, and no more. Of the reference graph (the division
tree) that are the places that documents name, and those above them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pyoxigraph as ox

from kg.model import Period
from kg.record.vocabulary import DCTERMS, OA, ORG, PREFIXES, PROV, RDF, SCHEMA, SKOS, TYPE_CLASS, XZ, divisions_graph
from kg.render.nodes import Node, Statements, first, nodes, text, values

Triple: TypeAlias = tuple[str, str, str]
#: subject, relation, object, post title ("" where it is no post), and the triple that a claim would be about.
Stated: TypeAlias = tuple[str, str, str, str, Triple]
#: source, number of its first character, sentence, begin, end and rule.
Proof: TypeAlias = tuple[str, float, str, str, str, str]


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


def read_page_data(quads: Iterable[bytes], *, base: str) -> PageData:
    """Read what the page shows from sorted lines of N-Quads, whose reference graph is ``base + "graph/divisions"``.

    Every triple between two things of a top class is a fact, whatever its predicate: what a later version of
    the ontology adds is shown without a change here.
    """
    met = _Met()
    for node in nodes(quads, _term(divisions_graph(base))):
        met.take(node)
    met.look_up_places()
    articles = _numbered(sorted(met.articles))
    quotes = _numbered(sorted(met.proofs, key=lambda iri: (*met.proofs[iri][:2], iri)))
    stated = sorted(set(_stated(met)))
    things = _numbered(_ranked(met.entities, stated))

    def quoted(evidence: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted({quotes[iri] for iri in evidence if iri in quotes}))

    return PageData(
        things=tuple(_thing(iri, met.entities.pop(iri), articles) for iri in things),
        facts=tuple(
            _fact(things[s], relation, things[o], title, triple, met.claims.get(triple, _Backing()), quoted)
            for s, relation, o, title, triple in stated
        ),
        figures=tuple(
            sorted(
                (
                    replace(figure, about=things[about], quotes=quoted(evidence))
                    for figure, of, evidence in sorted(met.figures, key=lambda told: told[0].iri)
                    for about in of
                    if about in things
                ),
                key=lambda figure: (figure.about, figure.quotes),
            )
        ),
        quotes=tuple(_quote(*met.proofs.pop(iri), articles) for iri in quotes),
        articles=tuple(met.articles[iri] for iri in articles),
    )


# --- a node at a time --------------------------------------------------------------------------------------


def _term(term: ox.NamedNode) -> bytes:
    """A term as lines of N-Quads have it."""
    return str(term).encode()


_TOPS = {_term(cls): top for top, cls in TYPE_CLASS.items()}
_TYPE, _NAME, _ALSO, _CODE = map(_term, (RDF.type, SKOS.prefLabel, SKOS.altLabel, XZ.divisionCode))
_EVIDENCE, _CLAIM, _OBSERVATION, _ARTICLE = map(_term, (XZ.Evidence, XZ.Claim, SCHEMA.Observation, SCHEMA.NewsArticle))
_PLACE, _WITHIN, _POST_IN, _TITLE = map(_term, (XZ.Place, XZ.locatedIn, ORG.postIn, XZ.title))
_SOURCE, _DERIVED, _CONFIDENCE, _ABOUT = map(
    _term, (DCTERMS.source, PROV.wasDerivedFrom, XZ.confidence, SCHEMA.observationAbout)
)
_START, _END, _DATE, _APPROXIMATE = map(
    _term, (SCHEMA.startDate, SCHEMA.endDate, SCHEMA.observationDate, XZ.approximate)
)
_OF_PROOF = tuple(map(_term, (OA.exact, XZ.beginIndex, XZ.endIndex, XZ.rule)))
_OF_ARTICLE = tuple(map(_term, (DCTERMS.identifier, DCTERMS.title, DCTERMS.date, DCTERMS.source, XZ.homePlace)))
_OF_CLAIM = tuple(map(_term, (RDF.subject, RDF.predicate, RDF.object)))
_OF_FIGURE = tuple(map(_term, (SCHEMA.name, SCHEMA.value, SCHEMA.unitText)))
_QUALIFIER = _term(XZ.qualifier)


@dataclass(frozen=True, slots=True)
class _Entity:
    """A thing as it is met: ``links`` are what it says of other nodes, ``graphs`` those that say what it is."""

    name: str
    also: tuple[str, ...]
    top: str
    kinds: tuple[str, ...]
    code: str
    links: tuple[tuple[str, str], ...]
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Backing:
    """What the claims about one triple say: the highest confidence, the dates, and all the evidence."""

    confidence: str = ""
    dates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Met:
    """What has been met of a graph, by IRI: of a post its title and bodies, of a figure whom it is about and what
    backs it. ``divisions`` are the nodes that the reference graph speaks of."""

    entities: dict[str, _Entity] = field(default_factory=dict)
    posts: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    claims: dict[Triple, _Backing] = field(default_factory=dict)
    figures: list[tuple[Figure, list[str], list[str]]] = field(default_factory=list)
    proofs: dict[str, Proof] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    divisions: dict[str, Node] = field(default_factory=dict)

    def take(self, node: Node) -> None:
        """Keep what is shown of a node."""
        own, types = node.own, node.own.get(_TYPE, ())
        if _EVIDENCE in types:
            sentence, begin, end, rule = (first(own, part) for part in _OF_PROOF)
            self.proofs[node.iri] = (first(own, _SOURCE), _number(begin), sentence, begin, end, rule)
        if _CLAIM in types:
            subject, predicate, object = (first(own, part) for part in _OF_CLAIM)
            triple = (subject, predicate, object)
            self.claims[triple] = _backed(self.claims.get(triple, _Backing()), own)
        if _OBSERVATION in types:
            self.figures.append((_figure(node.iri, own), values(own, _ABOUT), values(own, _DERIVED)))
        if _ARTICLE in types:
            self.articles[node.iri] = Article(*(first(own, part) for part in _OF_ARTICLE))
        if _POST_IN in own:
            self.posts[node.iri] = first(own, _TITLE), values(own, _POST_IN)
        if node.reference:
            self.divisions[node.iri] = node
        self._enter(node.iri, own, node.graphs)

    def look_up_places(self) -> None:
        """Add what the reference graph says about the places that documents name, and the places above them."""
        waiting = [iri for iri, node in self.divisions.items() if _PLACE in node.own.get(_TYPE, ())]
        seen = set(waiting)
        while waiting:
            iri = waiting.pop()
            if node := self.divisions.get(iri):
                told = {p: [*node.own.get(p, ()), *node.reference.get(p, ())] for p in node.own | node.reference}
                self._enter(iri, told, node.graphs)
                above = set(values(node.reference, _WITHIN)) - seen
                seen |= above
                waiting += above

    def _enter(self, iri: str, told: Statements, graphs: Iterable[bytes]) -> None:
        types = told.get(_TYPE, ())
        top = next((name for cls, name in _TOPS.items() if cls in types), None)
        if top is None:
            return
        prefix = PREFIXES["xz"]
        classes = (value.removeprefix(prefix) for value in values(told, _TYPE) if value.startswith(prefix))
        self.entities[iri] = _Entity(
            name=first(told, _NAME),
            also=tuple(values(told, _ALSO)),
            top=top,
            kinds=tuple(name for name in classes if name not in TYPE_CLASS),
            code=first(told, _CODE),
            links=tuple(
                (text(predicate), text(object))
                for predicate, objects in told.items()
                if predicate != _TYPE
                for object in objects
                if not object.startswith(b'"')
            ),
            graphs=tuple(map(text, graphs)),
        )


def _backed(known: _Backing, claim: Statements) -> _Backing:
    date = _interval(claim)
    return _Backing(
        max(known.confidence, first(claim, _CONFIDENCE), key=_number),
        tuple({*known.dates, date}) if date else known.dates,
        (*known.evidence, *values(claim, _DERIVED)),
    )


def _figure(iri: str, told: Statements) -> Figure:
    """A figure before things and quotes have their numbers."""
    name, value, unit = (first(told, part) for part in _OF_FIGURE)
    return Figure(
        iri=iri,
        about=-1,
        name=name,
        value=value,
        unit=unit,
        approximate=first(told, _APPROXIMATE) in ("true", "1"),
        qualifier=first(told, _QUALIFIER),
        date=_interval(told) or first(told, _DATE),
        confidence=first(told, _CONFIDENCE),
        quotes=(),
    )


def _interval(told: Statements) -> str:
    start, end = first(told, _START), first(told, _END)
    return str(Period(start or None, end or None)) if start or end else ""


# --- all together ------------------------------------------------------------------------------------------


def _stated(met: _Met) -> Iterator[Stated]:
    for subject, entity in met.entities.items():
        for predicate, obj in entity.links:
            triple = (subject, predicate, obj)
            if obj in met.entities:
                yield subject, _local(predicate), obj, "", triple
            elif predicate == ORG.holds.value and obj in met.posts:
                title, bodies = met.posts[obj]
                for body in bodies:
                    if body in met.entities:
                        yield subject, "holdsPost", body, title, triple


def _ranked(entities: dict[str, _Entity], stated: Iterable[Stated]) -> list[str]:
    degree: defaultdict[str, int] = defaultdict(int)
    for subject, _, obj, _, _ in stated:
        degree[subject] += 1
        degree[obj] += 1
    return sorted(entities, key=lambda iri: (-degree[iri], entities[iri].name, iri))


def _thing(iri: str, entity: _Entity, articles: dict[str, int]) -> Thing:
    name = entity.name or iri
    return Thing(
        iri=iri,
        name=name,
        also=tuple(other for other in entity.also if other != name),
        top=entity.top,
        kinds=entity.kinds,
        code=entity.code,
        articles=tuple(sorted({articles[graph] for graph in entity.graphs if graph in articles})),
    )


def _fact(
    subject: int,
    relation: str,
    obj: int,
    title: str,
    triple: Triple,
    backing: _Backing,
    quoted: Callable[[Iterable[str]], tuple[int, ...]],
) -> Fact:
    date = ", ".join(sorted(backing.dates))
    post = triple[2] if relation == "holdsPost" else ""
    return Fact(subject, relation, obj, title, date, backing.confidence, quoted(backing.evidence), triple[1], post)


def _quote(source: str, _: float, sentence: str, begin: str, end: str, rule: str, articles: dict[str, int]) -> Quote:
    return Quote(sentence, articles.get(source), begin, end, rule)


def _numbered(iris: Iterable[str]) -> dict[str, int]:
    return {iri: number for number, iri in enumerate(iris)}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
