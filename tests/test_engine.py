"""Many machines: whatever dies on the way, the shards are the graph of one build."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, TEXT
from conftest import kg as command

from kg.archive import change
from kg.archive.status import status
from kg.archive.work import do
from kg.building import Step, build
from kg.errors import OutputError, XianzhiError
from kg.settings import Settings

pytest.importorskip("distributed", reason="the engine is not installed: pip install 'xianzhi[dask]'")

import kg.archive.engine as engine  # noqa: E402
from kg.archive.values import Outcome, Task  # noqa: E402

SEEDS = ("01-clean-shaoyang.txt", "06-page-weiyuan.html", "08-records.jsonl")


def lines(out: Path) -> list[bytes]:
    """All lines of a graph's shards."""
    return [line for shard in (out / "shards").glob("*.nq") for line in shard.read_bytes().splitlines(keepends=True)]


def assert_same(out: Path, once: Path) -> None:
    """That shards put one behind the other, then sorted, are the graph of a build on one machine; no line twice."""
    assert sorted(lines(out)) == (once / "graph.nq").read_bytes().splitlines(keepends=True)
    for name in ("resolution.jsonl", "documents.jsonl"):
        assert (out / name).read_bytes() == (once / name).read_bytes()


def test_a_worker_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    folder, out, once = tmp_path / "in", tmp_path / "out", tmp_path / "once"
    folder.mkdir()
    for name in SEEDS:
        (folder / name).write_bytes((ROOT / "seeds" / name).read_bytes())
    for number in range(8):
        (folder / f"n{number}.txt").write_text(TEXT + "文" * number, encoding="utf-8")
    killed: list[int] = []
    own = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path, silence_logs=50
    )
    with own, Client(own) as client:
        pids = client.run(os.getpid)

        def kill_one(step: Step) -> None:
            """Once something is done, and something else is being worked on."""
            busy = [worker for worker, tasks in client.processing().items() if tasks and worker in pids]
            if step.done and busy and not killed:
                killed.append(pids[busy[0]])
                os.kill(killed[0], signal.SIGKILL)

        settings = Settings(engine="dask", scheduler=client.scheduler.address, shard_documents=2)
        report = build([folder], out, settings, progress=kill_one)
    assert killed and report.ok and report.totals["documents"] == len({d.id for d in report.documents})
    build([folder], once, Settings(workers=1))
    assert_same(out, once)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, fake_stages: None) -> None:
    """Let the engine do its partitions in this process."""

    def spread_over(tasks: Iterable[Task], settings: Settings, shards: Path) -> Iterator[tuple[Task, Outcome]]:
        shards.mkdir(exist_ok=True)
        for part in engine._partitions(tasks, settings.shard_documents):
            yield from zip(part, engine.in_shards([do(task, settings) for task in part], shards), strict=True)

    monkeypatch.setattr(engine, "spread_over", spread_over)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_documents_that_come_twice_or_go_stand_once_or_not_at_all(size: int, tmp_path: Path, here: None) -> None:
    folder, out, once = tmp_path / "in", tmp_path / "out", tmp_path / "once"
    spread = Settings(engine="dask", shard_documents=size)
    for name in ("a", "b/a", "c", "d"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).with_suffix(".txt").write_text(TEXT + name[-1], encoding="utf-8")
    for name, date in (("r", "2020-01-01"), ("s", "2021-01-01")):  # one text, one id, two dates
        (folder / f"{name}.jsonl").write_text(f'{{"id": "r", "text": "{TEXT}", "date": "{date}"}}', encoding="utf-8")
    build([folder], out, spread)
    build([folder], once, Settings(workers=1))
    assert_same(out, once)
    (folder / "c.txt").unlink()
    (folder / "r.jsonl").unlink()
    (folder / "e.txt").write_text(TEXT + "e", encoding="utf-8")
    build([folder], out, spread)
    build([folder], once, Settings(workers=1))
    assert_same(out, once)


def test_what_is_in_a_shard_is_not_worked_on_again(
    articles: Path, tmp_path: Path, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = Settings(engine="dask", shard_documents=2)
    build([articles], tmp_path / "out", spread)
    before = sorted(lines(tmp_path / "out"))
    monkeypatch.setattr("kg.archive.work.extract", None)
    assert build([articles], tmp_path / "out", spread).ok
    assert sorted(lines(tmp_path / "out")) == before


def test_a_build_on_one_machine_takes_the_place_of_shards(articles: Path, tmp_path: Path, here: None) -> None:
    out = tmp_path / "out"
    build([articles], out, Settings(engine="dask"))
    with pytest.raises(OutputError, match="holds shards"):
        change.add([articles], out)
    assert status(out).documents == 3 and "holds shards" in command("explain", out, "某县").stderr
    build([articles], out, Settings(workers=1))
    assert (out / "graph.nq").exists() and not (out / "shards").exists()
    assert change.add([articles], out).ok
    build([articles], out, Settings(engine="dask"))
    assert (out / "shards").exists() and not any((out / name).exists() for name in ("graph.nq", "store", "graph.html"))


def test_more_shards_than_files_may_be_open_are_merged(
    articles: Path, tmp_path: Path, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.lines.RUNS_OPEN", 2)
    build([articles], tmp_path / "out", Settings(engine="dask", shard_documents=1))
    build([articles], tmp_path / "once", Settings(workers=1))
    assert_same(tmp_path / "out", tmp_path / "once")


def test_a_scheduler_that_is_not_there_is_told_in_one_line(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ANSWER_SECONDS", 0.3)
    with pytest.raises(XianzhiError, match="no scheduler answers there"):
        build([articles], tmp_path / "out", Settings(engine="dask", scheduler="tcp://127.0.0.1:9"))
    assert not (tmp_path / "out" / "report.json").exists()
