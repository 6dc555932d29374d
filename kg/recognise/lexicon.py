"""The word lists of ``kg/data/lexicon`` and the general vocabulary of spacy-pkuseg, loaded once."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LEAGUE = "(?<![集社师军兵联旅])团"
"""A pattern of what makes a county's committee the Youth League's (团县委); 集团 and 兵团 do not."""
LEAGUE_BEFORE = f"{LEAGUE}(?=[省市州盟县区旗]委)"
"""The same where such a committee follows."""


@cache
def words(name: str) -> frozenset[str]:
    """The entries of ``NAME.txt``, without comments."""
    text = files("kg.data").joinpath("lexicon", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def alternatives(name: str) -> str:
    """The entries of ``NAME.txt`` as a regular expression's alternatives, longest first.

    >>> alternatives("roles").split("|")[0] > ""
    True
    """
    return "|".join(re.escape(word) for word in sorted(words(name), key=lambda w: (-len(w), w)))


def _rows(name: str) -> list[list[str]]:
    text = files("kg.data").joinpath("lexicon", f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def suffixes(of: str) -> dict[str, str]:
    """The suffixes of names of ``of`` ("organisation" or "place") with the class of the ontology that each tells."""
    return dict(_rows(f"{of}_suffixes"))  # type: ignore[arg-type]


@cache
def known_places() -> dict[str, str]:
    """Waters, mountains and regions that everyone knows, each with its class (黄河: Water)."""
    return dict(line.split("\t") for line in words("known_places"))  # type: ignore[misc]


@cache
def given_weights() -> dict[str, float]:
    """How much each character speaks for a given name: log odds against running text (``training/names.py``)."""
    return {char: float(weight) for char, weight in _rows("given")}


@dataclass(frozen=True, slots=True)
class Body:
    """A standard body of a level: 妇联, 妇女联合会; ``parent`` is what it reports to ("party", "government", "-")."""

    short: str
    long: str
    kind: str
    parent: str


@cache
def bodies() -> tuple[Body, ...]:
    """The standard bodies; of those with one long form the first has the usual short one."""
    return tuple(Body(*row) for row in _rows("bodies"))


@cache
def vocabulary() -> frozenset[str]:
    """The general dictionary of spacy-pkuseg."""
    # The wheel of spacy-pkuseg holds this dictionary of 389,925 words and no segmentation model.
    data = files("spacy_pkuseg").joinpath("dicts", "default.pkl").read_bytes()
    return frozenset(pickle.loads(data).split("\n"))


def is_word(text: str) -> bool:
    """Whether ``text`` is a word of the general dictionary of spacy-pkuseg."""
    return text in vocabulary()


def starts_word(text: str, at: int, longest: int = 4) -> bool:
    """Whether a word of two or more characters of the general dictionary begins at ``at``."""
    return any(is_word(text[at : at + size]) for size in range(2, longest + 1) if at + size <= len(text))


# How far around a name its repetitions are counted: a page or two, so that a long text costs no more a name.
_NEIGHBOURHOOD = 4000


def repeats(text: str, name: str, at: int) -> int:
    """How often ``name`` stands in the few thousand characters around ``at``."""
    return text.count(name, max(0, at - _NEIGHBOURHOOD), at + _NEIGHBOURHOOD)


def occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The spans of all ``names`` (two characters or more) in ``text``, in order, the longest at each place.

    >>> list(occurrences("王小明和王小", ["王小", "王小明"]))
    [(0, 3), (4, 6)]
    """
    return _spans(text, _by_head(names))


def known_occurrences(text: str) -> Iterator[tuple[int, int]]:
    """The spans of ``known_places`` in ``text``, as ``occurrences`` gives them."""
    return _spans(text, _known_by_head())


_Heads = dict[str, dict[str, list[str]]]


@cache
def _known_by_head() -> _Heads:
    return _by_head(known_places())


def _by_head(names: Iterable[str]) -> _Heads:
    """The names, longest first, by their first character and their first two."""
    found: _Heads = {}
    for name in sorted(set(names), key=lambda n: (-len(n), n)):
        found.setdefault(name[0], {}).setdefault(name[:2], []).append(name)
    return found


def _spans(text: str, by_head: _Heads) -> Iterator[tuple[int, int]]:
    for at, char in enumerate(text) if by_head else ():
        if char in by_head:
            for name in by_head[char].get(text[at : at + 2], ()):
                if text.startswith(name, at):
                    yield at, at + len(name)
                    break


@cache
def _sizes(name: str) -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in words(name)}))


def opens_with(text: str, at: int, name: str) -> bool:
    """Whether a word of the list ``name`` begins at ``at``."""
    listed = words(name)
    for size in _sizes(name):
        if text[at : at + size] in listed and at + size <= len(text):
            return True
    return False


def closes_with(text: str, name: str, least: int = 1) -> bool:
    """Whether ``text`` ends in a word of the list ``name`` that has ``least`` characters or more.

    >>> closes_with("专项行动", "program_heads", 2)
    True
    """
    listed = words(name)
    for size in _sizes(name):
        if least <= size <= len(text) and text[-size:] in listed:
            return True
    return False


def words_before(text: str, end: int, limit: int) -> Iterator[tuple[int, str]]:
    """The words that end at ``end``, nearest first, as (start, word): backward longest match, at most
    ``limit`` characters. An unknown character is a word of its own.

    >>> list(words_before("协调海运集团", 6, 6))
    [(4, '集团'), (2, '海运'), (0, '协调')]
    """
    at, floor = end, max(0, end - limit)
    stops, known = words("stopwords"), vocabulary()
    while at > floor:
        for size in range(min(6, at - floor), 1, -1):
            word = text[at - size : at]
            if word in known or word in stops:
                break
        else:
            word = text[at - 1]
        at -= len(word)
        yield at, word
