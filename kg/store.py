"""A built graph for programs: ``Store("out")`` asks it, and hands it on to pandas, rdflib and networkx."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query import Question, Results, Term, ask, question, table
from kg.record.store import as_rdflib, open_store
from kg.record.vocabulary import XSD

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from kg.explain import Profile

Value: TypeAlias = str | int | bool | Decimal | datetime.date | None
"""What stands in a cell: an address (IRI) or text as str, numbers as int or Decimal, days as date, None where nothing
is known. Months and years alone stay str (2021-03), for they are no day."""


@dataclass(frozen=True)
class Table(Sequence[Mapping[str, Value]]):
    """The rows of an answer, each a mapping from column to value, in the order in which the query gave them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Value]: ...
    @overload
    def __getitem__(self, index: slice) -> Table: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Value] | Table:
        if isinstance(index, slice):
            return Table(self.columns, self.rows[index])
        return dict(zip(self.columns, self.rows[index], strict=True))

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[Value]:
        """The values of one column. Raises ``ValueError`` where there is none of that name."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a ``DataFrame``. Raises ``QueryError`` where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise QueryError("to_pandas", "needs pandas", "pip install 'xianzhi[pandas]'") from error
        return pandas.DataFrame(list(self.rows), columns=list(self.columns))

    def _repr_html_(self) -> str | None:
        """How a notebook shows it: as pandas does, where it is installed."""
        try:
            return str(self.to_pandas().to_html(notebook=True))
        except QueryError:
            return None


class Store:
    """The graph of a built output folder, only to be read; any number of programs may have it open.

    Raises ``QueryError`` where the folder holds no graph. What is built or added later is seen by a new ``Store``.
    """

    def __init__(self, out: Path | str) -> None:
        self.path = Path(out)
        self._store = open_store(self.path)

    def __len__(self) -> int:
        """How many triples the graph holds, each counted once in however many documents it stands."""
        (row,) = self.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        return int(str(row["n"]))

    def query(self, sparql: str) -> Table:
        """The answer to a SPARQL query over all triples; the usual prefixes (xz, skos, org …) need no declaration.

        ASK gives one row with the column ``answer``, CONSTRUCT rows of subject, predicate and object. Raises
        ``QueryError`` for what is no SPARQL or would ask another server.
        """
        return _table(ask(self._store, Question.of_text(sparql)))

    def ask(self, name: str, **parameters: str) -> Table:
        """The answer to the ready-made question ``name``, as ``kg query --name`` gives it. Raises ``QueryError``."""
        return _table(ask(self._store, question(name), parameters))

    def explain(self, name: str, *, min_confidence: float = 0.0) -> Sequence[Profile]:
        """All that is known of the things that bear ``name``, each fact with its sentences."""
        from kg.explain import explain

        return explain(self._store, name, min_confidence=min_confidence)

    def quads(self) -> Iterator[ox.Quad]:
        """Every statement with the document that states it, in no order."""
        default = ox.DefaultGraph()
        return (quad for quad in self._store if quad.graph_name != default)

    def to_rdflib(self) -> rdflib.Dataset:
        """A copy in memory as an rdflib ``Dataset``: about two seconds and 150 MB for 100,000 statements."""
        return as_rdflib(self._store)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Things as nodes (by IRI, with label, top class and code), facts as edges (with relation and confidence)."""
        from kg.render.network import network

        return network(self._store)


def _table(results: Results) -> Table:
    columns, rows = table(results)
    return Table(tuple(columns), tuple(tuple(map(_value, row)) for row in rows))


def _value(term: Term | None) -> Value:
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    read: Any = _READERS.get(term.datatype.value, str)
    try:
        return read(term.value)  # type: ignore[no-any-return]
    except (ArithmeticError, ValueError):  # a literal that is not what its type says
        return term.value


_READERS = {
    XSD.integer.value: int,
    XSD.decimal.value: Decimal,
    XSD.date.value: datetime.date.fromisoformat,
    XSD.boolean.value: lambda text: text in ("true", "1"),
}
