"""Parquet tables, with the optional extra ``parquet``: an article a row, the columns found by their names."""

from __future__ import annotations

import io
from collections.abc import Iterator

from kg.errors import InputError
from kg.model import Document
from kg.read.records import columns, needed, record_or_error
from kg.read.source import Source

_MAX_UNPACKED = 1_000_000_000  # bytes; a column packs tenfold, a dictionary of one value without a bound
_ROWS = 64  # that are held at a time


def read_parquet(data: bytes, source: Source) -> Iterator[Document | InputError]:
    """The rows, of which only the columns that are used are unpacked; one without an id is stem-NUMBER."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise source.error("reading .parquet needs pyarrow", "pip install 'xianzhi[parquet]'") from None

    try:
        table = parquet.ParquetFile(io.BytesIO(data))
        names = columns(table.schema_arrow.names, source.columns)
        groups = [table.metadata.row_group(n) for n in range(table.metadata.num_row_groups)]
        size = sum(group.total_byte_size for group in groups)
    except Exception:  # a broken file raises almost anything
        raise _damaged(source) from None
    if "text" not in names:
        raise source.error("has no column for the text", needed(source.columns))
    if size > _MAX_UNPACKED:
        raise source.error(f"unpacks to {size // 1_000_000} MB", "split it, or save its text alone")
    number = 0
    try:
        for batch in table.iter_batches(batch_size=_ROWS, columns=[str(name) for name in names.values()]):
            for row in batch.to_pylist():
                number += 1
                yield record_or_error(row, source, line=number, id=f"{source.stem}-{number}")
    except Exception:
        yield _damaged(source)
    if not number:
        raise source.error("holds column names and no row", "leave it out")


def _damaged(source: Source) -> InputError:
    return source.error("is a damaged Parquet file", "write it again, or fetch it again")
