"""PDF files, with the optional extra ``pdf``."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from kg.model import Document
from kg.read.source import Source


def read_pdf(data: bytes, source: Source) -> Iterator[Document]:
    """The text layer of all pages as one document; lines stay as the page breaks them, for the restorer to join."""
    try:
        import pypdf
    except ImportError:
        raise source.error("reading PDF needs pypdf", "pip install 'xianzhi[pdf]'") from None

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings name no file
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [page.extract_text() for page in reader.pages]
    except Exception:  # a broken PDF raises almost anything
        raise source.error("is a damaged PDF", "open it in a viewer and save it again") from None
    if locked:
        raise source.error("is locked with a password", "save a copy without the password")
    text = "\n".join(pages)
    if not text.strip():
        raise source.error("is a PDF of pictures without text", "run text recognition (OCR) over it first")
    yield source.document(text)
