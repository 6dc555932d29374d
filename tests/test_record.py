"""From an extraction to quads: names, shapes of statements, reference data, and text that comes back whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from conftest import TEXT, VISIT, changed, made
from hypothesis import given
from hypothesis import strategies as st

from kg.divisions import divisions
from kg.model import Claim, Document, Entity, Evidence, Extraction, Observation
from kg.record.iris import Iris, digest
from kg.record.quads import confidence, extraction_quads, number, text
from kg.record.reference import reference_quads
from kg.record.store import as_rdflib
from kg.record.vocabulary import DCTERMS, ORG, PROV, RDF, RDFS, SCHEMA, SKOS, TYPE_CLASS, XZ
from kg.resolve.posts import post_label

BASE = "https://example.org/id/"
COUNTY = ox.NamedNode(BASE + "place/431222")


def store_of(extraction: Extraction) -> ox.Store:
    store = ox.Store()
    store.extend(extraction_quads(extraction, base=BASE))
    return store


def objects(store: ox.Store, subject: ox.NamedNode | None, predicate: ox.NamedNode) -> list[object]:
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


def only(store: ox.Store, predicate: ox.NamedNode, object: ox.NamedNode) -> ox.NamedNode:
    (quad,) = store.quads_for_pattern(None, predicate, object)
    return quad.subject


# --- names of things ---------------------------------------------------------------------------------------


def test_a_hash_is_the_first_twenty_digits_of_sha256() -> None:
    assert digest("abc") == "ba7816bf8f01cfea4141"


def test_a_thing_has_the_same_iri_whatever_else_is_known_of_it() -> None:
    bare = Entity("person:li", "Person", "梨文山")
    known = replace(bare, kind="Official", aliases=("老梨",))
    assert Iris(BASE).entity(bare) == Iris(BASE).entity(known) == f"{BASE}person/{digest('person:li')}"


@pytest.mark.parametrize("code", ["43122", "４３１２２２", "431222/..", "43122a"])
def test_a_code_that_is_none_never_stands_in_an_iri(code: str) -> None:
    assert Iris(BASE).entity(Entity("k", "Place", "某地", code=code)) == f"{BASE}place/{digest('k')}"


def test_a_document_is_named_by_its_id_and_its_text() -> None:
    one, same, other = Document("a", "甲", "x"), Document("a", "甲", "y"), Document("a", "乙")
    iris = Iris(BASE)
    assert iris.document(one) == iris.document(same) != iris.document(other)


@given(st.text(), st.text())
def test_every_iri_is_ascii_and_safe_whatever_the_document_says(key: str, title: str) -> None:
    iris = Iris(BASE)
    document = iris.document(Document(key, title))
    evidence = Evidence(0, 1, key, title)
    figure = Observation(key, Decimal(1), key, title, (evidence,), 1.0)
    names = (
        document,
        iris.entity(Entity(key, "Program", title)),
        iris.post(key, title),
        iris.evidence(document, evidence),
        iris.observation(document, document, "1", figure),
    )
    for name in names:
        assert name.removeprefix(BASE).replace("/", "").isalnum() and name.isascii()


# --- shapes of statements ----------------------------------------------------------------------------------


def test_everything_that_a_document_says_stands_in_its_own_graph(extraction: Extraction) -> None:
    quads = extraction_quads(extraction, base=BASE)
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(Iris(BASE).document(extraction.document))}
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in quad)


def test_the_document_is_described(extraction: Extraction) -> None:
    store = store_of(extraction)
    node = only(store, RDF.type, SCHEMA.NewsArticle)
    assert [o.value for o in objects(store, node, DCTERMS.identifier)] == ["a"]
    assert [o.value for o in objects(store, node, DCTERMS.title)] == ["调研"]
    assert [o.value for o in objects(store, node, DCTERMS.source)] == ["沅陵新闻网"]
    assert objects(store, node, DCTERMS.date) == []
    assert objects(store, node, XZ.homePlace) == [COUNTY]


def test_an_entity_has_both_classes_one_name_and_its_code(extraction: Extraction) -> None:
    store = store_of(extraction)
    assert set(objects(store, COUNTY, RDF.type)) == {XZ.Place, XZ.County}
    assert objects(store, COUNTY, SKOS.prefLabel) == [ox.Literal("沅陵县", language="zh-Hans")]
    assert objects(store, COUNTY, RDFS.label) == [ox.Literal("沅陵县", language="zh-Hans")]
    assert objects(store, COUNTY, SKOS.altLabel) == [ox.Literal("沅陵", language="zh-Hans")]
    assert objects(store, COUNTY, XZ.divisionCode) == [ox.Literal("431222")]


def test_a_form_of_a_traditional_text_is_marked_as_such(extraction: Extraction) -> None:
    assert ox.Literal("梨文山書記", language="zh-Hant") in objects(store_of(extraction), None, SKOS.altLabel)


def test_the_name_itself_is_no_alias(extraction: Extraction) -> None:
    store = store_of(changed(extraction, aliases=("沅陵县", "沅陵")))
    assert [o.value for o in objects(store, COUNTY, SKOS.altLabel)] == ["沅陵"]


def test_a_kind_that_the_ontology_does_not_know_states_the_top_class_alone(extraction: Extraction) -> None:
    assert objects(store_of(changed(extraction, kind="Castle")), COUNTY, RDF.type) == [XZ.Place]


def test_two_keys_with_one_code_are_one_place_with_one_name(extraction: Extraction) -> None:
    double = Entity("place:by-name", "Place", "老沅陵", code="431222")
    store = store_of(replace(extraction, entities=(*extraction.entities, double)))
    assert [o.value for o in objects(store, COUNTY, SKOS.prefLabel)] == ["沅陵县"]
    assert {o.value for o in objects(store, COUNTY, SKOS.altLabel)} == {"沅陵", "老沅陵"}


def test_a_post_joins_a_person_to_a_body(extraction: Extraction) -> None:
    store = store_of(extraction)
    post = only(store, RDF.type, ORG.Post)
    assert objects(store, None, ORG.holds) == [post]
    assert objects(store, post, ORG.postIn) == [ox.NamedNode(Iris(BASE).entity(extraction.entities[2]))]
    assert objects(store, post, XZ.title) == [ox.Literal("县委书记")]
    assert objects(store, post, RDFS.label) == [ox.Literal("沅陵县委书记", language="zh-Hans")]
    claim = only(store, RDF.object, post)
    assert objects(store, claim, RDF.predicate) == [ORG.holds]


@pytest.mark.parametrize(
    ("kind", "official"), [("PartyCommittee", True), ("Court", True), ("Medium", False), ("", False)]
)
def test_who_holds_a_post_in_a_public_body_is_an_official(kind: str, official: bool, extraction: Extraction) -> None:
    entities = tuple(
        replace(entity, kind={"Organisation": kind, "Person": ""}.get(entity.type, entity.kind))
        for entity in extraction.entities
    )
    quads = extraction_quads(replace(extraction, entities=entities), base=BASE)
    assert any(quad.object == XZ.Official for quad in quads) is official


def test_two_people_in_one_post_hold_the_same_post(extraction: Extraction) -> None:
    second = Entity("person:two", "Person", "钱二")
    claim = replace(extraction.claims[0], subject="person:two")
    both = replace(extraction, entities=(*extraction.entities, second), claims=(*extraction.claims, claim))
    assert len(set(objects(store_of(both), None, ORG.holds))) == 1


def test_a_claim_leads_to_its_sentence_and_the_sentence_to_its_place_in_the_text(extraction: Extraction) -> None:
    store = store_of(extraction)
    claim = only(store, RDF.predicate, XZ.visited)
    assert set(objects(store, claim, RDF.type)) == {XZ.Claim, RDF.Statement}
    assert [o.value for o in objects(store, claim, XZ.confidence)] == ["0.8"]
    (evidence,) = objects(store, claim, PROV.wasDerivedFrom)
    begin, end = (int(objects(store, evidence, p)[0].value) for p in (XZ.beginIndex, XZ.endIndex))
    assert [o.value for o in objects(store, evidence, ox.NamedNode("http://www.w3.org/ns/oa#exact"))] == [VISIT]
    assert TEXT[begin:end] == VISIT


def test_what_follows_from_reference_data_is_stated_without_a_claim(extraction: Extraction) -> None:
    store = store_of(extraction)
    assert objects(store, None, XZ.jurisdiction) == [COUNTY]
    assert XZ.jurisdiction not in objects(store, None, RDF.predicate)


def test_the_same_fact_in_two_documents_is_one_triple_and_two_claims() -> None:
    store = ox.Store()
    for name in ("a", "b"):
        store.extend(extraction_quads(made(Document(name, TEXT)), base=BASE))
    visits = {quad.triple for quad in store.quads_for_pattern(None, XZ.visited, None)}
    claims = {quad.subject for quad in store.quads_for_pattern(None, RDF.predicate, XZ.visited)}
    assert (len(visits), len(claims)) == (1, 2)


def test_a_fact_found_twice_is_one_claim_with_both_sentences_and_the_better_confidence(extraction: Extraction) -> None:
    again = replace(extraction.claims[1], evidence=(Evidence(1, 5, TEXT[1:5], "other"),), confidence=0.95)
    store = store_of(replace(extraction, claims=(*extraction.claims, again)))
    claim = only(store, RDF.predicate, XZ.visited)
    assert [o.value for o in objects(store, claim, XZ.confidence)] == ["0.95"]
    assert len(objects(store, claim, PROV.wasDerivedFrom)) == 2


def test_a_figure_is_written_out(extraction: Extraction) -> None:
    store = store_of(extraction)
    node = only(store, RDF.type, SCHEMA.Observation)
    (value,) = objects(store, node, SCHEMA.value)
    assert (value.value, value.datatype.value.rpartition("#")[2]) == ("12000", "integer")
    assert objects(store, node, SCHEMA.observationAbout) == [COUNTY]
    assert objects(store, node, SCHEMA.unitText) == [ox.Literal("件")]
    assert objects(store, node, XZ.approximate) == [ox.Literal(True)]


def test_two_figures_that_differ_in_their_place_alone_are_two(extraction: Extraction) -> None:
    (figure,) = extraction.observations
    moved = replace(figure, evidence=(Evidence(0, 3, TEXT[:3], "test-figure"),))
    store = store_of(replace(extraction, observations=(figure, moved)))
    assert len(list(store.quads_for_pattern(None, RDF.type, SCHEMA.Observation))) == 2


def test_a_fact_about_an_unknown_entity_is_refused(extraction: Extraction) -> None:
    wrong = Claim("person:nobody", "visited", "place:431222", (), 1.0)
    with pytest.raises(ValueError, match="person:nobody"):
        extraction_quads(replace(extraction, claims=(wrong,)), base=BASE)


@pytest.mark.parametrize(
    ("value", "written"),
    [("0", "0"), ("-0", "0"), ("1E+3", "1000"), ("2.50", "2.5"), ("100.00", "100"), ("0.00001", "0.00001")],
)
def test_numbers_have_no_exponent_and_no_idle_zeros(value: str, written: str) -> None:
    assert number(Decimal(value)).value == written


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+999999"])
def test_what_no_text_can_mean_is_no_number(value: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        number(Decimal(value))


@given(st.floats(0, 1))
def test_a_confidence_is_a_plain_decimal_near_its_value(value: float) -> None:
    written = confidence(value).value
    assert "e" not in written.lower() and abs(float(written) - value) <= 0.00005


def test_a_post_label_says_nothing_twice() -> None:
    assert post_label("沅陵县人民法院", "院长") == "沅陵县人民法院院长"
    assert post_label("沅陵县人民政府", "县人民政府县长") == "沅陵县人民政府县长"


# --- reference data ----------------------------------------------------------------------------------------


def test_the_tree_above_a_mentioned_place_is_reference_data(extraction: Extraction) -> None:
    store = ox.Store()
    store.extend(reference_quads(extraction_quads(extraction, base=BASE), divisions(), base=BASE))
    assert {g.value for g in store.named_graphs()} == {BASE + "graph/divisions"}
    city, province = ox.NamedNode(BASE + "place/431200"), ox.NamedNode(BASE + "place/430000")
    assert objects(store, COUNTY, XZ.locatedIn) == [city]
    assert objects(store, city, XZ.locatedIn) == [province]
    assert [o.value for o in objects(store, province, SKOS.prefLabel)] == ["湖南省"]
    assert [o.value for o in objects(store, city, XZ.divisionCode)] == ["431200"]


def test_no_statement_stands_in_a_document_and_in_the_reference(extraction: Extraction) -> None:
    quads = extraction_quads(extraction, base=BASE)
    reference = reference_quads(quads, divisions(), base=BASE)
    assert reference and not {q.triple for q in quads} & {q.triple for q in reference}


def test_a_code_that_is_in_no_table_changes_nothing(extraction: Extraction) -> None:
    unknown = replace(extraction, entities=(Entity("x", "Place", "某地", code="999999"),), claims=(), observations=())
    quads = extraction_quads(replace(unknown, home=None), base=BASE)
    assert reference_quads(quads, divisions(), base=BASE) == ()


# --- text comes back whole ---------------------------------------------------------------------------------

HOSTILE = ["</script><img onerror=x>", '"\\"\n\r\t', "a> <b", "\u202e\u2028\x85", "𠮷😀", "{{x}}", "\\u0022", "县|委"]


def parsed_labels(labels: list[str], sentence: str, make: Extraction) -> tuple[set[str], set[str]]:
    """What pyoxigraph and rdflib read back from N-Quads: all alias labels and sentences."""
    evidence = (Evidence(0, 1, sentence, "hypothesis"),)
    claims = (replace(make.claims[1], evidence=evidence),)
    wild = replace(changed(make, aliases=tuple(labels)), claims=claims, observations=())
    nquads = ox.serialize(extraction_quads(wild, base=BASE), format=ox.RdfFormat.N_QUADS)
    wanted = {SKOS.altLabel, ox.NamedNode("http://www.w3.org/ns/oa#exact")}
    ours = {q.object.value for q in ox.parse(nquads, format=ox.RdfFormat.N_QUADS) if q.predicate in wanted}
    data = rdflib.Dataset()
    data.parse(data=nquads.decode(), format="nquads")
    names = {rdflib.URIRef(term.value) for term in wanted}
    theirs = {str(o) for _, p, o, _ in data.quads((None, None, None, None)) if p in names}
    return ours, theirs


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_survive_the_round_trip(label: str, extraction: Extraction) -> None:
    ours, theirs = parsed_labels([label], label, extraction)
    assert label in ours and ours == theirs


@given(st.lists(st.text(min_size=1), max_size=4), st.text())
def test_any_text_survives_the_round_trip_but_for_what_no_file_can_hold(labels: list[str], sentence: str) -> None:
    ours, theirs = parsed_labels(labels, sentence, made(Document("a", TEXT)))
    expected = {text(label).value for label in (*labels, sentence)}
    assert expected - {"沅陵县"} <= ours | {"沅陵县"} and ours == theirs


@given(st.text())
def test_a_literal_keeps_every_offset(value: str) -> None:
    written = text(value).value
    assert len(written) == len(value)
    assert all(a == b or b == "\ufffd" for a, b in zip(value, written, strict=True))


def test_half_a_character_becomes_a_mark() -> None:
    assert text("县\ud800委\x00").value == "县\ufffd委\ufffd"


def test_rdflib_sees_the_same_statements_in_the_same_graphs(extraction: Extraction) -> None:
    store = store_of(extraction)
    dataset = as_rdflib(store)
    assert len(list(dataset.quads())) == len(store)
    person = rdflib.URIRef(str(only(store, RDF.type, TYPE_CLASS["Person"]).value))
    names = {str(label) for label in dataset.objects(person, rdflib.RDFS.label)}
    assert names and any(names & {e.name} for e in extraction.entities)
