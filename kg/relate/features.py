"""What the judge of relations sees of a pair: strings, each a feature that is there or is not.

They tell the types and classes of both ends, the words and marks beside each and between them, the verbs of the
clause (``relation_verbs.txt``), whether the subject is the clause's, and which rules saw the relation. What is told of
one end alone is read once, however many pairs that end stands in.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache

from kg.model import Mention, Predicate
from kg.recognise.lexicon import alternatives
from kg.relate.pairs import Pair
from kg.relate.view import View
from kg.sketch import MARKS, Sketch

_STOP = re.compile(r"[。！？!?\n]")
_CLAUSE = re.compile(r"[，,；;：:。！？!?\n]")
_PAUSE = re.compile(r"[，,；;：:]")
_CLAUSE_REACH = 120  # characters on each side of a name in which its clause may end
_DISTANCES = (0, 1, 2, 4, 7, 12, 20, 35, 60)
_PREPOSITIONS = frozenset(("对口", *"与和同向给为对在到由从把帮"))
_ANY_MARK = re.compile(f"[{''.join(MARKS.values())}]")
_QUOTING = "“”：:、"

BUCKETS = 1 << 16


@lru_cache(maxsize=1 << 17)
def bucket(feature: str) -> int:
    """The column of a feature in the weights: its CRC-32, so that the model needs no list of features."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(alternatives("relation_verbs"))


def _distance(size: int) -> int:
    return bisect_left(_DISTANCES, size)


NO_RULE = [bucket("rules=0")]
"""The columns that tell that no rule saw a relation."""


class Observer:
    """The features of one document's pairs; ``fired`` says which rules saw a relation in a sentence."""

    def __init__(self, view: View, fired: dict[tuple[str, str, str, int], set[str]], title_end: int) -> None:
        self._view, self._fired, self._title_end = view, fired, title_end
        self._actors: dict[int, tuple[str, ...]] = {}
        self._targets: dict[int, list[int]] = {}
        self._holders: dict[int, list[int]] = {}

    @cached_property
    def _sketch(self) -> Sketch:
        return Sketch(self._view.text, self._view.recognised.mentions)

    @cached_property
    def _verbs(self) -> tuple[list[int], list[str]]:
        found = list(_verb().finditer(self._sketch.text))
        return [m.start() for m in found], [m[0] for m in found]

    @cached_property
    def _sentence_numbers(self) -> list[int]:
        return [s.start for s in self._view.recognised.sentences]

    @cached_property
    def _stops(self) -> list[int]:
        return [m.start() for m in _STOP.finditer(self._sketch.text)]

    def _verbs_in(self, start: int, end: int, most: int | None = None) -> list[str]:
        starts, verbs = self._verbs
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        return verbs[first : last if most is None else min(last, first + most)]

    @cached_property
    def _pauses(self) -> list[int]:
        return [m.start() for m in _CLAUSE.finditer(self._sketch.text)]

    def _clause(self, at: int) -> tuple[int, int]:
        pauses, size = self._pauses, len(self._sketch.text)
        before, after = bisect_left(pauses, at), bisect_right(pauses, at)
        start = max(at - _CLAUSE_REACH, pauses[before - 1] + 1 if before else 0, 0)
        end = min(at + _CLAUSE_REACH, size)
        return start, min(pauses[after], end) if after < len(pauses) else end

    def _acting(self, target: Mention) -> tuple[str, ...]:
        if target.start not in self._actors:
            self._actors[target.start] = self._view.actors(target.start)
        return self._actors[target.start]

    def fired(self, pair: Pair, predicate: Predicate) -> list[int]:
        """The columns that the rules give for one predicate of a pair."""
        seen = self._fired.get((pair.subject, predicate, pair.object, pair.sentence))
        if not seen:
            return NO_RULE
        rules = sorted(seen)
        return [*(bucket(f"rule={rule.partition(':')[0]}") for rule in rules), bucket(f"rules={min(len(rules), 2)}")]

    def columns(self, pair: Pair) -> list[int]:
        """The columns of a pair's features that hold for every predicate."""
        target, holder = pair.target, pair.holder
        found = [bucket(f"reach={pair.reach}"), *self._told_of(target)]
        if holder is None:
            return [*found, *map(bucket, self._of_home(target))]
        found += map(bucket, self._of_ends(holder, target))
        if pair.reach != "same":
            return [*found, *map(bucket, self._carried(holder, target))]
        if holder.start not in self._holders:
            self._holders[holder.start] = [*map(bucket, self._beside("h", self._sketch.at[holder.start]))]
        return [*found, *self._holders[holder.start], *map(bucket, self._between(holder, target))]

    def _told_of(self, target: Mention) -> list[int]:
        if target.start not in self._targets:
            self._targets[target.start] = [*map(bucket, self._of_target(target))]
        return self._targets[target.start]

    def _beside(self, name: str, at: int) -> Iterator[str]:
        text = self._sketch.text
        left, right = text[max(0, at - 3) : at], text[at + 1 : at + 4]
        left = _STOP.split(left)[-1]
        for size in (1, 2, 3):
            yield f"{name}<{size}={left[-size:]}"
            yield f"{name}>{size}={right[:size]}"

    def _of_target(self, target: Mention) -> Iterator[str]:
        at = self._sketch.at[target.start]
        start, end = self._clause(at)
        verbs = self._verbs_in(start, at)
        yield f"target={target.type}"
        yield f"target={target.type}{target.kind}"
        yield from self._beside("t", at)
        yield from (f"before={verb}" for verb in verbs)
        yield f"last={verbs[-1] if verbs else '-'}{target.type}"
        yield f"last={verbs[-1] if verbs else '-'}{target.type}{target.kind}"
        yield from (f"after={verb}" for verb in self._verbs_in(at, end, 3))
        if target.start < self._title_end:
            yield "title"
        if self._view.first_offset(self._view.key(target)) == target.start:
            yield "first"

    def _of_home(self, target: Mention) -> list[str]:
        sentence = self._view.sentence_at(target.start)
        inside = self._view.within(sentence.start, sentence.end)
        others = sum(m.type in ("Organisation", "Place") for m in inside)
        return [f"others={min(others, 3)}", f"acted={bool(self._acting(target))}"]

    def _of_ends(self, holder: Mention, target: Mention) -> list[str]:
        home = self._view.resolved.home
        return [
            f"holder={holder.type}",
            f"holder={holder.type}{holder.kind}",
            f"types={holder.type}{target.type}",
            f"home={self._view.key(holder) == home}{self._view.key(target) == home}",
        ]

    def _carried(self, holder: Mention, target: Mention) -> Iterator[str]:
        at, here = self._sketch.at[holder.start], self._sketch.at[target.start]
        gap = bisect_left(self._sentence_numbers, target.start) - bisect_left(self._sentence_numbers, holder.start)
        yield f"gap={_distance(gap)}"
        yield from (f"then={verb}" for verb in self._verbs_in(at, at + 25, 3))
        start, _ = self._clause(here)
        verbs = self._verbs_in(start, here)
        yield f"gap={_distance(gap)}{verbs[-1] if verbs else '-'}"
        yield f"acted={bool(self._acting(target))}"
        yield f"paragraph={chr(10) in self._sketch.text[at:here]}"

    def _between(self, holder: Mention, target: Mention) -> list[str]:
        a, b = self._sketch.at[holder.start], self._sketch.at[target.start]
        way, (first, second) = (">", (a, b)) if a < b else ("<", (b, a))
        text = self._sketch.text
        middle = text[first + 1 : second]
        verbs = self._verbs_in(first + 1, second)
        marks = "".join(_ANY_MARK.findall(middle))
        actor = self._view.key(holder) in self._acting(target)
        found = [
            f"way={way}",
            f"{way}size={_distance(len(middle))}",
            f"{way}marks={marks[:5]}",
            f"{way}commas={min(4, len(_PAUSE.findall(middle)))}",
            f"{way}between={MARKS[holder.type] in marks}{MARKS[target.type] in marks}",
            f"actor={actor}",
        ]
        if len(middle) <= 6:
            found.append(f"{way}middle={middle}")
        if len(middle) < 40:
            found += [f"{way}two={middle[i : i + 2]}" for i in range(len(middle) - 1)]
        found += _ends_of(way, verbs, holder, target)
        found += [f"{way}has={mark}" for mark in _QUOTING if mark in middle]
        stop = bisect_left(self._stops, second)
        tail = self._verbs_in(second, self._stops[stop] if stop < len(self._stops) else len(text), 4)
        found += [f"tail={verb}" for verb in tail]
        return found + _prepositions(text[max(0, b - 2) : b], tail, actor)


def _ends_of(way: str, verbs: list[str], holder: Mention, target: Mention) -> list[str]:
    if not verbs:
        return []
    types, first, last = holder.type + target.type, verbs[0], verbs[-1]
    return [
        *[f"{way}verb={verb}" for verb in verbs],
        *(f"{way}1st={first}", f"{way}nth={last}", f"{way}span={first}|{last}"),
        *(f"{way}1st={first}{types}", f"{way}nth={last}{types}"),
    ]


def _prepositions(left: str, tail: list[str], actor: bool) -> list[str]:
    word = next((left[-size:] for size in (2, 1) if left[-size:] in _PREPOSITIONS), None)
    if word is None:
        return []
    verb = tail[0] if tail else "-"
    return [f"to={word}", f"to={word}{verb}", f"to={word}{verb}{actor}"]
