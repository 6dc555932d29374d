"""Many machines: documents spread over a Dask cluster, in partitions that each write a shard of sorted N-Quads.

A partition runs in lanes of ``kg.archive.pool``, as a build on one machine does: a document that crashes or hangs costs
itself. A shard is named by what it holds and takes its name by renaming, so that a partition that Dask gives out again,
because a worker died, writes the same file once more and nothing is lost or doubled. The shards' folder must be one
that all workers and this process see under one path.
"""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
import tempfile
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from heapq import merge
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from kg.archive.pool import Lane, drive
from kg.archive.values import Outcome, Result, Task
from kg.archive.work import program
from kg.errors import SettingsError, XianzhiError
from kg.report import DocumentReport
from kg.settings import Settings

try:
    from distributed import Client, KilledWorker, LocalCluster, Worker, WorkerPlugin, as_completed, get_worker
except ImportError as error:
    raise SettingsError("dask", "is not installed", "pip install 'xianzhi[dask]'") from error

AHEAD = 2
"""Partitions that are given out for each thread of the cluster: none waits for work while this process reads on."""

ANSWER_SECONDS = 30.0
"""The longest that a scheduler may take to answer."""

_NAME = "xianzhi-lanes"


def spread_over(tasks: Iterable[Task], settings: Settings, shards: Path) -> Iterator[tuple[Task, Outcome]]:
    """Do ``tasks`` on the cluster of the settings; what is done comes first. Their quads lie in files in ``shards``.

    Raises ``XianzhiError`` where the cluster cannot be reached, has no workers or another version of this program.
    """
    shards.mkdir(exist_ok=True)
    with _client(settings) as client:
        threads = sum(_threads(client, settings.scheduler))
        client.register_plugin(_Lanes(settings), name=_NAME)
        try:
            yield from _given_out(_partitions(tasks, settings.shard_documents), client, AHEAD * threads, shards)
        finally:
            client.unregister_worker_plugin(_NAME)


def _given_out(
    partitions: Iterator[tuple[Task, ...]], client: Client, ahead: int, shards: Path
) -> Iterator[tuple[Task, Outcome]]:
    given: dict[Any, tuple[Task, ...]] = {}
    running = as_completed([])
    while True:
        while len(given) < ahead and (part := next(partitions, None)):
            future = client.submit(partition, part, str(shards.absolute()), pure=False)
            given[future.key] = part
            running.add(future)
        if not given:
            return
        future = next(running)
        part = given.pop(future.key)
        yield from zip(part, _outcomes(future, part), strict=True)


def partition(tasks: Sequence[Task], shards: str) -> list[Outcome]:
    """On a worker: do ``tasks``, write their shard, and tell what they came to, in their order."""
    plugin: Any = get_worker().plugins[_NAME]
    lanes: SimpleQueue[Lane] = plugin.free
    lane = lanes.get()
    try:
        outcomes = {task.number: outcome for task, outcome in drive(_numbered(tasks), [lane])}
    finally:
        lanes.put(lane)
    return in_shards([outcomes[number] for number in range(len(tasks))], Path(shards))


def in_shards(outcomes: Sequence[Outcome], shards: Path) -> list[Outcome]:
    """The same outcomes with their quads in files in ``shards``, one but for documents that come twice."""
    results = {result.key: result for outcome in outcomes for result in outcome.results}
    where = dict(_written(results.values(), shards))
    return [_without_quads(outcome, where) for outcome in outcomes]


class _Lanes(WorkerPlugin):  # type: ignore[misc]
    """A lane for each thread of a worker: models are loaded once, not once a partition."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.free: SimpleQueue[Lane]

    def setup(self, worker: Worker) -> None:
        multiprocessing.current_process().daemon = False  # a worker of Dask's nanny may else start no process
        self._lanes = [Lane(self._settings) for _ in range(worker.state.nthreads)]
        self.free = SimpleQueue()
        for lane in self._lanes:
            self.free.put(lane)

    def teardown(self, worker: Worker) -> None:
        for lane in self._lanes:
            lane.end()


@contextmanager
def _client(settings: Settings) -> Iterator[Client]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes back as an outcome or an error
    if settings.scheduler:
        try:
            client = Client(settings.scheduler, timeout=ANSWER_SECONDS)
        except (OSError, ValueError) as error:
            remedy = "start one with dask scheduler, or leave the setting scheduler empty"
            raise XianzhiError(settings.scheduler, "no scheduler answers there", remedy) from error
        with client:
            yield client
        return
    with tempfile.TemporaryDirectory(prefix="xianzhi-") as folder:
        own = LocalCluster(
            n_workers=settings.workers or os.cpu_count() or 1,
            threads_per_worker=1,
            memory_limit=0,
            dashboard_address=None,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        )
        with own, Client(own) as client:
            yield client


def _threads(client: Client, address: str) -> list[int]:
    """How many threads each worker has."""
    programs = client.run(program)
    if not programs:
        raise XianzhiError(address, "the scheduler has no workers", "start some with dask worker")
    for worker, theirs in programs.items():
        if theirs != program():
            raise XianzhiError(worker, "has another version of this program", "install the same on all machines")
    return list(client.nthreads().values())


def _partitions(tasks: Iterable[Task], size: int) -> Iterator[tuple[Task, ...]]:
    waiting = iter(tasks)
    while part := tuple(islice(waiting, size)):
        yield part


def _numbered(tasks: Sequence[Task]) -> Iterator[Task]:
    return (replace(task, number=number) for number, task in enumerate(tasks))


def _outcomes(future: object, part: Sequence[Task]) -> list[Outcome]:
    try:
        return future.result()  # type: ignore[attr-defined,no-any-return]
    except KilledWorker:
        cause, remedy = "every worker that worked on it died", "give the workers more memory"
        return [_failed(task, str(XianzhiError(task.source, cause, remedy))) for task in part]


def _failed(task: Task, error: str) -> Outcome:
    return Outcome(failed=(DocumentReport(task.name, task.source, error=error),))


def _written(results: Iterable[Result], shards: Path) -> Iterator[tuple[str, str]]:
    """The key of each result and the shard that it went to.

    Results for one document (a text with other metadata) go to different shards, so that a shard can be rid of one.
    """
    layers: list[dict[str, Result]] = []
    for result in sorted(results, key=lambda result: result.key):
        layer = next((layer for layer in layers if result.document not in layer), None)
        if layer is None:
            layers.append(layer := {})
        layer[result.document] = result
    for layer in layers:
        name = _write(list(layer.values()), shards)
        yield from ((result.key, name) for result in layer.values())


def _write(results: Sequence[Result], shards: Path) -> str:
    """Write a shard; its name."""
    name = hashlib.sha256("".join(result.key for result in results).encode()).hexdigest()[:20] + ".nq"
    aside = shards / f".{name}.{uuid.uuid4().hex}"
    try:
        with aside.open("wb") as file:
            file.writelines(merge(*(zlib.decompress(r.quads).splitlines(keepends=True) for r in results)))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(shards / name)
    finally:
        aside.unlink(missing_ok=True)
    return name


def _without_quads(outcome: Outcome, where: dict[str, str]) -> Outcome:
    return replace(outcome, results=tuple(replace(r, quads=b"", shard=where[r.key]) for r in outcome.results))
