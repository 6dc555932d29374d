"""Tables: CSV for spreadsheets and pandas, and CSV with the headers that ``neo4j-admin database import`` reads."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO, TypeAlias

from pyoxigraph import Store

from kg.render.facts import Fact, Sentence, articles, facts, figures, things

Row: TypeAlias = Iterable[object]
Table: TypeAlias = Callable[[Store], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a format: file name to its rows, of which the first names the columns."""

    files: Mapping[str, Table]
    encoding: str


ARRAY_DELIMITER = ";"
"""Between the values of one Neo4j cell, its default; in a value it becomes the full-width sign, since nothing escapes
it."""


def write_table(rows: Iterable[Row], file: TextIO) -> None:
    """The rows as CSV by RFC 4180, one line each, whatever stands in them."""
    csv.writer(file, lineterminator="\n").writerows([_one_line(str(cell)) for cell in row] for row in rows)


# --- for spreadsheets --------------------------------------------------------------------------------------


def _csv_entities(store: Store) -> Iterator[Row]:
    yield "iri", "name", "type", "kind", "division_code", "other_names", "articles"
    for thing in things(store):
        names = "、".join(thing.other_names)
        yield thing.iri, safe(thing.name), thing.top, thing.kind, thing.code, safe(names), thing.articles


def _csv_facts(store: Store) -> Iterator[Row]:
    """A row for each sentence of each fact."""
    names = {thing.iri: thing.name for thing in things(store)}
    yield (
        "subject", "relation", "object", "title", "confidence", "articles",
        "document", "sentence", "begin", "end", "rule", "subject_iri", "object_iri",
    )  # fmt: skip
    for fact in facts(store):
        ends = safe(names.get(fact.subject, "")), fact.relation, safe(names.get(fact.object, ""))
        for sentence in fact.sentences or (NO_SENTENCE,):
            told = (safe(fact.title), fact.confidence, fact.weight, *_told(sentence))
            yield *ends, *told, fact.subject, fact.object


def _csv_figures(store: Store) -> Iterator[Row]:
    names = {thing.iri: thing.name for thing in things(store)}
    yield (
        "about", "indicator", "value", "unit", "approximate", "date", "confidence",
        "document", "sentence", "begin", "end", "rule", "about_iri", "iri",
    )  # fmt: skip
    for f in figures(store):
        told = (safe(names.get(f.about, "")), safe(f.indicator), f.value, safe(f.unit), _truth(f.approximate), f.date)
        for sentence in f.sentences:
            yield *told, f.confidence, *_told(sentence), f.about, f.iri


def _csv_articles(store: Store) -> Iterator[Row]:
    yield "document", "title", "date", "source", "home_iri", "iri"
    for a in articles(store):
        yield safe(a.identifier), safe(a.title), a.date, safe(a.source), a.home, a.iri


def _told(sentence: Sentence) -> Row:
    return safe(sentence.document), safe(sentence.text), sentence.begin, sentence.end, safe(sentence.rule)


NO_SENTENCE = Sentence("", "", "", "", "", "")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: one that looks like it gets an apostrophe before it.

    >>> safe("=HYPERLINK()"), safe("四送四问")
    ("'=HYPERLINK()", '四送四问')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


CSV = Tables(
    {
        "entities.csv": _csv_entities,
        "facts.csv": _csv_facts,
        "figures.csv": _csv_figures,
        "articles.csv": _csv_articles,
    },
    encoding="utf-8-sig",  # without its mark Excel takes Chinese for another encoding
)


# --- for Neo4j ---------------------------------------------------------------------------------------------


def _neo4j_entities(store: Store) -> Iterator[Row]:
    yield "iri:ID", "name:string", "code:string", "otherNames:string[]", "articles:int", ":LABEL"
    for thing in things(store):
        labels = _array(filter(None, (thing.top, thing.kind)))
        yield thing.iri, thing.name, thing.code, _array(thing.other_names), thing.articles, labels


def _neo4j_articles(store: Store) -> Iterator[Row]:
    yield "iri:ID", "identifier:string", "title:string", "date:date", "source:string", ":LABEL"
    for a in articles(store):
        yield a.iri, a.identifier, a.title, a.date, a.source, "Article"


def _neo4j_figures(store: Store) -> Iterator[Row]:
    yield (
        "iri:ID", "indicator:string", "value:double", "unit:string", "approximate:boolean", "date:string",
        "confidence:double", "sentences:string[]", ":LABEL",
    )  # fmt: skip
    for f in figures(store):
        told = (f.indicator, f.value, f.unit, _truth(f.approximate), f.date, f.confidence)
        yield f.iri, *told, _array(sentence.text for sentence in f.sentences), "Figure"


def _neo4j_relations(store: Store) -> Iterator[Row]:
    yield (
        ":START_ID", "title:string", "confidence:double", "weight:int", "sentences:string[]", "documents:string[]",
        ":END_ID", ":TYPE",
    )  # fmt: skip
    for fact in facts(store):
        yield fact.subject, fact.title, fact.confidence, fact.weight, *_sources(fact), fact.object, _type(fact.relation)
    nothing = ("", "", "", "", "")
    for f in figures(store):
        yield f.iri, *nothing, f.about, "ABOUT"
        yield from ((f.iri, *nothing, article, "STATED_IN") for article in sorted({s.article for s in f.sentences}))
    for a in articles(store):
        if a.home:
            yield a.iri, *nothing, a.home, "HOME_PLACE"


def _sources(fact: Fact) -> Row:
    return _array(s.text for s in fact.sentences), _array(s.document for s in fact.sentences)


NEO4J = Tables(
    {
        "entities.csv": _neo4j_entities,
        "articles.csv": _neo4j_articles,
        "figures.csv": _neo4j_figures,
        "relations.csv": _neo4j_relations,
    },
    encoding="utf-8",
)


def _type(relation: str) -> str:
    """
    >>> _type("holdsPost")
    'HOLDS_POST'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", relation).upper()


def _array(values: Iterable[str]) -> str:
    return ARRAY_DELIMITER.join(value.replace(ARRAY_DELIMITER, "；") for value in dict.fromkeys(values))


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
