"""A site's or user's name pushed between two characters: 我某某网市 for 我市.

Found without any list of names: a short string that keeps coming back in places where it fits neither side, while the
characters on its two sides fit each other well. How well characters fit is asked of the character model. A name in
Latin letters fits nothing, so that the two sides alone decide.
"""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np

from kg.restore.characters import BITS, CharacterModel, model
from kg.restore.edits import Edit, Working, apply
from kg.restore.script import simple_form

_LEAST = 4  # times that a name must come back
# In text with other noise of forums two characters are enough; elsewhere they may be some office's abbreviation.
_SHORTEST, _SHORTEST_ALONE, _LONGEST = 2, 3, 8
_FITTING = -0.2  # pointwise mutual information of two characters that belong together ...
_BETTER = 1.2  # how much better the two sides must fit each other than either fits the name
_STRANGE = 0.0  # ... and of two that meet by chance
_SHARE = 0.9  # of a name's places that must be odd ones
_SHARE_LATIN, _SHARE_ADDRESS = 0.6, 0.4  # a site's address in the midst of a sentence is odd by itself
_FIRST, _LAST = 0x4E00, 0x9FFF
_FITTING_ADDRESS = -0.5
_SPREAD, _FEW_BITS = np.uint32(0x9E3779B1), 14  # a multiplier that spreads, and the bits looked at
_VARIED = 3  # different characters that must stand on either side of the broken words ...
_TORN = 4.0  # ... but for a word whose halves hardly stand apart
_HAN = re.compile("[\u4e00-\u9fff]+")
# A site's address, or letters and digits, perhaps with 网 behind: qinghe.cn, QH网.
_LATIN = re.compile(
    r"[A-Za-z0-9-](?<=[\u4e00-\u9fff].)"
    r"(?:(?<=[A-Za-z])[A-Za-z0-9]{1,11}网|[A-Za-z0-9-]{0,19}\.(?:[A-Za-z0-9-]{1,20}\.){0,2}[a-z]{2,4})(?=[\u4e00-\u9fff])"
)


def undo_intruder(working: Working) -> Working:
    """Every name that stands in odd places only goes from all of them."""
    text = simple_form(working.text)
    shortest = _SHORTEST if any(repair.kind == "jam" for repair in working.repairs) else _SHORTEST_ALONE
    edits = [
        Edit(start, start + len(name), "", "intruder", 0.9)
        for name, places in _candidates(text, shortest).items()
        if _is_odd(text, name, places)
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


def _candidates(text: str, shortest: int) -> dict[str, list[int]]:
    """Strings that follow an odd junction, with their places: seeds are pairs of characters that meet by chance.

    A place goes on to a longer string only where the shorter one comes back often enough.
    """
    if text.isascii():
        return {}
    found: dict[str, list[int]] = {}
    places = _junctions(text).tolist()
    for size in range(shortest, _LONGEST + 1):
        names: defaultdict[str, list[int]] = defaultdict(list)
        for left in places:
            names[text[left : left + size]].append(left)
        often = {name: at for name, at in names.items() if len(at) >= _LEAST and _HAN.fullmatch(name)}
        found |= often
        places = [left for at in often.values() for left in at]
    return found


def _junctions(text: str) -> np.ndarray:
    """Where a pair of Chinese characters that comes back, and that the model finds strange, meets."""
    judge = model()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    han = codes - np.uint32(_FIRST) <= _LAST - _FIRST
    places = np.flatnonzero(han[:-1] & han[1:])
    numbers = judge.coded(codes)
    keys = (numbers[:-1] << np.uint32(BITS) | numbers[1:])[places]
    # Few pairs come back: the others are told by the count of a few bits of theirs, without being sorted.
    bits = keys * _SPREAD >> np.uint32(32 - _FEW_BITS)
    back = np.flatnonzero((np.bincount(bits, minlength=1 << _FEW_BITS) >= _LEAST)[bits])
    pairs, which, counts = np.unique(keys[back], return_inverse=True, return_counts=True)
    often = np.flatnonzero(counts >= _LEAST)
    odd = np.zeros(len(pairs), dtype=bool)
    odd[often] = judge.closenesses(pairs[often].astype(np.uint64)) < _STRANGE
    return places[back[odd[which]]] + 1


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
        torn = judge is not None and all(judge.closeness(*pair) > _TORN for pair in sides)
        if (varied or torn) and len(places) >= _LEAST and len(odd) >= max(_LEAST - 1, share * text.count(name)):
            edits += [Edit(p, p + len(name), "", "intruder", 0.9) for p in places]
    return edits


def _is_odd(text: str, name: str, places: list[int]) -> bool:
    """Whether the name breaks words wherever it stands, stands nowhere else, and is no part of a longer phrase.

    A phrase that comes back takes its neighbours with it; a name pushed between 我 and 市 does not.
    """
    least = max(_LEAST, _SHARE * text.count(name))
    if len(places) < least:
        return False
    judge = model()
    if not all(_tears(judge, text[p - 1 : p], name, text[p + len(name) : p + len(name) + 1]) for p in places):
        for side in (-2, len(name) + 1):
            if len({text[p + side] for p in places if 0 <= p + side < len(text)}) < _VARIED:
                return False
    odd = sum(_breaks(judge, text[p - 1], name, text[p + len(name) : p + len(name) + 1]) for p in places)
    return odd >= least


def _tears(judge: CharacterModel, left: str, name: str, right: str) -> bool:
    """Left and right of the name are a word, and neither was ever met beside the name."""
    return (
        bool(left and right)
        and judge.closeness(left, right) > _TORN
        and not judge.met(left, name[0])
        and not judge.met(name[-1], right)
    )


def _breaks(judge: CharacterModel, left: str, name: str, right: str) -> bool:
    """Left and right of the name fit each other, and the name fits neither."""
    return (
        bool(_HAN.fullmatch(right))
        and judge.closeness(left, right) > judge.closeness(left, name[0]) + _BETTER
        and judge.closeness(left, right) > judge.closeness(name[-1], right) + _BETTER
        and judge.closeness(left, name[0]) < _STRANGE
    )
