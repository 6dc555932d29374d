"""The terms that the graph is written in: namespaces, classes, properties, and how ``kg.model`` maps to them.

Every term named here is defined or explained in ``ontology/xianzhi.ttl``; a test holds the two together.
A namespace is reached by attribute (``XZ.Person``); a misspelt term fails at once with ``AttributeError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

from pyoxigraph import NamedNode

from kg.errors import SettingsError
from kg.model import EntityType, Predicate

DEFAULT_BASE = "https://w3id.org/xianzhi/id/"
"""Where instances live unless the user sets another base IRI; ends in ``/``."""

ONTOLOGY = NamedNode("https://w3id.org/xianzhi/ontology")

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "xz": "https://w3id.org/xianzhi/ontology#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefix to namespace, for serialising and for queries."""

KINDS: Mapping[EntityType, tuple[str, ...]] = MappingProxyType(
    {
        "Organisation": (
            "PartyCommittee",
            "PartyOrgan",
            "PartyBranch",
            "Government",
            "GovernmentDepartment",
            "PeoplesCongress",
            "ConsultativeConference",
            "Court",
            "Procuratorate",
            "DisciplineCommission",
            "MassOrganisation",
            "Enterprise",
            "School",
            "Hospital",
            "Medium",
            "WorkGroup",
            "VillageCommittee",
            "Cooperative",
            "Bank",
        ),
        "Person": ("Official",),
        "Place": (
            "Province",
            "Prefecture",
            "County",
            "Township",
            "Village",
            "DevelopmentZone",
            "Road",
            "Water",
            "Mountain",
            "Site",
        ),
        "Program": (
            "Campaign",
            "Formula",
            "WorkingMethod",
            "Mechanism",
            "Checklist",
            "Plan",
            "Project",
            "PolicyDocument",
        ),
    }
)
"""What ``Entity.kind`` and ``Mention.kind`` may say for each type, beside the empty string."""


def _terms(prefix: str, *names: str) -> SimpleNamespace:
    return SimpleNamespace(**{name: NamedNode(PREFIXES[prefix] + name) for name in names})


XZ = _terms(
    "xz",
    *KINDS,
    *(kind for kinds in KINDS.values() for kind in kinds),
    "Claim",
    "Evidence",
    "title",
    "jurisdiction",
    "locatedIn",
    "carriesOut",
    "contacts",
    "visited",
    "cooperatesWith",
    "supports",
    "builds",
    "divisionCode",
    "candidate",
    "Candidate",
    "candidateCode",
    "approximate",
    "confidence",
    "rule",
    "beginIndex",
    "endIndex",
    "homePlace",
    "homeConfidence",
    "qualifier",
)
DCAT = _terms("dcat", "Dataset")
DCTERMS = _terms("dcterms", "conformsTo", "date", "identifier", "isPartOf", "license", "modified", "source", "title")
OA = _terms("oa", "exact")
ORG = _terms("org", "Post", "holds", "postIn", "subOrganizationOf")
OWL = _terms("owl", "versionIRI")
PROV = _terms("prov", "SoftwareAgent", "wasAttributedTo", "wasDerivedFrom")
RDF = _terms("rdf", "Statement", "object", "predicate", "subject", "type")
RDFS = _terms("rdfs", "label")
SCHEMA = _terms(
    "schema",
    "NewsArticle",
    "Observation",
    "endDate",
    "name",
    "observationAbout",
    "observationDate",
    "startDate",
    "unitText",
    "value",
)
SKOS = _terms("skos", "altLabel", "prefLabel")
XSD = _terms("xsd", "boolean", "date", "decimal", "gYear", "gYearMonth", "integer", "string")
VOID = _terms(
    "void",
    "Dataset",
    "class",
    "classPartition",
    "distinctSubjects",
    "documents",
    "entities",
    "triples",
    "uriSpace",
    "vocabulary",
)

TYPE_CLASS: Mapping[EntityType, NamedNode] = MappingProxyType({name: getattr(XZ, name) for name in KINDS})
"""Entity type to its top class, which every entity states."""

KIND_CLASS: Mapping[str, NamedNode] = MappingProxyType(
    {kind: getattr(XZ, kind) for kinds in KINDS.values() for kind in kinds}
)
"""Finer kind to its class, which an entity states beside the top class."""

PUBLIC_KINDS = frozenset(
    {
        "PartyCommittee",
        "PartyOrgan",
        "PartyBranch",
        "Government",
        "GovernmentDepartment",
        "PeoplesCongress",
        "ConsultativeConference",
        "Court",
        "Procuratorate",
        "DisciplineCommission",
        "MassOrganisation",
        "VillageCommittee",
        "Village",
    }
)
"""Who holds a post in one of these is an official; a village is where its first secretary's post is."""

PREDICATE_PROPERTY: Mapping[Predicate, NamedNode] = MappingProxyType(
    {
        "holdsPost": ORG.holds,
        "subOrganizationOf": ORG.subOrganizationOf,
        "jurisdiction": XZ.jurisdiction,
        "locatedIn": XZ.locatedIn,
        "carriesOut": XZ.carriesOut,
        "partOf": DCTERMS.isPartOf,
        "contacts": XZ.contacts,
        "visited": XZ.visited,
        "cooperatesWith": XZ.cooperatesWith,
        "supports": XZ.supports,
        "builds": XZ.builds,
    }
)
"""The property of the direct triple, and the ``rdf:predicate`` of its claim.

``holdsPost`` alone is not one triple: the person ``org:holds`` a post, and the post is ``org:postIn`` the
object and carries ``xz:title``.
"""


def divisions_graph(base: str = DEFAULT_BASE) -> NamedNode:
    """The named graph of the division tree, the reference data that needs no claims.

    >>> divisions_graph("https://example.org/id/").value
    'https://example.org/id/graph/divisions'
    """
    return NamedNode(base + "graph/divisions")


def ontology_path(name: str) -> Path:
    """Where ``name`` (``xianzhi.ttl`` or ``shapes.ttl``) lies: in the installed package, else in the source tree.

    The wheel ships the top-level folder ``ontology/`` as ``kg/ontology/``; an editable install leaves it
    where it is. ``SettingsError`` when neither holds the file.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "ontology", package.parent / "ontology"):
        if (folder / name).is_file():
            return folder / name
    raise SettingsError(name, "the ontology file is not part of this installation", "install xianzhi again")
