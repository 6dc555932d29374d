"""Web archives (.warc, .warc.gz: ISO 28500), with the optional extra ``warc``: each page that was fetched, with its
address. The day of fetching is not the day of the article, and is not taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO
from urllib.parse import urlsplit

from kg.errors import InputError
from kg.read.gunzip import Gunzip
from kg.read.limits import Budget, Counted, KindOf, Member, Spent
from kg.read.source import Source

_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_FETCHED = ("response", "resource", "conversion")


def read_warc(
    file: BinaryIO, source: Source, budget: Budget, kind_of: KindOf, *, packed: bool
) -> Iterator[Member | InputError]:
    """What was fetched with success and is of a kind that is read, in the archive's order."""
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError:
        raise source.error("reading .warc needs warcio", "pip install 'xianzhi[warc]'") from None

    unpacked = Gunzip(file) if packed else file
    stream = Counted(unpacked, budget)
    try:
        for record in ArchiveIterator(stream):
            budget.member()
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            kind = _kind(record)
            if record.rec_type not in _FETCHED or not kind:
                continue
            inner = source.inside(address or record.rec_type)
            try:
                data = budget.whole(record.content_stream(), inner)
            except InputError as error:
                yield error
                continue
            name = urlsplit(address).path.rstrip("/").rpartition("/")[2]
            yield Member(name or "page", kind, data, address)
    except (Spent, InputError):
        raise
    except Exception:  # a broken record raises almost anything; what came before it stands
        yield _damaged(source)
        return
    if isinstance(unpacked, Gunzip) and unpacked.cut:
        yield _damaged(source)


def _damaged(source: Source) -> InputError:
    return source.error("is a damaged archive", "pack it again, or fetch it again")


def _kind(record: object) -> str:
    http = record.http_headers  # type: ignore[attr-defined]
    if http is not None and not http.get_statuscode().startswith("2"):
        return ""
    headers = http if http is not None else record.rec_headers  # type: ignore[attr-defined]
    media = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return _KINDS.get(media, "")


read_warc_plain, read_warc_gzip = partial(read_warc, packed=False), partial(read_warc, packed=True)
