"""JSON: one record, a list of records, an object that holds such a list; and JSON lines, a record each."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg.errors import InputError
from kg.model import Document
from kg.read.encoding import decode
from kg.read.records import columns, needed, record_document, record_or_error
from kg.read.source import NO_TEXT, Source

_REMEDY = "mend the JSON, or fetch the file again"


def read_json(data: bytes, source: Source) -> Iterator[Document | InputError]:
    """The records of the file; a lone one takes the file's stem as its id, those of a list stem-1, stem-2, ..."""
    value = _loads(decode(data, source), source)
    if isinstance(value, dict) and "text" not in columns(value, source.columns):
        lists = [held for held in value.values() if isinstance(held, list)]
        value = lists[0] if len(lists) == 1 else value
    if not isinstance(value, list):
        yield record_document(value, source, line=1, id=source.stem)
        return
    if not value:
        raise source.error("holds an empty list", "leave it out")
    for n, record in enumerate(value, 1):
        if isinstance(record, dict):
            yield record_or_error(record, source, line=n, id=f"{source.stem}-{n}")
        else:
            yield source.error(f"record {n} is not an object", needed(source.columns))


def read_jsonl(data: bytes, source: Source) -> Iterator[Document | InputError]:
    """A record for each line that is not blank; one without an id is named after the stem and its line."""
    text = decode(data, source)
    if not text.strip():
        raise source.error(*NO_TEXT)
    # Not splitlines: U+2028 and its like stand raw inside JSON strings.
    for n, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = _loads(line, source, line=n)
        except InputError as error:
            yield error
            continue
        yield record_or_error(record, source, line=n, id=f"{source.stem}-{n}")


def _loads(text: str, source: Source, *, line: int | None = None) -> object:
    if not text.strip():
        raise source.error(*NO_TEXT)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise source.error(f"is not JSON: {error.msg}", _REMEDY, line=line or error.lineno) from None
    except RecursionError:
        raise source.error("is not usable JSON: nested too deep", _REMEDY, line=line) from None
    except ValueError:  # Python's own limit on the digits of one number
        raise source.error("is not usable JSON: a number is too long", _REMEDY, line=line) from None
