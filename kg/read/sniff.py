"""What kind of file some bytes are: for the standard input, which has no name."""

from __future__ import annotations

import json
import re
import zlib

_HTML = re.compile(rb"<(?:!doctype html|html|head|body|meta|div|p|table|article|h1)[\s>]", re.I)
_MIME = re.compile(rb"(?:mime-version|from|content-type|subject|date):[^\n]*\n", re.I)
_LOOKED_AT = 4_096


def ending_of(data: bytes) -> str:
    """The ending of the reader for ``data``; ".txt" where nothing tells otherwise.

    >>> ending_of(b'{"text": "x"}'), ending_of(b'{"text": "x"}\\n{"text": "y"}'), ending_of(b"<html>")
    ('.json', '.jsonl', '.html')
    """
    head = data[:_LOOKED_AT]
    if head.startswith(b"PK\x03\x04"):
        return ".epub" if b"application/epub+zip" in head else ".docx" if b"word/" in data else ".zip"
    if head.startswith(b"\x1f\x8b"):
        inner = _first_of_gzip(data)
        return ".warc.gz" if inner.startswith(b"WARC/") else ".tar.gz" if inner[257:262] == b"ustar" else ""
    for mark, kind in ((b"%PDF-", ".pdf"), (b"PAR1", ".parquet"), (b"WARC/", ".warc")):
        if head.startswith(mark):
            return kind
    if head[257:262] == b"ustar":
        return ".tar"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"["):
        return _json_kind(data)
    if text[:1] == b"<" and _HTML.search(text):
        return ".html"
    return ".mht" if _MIME.match(text) and b"multipart/" in text.lower() else ".txt"


def _json_kind(data: bytes) -> str:
    first, _, rest = data.removeprefix(b"\xef\xbb\xbf").strip().partition(b"\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return ".json"
    return ".jsonl" if rest.strip() else ".json"


def _first_of_gzip(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data[: 1 << 16], _LOOKED_AT)
    except zlib.error:
        return b""
