"""What an output folder holds, without opening what a build may be writing."""

from __future__ import annotations

import datetime
import fcntl
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.archive.manifest import read_entries, read_head
from kg.archive.shards import REFERENCE_NAME
from kg.archive.work import program
from kg.building import ENGINE_LEDGER_NAME, LEDGER_NAME
from kg.output import LOCK_NAME, MANIFEST_NAME, RESULTS_NAME
from kg.record.store import SHARDS_NAME, open_store
from kg.record.vocabulary import PREFIXES

_COUNTED = """SELECT ?triples ?entities ?date WHERE {
  ?d a dcat:Dataset ; void:triples ?triples ; void:entities ?entities
  OPTIONAL { ?d dcterms:modified ?date } }"""


@dataclass(frozen=True, slots=True)
class Status:
    """``date`` is that of the newest article, ``changed`` when the graph took its place, ``size`` in bytes of the whole
    folder. ``waiting`` counts results of a build that was killed, ``writing`` says that one is going on, ``current``
    that this version of the program built the graph and can change it."""

    documents: int
    files: int
    statements: int
    entities: int
    date: str
    changed: datetime.datetime
    size: int
    waiting: int
    writing: bool
    current: bool


def status(out: Path | str) -> Status:
    """The state of the output folder ``out``. Raises ``OutputError`` or ``QueryError`` where it holds no graph."""
    out = Path(out)
    manifest = out / MANIFEST_NAME
    head = read_head(manifest)
    keys: set[str] = set()
    documents: set[str] = set()
    sources: set[str] = set()
    for entry in read_entries(manifest):
        keys.add(entry.key)
        documents.add(entry.document)
        sources.add(entry.source)
    (counted,) = _described(out).query(  # type: ignore[misc]
        _COUNTED, prefixes=dict(PREFIXES), use_default_graph_as_union=(out / SHARDS_NAME).is_dir()
    )
    return Status(
        documents=len(documents),
        files=len(sources),
        statements=int(counted["triples"].value),
        entities=int(counted["entities"].value),
        date=counted["date"].value if counted["date"] else "",
        changed=datetime.datetime.fromtimestamp(manifest.stat().st_mtime).astimezone(),
        size=sum(_size(path) for path in out.rglob("*")),
        waiting=sum(_waiting(out / RESULTS_NAME / name, keys) for name in (LEDGER_NAME, ENGINE_LEDGER_NAME)),
        writing=_is_locked(out / LOCK_NAME),
        current=head.program == program(),
    )


def _described(out: Path) -> Store:
    """A store that holds the graph's description of itself."""
    if not (out / SHARDS_NAME).is_dir():
        return open_store(out)
    store = Store()
    store.load(path=out / SHARDS_NAME / REFERENCE_NAME, format=RdfFormat.N_QUADS)
    return store


def _size(path: Path) -> int:
    with suppress(OSError):  # a build may be tidying up
        return path.lstat().st_size if path.is_file() else 0
    return 0


def _waiting(ledger: Path, keys: set[str]) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as base:
        return sum(key not in keys for (key,) in base.execute("SELECT key FROM results"))
    return 0


def _is_locked(path: Path) -> bool:
    with suppress(OSError), path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
