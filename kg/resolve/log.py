"""``OUT/resolution.jsonl``: every merge of a build with its reason.

Two kinds of rows, both sorted, so that the same documents give the same bytes: ``forms``, several names of one
document that were taken for one thing (县委, 石泉县委), and ``documents``, one thing that several documents name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Entity, EntityType


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """An entity as one document names it: ``forms`` are the distinct wordings met, ``document`` is its IRI."""

    key: str
    document: str
    type: EntityType
    name: str
    iri: str
    forms: tuple[str, ...]
    reason: str


def seen(entity: Entity, iri: str, document: str) -> Seen:
    """What the log keeps of an entity of a document."""
    forms = tuple(sorted({m.text for m in entity.mentions}))
    return Seen(entity.key, document, entity.type, entity.name, iri, forms, reason(entity))


def reason(entity: Entity) -> str:
    """Why mentions with this entity's key are one thing, in whatever document.

    >>> reason(Entity("Place/610922", "Place", "石泉县", code="610922"))
    'same official division code'
    """
    _, _, rest = entity.key.partition("/")
    if entity.type == "Person":
        scope = rest.partition("@")[2]
        if scope.startswith("#"):
            return "same name in one document"
        return "same name, post in the same division" if scope.isdigit() else "same name, same employer"
    if entity.code:
        return "same official division code"
    if "@" in rest:
        return "same name in articles about the same place"
    if entity.type == "Organisation" and rest.partition("/")[0].isdigit():
        return "same body of the same division"
    return "same full name"


def resolution_lines(everything: Iterable[Seen]) -> Iterator[str]:
    """The log's lines, each a JSON object that ends in a line feed."""
    for row in _rows(sorted(everything)):
        yield json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def _rows(ordered: list[Seen]) -> Iterator[dict[str, object]]:
    at = 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end].key == ordered[at].key:
            end += 1
        group = ordered[at:end]
        first = group[0]
        common = {"entity": first.iri, "type": first.type, "name": first.name, "reason": first.reason}
        for row in group:
            if len(row.forms) > 1:
                yield {**common, "merge": "forms", "document": row.document, "forms": list(row.forms)}
        documents = list(dict.fromkeys(row.document for row in group))
        if len(documents) > 1:
            yield {**common, "merge": "documents", "documents": documents}
        at = end
