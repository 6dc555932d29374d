"""Asking a built graph: SPARQL over all its triples, each once, and ready-made questions kept as ``.rq`` files.

A ``.rq`` file is complete SPARQL that any store can run. Its head says what it asks, and each parameter has a
line of its own in the query, which holds the default::

    # en: Who holds a post
    # zh: 谁任某职
    # param title: words in the title; empty for all | 职务中的字词；空为全部
    SELECT ... ?title WHERE {
      VALUES ?title { "" }

To ask with other values that line is taken out and the value is bound as an RDF term: it never becomes a part
of the query's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.record.vocabulary import PREFIXES

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_HEAD = re.compile(r"#\s*(en|zh|param\s+(?P<name>\w+)):\s*(?P<text>.+)")
_SERVICE = re.compile("service", re.IGNORECASE)
_SERVICE_USED = re.compile(r"\bservice\s*(?:silent\b\s*)?[<?$:\w#]", re.IGNORECASE)
_QUESTION_NAME = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a ready-made question can be given, explained in both languages."""

    name: str
    en: str = ""
    zh: str = ""


@dataclass(frozen=True)
class Question:
    """A query with its parameters; ``name`` is empty for one that the user wrote."""

    name: str
    sparql: str
    en: str = ""
    zh: str = ""
    parameters: tuple[Parameter, ...] = ()

    @classmethod
    def of_text(cls, sparql: str) -> Question:
        """A question of the user's own."""
        return cls("", sparql)

    @cached_property
    def defaults(self) -> Mapping[str, str]:
        """Each parameter's value where none is given, as its line in the query says.

        >>> question("who-holds-post").defaults["title"]
        ''
        """
        lines = ((p.name, self._line(p.name).search(self.sparql)) for p in self.parameters)
        return {name: _value(found[0]) for name, found in lines if found}

    def without_defaults(self) -> str:
        """The query with its parameters left open."""
        sparql = self.sparql
        for parameter in self.parameters:
            sparql = self._line(parameter.name).sub("", sparql)
        return sparql

    @staticmethod
    def _line(name: str) -> re.Pattern[str]:
        return re.compile(rf"^\s*VALUES \?{name} \{{.*\}}\s*$", re.MULTILINE)


def questions() -> tuple[Question, ...]:
    """Every ready-made question, by name."""
    files = resources.files("kg.data").joinpath("queries").iterdir()
    named = {file.name.removesuffix(".rq"): file for file in files if file.name.endswith(".rq")}
    return tuple(_parsed(name, named[name].read_text(encoding="utf-8")) for name in sorted(named))


def question(name: str) -> Question:
    """The ready-made question ``name``. Raises ``QueryError`` where there is none."""
    file = resources.files("kg.data").joinpath("queries", f"{name}.rq")
    if not _QUESTION_NAME.fullmatch(name) or not file.is_file():
        raise QueryError(name, "no ready-made question has this name", "see kg query OUT --list")
    return _parsed(name, file.read_text(encoding="utf-8"))


def parse_parameters(pairs: Iterable[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts as a mapping.

    >>> parse_parameters(["title=书记"])
    {'title': '书记'}
    """
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise QueryError(pair, "is no parameter", "write it as KEY=VALUE")
        values[name] = value
    return values


def ask(store: ox.Store, question: Question, values: Mapping[str, str] | None = None) -> Results:
    """Answer a question over the store's default graph; the usual prefixes need no declaration.

    The rows are found as they are fetched: ``table`` and ``serialized`` do that. Raises ``QueryError`` for a
    parameter that the question does not have, a query that is not valid, or one that would ask another server.
    """
    values = values or {}
    name = question.name or "the query"
    known = [parameter.name for parameter in question.parameters]
    for key in values:
        if key not in known:
            remedy = f"its parameters are {', '.join(known)}" if known else "leave --param out"
            raise QueryError(name, f"has no parameter {key}", remedy)
    bound = {**question.defaults, **values}
    substitutions = {ox.Variable(key): ox.Literal(value) for key, value in bound.items()}
    return evaluate(store, question.without_defaults(), name, substitutions=substitutions)


def evaluate(store: ox.Store, sparql: str, name: str = "the query", **options: Any) -> Results:
    """What ``store`` answers to ``sparql``; ``options`` are those of ``pyoxigraph.Store.query``.

    Nothing but the store is read: a graph named by FROM is one that it holds, SERVICE is refused. Raises
    ``QueryError``, in which the query is called ``name``.
    """
    with answering(name):
        _refuse_service(sparql, name)
        return store.query(sparql, prefixes=dict(PREFIXES), **options)


def table(results: Results) -> tuple[list[str], list[list[Term | None]]]:
    """The columns and the rows of an answer; triples are rows of three, sorted. Raises ``QueryError``."""
    with answering("the query"):
        if isinstance(results, ox.QueryBoolean):
            return ["answer"], [[ox.Literal(bool(results))]]
        if isinstance(results, ox.QueryTriples):
            triples = sorted(results, key=str)
            return ["subject", "predicate", "object"], [[t.subject, t.predicate, t.object] for t in triples]
        columns = [variable.value for variable in results.variables]
        return columns, [[solution[name] for name in columns] for solution in results]


def serialized(results: Results, format: str) -> bytes:
    """An answer as ``csv``, ``json`` (SPARQL 1.1 results; JSON-LD for triples) or ``ttl`` (triples only)."""
    if isinstance(results, ox.QueryTriples):
        rdf = {"ttl": ox.RdfFormat.TURTLE, "json": ox.RdfFormat.JSON_LD}
        if format not in rdf:
            raise QueryError(f"--format {format}", "is for SELECT and ASK", "choose table, json or ttl for this query")
        with answering("the query"):
            return ox.serialize(sorted(results, key=str), format=rdf[format], prefixes=dict(PREFIXES))
    formats = {"csv": ox.QueryResultsFormat.CSV, "json": ox.QueryResultsFormat.JSON}
    if isinstance(results, ox.QueryBoolean) and format == "csv":
        return b"true\n" if results else b"false\n"
    if format not in formats:
        raise QueryError("--format ttl", "is for CONSTRUCT and DESCRIBE", "choose table, csv or json for this query")
    with answering("the query"):
        return results.serialize(format=formats[format])


@contextmanager
def answering(name: str) -> Iterator[None]:
    """What Oxigraph raises, when asked or when rows are fetched, as a ``QueryError`` of one line."""
    try:
        yield
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        reason = " ".join(str(error).split())
        raise QueryError(name, f"cannot be answered ({reason})", "mend the SPARQL") from error


def _refuse_service(sparql: str, name: str) -> None:
    """Raise where a query asks another server: whoever asks a graph of their own sends nothing anywhere.

    pyoxigraph has no option to forbid SERVICE and does not show what it parsed. But its parser decides: with that
    word altered wherever it stands, a query that used it is no SPARQL any more, and one that holds it in a text, a
    comment or a name still is. An empty store parses it.
    """
    if not _SERVICE.search(sparql):
        return
    try:
        ox.Store().query(_SERVICE.sub("serv1ce", sparql), prefixes=dict(PREFIXES))
    except SyntaxError:
        if _SERVICE_USED.search(sparql):
            cause, remedy = "asks another server with SERVICE", "ask this graph only"
            raise QueryError(name, cause, remedy) from None
        raise


def _parsed(name: str, sparql: str) -> Question:
    texts: dict[str, str] = {"en": "", "zh": ""}
    parameters = []
    for line in sparql.splitlines():
        head = _HEAD.fullmatch(line)
        if head and head["name"]:
            en, _, zh = head["text"].partition("|")
            parameters.append(Parameter(head["name"], en.strip(), zh.strip()))
        elif head:
            texts[head[1]] = head["text"].strip()
    return Question(name, sparql, texts["en"], texts["zh"], tuple(parameters))


def _value(values_line: str) -> str:
    (solution,) = ox.Store().query(f"SELECT * WHERE {{ {values_line} }}")
    return solution[0].value
