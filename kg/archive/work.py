"""The work on one document, in whatever process: read → extract → quads, packed for the way and for the shelf."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path

from pyoxigraph import Quad

from kg.archive.values import Outcome, Result, Task
from kg.contradictions import Telling, tellings
from kg.errors import InputError, XianzhiError
from kg.model import Document, Extraction
from kg.pipeline import extract
from kg.read import Reading, read_file
from kg.recognise import recognise_with
from kg.recognise.choice import choose
from kg.record.iris import Iris
from kg.record.quads import extraction_quads, is_writable
from kg.render.rdf import nquads_lines
from kg.report import DocumentReport, internal_error, versions
from kg.resolve.log import Seen, seen
from kg.resolve.people import apart
from kg.settings import Settings

DECIDING = ("base_iri", "min_confidence", "merge_people", "recogniser", "recogniser_labels", "segmentation")
"""The settings that decide what a document gives; the others are about reading, the whole graph, or the run."""

PACKED = 1
"""How hard zlib packs what is found: the hardest takes three times as long for a quarter less."""

_BLANKS = dict.fromkeys(map(ord, "\t\r\n"), " ")

PACKAGE = Path(__file__).parents[1]


class TooLong(BaseException):
    """The time for a document is over; no ``except Exception`` on its way may hold it up."""


@cache
def program() -> str:
    """A hash of this program and of the parts that decide a result: what others found is not taken for ours."""
    whole = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".pyo"):
            whole.update(str(path.relative_to(PACKAGE)).encode("utf-8", "surrogateescape"))
            whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def deciding(settings: Settings) -> dict[str, object]:
    """The settings that decide what a document gives."""
    return {name: getattr(settings, name) for name in DECIDING}


def key_of(document: Document, settings: Settings) -> str:
    """The key of what ``document`` gives under ``settings``: it depends on no path."""
    meta = {name: str(value) for name, value in asdict(document.meta).items()}
    content = [program(), deciding(settings), document.id, document.text, meta]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:40]


def do(task: Task, settings: Settings, notice: Callable[[str, str], None] = lambda name, stage: None) -> Outcome:
    """Do a task; whatever a document does to a stage becomes a line about it. ``notice`` is told name and stage."""
    if isinstance(task.item, Document):
        return _document(task.item, settings, 0.0, notice)
    outcomes = [
        _document(item, settings, read, notice) if isinstance(item, Document) else Outcome(errors=(str(item),))
        for item, read in timed(task.item, settings)
    ]
    return Outcome(
        tuple(result for outcome in outcomes for result in outcome.results),
        tuple(error for outcome in outcomes for error in outcome.errors),
        tuple(failed for outcome in outcomes for failed in outcome.failed),
    )


def timed(path: Path, settings: Settings) -> Iterator[tuple[Document | InputError, float]]:
    """The documents and errors of a file, with the seconds that reading each took."""
    items = read_file(path, max_bytes=int(settings.max_file_mb * 1_000_000), reading=Reading.of(settings))
    try:
        while True:
            begin = time.perf_counter()
            with limited(settings.document_seconds):
                item = next(items, None)
            if item is None:
                return
            yield item, time.perf_counter() - begin
    except TooLong:
        yield InputError(str(path), *too_long(settings)), 0.0
    except Exception as error:  # a reader's own fault must not end the others' work
        fault = internal_error(str(path), error)
        yield InputError(fault.where, fault.cause, fault.remedy), 0.0


def too_long(settings: Settings) -> tuple[str, str]:
    """Cause and remedy where a document takes longer than it may."""
    cause = f"took longer than {settings.document_seconds:g} seconds"
    return cause, "leave it out, or raise the setting document_seconds"


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``TooLong`` when the time is over, where this process can be told so: in its main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _document(document: Document, settings: Settings, read: float, notice: Callable[[str, str], None]) -> Outcome:
    where = document.path or document.id
    try:
        with limited(settings.document_seconds):
            return Outcome((_result(document, settings, read, partial(notice, document.id)),))
    except TooLong:
        message = str(XianzhiError(where, *too_long(settings)))
    except XianzhiError as error:
        message = str(error)
    except Exception as error:  # whatever one document does to a stage, the others are built
        message = str(internal_error(where, error))
    return Outcome(failed=(DocumentReport(document.id, document.path, error=message),))


def _result(document: Document, settings: Settings, read: float, notice: Callable[[str], None]) -> Result:
    nlp = choose(settings.recogniser, settings.recogniser_labels, settings.segmentation).nlp
    extraction, seconds = extract(document, notice, partial(recognise_with, nlp))
    extraction = _sure(extraction, settings.min_confidence)
    if not settings.merge_people:
        extraction = apart(extraction)
    begin = time.perf_counter()
    quads = extraction_quads(extraction, base=settings.base_iri)
    iris = Iris(settings.base_iri)
    node = iris.document(document)
    met = (seen(entity, iris.entity(entity), node) for entity in extraction.entities)
    seconds = {"read": read, **seconds, "record": time.perf_counter() - begin}
    rounded = {stage: round(value, 4) for stage, value in seconds.items()}
    return Result(
        key_of(document, settings),
        node,
        DocumentReport(document.id, document.path, _counts(extraction, quads), rounded, extraction.warnings),
        zlib.compress(b"".join(nquads_lines(quads)), PACKED),
        _packed(met, 1),
        _packed(tellings(extraction), 2),
    )


def _packed(values: Iterable[Seen] | Iterable[Telling], fields: int) -> bytes:
    """Values a line each: what their first ``fields`` say, by which lines of all documents are put together, a tab, and
    all of it as JSON, which holds no tab."""
    rows = ([getattr(value, name) for name in value.__slots__] for value in values)
    lines = ("\0".join(row[:fields]).translate(_BLANKS) + f"\t{json.dumps(row)}\n" for row in rows)
    return zlib.compress("".join(lines).encode("utf-8", "surrogatepass"), PACKED)


def seen_again(line: bytes) -> Seen:
    """A ``Seen`` from its line."""
    key, document, type, name, iri, forms, reason = json.loads(line[line.index(b"\t") :])
    return Seen(key, document, type, name, iri, tuple(forms), reason)


def told_again(line: bytes) -> Telling:
    """A ``Telling`` from its line."""
    return Telling(*json.loads(line[line.index(b"\t") :]))


def _sure(extraction: Extraction, minimum: float) -> Extraction:
    return replace(
        extraction,
        claims=tuple(c for c in extraction.claims if c.confidence >= minimum),
        observations=tuple(o for o in extraction.observations if o.confidence >= minimum),
    )


def _counts(extraction: Extraction, quads: Sequence[Quad]) -> Mapping[str, int]:
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
