"""Building: files in, a folder with the graph out.

``OUT`` gets ``graph.nq``, ``graph.ttl``, ``graph.html``, ``store/``, ``resolution.jsonl``, ``documents.jsonl`` and
``report.json``. All of it is written aside and takes its place at the end (``kg.output``), so that a build that fails
leaves what was there before. What has been found is kept in ``.results`` as it is found: a build that is killed goes on
from there. The order of the inputs and the number of workers change no byte of the graph.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import Any

from kg.archive.assemble import find_contradictions, find_faults, write_graph, write_resolution, write_turtle
from kg.archive.gather import Gathered, Paths, Progress, Step, gather, paths_of
from kg.archive.ledger import Ledger
from kg.archive.manifest import write_manifest
from kg.archive.shards import forget_shards, sorted_shards, write_shards
from kg.archive.stores import change_store, load_store
from kg.contradictions import Contradiction
from kg.errors import OutputError
from kg.lines import lines_of
from kg.logs import log
from kg.output import (
    GRAPH_FILES,
    MANIFEST_NAME,
    REPORT_NAME,
    RESOLUTION_NAME,
    forget_results,
    output_folder,
    publish,
    results_folder,
)
from kg.recognise.choice import choose
from kg.record.dataset import About
from kg.record.store import SHARDS_NAME, STORE_NAME, is_store
from kg.render.html import write_page
from kg.report import Kept, Report, totals
from kg.settings import Settings

__all__ = ["GRAPH_FILES", "REPORT_NAME", "Progress", "Step", "build", "quiet"]

LEDGER_NAME, ENGINE_LEDGER_NAME = "results.db", "engine.db"
"""What was found here has its statements in the ledger, what an engine found has them in shards."""
PAGE_STATEMENTS = 700_000
"""The most statements that graph.html shows, which holds all in one page: to make it takes 100 bytes for each."""


def quiet(step: Step) -> None:
    """The progress that nobody watches."""


def build(inputs: Paths, out: Path | str, settings: Settings | None = None, *, progress: Progress = quiet) -> Report:
    """Build the graph of the documents in ``inputs``, files and folders, into the folder ``out``.

    What cannot be read or built is named in the report, and the rest is built; where nothing at all could be
    built, ``out`` keeps what it held, and is not made. Documents that ``.results`` holds from an earlier build with
    the same settings are not worked on again. Raises ``OutputError`` where ``out`` cannot be written, holds what is
    not ours to replace, or another build is writing to it.
    """
    settings = settings or Settings()
    with work_on(out := Path(out), ENGINE_LEDGER_NAME if settings.engine else LEDGER_NAME) as (staging, ledger):
        run = Run(out, staging, ledger, settings, progress)
        return run.publish(run.gather(paths_of(inputs)), None)


@contextmanager
def work_on(out: Path, name: str = LEDGER_NAME) -> Iterator[tuple[Path, Ledger]]:
    """The staging folder and the ledger of ``out``, for nobody else meanwhile."""
    with output_folder(out) as staging:
        with Ledger.open(results_folder(out) / name) as ledger:
            yield staging, ledger
            empty = not ledger.has_any()
        if empty:
            forget_results(out)


@dataclass(slots=True)
class Run:
    """One change of an output folder, from its inputs to its files: ``seconds`` tells what each stage took."""

    out: Path
    staging: Path
    ledger: Ledger
    settings: Settings
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def gather(self, inputs: Sequence[Path]) -> Gathered:
        """Bring the documents of ``inputs`` into the ledger."""
        begin = time.perf_counter()
        gathered = gather(inputs, self.out, self.settings, self.ledger, self.progress)
        self.seconds["extract"] = round(time.perf_counter() - begin, 4)
        log(logging.INFO, "stage", stage="extract", seconds=self.seconds["extract"])
        return gathered

    def publish(self, gathered: Gathered, old: Path | None) -> Report:
        """Write and publish the graph of what is entered in the ledger; a build of no document changes nothing.

        ``old`` is the published graph that the ledger's old entries tell of; with it only what changes is worked on.
        """
        report = self.report(gathered)
        if not report.totals["documents"] and old is None:
            return report
        report = self._write(report, old)
        publish(self.staging, self.out)
        log(logging.INFO, "published", out=self.out, **report.totals)
        self.ledger.tidy()
        if self.settings.engine:  # the shards are this ledger's
            forget_shards(self.ledger, results_folder(self.out) / SHARDS_NAME)
        return report

    def report(self, gathered: Gathered) -> Report:
        """What there is to say before anything is written."""
        order = attrgetter("id", "path")
        documents = Kept(
            merge(self.ledger.reports(), sorted(gathered.failed, key=order), key=order), results_folder(self.out)
        )
        return Report(
            documents=documents,
            errors=tuple(sorted(gathered.errors)),
            totals=totals(documents),
            seconds=self.seconds,
            validation={"checked": False, "conforms": True},
            settings=asdict(self.settings),
            warnings=_warnings(self.settings),
            changes=self.ledger.changes(),
        )

    def _write(self, report: Report, old: Path | None) -> Report:
        """Write everything into ``staging``; the report comes back with what the later stages took and found."""
        write = self._write_shards if self.settings.engine else partial(self._write_graph, old)
        report = replace(write(report), seconds=self.seconds)
        with (self.staging / REPORT_NAME).open("w", encoding="utf-8", errors="backslashreplace") as file:
            report.write(file)
        return report

    def _write_graph(self, old: Path | None, report: Report) -> Report:
        count, staging, base = report.totals["documents"], self.staging, self.settings.base_iri
        graph, store_path, warnings = staging / "graph.nq", staging / STORE_NAME, report.warnings
        with self._stage("record", count):
            reference = write_graph(self.ledger, old, staging, _about(self.settings), base=base)
            found = self._write_lists()
            published = self.out / STORE_NAME
            if old and is_store(published):
                change_store(store_path, published, old, graph)
            else:
                load_store(store_path, graph)
        with self._stage("render", count):
            write_turtle(graph, staging / "graph.ttl", base=base)
            if report.totals.get("quads", 0) <= PAGE_STATEMENTS:
                write_page(lines_of(graph), staging / "graph.html", base=base)
            else:
                cause = f"is left out: it would show more than {PAGE_STATEMENTS} statements"
                warnings = (*warnings, str(OutputError("graph.html", cause, "look at the graph with kg serve OUT")))
        with self._stage("validate", count):
            validation = find_faults(lines_of(graph), staging)
        return _found(replace(report, warnings=warnings), reference, found, validation)

    def _write_shards(self, report: Report) -> Report:
        count, staging, base = report.totals["documents"], self.staging, self.settings.base_iri
        with self._stage("record", count):
            shards = results_folder(self.out) / SHARDS_NAME
            reference = write_shards(self.ledger, shards, staging, _about(self.settings), base=base)
            found = self._write_lists()
        with self._stage("validate", count), sorted_shards(staging) as lines:
            validation = find_faults(lines, staging)
        return _found(report, reference, found, validation)

    def _write_lists(self) -> tuple[Contradiction, ...]:
        """Write what tells of the documents beside the graph; what they say against each other comes back."""
        write_resolution(self.ledger, self.staging / RESOLUTION_NAME)
        write_manifest(self.staging / MANIFEST_NAME, self.ledger.entries(), self.settings)
        return find_contradictions(self.ledger, self.staging)

    @contextmanager
    def _stage(self, name: str, count: int) -> Iterator[None]:
        self.progress(Step(count, count, "", name))
        begin = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begin, 4)
        log(logging.INFO, "stage", stage=name, seconds=self.seconds[name])


def _found(
    report: Report, reference: int, contradictions: tuple[Contradiction, ...], validation: Mapping[str, Any]
) -> Report:
    totals = {**report.totals, "reference": reference}
    return replace(report, totals=totals, contradictions=contradictions, validation=validation)


def _warnings(settings: Settings) -> tuple[str, ...]:
    if not settings.recogniser:  # the built-in one is always there, and loading it takes seconds
        return ()
    warning = choose(settings.recogniser, settings.recogniser_labels, settings.segmentation).warning
    return (warning,) if warning else ()


def _about(settings: Settings) -> About:
    date = datetime.date.today().isoformat() if settings.dataset_date == "today" else settings.dataset_date
    return About(settings.dataset_title, settings.dataset_license, date)
