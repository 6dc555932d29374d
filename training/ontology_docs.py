"""Writes ``docs/ontology.md`` from ``ontology/xianzhi.ttl``: ``python training/ontology_docs.py``.

The page is the file told to people: a diagram, then a table of classes and one of properties. A test fails
when the two differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "ontology" / "xianzhi.ttl"
TARGET = ROOT / "docs" / "ontology.md"

XZ = Namespace("https://w3id.org/xianzhi/ontology#")
ONTOLOGY = URIRef("https://w3id.org/xianzhi/ontology")
CLASSES = (OWL.Class, RDFS.Class)
TOP = tuple(XZ[name] for name in ("Organisation", "Person", "Place", "Program"))
ALIGNMENTS = ((RDFS.subClassOf, "⊑"), (RDFS.subPropertyOf, "⊑"), (SKOS.closeMatch, "≈"))
TRAITS = ((OWL.SymmetricProperty, "symmetric"), (OWL.TransitiveProperty, "transitive"))

# How the parts hang together; what has no domain or range in the ontology cannot be drawn from it.
ARROWS = (
    ("Person", "org:holds", "org:Post"),
    ("org:Post", "org:postIn", "Organisation"),
    ("Organisation", "org:subOrganizationOf", "Organisation"),
    ("Organisation", "xz:jurisdiction", "Place"),
    ("Organisation", "xz:carriesOut", "Program"),
    ("Place", "xz:carriesOut", "Program"),
    ("Place", "xz:locatedIn", "Place"),
    ("Place", "xz:candidate", "Candidate"),
    ("Person", "xz:visited, xz:contacts", "Place"),
    ("Program", "dcterms:isPartOf", "Program"),
    ("Claim", "rdf:subject, rdf:object", "Organisation"),
    ("Claim", "prov:wasDerivedFrom", "Evidence"),
    ("schema:Observation", "schema:observationAbout", "Place"),
    ("schema:Observation", "prov:wasDerivedFrom", "Evidence"),
    ("Evidence", "dcterms:source", "schema:NewsArticle"),
    ("schema:NewsArticle", "xz:homePlace", "Place"),
    ("dcat:Dataset", "prov:wasDerivedFrom", "schema:NewsArticle"),
)


def render(graph: Graph) -> str:
    """The page, as Markdown, for the ontology in ``graph``; the same graph gives the same page."""
    terms = sorted({s for s in graph.subjects(RDFS.label) if isinstance(s, URIRef)}, key=lambda t: _name(graph, t))
    ours = [term for term in terms if term.startswith(XZ)]
    classes = [term for term in ours if _is_class(graph, term)]
    kinds = [(top, [c for c in classes if (c, RDFS.subClassOf, top) in graph]) for top in TOP]
    kinded = {*TOP, *(kind for _, members in kinds for kind in members)}
    lines = [
        "# The ontology",
        "",
        "Generated from `ontology/xianzhi.ttl` by `python training/ontology_docs.py`: change that file, not this page.",
        "",
        f"- Namespace: `{XZ}`, prefix `xz:`",
        f"- Version: {graph.value(ONTOLOGY, OWL.versionInfo)} (`{graph.value(ONTOLOGY, OWL.versionIRI)}`)",
        "- Profile: OWL 2 RL (RL/RDF rules); imports nothing",
        "",
        _text(graph, ONTOLOGY, DCTERMS.description, "en"),
        "",
        *_diagram(),
        "",
        "In the tables ⊑ means that the standard term holds of everything that the term holds of (`rdfs:subClassOf`,",
        "`rdfs:subPropertyOf`), ≈ that it is close and entails nothing (`skos:closeMatch`).",
        "",
        "## Classes",
        "",
    ]
    for top, members in kinds:
        lines += [f"### {_text(graph, top, RDFS.label, 'en').capitalize()}", "", *_table(graph, [top, *members]), ""]
    lines += ["### Claims and evidence", "", *_table(graph, [c for c in classes if c not in kinded]), ""]
    lines += ["## Properties", "", *_property_table(graph, [t for t in ours if not _is_class(graph, t)]), ""]
    lines += ["## Terms of other vocabularies", "", "What they mean is said where they are defined; here is how they"]
    lines += ["are used.", "", *_reused_table(graph, [t for t in terms if not t.startswith(XZ)]), ""]
    return "\n".join(lines)


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "graph LR"
    for subject, label, obj in ARROWS:
        yield f"  {_node(subject)} -- {label} --> {_node(obj)}"
    yield "```"


def _node(name: str) -> str:
    return f'{name.replace(":", "_")}["{name if ":" in name else f"xz:{name}"}"]'


def _table(graph: Graph, terms: Iterable[URIRef]) -> Iterator[str]:
    yield "| class | 中文 | English | 定义 | definition | aligned to |"
    yield "|---|---|---|---|---|---|"
    for term in terms:
        yield _row(f"`{_name(graph, term)}`", *_words(graph, term), _aligned(graph, term))


def _property_table(graph: Graph, terms: Iterable[URIRef]) -> Iterator[str]:
    yield "| property | 中文 | English | 定义 | definition | domain → range | aligned to |"
    yield "|---|---|---|---|---|---|---|"
    for term in terms:
        ends = " → ".join(_one(graph, graph.value(term, end)) for end in (RDFS.domain, RDFS.range))
        traits = [word for trait, word in TRAITS if (term, RDF.type, trait) in graph]
        yield _row(f"`{_name(graph, term)}`", *_words(graph, term), ", ".join([ends, *traits]), _aligned(graph, term))


def _reused_table(graph: Graph, terms: Iterable[URIRef]) -> Iterator[str]:
    yield "| term | 中文 | English | 用法 | use |"
    yield "|---|---|---|---|---|"
    for term in terms:
        labels = [_text(graph, term, RDFS.label, lang) for lang in ("zh-Hans", "en")]
        notes = [_text(graph, term, SKOS.scopeNote, lang) for lang in ("zh-Hans", "en")]
        yield _row(f"`{_name(graph, term)}`", *labels, *notes)


def _words(graph: Graph, term: URIRef) -> list[str]:
    """Labels and definitions in both languages, the examples after the definition that they belong to."""
    labels = [_text(graph, term, RDFS.label, lang) for lang in ("zh-Hans", "en")]
    definitions = [_text(graph, term, SKOS.definition, lang) for lang in ("zh-Hans", "en")]
    examples = sorted(str(example) for example in graph.objects(term, SKOS.example))
    if examples:
        definitions[0] += "例：" + "；".join(examples) + "。"
    return [*labels, *definitions]


def _aligned(graph: Graph, term: URIRef) -> str:
    found = [
        f"{sign} `{_name(graph, other)}`"
        for relation, sign in ALIGNMENTS
        for other in sorted(graph.objects(term, relation))
        if isinstance(other, URIRef)
    ]
    return ", ".join(found) or "–"


def _one(graph: Graph, term: Node | None) -> str:
    return f"`{_name(graph, term)}`" if isinstance(term, URIRef) else "any"


def _is_class(graph: Graph, term: URIRef) -> bool:
    return any((term, RDF.type, kind) in graph for kind in CLASSES)


def _text(graph: Graph, term: URIRef, relation: URIRef, language: str) -> str:
    found = (o for o in graph.objects(term, relation) if isinstance(o, Literal))
    return next((str(o) for o in found if (o.language or "").lower() == language.lower()), "")


def _name(graph: Graph, term: URIRef) -> str:
    return graph.namespace_manager.normalizeUri(term)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    page = render(Graph(bind_namespaces="none").parse(SOURCE, format="turtle"))
    TARGET.parent.mkdir(exist_ok=True)
    temporary = TARGET.with_suffix(".md.part")
    temporary.write_text(page, encoding="utf-8")
    temporary.replace(TARGET)


if __name__ == "__main__":
    main()
