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
_REST_BITS = np.uint32(32 - _SLOT_BITS)
_REST = np.uint32((1 << 32 - _SLOT_BITS) - 1)
_STEPS_APART = 8  # steps after which sums are brought back to 1: one makes them 1e-34 times as small at the worst
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
    """The probabilities of all readings of a text.

    ``before[i, y]`` is proportional to the sum of all readings from the sentence's beginning to label y at character i,
    ``behind[i, y]`` to that of all from y at i to its end, i's own emission in both; the logs of what they were divided
    by are ``log_before`` and ``log_behind``, the latter with that of the sentence's whole sum. ``inner[i, t]`` is the
    sum up to i of the log weights of staying inside a name of type t.
    """

    posterior: Array
    before: Array
    behind: Array
    log_before: Array
    log_behind: Array
    steps: Array
    inner: Array
    sentence: Array

    def spans(self, starts: Array, ends: Array, types: Array) -> Array:
        """How likely each span is exactly a name of its type."""
        begin, inside, end, alone = (1 + 4 * types + place for place in range(4))
        last = ends - 1
        with np.errstate(divide="ignore"):
            middle = np.maximum(last - 1, starts)
            log = self.log_before[starts] + self.inner[middle, types] - self.inner[starts, types]
            # The first step inside is from the beginning and not from inside.
            log += np.where(last - starts > 1, np.log(self.steps[begin, inside] / self.steps[inside, inside]), 0.0)
            into = np.where(last - starts > 1, self.steps[inside, end], self.steps[begin, end])
            log += np.log(self.before[starts, begin]) + np.log(into * self.behind[last, end]) + self.log_behind[last]
            several = np.exp(np.minimum(log, 0.0))
        whole = self.sentence[starts] == self.sentence[last]
        return np.where(whole, np.where(last == starts, self.posterior[starts, alone], several), 0.0)


class Tagger:
    """The trained weights. Read-only, so that threads may share it, and it survives a fork."""

    def __init__(self, keys: Array, weights: Array, transitions: Array) -> None:
        """``keys`` are the features' numbers, no two in one slot; ``weights`` a row each."""
        # What a slot holds: the number of its feature's row, and the bits of the feature that the slot does not tell.
        self._slots = np.zeros(1 << _SLOT_BITS, np.uint32)
        rows = np.arange(1, len(keys) + 1, dtype=np.uint32)
        self._slots[keys >> _REST_BITS] = rows << _REST_BITS | keys & _REST
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
        held = np.take(self._slots, features.T >> _REST_BITS, mode="clip")
        rows = (held >> _REST_BITS) * ((held ^ features.T) & _REST == 0)
        scores = np.zeros((len(features), LABELS), np.float32)
        found = np.empty_like(scores)
        for column in rows:
            scores += np.take(self._weights, column, axis=0, out=found, mode="clip")
        return scores

    def lattice(self, scores: Array, lengths: Sequence[int]) -> Lattice:
        """The readings of a text from the scores of its characters and the lengths of its sentences.

        All sentences are read side by side, from both ends: their first characters, then their second ones ...
        """
        sizes = np.asarray(lengths)
        order = np.argsort(-sizes, kind="stable")  # the longest first: those that still run are always in front
        starts = (np.cumsum(sizes) - sizes)[order]
        running = np.searchsorted(-sizes[order], -np.arange(1, sizes.max() + 1), side="right")
        # What one step needs lies together: for each place in that order its step and its sentence's rank.
        step = np.repeat(np.arange(len(running)), running)
        rank = np.arange(len(step)) - np.repeat(np.cumsum(running) - running, running)
        onward, back = starts[rank] + step, (starts + sizes[order] - 1)[rank] - step
        emission = np.maximum(np.exp(scores - scores.max(axis=1, keepdims=True)), 1e-30).astype(np.float64)
        steps = np.exp(self._transitions.astype(np.float64))
        both = np.stack([emission[onward], emission[back]])
        (before, behind), (log_before, log_behind) = _walked(both, np.stack([steps, steps.T]), running)
        last = step == (sizes[order] - 1)[rank]
        whole = np.empty(len(sizes))
        whole[rank[last]] = np.log(before[last].sum(axis=1)) + log_before[step[last], rank[last]]
        place, mirror = np.argsort(onward), np.argsort(back)
        before, behind = before[place], behind[mirror]
        posterior = before * behind / emission
        posterior /= posterior.sum(axis=1, keepdims=True)
        inside = np.array([label(t, 1) for t in range(len(TYPES))])
        inner = np.log(emission[:, inside]) + self._transitions[inside, inside]
        return Lattice(
            posterior,
            before,
            behind,
            log_before[step, rank][place],
            (log_behind[step, rank] - whole[rank])[mirror],
            steps,
            np.cumsum(inner, axis=0),
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


def _walked(emission: Array, steps: Array, running: Array) -> tuple[Array, Array]:
    """The sums of all readings up to each character, one step after the other, and, by step and rank of the sentence,
    the log of what they are divided by; both for each way of walking, onward and back, each with its ``emission`` and
    its ``steps``. ``running`` sentences have a character at each step; ``emission`` is in that order."""
    sums, logs = emission.copy(), np.zeros((len(emission), len(running), running[0]))
    left = at = 0
    for number, count in enumerate(running.tolist()):
        if number:
            here = sums[:, at : at + count]
            here *= sums[:, left : left + count] @ steps
            if number % _STEPS_APART == 0:
                total = here.sum(axis=2)
                logs[:, number, :count] = np.log(total)
                here /= total[:, :, None]
        left, at = at, at + count
    return sums, logs.cumsum(axis=1)


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
    _, first = np.unique((keys >> _REST_BITS)[order], return_index=True)
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
