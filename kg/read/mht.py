"""Pages that a browser saved in one file (.mht, .mhtml: MIME, RFC 2557)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage, Message

from kg.model import Document, Metadata
from kg.read.html import read_html
from kg.read.source import Source, tidy
from kg.read.text import read_text


def read_mht(data: bytes, source: Source) -> Iterator[Document]:
    """The page, without its pictures and styles; its title and address are those that the browser wrote down."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        part = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
        part = part or next((p for p in message.walk() if p.get_content_type() == "text/plain"), None)
        body = part.get_payload(decode=True) if part is not None else None
        said = Metadata(
            title=_header(message, "Subject"),
            url=_header(message, "Snapshot-Content-Location") or (_header(part, "Content-Location") if part else None),
        )
    except Exception:  # broken MIME raises almost anything
        body = None
    if not isinstance(body, bytes) or part is None:
        raise source.error("holds no page", "save the page again, as HTML")
    reader = read_html if part.get_content_type() == "text/html" else read_text
    for document in reader(body, source):
        yield replace(document, meta=document.meta.or_else(said))


def _header(message: Message | EmailMessage, name: str) -> str | None:
    value = message[name]
    return " ".join(tidy(str(value)).split())[:500] or None if value is not None else None
