"""exports/ is what the README's command makes of seeds/, byte for byte, and every file there can be read back."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT, built, kg

from kg.building import GRAPH_FILES
from kg.commands.publish import EXPORT_FORMATS
from kg.record.store import open_store
from kg.record.vocabulary import RDF

EXPORTS = ROOT / "exports"
REGENERATE = "follow exports/README.md"
EXPORTED = {
    "graph.ttl": "turtle",
    "graph.nt": "ntriples",
    "graph.nq": "nquads",
    "graph.trig": "trig",
    "graph.jsonld": "jsonld",
    "graph.rdf": "rdfxml",
    "graph.graphml": "graphml",
    "graph.gexf": "gexf",
    "neo4j-csv": "neo4j-csv",
    "csv": "csv",
    "graph.pyvis.html": "pyvis",
}
"""What ``kg export`` writes into exports/, by format."""


@pytest.mark.parametrize("name", GRAPH_FILES)
def test_the_export_is_what_seeds_give(name: str, seeds_out: Path) -> None:
    kept, made = EXPORTS / name, seeds_out / name
    same = kept.is_file() and kept.read_bytes() == made.read_bytes()
    assert same, f"exports/{name} is not what seeds/ give now; after a change on purpose {REGENERATE}"


@pytest.mark.parametrize(("name", "format"), EXPORTED.items())
def test_the_export_of_each_format_is_what_the_command_gives(
    name: str, format: str, seeds_out: Path, tmp_path: Path
) -> None:
    done = kg("export", seeds_out, "--format", format, "-o", tmp_path / name)
    assert done.returncode == 0, done.stderr
    assert files(EXPORTS / name) == files(tmp_path / name), f"after a change on purpose {REGENERATE}"


def test_the_page_of_questions_tells_their_answers(seeds_out: Path) -> None:
    spec = importlib.util.spec_from_file_location("question_docs", ROOT / "training" / "question_docs.py")
    assert spec and spec.loader
    docs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(docs)
    assert docs.TARGET.read_text(encoding="utf-8") == docs.render(open_store(seeds_out)), REGENERATE


def files(path: Path) -> dict[str, bytes]:
    """A file, or the files of a folder, by name."""
    return {each.name: each.read_bytes() for each in (path.iterdir() if path.is_dir() else [path])}


def test_exports_hold_one_of_each_format_and_nothing_else() -> None:
    found = {path.name for path in EXPORTS.iterdir()}
    assert found == {*GRAPH_FILES, *EXPORTED, "README.md"}
    assert set(EXPORTED.values()) == set(EXPORT_FORMATS)


def test_the_readme_tells_the_commands_that_make_them() -> None:
    told = (EXPORTS / "README.md").read_text(encoding="utf-8")
    assert all(f"kg export out --format {format} -o exports/{name}" in told for name, format in EXPORTED.items())


@pytest.mark.parametrize("name", GRAPH_FILES)
def test_the_inputs_order_changes_no_byte(name: str, seeds_out: Path, backwards: Path) -> None:
    assert (backwards / name).read_bytes() == (seeds_out / name).read_bytes()


@pytest.fixture(scope="module")
def backwards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = sorted((path for path in (ROOT / "seeds").iterdir() if path.name != "README.md"), reverse=True)
    return built(tmp_path_factory.mktemp("backwards") / "out", *files)


def test_turtle_and_nquads_say_the_same_to_both_libraries() -> None:
    turtle = ox.Store()
    turtle.load(path=EXPORTS / "graph.ttl", format=ox.RdfFormat.TURTLE)
    quads = ox.Store()
    quads.load(path=EXPORTS / "graph.nq", format=ox.RdfFormat.N_QUADS)
    triples = {quad.triple for quad in turtle}
    assert triples == {quad.triple for quad in quads}
    assert len(rdflib.Graph().parse(EXPORTS / "graph.ttl")) == len(triples)
    dataset = rdflib.Dataset()
    dataset.parse(EXPORTS / "graph.nq", format="nquads")
    assert sum(1 for _ in dataset.quads()) == len(quads) > 1000


def test_every_article_has_a_graph_and_every_statement_stands_in_one() -> None:
    quads = ox.Store()
    quads.load(path=EXPORTS / "graph.nq", format=ox.RdfFormat.N_QUADS)
    articles = {quad.subject for quad in quads.quads_for_pattern(None, RDF.type, ARTICLE)}
    graphs = set(quads.named_graphs())
    assert len(articles) == 9
    assert articles <= graphs
    assert len(graphs - articles) == 2, "two graphs more: the division table's, and the dataset's description"
    assert not any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads)


ARTICLE = ox.NamedNode("https://schema.org/NewsArticle")
