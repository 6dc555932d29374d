"""The kinds of store that a graph can be loaded into: where each has its endpoints, and what its default graph is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class StoreType:
    """``graphs`` is the path of the SPARQL 1.1 Graph Store Protocol below the address that the user gives, ``query``
    the path of SPARQL, None where only the first is known.

    ``is_union`` says that a query without GRAPH sees all named graphs; other stores have a default graph of its own,
    which then gets every triple once, as in the embedded store. ``digest`` is the way of logging in, else it is basic.
    """

    graphs: str
    query: str | None
    is_union: bool
    digest: bool = False


_RDF4J = StoreType(graphs="/rdf-graphs/service", query="", is_union=True)

STORES: Mapping[str, StoreType] = MappingProxyType(
    {
        "fuseki": StoreType(graphs="/data", query="/query", is_union=False),
        "oxigraph": StoreType(graphs="/store", query="/query", is_union=False),
        "virtuoso": StoreType(graphs="/sparql-graph-crud-auth", query="/sparql", is_union=True, digest=True),
        "graphdb": _RDF4J,  # which speaks RDF4J's protocol
        "rdf4j": _RDF4J,
        "sparql": StoreType(graphs="", query=None, is_union=False),
    }
)
"""By the name that ``--type`` takes. ``sparql`` is any store: its address is that of the Graph Store Protocol."""
