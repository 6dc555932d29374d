"""Reading on with a lost byte put back: a beam search over the ways in which the bytes of one break can be read.

Readings that have come to the same place with the same last characters and the same pending byte go on alike: only the
likeliest of them is kept, with the likelihood of all together, by which its confidence is told in the end.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

import numpy as np

from kg.restore.characters import model
from kg.restore.gbkbytes import (
    LEADS,
    Choice,
    before_vanished,
    beginning,
    character,
    completing,
    completions,
    encodings,
    oddity,
    plain_width,
    seen,
    vanishing,
)
from kg.restore.gbkrank import WHOLE_NOTE, Reading, join, weighed
from kg.restore.pinyin import reads, reads_exactly, toneless

LONGEST = 90  # characters that one lost byte can spoil before the reading must be back in step
MARGIN = 5.0  # how much likelier (natural log) the repaired text must be
TRIGGER = re.compile("[?？\ufffd]")
_WIDE = 40  # characters tried where one is guessed
_ENDS = 16  # and where the reading comes back in step with it
_THINKING = 2  # readings of a place for which a vanished pair is thought of
_WEAK = -6.0  # log probability under which a character may be a wrong one, so that a pair has vanished before it
_HOPELESS = 30.0  # how far behind the standing text a reading may fall before it is given up
_FAR = 20.0  # how far behind the best that has come back in step another one is not looked at
_FAR_BEHIND = 10.0  # how far behind the likeliest of a place a character is not looked at
_BYTE_COST = 0.1  # for a byte that had to be guessed, beside what the model says of the character
_VANISHED_COST = 0.5  # for a user-defined pair believed to have vanished
_TWO_PAIRS = 3  # readings for which one vanished pair more is thought of
_WEAK_PAIR = -10.0  # log probability of two characters about one pair under which there may have been two pairs
_LESS = 5.0  # how much less likely than without it a reading with such a pair may be
_LEAST_TWO = 18.0  # and the least likely two characters about one, where nothing else can be read
_BEFORE, _AFTER = 6, 6  # likeliest characters tried before it, and readings kept behind it
_CLOSING_GAIN = 9.0  # for a parenthesis that closes one that stands open, which the model cannot see
_QUOTE_COST = 4.0
_NOTHING_COST = 3.0  # for a U+FFFD that stands for nothing lost
_NEVER = 16.0
_SIGNS = frozenset("“”。！？!?，,、；;：:）)》")
_STOP_GAIN = 4.0  # official texts, which the model knows, hold little speech
_NOTE_REST = re.compile("[(（]?([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6})[)）]")
_NOTE_GAIN = 5.0  # for a character that has the reading of the note behind it; as much against one that has not
_TONE_COST = 4.0  # for a note that reads the character but for its tone
_TAG_REST = re.compile("<?/(?:span|p|div|font|strong|b|a|em|td)>")
_UNCLOSED = re.compile("[(（][^()（）\n]{0,80}$")
_LINE_BEFORE = 400
_SWALLOWED = (",", " ", ":", ")", "(", ";")
_OPENING = frozenset("“‘《(（0123456789")
_STOPPED = frozenset("。！？!?”")
_LINE_END = -1.0  # log of the share of stops that end a line


class Breadth(NamedTuple):
    """How many readings are kept at each place, and how far (natural log) one may be behind the best there."""

    beam: int
    behind: float


MARKED = Breadth(8, 9.0)  # for a break whose beginning is known
UNMARKED = Breadth(16, 12.0)  # for one that may begin in several places (measured: 4 in 100 are lost at 8)


class Found(NamedTuple):
    """The likeliest reading; its share of the likelihood of all, the standing text's included; the steps taken."""

    reading: Reading | None
    share: float
    steps: int


class _Tail(NamedTuple):
    """Up to three characters behind a place: their numbers, how likely they are as they stand, whether their line ends
    there, the last of them, the note that stands at the place.
    """

    numbers: list[int]
    stood: float
    ends_line: bool
    last: str
    note: str


class Break:
    """One break of one text, between ``start`` and at most ``end``; ``narrow`` says that the text's signs
    are half-width, ``script`` which characters it is written in: "old", "new" or "mixed".
    """

    def __init__(self, text: str, start: int, end: int, narrow: bool, script: str, breadth: Breadth) -> None:
        self.text, self.start, self.end, self.narrow, self.script = text, start, end, narrow, script
        self.breadth = breadth
        self.judge = judge = model()
        self.before = judge.history(seen(text[max(0, start - 6) : start]))
        line = text[max(0, start - _LINE_BEFORE) : start].rpartition("\n")[2]
        self.unclosed = bool(_UNCLOSED.search(line))
        self.quoted = line.count("“") - line.count("”")
        self.keeps = "\ufffd" in text  # a newer reader, under which no pair vanishes and nothing is swallowed
        self._tails: dict[int, _Tail] = {}
        self.standing = [0.0]
        for log in judge.logs(seen(text[start : end + 3]), self.before):
            self.standing.append(self.standing[-1] + log)

    def after_mark(self) -> Iterator[Reading]:
        """The "?" at the start as the place of one lost byte, with or without the beginning of a note behind it.

        Or, before a letter, as what a program made of a full-width one, with a byte lost before it: 会议?h委 (。县).
        """
        start = self.start
        yield self._seed(start + 1, LEADS)
        if "@" <= self.text[start + 1 : start + 2] <= "~" and not self.text[start - 1 : start] == "?":
            yield self._seed(start, LEADS)
        note = _NOTE_REST.match(self.text, start + 1)
        previous = encodings(self.text[start - 1 : start]) if start else ()
        if note and previous and len(previous[0]) == 2:
            # The note was put behind a character that is not there: end of the previous one, beginning of the next.
            leads = tuple(b for b in LEADS if self._noted(note[1], character(previous[0][1], b)))
            if leads:
                yield self._seed(note.end(), leads).worse(-self.stood(start, note.end()) - _BYTE_COST)

    def _noted(self, note: str, shown: str) -> bool:
        """Whether a program may have put the note behind the character, by tones and all."""
        return shown in self.judge.number and reads_exactly(note, shown) or seen(shown) != shown and reads(note, shown)

    def lost_whole(self, mark: int) -> Iterator[Reading]:
        """The U+FFFD at ``mark`` as one byte of a character of which the other was lost; or as nothing at all."""
        gone = self.text[self.start : mark]
        history = self.judge.history(seen(gone), self.before)
        left_out = Reading(-_NOTHING_COST, gone, mark, (), history)
        yield self._passed(left_out, mark + 1, b"")
        logs = self.judge.after(history)
        for i in _largest(logs, _WIDE):
            said = self.judge.characters[i]
            if said >= "\u2010":
                yield self._passed(self._with(left_out, said, i, float(logs[i])), mark + 1, b"")

    def without_mark(self, at: int) -> Iterator[Reading]:
        """A byte lost at ``at``, where nothing shows it: the first byte of a character, or the second."""
        gone = self.text[self.start : at]
        seed = self._seed(at, LEADS)._replace(out=gone, history=self.judge.history(seen(gone), self.before))
        yield seed
        for encoded in encodings(self.text[at]):
            for said in self._likeliest(seed, beginning(encoded[0]), self._wide(encoded)):
                yield self._passed(said, at + 1, encoded[1:])

    def best(self, seeds: Iterable[Reading], allowed: int) -> Found:
        """The likeliest reading that comes back in step; no more than about ``allowed`` steps are taken.

        The reading is None where none beats the text as it stands.
        """
        waiting: defaultdict[int, dict[tuple, Reading]] = defaultdict(dict)
        ended: dict[str, Reading] = {}
        for reading in seeds:
            self._sort_in(reading, waiting, ended)
        taken, highest, thinking = 0, -math.inf, not self.keeps
        while waiting and taken < allowed:
            beam = nlargest(self.breadth.beam, waiting.pop(min(waiting)).values())
            floor = max(-_HOPELESS, beam[0].gain - self.breadth.behind, highest - 40)
            for rank, reading in enumerate(beam):
                if reading.gain < floor:
                    break
                for after in self._steps(
                    reading, thinking and rank < _THINKING and reading.gain > beam[0].gain - _LESS
                ):
                    taken += 1
                    if after.pending or after.gain > highest - _FAR:
                        highest = max(highest, self._sort_in(after, waiting, ended))
        if not ended:
            return Found(None, 0.0, taken)
        first, share = weighed(ended.values(), self.text, self.start)
        return Found(first if first.gain > MARGIN else None, share, taken)

    def stood(self, start: int, end: int) -> float:
        """How unlikely the text between is as it stands: a positive number."""
        last = len(self.standing) - 1
        return self.standing[min(start - self.start, last)] - self.standing[min(end - self.start, last)]

    def _seed(self, at: int, leads: tuple[int, ...]) -> Reading:
        return Reading(-_BYTE_COST, "", at, leads, self.before)

    def _sort_in(self, reading: Reading, waiting: defaultdict, ended: dict[str, Reading]) -> float:
        """Keep a reading for its next step or, in step again, as one that has ended; the gain of one that has."""
        if reading.pending:
            join(waiting[reading.at], (reading.pending, reading.history, reading.out[-1:]), reading)
            return -math.inf
        reading = self._ended(reading)
        join(ended, reading.out + self.text[reading.at : self.end], reading)
        return reading.gain

    # --- one step ------------------------------------------------------------------------------------------

    def _steps(self, reading: Reading, thinking: bool) -> Iterator[Reading]:
        """The ways to read on by one character of the text."""
        at, pending = reading.at, reading.pending
        if at >= self.end:
            return
        here = self.text[at]
        for encoded in encodings(here):
            likeliest = -math.inf
            for after in self._read(reading, encoded):
                likeliest = max(likeliest, after.gain)
                yield self._passed(after, at + 1, encoded[1:])
            if thinking and len(pending) < len(LEADS) and likeliest - reading.gain < _WEAK:
                for after in self._vanished(reading, encoded[0], max(likeliest, reading.gain - _LEAST_TWO) - _LESS):
                    yield self._passed(after, at + 1, encoded[1:])
        if TRIGGER.match(here):
            yield from self._swallowed(reading)
            if thinking and len(pending) < len(LEADS):
                for after, second in nlargest(_TWO_PAIRS, self._before_pair(reading)):
                    yield from self._swallowed(after._replace(pending=vanishing()[second]))

    def _read(self, reading: Reading, encoded: bytes) -> Iterable[Reading]:
        """The pending byte and the next one as a character, or the likeliest ones where it may be one of several."""
        if len(reading.pending) > 1:
            choice = completing(reading.pending, encoded[0])
            return self._likeliest(reading.worse(_BYTE_COST), choice, self._wide(encoded))
        said = character(reading.pending[0], encoded[0])
        return (self._say(reading, said),) if said else ()

    def _wide(self, encoded: bytes) -> int:
        """How many characters are tried that end with the first of these bytes: as many as the beam keeps, if the
        reading goes on.
        """
        return self.breadth.beam if len(encoded) > 1 else _WIDE

    def _passed(self, reading: Reading, at: int, pending: bytes) -> Reading:
        """The reading behind the shown characters up to ``at``, with what their last byte leaves pending."""
        gain, out, before, _, history, also = reading
        return Reading(gain + self.stood(before, at), out, at, tuple(pending), history, also)

    def _vanished(self, reading: Reading, first: int, floor: float) -> Iterator[Reading]:
        """A pair of bytes in the user-defined area before the character that ends with ``first``: it left no trace.

        Or two in a row, as 政府 and 生产 have them. Readings under ``floor`` are of no use.
        """
        ones = sorted(self._before_pair(reading, floor), reverse=True)
        found = self._completed(ones, first, floor)
        best = max((gain for gain, *_ in found), default=floor)
        if best < reading.gain + _WEAK_PAIR:
            twos = (self._before_pair(b._replace(pending=vanishing()[s]), best) for b, s in ones[:_TWO_PAIRS])
            found += self._completed(sorted(chain.from_iterable(twos), reverse=True), first, best)
        for gain, i, base, choice in nlargest(_AFTER, found):
            yield self._with(base, choice.characters[i], int(choice.numbers[i]), gain)

    def _completed(
        self, bases: list[tuple[Reading, int]], first: int, floor: float
    ) -> list[tuple[float, int, Reading, Choice]]:
        """The likeliest characters behind each vanished pair, which end with ``first``: what each gains, its place."""
        found: list[tuple[float, int, Reading, Choice]] = []
        for base, second in bases:  # the likeliest first; a character more only makes a reading less likely
            if base.gain < floor:
                break
            choice = completing(vanishing()[second], first)
            gains = self._gains(base, choice)
            found += [(float(gains[i]), i, base, choice) for i in _largest(gains, _AFTER) if gains[i] > floor]
            floor = max([floor, *(gain - _LESS for gain, *_ in found[-_AFTER:])])
        return found

    def _before_pair(self, reading: Reading, floor: float = -math.inf) -> Iterator[tuple[Reading, int]]:
        """The likeliest characters whose second byte is the first one of a vanished pair, each with that byte."""
        choice, seconds, costs = before_vanished(reading.pending)
        gains = self._gains(reading, choice) - costs - (_VANISHED_COST + _BYTE_COST)
        for i in _largest(gains, _BEFORE):
            if gains[i] <= floor:
                continue
            made = choice.characters[i]
            yield self._with(reading, made, int(choice.numbers[i]), float(gains[i])), seconds[i]

    def _swallowed(self, reading: Reading) -> Iterator[Reading]:
        """The "?" as a character's second byte lost, perhaps together with an ASCII character behind the first."""
        at = reading.at
        note = _NOTE_REST.match(self.text, at + 1)
        tag = _TAG_REST.match(self.text, at + 1)
        after = note.end() if note else tag.end() if tag else at + 1
        following = self.text[after : after + 1]
        # What else could have put the reading back in step, where characters follow?
        goes_on = "\u4e00" <= following <= "\u9fff" or following in _OPENING
        eats = goes_on and self.text[at] != "\ufffd" and not note and not tag
        gaps = ("",) if not eats else _SWALLOWED if self.narrow else ("", " ")
        syllable = toneless(note[1]) if note else ""
        for said in self._likeliest(reading.worse(_BYTE_COST), completions(reading.pending, syllable), _ENDS):
            off = 0.0 if not note or reads_exactly(note[1], said.out[-1:]) else _TONE_COST
            closes = _CLOSING_GAIN if said.out[-1:] in ("）", ")") and self.unclosed else 0.0
            # A second byte 80 makes no character with whatever follows, and swallows no character of two bytes.
            for gap in ("",) if goes_on and said.out[-1:].encode("gbk")[-1:] == b"\x80" else gaps:
                done = self._say(said, gap) if gap else said
                yield self._passed(done.worse(off - closes), after, b"")

    def _likeliest(self, reading: Reading, choice: Choice, count: int) -> Iterator[Reading]:
        """The reading with each of the characters behind it, the ``count`` likeliest, none far behind the first."""
        if not choice.characters:
            return
        gains = self._gains(reading, choice)
        floor = float(gains.max()) - _FAR_BEHIND
        for i in _largest(gains, count):
            gain = float(gains[i])
            if gain > floor:
                made = choice.characters[i]
                if made in _SIGNS:
                    gain -= self._sign_cost(reading.out, made)
                yield self._with(reading, made, int(choice.numbers[i]), gain)

    def _gains(self, reading: Reading, choice: Choice) -> np.ndarray:
        gains = self.judge.after(reading.history)[choice.numbers] + reading.gain
        if self.script == "new":
            gains -= choice.odd_in_new
        elif self.script == "old":
            gains -= choice.odd_in_old
        return gains

    def _say(self, reading: Reading, said: str) -> Reading:
        number = self.judge.number.get(seen(said), self.judge.unknown)
        gain = reading.gain + self.judge.row(reading.history, number)
        if self.script != "mixed":
            gain -= oddity(said, self.script)
        if said in _SIGNS:
            gain -= self._sign_cost(reading.out, said)
        return self._with(reading, said, number, gain)

    def _with(self, reading: Reading, said: str, number: int, gain: float) -> Reading:
        _, out, at, pending, history, also = reading
        out += plain_width(said) if self.narrow else said
        return Reading(gain, out, at, pending, self.judge.step(history, number), also)

    def _ended(self, reading: Reading) -> Reading:
        """A reading back in step, with what it does to the likelihood of the three characters behind it.

        A line's end is one of them: 的 hardly ends one, and 。 often does.
        """
        tail = self._tail(reading.at)
        judge, history, said = self.judge, reading.history, -tail.stood
        for number in tail.numbers:
            said += judge.row(history, number)
            history = judge.step(history, number)
        if tail.ends_line:
            stopped = (tail.last or reading.out[-1:]) in _STOPPED
            said += _LINE_END if stopped else judge.row(history, judge.number["\n"])
        if tail.note:
            said += _NOTE_GAIN if reads(tail.note, reading.out[-1:]) else -_NOTE_GAIN
        return reading.worse(-said)

    def _tail(self, at: int) -> _Tail:
        """What stands behind ``at``; the same for all readings that come back in step there."""
        if at not in self._tails:
            text = self.text
            tail = seen(text[at : min(at + 3, self.end + 3)]).split("\n")[0]
            behind = at + len(tail)
            note = WHOLE_NOTE.match(text, at)
            self._tails[at] = _Tail(
                self.judge.numbers(tail),
                -self.stood(at, behind),
                text[behind : behind + 1] in ("", "\n"),
                tail[-1:],
                note[1] if note else "",
            )
        return self._tails[at]

    def _sign_cost(self, out: str, said: str) -> float:
        """For a mark where none can be: one that ends something behind an opening one, a quotation in a quotation.

        Speech that ends with its stop gains.
        """
        if said not in "“”":
            return _NEVER if (out or self.text[self.start - 1 : self.start])[-1:] in ("“", "《", "(", "（") else 0.0
        depth = self.quoted + out.count("“") - out.count("”")
        misplaced = _QUOTE_COST if (depth > 0) == (said == "“") else 0.0
        return misplaced - (_STOP_GAIN if said == "”" and out.endswith(tuple("。！？!?")) else 0.0)


def _largest(values: np.ndarray, count: int) -> list[int]:
    """The places of the largest values, in no order."""
    if len(values) <= count:
        return list(range(len(values)))
    return values.argpartition(len(values) - count)[-count:].tolist()
