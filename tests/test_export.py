"""``kg export``: every RDF format is the same graph to every reader, every network and table opens where it should."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from conftest import kg, kg_process, made, write_store
from rdflib.compare import isomorphic

from kg.commands.publish import EXPORT_FORMATS
from kg.model import Document, Metadata
from kg.record.quads import extraction_quads
from kg.record.store import open_store
from kg.render.export import ONE_FILE, SEVERAL_FILES, export

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own use of its old names

TRIPLES = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML}
QUADS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
RDFLIB = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
"""Where rdflib's name for a format is not ours."""
HOSTILE = '@zh-hans"@zh-hans . <b> & \\"@zh-hans \\\\ ]]> \u2028 xml:lang="zh-hans" "@language":"zh-hans" \n =1+1;x\t"'


@pytest.fixture(scope="module")
def store(seeds_out: Path) -> ox.Store:
    return open_store(seeds_out)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """A store whose every text holds what means something to some format."""
    extraction = made(Document(HOSTILE, HOSTILE, "a.txt", Metadata(title=HOSTILE, source=HOSTILE)))
    entities = [replace(e, name=f"{HOSTILE}{n}", aliases=(HOSTILE,)) for n, e in enumerate(extraction.entities)]
    claims = [replace(c, title=HOSTILE if c.title else None) for c in extraction.claims]
    whole = replace(extraction, entities=tuple(entities), claims=tuple(claims))
    quads = extraction_quads(whole, base="https://e.org/id/")
    return write_store(tmp_path_factory.mktemp("hostile") / "store", quads)


def written(store: ox.Store, format: str, folder: Path) -> bytes:
    export(store, format, folder / "file")
    return (folder / "file").read_bytes()


def statements(store: ox.Store, format: str) -> set[ox.Triple] | set[ox.Quad]:
    """What a format should hold: each triple once, or each statement in its named graph."""
    named = {quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)}
    return named if format in QUADS else {quad.triple for quad in named}


@pytest.mark.parametrize("which", ["store", "hostile"])
@pytest.mark.parametrize("format", [*TRIPLES, *QUADS])
def test_both_libraries_read_the_same_graph_back(
    format: str, which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = request.getfixturevalue(which)
    data = written(store, format, tmp_path)
    wanted = statements(store, format)
    ours = list(ox.parse(data, format={**TRIPLES, **QUADS}[format]))
    assert len(ours) == len(wanted), "nothing is written twice"
    assert (set(ours) if format in QUADS else {quad.triple for quad in ours}) == wanted

    theirs = rdflib.Dataset()
    theirs.parse(data=data, format=RDFLIB.get(format, format))
    assert {canonical(quad) for quad in theirs.quads()} == {canonical(quad) for quad in as_rdflib(wanted).quads()}


def as_rdflib(statements: set[ox.Triple] | set[ox.Quad]) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=ox.serialize(statements, format=ox.RdfFormat.N_QUADS), format="nquads")
    return dataset


def canonical(quad: tuple) -> tuple[str, ...]:
    """An rdflib quad by its written form, language tags as RDF compares them; without blank nodes that decides."""
    *triple, graph = quad
    named = str(graph) if graph and "default" not in str(graph) else ""
    return (*(term.n3().replace("zh-Han", "zh-han") for term in triple), named)


def test_rdflib_finds_the_graphs_of_two_formats_isomorphic(store: ox.Store, tmp_path: Path) -> None:
    one = rdflib.Graph().parse(data=written(store, "rdfxml", tmp_path), format="xml")
    other = rdflib.Graph().parse(data=written(store, "turtle", tmp_path), format="turtle")
    assert isomorphic(one, other) and len(one) > 1000


@pytest.mark.parametrize("format", ["turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"])
def test_language_tags_are_written_as_people_write_them(format: str, hostile: ox.Store, tmp_path: Path) -> None:
    text = written(hostile, format, tmp_path).decode()
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=text, format=RDFLIB.get(format, format))
    assert "zh-Hans" in text and "zh-Hant" in text
    assert any("zh-hans" in literal for literal in graph.objects(None, rdflib.DCTERMS.title)), "the text stays"


def test_a_turtle_file_is_tidy(store: ox.Store, tmp_path: Path) -> None:
    lines = written(store, "turtle", tmp_path).decode().splitlines()
    head = [line for line in lines if line.startswith("@prefix")]
    assert head == sorted(head) == lines[: len(head)]
    assert not [line for line in lines[len(head) :] if "<https://w3id.org/xianzhi/id/" in line], "all by prefix"


@pytest.fixture(scope="module")
def shuffled(store: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The same graph, put in the other way round."""
    quads = [quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)]
    return write_store(tmp_path_factory.mktemp("shuffled") / "store", reversed(quads))


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_the_same_graph_gives_the_same_bytes(format: str, store: ox.Store, shuffled: ox.Store, tmp_path: Path) -> None:
    name = "a.zip" if format in SEVERAL_FILES else "a.gz"
    for number, graph in enumerate((store, shuffled)):
        (tmp_path / f"{number}").mkdir()
        export(graph, format, tmp_path / f"{number}" / name)
    assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()


# --- networks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("format", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_a_network_opens_with_labels_classes_and_weights(
    format: str, read: Callable[[io.BytesIO], nx.MultiDiGraph], store: ox.Store, tmp_path: Path
) -> None:
    graph = read(io.BytesIO(written(store, format, tmp_path)))
    edges = list(graph.edges(data=True))
    assert len(graph) > 300 and len(edges) > 400
    county = graph.nodes["https://w3id.org/xianzhi/id/place/430523"]
    assert (county["label"], county["top"], county["kind"], county["code"]) == ("邵阳县", "Place", "County", "430523")
    held = [(graph.nodes[a]["label"], data) for a, _, data in edges if data["title"] == "县委书记"]
    assert len(held) > 3 and all(0 < data["confidence"] <= 1 and data["relation"] == "holdsPost" for _, data in held)
    assert {data["weight"] for *_, data in edges} >= {1}


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_every_edge_has_an_id_of_its_own(format: str, store: ox.Store, tmp_path: Path) -> None:
    from lxml import etree

    tree = etree.fromstring(written(store, format, tmp_path))
    ids = tree.xpath("//*[local-name() = 'edge']/@id")
    assert len(set(ids)) == len(ids) > 400, "Gephi merges edges of one id"


def test_a_fact_of_two_articles_weighs_two(tmp_path: Path) -> None:
    quads = [q for name in "ab" for q in extraction_quads(made(Document(name, name)), base="https://e.org/id/")]
    graph = nx.read_gexf(io.BytesIO(written(write_store(tmp_path / "store", quads), "gexf", tmp_path)))
    weights = {data["relation"]: data["weight"] for *_, data in graph.edges(data=True)}
    assert weights["visited"] == 2 and weights["locatedIn"] == 1


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_hostile_text_is_text_in_a_network(format: str, hostile: ox.Store, tmp_path: Path) -> None:
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[format]
    graph = read(io.BytesIO(written(hostile, format, tmp_path)))
    labels = {" ".join(label.split()) for _, label in graph.nodes(data="label")}
    assert " ".join(f"{HOSTILE}0".split()) in labels


# --- tables ------------------------------------------------------------------------------------------------


def tables(store: ox.Store, format: str, folder: Path) -> dict[str, list[dict[str, str]]]:
    export(store, format, folder / "tables")
    return {
        path.name: list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True))
        for path in (folder / "tables").iterdir()
    }


def test_csv_says_each_fact_with_its_sentence(store: ox.Store, tmp_path: Path) -> None:
    found = tables(store, "csv", tmp_path)
    assert set(found) == {"entities.csv", "facts.csv", "figures.csv", "articles.csv"}
    (row,) = (
        row
        for row in found["facts.csv"]
        if (row["subject"], row["relation"], row["document"]) == ("周启明", "holdsPost", "01-clean-shaoyang")
        and row["object"] == "邵阳县委"
    )
    assert row["title"] in row["sentence"] or "邵阳县委书记" in row["sentence"]
    assert int(row["end"]) - int(row["begin"]) == len(row["sentence"])
    assert len(found["articles.csv"]) == 9
    things = {row["iri"] for row in found["entities.csv"]}
    assert {row["subject_iri"] for row in found["facts.csv"]} <= things
    assert {row["about_iri"] for row in found["figures.csv"]} <= things


def test_no_cell_is_a_formula_or_breaks_its_row(tmp_path: Path) -> None:
    extraction = made(Document("=1+1", "x", "a.txt", Metadata(title="@SUM(A1)\n二", source="-2")))
    entity = replace(extraction.entities[5], name='=HYPERLINK("x")\n;', aliases=("+a;b",))
    quads = extraction_quads(replace(extraction, entities=(*extraction.entities[:5], entity)), base="https://e.org/id/")
    store = write_store(tmp_path / "store", quads)
    rows = [row for table in tables(store, "csv", tmp_path).values() for row in table]
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'@SUM(A1) 二" in cells and '\'=HYPERLINK("x") ;' in cells


ADMIN_HEADER = r"(\w*):(ID|LABEL|TYPE|START_ID|END_ID|(string|int|double|boolean|date)(\[\])?)"


def test_neo4j_tables_follow_the_admin_importers_header_format(store: ox.Store, tmp_path: Path) -> None:
    found = tables(store, "neo4j-csv", tmp_path)
    nodes = [name for name in found if name != "relations.csv"]
    for name, rows in found.items():
        columns = list(rows[0])
        assert all(re.fullmatch(ADMIN_HEADER, column) for column in columns), columns
        needed = {":START_ID", ":END_ID", ":TYPE"} if name == "relations.csv" else {"iri:ID", ":LABEL"}
        assert needed <= set(columns)
        for row in rows:
            for column, cell in row.items():
                assert fits(cell, column.rpartition(":")[2]), (column, cell)
    ids = [row["iri:ID"] for name in nodes for row in found[name]]
    assert len(ids) == len(set(ids)), "an id is a node's alone"
    ends = {row[end] for row in found["relations.csv"] for end in (":START_ID", ":END_ID")}
    assert ends <= set(ids), "no relation hangs in the air"
    assert {"HOLDS_POST", "LOCATED_IN", "ABOUT", "STATED_IN"} <= {row[":TYPE"] for row in found["relations.csv"]}


def fits(cell: str, kind: str) -> bool:
    """Whether Neo4j reads the cell as its column's type; an empty cell is no property."""
    tests: dict[str, Callable[[str], object]] = {
        "int": int, "double": float, "boolean": {"true": 1, "false": 1}.__getitem__,
        "date": datetime.date.fromisoformat,
    }  # fmt: skip
    if cell and kind in tests:
        tests[kind](cell)
    return cell != "" or kind not in ("ID", "LABEL", "TYPE", "START_ID", "END_ID")


def test_a_semicolon_in_a_name_does_not_split_it_in_neo4j(tmp_path: Path) -> None:
    extraction = made(Document("a", "x"))
    entity = replace(extraction.entities[0], aliases=("甲;乙", "丙"))
    quads = extraction_quads(replace(extraction, entities=(entity, *extraction.entities[1:])), base="https://e.org/id/")
    found = tables(write_store(tmp_path / "store", quads), "neo4j-csv", tmp_path)["entities.csv"]
    (row,) = (row for row in found if row["name:string"] == "沅陵县")
    assert sorted(row["otherNames:string[]"].split(";")) == ["丙", "甲；乙"]


# --- the command -------------------------------------------------------------------------------------------


def test_the_formats_of_the_command_are_those_that_can_be_written() -> None:
    assert set(EXPORT_FORMATS) == {*ONE_FILE, *SEVERAL_FILES}


def test_to_a_file_packed_by_its_ending_or_to_the_standard_output(read_only_out: Path, tmp_path: Path) -> None:
    printed = kg("export", read_only_out, "--format", "turtle")
    done = kg("export", read_only_out, "--format", "turtle", "-o", tmp_path / "a.ttl.gz")
    assert done.returncode == printed.returncode == 0 and done.stdout == done.stderr == ""
    assert gzip.decompress((tmp_path / "a.ttl.gz").read_bytes()).decode() == printed.stdout
    assert printed.stdout == (read_only_out / "graph.ttl").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["a.ttl.gz"], "nothing temporary stays"


@pytest.mark.parametrize("format", ["turtle", "ntriples", "nquads"])
def test_what_the_build_wrote_is_what_the_store_gives(format: str, read_only_out: Path, tmp_path: Path) -> None:
    export(open_store(read_only_out), format, tmp_path / "of-store")
    assert kg("export", read_only_out, "--format", format, "-o", tmp_path / "of-build").returncode == 0
    assert (tmp_path / "of-store").read_bytes() == (tmp_path / "of-build").read_bytes()


def test_several_files_go_into_a_folder_or_a_zip_file(read_only_out: Path, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "mine.txt").write_text("kept")
    assert kg("export", read_only_out, "--format", "csv", "-o", tmp_path / "tables").returncode == 0
    assert kg("export", read_only_out, "--format", "csv", "-o", tmp_path / "a.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {p.name: p.read_bytes() for p in (tmp_path / "tables").iterdir() if p.name != "mine.txt"}
    assert (tmp_path / "tables" / "mine.txt").read_text() == "kept"


@pytest.mark.parametrize(("format", "place"), [("turtle", "no/such/a.ttl"), ("csv", "no/such/b"), ("csv", "file")])
def test_what_cannot_be_written_is_one_line(format: str, place: str, read_only_out: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = kg("export", read_only_out, "--format", format, "-o", tmp_path / place)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and place in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_same_bytes_come_from_another_process(read_only_out: Path) -> None:
    for format in ("trig", "rdfxml", "jsonld"):
        one = kg("export", read_only_out, "--format", format)
        other = kg_process("export", read_only_out, "--format", format, env={"PYTHONHASHSEED": "7"})
        assert one.stdout == other.stdout > ""
