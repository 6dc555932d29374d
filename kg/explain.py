"""What a graph knows of one thing: its names, classes, facts and figures, each with the sentences behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, QuerySolution, Store, Variable

from kg.errors import QueryError
from kg.model import Period
from kg.record.vocabulary import DCTERMS, ORG, PREDICATE_PROPERTY, PREFIXES, RDF, RDFS, SKOS, TYPE_CLASS, XZ


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A sentence: ``begin`` and ``end`` count characters of the restored text of ``document``."""

    document: str
    begin: int
    end: int
    sentence: str
    title: str
    date: str
    rule: str


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """A relation of the thing with another; ``forward`` where the thing is its subject.

    ``post`` is the title for holdsPost, else empty. ``date`` is when it held or happened, by what articles say. A fact
    without sources follows from reference data.
    """

    relation: str
    forward: bool
    other: str
    post: str
    date: str
    confidence: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, order=True)
class FigureTold:
    """A figure told about the thing; ``value`` keeps every digit, ``qualifier`` is "" for a plain amount, ``date`` is a
    W3C date, or two of them with a slash between."""

    indicator: str
    value: str
    unit: str
    approximate: bool
    qualifier: str
    date: str
    confidence: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One thing of the graph. Classes and relations are IRIs."""

    iri: str
    name: str
    aliases: tuple[str, ...]
    classes: tuple[str, ...]
    code: str
    facts: tuple[Fact, ...]
    figures: tuple[FigureTold, ...]


def explain(store: Store, name: str, *, min_confidence: float = 0.0) -> tuple[Profile, ...]:
    """Every thing or post that bears ``name``, as preferred or other label in any language, by IRI.

    Facts and figures of less confidence than ``min_confidence`` are left out; those from reference data stay. Raises
    ``QueryError`` for a name of nothing but white space.
    """
    if not name.strip():
        raise QueryError("NAME", "is empty", "give the name of a thing in the graph")
    nodes = {row["e"] for row in _select(store, _NAMED, name=Literal(name))}
    profiles = (_profile(store, node) for node in sorted(nodes, key=lambda node: node.value))
    return tuple(_surer(profile, min_confidence) for profile in profiles)


def _surer(profile: Profile, minimum: float) -> Profile:
    return replace(
        profile,
        facts=tuple(fact for fact in profile.facts if not fact.confidence or float(fact.confidence) >= minimum),
        figures=tuple(figure for figure in profile.figures if float(figure.confidence) >= minimum),
    )


_NAMED = f"""SELECT DISTINCT ?e ?name WHERE {{
  ?e skos:prefLabel|skos:altLabel|rdfs:label ?label FILTER(STR(?label) = ?name)
  ?e a ?top FILTER(?top IN ({", ".join(f"<{top.value}>" for top in (*TYPE_CLASS.values(), ORG.Post))}))
}}"""

_SENTENCES = """?evidence oa:exact ?sentence ; xz:beginIndex ?begin ; xz:endIndex ?end ; xz:rule ?rule ;
    dcterms:source ?article . ?article dcterms:identifier ?document .
  OPTIONAL { ?article dcterms:title ?headline } OPTIONAL { ?article dcterms:date ?day }"""

_INTERVAL = "OPTIONAL {{ {0} schema:startDate ?start }} OPTIONAL {{ {0} schema:endDate ?until }}"

_CLAIMS = f"""SELECT ?s ?p ?o ?confidence ?start ?until
  ?evidence ?sentence ?begin ?end ?rule ?document ?headline ?day WHERE {{
  ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; xz:confidence ?confidence ;
    prov:wasDerivedFrom ?evidence . {_SENTENCES}
  {_INTERVAL.format("?claim")}
}}"""

_FIGURES = f"""SELECT ?e ?o ?indicator ?value ?unit ?approximate ?qualifier ?date ?start ?until ?confidence
  ?sentence ?begin ?end ?rule ?document ?headline ?day WHERE {{
  ?o schema:observationAbout ?e ; schema:value ?value ; schema:unitText ?unit ; schema:name ?indicator ;
    xz:confidence ?confidence ; prov:wasDerivedFrom ?evidence . {_SENTENCES}
  OPTIONAL {{ ?o xz:approximate ?approximate }} OPTIONAL {{ ?o schema:observationDate ?date }}
  OPTIONAL {{ ?o xz:qualifier ?qualifier }} {_INTERVAL.format("?o")}
}}"""


def _profile(store: Store, node: NamedNode) -> Profile:
    name = _name(store, node)
    return Profile(
        iri=node.value,
        name=name,
        aliases=tuple(alias for alias in _values(store, node, SKOS.altLabel) if alias != name),
        classes=tuple(_values(store, node, RDF.type)),
        code=next(iter(_values(store, node, XZ.divisionCode)), ""),
        facts=tuple(sorted({_fact(store, node, *triple) for triple in _triples(store, node)})),
        figures=tuple(_figures(store, node)),
    )


def _triples(store: Store, node: NamedNode) -> Iterator[tuple[NamedNode, NamedNode, NamedNode]]:
    """The direct triples of the ontology's relations around a thing; people reach a body through its posts.

    A post has those who hold it, and its body.
    """
    for quad in store.quads_for_pattern(node, ORG.postIn, None):
        yield quad.subject, ORG.postIn, quad.object
    for relation in PREDICATE_PROPERTY.values():
        for quad in store.quads_for_pattern(node, relation, None):
            yield quad.subject, relation, quad.object
        for quad in store.quads_for_pattern(None, relation, node):
            yield quad.subject, relation, quad.object
    for in_body in store.quads_for_pattern(None, ORG.postIn, node):
        for quad in store.quads_for_pattern(None, ORG.holds, in_body.subject):
            yield quad.subject, ORG.holds, in_body.subject


def _fact(store: Store, node: NamedNode, subject: NamedNode, relation: NamedNode, object: NamedNode) -> Fact:
    if relation == ORG.postIn:  # whoever says that somebody holds the post says where it is
        rows = list(_select(store, _CLAIMS, p=ORG.holds, o=subject))
    else:
        rows = list(_select(store, _CLAIMS, s=subject, p=relation, o=object))
    forward = subject == node
    other, post = object if forward else subject, ""
    if relation == ORG.holds:
        post = next(iter(_values(store, object, XZ.title)), "")
        bodies = [quad.object for quad in store.quads_for_pattern(object, ORG.postIn, None)]
        other = min(bodies, key=lambda body: body.value, default=object) if forward else subject
    return Fact(
        relation=relation.value,
        forward=forward,
        other=_name(store, other),
        post=post,
        date=", ".join(sorted({told for row in rows if (told := _time(row))})),
        confidence=max((row["confidence"].value for row in rows), key=float, default=""),
        sources=tuple(sorted({_source(row) for row in rows})),
    )


def _figures(store: Store, node: NamedNode) -> Iterator[FigureTold]:
    rows: defaultdict[str, list[QuerySolution]] = defaultdict(list)
    for row in _select(store, _FIGURES, e=node):
        rows[row["o"].value].append(row)
    told = []
    for same in rows.values():
        indicator, value, unit, qualifier, date, confidence = (
            _text(same[0], name) for name in ("indicator", "value", "unit", "qualifier", "date", "confidence")
        )
        date = _time(same[0]) or date
        approximate = _text(same[0], "approximate") == "true"
        sources = tuple(sorted({_source(row) for row in same}))
        told.append(FigureTold(indicator, value, unit, approximate, qualifier, date, confidence, sources))
    yield from sorted(told)


def _time(row: QuerySolution) -> str:
    """The interval of a claim or figure, or its day, month or year; "" where it has none."""
    start, end = _text(row, "start"), _text(row, "until")
    return str(Period(start or None, end or None)) if start or end else ""


def _source(row: QuerySolution) -> Source:
    return Source(
        document=_text(row, "document"),
        begin=int(_text(row, "begin")),
        end=int(_text(row, "end")),
        sentence=_text(row, "sentence"),
        title=_text(row, "headline"),
        date=_text(row, "day"),
        rule=_text(row, "rule"),
    )


def _select(store: Store, sparql: str, **terms: NamedNode | Literal) -> Iterator[QuerySolution]:
    bound = {Variable(name): term for name, term in terms.items()}
    return store.query(sparql, prefixes=dict(PREFIXES), substitutions=bound)


def _text(row: QuerySolution, name: str) -> str:
    return row[name].value if row[name] is not None else ""


def _values(store: Store, node: NamedNode, property: NamedNode) -> list[str]:
    return sorted({quad.object.value for quad in store.quads_for_pattern(node, property, None)})


def _name(store: Store, node: NamedNode) -> str:
    properties = (SKOS.prefLabel, RDFS.label, DCTERMS.title)
    return next((value for property in properties for value in _values(store, node, property)), node.value)
