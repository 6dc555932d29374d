"""Questions to a built graph: the ready-made ones, their parameters, and the same answers from rdflib."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.explain import explain
from kg.query import Question, Results, ask, parse_parameters, question, questions, serialized, table
from kg.record.store import open_store

NAMES = [q.name for q in questions()]


def rows(store: ox.Store, name: str, **values: str) -> set[tuple[str, ...]]:
    """The answer as texts, without the columns that repeat the parameters."""
    asked = question(name)
    results = ask(store, asked, values)
    hidden = {parameter.name for parameter in asked.parameters}
    columns = [v.value for v in results.variables if v.value not in hidden]
    return {tuple(r[c].value if r[c] is not None else "" for c in columns) for r in results}


@pytest.fixture
def out(read_only_out: Path) -> Path:
    return read_only_out


@pytest.fixture
def store(out: Path) -> ox.Store:
    return open_store(out)


def test_the_questions_of_the_first_release_are_there() -> None:
    assert set(NAMES) >= {
        "who-holds-post", "parts-of-program", "organisations-under", "figures-of", "places-inside",
        "programs-of-several-counties", "visits", "supports", "facts-with-sentences", "documents",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_question_says_in_both_languages_what_it_and_its_parameters_mean(name: str) -> None:
    asked = question(name)
    assert asked.en and asked.zh
    assert all(p.en and p.zh for p in asked.parameters)
    assert set(asked.defaults) == {p.name for p in asked.parameters}


@pytest.mark.parametrize("name", NAMES)
def test_rdflib_answers_the_file_as_it_stands_just_as_we_do(name: str, out: Path, store: ox.Store) -> None:
    ours = {tuple(None if term is None else term.value for term in row) for row in ask(store, question(name))}
    graph = rdflib.Graph().parse(out / "graph.ttl", format="turtle")
    theirs = {tuple(None if t is None else str(t) for t in row) for row in graph.query(question(name).sparql)}
    assert ours == theirs


def test_who_holds_a_post(store: ox.Store) -> None:
    held = {("梨文山", "县委书记", "沅陵县委", "", "", document, "") for document in "abc"}
    assert rows(store, "who-holds-post", title="沅陵县委书记") == held
    assert rows(store, "who-holds-post", title="书记", body="沅陵") == held
    assert rows(store, "who-holds-post", title="县长") == set()


def test_places_inside_a_city_that_no_article_names(store: ox.Store) -> None:
    inside = {("怀化市", "沅陵县", "431222"), ("怀化市", "麻溪铺镇", "431222102")}
    assert rows(store, "places-inside", place="怀化市") == inside


def test_organisations_under_a_body_found_by_its_short_name(store: ox.Store) -> None:
    assert rows(store, "organisations-under", body="县委") == {("沅陵县委", "沅陵县委办公室")}


def test_figures_come_with_unit_and_sentence(store: ox.Store) -> None:
    told = rows(store, "figures-of", about="沅陵")
    figure = ("沅陵县", "办理实事", "12000", "件", "true", "", "", "", "0.7", "全县办理实事1.2万余件。")
    assert told == {(*figure, document) for document in "abc"}


def test_what_is_less_sure_than_asked_for_is_left_out(store: ox.Store) -> None:
    assert len(rows(store, "figures-of", least="0.7")) == 3 and rows(store, "figures-of", least="0.71") == set()
    told = rows(store, "facts-with-sentences", least="0.8")
    assert {row[0] for row in told} == {"梨文山"} and len(told) < len(rows(store, "facts-with-sentences"))


def test_each_document_is_listed_once(store: ox.Store) -> None:
    answer = list(ask(store, question("documents")))
    assert [(row["document"].value, row["home"].value) for row in answer] == [(d, "沅陵县") for d in "abc"]


def linked(*triples: tuple[str, str, str]) -> ox.Store:
    """A store of ``triples`` between things named by their labels, with the classes that the questions look for."""
    xz = "https://w3id.org/xianzhi/ontology#"
    predicates = {"in": xz + "locatedIn", "of": xz + "jurisdiction", "does": xz + "carriesOut",
                  "part": "http://purl.org/dc/terms/isPartOf"}  # fmt: skip
    lines = []
    for s, p, o in triples:
        if p == "code":
            lines.append(f'<x:{s}> <{xz}divisionCode> "{o}" .')
        else:
            lines.append(f"<x:{s}> <{predicates[p]}> <x:{o}> .")
    for name in {name for s, p, o in triples for name in ((s,) if p == "code" else (s, o))}:
        lines.append(f'<x:{name}> <http://www.w3.org/2004/02/skos/core#prefLabel> "{name}"@zh-Hans .')
        lines.append(f"<x:{name}> a <{xz}{'Program' if name.startswith('P') else 'Place'}> .")
    store = ox.Store()
    store.load("\n".join(lines).encode(), format=ox.RdfFormat.TURTLE)
    return store


def test_a_program_counts_for_the_county_of_a_body_but_not_for_a_city() -> None:
    store = linked(
        ("A", "code", "431222"), ("B", "code", "431223"), ("City", "code", "431200"), ("Town", "code", "431223101"),
        ("Town", "in", "B"), ("A", "in", "City"), ("B", "in", "City"), ("body", "of", "Town"),
        ("A", "does", "P1"), ("body", "does", "P1"),
        ("A", "does", "P2"), ("City", "does", "P2"),
    )  # fmt: skip
    assert rows(store, "programs-of-several-counties") == {("P1", "2")}


def test_parts_are_found_through_parts() -> None:
    store = linked(("P2", "part", "P1"), ("P3", "part", "P2"), ("P4", "part", "P0"))
    assert rows(store, "parts-of-program", program="P1") == {("P1", "P2"), ("P1", "P3")}


# --- parameters and queries of the user --------------------------------------------------------------------


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_parameter_is_only_ever_a_value(value: str) -> None:
    store = linked(("P2", "part", "P1"))
    expected = {("P1", "P2")} if value in ("", "P1") else set()
    assert rows(store, "parts-of-program", program=value) == expected


@pytest.mark.parametrize("value", ['" } #', "P1\\u0022 || true", "?x", "\\"])
def test_a_parameter_cannot_break_out(value: str) -> None:
    assert rows(linked(("P2", "part", "P1")), "parts-of-program", program=value) == set()


def test_an_unknown_parameter_is_named(store: ox.Store) -> None:
    with pytest.raises(QueryError, match="no parameter town; its parameters are place"):
        ask(store, question("places-inside"), {"town": "x"})


@pytest.mark.parametrize("name", ["nothing", "../queries/visits", "", "visits.rq"])
def test_an_unknown_question_is_an_error(name: str) -> None:
    with pytest.raises(QueryError, match="no ready-made question"):
        question(name)


def test_parameters_are_key_and_value() -> None:
    assert parse_parameters(["a=b=c", "d="]) == {"a": "b=c", "d": ""}
    with pytest.raises(QueryError, match="KEY=VALUE"):
        parse_parameters(["abc"])


@pytest.mark.parametrize("sparql", ["SELECT", "DELETE WHERE { ?s ?p ?o }", "SELECT * WHERE { ?s no:such ?o }"])
def test_what_is_no_query_gives_one_clear_line(sparql: str, store: ox.Store) -> None:
    with pytest.raises(QueryError) as caught:
        ask(store, Question.of_text(sparql))
    assert "\n" not in str(caught.value)


SERVICE = "SERVICE <http://127.0.0.1:9/> { ?x ?p ?o }"


@pytest.mark.parametrize(
    "sparql",
    [
        f"SELECT * {{ {SERVICE} }}",
        f"ASK {{ {SERVICE.replace('SERVICE', 'sErViCe sIlEnT')} }}",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:p { ?x ?p ?o } }",
        "PREFIX service: <x:> PREFIX : <http://127.0.0.1:9/> SELECT * { service:p { ?x service:p ?o } }",
        f"SELECT * {{ ?x xz:visited\\#a ?y . {SERVICE} }}",
        f'SELECT * {{ FILTER(1<2#>"\n) {SERVICE} #"\n }}',
        f"SELECT * {{ BIND('a' AS ?a) {SERVICE.replace('SERVICE', 'SERVICE # it is')} }}".replace("it is", "it is\n"),
    ],
)
def test_no_query_reaches_another_server(sparql: str, store: ox.Store) -> None:
    with pytest.raises(QueryError, match="SERVICE") as caught:
        ask(store, Question.of_text(sparql))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sparql",
    [
        'ASK { FILTER(CONTAINS("SERVICE { }", "SERVICE")) }',
        "PREFIX service: <x:service#> ASK { FILTER NOT EXISTS { ?service service:service ?o } } # SERVICE <x:y> {}",
        "ASK { FILTER NOT EXISTS { ?s <http://example.org/SERVICE> ?o } }",
    ],
)
def test_the_word_alone_does_no_harm(sparql: str, store: ox.Store) -> None:
    assert bool(ask(store, Question.of_text(sparql)))


@pytest.mark.parametrize("fetch", [table, lambda results: serialized(results, "csv")])
def test_what_goes_wrong_while_rows_are_fetched_is_one_line_too(fetch: Callable[[Results], object]) -> None:
    class Broken:
        variables = (ox.Variable("x"),)

        def __iter__(self) -> Iterator[ox.QuerySolution]:
            raise OSError("the store is\ndamaged")

        def serialize(self, format: object) -> bytes:
            raise OSError("the store is\ndamaged")

    with pytest.raises(QueryError, match="the store is damaged"):
        fetch(Broken())  # type: ignore[arg-type]


def test_a_triple_that_stands_in_three_articles_counts_once(store: ox.Store) -> None:
    summed = "SELECT (SUM(STRLEN(?name)) AS ?n) { ?place skos:prefLabel ?name ; xz:divisionCode '431222' }"
    assert [row["n"].value for row in ask(store, Question.of_text(summed))] == ["3"]
    told = "SELECT ?article { GRAPH ?article { ?place xz:divisionCode '431222' } }"
    assert len(list(ask(store, Question.of_text(told)))) == 3


def test_usual_prefixes_need_no_declaration(store: ox.Store) -> None:
    assert bool(ask(store, Question.of_text("ASK { ?p a xz:Person ; org:holds/org:postIn ?o }")))


def test_triples_are_written_as_turtle_and_rows_are_not(store: ox.Store) -> None:
    construct = Question.of_text("CONSTRUCT { ?s a xz:Person } WHERE { ?s a xz:Person }")
    turtle = serialized(ask(store, construct), "ttl")
    assert len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))) == 1
    with pytest.raises(QueryError, match="CONSTRUCT"):
        serialized(ask(store, Question.of_text("SELECT * WHERE { ?s ?p ?o }")), "ttl")
    with pytest.raises(QueryError, match="SELECT"):
        serialized(ask(store, construct), "csv")


# --- explain -----------------------------------------------------------------------------------------------


def test_a_thing_is_explained_with_its_facts_and_their_sentences(store: ox.Store) -> None:
    (profile,) = explain(store, "梨文山")
    facts = {(f.relation.rpartition("#")[2], f.forward, f.other, f.post): f for f in profile.facts}
    assert set(facts) == {("holds", True, "沅陵县委", "县委书记"), ("visited", True, "麻溪铺镇", "")}
    visit = facts["visited", True, "麻溪铺镇", ""]
    assert [s.document for s in visit.sources] == ["a", "b", "c"]
    assert all(s.sentence.startswith("沅陵县委书记梨文山") for s in visit.sources)


def test_a_body_is_explained_with_the_people_in_its_posts(store: ox.Store) -> None:
    (profile,) = explain(store, "县委")
    holders = [(f.other, f.post) for f in profile.facts if f.relation.endswith("holds")]
    assert holders == [("梨文山", "县委书记")]
    assert [f.sources for f in profile.facts if f.relation.endswith("jurisdiction")] == [()]


def test_a_post_is_explained_with_its_holder_and_its_body(store: ox.Store) -> None:
    (profile,) = explain(store, "沅陵县委书记")
    facts = {(f.relation.rpartition("#")[2], f.forward, f.other, f.post): f for f in profile.facts}
    assert (profile.name, set(facts)) == (
        "沅陵县委书记",
        {("holds", False, "梨文山", "县委书记"), ("postIn", True, "沅陵县委", "")},
    )
    for fact in facts.values():
        assert fact.confidence == "0.9" and [s.document for s in fact.sources] == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["", " \u3000"])
def test_an_empty_name_is_refused(name: str, store: ox.Store) -> None:
    with pytest.raises(QueryError, match="NAME: is empty; give"):
        explain(store, name)


def test_a_place_is_explained_with_code_figures_and_all_its_names(store: ox.Store) -> None:
    (profile,) = explain(store, "沅陵")
    assert (profile.name, profile.aliases, profile.code) == ("沅陵县", ("沅陵",), "431222")
    assert {(f.value, f.unit, f.approximate) for f in profile.figures} == {("12000", "件", True)}


def test_a_traditional_form_leads_to_the_thing(store: ox.Store) -> None:
    assert [p.name for p in explain(store, "梨文山書記")] == ["梨文山"]


def test_all_who_share_a_name_are_explained_and_strangers_are_not() -> None:
    same = linked(("P1", "part", "P0"))
    same.update('INSERT DATA { <y:1> <http://www.w3.org/2004/02/skos/core#altLabel> "P1"@en ;'
                " a <https://w3id.org/xianzhi/ontology#Program> }")  # fmt: skip
    assert [p.iri for p in explain(same, "P1")] == ["x:P1", "y:1"]
    assert explain(same, "P9") == ()
