"""What has been found so far, on disk as soon as it is found: an SQLite file that survives being killed at any moment.

It holds the results of documents by their keys, and for the run that is going on which of them stand in the graph. A
result that is here and in no graph is harmless: it is reused or, once a run has ended well, removed.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path

from kg.archive.values import Result
from kg.report import DocumentReport

COMMIT_SECONDS = 0.5
"""The most work that a killed run does again."""

_TABLES = """
CREATE TABLE IF NOT EXISTS results
    (key TEXT PRIMARY KEY, document TEXT, id TEXT, report TEXT, quads BLOB, seen BLOB, told BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (file TEXT PRIMARY KEY, keys TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shards (shard TEXT, key TEXT, PRIMARY KEY (shard, key)) WITHOUT ROWID;
CREATE TEMP TABLE old
    (source TEXT, key TEXT, path TEXT, document TEXT, id TEXT, PRIMARY KEY (source, key)) WITHOUT ROWID;
CREATE TEMP TABLE new
    (source TEXT, key TEXT, path TEXT, document TEXT, id TEXT, PRIMARY KEY (source, key)) WITHOUT ROWID;
"""
# Of several results for one document (the same text with other metadata) that of the first source stands in the graph.
_STANDING = "SELECT document, key, min(source || char(0) || key) FROM {} GROUP BY document"

# Of each entry its path, its place among those that hold its document, and the first path of these; the same of all
# documents with its id.
_REPORTS = """
WITH placed AS
    (SELECT *, row_number() OVER same AS place, first_value(path) OVER same AS first FROM new
     WINDOW same AS (PARTITION BY document ORDER BY source, key)),
named AS
    (SELECT *, row_number() OVER same AS of_id, first_value(path) OVER same AS first_of_id FROM placed
     WINDOW same AS (PARTITION BY id, place = 1 ORDER BY source, key))
SELECT path, place, first, of_id, first_of_id, report FROM named JOIN results USING (key)
ORDER BY named.id, path, source, key
"""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """That a source, a file's real path, holds a document; ``path`` is the source as the user named it."""

    source: str
    key: str
    path: str
    document: str
    id: str


class Ledger:
    """The results of one output folder. One process writes it, the one that holds the folder's lock.

    ``old`` are the entries that stand in the published graph, ``new`` those of the graph that is being made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._base = self._open()
        self._committed = time.monotonic()

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """The ledger in the file ``path``, made where there is none; one that is damaged begins anew.

        Raises ``OSError`` where the disk is full or cannot be written to.
        """
        try:
            ledger = cls(path)
            try:
                yield ledger
            finally:
                ledger._base.commit()
                ledger._base.close()
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise OSError(errno.EIO, str(error)) from error

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._path)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("PRAGMA temp_store = FILE")
        base.executescript(_TABLES)
        return base

    # --- results -------------------------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether the result of this key is here."""
        return self._base.execute("SELECT 1 FROM results WHERE key = ?", (key,)).fetchone() is not None

    def has_any(self) -> bool:
        """Whether anything is here."""
        return self._base.execute("SELECT 1 FROM results LIMIT 1").fetchone() is not None

    def keep(self, result: Result) -> None:
        """Put a result in; it is on disk within ``COMMIT_SECONDS`` of work."""
        report = json.dumps(asdict(result.report))
        row = (result.key, result.document, result.report.id, report, result.quads, result.seen, result.told)
        self._base.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if result.shard:
            self._base.execute("INSERT OR IGNORE INTO shards VALUES (?, ?)", (result.shard, result.key))
        self._commit()

    def keys_of_file(self, file: str) -> list[str] | None:
        """The keys of all documents of a file with this hash; None where not all are here."""
        row = self._base.execute("SELECT keys FROM files WHERE file = ?", (file,)).fetchone()
        keys = json.loads(row[0]) if row else None
        return keys if keys and all(map(self.has, keys)) else None

    def keep_file(self, file: str, keys: Sequence[str]) -> None:
        """Remember which documents a file with this hash holds, all of which gave results."""
        self._base.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, json.dumps(keys)))

    def _commit(self) -> None:
        if time.monotonic() - self._committed >= COMMIT_SECONDS:
            self._base.commit()
            self._committed = time.monotonic()

    # --- what stands in the graph --------------------------------------------------------------------------

    def enter(self, source: str, key: str, path: str) -> None:
        """Say that the graph that is being made holds the result ``key``, from ``source``."""
        query = "INSERT OR IGNORE INTO new SELECT ?, key, ?, document, id FROM results WHERE key = ?"
        self._base.execute(query, (source, path, key))

    def begin_with(self, entries: Iterable[Entry], *, published: bool = False) -> None:
        """Enter these; ``published`` says that they are those of the published graph."""
        rows = [astuple(entry) for entry in entries]
        for table in ("old", "new") if published else ("new",):
            self._base.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?, ?)", rows)

    def leave(self, entries: Iterable[Entry]) -> None:
        """Take these out of the graph that is being made."""
        self._base.executemany("DELETE FROM new WHERE source = ? AND key = ?", [(e.source, e.key) for e in entries])

    def leave_sources(self, sources: Iterable[str]) -> None:
        """Take out all that came from these sources."""
        self._base.executemany("DELETE FROM new WHERE source = ?", [(source,) for source in sources])

    def entries(self) -> Iterator[Entry]:
        """The entries of the graph that is being made, in order."""
        rows = self._base.execute("SELECT * FROM new ORDER BY source, key")
        return (Entry(*row) for row in rows)

    def standing(self) -> Iterator[tuple[bytes, bytes]]:
        """The packed lines for log and contradictions of every document in the graph that is being made."""
        return self._base.execute(f"SELECT seen, told FROM ({_STANDING.format('new')}) JOIN results USING (key)")

    def reports(self) -> Iterator[DocumentReport]:
        """A line on every entry of the graph that is being made, by id and path.

        Of a document that comes from several sources all but the first say only that.
        """
        for path, place, first, of_id, first_of_id, packed in self._base.execute(_REPORTS):
            report = DocumentReport(**json.loads(packed))
            if place > 1:
                yield DocumentReport(report.id, path, warnings=(f"the same document as in {first}: taken once",))
                continue
            warnings = tuple(report.warnings)
            if of_id > 1:
                warning = f"the document in {first_of_id} has the same id and another text: both are kept"
                warnings = (warning, *warnings)
            yield replace(report, path=path, warnings=warnings)

    def gone(self) -> set[str]:
        """The documents whose statements leave the published graph, or come anew from another result."""
        return {document for document, _ in self._base.execute(self._changed("old", "new"))}

    def come(self) -> Iterator[bytes]:
        """The sorted N-Quads of each document that the graph that is being made gets anew."""
        query = f"SELECT quads FROM ({self._changed('new', 'old')}) JOIN results USING (key)"
        return (zlib.decompress(packed) for (packed,) in self._base.execute(query))

    def _changed(self, here: str, there: str) -> str:
        """The query for the documents and keys that stand in one table and not in the other."""
        one, other = (f"SELECT document, key FROM ({_STANDING.format(table)})" for table in (here, there))
        return f"{one} EXCEPT {other}"

    def shards(self) -> Iterator[tuple[str, frozenset[str], bool]]:
        """The shards of the graph that is being made, in order: name, the documents that it is to hold, and whether it
        holds no other. Of several shards that hold a document the first is to hold it."""
        query = (
            "SELECT s.shard, "
            "json_group_array(n.document) FILTER (WHERE n.document NOT NULL AND f.shard = s.shard), count(*) "
            "FROM shards s JOIN (SELECT key, min(shard) AS shard FROM shards GROUP BY key) f USING (key) "
            f"LEFT JOIN ({_STANDING.format('new')}) n USING (key) GROUP BY s.shard ORDER BY s.shard"
        )
        for shard, held, count in self._base.execute(query):
            documents = frozenset(json.loads(held))
            if documents:
                yield shard, documents, len(documents) == count

    def shard_names(self) -> set[str]:
        """All shards that hold a result."""
        return {name for (name,) in self._base.execute("SELECT DISTINCT shard FROM shards")}

    def missing(self) -> int:
        """How many entries have no result here."""
        query = "SELECT count(*) FROM new WHERE key NOT IN (SELECT key FROM results)"
        return int(self._base.execute(query).fetchone()[0])

    def is_changed(self) -> bool:
        """Whether the graph that is being made holds other entries than the published one."""
        one, other = ("SELECT source, key FROM new", "SELECT source, key FROM old")
        differ = (self._base.execute(f"{a} EXCEPT {b} LIMIT 1").fetchone() for a, b in ((one, other), (other, one)))
        return any(differ)

    def changes(self) -> dict[str, int]:
        """How many documents come to the graph, and how many leave it."""
        one, other = ("SELECT document FROM new", "SELECT document FROM old")
        count = "SELECT count(*) FROM ({} EXCEPT {})"
        pairs = {"added": (one, other), "removed": (other, one)}
        return {name: self._base.execute(count.format(*pair)).fetchone()[0] for name, pair in pairs.items()}

    def tidy(self) -> None:
        """Once the new graph is published: forget every result that does not stand in it."""
        self._base.execute("DELETE FROM results WHERE key NOT IN (SELECT key FROM new)")
        self._base.execute("DELETE FROM shards WHERE shard NOT IN (SELECT shard FROM shards JOIN results USING (key))")
        self._base.execute(
            "DELETE FROM files WHERE NOT EXISTS (SELECT 1 FROM json_each(files.keys) "
            "JOIN results ON results.key = json_each.value)"
        )
        self._base.commit()
