"""Word files, with the optional extra ``docx``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from kg.model import Document
from kg.read.source import Source

MAX_UNPACKED = 200_000_000  # bytes; Word's XML packs about tenfold, a bomb a thousandfold


def read_docx(data: bytes, source: Source) -> Iterator[Document]:
    """Paragraphs and tables in their order as one document; a row of a table is a line of cells with | between."""
    try:
        import docx
    except ImportError:
        raise source.error("reading .docx needs python-docx", "pip install 'xianzhi[docx]'") from None

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        text = "\n".join(_lines(docx.Document(io.BytesIO(data)))) if unpacked <= MAX_UNPACKED else ""
    except Exception:  # a broken file raises almost anything
        raise source.error("is a damaged Word file", "open it in Word and save it again") from None
    if unpacked > MAX_UNPACKED:
        raise source.error(f"unpacks to {unpacked // 1_000_000} MB", "split it, or save its text alone")
    yield source.document(text)


def _lines(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                yield " | ".join(" ".join(cell.text.split()) for cell in row.cells)
        else:
            yield block.text
