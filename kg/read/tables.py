"""CSV and TSV: an article a row, the columns found by their names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from kg.errors import InputError
from kg.model import Document
from kg.read.encoding import decode
from kg.read.records import columns, needed, record_or_error
from kg.read.source import NO_TEXT, Source, tidy

_DELIMITERS = ",\t;|"

# The csv module's default of 131,072 characters a cell is less than a long report. The files' own size limit rules.
csv.field_size_limit(1 << 30)


def read_table(data: bytes, source: Source) -> Iterator[Document | InputError]:
    """The rows under a line of column names; a row without an id is named after the stem and its number.

    The delimiter is the one of comma, tab, semicolon and bar that the first line has most of.
    """
    text = tidy(decode(data, source))
    if not text.strip():
        raise source.error(*NO_TEXT)
    first = text.lstrip("\n").split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=max(_DELIMITERS, key=first.count))
    try:
        header = next(rows)
    except csv.Error as error:
        raise _broken(source, error) from None
    if "text" not in columns(header, source.columns):
        raise source.error("has no column for the text", f"in its first line, {needed(source.columns)}")
    n = 0
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            n += 1
            record = dict(zip(header, row, strict=False))
            yield record_or_error(record, source, line=rows.line_num, id=f"{source.stem}-{n}")
    except csv.Error as error:
        yield _broken(source, error, line=rows.line_num)
    if not n:
        raise source.error("holds column names and no row", "leave it out")


def _broken(source: Source, error: csv.Error, line: int = 1) -> InputError:
    return source.error(f"is not a readable table: {error}", "save it as CSV again", line=line)
