"""One record (a JSON object, a row of a table) → ``Document``: its fields found by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.errors import InputError
from kg.model import Document, Metadata
from kg.read.dates import parse_date
from kg.read.html import fragment_text
from kg.read.source import Columns, Source, safe_id, shown, tidy, with_headline

FIELDS = {
    "id": ("id", "_id", "doc_id", "docid", "编号"),
    "title": ("title", "headline", "标题"),
    "text": ("text", "content", "body", "article", "正文", "内容"),
    "date": ("date", "pubdate", "published", "publish_date", "publish_time", "日期", "发布日期", "发布时间", "时间"),
    "source": ("source", "publisher", "media", "来源", "媒体"),
    "url": ("url", "link", "网址", "链接"),
    "authors": ("authors", "author", "byline", "作者", "记者"),
}
"""Field of a document → the names that it may have in a file, best first; upper and lower case are the same."""

_MARKUP = re.compile(r"\s*<[A-Za-z][^<>]*>.*</[A-Za-z]", re.S)
_BETWEEN_AUTHORS = re.compile(r"[,，;；、\n]")


def columns(names: Iterable[object], said: Columns = ()) -> dict[str, object]:
    """Which of the given names holds which field: the one that the user has ``said``, else the best known.

    >>> columns(["ID", "Content", "n"])
    {'id': 'ID', 'text': 'Content'}
    >>> columns(["ID", "Content", "n"], (("text", "n"),))
    {'id': 'ID', 'text': 'n'}
    """
    chosen = {field: name.strip().lower() for field, name in said}
    by_folded = {name.strip().lower(): name for name in names if isinstance(name, str)}
    known = {field: (chosen[field],) if field in chosen else names for field, names in FIELDS.items()}
    hits = {field: next((by_folded[n] for n in some if n in by_folded), None) for field, some in known.items()}
    return {field: name for field, name in hits.items() if name is not None}


def needed(said: Columns = ()) -> str:
    """What to tell a user whose records hold no text."""
    if (name := dict(said).get("text")) is not None:
        return f"the setting columns says that the text is in {shown(name)}: give the name that the file has"
    return f"name the text's field one of {', '.join(FIELDS['text'])}"


def record_document(record: object, source: Source, *, line: int, id: str) -> Document:
    """The document in ``record``; ``id`` serves where it has none of its own.

    Raises ``InputError`` that names ``line`` where the record is no mapping or holds no text.
    """
    if not isinstance(record, Mapping):
        raise source.error("is not a record with named fields", needed(source.columns), line=line)
    names = columns(record, source.columns)
    if "text" not in names:
        raise source.error("has no field for the text", needed(source.columns), line=line)
    fields = {field: record[name] for field, name in names.items()}
    title, body = _line(fields.get("title")), _body(fields["text"])
    if not body.strip():
        raise source.error("holds no text", "fill the record's text, or leave it out", line=line)
    meta = Metadata(
        title=title,
        date=parse_date(fields.get("date")),
        source=_line(fields.get("source")),
        authors=_authors(fields.get("authors")),
        url=_line(fields.get("url")),
    )
    return source.document(with_headline(title, body), meta, id=safe_id(fields.get("id")) or id)


def record_or_error(record: object, source: Source, *, line: int, id: str) -> Document | InputError:
    """As ``record_document``, with the error given back: one broken record never stops the others."""
    try:
        return record_document(record, source, line=line, id=id)
    except InputError as error:
        return error


def _line(value: object) -> str | None:
    return " ".join(tidy(value).split()) or None if isinstance(value, str) else None


def _body(value: object) -> str:
    if isinstance(value, list):  # paragraphs
        return "\n".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    return fragment_text(value) if _MARKUP.match(value) else value


def _authors(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else _BETWEEN_AUTHORS.split(value) if isinstance(value, str) else []
    return tuple(name for name in map(_line, names) if name)
