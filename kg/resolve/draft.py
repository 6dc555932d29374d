"""The entities of one document while they are being gathered; ``freeze`` gives them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.model import IN_ORDER, Entity, EntityType, Mention

# Characters that a name needs before it can stand for a longer one that ends in it.
_WHOLE = 4


@dataclass(slots=True)
class _Row:
    type: EntityType
    name: str
    kind: str = ""
    code: str | None = None
    aliases: dict[str, None] = field(default_factory=dict)
    mentions: set[Mention] = field(default_factory=set)
    candidates: tuple[tuple[str, float], ...] = ()


class Draft:
    """Rows by key. ``put`` adds to a row or opens it; the first name stays."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._whole: dict[str, dict[str, None]] = {}  # organisation's name → keys
        self._tails: dict[str, dict[str, None]] = {}  # what an organisation's name ends in → keys

    def put(
        self,
        key: str,
        type_: EntityType,
        name: str,
        *,
        kind: str = "",
        code: str | None = None,
        aliases: tuple[str, ...] = (),
        candidates: tuple[tuple[str, float], ...] = (),
        mention: Mention | None = None,
    ) -> str:
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _Row(type_, name, kind, code)
            if type_ == "Organisation":
                self._index(key, name)
        row.kind = row.kind or kind
        row.code = row.code or code
        row.candidates = row.candidates or candidates
        row.aliases.update(dict.fromkeys(aliases))
        if mention is not None:
            row.mentions.add(mention)
        return key

    def _index(self, key: str, name: str) -> None:
        self._whole.setdefault(name, {})[key] = None
        for at in range(len(name) - _WHOLE + 1):
            self._tails.setdefault(name[at:], {})[key] = None

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def name(self, key: str) -> str:
        """The first name that the row of ``key`` got."""
        return self._rows[key].name

    def akin(self, name: str) -> list[str]:
        """The organisations whose name ends in ``name`` or that ``name`` ends in, by key; () for short names."""
        if len(name) < _WHOLE:
            return []
        shorter = (self._whole.get(name[at:], {}) for at in range(len(name) - _WHOLE + 1))
        return sorted({*self._tails.get(name, {}), *(key for keys in shorter for key in keys)})

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
                tuple(sorted(row.mentions, key=IN_ORDER)),
                row.candidates if row.code is None else (),
            )
            for key, row in sorted(self._rows.items())
        )


def _traditional(row: _Row, hant: str | None) -> tuple[str, ...]:
    if hant is None:
        return ()
    named = [m for m in row.mentions if m.text == row.name or m.text in row.aliases]
    return tuple(sorted({hant[m.start : m.end] for m in named if hant[m.start : m.end] != m.text}))
