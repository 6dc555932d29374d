"""Building: files in, a folder with the graph out.

``OUT`` gets ``graph.nq``, ``graph.ttl``, ``graph.html``, ``store/``, ``resolution.jsonl`` and ``report.json``. All
of it is written aside and takes its place at the end (``kg.output``), so that a build that fails leaves what was
there before. The order of the inputs changes no byte of the graph.
"""

from __future__ import annotations

import datetime
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from pyoxigraph import Quad

from kg.contradictions import Telling, contradictions, tellings
from kg.divisions import divisions
from kg.errors import InputError, XianzhiError
from kg.model import Document, Extraction
from kg.output import GRAPH_FILES, REPORT_NAME, RESOLUTION_NAME, output_folder, publish
from kg.pipeline import Recogniser, extract
from kg.read import Reading, find_files, read_file
from kg.read.source import shown
from kg.recognise import recognise_with
from kg.recognise.choice import choose
from kg.record.dataset import About, dataset_quads
from kg.record.iris import Iris
from kg.record.quads import extraction_quads, is_writable
from kg.record.reference import reference_quads
from kg.record.store import STORE_NAME, write_store
from kg.record.validate import validate
from kg.render.export import export
from kg.render.html import write_page
from kg.report import DocumentReport, Report, internal_error, totals, validation_summary
from kg.resolve.log import Seen, resolution_lines, seen
from kg.resolve.people import apart
from kg.settings import Settings

__all__ = ["GRAPH_FILES", "REPORT_NAME", "Progress", "Step", "build", "quiet"]


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
    built, ``out`` keeps what it held, and is not made. Raises ``OutputError`` where ``out`` cannot be written,
    holds what is not ours to replace, or another build is writing to it.
    """
    settings = settings or Settings()
    with output_folder(out) as staging:
        begin = time.perf_counter()
        choice = choose(settings.recogniser, settings.recogniser_labels, settings.segmentation)
        gathered = _gather(inputs, out, settings, partial(recognise_with, choice.nlp), progress)
        report = Report(
            documents=tuple(sorted(gathered.documents, key=lambda d: (d.id, d.path))),
            errors=tuple(gathered.errors),
            totals=totals(gathered.documents),
            seconds={"extract": round(time.perf_counter() - begin, 4)},
            validation={"checked": False, "conforms": True},
            settings=asdict(settings),
            warnings=(choice.warning,) if choice.warning else (),
            contradictions=contradictions(gathered.told),
        )
        if not report.totals["documents"]:
            return report
        report = _write(gathered, report, staging, settings, progress)
        publish(staging, out)
    return report


# --- documents ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gathered:
    documents: list[DocumentReport]
    errors: list[str]
    quads: list[Quad]
    seen: list[Seen]
    told: list[Telling]


def _gather(
    inputs: Sequence[Path], out: Path, settings: Settings, recogniser: Recogniser, progress: Progress
) -> _Gathered:
    gathered = _Gathered([], [], [], [], [])
    seen: dict[str, str] = {}  # document IRI → the path it was first read from
    paths_of_id: dict[str, str] = {}
    iris = Iris(settings.base_iri)
    for step, item, read in _read(inputs, out, settings, progress):
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
        report, quads, met, told = _build_document(item, settings, recogniser, partial(_notice, progress, step))
        times = {"read": round(read, 4), **report.seconds}
        gathered.documents.append(replace(report, seconds=times, warnings=(*warnings, *report.warnings)))
        gathered.quads.extend(quads)
        gathered.seen.extend(met)
        gathered.told.extend(told)
    return gathered


def _read(
    inputs: Sequence[Path], out: Path, settings: Settings, progress: Progress
) -> Iterator[tuple[Step, Document | InputError, float]]:
    """Everything in the inputs but what lies inside ``out``, with the seconds that reading it took."""
    inside = [path for path in inputs if _is_inside(path, out)]
    outside = find_files([path for path in inputs if path not in inside])
    files = [*map(_no_input, inside), *(f for f in outside if isinstance(f, InputError) or not _is_inside(f, out))]
    for done, file in enumerate(files):
        if isinstance(file, InputError):
            yield Step(done, len(files), file.where, "read"), file, 0.0
            continue
        step = Step(done, len(files), file.name, "read")
        progress(step)
        begin = time.perf_counter()
        try:
            for item in read_file(file, max_bytes=int(settings.max_file_mb * 1_000_000), reading=Reading.of(settings)):
                named = replace(step, name=item.id) if isinstance(item, Document) else step
                yield named, item, time.perf_counter() - begin
                begin = time.perf_counter()
        except Exception as error:  # a reader's own fault must not end the others' work
            yield step, InputError(*_parts(internal_error(str(file), error))), 0.0


def _is_inside(path: Path, out: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(out))
    except (OSError, ValueError):  # a name with a NUL, say: the reader tells what is wrong with it
        return False


def _no_input(path: Path) -> InputError:
    return InputError(shown(path), "lies inside the output folder", "choose another folder with -o")


def _build_document(
    document: Document, settings: Settings, recogniser: Recogniser, notice: Callable[[str], None]
) -> tuple[DocumentReport, tuple[Quad, ...], tuple[Seen, ...], tuple[Telling, ...]]:
    try:
        extraction, seconds = extract(document, notice, recogniser)
        extraction = _sure(extraction, settings.min_confidence)
        if not settings.merge_people:
            extraction = apart(extraction)
        begin = time.perf_counter()
        quads = extraction_quads(extraction, base=settings.base_iri)
        seconds = {**seconds, "record": time.perf_counter() - begin}
    except XianzhiError as error:
        return DocumentReport(document.id, document.path, error=str(error)), (), (), ()
    except Exception as error:  # whatever one document does to a stage, the others are built
        message = str(internal_error(document.path or document.id, error))
        return DocumentReport(document.id, document.path, error=message), (), (), ()
    counts = _counts(extraction, quads)
    rounded = {stage: round(value, 4) for stage, value in seconds.items()}
    report = DocumentReport(document.id, document.path, counts, rounded, extraction.warnings)
    return report, quads, _seen(extraction, Iris(settings.base_iri)), tellings(extraction)


def _sure(extraction: Extraction, minimum: float) -> Extraction:
    return replace(
        extraction,
        claims=tuple(c for c in extraction.claims if c.confidence >= minimum),
        observations=tuple(o for o in extraction.observations if o.confidence >= minimum),
    )


def _seen(extraction: Extraction, iris: Iris) -> tuple[Seen, ...]:
    document = iris.document(extraction.document)
    return tuple(seen(entity, iris.entity(entity), document) for entity in extraction.entities)


def _counts(extraction: Extraction, quads: Sequence[Quad]) -> dict[str, int]:
    types = Counter(entity.type for entity in extraction.entities)
    return {
        "characters": len(extraction.restored.text),
        "repairs": len(extraction.restored.repairs),
        "entities": len(extraction.entities),
        **{name: types[name] for name in ("Organisation", "Person", "Place", "Program")},
        "claims": len(extraction.claims),
        "observations": sum(is_writable(figure.value) for figure in extraction.observations),
        "quads": len(quads),
    }


def _parts(error: XianzhiError) -> tuple[str, str, str]:
    return error.where, error.cause, error.remedy


def _notice(progress: Progress, step: Step, stage: str) -> None:
    progress(replace(step, stage=stage))


def _about(settings: Settings) -> About:
    date = datetime.date.today().isoformat() if settings.dataset_date == "today" else settings.dataset_date
    return About(settings.dataset_title, settings.dataset_license, date)


# --- the output folder -------------------------------------------------------------------------------------


def _write(gathered: _Gathered, report: Report, staging: Path, settings: Settings, progress: Progress) -> Report:
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
        reference = reference_quads(gathered.quads, divisions(), base=settings.base_iri)
        everything = [*gathered.quads, *reference]
        everything += dataset_quads(everything, _about(settings), base=settings.base_iri)
        with (staging / RESOLUTION_NAME).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as log:
            log.writelines(resolution_lines(gathered.seen))
        store = write_store(staging / STORE_NAME, everything)
    with stage("render"):
        export(store, "nquads", staging / "graph.nq")
        export(store, "turtle", staging / "graph.ttl")
        write_page(store, staging / "graph.html", base=settings.base_iri)
    with stage("validate"):
        validation = validation_summary(validate(store))
    counts = {**report.totals, "reference": len(reference)}
    report = replace(report, seconds=seconds, validation=validation, totals=counts)
    (staging / REPORT_NAME).write_text(report.to_json(), encoding="utf-8", errors="backslashreplace")
    return report
