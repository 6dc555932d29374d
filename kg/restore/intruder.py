"""A site's or user's name pushed between two characters: 我某某网市 for 我市.

Found without any list of names: a short string that keeps coming back in places where it fits neither side, while the
characters on its two sides fit each other well. How well characters fit is asked of the character model. A name in
Latin letters fits nothing, so that the two sides alone decide.
"""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np

from kg.restore.characters import CharacterModel, model
from kg.restore.edits import Edit, Working, apply
from kg.restore.script import simple_form

_LEAST = 4  # times that a name must come back
# In text with other noise of forums two characters are enough; elsewhere they may be some office's abbreviation.
_SHORTEST, _SHORTEST_ALONE, _LONGEST = 2, 3, 8
_FITTING = 0.3  # pointwise mutual information of two characters that belong together ...
_BETTER = 1.5  # how much better the two sides must fit each other than either fits the name
_STRANGE = -1.0  # ... and of two that meet by chance
_SHARE = 0.9  # of a name's places that must be odd ones
_SHARE_LATIN, _SHARE_ADDRESS = 0.75, 0.5  # a site's address in the midst of a sentence is odd by itself
_FIRST, _COUNT = 0x4E00, 0x5200
_FITTING_ADDRESS = -0.5
_VARIED = 3  # different characters that must stand on either side of the broken words
_HAN = re.compile("[\u4e00-\u9fff]+")
# A site's address, or letters and digits, perhaps with 网 behind: qinghe.cn, QH网.
_LATIN = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:[A-Za-z][A-Za-z0-9]{1,11}网|(?:[A-Za-z0-9-]{1,20}\.){1,3}[a-z]{2,4})(?=[\u4e00-\u9fff])"
)


def undo_intruder(working: Working) -> Working:
    """Every name that stands in odd places only goes from all of them."""
    text = simple_form(working.text)
    shortest = _SHORTEST if any(repair.kind == "jam" for repair in working.repairs) else _SHORTEST_ALONE
    edits = [
        Edit(start, start + len(name), "", "intruder", 0.9)
        for name, places in _candidates(text).items()
        if len(name) >= shortest and _is_odd(text, name, places)
        for start in places
    ]
    edits += _latin(text)
    # Of names that overlap, the longest is the whole.
    edits.sort(key=lambda e: (e.start - e.end, e.start))
    taken: list[Edit] = []
    covered: set[int] = set()
    for edit in edits:
        if covered.isdisjoint(range(edit.start, edit.end)):
            taken.append(edit)
            covered.update(range(edit.start, edit.end))
    return apply(working, taken)


def _candidates(text: str) -> dict[str, list[int]]:
    """Strings that follow an odd junction, with their places: seeds are pairs of characters that meet by chance."""
    if text.isascii():
        return {}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for left in _junctions(text):
        for size in range(_SHORTEST, _LONGEST + 1):
            name = text[left : left + size]
            if len(name) < size or not _HAN.fullmatch(name):
                break
            found[name].append(left)
    return {name: places for name, places in found.items() if len(places) >= _LEAST}


def _junctions(text: str) -> list[int]:
    """Where a pair of Chinese characters that comes back, and that the model finds strange, meets."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64) - _FIRST
    han = (codes >= 0) & (codes < _COUNT)
    keys = np.where(han[:-1] & han[1:], codes[:-1] * _COUNT + codes[1:], -1)
    pairs, counts = np.unique(keys, return_counts=True)
    judge = model()
    odd = [
        key
        for key in pairs[(counts >= _LEAST) & (pairs >= 0)].tolist()
        if judge.closeness(chr(key // _COUNT + _FIRST), chr(key % _COUNT + _FIRST)) < _STRANGE
    ]
    return (np.flatnonzero(np.isin(keys, odd)) + 1).tolist() if odd else []


def _latin(text: str) -> list[Edit]:
    """The names in Latin letters."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for match in _LATIN.finditer(text):
        found[match.group()].append(match.start())
    judge = model() if found else None
    edits = []
    for name, places in found.items():
        sides = [(text[p - 1], text[p + len(name)]) for p in places]
        share, fitting = (_SHARE_ADDRESS, _FITTING_ADDRESS) if "." in name else (_SHARE_LATIN, _FITTING)
        odd = [pair for pair in sides if judge and judge.closeness(*pair) > fitting]
        varied = len({text[p - 2 : p - 1] for p in places}) >= _VARIED
        if varied and len(places) >= _LEAST and len(odd) >= max(_LEAST - 1, share * text.count(name)):
            edits += [Edit(p, p + len(name), "", "intruder", 0.9) for p in places]
    return edits


def _is_odd(text: str, name: str, places: list[int]) -> bool:
    """Whether the name breaks words wherever it stands, stands nowhere else, and is no part of a longer phrase.

    A phrase that comes back takes its neighbours with it; a name pushed between 我 and 市 does not.
    """
    judge = model()
    for side in (-2, len(name) + 1):
        if len({text[p + side] for p in places if 0 <= p + side < len(text)}) < _VARIED:
            return False
    odd = sum(_breaks(judge, text[p - 1], name, text[p + len(name) : p + len(name) + 1]) for p in places)
    return odd >= _LEAST and odd >= _SHARE * text.count(name)


def _breaks(judge: CharacterModel, left: str, name: str, right: str) -> bool:
    """Left and right of the name fit each other, and the name fits neither."""
    return (
        bool(_HAN.fullmatch(right))
        and judge.closeness(left, right) > judge.closeness(left, name[0]) + _BETTER
        and judge.closeness(left, right) > judge.closeness(name[-1], right) + _BETTER
        and judge.closeness(left, name[0]) < _STRANGE
    )
