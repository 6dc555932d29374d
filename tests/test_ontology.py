"""The ontology defines what the program writes, reasons to nothing absurd, and is what its page says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import get_args

import pytest
from test_validate import PREFIX_LINES, RIGHT

from kg.errors import SettingsError
from kg.model import EntityType, Predicate
from kg.record import vocabulary
from kg.record.vocabulary import KIND_CLASS, KINDS, PREDICATE_PROPERTY, TYPE_CLASS, XZ, ontology_path

rdflib = pytest.importorskip("rdflib")
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
XZ_NS = Namespace("https://w3id.org/xianzhi/ontology#")
ORG_NS = Namespace("http://www.w3.org/ns/org#")
E = Namespace("https://e.org/")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ontology_path("xianzhi.ttl"))


def languages(graph: Graph, term: URIRef, relation: URIRef) -> list[str]:
    return sorted(str(literal.language).lower() for literal in graph.objects(term, relation))


# The vocabulary and the ontology


def used_terms() -> list[URIRef]:
    namespaces = [value for name, value in vars(vocabulary).items() if isinstance(value, SimpleNamespace)]
    terms = [URIRef(term.value) for namespace in namespaces for term in vars(namespace).values()]
    return [term for term in terms if not term.startswith(vocabulary.PREFIXES["xsd"])]


@pytest.mark.parametrize("term", used_terms(), ids=lambda term: term.rsplit("/", 1)[1])
def test_every_term_of_the_program_is_explained_in_both_languages(ontology: Graph, term: URIRef) -> None:
    words = SKOS.definition if term.startswith(XZ_NS) else SKOS.scopeNote
    assert languages(ontology, term, RDFS.label) == languages(ontology, term, words) == ["en", "zh-hans"]


def test_the_ontology_defines_nothing_that_the_program_does_not_know(ontology: Graph) -> None:
    defined = {term for term in ontology.subjects() if str(term).startswith(XZ_NS)}
    assert defined == {URIRef(term.value) for term in vars(XZ).values()}


def test_every_term_of_ours_has_an_example(ontology: Graph) -> None:
    ours = {term for term in ontology.subjects(RDFS.label) if str(term).startswith(XZ_NS)}
    assert {term for term in ours if ontology.value(term, SKOS.example) is None} == set()


def test_the_tables_cover_the_model() -> None:
    assert set(TYPE_CLASS) == set(KINDS) == set(get_args(EntityType))
    assert set(PREDICATE_PROPERTY) == set(get_args(Predicate))
    assert set(KIND_CLASS) == {kind for kinds in KINDS.values() for kind in kinds}


@pytest.mark.parametrize(("entity_type", "kind"), [(t, k) for t, kinds in KINDS.items() for k in kinds])
def test_a_kind_is_a_subclass_of_its_type_and_of_no_other(ontology: Graph, entity_type: str, kind: str) -> None:
    above = set(ontology.transitive_objects(XZ_NS[kind], RDFS.subClassOf))
    assert above & {XZ_NS[name] for name in KINDS} == {XZ_NS[entity_type]}


def test_a_top_class_is_aligned_to_the_standard(ontology: Graph) -> None:
    for name, standard in (
        ("Organisation", "http://www.w3.org/ns/org#Organization"),
        ("Person", "http://xmlns.com/foaf/0.1/Person"),
        ("Place", "https://schema.org/Place"),
        ("Program", "http://www.w3.org/ns/prov#Plan"),
    ):
        assert (XZ_NS[name], RDFS.subClassOf, URIRef(standard)) in ontology


def test_the_version_is_in_the_versioned_iri(ontology: Graph) -> None:
    iri = URIRef(vocabulary.ONTOLOGY.value)
    assert str(ontology.value(iri, OWL.versionIRI)) == f"{iri}/{ontology.value(iri, OWL.versionInfo)}"
    assert list(ontology.objects(iri, OWL.imports)) == []


def test_cooperation_is_symmetric(ontology: Graph) -> None:
    assert (XZ_NS.cooperatesWith, RDF.type, OWL.SymmetricProperty) in ontology


# Reasoning


def reasoned(extra: str = "") -> tuple[Graph, list[str]]:
    """Everything that OWL 2 RL concludes from the ontology, what ORG itself says, the right graph and ``extra``."""
    owlrl = pytest.importorskip("owlrl")
    graph = Graph().parse(ontology_path("xianzhi.ttl"))
    graph.parse(data=RIGHT + ORG_AXIOMS + extra, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = graph.subjects(RDF.type, URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage"))
    messages = [str(message) for error in errors for message in graph.objects(error, None)]
    return graph, [message for message in messages if "ErrorMessage" not in message]


ORG_AXIOMS = """
org:holds rdfs:domain foaf:Agent ; rdfs:range org:Post .
org:postIn rdfs:domain org:Post ; rdfs:range org:Organization .
org:subOrganizationOf rdfs:domain org:Organization ; rdfs:range org:Organization .
org:linkedTo rdfs:domain org:Organization ; rdfs:range org:Organization .
org:Organization owl:equivalentClass foaf:Organization .
foaf:Person owl:disjointWith foaf:Organization .
"""


@pytest.fixture(scope="module")
def closure() -> tuple[Graph, list[str]]:
    return reasoned()


def test_a_right_graph_is_consistent(closure: tuple[Graph, list[str]]) -> None:
    assert closure[1] == []


def test_reasoning_adds_the_standard_classes(closure: tuple[Graph, list[str]]) -> None:
    graph, _ = closure
    assert (E.organ, RDF.type, ORG_NS.Organization) in graph
    assert (E.village, RDF.type, URIRef("https://schema.org/AdministrativeArea")) in graph
    assert (E.village, XZ_NS.locatedIn, E.county) in graph
    assert (E.committee, XZ_NS.cooperatesWith, E.town) in graph


def test_reasoning_gives_no_entity_another_top_class(closure: tuple[Graph, list[str]]) -> None:
    """The village whose first secretary's post is in it, and the town that cooperates, stay places."""
    graph, _ = closure
    stated = Graph().parse(data=RIGHT, format="turtle")
    tops = {URIRef(top.value) for top in TYPE_CLASS.values()}
    for top in tops:
        assert set(graph.subjects(RDF.type, top)) == set(stated.subjects(RDF.type, top))


def test_the_graph_of_the_sample_articles_is_consistent() -> None:
    """And reasoning makes no place of a body and no body of a place in it, nor anything else of another kind."""
    stated = Graph().parse(ROOT / "exports" / "graph.ttl")
    graph, errors = reasoned(stated.serialize(format="nt"))
    assert errors == []
    for top in (URIRef(top.value) for top in TYPE_CLASS.values()):
        own = {node for node in graph.subjects(RDF.type, top) if not str(node).startswith(E)}
        assert own == set(stated.subjects(RDF.type, top))


def test_an_inconsistent_graph_is_found_out() -> None:
    assert reasoned(":person a xz:Place .")[1] != []


# The page


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ontology_docs", ROOT / "training" / "ontology_docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_ontology_says() -> None:
    docs = generator()
    page = docs.render(Graph(bind_namespaces="none").parse(docs.SOURCE))
    assert docs.TARGET.read_text(encoding="utf-8") == page, "run: python training/ontology_docs.py"


def test_the_page_names_every_term_and_draws_only_terms(ontology: Graph) -> None:
    docs = generator()
    page = docs.TARGET.read_text(encoding="utf-8")
    for term in vars(XZ):
        assert f"| `xz:{term}` |" in page
    known = {ontology.namespace_manager.normalizeUri(term) for term in ontology.subjects() if isinstance(term, URIRef)}
    for subject, labels, obj in docs.ARROWS:
        drawn = [name if ":" in name else f"xz:{name}" for name in (subject, *labels.split(", "), obj)]
        assert set(drawn) <= known


# Where the files lie


@pytest.mark.parametrize("name", ["xianzhi.ttl", "shapes.ttl"])
def test_the_source_tree_holds_the_files(name: str) -> None:
    assert ontology_path(name).is_file()


def test_an_installed_package_holds_the_files_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "kg" / "record" / "vocabulary.py"
    shipped = tmp_path / "kg" / "ontology" / "xianzhi.ttl"
    for path in (module, shipped):
        path.parent.mkdir(parents=True)
        path.touch()
    monkeypatch.setattr(vocabulary, "__file__", str(module))
    assert ontology_path("xianzhi.ttl") == shipped
    with pytest.raises(SettingsError, match="shapes.ttl"):
        ontology_path("shapes.ttl")


def test_prefixes_are_those_of_the_ontology_file(ontology: Graph) -> None:
    bound = {prefix: str(iri) for prefix, iri in ontology.namespaces()}
    assert {prefix: bound[prefix] for prefix in vocabulary.PREFIXES} == dict(vocabulary.PREFIXES)
    assert PREFIX_LINES.count("PREFIX") == len(vocabulary.PREFIXES) + 1
