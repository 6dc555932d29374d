"""The output folder: what is in it, that order does not matter, and that a failed build harms nothing."""

from __future__ import annotations

import fcntl
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import TEXT, made

import kg.archive.work
import kg.building
from kg.building import Step, build
from kg.errors import OutputError
from kg.model import Document, Extraction
from kg.record.store import open_store
from kg.settings import Settings

GRAPHS = ("graph.nq", "graph.ttl")


def graph_bytes(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in GRAPHS]


def test_a_build_leaves_its_outputs_and_no_scaffolding(out: Path) -> None:
    assert {p.name for p in out.iterdir()} == {
        "graph.nq", "graph.ttl", "graph.html", "resolution.jsonl", "documents.jsonl", "report.json", "store", ".lock",
        ".results",
    }  # fmt: skip


def test_turtle_store_and_nquads_hold_the_same_statements(out: Path) -> None:
    nquads = set(ox.parse(path=out / "graph.nq", format=ox.RdfFormat.N_QUADS))
    turtle = {q.triple for q in ox.parse(path=out / "graph.ttl", format=ox.RdfFormat.TURTLE)}
    stored = set(open_store(out))
    assert {quad for quad in stored if quad.graph_name != ox.DefaultGraph()} == nquads
    assert {quad.triple for quad in stored if quad.graph_name == ox.DefaultGraph()} == turtle
    assert turtle == {quad.triple for quad in nquads}


def test_rdflib_reads_both_files_and_counts_the_same(out: Path) -> None:
    data, graph = rdflib.Dataset(), rdflib.Graph()
    data.parse(out / "graph.nq", format="nquads")
    graph.parse(out / "graph.ttl", format="turtle")
    assert len(set(data.quads((None, None, None, None)))) == len((out / "graph.nq").read_text("utf-8").splitlines())
    assert len(graph) == len({quad.triple for quad in open_store(out)})


def test_each_document_has_a_graph_the_divisions_and_the_description_have_one_each(out: Path) -> None:
    graphs = {graph.value.split("/id/")[1].split("/")[0] for graph in open_store(out).named_graphs()}
    assert (len(list(open_store(out).named_graphs())), graphs) == (5, {"document", "graph"})


def test_the_order_of_inputs_changes_no_byte(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    files = sorted(articles.iterdir())
    build(files, tmp_path / "one")
    build(files[::-1], tmp_path / "two")
    build([articles], tmp_path / "three")
    assert graph_bytes(tmp_path / "one") == graph_bytes(tmp_path / "two") == graph_bytes(tmp_path / "three")


def test_building_again_changes_no_byte(articles: Path, out: Path) -> None:
    before = graph_bytes(out)
    build([articles], out)
    assert graph_bytes(out) == before


def test_nquads_are_sorted_and_turtle_puts_each_subject_once(out: Path) -> None:
    lines = (out / "graph.nq").read_bytes().splitlines()
    assert lines == sorted(lines)
    heads = [line.split()[0] for line in (out / "graph.ttl").read_text("utf-8").splitlines() if line[:1].isalpha()]
    assert heads and heads == sorted(set(heads))


def test_shards_merge_by_concatenation(articles: Path, tmp_path: Path, fake_stages: None, out: Path) -> None:
    lines = set()
    for file in articles.iterdir():
        build([file], tmp_path / file.stem)
        lines |= stated(tmp_path / file.stem)
    assert lines == stated(out)


def stated(out: Path) -> set[bytes]:
    """The statements of a build but for its description of itself, which counts them."""
    lines = (out / "graph.nq").read_bytes().splitlines()
    return {line for line in lines if not line.endswith(b"/graph/dataset> .")}


def test_the_same_document_twice_is_taken_once_with_a_warning(articles: Path, out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "a.txt"
    copy.parent.mkdir()
    shutil.copy(articles / "a.txt", copy)
    report = build([articles, copy], tmp_path / "twice")
    assert graph_bytes(tmp_path / "twice") == graph_bytes(out)
    assert report.totals["documents"] == 3 and report.ok
    assert [w for d in report.documents for w in d.warnings if "taken once" in w]


def test_one_id_with_two_texts_is_two_documents(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    other = tmp_path / "other" / "a.txt"
    other.parent.mkdir()
    other.write_text(TEXT + "另一篇。", encoding="utf-8")
    report = build([articles, other], tmp_path / "out")
    assert report.totals["documents"] == 4
    assert [w for d in report.documents for w in d.warnings if "same id" in w]


def test_a_document_that_breaks_a_stage_is_reported_and_the_rest_is_built(
    articles: Path, tmp_path: Path, fake_stages: None
) -> None:
    (articles / "broken.txt").write_text("坏文章，读不下去。", encoding="utf-8")
    report = build([articles], tmp_path / "out")
    assert not report.ok and report.totals["documents"] == 3
    (line,) = report.failures
    assert "broken.txt" in line and "\n" not in line


def test_what_an_earlier_build_wrote_is_no_input(articles: Path, fake_stages: None) -> None:
    build([articles], articles / "out")
    before = graph_bytes(articles / "out")
    report = build([articles], articles / "out")
    assert report.ok and report.totals["documents"] == 3
    assert graph_bytes(articles / "out") == before


def test_a_graph_too_large_for_a_page_has_none_and_says_so(
    articles: Path, tmp_path: Path, fake_stages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.building, "PAGE_STATEMENTS", 10)
    report = build([articles], tmp_path / "out")
    assert report.ok and not (tmp_path / "out" / "graph.html").exists()
    assert [line for line in report.warnings if "graph.html" in line and "kg serve" in line]


def test_a_report_outlives_the_folder_that_it_tells_of(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    report = build([articles], tmp_path / "out")
    first = tuple(report.documents)
    (articles / "a.txt").unlink()
    build([articles], tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    assert tuple(report.documents) == first and [d.id for d in report.documents[1:]] == ["b", "c"]
    assert report.documents[-1].counts["entities"]


def test_the_report_tells_of_every_document_and_every_stage(out: Path) -> None:
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert [d["id"] for d in report["documents"]] == ["a", "b", "c"]
    assert report["documents"][0]["counts"]["entities"] == 6
    assert report["totals"]["documents"] == 3 and report["totals"]["claims"] == 18
    assert set(report["seconds"]) == {"extract", "record", "render", "validate"}
    assert report["seconds"]["extract"] == round(report["seconds"]["extract"], 4)
    assert all(document["seconds"]["read"] >= 0 for document in report["documents"])
    assert report["versions"].keys() >= {"xianzhi", "igraph", "opencc-python-reimplemented", "networkx"}
    assert report["versions"]["spacy-pkuseg"] != "unknown" != report["versions"]["spacy"]
    assert report["validation"]["conforms"] is True
    assert report["versions"]["pyoxigraph"] == ox.__version__


def test_progress_tells_file_and_stage(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    steps: list[Step] = []
    build([articles], tmp_path / "out", progress=steps.append)
    assert Step(0, 3, "a", "restore") in steps and Step(3, 3, "", "validate") == steps[-1]


def test_unsure_facts_are_left_out_when_asked(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    build([articles], tmp_path / "out", Settings(min_confidence=0.75))
    text = (tmp_path / "out" / "graph.ttl").read_text("utf-8")
    assert "xz:visited" in text and "xz:carriesOut" not in text and "schema:Observation" not in text


def test_the_base_iri_is_everywhere(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    build([articles], tmp_path / "out", Settings(base_iri="https://data.example.org/x#"))
    nquads = (tmp_path / "out" / "graph.nq").read_text("utf-8")
    assert "https://data.example.org/x#place/431222" in nquads and "w3id.org/xianzhi/id/" not in nquads


# --- failures leave what was there -------------------------------------------------------------------------


def snapshot(folder: Path) -> dict[str, bytes]:
    """The files but for ``.results``, where a build that fails leaves what it found."""
    files = (p for p in folder.rglob("*") if p.is_file() and ".results" not in p.parts)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


@pytest.mark.parametrize("failing", ["load_store", "write_graph", "write_turtle", "write_page", "find_faults"])
def test_a_build_that_fails_midway_leaves_the_former_state(
    failing: str, articles: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(out)
    (articles / "d.txt").write_text(TEXT + "丁", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kg.building, failing, fail)
    with pytest.raises(OutputError, match="No space left"):
        build([articles], out)
    assert snapshot(out) == before


def test_a_build_without_a_single_document_leaves_the_former_state(out: Path, tmp_path: Path) -> None:
    before = snapshot(out)
    report = build([tmp_path / "missing.txt"], out)
    assert not report.ok and len(report.failures) == 1
    assert snapshot(out) == before


def test_a_build_killed_between_two_renames_is_mended_by_the_next(articles: Path, out: Path) -> None:
    before = snapshot(out / "store")
    (out / ".replaced").mkdir()
    (out / ".replaced" / "made-by-xianzhi").touch()
    (out / "store").rename(out / ".replaced" / "store")
    (out / ".staging").mkdir()
    build([out / "nothing"], out)  # builds nothing, but puts the store back
    assert snapshot(out / "store") == before
    assert not (out / ".replaced").exists() and not (out / ".staging").exists()


def test_files_of_the_user_in_the_folder_are_left_alone(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.md").write_text("mine")
    build([articles], tmp_path / "out")
    build([articles], tmp_path / "out")
    assert (tmp_path / "out" / "notes.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["store", ".staging", ".replaced", ".results"])
def test_a_folder_of_the_user_with_a_name_of_ours_is_refused_and_kept(
    name: str, articles: Path, tmp_path: Path, fake_stages: None
) -> None:
    (tmp_path / "out" / name).mkdir(parents=True)
    (tmp_path / "out" / name / "accounts.xls").write_text("mine")
    with pytest.raises(OutputError, match="move it away") as caught:
        build([articles], tmp_path / "out")
    assert caught.value.where == str(tmp_path / "out" / name)
    assert (tmp_path / "out" / name / "accounts.xls").read_text() == "mine"
    assert not (tmp_path / "out" / "graph.nq").exists()


@pytest.mark.parametrize("name", ["graph.nq", "report.json"])
def test_a_folder_where_a_file_belongs_is_refused_and_the_former_state_stays(
    name: str, articles: Path, out: Path
) -> None:
    (out / name).unlink()
    (out / name).mkdir()
    before = snapshot(out)
    (articles / "d.txt").write_text(TEXT + "丁", encoding="utf-8")
    with pytest.raises(OutputError, match="is a folder where a file is to be written"):
        build([articles], out)
    assert snapshot(out) == before


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("failing", ["store", "graph.ttl", "report.json"])
def test_a_rename_that_fails_is_undone_with_those_before_it(
    failing: str, first: bool, articles: Path, tmp_path: Path, fake_stages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if not first:
        build([articles], out)
    before = snapshot(out)
    (articles / "d.txt").write_text(TEXT + "丁", encoding="utf-8")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == failing and self.parent.name == ".staging":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError, match="Input/output error"):
        build([articles], out)
    assert {name: text for name, text in snapshot(out).items() if name != ".lock"} == {
        name: text for name, text in before.items() if name != ".lock"
    }


def test_an_input_inside_the_output_folder_is_told_and_the_rest_is_built(articles: Path, out: Path) -> None:
    (out / "mine.txt").write_text(TEXT, encoding="utf-8")
    report = build([out / "mine.txt", out, articles], out)
    assert [line.split(": ", 1)[1].split(";")[0] for line in report.failures] == ["lies inside the output folder"] * 2
    assert report.totals["documents"] == 3


def test_a_folder_made_for_a_build_of_nothing_is_gone(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    build([tmp_path / "missing.txt"], tmp_path / "kept" / "new" / "out")
    assert list(tmp_path.rglob("*")) == [tmp_path / "kept"]


def test_a_figure_that_no_file_can_hold_costs_itself_only(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def extract(document: Document, notice: object, recogniser: object) -> tuple[Extraction, dict[str, float]]:
        whole = made(document)
        (figure,) = whole.observations
        odd = [replace(figure, value=Decimal(value)) for value in ("NaN", "Infinity", "1E+30", "1E-30", "9" * 31)]
        return replace(whole, observations=(*odd, figure)), {}

    monkeypatch.setattr(kg.archive.work, "extract", extract)
    report = build([articles], tmp_path / "out")
    assert report.ok and report.totals["observations"] == 3
    assert (tmp_path / "out" / "graph.ttl").read_text("utf-8").count("a schema:Observation") == 3


def test_a_folder_in_use_is_refused_until_it_is_free(articles: Path, out: Path) -> None:
    with (out / ".lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another build"):
            build([articles], out)
    assert build([articles], out).ok


def test_an_output_that_is_a_file_is_refused(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="cannot be written to"):
            build([articles], target)
    assert (tmp_path / "file").read_text() == "mine"
