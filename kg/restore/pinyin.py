"""Pinyin notes that a page put behind characters: 創(chuàng)新, 车（chē）间, and their broken forms.

A note is told from a real parenthesis by reading: it must be a reading of the character before it, as pypinyin's
dictionary has them. Tone marks may be missing; a note without any mark, without both its parentheses or of one
letter is believed only where the text has other notes that are beyond doubt.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kg.restore.edits import Edit, Working, apply

_MARKED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ\u0300\u0301\u0304\u030c"
_LETTERS = f"a-züêɑɡ{_MARKED}"
_NOTE = re.compile(rf"(?<=[^\x00-\u2e7f])([(（]?) ?([{_LETTERS}]{{1,9}}[1-5]?) ?([)）]?)")
# A note over a whole word: 創新(chuàng xīn).
_WORD_NOTE = re.compile(rf"(?<=[^\x00-\u2e7f])[(（] ?([{_LETTERS}][{_LETTERS} '’·-]{{1,60}}) ?[)）]")
_LONGEST_WORD = 8  # characters that a note may stand for
_LEAST_LETTERS = 5  # of a note over a word without tone marks
_OPENS = re.compile(rf"[(（] ?[{_LETTERS}]")
_PLAIN = str.maketrans({"ɑ": "a", "ɡ": "g", "ü": "v", "ê": "e"})
_SURE_NOTES = 1


def undo_notes(working: Working) -> Working:
    """Every note that reads the character before it goes, with its parentheses."""
    text = working.text
    if not _OPENS.search(text):  # without one note that is beyond doubt none is believed
        return working
    found = [(m, _weight(m, text[m.start() - 1])) for m in _NOTE.finditer(text)]
    words = ((m, text[max(0, m.start() - _LONGEST_WORD) : m.start()]) for m in _WORD_NOTE.finditer(text))
    whole = [m for m, before in words if _reads_word(m[1], before)]
    sure = sum(weight == 2 for _, weight in found) + len(whole)
    least = 1 if sure >= _SURE_NOTES else 2
    edits = [Edit(m.start(), m.end(), "", "pinyin", 1.0 if w == 2 else 0.9) for m, w in found if w >= least]
    return apply(working, edits + [Edit(m.start(), m.end(), "", "pinyin") for m in whole])


def _reads_word(note: str, before: str) -> bool:
    """Whether a note of several syllables reads the last characters of what stands before it, one each."""
    letters = toneless("".join(c for c in note if c.isalpha() or unicodedata.combining(c)))
    if letters == note and len(letters) < _LEAST_LETTERS:
        return False
    ends = {len(letters)}  # how many letters are still to be read, by the characters looked at so far
    for count, character in enumerate(reversed(before), 1):
        syllables = readings(character)
        ends = {end - len(s) for end in ends for s in syllables if letters[:end].endswith(s)}
        if 0 in ends and count > 1:
            return True
    return False


def reads(note: str, character: str) -> bool:
    """Whether ``note`` (tone marks or not) is a reading of ``character``.

    >>> reads("chē", "車"), reads("ju", "车"), reads("km", "里")
    (True, True, False)
    """
    return bool(note and character) and toneless(note) in readings(character)


def reads_exactly(note: str, character: str) -> bool:
    """Whether ``note`` is a reading of ``character``, its tone marks included; without any, whatever its tone.

    >>> reads_exactly("chē", "车"), reads_exactly("ché", "车"), reads_exactly("che", "车")
    (True, False, True)
    """
    if note == toneless(note):
        return reads(note, character)
    return bool(character) and note in _known_readings(character)


@lru_cache(maxsize=20_000)
def readings(character: str) -> frozenset[str]:
    """All readings of a character, without tones, ü as v; empty for what is no Chinese character."""
    return frozenset(map(toneless, _known_readings(character)))


def _known_readings(character: str) -> list[str]:
    from pypinyin.constants import PINYIN_DICT  # a third of a second to load, and few texts have notes

    return [reading for reading in PINYIN_DICT.get(ord(character), "").split(",") if reading]


@lru_cache(maxsize=20_000)
def toneless(reading: str) -> str:
    """A syllable without tone mark or tone number, ü as v.

    >>> toneless("lǜ"), toneless("chuang4")
    ('lv', 'chuang')
    """
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v")).replace("u\u0308", "v")
    return "".join(c for c in letters if not unicodedata.combining(c)).translate(_PLAIN).rstrip("12345")


def _weight(match: re.Match[str], character: str) -> int:
    """2: beyond doubt; 1: believed in a text that has others; 0: no note."""
    left, note, right = match.groups()
    if not reads(note, character):
        return 0
    marked = any(c in _MARKED for c in unicodedata.normalize("NFC", note))
    whole = bool(left) and bool(right)
    if whole and (marked or len(note) > 2):
        return 2
    return 1 if (marked or whole) and (left or right or len(note) > 1) else 0
