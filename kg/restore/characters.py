"""How likely characters follow one another in this kind of text: a small model of four characters in a row.

Counts from ``training/restore_data.py``, smoothed by interpolated modified Kneser-Ney (Chen and Goodman 1999). All
forms are compared as Simplified, digits as 0, Latin letters as a, punctuation at half width. A stop ends what is
remembered; quotation marks are looked through: a word within them is judged by the words about them, for 乡村“慢”游 is
about 慢游.

What is remembered is one number, a *history*: the last three characters' numbers, 13 bits each; 0 at a line's or
sentence's beginning.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

BITS = 13
ORDER = 4
STEPS_OF_LOG = 16  # logs are shipped as steps of a sixteenth
_MASK = (1 << BITS) - 1
_HISTORY = (1 << BITS * (ORDER - 1)) - 1
_WIDTHS = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
STOPS = frozenset("。!?")  # what follows one begins a sentence, as what follows a line end
QUOTES = frozenset('“”‘’「」『』"')
_DIGITS = re.compile("[0-9]")
_LATIN = re.compile("[A-Za-z]")


def plain(text: str) -> str:
    """The text as the model sees it, of the same length, except that Traditional forms stay.

    >>> plain("（甲）Ｋ12")
    '(甲)a00'
    """
    return _LATIN.sub("a", _DIGITS.sub("0", text.translate(_WIDTHS)))


class _Table(NamedTuple):
    """The rows of one length: sorted keys and their logs; the histories that they continue, where each one's rows
    begin, and the log of what each leaves to the shorter row.
    """

    keys: array[int]
    ids: np.ndarray
    logs: np.ndarray
    histories: array[int]
    starts: array[int]
    rest: array[float]


class CharacterModel:
    """Log probabilities (natural) of characters; what it holds never changes after loading."""

    def __init__(self, data: dict[str, np.ndarray]) -> None:
        self.number = {chr(c): i for i, c in enumerate(data["vocabulary"].tolist())}
        self.characters = "".join(self.number) + "\0"  # by number; the last one stands for the unknown
        self.unknown = len(self.number)
        self._by_code = np.full(0xA001, self.unknown, dtype=np.uint32)
        for character, number in self.number.items():
            if character < "\ua000":
                self._by_code[ord(character)] = number
        self._alone = np.append(data["ones"], data["unknown"]).astype(np.float32)
        self._ones = self._alone.tolist()
        self._tables = {n: _table(data, n) for n in range(2, ORDER + 1)}
        self._marks = frozenset(self.number[c] for c in QUOTES if c in self.number)
        self._mark_numbers = np.array(sorted(self._marks), dtype=np.intp)
        self._forgets = frozenset(self.number[c] for c in (*STOPS, "\n") if c in self.number)
        self.row = lru_cache(maxsize=200_000)(self._row)
        self.after = lru_cache(maxsize=1000)(self._after)
        self.after_last = lru_cache(maxsize=1000)(self._after_last)

    def numbers(self, text: str) -> list[int]:
        """The number of each character of ``text``, which is plain and Simplified."""
        number, unknown = self.number, self.unknown
        return [number.get(c, unknown) for c in text]

    def step(self, history: int, c: int) -> int:
        """What is remembered when ``c`` has followed."""
        if c in self._forgets:
            return 0
        return history if c in self._marks else (history << BITS | c) & _HISTORY

    def history(self, text: str, before: int = 0) -> int:
        """What is remembered after ``text`` (plain and Simplified), where it follows ``before``."""
        for c in self.numbers(text):
            before = self.step(before, c)
        return before

    def logs(self, text: str, history: int = 0) -> list[float]:
        """The log probability of each character of ``text`` (plain and Simplified) after what is remembered."""
        found = []
        for c in self.numbers(text):
            found.append(self.row(history, c))
            history = self.step(history, c)
        return found

    def closeness(self, a: str, b: str) -> float:
        """How much likelier ``b`` is after ``a`` than anywhere: pointwise mutual information, natural log."""
        first, second = self.numbers(a + b)
        return self._shorter(first, second, 2) - self._ones[second]

    def met(self, a: str, b: str) -> bool:
        """Whether the two were ever met in a row, in a text or in a word."""
        first, second = self.numbers(a + b)
        keys, key = self._tables[2].keys, first << BITS | second
        at = bisect_left(keys, key)
        return at < len(keys) and keys[at] == key

    def closenesses(self, keys: np.ndarray) -> np.ndarray:
        """``closeness`` of many pairs at once, each the first one's number, 13 bits on, and the second one's."""
        table = self._tables[2]
        first, second = keys >> np.uint64(BITS), (keys & np.uint64(_MASK)).astype(np.intp)
        known, begun = (np.frombuffer(column, dtype=np.uint64) for column in (table.keys, table.histories))
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        place = np.minimum(np.searchsorted(begun, first), len(begun) - 1)
        rest = np.where(begun[place] == first, np.frombuffer(table.rest)[place], 0.0)
        return np.where(known[at] == keys, table.logs[at] - self._alone[second], rest)

    def coded(self, codes: np.ndarray) -> np.ndarray:
        """The numbers of characters given by their code points, which the model knows below 0xA000 only."""
        return self._by_code.take(codes, mode="clip")

    def _row(self, history: int, c: int) -> float:
        """The log probability of one character after what is remembered."""
        said = self._shorter(history, c, ORDER)
        # A quotation mark may stand about any word: what is before counts half, its own share half.
        return math.log((math.exp(said) + math.exp(self._ones[c])) / 2) if c in self._marks else said

    def _shorter(self, history: int, c: int, size: int) -> float:
        if size == 1:
            return self._ones[c]
        table = self._tables[size]
        history &= (1 << BITS * (size - 1)) - 1
        at = bisect_left(table.histories, history)
        if at == len(table.histories) or table.histories[at] != history:
            return self._shorter(history, c, size - 1)
        start, end = table.starts[at], table.starts[at + 1]
        key = history << BITS | c
        found = bisect_left(table.keys, key, start, end)
        if found < end and table.keys[found] == key:
            return float(table.logs[found])
        return table.rest[at] + self._shorter(history, c, size - 1)

    def _after(self, history: int) -> np.ndarray:
        """The log probability of every character after what is remembered, by its number; not to be changed."""
        logs, marks = self.after_last(history, ORDER).copy(), self._mark_numbers
        logs[marks] = np.log((np.exp(logs[marks]) + np.exp(self._alone[marks])) / 2)
        return logs

    def _after_last(self, history: int, size: int) -> np.ndarray:
        """The same by rows of ``size`` and shorter ones, marks like other characters."""
        if size == 1:
            return self._alone
        history &= (1 << BITS * (size - 1)) - 1
        table, shorter = self._tables[size], self.after_last(history & ((1 << BITS * (size - 2)) - 1), size - 1)
        at = bisect_left(table.histories, history)
        if at == len(table.histories) or table.histories[at] != history:
            return shorter
        rows = slice(table.starts[at], table.starts[at + 1])
        logs = shorter + np.float32(table.rest[at])
        logs[table.ids[rows]] = table.logs[rows]
        return logs


@lru_cache(maxsize=1)
def model() -> CharacterModel:
    """The model that ships with the package; loaded at the first need, some 100 ms."""
    with (files("kg.data") / "restore" / "characters.npz").open("rb") as file, np.load(file) as data:
        return CharacterModel({name: data[name] for name in data.files})


def mean(logs: Iterable[float]) -> float:
    """The mean of some logs; 0 of none."""
    found = list(logs)
    return sum(found) / len(found) if found else 0.0


def _table(data: dict[str, np.ndarray], size: int) -> _Table:
    keys = _keys(data, size)
    histories = keys >> np.uint64(BITS)
    begins = np.flatnonzero(np.diff(histories, prepend=np.uint64(1 << 63)))
    return _Table(
        array("Q", keys.tobytes()),
        (keys & np.uint64(_MASK)).astype(np.intp),
        data[f"logs_{size}"].astype(np.float32) / -STEPS_OF_LOG,
        array("Q", histories[begins].tobytes()),
        array("Q", np.append(begins, len(keys)).astype(np.uint64).tobytes()),
        array("d", (data[f"rest_{size}"] / -float(STEPS_OF_LOG)).tobytes()),
    )


def _keys(data: dict[str, np.ndarray], size: int) -> np.ndarray:
    """Keys are shipped as the bytes of their differences, one array a byte, which packs best."""
    steps = np.zeros(len(data[f"logs_{size}"]), dtype=np.uint64)
    for i in range(8):
        if f"keys_{size}_{i}" in data:
            steps |= data[f"keys_{size}_{i}"].astype(np.uint64) << np.uint64(8 * i)
    return np.cumsum(steps, dtype=np.uint64)
