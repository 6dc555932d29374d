"""Saved pages: the article's body by trafilatura, its facts from the page's head, its byline and captions kept.

The head's names are those that China's guideline for government sites (政府网站发展指引, 2017) asks for
(ArticleTitle, PubDate, ContentSource, Author), and Open Graph's.
"""

from __future__ import annotations

import copy
import datetime
import logging
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from kg.model import Document, Metadata
from kg.read.dates import parse_date
from kg.read.encoding import declared_encoding, decode
from kg.read.source import NO_TEXT, Source, fold, tidy, with_headline

_HEAD = {
    "title": ("articletitle", "og:title"),
    "date": ("pubdate", "publishdate", "article:published_time", "date"),
    "source": ("contentsource", "source", "og:site_name", "sitename"),
    "author": ("author", "article:author"),
    "url": ("url", "og:url"),
}
_UNSEEN = {"head", "script", "style", "noscript", "template", "iframe", "object", "svg", "select", "button", "textarea"}
_BLOCKS = {
    *("address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer").split(),
    *("form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody tfoot thead tr ul").split(),
}
_CELLS = {"td", "th"}
_BYLINE = re.compile(r"(?:来源|來源|发布时间|发布日期|發布時間|日期|作者|记者|記者|通讯员|供稿)\s*[:：]")
_BYLINE_LENGTH = 120  # characters; a longer line with such a label is prose
# Shorter articles make trafilatura take the whole page. Its own 250 is meant for English, which needs three times
# the characters.
_SHORTEST = "80"
_MOST_REPEATED = 5_000  # cells that the spans of one table stand for; forty cells of 99 × 99 would be 400,000
_LONGEST_REPEATED = 60  # characters of a cell that may stand in several places; a longer one is prose
_TABLE_RULE = re.compile(r"\|?(?:\s*:?-{3,}:?\s*\|)+\s*(?:-{3,})?")
_SITE_TAIL = re.compile(r"\s*[_|｜].*$|\s+[-–—]\s+\S{2,20}$")


def read_html(data: bytes, source: Source) -> Iterator[Document]:
    """One page as one document: headline, byline lines, body, captions; a row of a table is a line of cells with |."""
    page = _parse(decode(data, source, declared=declared_encoding(data)))
    if page is None:
        raise source.error(*NO_TEXT)
    _square_tables(page)
    head, seen = _head(page), visible_lines(page)
    tables = [lines for table in page.iter("table") if len(lines := visible_lines(table)) > 1]
    captions = [line for node in page.iter("figcaption", "caption") for line in visible_lines(node)]
    heading = next((" ".join(lines) for node in page.iter("h1") if (lines := visible_lines(node))), None)
    found = _trafilatura(page)  # last: it takes the tree apart
    body = _rows_again(_lines(found.text or "") if found else [], tables)
    if not body:
        yield source.document("\n".join(seen), _metadata(head, heading, None))
        return
    meta, known = _metadata(head, heading, found), fold("".join(body))
    bylines = [s for s in seen if len(s) <= _BYLINE_LENGTH and _BYLINE.search(s) and fold(s) not in known]
    missed = [line for line in captions if fold(line) not in known]
    text = "\n".join(dict.fromkeys([*bylines, *body, *missed]) if bylines or missed else body)
    yield source.document(with_headline(meta.title, text), meta)


def fragment_text(markup: str) -> str:
    """The visible text of a piece of HTML, as a record's field may hold it; "" where there is none.

    >>> fragment_text("<p>春耕<b>正</b>忙。</p><p>雨足。</p>")
    '春耕正忙。\\n雨足。'
    """
    page = _parse(markup)
    return "" if page is None else "\n".join(visible_lines(page))


def visible_lines(root: Any) -> list[str]:
    """What a browser would show of an lxml element, a line for each block, without scripts, forms and empty lines."""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        tag = node.tag if isinstance(node.tag, str) else "script"
        if event == "start":
            if tag in _UNSEEN:
                walk.skip_subtree()
                continue
            pieces += ["\n" if tag in _BLOCKS else "", node.text or ""]
        else:
            pieces.append("\n" if tag in _BLOCKS else " | " if tag in _CELLS and node.getnext() is not None else "")
            if node is not root:
                pieces.append(node.tail or "")
    return _lines("".join(pieces))


def _square_tables(page: Any) -> None:
    """Repeat a cell that spans several columns or rows in each of them, so that every cell stands under its heads.

    Tables that lay a page out, with tables or long text in their cells, and spans beyond any sense stay as they are.
    """
    for table in page.iter("table"):
        cells = [cell for cell in table.iter("td", "th") if cell.get("colspan") or cell.get("rowspan")]
        if not cells or next(table.iterdescendants("table"), None) is not None:
            continue
        sizes = [_span(cell, "colspan") * _span(cell, "rowspan") for cell in cells]
        if all(sizes) and sum(sizes) <= _MOST_REPEATED and all(map(_is_short, cells)):
            _square(list(table.iter("tr")))


def _square(rows: list[Any]) -> None:
    waiting: dict[int, tuple[Any, int]] = {}  # column → a cell from above, and in how many rows more it stands
    for row in rows:
        column, laid = 0, []
        own = [cell for cell in row if cell.tag in _CELLS]
        while own or column in waiting:
            if column in waiting:
                cell, more = waiting.pop(column)
                laid.append(copy.copy(cell))
                if more > 1:
                    waiting[column] = (cell, more - 1)
                column += 1
                continue
            cell = own.pop(0)
            down = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                laid.append(copy.copy(cell))
                if down > 1:
                    waiting[column] = (cell, down - 1)
                column += 1
        for cell in laid:
            cell.attrib.pop("colspan", None)
            cell.attrib.pop("rowspan", None)
        row[:] = laid


def _span(cell: Any, name: str) -> int:
    """How many columns or rows a cell takes; 0 for what is no number from 1 to 100."""
    value = (cell.get(name) or "1").strip()
    return int(value) if value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= 100 else 0


def _is_short(cell: Any) -> bool:
    return len("".join(cell.itertext())) <= _LONGEST_REPEATED


def _parse(markup: str) -> Any:
    # As bytes: lxml refuses text that carries an XML declaration. libxml2's HTML parser fetches and expands nothing.
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return lxml_html.document_fromstring(tidy(markup).encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _trafilatura(page: Any) -> Any:
    import trafilatura  # half a second to import, and many archives hold no page
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", _SHORTEST)
    # Its warnings name no file; the caller's own say what happened.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return trafilatura.bare_extraction(page, config=config, include_comments=False, with_metadata=True)
    except Exception:  # any page may come, and an extractor that fails on one must not lose it: its plain lines remain
        return None


def _lines(text: str) -> list[str]:
    """Lines without outer white space; a Markdown table's rule is left out, and the bars around its rows."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line.removeprefix("| ").removesuffix(" |") for line in lines if line and not _TABLE_RULE.fullmatch(line)]


def _rows_again(body: list[str], tables: list[list[str]]) -> list[str]:
    """The body with the rows of tables as lines; of short pages trafilatura makes a line of each cell."""
    for rows in tables:
        cells = [cell for row in rows for cell in row.split(" | ") if cell]
        for at in (n for n, line in enumerate(body) if line == cells[0] and body[n : n + len(cells)] == cells):
            body = [*body[:at], *rows, *body[at + len(cells) :]] if len(cells) > len(rows) else body
            break
    return body


def _head(page: Any) -> dict[str, str]:
    said: dict[str, str] = {}
    for node in page.iter("meta"):
        name = (node.get("name") or node.get("property") or "").strip().lower()
        if content := " ".join((node.get("content") or "").split()):
            said.setdefault(name, content)
    head = {key: next((said[name] for name in names if name in said), "") for key, names in _HEAD.items()}
    page_title = next((node.text for node in page.iter("title") if node.text), "")
    return head | {"page_title": _SITE_TAIL.sub("", " ".join(page_title.split()))}


def _metadata(head: dict[str, str], heading: str | None, found: Any) -> Metadata:
    return Metadata(
        title=head["title"] or heading or head["page_title"] or (found.title if found else None) or None,
        date=parse_date(head["date"]) or _told_date(found),
        source=head["source"] or (found.sitename if found else None) or None,
        authors=(head["author"],) if head["author"] else (),
        url=head["url"] or None,
    )


def _told_date(found: Any) -> datetime.date | None:
    """The day that trafilatura found; none where that is the first of a year, which is how it writes a year alone."""
    day = parse_date(found.date) if found else None
    return None if day and (day.month, day.day) == (1, 1) else day
