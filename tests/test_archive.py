"""A graph that grows: any sequence of changes gives the graph of one build, whatever is killed on the way."""

from __future__ import annotations

import fcntl
import json
import os
import random
import resource
import shutil
import signal
import time
from pathlib import Path

import failing
import pyoxigraph as ox
import pytest
from conftest import ROOT, TEXT
from conftest import kg as command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg.archive.pool
import kg.archive.work
import kg.building
from kg.archive import change
from kg.archive.ledger import Ledger
from kg.archive.pool import spread
from kg.archive.status import status
from kg.archive.values import Task
from kg.building import build
from kg.errors import OutputError
from kg.lines import Sorter, difference
from kg.model import Document
from kg.record.store import open_store
from kg.report import validation_summary
from kg.settings import Settings

FILES = ("graph.nq", "graph.ttl", "resolution.jsonl")
TINY = Settings(workers=1)


def contents(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in FILES]


def stored(out: Path) -> tuple[set[ox.Quad], set[ox.Triple]]:
    """The named graphs of the store, and its default graph."""
    quads = set(open_store(out))
    named = {quad for quad in quads if quad.graph_name != ox.DefaultGraph()}
    return named, {quad.triple for quad in quads - named}


def assert_whole(out: Path) -> None:
    """That files and store of an output folder tell of one graph."""
    named, default = stored(out)
    assert named == set(ox.parse(path=out / "graph.nq", format=ox.RdfFormat.N_QUADS))
    assert default == {quad.triple for quad in named}
    assert default == {quad.triple for quad in ox.parse(path=out / "graph.ttl", format=ox.RdfFormat.TURTLE)}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, fake_stages: None) -> None:
    """Leave out page and validation, which other tests look at: they cost most of a tiny build."""
    monkeypatch.setattr(kg.building, "write_page", lambda quads, path, base: path.write_text(""))
    monkeypatch.setattr(kg.building, "find_faults", lambda graph, staging: validation_summary(()))


# --- add, remove, update -----------------------------------------------------------------------------------

FOLDER = {"a.txt": "甲", "b.txt": "乙", "copy/a.txt": "甲", "other/a.txt": "丙", "d.txt": "丁"}
RECORDS = {"r.jsonl": [{"id": "r", "text": "戊", "date": "2020-01-01"}, {"id": "s", "text": "己"}]}
RECORDS["t.jsonl"] = [{"id": "r", "text": "戊", "date": "2021-01-01"}]
CHANGES = st.tuples(st.sampled_from(("add", "remove", "update")), st.sampled_from([*FOLDER, *RECORDS]))


def written(folder: Path) -> Path:
    for name, text in FOLDER.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT + text * 3, encoding="utf-8")
    for name, records in RECORDS.items():
        lines = (json.dumps({**record, "text": TEXT + str(record["text"])}) for record in records)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder


@settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(first=st.sampled_from([*FOLDER, *RECORDS]), changes=st.lists(CHANGES, min_size=1, max_size=5))
def test_any_sequence_of_changes_gives_the_graph_of_one_build(
    first: str, changes: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory, quick: None
) -> None:
    tmp_path = tmp_path_factory.mktemp("sequence")
    folder, out, once = written(tmp_path / "in"), tmp_path / "out", tmp_path / "once"
    held = {first}
    build([folder / first], out, TINY)
    for kind, name in changes:
        if kind == "remove":
            report = change.remove([str(folder / name)], out, TINY)
            assert report.ok is (name in held)
            held.discard(name)
        else:
            assert getattr(change, kind)([folder / name], out, TINY).ok
            held.add(name)
    assert_whole(out)
    if held:
        build([folder / name for name in sorted(held, reverse=True)], once, TINY)
        assert contents(out) == contents(once)
        assert stored(out) == stored(once)
    else:
        assert status(out).documents == 0
    shutil.rmtree(tmp_path)


def test_update_takes_what_is_new_changed_and_gone(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    (tmp_path / "else.txt").write_text(TEXT + "庚", encoding="utf-8")
    build([folder, tmp_path / "else.txt"], out, TINY)
    (folder / "b.txt").write_text(TEXT + "改", encoding="utf-8")
    (folder / "d.txt").unlink()
    (folder / "new.txt").write_text(TEXT + "新", encoding="utf-8")
    report = change.update([folder], out, TINY)
    assert report.changes == {"added": 2, "removed": 2} and report.ok
    build([folder, tmp_path / "else.txt"], tmp_path / "once", TINY)
    assert contents(out) == contents(tmp_path / "once")


def test_an_input_that_is_not_there_takes_nothing_out(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder], out, TINY)
    before = contents(out)
    folder.rename(tmp_path / "unmounted")
    report = change.update([folder], out, TINY)
    assert [line.split("; ")[0] for line in report.failures] == [f"{folder}: does not exist"]
    assert contents(out) == before


def test_a_file_that_breaks_a_stage_keeps_what_it_had(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder], out, TINY)
    before = contents(out)
    (folder / "b.txt").write_text("坏文章", encoding="utf-8")
    assert not change.update([folder], out, TINY).ok
    assert contents(out) == before


def test_adding_what_is_there_writes_nothing_and_works_on_nothing(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder], out, TINY)
    before = (out / "graph.nq").stat()
    monkeypatch.setattr(kg.archive.work, "extract", None)
    assert change.add([folder], out, TINY).changes == {"added": 0, "removed": 0}
    assert (out / "graph.nq").stat() == before


def test_a_document_is_taken_out_by_id_iri_file_or_folder(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder], out, TINY)
    iri = json.loads((out / "documents.jsonl").read_text("utf-8").splitlines()[1])["document"]
    report = change.remove([iri, "d", str(folder / "other"), "s", "nothing"], out, TINY)
    assert report.changes == {"added": 0, "removed": 4}
    assert [line.split(":")[0] for line in report.failures] == ["nothing"]


def test_a_folder_without_a_graph_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds no built graph"):
        change.add([tmp_path], tmp_path / "out", TINY)
    assert not (tmp_path / "out").exists()


def test_a_graph_of_another_version_is_not_changed(articles: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "program", lambda: "another")
    with pytest.raises(OutputError, match="another version"):
        change.add([articles], out, TINY)


def test_the_settings_of_the_graph_stay(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder / "a.txt"], out, Settings(base_iri="https://e.org/", workers=1))
    change.add([folder], out, TINY)
    assert b"w3id.org/xianzhi/id/" not in (out / "graph.nq").read_bytes()


def test_a_damaged_ledger_begins_anew(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder], out, TINY)
    before = contents(out)
    (out / ".results" / "results.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(OutputError, match="lacks the results of"):
        change.add([folder / "a.txt"], out, TINY)
    assert build([folder], out, TINY).ok and contents(out) == before


def test_status_tells_what_is_there(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder], out, TINY)
    found = status(out)
    lines = (out / "graph.nq").read_text("utf-8").splitlines()
    assert (found.documents, found.files, found.current, found.waiting) == (6, 7, True, 0)
    assert 0 < found.statements < len(lines) and found.size > 10_000 and not found.writing
    with (out / ".lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert status(out).writing
        with pytest.raises(OutputError, match="another build is writing"):
            change.add([folder], out, TINY)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_commands(language: str, tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    lang = ("--lang", language)
    assert command(*lang, "build", folder / "a.txt", "-o", out).returncode == 0
    done = command(*lang, "add", out, folder, "--workers", "1", "--log-json", tmp_path / "log")
    assert done.returncode == 0 and "5" in done.stdout
    events = [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]
    assert {"extract", "record", "render", "validate"} <= {event.get("stage") for event in events}
    assert events[-1]["event"] == "published" and events[-1]["documents"] == 6
    assert command(*lang, "remove", out, "d").returncode == 0
    assert command(*lang, "remove", out, "d").returncode == 1
    assert command(*lang, "update", out, folder).returncode == 0
    told = command(*lang, "status", out)
    assert told.returncode == 0 and {"en": "documents", "zh": "文章"}[language] in told.stdout
    assert command(*lang, "status", tmp_path / "none").returncode == 1


def test_the_log_goes_to_the_standard_error_from_the_level_asked_for(tmp_path: Path, quick: None) -> None:
    folder = written(tmp_path / "in")
    assert command("build", folder / "a.txt", "-o", tmp_path / "one").stderr == ""
    told = command("build", folder / "a.txt", "-o", tmp_path / "two", "--log-level", "debug").stderr
    assert " debug document id=a" in told and " info stage stage=record" in told
    assert command("build", folder / "a.txt", "-o", tmp_path / "six", "--log-level", "error").stderr == ""


# --- sorting -----------------------------------------------------------------------------------------------


@given(lines=st.lists(st.binary(max_size=3).filter(lambda b: b"\n" not in b)), run=st.integers(1, 9))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_beyond_memory_come_back_sorted(
    lines: list[bytes], run: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.lines.RUNS_OPEN", 3)
    sorter = Sorter(tmp_path, "x", run_bytes=run)
    sorter.extend(line + b"\n" for line in lines)
    assert list(sorter) == sorted(line + b"\n" for line in lines) == list(sorter)


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_the_difference_of_two_graphs(old: set[int], new: set[int]) -> None:
    one, other = (sorted(b"%d" % number for number in numbers) for numbers in (old, new))
    found = list(difference(one, other))
    assert {line for is_new, line in found if is_new} == set(other) - set(one)
    assert {line for is_new, line in found if not is_new} == set(one) - set(other)


# --- workers -----------------------------------------------------------------------------------------------


def test_the_number_of_workers_and_the_order_change_no_byte(tmp_path: Path) -> None:
    files = [ROOT / "seeds" / name for name in ("01-clean-shaoyang.txt", "06-page-weiyuan.html", "08-records.jsonl")]
    build(files, tmp_path / "one", TINY)
    build(files[::-1], tmp_path / "two", Settings(workers=2))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_document_that_kills_or_hangs_its_worker_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.archive.pool, "do", failing.work)
    monkeypatch.setattr(kg.archive.pool, "_begin", failing.begin)
    monkeypatch.setattr(kg.archive.pool, "GRACE_SECONDS", 0.5)
    names = ("a", "dies", "b", "hangs", "c", "d")
    tasks = (Task(n, name, name, Document(name, name, name)) for n, name in enumerate(names))
    done = dict((task.name, outcome) for task, outcome in spread(tasks, Settings(document_seconds=0.5), 2))
    assert sorted(done) == sorted(names)
    told = {name: outcome.failed[0].error.split(": ")[1] for name, outcome in done.items() if outcome.failed}
    assert told["dies"].startswith("ended the process that worked on it")
    assert told["hangs"].startswith("took longer than 0.5 seconds") and len(told) == 2


def test_a_document_that_takes_too_long_in_this_process_is_set_aside(
    articles: Path, tmp_path: Path, fake_stages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = kg.archive.work.extract

    def slow(document: Document, *rest: object) -> object:
        if document.id == "b":
            try:
                time.sleep(60)
            except Exception:  # as a stage might do
                pass
        return whole(document, *rest)

    monkeypatch.setattr(kg.archive.work, "extract", slow)
    report = build([articles], tmp_path / "out", Settings(workers=1, document_seconds=0.3))
    (line,) = report.failures
    assert "b.txt: took longer than 0.3 seconds" in line and report.totals["documents"] == 2


# --- killed ------------------------------------------------------------------------------------------------


def test_a_build_that_is_killed_anywhere_fifty_times_loses_and_doubles_nothing(tmp_path: Path, quick: None) -> None:
    folder, out, once = tmp_path / "in", tmp_path / "out", tmp_path / "once"
    folder.mkdir()
    build_small(folder, range(8))
    build([folder], out, TINY)
    build([folder], once, TINY)
    good = contents(out)
    randomly = random.Random(9)
    size, kills, resumed = 8, 0, 0
    while kills < 50:
        size += 20
        build_small(folder, range(size))
        worked = tmp_path / f"worked-{size}"
        for _ in range(10):
            pid = os.fork()
            if pid == 0:  # a fork has everything loaded: a start would cost two seconds each
                run_slowly(folder, out, worked)
            time.sleep(randomly.uniform(0.01, 0.45))
            os.kill(pid, signal.SIGKILL)
            kills += os.waitpid(pid, 0)[1] == signal.SIGKILL
            assert (out / "documents.jsonl").exists() or (out / ".replaced").exists()
        build([folder], out, TINY)
        build([folder], once, TINY)
        assert contents(out) == contents(once) != good and status(out).documents == size
        good = contents(out)
        done = worked.read_text().split() if worked.exists() else []
        resumed += len(set(done)) > 0 and len(done) < 10 * len(set(done))
    assert_whole(out)
    assert resumed


def build_small(folder: Path, numbers: range) -> None:
    for number in numbers:
        (folder / f"n{number:03}.txt").write_text(TEXT + "文" * number, encoding="utf-8")


def run_slowly(folder: Path, out: Path, worked: Path) -> None:
    """In a fork: build, each document taking its time and noting that it was worked on; never comes back."""
    try:
        whole = kg.archive.work.extract

        def slow(document: Document, *rest: object) -> object:
            time.sleep(0.01)
            with worked.open("a") as file:
                file.write(document.id + "\n")
            return whole(document, *rest)

        kg.archive.work.extract = slow
        kg.archive.ledger.COMMIT_SECONDS = 0.02
        build([folder], out, TINY)
    finally:
        os._exit(0)


def test_what_was_found_before_the_kill_is_not_worked_on_again(
    articles: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, worked = kg.archive.work.extract, []

    def noted(document: Document, *rest: object) -> object:
        worked.append(document.id)
        if len(worked) == 3:
            raise KeyboardInterrupt
        return whole(document, *rest)

    monkeypatch.setattr(kg.archive.work, "extract", noted)
    with pytest.raises(KeyboardInterrupt):
        build([articles], tmp_path / "out", TINY)
    assert build([articles], tmp_path / "out", TINY).totals["documents"] == 3
    assert worked == ["a", "b", "c", "c"]


def test_a_full_disk_is_told_in_one_line_and_leaves_the_former_state(tmp_path: Path, quick: None) -> None:
    folder, out = written(tmp_path / "in"), tmp_path / "out"
    build([folder / "a.txt"], out, TINY)
    before = contents(out)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        done = command("build", folder, "-o", out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "cannot be written to" in done.stderr
    assert contents(out) == before


def test_a_full_disk_under_the_ledger_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        with Ledger.open(tmp_path / "x.db") as ledger:
            ledger._base.execute("PRAGMA max_page_count = 12")
            ledger._base.executemany("INSERT INTO files VALUES (?, ?)", ((str(n), "x" * 1000) for n in range(1000)))
