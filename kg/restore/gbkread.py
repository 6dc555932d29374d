"""Reading on with a lost byte put back: a beam search over the ways in which the bytes of one break can be read."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import NamedTuple

from kg.restore.characters import QUOTES, STOPS, history, in_rows, model
from kg.restore.gbkbytes import LEADS, TRAILS, character, completions, encodings, plain_width, seen, vanishing
from kg.restore.pinyin import reads, toneless
from kg.restore.script import new_forms, old_forms

LONGEST = 90  # characters that one lost byte can spoil before the reading must be back in step
MARGIN = 5.0  # how much likelier (natural log) the repaired text must be
TRIGGER = re.compile("[?？\ufffd]")
_BEAM = 14  # readings kept at each place
_THINKING = 5  # of them those for which a vanished pair is thought of
_WEAK = -6.5  # log probability under which a character may be a wrong one, so that a pair has vanished before it
_HOPELESS = 30.0  # how far behind the standing text a reading may fall before it is given up
_BEHIND = 22.0  # and how far behind the best reading at its place
_BYTE_COST = 0.5  # for a byte that had to be guessed, beside what the model says of the character
_VANISHED_COST = 3.5  # for a user-defined pair believed to have vanished
_BEFORE, _AFTER = 8, 8  # likeliest characters tried on either side of it
_CLOSING_GAIN = 9.0  # for a parenthesis that closes one that stands open, which the model cannot see
_QUOTE_COST = 4.0
_NEVER = 16.0
_SIGNS = frozenset("“”。！？!?，,、；;：:）)》")
_FOREIGN_COST = 5.0  # for a Traditional character in a Simplified text, or the other way round
_STOP_GAIN = 4.0  # official texts, which the model knows, hold little speech
_NOTE_REST = re.compile("[(（]?([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6})[)）]")
_TAG_REST = re.compile("<?/(?:span|p|div|font|strong|b|a|em|td)>")
_UNCLOSED = re.compile("[(（][^()（）\n]{0,80}$")
_LINE_BEFORE = 400
_SWALLOWED = (",", " ", ":", ")", "(", ";")
_OPENING = frozenset("“‘《")


class Reading(NamedTuple):
    """A reading in progress: its likelihood, what it says so far, where it stands, the bytes that may be pending.

    ``pending`` is None in step; otherwise the possible values of the byte that the next character begins with.
    ``before`` is the last two characters as the model sees them.
    """

    gain: float
    out: str
    at: int
    pending: tuple[int, ...] | None
    before: str
    guessed: int = 0


class Break:
    """One break of one text, between ``start`` and at most ``end``; ``narrow`` says that the text's signs
    are half-width, ``script`` which characters it is written in: "old", "new" or "mixed".
    """

    def __init__(self, text: str, start: int, end: int, narrow: bool, script: str) -> None:
        self.text, self.start, self.end, self.narrow = text, start, end, narrow
        self.foreign = old_forms() if script == "new" else new_forms() if script == "old" else {}
        self.before = history(seen(text[max(0, start - 6) : start]))
        line = text[max(0, start - _LINE_BEFORE) : start].rpartition("\n")[2]
        self.unclosed = bool(_UNCLOSED.search(line))
        self.quoted = line.count("“") - line.count("”")
        self.standing = [0.0]
        self.row = row = model().row
        for rows in in_rows(seen(text[start : end + 3]), self.before):
            self.standing.append(self.standing[-1] + row(*rows))

    def after_mark(self) -> Iterator[Reading]:
        """The "?" at the start as the place of one lost byte, with or without the beginning of a note behind it."""
        start = self.start
        yield Reading(-_BYTE_COST, "", start + 1, LEADS, self.before, 1)
        note = _NOTE_REST.match(self.text, start + 1)
        previous = encodings(self.text[start - 1 : start]) if start else ()
        if note and previous and len(previous[0]) == 2:
            # The note was put behind a character that is not there: end of the previous one, beginning of the next.
            leads = tuple(b for b in LEADS if reads(note[1], character(previous[0][1], b)))
            if leads:
                yield Reading(self.stood(start, note.end()), "", note.end(), leads, self.before)

    def without_mark(self, at: int) -> Iterator[Reading]:
        """A byte lost at ``at``, where nothing shows it: the first byte of a character, or the second."""
        gone = self.text[self.start : at]
        before = history(self.before + seen(gone[-6:]))
        yield Reading(-_BYTE_COST, gone, at, LEADS, before, 1)
        for encoded in encodings(self.text[at]):
            said = (character(encoded[0], trail) for trail in TRAILS)
            gains = self._likeliest(Reading(-_BYTE_COST, gone, at, None, before, 1), filter(None, said), 12)
            stood = self.stood(at, at + 1)
            yield from (r._replace(at=at + 1, pending=(encoded[1],), gain=r.gain + stood) for r in gains)

    def best(self, seeds: Iterator[Reading], allowed: int) -> tuple[Reading | None, float, int]:
        """The likeliest reading that comes back in step, its lead over the next one, and the steps taken.

        None where none beats the text as it stands; no more than about ``allowed`` steps.
        """
        waiting: defaultdict[int, list[Reading]] = defaultdict(list)
        ended: dict[str, Reading] = {}
        for reading in seeds:
            self._sort_in(reading, waiting, ended)
        taken = 0
        while waiting and taken < allowed:
            beam = nlargest(_BEAM, waiting.pop(min(waiting)))
            floor = max(-_HOPELESS, beam[0].gain - _BEHIND, max((r.gain for r in ended.values()), default=-99.0) - 40)
            for rank, reading in enumerate(beam):
                if reading.gain < floor:
                    break
                for after in self._steps(reading, rank < _THINKING):
                    taken += 1
                    self._sort_in(after, waiting, ended)
        if not ended:
            return None, 0.0, taken
        first, *others = nlargest(2, ended.values())
        lead = first.gain - max((r.gain for r in others), default=0.0)
        return (first if first.gain > MARGIN else None), min(lead, first.gain), taken

    def _sort_in(self, reading: Reading, waiting: dict[int, list[Reading]], ended: dict[str, Reading]) -> None:
        if reading.pending is not None:
            waiting[reading.at].append(reading)
            return
        reading = self._ended(reading)
        key = reading.out + self.text[reading.at : self.end]
        if key not in ended or ended[key].gain < reading.gain:
            ended[key] = reading

    def stood(self, start: int, end: int) -> float:
        """How unlikely the text between is as it stands: a positive number."""
        last = len(self.standing) - 1
        return self.standing[min(start - self.start, last)] - self.standing[min(end - self.start, last)]

    # --- one step ------------------------------------------------------------------------------------------

    def _steps(self, reading: Reading, thinking: bool) -> Iterator[Reading]:
        """The ways to read on by one character of the text."""
        at, pending = reading.at, reading.pending or ()
        if at >= self.end:
            return
        here = self.text[at]
        for first, *rest in encodings(here):
            following = tuple(rest) or None
            weak = True
            if len(pending) == 1:
                said = character(pending[0], first)
                if said:
                    after = self._say(reading, said)
                    weak = after.gain - reading.gain < _WEAK
                    yield after._replace(at=at + 1, pending=following, gain=after.gain + self.stood(at, at + 1))
            else:
                made = filter(None, (character(lead, first) for lead in pending))
                for after in self._likeliest(reading, made, 2 * _BEAM):
                    weak = weak and after.gain - reading.gain < _WEAK
                    gain = after.gain + self.stood(at, at + 1) - _BYTE_COST
                    yield after._replace(at=at + 1, pending=following, gain=gain, guessed=reading.guessed + 1)
            if weak and thinking:
                for after in self._vanished(reading, first):
                    yield after._replace(at=at + 1, pending=following, gain=after.gain + self.stood(at, at + 1))
        if TRIGGER.match(here):
            yield from self._swallowed(reading)
            if thinking and _NOTE_REST.match(self.text, at + 1):
                for after, second in self._before_pair(reading):
                    yield from self._swallowed(after._replace(pending=vanishing()[second]))

    def _vanished(self, reading: Reading, first: int) -> Iterator[Reading]:
        """A pair of bytes in the user-defined area before the character that ends with ``first``: it left no trace."""
        for base, second in self._before_pair(reading):
            made = filter(None, (character(lead, first) for lead in vanishing()[second] if lead > 0x80))
            yield from self._likeliest(base, made, _AFTER)

    def _before_pair(self, reading: Reading) -> Iterator[tuple[Reading, int]]:
        """The likeliest characters whose second byte is the first one of a vanished pair, each with that byte."""
        said: list[tuple[float, str, int]] = []
        for second, trails in vanishing().items():
            cost = _VANISHED_COST + math.log(len(TRAILS) / len(trails)) / 2
            for lead in reading.pending or ():
                if made := character(lead, second):
                    said.append((self._gain(reading, made) - cost, made, second))
        for gain, made, second in nlargest(_BEFORE, said):
            yield self._with(reading, made, gain - _BYTE_COST)._replace(guessed=reading.guessed + 1), second

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
        base = reading._replace(gain=reading.gain - _BYTE_COST, guessed=reading.guessed + 1)
        for said in self._likeliest(base, completions(reading.pending or (), syllable), 2 * _BEAM):
            closes = _CLOSING_GAIN if said.out[-1:] in ("）", ")") and self.unclosed else 0.0
            for gap in gaps:  # the model says whether it was a space that was swallowed
                done = self._say(said, gap) if gap else said
                yield done._replace(at=after, pending=None, gain=done.gain + closes + self.stood(at, after))

    def _likeliest(self, reading: Reading, said: Iterable[str], count: int) -> list[Reading]:
        """The reading with each of the characters behind it, the ``count`` likeliest."""
        scored = [(self._gain(reading, made), made) for made in said]
        return [self._with(reading, made, gain) for gain, made in nlargest(count, scored)]

    def _say(self, reading: Reading, said: str) -> Reading:
        return self._with(reading, said, self._gain(reading, said))

    def _gain(self, reading: Reading, said: str) -> float:
        gain = reading.gain + self.row(reading.before[0], reading.before[1], seen(said))
        if said in self.foreign:
            gain -= _FOREIGN_COST
        return gain - self._sign_cost(reading.out, said) if said in _SIGNS else gain

    def _with(self, reading: Reading, said: str, gain: float) -> Reading:
        as_seen = seen(said)
        before = reading.before if as_seen in QUOTES else "\n\n" if as_seen in STOPS else reading.before[1] + as_seen
        out = reading.out + (plain_width(said) if self.narrow else said)
        return Reading(gain, out, reading.at, reading.pending, before, reading.guessed)

    def _ended(self, reading: Reading) -> Reading:
        """A reading back in step, with what it does to the likelihood of the three characters behind it."""
        tail = seen(self.text[reading.at : min(reading.at + 3, self.end + 3)]).split("\n")[0]
        said = model().score(tail, reading.before)
        return reading._replace(gain=reading.gain + said + self.stood(reading.at, reading.at + len(tail)))

    def _sign_cost(self, out: str, said: str) -> float:
        """For a mark where none can be: one that ends something behind an opening one, a quotation in a quotation.

        Speech that ends with its stop gains.
        """
        if said not in "“”":
            return _NEVER if (out or self.text[self.start - 1 : self.start])[-1:] in ("“", "《", "(", "（") else 0.0
        depth = self.quoted + out.count("“") - out.count("”")
        misplaced = _QUOTE_COST if (depth > 0) == (said == "“") else 0.0
        return misplaced - (_STOP_GAIN if said == "”" and out.endswith(tuple("。！？!?")) else 0.0)
