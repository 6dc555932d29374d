"""The questions that the graph is built for, over the five real articles, with the answers read off their gold.

The articles lie outside the repository and nothing of them is in it: what is right is worked out from the gold
files at run time. A name that the gold marks as optional may be in an answer and need not be.
Below that: every ready-made question means the same to rdflib and to pyoxigraph, from each written file.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT, built, kg

from benchmarks.score import norm
from kg.query import Question, questions

SHARED = ROOT.parent / "shared"
Thing = tuple[str, str]  # document, id of the entity in its gold file


@dataclass(frozen=True)
class Gold:
    """All gold files together. Entities of two files are the same thing when they share their first name."""

    files: tuple[dict[str, Any], ...]

    @cached_property
    def entities(self) -> dict[Thing, dict[str, Any]]:
        return {(file["doc"], entity["id"]): entity for file in self.files for entity in file["entities"]}

    def name(self, thing: Thing) -> str:
        return self.entities[thing]["names"][0]

    def triples(self, predicate: str, *, optional: bool) -> Iterator[tuple[str, str]]:
        """Subject and object by first name; with what is optional, or without."""
        for file in self.files:
            for relation in file["relations"]:
                s, o = (file["doc"], relation["s"]), (file["doc"], relation["o"])
                free = any(x.get("optional") for x in (relation, self.entities[s], self.entities[o]))
                if relation["p"] == predicate and (optional or not free):
                    yield self.name(s), self.name(o)

    def below(self, predicate: str, top: str, *, optional: bool) -> set[str]:
        """Everything that leads to ``top`` by one or more steps."""
        children = defaultdict(set)
        for s, o in self.triples(predicate, optional=optional):
            children[o].add(s)
        found: set[str] = set()
        waiting = [top]
        while waiting:
            new = children[waiting.pop()] - found
            found |= new
            waiting += new
        return found

    def called(self, name: str, type: str) -> str:
        """The first name of the thing that ``name`` is any name of; ``name`` itself where the gold has none."""
        for entity in self.entities.values():
            if type in entity["type"] and norm(name) in map(norm, entity["names"]):
                return entity["names"][0]
        return name

    def optional_names(self, type: str) -> set[str]:
        return {e["names"][0] for e in self.entities.values() if e.get("optional") and type in e["type"]}


@pytest.fixture(scope="module")
def gold() -> Gold:
    files = sorted((SHARED / "gold").glob("*.json"))
    if not files:
        pytest.skip("the real articles and their gold (../shared) are not here")
    return Gold(tuple(json.loads(file.read_text(encoding="utf-8")) for file in files))


@pytest.fixture(scope="module")
def real(gold: Gold, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("real") / "out", SHARED / "seeds")


def asked(out: Path, name: str, **parameters: str) -> list[dict[str, str]]:
    """The answers of a ready-made question, asked as a user asks it."""
    given = [word for key, value in parameters.items() for word in ("--param", f"{key}={value}")]
    done = kg("query", out, "--name", name, *given, "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["results"]["bindings"]
    return [{key: cell["value"] for key, cell in row.items()} for row in rows]


# ---- the six questions --------------------------------------------------------------------------------------


def test_who_is_party_secretary_and_in_which_article(gold: Gold, real: Path) -> None:
    def holders() -> Iterator[tuple[str, str]]:
        for file in gold.files:
            for relation in file["relations"]:
                person, body = (file["doc"], relation["s"]), (file["doc"], relation["o"])
                if gold.name(body) == "邵阳县委" and "县委书记" in relation.get("title", ()):
                    yield gold.name(person), file["doc"]

    rows = asked(real, "who-holds-post", title="县委书记", body="邵阳县委")
    wanted = set(holders())
    assert len(wanted) == 2, "two articles, two secretaries"
    assert {(row["person"], row["document"]) for row in rows} == wanted


def test_parts_of_a_program(gold: Gold, real: Path) -> None:
    found = {gold.called(row["part"], "Program") for row in asked(real, "parts-of-program", program="三联三清")}
    must = gold.below("partOf", "三联三清", optional=False)
    assert len(must) > 2
    assert (must - found, found - gold.below("partOf", "三联三清", optional=True)) == (set(), set())


def test_organisations_under_a_party_committee(gold: Gold, real: Path) -> None:
    rows = asked(real, "organisations-under", body="邵阳县委")
    found = {gold.called(row["organisation"], "Organisation") for row in rows}
    must = gold.below("subOrganizationOf", "邵阳县委", optional=False)
    assert len(must) > 3
    assert (must - found, found - gold.below("subOrganizationOf", "邵阳县委", optional=True)) == (set(), set())


def test_figures_about_a_body_with_unit_and_sentence(gold: Gold, real: Path) -> None:
    wanted = Counter(
        (Decimal(str(figure["value"])), figure["unit"], bool(figure.get("approx")))
        for file in gold.files
        for figure in file["observations"]
        if gold.name((file["doc"], figure["about"])) == "安化县妇联"
    )
    rows = asked(real, "figures-of", about="安化县妇联")
    found = Counter((Decimal(row["value"]), row["unit"], row["approximate"] == "true") for row in rows)
    assert sum(wanted.values()) > 3
    assert found == wanted
    for row in rows:
        assert row["value"] in row["sentence"] and "县妇联" in row["sentence"], row


def test_places_inside_a_city_with_their_codes(gold: Gold, real: Path) -> None:
    inside = gold.below("locatedIn", "永州市", optional=True)
    coded = (e for e in gold.entities.values() if "code" in e and e["names"][0] in inside)
    wanted = {(entity["names"][0], entity["code"]) for entity in coded}
    rows = asked(real, "places-inside", place="永州市")
    assert len(wanted) > 10
    assert {(gold.called(row["inner"], "Place"), row["code"]) for row in rows} == wanted


def test_programs_of_more_than_one_county(gold: Gold, real: Path) -> None:
    wanted = programs_of_counties(gold)
    found = {gold.called(row["program"], "Program") for row in asked(real, "programs-of-several-counties")}
    assert wanted
    assert (wanted - found, found - wanted - gold.optional_names("Program")) == (set(), set())


def programs_of_counties(gold: Gold) -> set[str]:
    """By the gold: the programs with actors of two counties, a body counting for the place of its jurisdiction."""
    counties = {e["names"][0] for e in gold.entities.values() if is_county(e.get("code", ""))}
    place_of = dict(gold.triples("jurisdiction", optional=True)) | {county: county for county in counties}
    actors = defaultdict(set)
    for actor, program in gold.triples("carriesOut", optional=False):
        actors[program] |= {place_of.get(actor, actor)} & counties
    return {program for program, places in actors.items() if len(places) > 1}


def is_county(code: str) -> bool:
    return len(code) == 6 and not code.endswith("00")


# ---- any store gives the same answers -----------------------------------------------------------------------

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Written:
    """The two files of a graph, each parsed once by each library."""

    rdflib: tuple[rdflib.Graph, rdflib.Graph]
    pyoxigraph: tuple[ox.Store, ox.Store]

    def answers(self, question: Question) -> list[Counter[Row]]:
        """What each library finds in each file."""
        ours = (store.query(question.sparql, use_default_graph_as_union=True) for store in self.pyoxigraph)
        theirs = (graph.query(question.sparql) for graph in self.rdflib)
        return [
            *(Counter(tuple(cell and cell.value for cell in row) for row in answer) for answer in ours),
            *(Counter(tuple(plain(cell) for cell in row) for row in answer) for answer in theirs),
        ]


def plain(cell: rdflib.term.Identifier | None) -> str | None:
    return None if cell is None else str(cell)  # rdflib's empty literal counts as false


@pytest.fixture(scope="module")
def written(seeds_out: Path) -> Written:
    quads, turtle = seeds_out / "graph.nq", seeds_out / "graph.ttl"
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(quads, format="nquads")
    stores = ox.Store(), ox.Store()
    stores[0].load(path=quads, format=ox.RdfFormat.N_QUADS)
    stores[1].load(path=turtle, format=ox.RdfFormat.TURTLE)
    return Written((dataset, rdflib.Graph().parse(turtle)), stores)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own use of its old names
@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_question_means_the_same_to_every_store(question: Question, written: Written) -> None:
    first, *others = written.answers(question)
    assert first, "a question that the sample articles do not answer shows nothing"
    assert all(other == first for other in others)
