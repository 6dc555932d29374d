"""Plain text files."""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Document
from kg.read.encoding import decode
from kg.read.source import Source


def read_text(data: bytes, source: Source) -> Iterator[Document]:
    """The whole file as one document; what it says of title, date and source is found by the restorer."""
    yield source.document(decode(data, source))
