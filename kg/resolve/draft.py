"""The entities of one document while they are being gathered; ``freeze`` gives them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.model import Entity, EntityType, Mention


@dataclass(slots=True)
class _Row:
    type: EntityType
    name: str
    kind: str = ""
    code: str | None = None
    aliases: dict[str, None] = field(default_factory=dict)
    mentions: set[Mention] = field(default_factory=set)


class Draft:
    """Rows by key. ``put`` adds to a row or opens it; the first name stays."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}

    def put(
        self,
        key: str,
        type_: EntityType,
        name: str,
        *,
        kind: str = "",
        code: str | None = None,
        aliases: tuple[str, ...] = (),
        mention: Mention | None = None,
    ) -> str:
        row = self._rows.setdefault(key, _Row(type_, name, kind, code))
        row.kind = row.kind or kind
        row.code = row.code or code
        row.aliases.update(dict.fromkeys(aliases))
        if mention is not None:
            row.mentions.add(mention)
        return key

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def of_type(self, type_: EntityType) -> list[tuple[str, str]]:
        """(key, name) of the rows of a type, in the order of putting."""
        return [(key, row.name) for key, row in self._rows.items() if row.type == type_]

    def freeze(self, hant: str | None) -> tuple[Entity, ...]:
        """The entities, sorted by key; ``hant`` is the text before its conversion to Simplified."""
        return tuple(
            Entity(
                key,
                row.type,
                row.name,
                row.kind,
                tuple(a for a in row.aliases if a != row.name),
                _traditional(row, hant),
                row.code,
                tuple(sorted(row.mentions)),
            )
            for key, row in sorted(self._rows.items())
        )


def _traditional(row: _Row, hant: str | None) -> tuple[str, ...]:
    if hant is None:
        return ()
    named = [m for m in row.mentions if m.text == row.name or m.text in row.aliases]
    return tuple(sorted({hant[m.start : m.end] for m in named if hant[m.start : m.end] != m.text}))
