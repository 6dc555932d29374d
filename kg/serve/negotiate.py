"""Which of the media types that we can write a client would rather have (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing an answer: the media type that it is sent as, and other names that clients ask for it by."""

    media: str
    also: tuple[str, ...] = ()


TABLES: Mapping[Format, QueryResultsFormat] = MappingProxyType(
    {
        Format("application/sparql-results+json", ("application/json",)): QueryResultsFormat.JSON,
        Format("application/sparql-results+xml", ("application/xml",)): QueryResultsFormat.XML,
        Format("text/csv"): QueryResultsFormat.CSV,
        Format("text/tab-separated-values"): QueryResultsFormat.TSV,
    }
)
"""Forms of the answers of SELECT; the first is sent to who takes anything."""

TRUTHS: Mapping[Format, QueryResultsFormat] = MappingProxyType(dict(list(TABLES.items())[:2]))
"""Forms of the answers of ASK: SPARQL 1.1 defines no others."""

GRAPHS: Mapping[Format, RdfFormat] = MappingProxyType(
    {
        Format("text/turtle", ("application/x-turtle",)): RdfFormat.TURTLE,
        Format("application/ld+json", ("application/json",)): RdfFormat.JSON_LD,
        Format("application/n-triples", ("text/plain",)): RdfFormat.N_TRIPLES,
        Format("application/rdf+xml", ("application/xml", "text/xml")): RdfFormat.RDF_XML,
    }
)
"""Forms of the answers of CONSTRUCT and DESCRIBE."""

HTML = Format("text/html", ("application/xhtml+xml",))


def choose(accept: str | None, formats: tuple[Format, ...]) -> Format | None:
    """The format that ``accept``, an Accept header, likes best; of equals the first; None where it takes none.

    >>> choose("text/html;q=0.5, text/csv", tuple(TABLES)).media
    'text/csv'
    >>> choose("image/png", tuple(TABLES)) is None
    True
    """
    if accept is None or not accept.strip():
        return formats[0]
    wishes = [_wish(part) for part in accept.split(",")]
    best = max(formats, key=lambda format: _weight(format, wishes))  # max keeps the first of equals
    return best if _weight(best, wishes) > 0 else None


def _wish(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, min(max(float(value), 0.0), 1.0)
            except ValueError:
                return media, 0.0
    return media, 1.0


def _weight(format: Format, wishes: list[tuple[str, float]]) -> float:
    """The weight that the most exact wish gives to a format."""
    kind = format.media.partition("/")[0]
    for names in ((format.media,), format.also, (f"{kind}/*",), ("*/*",)):
        found = [weight for media, weight in wishes if media in names]
        if found:
            return max(found)
    return 0.0
