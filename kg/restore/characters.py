"""How likely characters follow one another in this kind of text: a small model of three characters in a row.

Counts from ``training/restore_data.py``, smoothed by falling back on the shorter row (Dirichlet); all forms are
compared as Simplified, digits as 0, Latin letters as a, punctuation at half width. A stop ends what is remembered;
quotation marks are looked through: a word within them is judged by the words about them, for 乡村“慢”游 is about 慢游.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import numpy as np

VOCABULARY_END = 1 << 13
# How many sights of a row weigh as much as what the shorter row says.
_PAIR_WEIGHT = 20.0
_TRIPLE_WEIGHT = 8.0
_WIDTHS = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
STOPS = frozenset("。!?")  # what follows one begins a sentence, as what follows a line end
_DIGITS = re.compile("[0-9]")
QUOTES = frozenset("“”‘’「」『』\"")
_LATIN = re.compile("[A-Za-z]")


def plain(text: str) -> str:
    """The text as the model sees it, of the same length, except that Traditional forms stay.

    >>> plain("（甲）Ｋ12")
    '(甲)a00'
    """
    return _LATIN.sub("a", _DIGITS.sub("0", text.translate(_WIDTHS)))


def in_rows(text: str, before: str) -> Iterator[tuple[str, str, str]]:
    """Each character of ``text`` with the two before it, quotation marks not counted as such.

    >>> ["".join(row) for row in in_rows("丙“丁", "甲乙")]
    ['甲乙丙', '乙丙“', '乙丙丁']
    """
    a, b = before[-2], before[-1]
    for c in text:
        yield a, b, c
        if c in STOPS:
            a = b = "\n"
        elif c not in QUOTES:
            a, b = b, c


def history(text: str) -> str:
    """The last two characters of ``text`` that are no quotation marks, as ``before`` of what follows a stop or text."""
    kept = "".join(c for c in text[-6:] if c not in QUOTES)
    ends = max(map(kept.rfind, STOPS))
    return kept[ends + 1 :][-2:].rjust(2, "\n")


class CharacterModel:
    """Log probabilities (natural) of characters; what it holds never changes after loading."""

    def __init__(self, data: dict[str, np.ndarray]) -> None:
        self._number = {chr(c): i for i, c in enumerate(data["vocabulary"])}
        self._ones = [int(n) for n in data["ones"]]
        self._total = sum(self._ones)
        self._pairs = _keys(data, "pair"), data["pair_logs"].tobytes()
        self._triples = _keys(data, "triple"), data["triple_logs"].tobytes()
        self.row = lru_cache(maxsize=200_000)(self._row)
        self.pair = lru_cache(maxsize=200_000)(self._pair)

    def score(self, text: str, before: str = "\n\n") -> float:
        """The log probability of ``text`` (already plain and Simplified) after ``before``, two characters."""
        return sum(self.row(*row) for row in in_rows(text, before))

    def closeness(self, a: str, b: str) -> float:
        """How much likelier ``b`` is after ``a`` than anywhere: pointwise mutual information, natural log."""
        return self.pair(a, b) - math.log(self._one(self._number.get(b)))

    def _row(self, a: str, b: str, c: str) -> float:
        if c in QUOTES:  # may stand about any word: what is before counts half, their own share half
            return math.log((math.exp(self.pair(b, c)) + self._one(self._number.get(c))) / 2)
        i, j, k = self._number.get(a), self._number.get(b), self._number.get(c)
        short = math.exp(self.pair(b, c))
        if i is None or j is None:
            return math.log(short)
        seen = _count(self._pairs, i * VOCABULARY_END + j)
        here = 0.0 if k is None else _count(self._triples, (i * VOCABULARY_END + j) * VOCABULARY_END + k)
        return math.log((here + _TRIPLE_WEIGHT * short) / (max(seen, here) + _TRIPLE_WEIGHT))

    def _pair(self, b: str, c: str) -> float:
        j, k = self._number.get(b), self._number.get(c)
        alone = self._one(k)
        if j is None:
            return math.log(alone)
        here = 0.0 if k is None else _count(self._pairs, j * VOCABULARY_END + k)
        return math.log((here + _PAIR_WEIGHT * alone) / (self._ones[j] + _PAIR_WEIGHT))

    def _one(self, k: int | None) -> float:
        """A character's share of all text; one never seen has a fiftieth of one sight."""
        return (0.02 if k is None else self._ones[k]) / self._total


@lru_cache(maxsize=1)
def model() -> CharacterModel:
    """The model that ships with the package; loaded at the first need, some 50 ms."""
    with (files("kg.data") / "restore" / "characters.npz").open("rb") as file, np.load(file) as data:
        return CharacterModel({name: data[name] for name in data.files})


def _keys(data: dict[str, np.ndarray], name: str) -> array[int]:
    steps = np.zeros(len(data[f"{name}_logs"]), dtype=np.uint64)
    for i in range(8):
        if f"{name}_{i}" in data:
            steps |= data[f"{name}_{i}"].astype(np.uint64) << np.uint64(8 * i)
    return array("Q", np.cumsum(steps, dtype=np.uint64).tobytes())


def _count(table: tuple[array[int], bytes], key: int) -> float:
    keys, logs = table
    at = bisect_left(keys, key)
    return 2.0 ** (logs[at] / 8) if at < len(keys) and keys[at] == key else 0.0
