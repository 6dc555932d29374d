"""The library as a program uses it: from kg import build, Store, settings."""

from __future__ import annotations

import datetime
import doctest
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, TEXT

import kg
from kg import Settings, Store, XianzhiError, add, build, remove, settings, status
from kg.errors import QueryError
from kg.store import Table

NAMES = "SELECT ?name ?code { ?place a xz:Place ; skos:prefLabel ?name OPTIONAL { ?place xz:divisionCode ?code } }"


def test_what_is_promised_is_there_and_loads_on_demand() -> None:
    assert all(getattr(kg, name) for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kg.nothing
    code = "import sys, kg; print([m for m in ('spacy', 'pyoxigraph', 'rdflib', 'networkx') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "[]\n"


def test_a_graph_is_built_changed_and_asked(tmp_path: Path, fake_stages: None) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(TEXT + name, encoding="utf-8")
    out = str(tmp_path / "out")
    assert build(str(tmp_path / "a.txt"), out, settings.Settings(workers=1)).ok
    first = Store(out)
    assert add([tmp_path / "b.txt"], out).changes["added"] == 1 and status(out).documents == 2
    assert remove("b", out).ok and status(out).documents == 1
    assert list(first.query(NAMES)) == list(Store(out).query(NAMES))


def test_values_come_as_python_has_them(read_only_out: Path) -> None:
    query = 'SELECT ?a ?b ?c ?d ?e ?f ?g ?h { VALUES (?a ?b ?c ?d ?e ?f ?g) { (1 2.5 true "2021-03-04"^^xsd:date \
      "2021-03"^^xsd:gYearMonth xz:Place "text"@zh-Hans) } }'
    (row,) = Store(read_only_out).query(query.replace("xsd:", "<http://www.w3.org/2001/XMLSchema#").replace(
        "#date", "#date>").replace("#gYearMonth", "#gYearMonth>"))  # fmt: skip
    assert list(row.values())[:5] == [1, Decimal("2.5"), True, datetime.date(2021, 3, 4), "2021-03"]
    assert (str(row["f"]).endswith("Place"), row["g"], row["h"]) == (True, "text", None)


def test_rows_become_a_data_frame(read_only_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Store(read_only_out).query(NAMES)
    frame = answer.to_pandas()
    assert list(frame.columns) == ["name", "code"] and len(frame) == len(answer) > 2
    assert set(frame["name"]) == set(answer.column("name")) and isinstance(answer[:1], Table)
    assert "<table" in str(answer._repr_html_())
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(QueryError, match="needs pandas"):
        answer.to_pandas()
    assert answer._repr_html_() is None


def test_rdflib_and_networkx_get_the_whole_graph(read_only_out: Path) -> None:
    store = Store(read_only_out)
    quads = set(store.quads())
    assert quads == set(ox.parse(path=read_only_out / "graph.nq", format=ox.RdfFormat.N_QUADS))
    assert len(store) == len({quad.triple for quad in quads}) == len(store.to_rdflib())
    network = store.to_networkx()
    things = store.query("SELECT DISTINCT ?t { VALUES ?c { xz:Organisation xz:Person xz:Place xz:Program } ?t a ?c }")
    assert set(network) == set(things.column("t"))
    assert {data["label"] for _, data in network.nodes(data=True)} >= {"沅陵县委", "梨文山"}


def test_ready_made_questions_and_profiles(read_only_out: Path) -> None:
    store = Store(read_only_out)
    assert {row["person"] for row in store.ask("who-holds-post", title="书记")} == {"梨文山"}
    assert store.explain("梨文山")[0].name == "梨文山"
    assert store.query("ASK { ?s a xz:Person }")[0]["answer"] is True
    for wrong in ("SELECT", "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }"):
        with pytest.raises(XianzhiError):
            store.query(wrong)
    with pytest.raises(QueryError, match="holds no built graph"):
        Store(read_only_out.parent)


def test_the_public_surface_keeps_to_strict_types(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from kg import Report, Settings, Store, Table, add, build, remove, settings, status, update\n"
        "def use() -> None:\n"
        "    report: Report = build('a', 'b', settings.Settings(workers=2))\n"
        "    report = add(['a'], 'b')\n"
        "    report = update(['a'], 'b')\n"
        "    report = remove('a', 'b', Settings())\n"
        "    table: Table = Store('b').query('')\n"
        "    count: int = status('b').documents + len(report.failures) + len(table)\n"
        "    print(count, table[0]['x'])\n",
        encoding="utf-8",
    )
    public = ("__init__", "store", "settings", "building", "archive/change", "archive/status", "report", "errors")
    files = [str(ROOT / "kg" / f"{name}.py") for name in public]
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--ignore-missing-imports"]
    command += ["--disable-error-code=import-untyped", f"--cache-dir={tmp_path / 'cache'}", *files, str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(ROOT)})
    assert done.returncode == 0, done.stdout + done.stderr


# --- what the documentation shows runs ---------------------------------------------------------------------


def test_the_examples_of_the_page_run(seeds_out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(seeds_out)
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False, encoding="utf-8")
    assert tried > 8 and not failed


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads((ROOT / "docs" / "python.ipynb").read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4 and {cell["cell_type"] for cell in notebook["cells"]} == {"code", "markdown"}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"], "outputs are made by whoever runs it"
            exec(compile("".join(cell["source"]), "python.ipynb", "exec"), names)
    assert isinstance(names["report"], kg.Report) and Settings().workers == 0
