"""What a document gave, as RDF: an ``Extraction`` becomes quads in the document's own named graph.

The shape is fixed by the vocabulary: direct triples for plain SPARQL, and beside each stated fact a claim node
with its confidence and its sentences. There are no blank nodes. Text from documents goes into literals only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from kg.model import Claim, Entity, Evidence, Extraction, Observation, Period
from kg.record.iris import Iris, is_division_code
from kg.record.vocabulary import (
    DCTERMS,
    KIND_CLASS,
    OA,
    ORG,
    PREDICATE_PROPERTY,
    PROV,
    PUBLIC_KINDS,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    TYPE_CLASS,
    XSD,
    XZ,
)
from kg.resolve.posts import post_label

Triple: TypeAlias = tuple[NamedNode, NamedNode, NamedNode | Literal]

DIGITS_WRITTEN = 30
"""How many digits a figure has at most; one that needs more is a slip of a key or an attack, not a figure."""

SIMPLIFIED, TRADITIONAL = "zh-Hans", "zh-Hant"

# What XML 1.0 cannot hold and halves of surrogate pairs, which no UTF-8 file can hold: such a literal would
# make RDF/XML exports and some stores fail as a whole.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def extraction_quads(extraction: Extraction, *, base: str) -> tuple[Quad, ...]:
    """The quads of one document, each once, in a fixed order; ``base`` is the IRI under which instances live.

    A figure whose value cannot be written is left out.

    Raises ``ValueError`` where a claim or a figure names an entity that the extraction does not hold.
    """
    names = _Names.of(extraction, Iris(base))
    graph, things = names.document, tuple(_merged_entities(extraction, names))
    triples = dict.fromkeys(
        (
            *_document(extraction, names),
            *(t for node, entity in things for t in _entity(node, entity)),
            *(t for node, entity in things for t in _candidates(node, entity, names)),
            *(t for claim in _merged(extraction.claims) for t in _claim(claim, names)),
            *(t for node, figure in _merged_figures(extraction, names) for t in _observation(node, figure, names)),
        )
    )
    return tuple(Quad(*triple, graph) for triple in triples)


def text(value: str, language: str | None = None) -> Literal:
    """A literal that every format can hold: unwritable characters become U+FFFD, so that offsets stay true.

    >>> text("石泉县\\x00", "zh-Hans").value
    '石泉县\\ufffd'
    """
    if not value.isprintable():
        value = _UNWRITABLE.sub("\ufffd", value)
    return Literal(value, language=language)


def is_writable(value: Decimal) -> bool:
    """Whether ``value`` is a number that a text can mean: finite, and of 30 digits at most when written out.

    >>> is_writable(Decimal("1.2E+4")), is_writable(Decimal("NaN")), is_writable(Decimal("1E+40"))
    (True, False, False)
    """
    if not value.is_finite():
        return False
    exponent = int(value.as_tuple().exponent)
    return max(value.adjusted() + 1, 1) + max(-exponent, 0) <= DIGITS_WRITTEN


def number(value: Decimal) -> Literal:
    """A whole number as ``xsd:integer``, any other as ``xsd:decimal``; never with an exponent.

    Raises ``ValueError`` for one that is not writable.

    >>> number(Decimal("1.30E+4")).value, number(Decimal("0.70")).value
    ('13000', '0.7')
    """
    if not is_writable(value):
        raise ValueError(f"no number that a text can mean: {value}")
    if value == value.to_integral_value():
        return Literal(f"{value:.0f}" if value else "0", datatype=XSD.integer)
    return Literal(format(value, "f").rstrip("0"), datatype=XSD.decimal)


def confidence(value: float) -> Literal:
    """A confidence as ``xsd:decimal`` with at most four digits after the point."""
    return Literal(format(Decimal(str(round(value, 4))).normalize(), "f"), datatype=XSD.decimal)


@dataclass(frozen=True, slots=True)
class _Names:
    """The IRIs that the statements of one document need."""

    iris: Iris
    document: NamedNode
    entities: Mapping[str, Entity]
    nodes: Mapping[str, NamedNode]

    @classmethod
    def of(cls, extraction: Extraction, iris: Iris) -> _Names:
        document = NamedNode(iris.document(extraction.document))
        entities = {entity.key: entity for entity in extraction.entities}
        nodes = {key: NamedNode(iris.entity(entity)) for key, entity in entities.items()}
        return cls(iris, document, entities, nodes)

    def entity(self, key: str) -> NamedNode:
        if key not in self.nodes:
            raise ValueError(f"a fact names the entity {key!r}, which the document does not hold")
        return self.nodes[key]

    def evidence(self, evidence: Evidence) -> NamedNode:
        return NamedNode(self.iris.evidence(self.document.value, evidence))

    def observation(self, figure: Observation) -> NamedNode:
        value = number(figure.value).value
        about = self.entity(figure.about).value
        return NamedNode(self.iris.observation(self.document.value, about, value, figure))


def _document(extraction: Extraction, names: _Names) -> Iterator[Triple]:
    node, meta = names.document, extraction.meta
    yield node, RDF.type, SCHEMA.NewsArticle
    yield node, DCTERMS.identifier, text(extraction.document.id)
    if meta.title:
        yield node, DCTERMS.title, text(meta.title)
    if meta.date:
        yield node, DCTERMS.date, Literal(meta.date.isoformat(), datatype=XSD.date)
    if meta.source:
        yield node, DCTERMS.source, text(meta.source)
    if extraction.home is not None:
        yield node, XZ.homePlace, names.entity(extraction.home)
        yield node, XZ.homeConfidence, confidence(extraction.home_confidence)


def _entity(node: NamedNode, entity: Entity) -> Iterator[Triple]:
    yield from described(node, TYPE_CLASS[entity.type], KIND_CLASS.get(entity.kind), entity.name)
    yield from ((node, SKOS.altLabel, text(alias, SIMPLIFIED)) for alias in sorted(set(entity.aliases) - {entity.name}))
    yield from ((node, SKOS.altLabel, text(form, TRADITIONAL)) for form in sorted(set(entity.hant)))
    if entity.type == "Place" and is_division_code(entity.code):
        yield node, XZ.divisionCode, Literal(entity.code or "")


def _candidates(place: NamedNode, entity: Entity, names: _Names) -> Iterator[Triple]:
    """The divisions that an open place may be, each a node with its code and confidence."""
    for code, share in entity.candidates:
        node = NamedNode(names.iris.candidate(names.document.value, place.value, code))
        yield place, XZ.candidate, node
        yield node, RDF.type, XZ.Candidate
        yield node, XZ.candidateCode, Literal(code)
        yield node, XZ.confidence, confidence(share)


def described(node: NamedNode, top: NamedNode, kind: NamedNode | None, name: str) -> Iterator[Triple]:
    """What every thing carries: its top class, its finer class where known, and its name twice."""
    yield node, RDF.type, top
    if kind is not None:
        yield node, RDF.type, kind
    yield node, SKOS.prefLabel, text(name, SIMPLIFIED)
    yield node, RDFS.label, text(name, SIMPLIFIED)


def _claim(claim: Claim, names: _Names) -> Iterator[Triple]:
    subject, property = names.entity(claim.subject), PREDICATE_PROPERTY[claim.predicate]
    if claim.predicate == "holdsPost":
        object, post = _post(claim, names)
        yield from post
        if names.entities[claim.object].kind in PUBLIC_KINDS:
            yield subject, RDF.type, XZ.Official
    else:
        object = names.entity(claim.object)
    yield subject, property, object
    if not claim.evidence:  # what follows from reference data alone needs no claim
        return
    node = NamedNode(names.iris.claim(names.document.value, subject.value, property.value, object.value))
    yield node, RDF.type, XZ.Claim
    yield node, RDF.type, RDF.Statement
    yield node, RDF.subject, subject
    yield node, RDF.predicate, property
    yield node, RDF.object, object
    yield node, XZ.confidence, confidence(claim.confidence)
    yield from _interval(node, claim.period or Period(None, None))
    yield from _derived(node, claim.evidence, names)


def _post(claim: Claim, names: _Names) -> tuple[NamedNode, tuple[Triple, ...]]:
    organisation, title = names.entities[claim.object], claim.title or ""
    node = NamedNode(names.iris.post(organisation.key, title))
    label = post_label(organisation.name, title)
    return node, (
        (node, RDF.type, ORG.Post),
        (node, ORG.postIn, names.entity(claim.object)),
        (node, XZ.title, text(title)),
        (node, RDFS.label, text(label, SIMPLIFIED)),
    )


def _observation(node: NamedNode, figure: Observation, names: _Names) -> Iterator[Triple]:
    yield node, RDF.type, SCHEMA.Observation
    yield node, SCHEMA.observationAbout, names.entity(figure.about)
    yield node, SCHEMA.value, number(figure.value)
    yield node, SCHEMA.unitText, text(figure.unit)
    yield node, SCHEMA.name, text(figure.indicator)
    if figure.approximate:
        yield node, XZ.approximate, Literal(True)
    if figure.qualifier:
        yield node, XZ.qualifier, text(figure.qualifier)
    if figure.period:
        yield from _measured(node, figure.period)
    yield node, XZ.confidence, confidence(figure.confidence)
    yield from _derived(node, figure.evidence, names)


def _measured(node: NamedNode, period: Period) -> Iterator[Triple]:
    """A day, month or year as the date; of a longer time its end is the date, and both ends stand beside it."""
    if period.end:
        yield node, SCHEMA.observationDate, date_literal(period.end)
    if period.start != period.end:
        yield from _interval(node, period if period.start else Period(None, None))


def _interval(node: NamedNode, period: Period) -> Iterator[Triple]:
    if period.start:
        yield node, SCHEMA.startDate, date_literal(period.start)
    if period.end:
        yield node, SCHEMA.endDate, date_literal(period.end)


def date_literal(value: str) -> Literal:
    """A day, month or year as a literal of the type that is as exact as it is.

    >>> str(date_literal("2021-03"))
    '"2021-03"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    """
    return Literal(value, datatype={4: XSD.gYear, 7: XSD.gYearMonth}.get(len(value), XSD.date))


def _derived(node: NamedNode, evidence: Iterable[Evidence], names: _Names) -> Iterator[Triple]:
    for item in sorted(set(evidence)):
        source = names.evidence(item)
        yield node, PROV.wasDerivedFrom, source
        yield source, RDF.type, XZ.Evidence
        yield source, DCTERMS.source, names.document
        yield source, OA.exact, text(item.sentence)
        yield source, XZ.beginIndex, Literal(str(item.start), datatype=XSD.integer)
        yield source, XZ.endIndex, Literal(str(item.end), datatype=XSD.integer)
        yield source, XZ.rule, text(item.rule)


def _merged_entities(extraction: Extraction, names: _Names) -> Iterator[tuple[NamedNode, Entity]]:
    """One entity a node: of two keys with one code the first gives the name, the other's names are aliases."""
    things: dict[NamedNode, Entity] = {}
    for entity in extraction.entities:
        node = names.entity(entity.key)
        if first := things.get(node):
            aliases = (*first.aliases, entity.name, *entity.aliases)
            entity = replace(first, aliases=aliases, hant=(*first.hant, *entity.hant), kind=first.kind or entity.kind)
        things[node] = entity
    yield from things.items()


def _merged(claims: Iterable[Claim]) -> Iterator[Claim]:
    """One claim a fact: a fact found twice has all its evidence and the better confidence."""
    facts: dict[tuple[str, str, str, str | None], Claim] = {}
    for claim in claims:
        fact = (claim.subject, claim.predicate, claim.object, claim.title)
        if (other := facts.get(fact)) is None:
            facts[fact] = claim
            continue
        evidence = tuple(sorted({*other.evidence, *claim.evidence}))
        sure, period = max(other.confidence, claim.confidence), other.period or claim.period
        facts[fact] = replace(claim, evidence=evidence, confidence=sure, period=period)
    yield from facts.values()


def _merged_figures(extraction: Extraction, names: _Names) -> Iterator[tuple[NamedNode, Observation]]:
    """One observation a node: of two that differ in confidence alone the surer stays. What is no number goes."""
    figures: dict[NamedNode, Observation] = {}
    for figure in extraction.observations:
        if not is_writable(figure.value):
            continue
        node = names.observation(figure)
        if node not in figures or figures[node].confidence < figure.confidence:
            figures[node] = figure
    yield from figures.items()
