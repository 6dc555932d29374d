"""Building: files in, a folder with the graph out.

``OUT`` gets ``graph.nq``, ``graph.ttl``, ``graph.html``, ``store/`` and ``report.json``. All of it is written
aside and takes its place at the end, so that a build that fails leaves what was there before. The order of the
inputs changes no byte of the graph.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from pyoxigraph import Quad

from kg.divisions import divisions
from kg.errors import InputError, OutputError, XianzhiError
from kg.model import Document, Extraction
from kg.pipeline import extract
from kg.read import find_files, read_file
from kg.record.iris import Iris
from kg.record.quads import extraction_quads
from kg.record.reference import reference_quads
from kg.record.store import STORE_NAME, write_store
from kg.record.validate import validate
from kg.render.html import write_page
from kg.render.rdf import write_nquads, write_turtle
from kg.report import DocumentReport, Report, internal_error, totals, validation_summary
from kg.settings import Settings

GRAPH_FILES = ("graph.nq", "graph.ttl", "graph.html")
REPORT_NAME = "report.json"
_LOCK, _STAGING, _REPLACED = ".lock", ".staging", ".replaced"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a build stands: ``done`` of ``total`` files are read; ``name`` is what is being worked on."""

    done: int
    total: int
    name: str
    stage: str


Progress = Callable[[Step], None]


def quiet(step: Step) -> None:
    """The progress that nobody watches."""


def build(
    inputs: Sequence[Path], out: Path, settings: Settings | None = None, *, progress: Progress = quiet
) -> Report:
    """Build the graph of the documents in ``inputs``, files and folders, into the folder ``out``.

    What cannot be read or built is named in the report, and the rest is built; where nothing at all could be
    built, ``out`` keeps what it held. Raises ``OutputError`` where ``out`` cannot be written or another build
    is writing to it.
    """
    settings = settings or Settings()
    with _output_folder(out) as staging:
        begin = time.perf_counter()
        gathered = _gather(inputs, out, settings, progress)
        report = Report(
            documents=tuple(sorted(gathered.documents, key=lambda d: (d.id, d.path))),
            errors=tuple(gathered.errors),
            totals=totals(gathered.documents),
            seconds={"extract": time.perf_counter() - begin},
            validation={"checked": False, "conforms": True},
            settings=asdict(settings),
        )
        if not report.totals["documents"]:
            return report
        report = _write(gathered.quads, report, staging, settings, progress)
        _publish(staging, out)
    return report


# --- documents ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gathered:
    documents: list[DocumentReport]
    errors: list[str]
    quads: list[Quad]


def _gather(inputs: Sequence[Path], out: Path, settings: Settings, progress: Progress) -> _Gathered:
    gathered = _Gathered([], [], [])
    seen: dict[str, str] = {}  # document IRI → the path it was first read from
    paths_of_id: dict[str, str] = {}
    iris = Iris(settings.base_iri)
    for step, item in _read(inputs, out, settings, progress):
        if isinstance(item, InputError):
            gathered.errors.append(str(item))
            continue
        node = iris.document(item)
        if node in seen:
            warning = f"the same document as in {seen[node]}: taken once"
            gathered.documents.append(DocumentReport(item.id, item.path, warnings=(warning,)))
            continue
        seen[node] = item.path
        warnings = []
        if item.id in paths_of_id:
            warnings.append(f"the document in {paths_of_id[item.id]} has the same id and another text: both are kept")
        paths_of_id.setdefault(item.id, item.path)
        report, quads = _build_document(item, settings, partial(_notice, progress, step))
        gathered.documents.append(replace(report, warnings=(*warnings, *report.warnings)))
        gathered.quads.extend(quads)
    return gathered


def _read(
    inputs: Sequence[Path], out: Path, settings: Settings, progress: Progress
) -> Iterator[tuple[Step, Document | InputError]]:
    """Everything in the inputs but what an earlier build wrote into ``out``."""
    folder = out.resolve()
    files = [f for f in find_files(inputs) if isinstance(f, InputError) or not f.resolve().is_relative_to(folder)]
    for done, file in enumerate(files):
        if isinstance(file, InputError):
            yield Step(done, len(files), file.where, "read"), file
            continue
        step = Step(done, len(files), file.name, "read")
        progress(step)
        try:
            for item in read_file(file, max_bytes=int(settings.max_file_mb * 1_000_000)):
                yield (replace(step, name=item.id) if isinstance(item, Document) else step), item
        except Exception as error:  # a reader's own fault must not end the others' work
            yield step, InputError(*_parts(internal_error(str(file), error)))


def _build_document(
    document: Document, settings: Settings, notice: Callable[[str], None]
) -> tuple[DocumentReport, tuple[Quad, ...]]:
    try:
        extraction, seconds = extract(document, notice)
        extraction = _sure(extraction, settings.min_confidence)
        begin = time.perf_counter()
        quads = extraction_quads(extraction, base=settings.base_iri)
        seconds = {**seconds, "record": time.perf_counter() - begin}
    except XianzhiError as error:
        return DocumentReport(document.id, document.path, error=str(error)), ()
    except Exception as error:  # whatever one document does to a stage, the others are built
        message = str(internal_error(document.path or document.id, error))
        return DocumentReport(document.id, document.path, error=message), ()
    counts = _counts(extraction, quads)
    rounded = {stage: round(value, 4) for stage, value in seconds.items()}
    return DocumentReport(document.id, document.path, counts, rounded, extraction.warnings), quads


def _sure(extraction: Extraction, minimum: float) -> Extraction:
    return replace(
        extraction,
        claims=tuple(c for c in extraction.claims if c.confidence >= minimum),
        observations=tuple(o for o in extraction.observations if o.confidence >= minimum),
    )


def _counts(extraction: Extraction, quads: Sequence[Quad]) -> dict[str, int]:
    types = Counter(entity.type for entity in extraction.entities)
    return {
        "characters": len(extraction.restored.text),
        "repairs": len(extraction.restored.repairs),
        "entities": len(extraction.entities),
        **{name: types[name] for name in ("Organisation", "Person", "Place", "Program")},
        "claims": len(extraction.claims),
        "observations": len(extraction.observations),
        "quads": len(quads),
    }


def _parts(error: XianzhiError) -> tuple[str, str, str]:
    return error.where, error.cause, error.remedy


def _notice(progress: Progress, step: Step, stage: str) -> None:
    progress(replace(step, stage=stage))


# --- the output folder -------------------------------------------------------------------------------------


def _write(quads: list[Quad], report: Report, staging: Path, settings: Settings, progress: Progress) -> Report:
    """Write everything into ``staging``; the report comes back with what the later stages took and found."""
    seconds = dict(report.seconds)
    count = report.totals["documents"]

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        progress(Step(count, count, "", name))
        begin = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - begin, 4)

    with stage("record"):
        reference = reference_quads(quads, divisions(), base=settings.base_iri)
        everything = [*quads, *reference]
        store = write_store(staging / STORE_NAME, everything)
    with stage("render"):
        write_nquads(everything, staging / "graph.nq")
        write_turtle(everything, staging / "graph.ttl", base=settings.base_iri)
        write_page(store, staging / "graph.html", base=settings.base_iri)
    with stage("validate"):
        validation = validation_summary(validate(store))
    counts = {**report.totals, "reference": len(reference)}
    report = replace(report, seconds=seconds, validation=validation, totals=counts)
    (staging / REPORT_NAME).write_text(report.to_json(), encoding="utf-8", errors="backslashreplace")
    return report


@contextmanager
def _output_folder(out: Path) -> Iterator[Path]:
    """A staging folder inside ``out``, which no other build uses meanwhile; it is gone at the end."""
    remedy = "choose a folder with room that you may write to"
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / _LOCK).open("a") as lock:
            _take(lock.fileno(), out)
            _clear(out)
            staging = out / _STAGING
            staging.mkdir()
            try:
                yield staging
            finally:
                _clear(out)
    except OSError as error:
        raise OutputError(out, f"cannot be written to ({error.strerror or error})", remedy) from error


def _take(descriptor: int, out: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        remedy = "wait until it has ended, or choose another folder"
        raise OutputError(out, "another build is writing to it", remedy) from error


def _clear(out: Path) -> None:
    """Take away what a build that was killed left behind; a store that it had moved aside goes back."""
    if (out / _REPLACED).exists() and not (out / STORE_NAME).exists():
        (out / _REPLACED).rename(out / STORE_NAME)
    for leftover in (_STAGING, _REPLACED):
        if (out / leftover).exists():
            shutil.rmtree(out / leftover)


def _publish(staging: Path, out: Path) -> None:
    """Give everything its place by renaming; the report comes last, as the mark of a whole build."""
    if (out / STORE_NAME).exists():
        (out / STORE_NAME).rename(out / _REPLACED)
    (staging / STORE_NAME).rename(out / STORE_NAME)
    for name in (*GRAPH_FILES, REPORT_NAME):
        (staging / name).replace(out / name)
