"""The shapes catch what breaks the vocabulary's promises, and leave a right graph alone."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.lines import Sorter
from kg.record.validate import SEVERITIES, Result, validate
from kg.record.vocabulary import KINDS, PREDICATE_PROPERTY, PREFIXES, TYPE_CLASS, XZ, ontology_path

SH = "http://www.w3.org/ns/shacl#"
SHAPE = "https://w3id.org/xianzhi/shapes#"
PREFIX_LINES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items()) + "PREFIX : <https://e.org/>\n"

RIGHT = (
    PREFIX_LINES
    + """
:d a schema:NewsArticle ; dcterms:identifier "one" ; dcterms:title "水利局长下乡" ;
    dcterms:date "2024-01-02"^^xsd:date ; dcterms:source "某报" ; xz:homePlace :county ; xz:homeConfidence 0.9 .
:county a xz:Place , xz:County ; skos:prefLabel "桃源县"@zh-Hans ; rdfs:label "桃源县"@zh-Hans ;
    skos:altLabel "桃源"@zh-Hans ; xz:divisionCode "430725" ; xz:carriesOut :program .
:town a xz:Place , xz:Township ; skos:prefLabel "漆河镇"@zh-Hans ; rdfs:label "漆河镇"@zh-Hans ;
    xz:divisionCode "430725103" ; xz:locatedIn :county ; xz:cooperatesWith :committee .
:village a xz:Place , xz:Village ; skos:prefLabel "甲村"@zh-Hans ; rdfs:label "甲村"@zh-Hans ;
    xz:divisionCode "430725103200" ; xz:locatedIn :town .
:committee a xz:Organisation , xz:PartyCommittee ; skos:prefLabel "桃源县委"@zh-Hans ; rdfs:label "桃源县委"@zh-Hans ;
    skos:altLabel "縣委"@zh-Hant ; xz:jurisdiction :county ; xz:supports :village .
:organ a xz:Organisation , xz:PartyOrgan ; skos:prefLabel "桃源县委办公室"@zh-Hans ;
    rdfs:label "桃源县委办公室"@zh-Hans ; org:subOrganizationOf :committee ; xz:builds :program .
:person a xz:Person , xz:Official ; skos:prefLabel "王某"@zh-Hans ; rdfs:label "王某"@zh-Hans ;
    org:holds :post , :resident ; xz:visited :village ; xz:contacts :organ .
:post a org:Post ; org:postIn :committee ; xz:title "县委书记" .
:resident a org:Post ; org:postIn :village ; xz:title "第一书记" .
:program a xz:Program , xz:Mechanism ; skos:prefLabel "河长制"@zh-Hans ; rdfs:label "河长制"@zh-Hans .
:part a xz:Program ; skos:prefLabel "巡河"@zh-Hans ; rdfs:label "巡河"@zh-Hans ; dcterms:isPartOf :program .
:claim a xz:Claim , rdf:Statement ; rdf:subject :person ; rdf:predicate org:holds ; rdf:object :post ;
    xz:confidence 0.93 ; prov:wasDerivedFrom :evidence .
:observation a schema:Observation ; schema:observationAbout :county ; schema:value 130.5 ; schema:unitText "" ;
    schema:name "巡河" ; schema:observationDate "2023"^^xsd:gYear ; xz:approximate true ; xz:confidence 1.0 ;
    prov:wasDerivedFrom :evidence .
:evidence a xz:Evidence ; dcterms:source :d ; oa:exact "县委书记王某在漆河镇巡河130.5公里。" ;
    xz:beginIndex 0 ; xz:endIndex 21 ; xz:rule "post" .
:open a xz:Place ; skos:prefLabel "和平村"@zh-Hans ; rdfs:label "和平村"@zh-Hans ; xz:candidate :maybe .
:maybe a xz:Candidate ; xz:candidateCode "430725103201" ; xz:confidence 0.4 .
:set a void:Dataset , dcat:Dataset ; dcterms:title "某县" ; void:triples 100 ; void:uriSpace "https://e.org/" ;
    dcterms:license <https://e.org/licence> ; dcterms:modified "2024-01-02"^^xsd:date .
"""
)


def graph(update: str = "") -> ox.Store:
    """The right graph, in one document's graph, changed by a SPARQL update without its GRAPH clause."""
    store = ox.Store()
    store.load(RIGHT.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("https://e.org/d"))
    if update:
        store.update(f"{PREFIX_LINES} WITH :d {update}")
    return store


def swap(place: str, value: str) -> str:
    """Put ``value`` in the place of whatever the subject and predicate of ``place`` have."""
    return f"DELETE {{ {place} ?o }} INSERT {{ {place} {value} }} WHERE {{ {place} ?o }}"


def drop(old: str) -> str:
    return f"DELETE {{ {old} }} WHERE {{ {old} }}"


def add(new: str) -> str:
    return f"INSERT {{ {new} }} WHERE {{}}"


# What is done to the right graph, the shape that says so, and how bad it is.
BROKEN = {
    "no name": (drop(":village skos:prefLabel ?o"), "Entity-prefLabel", "Violation"),
    "two names": (add(':county skos:prefLabel "桃源市"@zh-Hans'), "Entity-prefLabel", "Violation"),
    "name in no language": (swap(":part skos:prefLabel", '"巡河"'), "Entity-prefLabel", "Violation"),
    "label is another": (swap(":county rdfs:label", '"某县"@zh-Hans'), "Entity-label", "Violation"),
    "alias in English": (add(':county skos:altLabel "Taoyuan"@en'), "Entity-altLabel", "Violation"),
    "alias repeats name": (add(':county skos:altLabel "桃源县"@zh-Hans'), "Entity-altLabel-other", "Warning"),
    "finer class alone": (drop(":organ a xz:Organisation"), "Organisation-type", "Violation"),
    "official is no person": (drop(":person a xz:Person"), "Person-type", "Violation"),
    "person is a place": (add(":person a xz:Place"), "Person-only", "Violation"),
    "program is an organisation": (add(":part a xz:Organisation"), "Program-only", "Violation"),
    "code of 7 digits": (swap(":town xz:divisionCode", '"4307251"'), "DivisionCode-code", "Violation"),
    "code is a number": (swap(":county xz:divisionCode", "430725"), "DivisionCode-code", "Violation"),
    "code of another level": (swap(":town xz:divisionCode", '"430725"'), "Division-township-code", "Warning"),
    "county without code": (drop(":county xz:divisionCode ?o"), "Division-upper-known", "Warning"),
    "village without code": (drop(":village xz:divisionCode ?o"), "Division-lower-known", "Info"),
    "code on a body": (add(':organ xz:divisionCode "430725"'), "DivisionCode", "Violation"),
    "post nowhere": (drop(":post org:postIn ?o"), "Post-postIn", "Violation"),
    "post in a program": (swap(":post org:postIn", ":program"), "Post-postIn", "Violation"),
    "post without title": (drop(":post xz:title ?o"), "Post-title", "Violation"),
    "place holds a post": (add(":county org:holds :post"), "holds", "Violation"),
    "holds a body": (add(":person org:holds :committee"), "holds-object", "Violation"),
    "located in a body": (add(":village xz:locatedIn :committee"), "locatedIn-object", "Violation"),
    "visits nothing known": (add(":person xz:visited :nowhere"), "visited-object", "Violation"),
    "body visits": (add(":committee xz:visited :village"), "visited", "Violation"),
    "carries out a place": (add(":committee xz:carriesOut :village"), "carriesOut-object", "Violation"),
    "cooperates with a person": (add(":town xz:cooperatesWith :person"), "cooperatesWith-object", "Violation"),
    "part of a place": (add(":part dcterms:isPartOf :county"), "isPartOf-object", "Violation"),
    "claim is no statement": (drop(":claim a rdf:Statement"), "Claim-type", "Violation"),
    "claim without subject": (drop(":claim rdf:subject ?o"), "Claim-subject", "Violation"),
    "claim of unknown relation": (swap(":claim rdf:predicate", ":likes"), "Claim-predicate", "Violation"),
    "claim without object": (drop(":claim rdf:object ?o"), "Claim-object", "Violation"),
    "confidence above 1": (swap(":claim xz:confidence", "1.01"), "confidence", "Violation"),
    "confidence as double": (swap(":claim xz:confidence", "9e-1"), "confidence", "Violation"),
    "claim without evidence": (drop(":claim prov:wasDerivedFrom ?o"), "evidence", "Violation"),
    "evidence from nowhere": (drop(":evidence dcterms:source ?o"), "Evidence-source", "Violation"),
    "empty sentence": (swap(":evidence oa:exact", '""'), "Evidence-exact", "Violation"),
    "begins before the text": (swap(":evidence xz:beginIndex", "-1"), "Evidence-begin", "Violation"),
    "empty span": (swap(":evidence xz:endIndex", "0"), "Evidence-span", "Violation"),
    "no end": (drop(":evidence xz:endIndex ?o"), "Evidence-end", "Violation"),
    "no rule": (drop(":evidence xz:rule ?o"), "Evidence-rule", "Violation"),
    "figure about nothing": (drop(":observation schema:observationAbout ?o"), "Observation-about", "Violation"),
    "figure in words": (swap(":observation schema:value", '"很多"'), "Observation-value", "Violation"),
    "figure without unit": (drop(":observation schema:unitText ?o"), "Observation-unit", "Violation"),
    "figure without name": (drop(":observation schema:name ?o"), "Observation-name", "Violation"),
    "approximate in words": (swap(":observation xz:approximate", '"余"'), "Observation-approximate", "Violation"),
    "date in words": (swap(":observation schema:observationDate", '"去年"'), "Observation-date", "Violation"),
    "article without id": (drop(":d dcterms:identifier ?o"), "Article-identifier", "Violation"),
    "article without title": (drop(":d dcterms:title ?o"), "Article-title-known", "Info"),
    "article's date in words": (swap(":d dcterms:date", '"1月2日"'), "Article-date", "Violation"),
    "home is a body": (swap(":d xz:homePlace", ":committee"), "Article-homePlace", "Violation"),
    "candidate without code": (drop(":maybe xz:candidateCode ?o"), "Candidate-code", "Violation"),
    "candidate, but how likely": (drop(":maybe xz:confidence ?o"), "Candidate-confidence", "Violation"),
    "dataset without title": (drop(":set dcterms:title ?o"), "Dataset-title", "Violation"),
    "dataset of many triples": (swap(":set void:triples", '"many"'), "Dataset-triples", "Violation"),
    "dataset, but where": (drop(":set void:uriSpace ?o"), "Dataset-uriSpace", "Violation"),
    "licence in words": (swap(":set dcterms:license", '"free"'), "Dataset-license", "Violation"),
    "dataset of last year": (swap(":set dcterms:modified", '"去年"'), "Dataset-modified", "Violation"),
    "no licence": (drop(":set dcterms:license ?o"), "Dataset-license-known", "Info"),
    "home, but how sure": (drop(":d xz:homeConfidence ?o"), "HomePlace-confidence", "Violation"),
}


def brief(results: tuple[Result, ...]) -> set[tuple[str, str, str]]:
    return {(r.shape.removeprefix(SHAPE), r.focus.removeprefix("https://e.org/"), r.severity) for r in results}


def test_a_right_graph_has_no_result() -> None:
    report = validate(graph())
    assert report.results == ()
    assert report.conforms


@pytest.mark.parametrize(("update", "shape", "severity"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_graph_is_caught(update: str, shape: str, severity: str) -> None:
    focus = update.split(":", 1)[1].split()[0]
    report = validate(graph(update))
    assert (shape, focus, severity) in brief(report.results)
    assert report.conforms is (severity != "Violation" and report.count("Violation") == 0)
    assert all(result.message_zh and result.message_en for result in report.results)


@pytest.mark.parametrize(
    "predicate", ["xz:supports", "xz:builds", "org:subOrganizationOf", "xz:jurisdiction", "xz:contacts"]
)
def test_both_ends_of_a_relation_are_held_to_their_types(predicate: str) -> None:
    shape = predicate.split(":")[1]
    found = brief(validate(graph(add(f":claim {predicate} :evidence"))).results)
    assert {(shape, "claim", "Violation"), (f"{shape}-object", "claim", "Violation")} <= found


def test_a_blank_node_is_a_violation() -> None:
    report = validate(graph(add('[] a xz:Place ; skos:prefLabel "某地"@zh-Hans ; rdfs:label "某地"@zh-Hans')))
    assert [result.shape for result in report.results] == [SHAPE + "NoBlankNodes"]


def test_graphs_are_taken_together() -> None:
    """Two documents that name one place differently are each right alone, and wrong together."""
    store = graph()
    store.update(
        PREFIX_LINES
        + """INSERT DATA { GRAPH :other {
        :county a xz:Place ; skos:prefLabel "桃源"@zh-Hans ; rdfs:label "桃源"@zh-Hans } }"""
    )
    assert ("Entity-prefLabel", "county", "Violation") in brief(validate(store).results)


def test_the_value_that_is_wrong_is_named() -> None:
    (result,) = validate(graph(add(":person xz:visited :nowhere"))).results
    assert (result.path, result.value) == (XZ.visited.value, "https://e.org/nowhere")


def broken_in_every_way() -> ox.Store:
    store = ox.Store()
    for number, (update, *_) in enumerate(BROKEN.values()):
        for quad in graph(update):
            ends = [
                ox.NamedNode(f"{term.value}-{number}") if str(term.value).startswith("https://e.org/") else term
                for term in (quad.subject, quad.object)
            ]
            store.add(ox.Quad(ends[0], quad.predicate, ends[1]))
    return store


def test_demands_that_lie_on_the_disk_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = validate(broken_in_every_way())
    assert whole.count("Violation") >= len([row for row in BROKEN.values() if row[2] == "Violation"])
    monkeypatch.setattr(Sorter.__init__, "__kwdefaults__", {"run_bytes": 500})
    assert validate(broken_in_every_way()) == whole


def test_the_report_is_sorted_and_does_not_depend_on_the_order_of_loading() -> None:
    quads = list(broken_in_every_way())
    random.Random(7).shuffle(quads)
    shuffled = ox.Store()
    shuffled.extend(quads)
    report = validate(shuffled)
    assert report == validate(broken_in_every_way())
    ranks = [SEVERITIES.index(result.severity) for result in report.results]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}


def with_odd_terms() -> ox.Store:
    """What a reader of terms may take for another: escapes, dates that are none, blank nodes, numbers in words."""
    store = broken_in_every_way()
    odd = (
        swap(":observation schema:observationDate", '"2023-02-30"^^xsd:date'),
        swap(":d dcterms:date", '"2024-1-2"^^xsd:date'),
        swap(":claim xz:confidence", '"much"^^xsd:decimal'),
        swap(":claim xz:confidence", '"0,5"^^xsd:decimal'),
        swap(":evidence xz:beginIndex", '"one"^^xsd:integer'),
        swap(":post xz:title", '"\\"@zh-hans \\\\"'),
        swap(":post xz:title", '"书记"@zh-Hans'),
        swap(":town xz:divisionCode", '"４３０７２５"'),
        swap(":person org:holds", '"书记"'),
        add(":d xz:homePlace [ a xz:Place ]"),
        add(':county skos:altLabel "x"@zh-Hans-CN , "y"@zh'),
        add(":claim schema:startDate '2021-13'^^xsd:gYearMonth , '2021'^^xsd:gYear"),
    )
    for number, update in enumerate(odd):
        for quad in graph(update):
            ends = [
                ox.NamedNode(f"{term.value}-odd-{number}") if str(term.value).startswith("https://e.org/") else term
                for term in (quad.subject, quad.object)
            ]
            store.add(ox.Quad(ends[0], quad.predicate, ends[1]))
    return store


def flat(store: ox.Store) -> set[ox.Triple]:
    return {quad.triple for quad in store}


def named(rows: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """The results about nodes with a name: a blank node has another in each engine."""
    return {row for row in rows if not re.fullmatch("(_:)?[Nn]?[0-9a-f]{30,}", row[1])}


@pytest.fixture(scope="module", params=[graph, with_odd_terms], ids=["right", "broken"])
def judged(request: pytest.FixtureRequest) -> ox.Store:
    return request.param()


def test_the_reference_engine_says_the_same(judged: ox.Store) -> None:
    """pyshacl, the reference, finds the same shapes broken at the same nodes."""
    pyshacl = pytest.importorskip("pyshacl")
    rdflib = pytest.importorskip("rdflib")
    data = rdflib.Graph().parse(data=ox.serialize(flat(judged), format=ox.RdfFormat.N_TRIPLES), format="nt")
    _, found, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(ontology_path("shapes.ttl")))
    sh = rdflib.Namespace(SH)
    reference = {
        (
            str(found.value(node, sh.sourceShape)).removeprefix(SHAPE),
            str(found.value(node, sh.focusNode)).removeprefix("https://e.org/"),
            str(found.value(node, sh.resultSeverity)).removeprefix(SH),
        )
        for node in found.subjects(rdflib.RDF.type, sh.ValidationResult)
    }
    assert named(brief(validate(judged).results)) == named(reference)


def test_a_second_engine_says_the_same(judged: ox.Store, tmp_path: Path) -> None:
    """rudof, which is no relation of ours, finds the same and names the same values."""
    pyrudof = pytest.importorskip("pyrudof")
    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    engine.read_shacl(ontology_path("shapes.ttl"), reader_mode=pyrudof.ReaderMode.Strict)
    ox.serialize(flat(judged), tmp_path / "data.nt", format=ox.RdfFormat.N_TRIPLES)
    engine.read_data(tmp_path / "data.nt", format=pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    found = engine.validate_shacl()
    theirs = {(e.source_shape, e.focus_node, e.path or "", (e.value or "").lower(), e.severity) for e in found}
    ours = {(r.shape, r.focus, r.path, r.value.lower(), r.severity) for r in validate(judged).results}
    assert theirs <= ours
    # It takes a date that is none for a date, which pyshacl does not.
    assert all("xsd:date" in row[3] or "xsd:gyearmonth" in row[3] for row in ours - theirs)


# What follows holds the shapes file to the rules that validate() and the vocabulary rest on.


@pytest.fixture(scope="module")
def shapes() -> list[ox.Quad]:
    return list(ox.parse(path=ontology_path("shapes.ttl"), format=ox.RdfFormat.TURTLE))


def test_every_named_shape_that_can_fail_has_both_messages(shapes: list[ox.Quad]) -> None:
    structure = {"targetClass", "targetSubjectsOf", "property", "severity", "message", "path"}
    failing, languages = set(), {}
    for quad in shapes:
        term = quad.predicate.value.removeprefix(SH)
        if isinstance(quad.subject, ox.NamedNode) and quad.predicate.value.startswith(SH) and term not in structure:
            failing.add(quad.subject)
        if term == "message":
            languages.setdefault(quad.subject, set()).add(quad.object.language)
    assert failing
    assert {shape for shape in failing if languages.get(shape) != {"zh-hans", "en"}} == set()


def test_no_shape_looks_further_than_validate_gives_it(shapes: list[ox.Quad]) -> None:
    used = {quad.predicate.value.removeprefix(SH) for quad in shapes if quad.predicate.value.startswith(SH)}
    assert not used & {"node", "targetObjectsOf", "targetNode", "inversePath", "qualifiedValueShape", "sparql"}
    paths = [quad.object for quad in shapes if quad.predicate.value == SH + "path"]
    assert paths and all(isinstance(path, ox.NamedNode) for path in paths)


def test_each_finer_class_is_held_to_its_top_class(shapes: list[ox.Quad]) -> None:
    for entity_type, kinds in KINDS.items():
        shape = ox.NamedNode(SHAPE + entity_type)
        targets = {q.object for q in shapes if q.subject == shape and q.predicate.value == SH + "targetClass"}
        assert targets == {getattr(XZ, kind) for kind in kinds}
        wanted = {q.object for q in shapes if q.subject == ox.NamedNode(f"{SHAPE}{entity_type}-type")}
        assert TYPE_CLASS[entity_type] in wanted


def test_claims_may_state_exactly_the_relations_of_the_model() -> None:
    for name, relation in PREDICATE_PROPERTY.items():
        update = swap(":claim rdf:predicate", f"<{relation.value}>")
        assert "Claim-predicate" not in {row[0] for row in brief(validate(graph(update)).results)}, name
