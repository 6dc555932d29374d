"""The trained model: a linear-chain conditional random field over characters that says how likely each name is.

It does not replace the grammars: what they propose is among its features, and its answer for each of their proposals,
and for spans of its own, is the probability that exactly this span is a name of this type. ``training/recogniser.py``
trains it, ``kg/data/model/README.md`` tells on what and how well it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kg.errors import XianzhiError
from kg.model import Mention
from kg.recognise.features import TYPES, Array, Cut, columns

MODEL = Path(__file__).resolve().parents[1] / "data" / "model" / "recogniser.npz"

# Label 0 is no name; each type has four: begins, inside, ends, and a name of one character.
LABELS = 1 + 4 * len(TYPES)
_SLOT_BITS = 21  # of a feature's number: where its weights are looked up
_LONGEST_SENTENCE = 160  # characters; a longer one is read in pieces
_BLOCK = 12_000  # characters that are read together: the memory of one article
_MAY_BEGIN, _MAY_GO_ON = 0.05, 0.02  # posterior from which a span of the model's own is looked at
_LONGEST_NAME = 60


def label(type_: int, place: int) -> int:
    """The label of a type's number and 0 begins, 1 inside, 2 ends, 3 one character."""
    return 1 + 4 * type_ + place


def allowed() -> Array:
    """Which label may follow which (labels × labels)."""
    begins = [0] + [label(t, place) for t in range(len(TYPES)) for place in (0, 3)]
    ends = [0] + [label(t, place) for t in range(len(TYPES)) for place in (2, 3)]
    may = np.zeros((LABELS, LABELS), bool)
    may[np.ix_(ends, begins)] = True
    for t in range(len(TYPES)):
        may[np.ix_([label(t, 0), label(t, 1)], [label(t, 1), label(t, 2)])] = True
    return may


def sentence_lengths(text: str) -> list[int]:
    """The lengths of the pieces that the model reads one by one; they add up to the text's.

    >>> sentence_lengths("县委开会。散会")
    [5, 2]
    """
    lengths = []
    for match in re.finditer(r"[^。！？!?\n]+[。！？!?\n]?|[。！？!?\n]", text):
        size = match.end() - match.start()
        lengths += [_LONGEST_SENTENCE] * (size // _LONGEST_SENTENCE)
        lengths += [size % _LONGEST_SENTENCE] if size % _LONGEST_SENTENCE else []
    return lengths


@dataclass(frozen=True, slots=True)
class Lattice:
    """The probabilities of all readings of a text: what stands before and after each label, and the steps between.

    ``inner[i, t]`` is the sum up to i of the log probabilities of staying inside a name of type t.
    """

    before: Array
    after: Array
    emission: Array
    scale: Array
    steps: Array
    inner: Array
    sentence: Array

    @property
    def posterior(self) -> Array:
        """The probability of each label at each character."""
        return self.before * self.after

    def spans(self, starts: Array, ends: Array, types: Array) -> Array:
        """How likely each span is exactly a name of its type."""
        begin, inside, end, alone = (1 + 4 * types + place for place in range(4))
        last = ends - 1
        with np.errstate(divide="ignore"):
            middle = np.maximum(last - 1, starts)
            log = np.log(self.before[starts, begin]) + self.inner[middle, types] - self.inner[starts, types]
            # The first step inside is from the beginning and not from inside.
            log += np.where(last - starts > 1, np.log(self.steps[begin, inside] / self.steps[inside, inside]), 0.0)
            into = np.where(last - starts > 1, self.steps[inside, end], self.steps[begin, end])
            log += np.log(into * self.emission[last, end] / self.scale[last]) + np.log(self.after[last, end])
            several = np.exp(np.minimum(log, 0.0))
        one = self.before[starts, alone] * self.after[starts, alone]
        whole = self.sentence[starts] == self.sentence[last]
        return np.where(whole, np.where(last == starts, one, several), 0.0)


class Tagger:
    """The trained weights. Read-only, so that threads may share it, and it survives a fork."""

    def __init__(self, keys: Array, weights: Array, transitions: Array) -> None:
        """``keys`` are the features' numbers, no two in one slot; ``weights`` a row each."""
        self._slots = np.zeros(1 << _SLOT_BITS, np.int32)
        self._slots[keys >> np.uint32(32 - _SLOT_BITS)] = np.arange(1, len(keys) + 1)
        self._keys = np.concatenate([np.zeros(1, np.uint32), keys])
        self._weights = np.vstack([np.zeros((1, LABELS), np.float32), weights.astype(np.float32)])
        self._transitions = transitions.astype(np.float32)

    @classmethod
    def open(cls, path: Path = MODEL) -> Tagger:
        """The model in a file. Raises ``XianzhiError`` where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as data:
                return cls(data["keys"], data["weights"] * np.float32(data["unit"]), data["transitions"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise XianzhiError(path, f"the model cannot be read ({error})", "install the package again") from error

    def scores(self, features: Array) -> Array:
        """The sum of the weights of each row's features: one score a label."""
        rows = self._slots[features.T >> np.uint32(32 - _SLOT_BITS)]
        rows[self._keys[rows] != features.T] = 0
        scores = np.zeros((len(features), LABELS), np.float32)
        found = np.empty_like(scores)
        for column in rows:
            scores += np.take(self._weights, column, axis=0, out=found, mode="clip")
        return scores

    def lattice(self, scores: Array, lengths: Sequence[int]) -> Lattice:
        """The readings of a text from the scores of its characters and the lengths of its sentences."""
        sizes = np.asarray(lengths)
        order = np.argsort(-sizes, kind="stable")  # the longest first: those that still run are always in front
        starts = (np.cumsum(sizes) - sizes)[order]
        running = np.searchsorted(-sizes[order], -np.arange(1, sizes.max() + 1), side="right")
        # All first characters, then all second ones, and so on: what one step needs lies together.
        places = np.concatenate([starts[:count] + at for at, count in enumerate(running)])
        steps = np.exp(self._transitions)
        emission = np.maximum(np.exp(scores - scores.max(axis=1, keepdims=True)), 1e-30)
        before, scale, after = emission[places], np.ones(len(scores), np.float32), np.ones_like(emission)
        left, at = 0, 0
        for number, count in enumerate(running):
            here = before[at : at + count]
            if number:
                here *= before[left : left + count] @ steps
            total = here.sum(axis=1)
            np.maximum(total, 1e-30, out=total)
            scale[at : at + count] = total
            here /= total[:, None]
            left, at = at, at + int(count)
        into = emission[places] / scale[:, None]
        right = at
        for number in range(len(running) - 1, 0, -1):
            count = int(running[number])
            right -= count
            at = right - int(running[number - 1])
            after[at : at + count] = (into[right : right + count] * after[right : right + count]) @ steps.T
        back = np.empty_like(places)
        back[places] = np.arange(len(places))
        before, after, scale = before[back], after[back], scale[back]
        inside = np.array([label(t, 1) for t in range(len(TYPES))])
        with np.errstate(divide="ignore"):
            inner = np.log(emission[:, inside] / scale[:, None]) + self._transitions[inside, inside]
        return Lattice(
            before,
            after,
            emission,
            scale,
            steps,
            np.cumsum(inner, axis=0, dtype=np.float64),
            np.repeat(np.arange(len(sizes)), sizes),
        )

    def judge(
        self, text: str, candidates: Sequence[Mention], cut: Cut | None = None
    ) -> Iterator[tuple[int, int, int, float]]:
        """The spans that may be names, with type number and probability: the candidates' spans and the model's
        own; each once. ``cut`` is a segmenter whose words the model sees."""
        if not text:
            return
        lattice = self.lattice(self.scores(columns(text, candidates, cut)[0]), sentence_lengths(text))
        spans = {(m.start, m.end, TYPES.index(m.type)) for m in candidates if m.end > m.start}
        spans.update(_own(lattice.posterior, lattice.sentence))
        if not spans:
            return
        rows = np.array(sorted(spans))
        chances = lattice.spans(rows[:, 0], rows[:, 1], rows[:, 2])
        for (start, end, type_), chance in zip(rows.tolist(), chances.tolist(), strict=True):
            yield start, end, type_, chance


def _own(posterior: Array, sentence: Array) -> Iterator[tuple[int, int, int]]:
    """The spans that the model itself thinks possible: from where a name may begin to each place it may end."""
    for type_ in range(len(TYPES)):
        for start in np.flatnonzero(posterior[:, label(type_, 3)] >= _MAY_BEGIN).tolist():
            yield start, start + 1, type_
        inside, ends = posterior[:, label(type_, 1)] >= _MAY_GO_ON, posterior[:, label(type_, 2)] >= _MAY_BEGIN
        for start in np.flatnonzero(posterior[:, label(type_, 0)] >= _MAY_BEGIN).tolist():
            for at in range(start + 1, min(len(posterior), start + _LONGEST_NAME)):
                if sentence[at] != sentence[start]:
                    break
                if ends[at]:
                    yield start, at + 1, type_
                if not inside[at]:
                    break


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a long text that are read one by one, cut at line ends where there are any."""
    at = 0
    while at < len(text):
        end = len(text)
        if end - at > _BLOCK:
            line = text.rfind("\n", at + _BLOCK // 2, at + _BLOCK)
            end = line + 1 if line >= 0 else at + _BLOCK
        yield at, end
        at = end


@cache
def tagger(path: Path = MODEL) -> Tagger:
    """The model of a file, opened once a process."""
    return Tagger.open(path)


def pack(keys: Array, weights: Array, transitions: Array, path: Path) -> int:
    """Write a trained field as a file for ``Tagger.open``, weights in bytes; gives the number of features kept.

    Where two features share a slot, the one with the greater weight stays.
    """
    strength = np.abs(weights).max(axis=1)
    order = np.lexsort((keys, -strength))
    _, first = np.unique((keys >> np.uint32(32 - _SLOT_BITS))[order], return_index=True)
    kept = np.sort(order[first])
    unit = float(np.percentile(strength[kept], 99.9)) / 127
    packed = np.clip(np.rint(weights[kept] / unit), -127, 127).astype(np.int8)
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(
        temporary,
        keys=keys[kept].astype(np.uint32),
        weights=packed,
        unit=np.float32(unit),
        transitions=transitions.astype(np.float32),
    )
    temporary.replace(path)
    return len(kept)
