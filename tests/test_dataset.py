"""The graph's description of itself: right counts, nothing of the clock, and a node of its own for each build."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import kg

from kg.building import build
from kg.errors import SettingsError
from kg.record.store import open_store
from kg.record.vocabulary import PREFIXES
from kg.settings import Settings

DESCRIBED = "SELECT ?d ?title ?date ?licence ?triples ?documents ?entities ?space WHERE { \
  ?d a dcat:Dataset ; dcterms:title ?title ; void:triples ?triples ; void:documents ?documents ; \
     void:entities ?entities ; void:uriSpace ?space \
  OPTIONAL { ?d dcterms:modified ?date } OPTIONAL { ?d dcterms:license ?licence } }"


def described(out: Path) -> dict[str, str]:
    (row,) = open_store(out).query(DESCRIBED, prefixes=dict(PREFIXES))
    names = ("d", "title", "date", "licence", "triples", "documents", "entities", "space")
    return {name: row[name].value for name in names if row[name] is not None}


def test_the_sample_articles_are_described(seeds_out: Path) -> None:
    found = described(seeds_out)
    store = open_store(seeds_out)
    own = ox.NamedNode("https://w3id.org/xianzhi/id/graph/dataset")
    rest = {q.triple for q in store if q.graph_name not in (own, ox.DefaultGraph())}
    things = {
        q.subject
        for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if q.object.value in {PREFIXES["xz"] + top for top in ("Organisation", "Person", "Place", "Program")}
        and q.predicate.value.endswith("#type")
    }
    assert found["triples"] == str(len(rest))
    assert (found["documents"], found["entities"]) == ("9", str(len(things)))
    assert found["space"] == "https://w3id.org/xianzhi/id/"
    assert found["date"] == "2024-03-12", "the newest article's"
    assert "licence" not in found


def test_its_vocabularies_and_classes_are_those_that_it_uses(seeds_out: Path) -> None:
    store = open_store(seeds_out)
    query = "SELECT ?c ?n { ?d void:classPartition ?p . ?p void:class ?c ; void:entities ?n }"
    for row in store.query(query, prefixes=dict(PREFIXES)):
        (count,) = store.query(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{row['c'].value}> }}")
        assert count["n"].value == row["n"].value
    named = {row["v"].value for row in store.query("SELECT ?v { ?d void:vocabulary ?v }", prefixes=dict(PREFIXES))}
    assert {PREFIXES[prefix] for prefix in ("xz", "org", "schema", "prov", "skos")} <= named


def test_it_comes_from_its_documents_by_this_program(seeds_out: Path) -> None:
    query = "ASK { ?d a dcat:Dataset ; prov:wasDerivedFrom ?a ; prov:wasAttributedTo/a prov:SoftwareAgent . \
      ?a a schema:NewsArticle . ?d dcterms:conformsTo ?version FILTER(CONTAINS(STR(?version), '/ontology/')) }"
    assert open_store(seeds_out).query(query, prefixes=dict(PREFIXES))


def test_the_user_says_title_licence_and_date(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    words = ("--dataset-title", "某县图谱", "--dataset-license", licence, "--dataset-date", "2020-02-29")
    done = kg("build", articles, "-o", tmp_path / "out", *words)
    assert done.returncode == 0, done.stderr
    found = described(tmp_path / "out")
    assert (found["title"], found["licence"], found["date"]) == ("某县图谱", licence, "2020-02-29")


def test_today_is_written_only_where_it_is_asked_for(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    build([articles], tmp_path / "a")
    assert "date" not in described(tmp_path / "a"), "these articles have none"
    build([articles], tmp_path / "b", Settings(dataset_date="today"))
    assert described(tmp_path / "b")["date"] in {
        (datetime.date.today() - datetime.timedelta(days=n)).isoformat() for n in (0, 1)
    }


def test_builds_of_other_documents_are_described_by_other_nodes(
    articles: Path, tmp_path: Path, fake_stages: None
) -> None:
    """So that graphs that are put together hold no contradiction."""
    build([articles / "a.txt", articles / "b.txt"], tmp_path / "ab")
    build([articles / "b.txt", articles / "a.txt"], tmp_path / "ba")
    build([articles / "c.txt"], tmp_path / "c")
    nodes = [described(tmp_path / name)["d"] for name in ("ab", "ba", "c")]
    assert nodes[0] == nodes[1] != nodes[2]
    assert (tmp_path / "ab" / "graph.nq").read_bytes() == (tmp_path / "ba" / "graph.nq").read_bytes()


@pytest.mark.parametrize(
    ("name", "value"),
    [("dataset_license", "CC BY"), ("dataset_license", "https://e.org/<x>"), ("dataset_license", "协议"),
     ("dataset_date", "2023-02-30"), ("dataset_date", "20230201"), ("dataset_date", "yesterday")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings(**{name: value})
