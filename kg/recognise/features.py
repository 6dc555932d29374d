"""What the model looks at: for each character a row of numbered features, computed for the whole text at once.

A feature is a pair of template and value (template 3: the characters before and at this one; value: 县委), and its
number a 32-bit hash of the pair. Text, dictionaries and the grammars' candidates become arrays over the characters, and
every template is a few array operations on them; nothing here is done a character at a time.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from kg.divisions import divisions
from kg.model import Mention, MentionType
from kg.recognise.decide import decide
from kg.recognise.lexicon import bodies, given_weights, suffixes, vocabulary, words
from kg.recognise.places import scanned

TYPES: tuple[MentionType, ...] = ("Place", "Organisation", "Post", "Person", "Program")
Array = np.ndarray
Cut = Callable[[str], Sequence[str]]

_LONGEST = 6  # characters of the longest dictionary entry that is looked up
_FARTHEST = 6  # characters on each side of one that any template looks at
_LIKELY_BITS = 22  # of a hash, by which most of what is no word is ruled out before it is looked for
_ROLL, _SPREAD, _MIX = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)

# The word lists that tell of each kind of name; a character's place in a word of each list is one feature a group.
_GROUPS: dict[str, tuple[str, ...]] = {
    "person": ("surnames", "roles", "follow", "speech"),
    "post": ("titles", "roles", "units"),
    "body": ("bodies", "organisation_suffixes", "department_heads", "organs", "groups", "media_tails", "central"),
    "place": ("place_suffixes", "known_places", "common_places", "ambiguous_places"),
    "program": ("program_heads", "strong_heads", "plain_heads", "policy_tails", "carrying", "slogans"),
    "edge": ("stopwords", "nouny", "follow"),
}


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words as sorted hashes; ``marks`` holds for each a bit for every list that has it, ``likely`` is true at the
    beginnings (``_likely_at``) of all hashes."""

    hashes: Array
    marks: Array
    lists: tuple[str, ...]
    likely: Array

    def cover(self, grams: Sequence[Array]) -> dict[str, Array]:
        """For each list where each character stands in the longest of its words there: 0 in none, else four times
        the word's length, plus 0 where it begins the word, 1 inside it, 2 where it ends it."""
        size = len(grams[0])
        found = np.zeros((len(self.lists), size), np.uint64)
        for length, gram in enumerate(grams, 1):
            keys = gram[: max(0, size - length + 1)]
            maybe = np.flatnonzero(self.likely[_likely_at(keys)])
            at = np.minimum(np.searchsorted(self.hashes, keys[maybe]), len(self.hashes) - 1)
            hit = self.hashes[at] == keys[maybe]
            listed = self.marks[at[hit]] >> np.arange(len(self.lists), dtype=np.uint32)[:, None] & np.uint32(1)
            if length == 1:
                listed[self.lists.index("word")] = 0
            rows, starts = np.nonzero(listed)
            starts = maybe[hit][starts]
            for offset in range(length):
                place = 0 if offset == 0 else 2 if offset == length - 1 else 1
                found[rows, starts + offset] = 4 * length + place
        return dict(zip(self.lists, found, strict=True))


def _likely_at(hashes: Array) -> Array:
    return hashes * _SPREAD >> np.uint64(64 - _LIKELY_BITS)


def _word_cover(text: str, cut: Cut) -> Array:
    """What ``Dictionary.cover`` says of words, for the words that a segmenter sees."""
    cover, at = np.zeros(len(text), np.uint64), 0
    for word in cut(text):
        start = text.find(word, at)
        if start < 0 or not word:
            continue
        at = start + len(word)
        if 1 < len(word) <= _LONGEST:
            cover[start:at] = 4 * len(word) + 1
            cover[start], cover[at - 1] = 4 * len(word), 4 * len(word) + 2
    return cover


def _entries(name: str) -> Iterable[str]:
    if name == "word":
        return vocabulary()
    if name == "bodies":
        return {form for body in bodies() for form in (body.short, body.long)}
    if name.endswith("_suffixes"):
        return suffixes(name.removesuffix("_suffixes"))
    return {line.split("\t")[0] for line in words(name)}


@cache
def dictionary() -> Dictionary:
    """The general vocabulary and the word lists of ``kg/data/lexicon``, ready to be looked up."""
    lists = ("word", *sorted({name for group in _GROUPS.values() for name in group}))
    hashes = [_hashed(_entries(name)) for name in lists]
    marks = [np.full(len(keys), 1 << bit, np.uint32) for bit, keys in enumerate(hashes)]
    keys, inverse = np.unique(np.concatenate(hashes), return_inverse=True)
    merged = np.zeros(len(keys), np.uint32)
    np.bitwise_or.at(merged, inverse, np.concatenate(marks))
    likely = np.zeros(1 << _LIKELY_BITS, bool)
    likely[_likely_at(keys)] = True
    return Dictionary(keys, merged, lists, likely)


def _hashed(entries: Iterable[str]) -> Array:
    """The hashes of the words of no more than ``_LONGEST`` characters, as ``_grams`` makes them."""
    codes = _codes("\n".join([*entries, ""]))
    ends = np.flatnonzero(codes == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    sizes, found = ends - starts, []
    for size in range(1, _LONGEST + 1):
        at = starts[sizes == size]
        keys = codes[at] + np.uint64(1)
        for offset in range(1, size):
            keys = keys * _ROLL + codes[at + offset] + np.uint64(1)
        found.append(keys)
    return np.concatenate(found)


def _codes(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)


def _grams(codes: Array, longest: int) -> list[Array]:
    """The hashes of the 1, 2, ... ``longest`` characters from each character on."""
    grams = [codes + np.uint64(1)]
    for length in range(1, longest):
        grams.append(grams[-1] * _ROLL + _around(codes, length)[0] + np.uint64(1))
    return grams


def _around(values: Array, *offsets: int) -> list[Array]:
    """``values`` moved so that each character sees the one so many places after it (before it: negative), once for
    each of the ``offsets``; 0 outside."""
    padded = np.zeros(len(values) + 2 * _FARTHEST, values.dtype)
    padded[_FARTHEST:-_FARTHEST] = values
    return [padded[_FARTHEST + by : _FARTHEST + by + len(values)] for by in offsets]


_CLASSES = (
    "0123456789０１２３４５６７８９",
    "一二三四五六七八九十百千万亿两零〇",
    "，。；：！？、,.;:!?",
    '“‘「『"',
    "”’」』",
    "《〈",
    "》〉",
    "（([【",
    "）)]】",
    " \u3000\t",
    "\n\r",
    "·•・",
    "—-－~～",
)


# Marks that news sites write in half width as well; the model reads both as one.
_HALF, _FULL = ",.;:!?()", "，。；：！？（）"


@cache
def _plain_table() -> Array:
    """Each character as the n-grams see it: marks in full width, every digit a 0, every Latin letter an a."""
    table = np.arange(0x10000, dtype=np.uint64)
    for half, full in zip(_HALF, _FULL, strict=True):
        table[ord(half)] = ord(full)
    kinds = _class_table()
    table[kinds == 3] = ord("0")
    table[kinds == 2] = ord("a")
    return table


@cache
def _class_table() -> Array:
    table = np.zeros(0x10000, np.uint64)
    table[0x4E00:0xA000] = 1
    for letter in (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)):
        table[letter] = 2
    for number, members in enumerate(_CLASSES, 3):
        for char in members:
            table[ord(char)] = number
    return table


@cache
def _given_table() -> Array:
    """How much a character speaks for a given name, in eight steps; 0 where nothing is known."""
    table = np.zeros(0x10000, np.uint64)
    for char, weight in given_weights().items():
        if len(char) == 1 and ord(char) < 0x10000:
            table[ord(char)] = 1 + int((max(-3.0, min(2.99, weight)) + 3.0) / 0.75)
    return table


def _quotation(text: str, size: int) -> tuple[Array, Array]:
    """For each character whether and how deep it stands in “ ”, 《 》 or brackets, and a step of the length of it."""
    kind, length = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    for number, pattern in enumerate(
        (r"（[^（）\n]{1,40}）|\([^()\n]{1,40}\)", r"“[^“”\n]{1,60}”", r"《[^《》\n]{1,80}》"), 1
    ):
        for match in re.finditer(pattern, text):
            start, end = match.start() + 1, match.end() - 1
            kind[start:end] = 4 * number + 1
            kind[start] = 4 * number
            kind[end - 1] = 4 * number + 2
            length[start:end] = min(end - start, 10) if end - start <= 12 else 11 + (end - start > 24)
    return kind, length


def _division_cover(text: str, size: int) -> Array:
    """Where each character stands in the longest name of a division, and that division's highest level."""
    table, cover = divisions(), np.zeros(size, np.uint64)
    levels = {"Province": 1, "Prefecture": 2, "County": 3, "Township": 4, "Village": 5}
    for start, end in scanned(text):
        name = text[start:end]
        known = table.named(name)
        if not known:
            continue
        first = min(known, key=lambda d: levels[d.level])
        mark = 8 * (2 * levels[first.level] + (first.name == name))
        cover[start:end] = mark + 1
        cover[start] = mark
        cover[end - 1] = mark + 2
    return cover


def _mention_cover(mentions: Iterable[Mention], size: int, value: object) -> Array:
    """An array with ``value(mention)``, times four, plus 0 where one begins, 1 inside, 2 at its end, 3 for both."""
    cover = np.zeros(size, np.uint64)
    for m in mentions:
        mark = 4 * value(m)  # type: ignore[operator]
        if m.end - m.start == 1:
            cover[m.start] = mark + 3
            continue
        cover[m.start : m.end] = mark + 1
        cover[m.start] = mark
        cover[m.end - 1] = mark + 2
    return cover


@cache
def _rule_number(type_: str, rule: str) -> int:
    return zlib.crc32(f"{type_} {rule}".encode()) & 0xFFFFFF


def _repeated(text: str, mentions: Iterable[Mention], size: int) -> Array:
    """Where a name that the grammars see somewhere stands elsewhere too, by its type."""
    names: dict[str, int] = {}
    for m in mentions:
        if m.end - m.start >= 2 and m.type != "Post":
            names.setdefault(m.text, 1 + TYPES.index(m.type))
    cover = np.zeros(size, np.uint64)
    for name, number in sorted(names.items(), key=lambda item: (len(item[0]), item[0])):
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            cover[at:end] = 4 * number + 1
            cover[at] = 4 * number
            cover[end - 1] = 4 * number + 2
            at = text.find(name, end)
    return cover


def _join(*parts: Array) -> Array:
    """One value for a tuple of values."""
    joined = parts[0]
    for part in parts[1:]:
        mixed = joined >> np.uint64(29)
        mixed += part
        mixed += np.uint64(0x51)
        joined = joined * _SPREAD
        joined ^= mixed
    return joined


@cache
def _nothing(count: int) -> int:
    """What ``_join`` makes of so many zeros."""
    return int(_join(*np.zeros((count, 1), np.uint64))[0])


class _Columns:
    """Collects templates; each keeps the number that it has among them, so the order is part of the model."""

    def __init__(self) -> None:
        self.columns: list[Array] = []
        self.groups: list[str] = []
        self.always: list[bool] = []

    def add(self, group: str, *values: Array, always: bool = True) -> None:
        """Templates' values; where not ``always``, the value 0 is no feature."""
        for value in values:
            self.columns.append(value)
            self.groups.append(group)
            self.always.append(always)

    def numbers(self) -> Array:
        """The feature's number for each template (row) and character."""
        values = np.stack(self.columns)
        none = (values == 0) & ~np.array(self.always)[:, None]
        values += (np.arange(1, len(values) + 1, dtype=np.uint64) * _SPREAD)[:, None]
        values *= _MIX
        values ^= values >> np.uint64(31)
        values *= _SPREAD
        numbers = (values >> np.uint64(32)).astype(np.uint32)
        np.maximum(numbers, 1, out=numbers)
        numbers[none] = 0
        return numbers


def columns(text: str, candidates: Sequence[Mention], cut: Cut | None = None) -> tuple[Array, tuple[str, ...]]:
    """The features of ``text``: an array of one row a character, one column a template (0: no feature), and each
    template's group ("chars", "words", "lists", "divisions", "layout", "grammars"), for leaving groups out.

    ``candidates`` are the grammars' proposals for the text; ``cut`` gives its words where a segmenter is to say them,
    else the longest words of the dictionary stand for them.
    """
    size = len(text)
    codes = _codes(text)
    low = np.minimum(codes, 0xFFFF).astype(np.int64)
    kinds = _class_table()[low]
    grams = _grams(_plain_table()[low], 4)
    out = _Columns()
    out.add("chars", *_around(grams[0], *range(-3, 4)))
    out.add("chars", *_around(grams[1], -2, -1, 0, 1))
    out.add("chars", _join(*_around(grams[0], -1, 1)))
    out.add("chars", *_around(grams[2], -2, -1, 0))
    out.add("chars", *_around(grams[3], -3, -2, -1, 0))
    near = _around(kinds, -2, -1, 0, 1, 2)
    out.add("chars", _join(*near[1:4]), _join(*near))

    known = dictionary().cover(_grams(codes, _LONGEST))
    word = known["word"] if cut is None else _word_cover(text, cut)
    words = _around(word, -1, 0, 1)
    out.add("words", *words, _join(*words), _join(word, grams[0]))
    for group, names in _GROUPS.items():
        joined = _join(*(known[name] for name in names))
        joined[joined == _nothing(len(names))] = 0
        offsets = (-2, -1, 0, 1, 2) if group == "person" else (-1, 0, 1)
        out.add("lists", *_around(joined, *offsets), always=False)
    surname, given = _around(known["surnames"], 0, -1, -2), _around(_given_table()[low], 2, 1, 0, -1)
    for at in range(3):  # a name's first, second and third character
        out.add("lists", _join(surname[at], given[at + 1], given[at]))

    level = _division_cover(text, size)
    out.add("divisions", *_around(level, -1, 0, 1), always=False)
    out.add("divisions", _join(level, word))

    (quoted, length), layout = _quotation(text, size), _layout(text, size)
    out.add("layout", quoted, always=False)
    out.add("layout", _join(quoted, length, np.minimum(_around(known["program_heads"], 1)[0], 1)))
    out.add("layout", layout, _join(layout, kinds))

    settled = decide(candidates)
    ruled = _mention_cover(settled, size, lambda m: 1 + _rule_number(m.type, m.rule))
    typed = _mention_cover(settled, size, lambda m: 1 + TYPES.index(m.type))
    out.add("grammars", *_around(ruled, -1, 0, 1), always=False)
    out.add("grammars", _join(*_around(typed, -2, -1, 0, 1, 2)), _join(typed, grams[0]))
    ranked = sorted(candidates, key=lambda m: (m.score, m.start, m.end))
    for type_ in TYPES:
        own = _mention_cover((m for m in ranked if m.type == type_), size, lambda m: 1 + int(m.score * 8))
        out.add("grammars", own, always=False)
    out.add("grammars", *_around(_repeated(text, settled, size), -1, 0, 1), always=False)
    return out.numbers().T, tuple(out.groups)


def _layout(text: str, size: int) -> Array:
    """The kind of line a character stands in: a headline, a short one, one of a byline, or the body of the text."""
    kind = np.zeros(size, np.uint64)
    at = 0
    for number, line in enumerate(text.split("\n")):
        end = at + len(line)
        byline = len(line) < 60 and bool(re.search("记者|通讯员|摄影|报道|编辑|■|□|本报讯", line))
        headline = number == 0 and len(line) < 40
        kind[at:end] = 1 + 2 * headline + (len(line) < 40) + 4 * byline
        at = end + 1
    return kind
