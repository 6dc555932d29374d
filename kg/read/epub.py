"""Books and papers as .epub: each chapter a document, with the book's date, publisher and authors."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from lxml import etree

from kg.errors import InputError
from kg.model import Document, Metadata
from kg.read.dates import parse_date
from kg.read.docx import MAX_UNPACKED
from kg.read.html import read_html
from kg.read.source import Source, tidy

_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(data: bytes, source: Source) -> Iterator[Document | InputError]:
    """The chapters in the order of reading, as stem-1, stem-2, ...; those without text are left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
            pages, meta = _chapters(parts) if size <= MAX_UNPACKED else ([], Metadata())
    except Exception:  # a broken file raises almost anything
        raise source.error("is a damaged EPUB file", "open it in a reader and save it again") from None
    if size > MAX_UNPACKED:
        raise source.error(f"unpacks to {size // 1_000_000} MB", "split it, or save its text alone")
    found = 0
    for number, page in enumerate(pages, 1):
        try:
            for document in read_html(page, source):
                found += 1
                yield replace(document, id=f"{source.stem}-{number}", meta=document.meta.or_else(meta))
        except InputError:
            continue  # a cover or a page of pictures
    if not found:
        raise source.error("holds no text", "leave it out, or fetch it again")


def _chapters(parts: zipfile.ZipFile) -> tuple[list[bytes], Metadata]:
    container = _parse(parts.read("META-INF/container.xml"))
    opf = next(node.get("full-path") for node in container.iter("{*}rootfile"))
    package, folder = _parse(parts.read(opf)), posixpath.dirname(opf)
    items = {item.get("id"): item for item in package.iter("{*}item")}
    chosen = [items[ref.get("idref")] for ref in package.iter("{*}itemref") if ref.get("idref") in items]
    names = [posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))) for item in chosen]
    held = set(parts.namelist())
    wanted = [name for name, item in zip(names, chosen, strict=True) if item.get("media-type") in _PAGES]
    # A chapter that the order of reading names a thousand times is read once.
    return [parts.read(name) for name in dict.fromkeys(wanted) if name in held], _metadata(package)


def _metadata(package: Any) -> Metadata:
    def said(name: str) -> list[str]:
        nodes = package.iter("{http://purl.org/dc/elements/1.1/}" + name)
        return [text for node in nodes if (text := " ".join(tidy(node.text or "").split()))]

    return Metadata(
        date=parse_date(next(iter(said("date")), None)),
        source=next(iter(said("publisher") or said("title")), None),
        authors=tuple(said("creator")),
    )


def _parse(data: bytes) -> Any:
    # No entity is expanded and nothing is fetched: a book's XML is as hostile as any.
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
