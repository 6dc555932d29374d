"""``ontology/shapes.ttl`` as checks that look at one node's statements: SHACL Core, as far as that file uses it.

Terms stand as N-Triples writes them, in UTF-8. A constraint that is not known here is an error, not a constraint that
nothing holds to: ``tests/test_validate.py`` has two engines that know all of SHACL say the same.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Literal, TypeAlias

import pyoxigraph as ox

from kg.record.vocabulary import ontology_path

Severity = Literal["Violation", "Warning", "Info"]

SEVERITIES: tuple[Severity, ...] = ("Violation", "Warning", "Info")
"""Worst first; what each means is said at the head of ``ontology/shapes.ttl``."""

Statements: TypeAlias = Mapping[bytes, Sequence[bytes]]
"""What a node says: predicate to objects."""

Test: TypeAlias = Callable[[Sequence[bytes], Statements], Iterable[bytes]]
"""From the values of a path and all that the node says: the values that are wrong, ``MISSING`` where one is missing."""

_REMEMBERED = 1_000
"""Values whose test is remembered, for each test."""

MISSING = b""
TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SH, _XSD = "http://www.w3.org/ns/shacl#", "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape that can fail. ``path`` is None where the node itself is looked at. ``classes``: each value must be of
    one of them, which only the values' own statements tell; where the node is its own value, ``tests`` see to it."""

    iri: str
    path: bytes | None
    severity: Severity
    message_zh: str
    message_en: str
    tests: tuple[Test, ...]
    classes: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes, each once: ``of_class`` and ``of_predicate`` say by index which are held to what node."""

    shapes: tuple[Shape, ...]
    of_class: Mapping[bytes, tuple[int, ...]]
    of_predicate: Mapping[bytes, tuple[int, ...]]


@cache
def shapes() -> Shapes:
    """The shapes of the ontology. Raises ``ValueError`` for a constraint that is not known here."""
    return _Reader.of_file().read()


@dataclass(slots=True)
class _Reader:
    told: dict[ox.NamedNode | ox.BlankNode, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]
    shapes: list[Shape] = field(default_factory=list)

    @classmethod
    def of_file(cls) -> _Reader:
        reader = cls({})
        for quad in ox.parse(path=ontology_path("shapes.ttl"), format=ox.RdfFormat.TURTLE):
            term = quad.predicate.value.removeprefix(_SH)
            reader.told.setdefault(quad.subject, {}).setdefault(term, []).append(quad.object)
        return reader

    def read(self) -> Shapes:
        targets: dict[str, dict[bytes, list[int]]] = {"targetClass": {}, "targetSubjectsOf": {}}
        places: dict[ox.NamedNode, int] = {}
        for node in sorted((n for n in self.told if isinstance(n, ox.NamedNode)), key=str):
            shape = self._shape(node) if any(map(_is_constraint, self.told[node])) else None
            if shape:
                places[node] = len(self.shapes)
                self.shapes.append(shape)
        for node, told in self.told.items():
            held = [places[p] for p in (node, *told.get("property", ())) if p in places]
            for kind, table in targets.items():
                for target in told.get(kind, ()):
                    table.setdefault(_term(target), []).extend(held)
        of_class, of_predicate = ({t: tuple(held) for t, held in table.items()} for table in targets.values())
        return Shapes(tuple(self.shapes), of_class, of_predicate)

    def _shape(self, node: ox.NamedNode) -> Shape:
        told = self.told[node]
        path = _term(told["path"][0]) if "path" in told else None
        severity = told["severity"][0].value.removeprefix(_SH) if "severity" in told else "Violation"
        messages = {message.language: message.value for message in told.get("message", ())}
        tests: list[Test] = []
        classes: frozenset[bytes] = frozenset()
        for term in filter(_is_constraint, told):
            for value in told[term]:
                options = self._options(term, value)
                if options and path:
                    classes = options
                elif options:
                    tests.append(partial(_focus_is_of, options))
                else:
                    tests.append(self._test(term, value))
        return Shape(
            node.value,
            path,
            next(known for known in SEVERITIES if known == severity),
            messages.get("zh-hans", ""),
            messages.get("en", ""),
            tuple(tests),
            classes,
        )

    def _options(self, term: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> frozenset[bytes]:
        """The classes of ``sh:class`` or of an ``sh:or`` of them; none for any other constraint."""
        if term == "class":
            return frozenset({_term(value)})
        parts = [self.told[part] for part in self._list(value)] if term == "or" else []
        return frozenset(_term(part["class"][0]) for part in parts if "class" in part)

    def _test(self, term: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> Test:
        if term == "or":
            return _each(partial(_is_typed, [self.told[p]["datatype"][0].value for p in self._list(value)]))
        if term == "not":
            (options,) = self.told[value]["or"]
            return partial(_focus_is_not_of, self._options("or", options))
        if term == "in":
            return _each(frozenset(map(_term, self._list(value))).__contains__)
        if term == "languageIn":
            return _each(partial(_is_in_language, tuple(tag.value.lower() for tag in self._list(value))))
        return _SIMPLE[term](value)

    def _list(self, node: ox.NamedNode | ox.BlankNode) -> Iterator[ox.NamedNode | ox.BlankNode | ox.Literal]:
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        while node.value != f"{rdf}nil":
            yield self.told[node][f"{rdf}first"][0]
            node = self.told[node][f"{rdf}rest"][0]


def _is_constraint(term: str) -> bool:
    """Whether a term says what a node must be like. Raises ``ValueError`` for a term of SHACL that is not known."""
    if term in _SIMPLE or term in ("class", "or", "not", "in", "languageIn"):
        return True
    if ":" in term or term in ("targetClass", "targetSubjectsOf", "property", "path", "severity", "message"):
        return False
    raise ValueError(f"no check for sh:{term}")


# --- tests -------------------------------------------------------------------------------------------------


def _each(holds: Callable[[bytes], bool]) -> Test:
    """The test that ``holds`` for each value; numbers, dates and kinds come again and again, and are remembered."""
    return partial(_failing, lru_cache(_REMEMBERED)(holds))


def _failing(holds: Callable[[bytes], bool], values: Sequence[bytes], _: Statements) -> list[bytes]:
    return [value for value in values if not holds(value)]


def _at_least(count: int, values: Sequence[bytes], _: Statements) -> tuple[bytes, ...]:
    return (MISSING,) if len(values) < count else ()


def _at_most(count: int, values: Sequence[bytes], _: Statements) -> tuple[bytes, ...]:
    return (MISSING,) if len(values) > count else ()


def _has(wanted: bytes, values: Sequence[bytes], _: Statements) -> tuple[bytes, ...]:
    return () if wanted in values else (MISSING,)


def _equals(other: bytes, values: Sequence[bytes], told: Statements) -> Iterable[bytes]:
    return set(values) ^ set(told.get(other, ()))


def _disjoint(other: bytes, values: Sequence[bytes], told: Statements) -> Iterable[bytes]:
    return set(values) & set(told.get(other, ()))


def _less_than(other: bytes, values: Sequence[bytes], told: Statements) -> list[bytes]:
    return [value for value in values for more in told.get(other, ()) if not _is_less(value, more)]


def _focus_is_of(classes: frozenset[bytes], values: Sequence[bytes], told: Statements) -> Sequence[bytes]:
    return () if not classes.isdisjoint(told.get(TYPE, ())) else values


def _focus_is_not_of(classes: frozenset[bytes], values: Sequence[bytes], told: Statements) -> Sequence[bytes]:
    return () if classes.isdisjoint(told.get(TYPE, ())) else values


# --- terms -------------------------------------------------------------------------------------------------


def parts(term: bytes) -> tuple[str, str] | None:
    """What a literal says and what follows its closing quote: a language tag, a datatype or nothing; None for a node.

    >>> parts('"一\\\\n二"@zh-Hans'.encode()), parts(b"<https://e.org/>")
    (('一\\n二', '@zh-Hans'), None)
    """
    if not term.startswith(b'"'):
        return None
    end = term.rindex(b'"')
    text = term[1:end].decode()
    return (_ESCAPE.sub(_unescaped, text) if "\\" in text else text), term[end + 1 :].decode()


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _PLAIN.get(escape[3], escape[3])


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> bytes:
    return str(term).encode()


def _is_typed(datatypes: Sequence[str], term: bytes) -> bool:
    """Whether a literal has one of these datatypes and is written as that type is."""
    literal = parts(term)
    if literal is None:
        return False
    text, mark = literal
    datatype = mark[3:-1] or f"{_XSD}string"
    return not mark.startswith("@") and datatype in datatypes and _WRITTEN[datatype.removeprefix(_XSD)](text)


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


_WRITTEN: Mapping[str, Callable[[str], object]] = {
    "string": lambda text: True,
    "integer": re.compile(r"[+-]?\d+").fullmatch,
    "decimal": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)").fullmatch,
    "boolean": re.compile("true|false|0|1").fullmatch,
    "date": _is_date,
    "gYear": re.compile(r"-?\d{4,}").fullmatch,
    "gYearMonth": re.compile(r"-?\d{4,}-(?:0[1-9]|1[0-2])").fullmatch,
}


@lru_cache(_REMEMBERED)
def _number(term: bytes) -> Decimal | None:
    return Decimal(parts(term)[0]) if _is_typed((f"{_XSD}integer", f"{_XSD}decimal"), term) else None  # type: ignore[index]


def _is_less(one: bytes, other: bytes) -> bool:
    left, right = _number(one), _number(other)
    return left is not None and right is not None and left < right


def _is_in_language(tags: Sequence[str], term: bytes) -> bool:
    literal = parts(term)
    tag = literal[1].lower() if literal else ""
    return any(tag == f"@{wanted}" or tag.startswith(f"@{wanted}-") for wanted in tags)


def _string(term: bytes) -> str | None:
    """What a literal or an IRI says; None for a blank node."""
    literal = parts(term)
    if literal:
        return literal[0]
    return term[1:-1].decode() if term.startswith(b"<") else None


def _is_as_long(length: int, term: bytes) -> bool:
    text = _string(term)
    return text is not None and len(text) >= length


def _matches(pattern: re.Pattern[str], term: bytes) -> bool:
    text = _string(term)
    return text is not None and pattern.search(text) is not None


def _is_from(least: Decimal, term: bytes) -> bool:
    number = _number(term)
    return number is not None and number >= least


def _is_up_to(most: Decimal, term: bytes) -> bool:
    number = _number(term)
    return number is not None and number <= most


_KINDS = {f"{_SH}IRI": b"<", f"{_SH}Literal": b'"'}

_SIMPLE: Mapping[str, Callable[..., Test]] = {
    "minCount": lambda value: partial(_at_least, int(value.value)),
    "maxCount": lambda value: partial(_at_most, int(value.value)),
    "hasValue": lambda value: partial(_has, _term(value)),
    "equals": lambda value: partial(_equals, _term(value)),
    "disjoint": lambda value: partial(_disjoint, _term(value)),
    "lessThan": lambda value: partial(_less_than, _term(value)),
    "nodeKind": lambda value: _each(partial(_begins, _KINDS[value.value])),
    "datatype": lambda value: _each(partial(_is_typed, (value.value,))),
    "minLength": lambda value: _each(partial(_is_as_long, int(value.value))),
    "pattern": lambda value: _each(partial(_matches, re.compile(value.value))),
    "minInclusive": lambda value: _each(partial(_is_from, Decimal(value.value))),
    "maxInclusive": lambda value: _each(partial(_is_up_to, Decimal(value.value))),
}
"""A constraint that is one value, to its test."""


def _begins(mark: bytes, term: bytes) -> bool:
    return term.startswith(mark)
