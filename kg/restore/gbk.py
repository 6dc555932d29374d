"""GBK bytes read out of step: 修好路?！焙訓|鎮長 is 修好路。”河東鎮長 with one byte lost.

How it comes about: a program that knows nothing of two-byte characters replaces or inserts something in GBK text. It
finds its pattern across two characters (the end of one and the beginning of the next), and from there on every
character is read one byte late, until a byte below 0x80 puts the reading back in step. Bytes that make no character
show as "?" (which swallows an ASCII character that follows, the "(" of a note or a space), pairs in GBK's user-defined
area vanish. Newer readers show U+FFFD, swallow nothing and keep private-use characters.

How it is undone: the characters from a mark on, or up to it, are encoded again and read with the lost byte put back;
where a byte cannot be known, every byte is tried. The likeliest reading by the character model that comes back in step
is taken where it beats the text as it stands by far (``gbkread``).
"""

from __future__ import annotations

import re
from heapq import nlargest
from itertools import chain

from kg.restore.characters import mean, model
from kg.restore.edits import Edit, Working, apply
from kg.restore.gbkbytes import character, encodings, seen
from kg.restore.gbkread import LONGEST, MARKED, UNMARKED, Break, Reading
from kg.restore.script import written_in

# Steps of the search that a text may take, at first and for each character: what keeps the time linear where a hostile
# text is nothing but "?". An article with a handful of breaks takes a third of it.
_STEPS, _STEPS_EACH = 30_000, 20
# Characters by a "?" by which it is told from a question mark, and the least mean log probability of text in order: of
# 66 real questions three lie lower (which only has them looked at more closely), of 61 breaks one lies higher.
_GLANCE = 5
_IN_ORDER = -6.6
_PLACES, _LESS_LIKELY = 10, 12.0  # places tried for a byte lost without a mark, none so much (natural log) unlikelier
# A byte that makes no character; or the second byte of one whose first was lost, where the reading came back in step.
_MARK = re.compile(
    "[?？\ufffd@-~](?:(?<=[?？\ufffd])|(?<=[^\x00-\x7f].)(?:(?=[^\x00-\x7f])|(?<=[A-Za-z^_`|}~])(?=[0-9,;:(])))"
)
_SURE = frozenset("\ufffd@[\\]^_`{|}~abcdefghijklmnopqrstuvwxyz")  # what no writer puts between two Chinese characters
_RULES = frozenset("|~")
# Half a character, and the next in step again.
_LETTER = re.compile(r"[?？\ufffd]{1,2}[A-Za-z@\[\\\]^_`{|}~][^\x00-\x7f]")
_TWO = re.compile(r"(?<=[^\x00-\x7f])[?？\ufffd]{2}[A-Za-z@\[\\\]^_`{|}~](?:[^\x00-\x7f]|[(（])")
_SHORT = re.compile(r"[?？\ufffd][!?！？][?\ufffd]")  # one character between two cuts
_ASKING = frozenset("吗嗎呢吧么麼")  # a sign of question behind one of these is one
_NOTE = re.compile("[?？\ufffd][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[)）]")  # whose parenthesis the "?" swallowed
# For a character put in from the context alone, which may be one of a name; for a stop, or a break of few characters.
_GUESS, _SHORT_GUESS = 0.6, 0.4
_SHORT_BREAK = 3
_UNSEARCHED = 1.3  # the right reading may not be among those weighed, the less sure one is the likelier (measured)
_STOPS = frozenset("。！？")
_SIGN, _LINE = re.compile("[，,。；;、：:！？]"), 200
_HALF, _FULL = re.compile("[,;:!()]"), re.compile("[，；：！（）]")


def mend_bytes(working: Working) -> Working:
    """Every stretch that reads clearly better with a lost byte put back is put right."""
    text = working.text
    if text.isascii() or not _MARK.search(text):
        return working
    narrow = len(_HALF.findall(text)) > len(_FULL.findall(text))
    script = written_in(text)
    edits: list[Edit] = []
    at = 0
    steps = _STEPS + _STEPS_EACH * len(text)
    marks = list(_MARK.finditer(text))
    # The cells of a table and the ends of a road have these signs too: alone they tell of no broken bytes.
    plain = script == "new" and all(match.group() in _RULES for match in marks)
    for match in () if plain else marks:
        mark = match.start()
        if mark < at or steps <= 0:
            continue
        found, taken = _mend(text, at, mark, narrow, script, steps)
        steps -= taken
        if found is not None:
            edits.append(found)
            at = found.end
    return apply(working, edits)


def _mend(text: str, floor: int, mark: int, narrow: bool, script: str, allowed: int) -> tuple[Edit | None, int]:
    """The edit that mends a break with a mark at ``mark``: after it, or before it down to ``floor``."""
    line_end = text.find("\n", mark)
    line_end = len(text) if line_end < 0 else line_end
    taken = 0
    if not "@" <= text[mark] <= "~" and _begins_break(text, mark, line_end):
        broken = Break(text, mark, min(mark + LONGEST, line_end), narrow, script, MARKED)
        found = broken.best(broken.after_mark(), allowed)
        taken = found.steps
        if found.reading is not None:
            return _edit(mark, found.reading, found.share), taken
    places = _lost_at(text, _run_start(text, floor, mark), mark, script)
    orphan = text[mark] == "\ufffd"
    if places or orphan:
        broken = Break(text, min(places, default=mark), min(mark + LONGEST, line_end), narrow, script, UNMARKED)
        seeds = [r for at in places for r in broken.without_mark(at)]
        found = broken.best(chain(seeds, broken.lost_whole(mark)) if orphan else seeds, allowed)
        taken += found.steps
        if (best := found.reading) is not None:
            stood = text[broken.start : mark]
            stops = best.out[:-1] == stood and best.out[-1:] in _STOPS
            if found.share > _least_share(stood, best.out) and not (stops and _is_heading(text, mark)):
                return _edit(broken.start, best, found.share), taken
    return None, taken


def _least_share(stood: str, said: str) -> float:
    """How sure a reading must be. One that changes little must be surer: what it replaces may have been in order."""
    if said[:-1] == stood:  # a character of which neither byte is known
        return _SHORT_GUESS if said[-1:] in _STOPS else _GUESS
    same = next((i for i, (a, b) in enumerate(zip(stood, said, strict=False)) if a != b), 0)
    return _SHORT_GUESS if len(stood) - same <= _SHORT_BREAK else 0.0


def _is_heading(text: str, mark: int) -> bool:
    """Whether no sign stands on the line before the mark: a heading ends without a stop."""
    return not _SIGN.search(text[max(0, mark - _LINE) : mark].rpartition("\n")[2])


def _edit(start: int, reading: Reading, share: float) -> Edit:
    return Edit(start, reading.at, reading.out, "gbk", round(max(0.05, min(0.99, share**_UNSEARCHED)), 2))


def _begins_break(text: str, mark: int, line_end: int) -> bool:
    """Whether the text behind the mark is broken: a question at a line's end is a question."""
    before = text[mark - 1 : mark]
    if before in _ASKING and text[mark] != "\ufffd":
        return False
    if _SHORT.match(text, mark) or _NOTE.match(text, mark) or _TWO.match(text, mark):
        return True
    after = text[mark + 1 : min(mark + 4, line_end)]
    if before.isspace() or before.isascii() and before.isalnum() or after.isascii():
        return False
    if _LETTER.match(text, mark):
        return True
    return not _reads_well(text, mark, min(mark + 1 + _GLANCE, line_end + 1))


def _reads_well(text: str, start: int, end: int) -> bool:
    """Whether what follows ``start`` is the language of a text in order, the first character only as context."""
    return mean(_logs(text, start, end)[1:]) > _IN_ORDER


def _logs(text: str, start: int, end: int) -> list[float]:
    judge = model()
    return judge.logs(seen(text[start:end]), judge.history(seen(text[max(0, start - 6) : start])))


def _run_start(text: str, floor: int, mark: int) -> int:
    """Where the characters of two bytes that lead up to the mark begin."""
    start = mark
    while start > max(floor, mark - LONGEST) and text[start - 1] > "\x7f" and text[start - 1] != "\ufffd":
        start -= 1
    return start


def _lost_at(text: str, start: int, mark: int, script: str) -> list[int]:
    """The likeliest places between where one byte was lost, so that what follows reads one byte late; none: all well.

    Each place's worth is what stands before it, and what follows read a byte earlier.
    """
    # Of the characters that end with a capital's byte nearly all are old forms.
    sure = text[mark] in _SURE or script == "old" and "A" <= text[mark] <= "Z"
    glance = 2 if sure else _GLANCE
    checked = not sure or text[mark + 1 : mark + 2] in ("", "\n")
    asks = text[mark] == "？" or text[mark] == "?" and text[mark - 1 : mark] in _ASKING
    if mark - start < 1 or asks or checked and _reads_well(text, max(start, mark - 1 - glance), mark):
        return []
    if "@" <= text[mark] <= "~":
        mark += 1
    codes = [encodings(c)[-1:] for c in text[start:mark]]
    bytes_ = [c[0] if c and len(c[0]) == 2 else c[0] * 2 if c else b"\x00\x00" for c in codes]
    late = "".join(character(a[1], b[0]) or "\n" for a, b in zip(bytes_, bytes_[1:], strict=False))
    stands = _logs(text, start, mark)
    reads = model().logs(seen(late)) + [0.0]
    worth, behind = [], 0.0
    for i in range(len(stands) - 1, -1, -1):
        behind += reads[i] - stands[i]
        worth.append((behind, start + i))
    likeliest = nlargest(_PLACES, worth)
    return [at for value, at in likeliest if value > likeliest[0][0] - _LESS_LIKELY]
