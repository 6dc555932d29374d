"""The readings of one break beside one another: which go on alike, and which is the likeliest in the end.

The search goes by characters. Where two readings have come to the same, the likelier goes on for both and remembers
how the other began; in the end all are weighed by their words as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from heapq import nlargest
from os.path import commonprefix
from typing import NamedTuple

from kg.restore.gbkbytes import seen
from kg.restore.words import words

WHOLE_NOTE = re.compile("[(（]([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6})[)）]")
_TEMPER = 0.62  # the model is that much too sure of itself (measured: see the benchmark)
_ALIKE, _ALSO = 8.0, 8  # how far behind the likeliest another beginning may be to be kept with it, and how many
_NEAR = 24  # readings of which the words are looked at
_WORDS = 0.8  # what the words of a reading weigh beside its characters (measured: see decisions)
_ABOUT = 6  # characters about where readings differ


class Reading(NamedTuple):
    """A reading in progress: how much likelier (natural log) it is than the text as it stands; what it says so far,
    where it stands, the bytes that may be pending, what the character model remembers; how else it may have begun.

    ``also`` holds for each other beginning how much less likely it is, how much of ``out`` it stands for, and itself.
    ``pending`` holds the possible values of the byte that the next character begins with; none: in step.
    """

    gain: float
    out: str
    at: int
    pending: tuple[int, ...]
    history: int
    also: tuple[tuple[float, int, str], ...] = ()

    def each(self) -> Iterator[Reading]:
        """The reading, and with each of the other beginnings that it is known to have."""
        yield self
        for loss, past, begun in self.also:
            yield self._replace(gain=self.gain - loss, out=begun + self.out[past:])

    def worse(self, cost: float) -> Reading:
        """The same, ``cost`` less likely."""
        return Reading(self[0] - cost, *self[1:])


def join(readings: dict, key: object, reading: Reading) -> None:
    """Put a reading among others; where one has come to the same, the likelier stays and says how the other began."""
    other = readings.get(key)
    if other is not None:
        first, second = (reading, other) if reading.gain > other.gain else (other, reading)
        behind, length = first.gain - second.gain, len(first.out)
        if behind < _ALIKE:
            more = ((behind + loss, length, begun + second.out[past:]) for loss, past, begun in second.also)
            every = sorted((*first.also, (behind, length, second.out), *more))
            first = first._replace(also=tuple(every[:_ALSO]))
        reading = first
    readings[key] = reading


def weighed(ended: Collection[Reading], text: str, start: int) -> tuple[Reading, float]:
    """The likeliest of the readings of ``text`` from ``start`` on, by its characters and its words; its share of the
    likelihood of all, the standing text's included.
    """
    floor = max(ended).gain - _ALIKE
    near = nlargest(_NEAR, (r for whole in ended if whole.gain > floor for r in whole.each() if r.gain > floor))
    logs = [words().log(said) for said in _compared(near, text, start)]
    worth = [r.gain + _WORDS * (log - logs[0]) for r, log in zip(near, logs, strict=True)]
    first = max(range(len(near)), key=worth.__getitem__)
    every = (0.0, *worth, *(r.gain for r in ended if r.gain <= floor))
    return near[first], 1.0 / sum(math.exp(min(_TEMPER * (value - worth[first]), 99.0)) for value in every)


def _compared(readings: list[Reading], text: str, start: int) -> list[str]:
    """What the readings make of the text, as the word model knows it: where they differ, and a word about that."""
    end = max(r.at for r in readings)
    before = _bare(text[max(0, start - 4 * _ABOUT) : start])[-_ABOUT:]
    behind = _bare(text[end : end + 4 * _ABOUT])[:_ABOUT]
    whole = [before + _bare(r.out + text[r.at : end]) + behind for r in readings]
    first, last = len(commonprefix(whole)), len(commonprefix([said[::-1] for said in whole]))
    return [said[max(0, first - _ABOUT) : len(said) - max(0, last - _ABOUT)] for said in whole]


def _bare(text: str) -> str:
    """The text as the word model knows it, without notes."""
    return seen(WHOLE_NOTE.sub("", text))
