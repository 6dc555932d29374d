"""A site's or user's name pushed between two characters: 我某某网市 for 我市.

Found without any list of names: a short string that keeps coming back in places where it fits neither side, while the
characters on its two sides fit each other well. How well characters fit is asked of the character model.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from kg.restore.characters import CharacterModel, model, plain
from kg.restore.edits import Edit, Working, apply
from kg.restore.script import simple_form

_LEAST = 4  # times that a name must come back
# In text with other noise of forums two characters are enough; elsewhere they may be some office's abbreviation.
_SHORTEST, _SHORTEST_ALONE, _LONGEST = 2, 3, 8
_FITTING = 0.3  # pointwise mutual information of two characters that belong together ...
_STRANGE = -1.0  # ... and of two that meet by chance
_CLEARLY = 3.0  # by how much a rarer pair (我县) must fit better than what the name makes of it
_SHARE = 0.9  # of a name's places that must be odd ones
_VARIED = 3  # different characters that must stand on either side of the broken words
_HAN = re.compile("[\u4e00-\u9fff]+")


def undo_intruder(working: Working) -> Working:
    """Every name that stands in odd places only goes from all of them."""
    text = plain(simple_form(working.text))
    shortest = _SHORTEST if any(repair.kind == "jam" for repair in working.repairs) else _SHORTEST_ALONE
    edits = [
        Edit(start, start + len(name), "", "intruder", 0.9)
        for name, places in _candidates(text).items()
        if len(name) >= shortest and _is_odd(text, name, places)
        for start in places
    ]
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
    pairs = Counter(map("".join, zip(text, text[1:], strict=False)))
    judge = model()
    odd = {p for p, n in pairs.items() if n >= _LEAST and _HAN.fullmatch(p) and judge.closeness(*p) < _STRANGE}
    if not odd:
        return {}
    found: defaultdict[str, list[int]] = defaultdict(list)
    junctions = [i + 1 for i, pair in enumerate(zip(text, text[1:], strict=False)) if "".join(pair) in odd]
    for left in junctions:
        for size in range(_SHORTEST, _LONGEST + 1):
            name = text[left : left + size]
            if len(name) < size or not _HAN.fullmatch(name):
                break
            found[name].append(left)
    return {name: places for name, places in found.items() if len(places) >= _LEAST}


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
    if not _HAN.fullmatch(right):
        return False
    whole, broken = judge.closeness(left, right), (judge.closeness(left, name[0]), judge.closeness(name[-1], right))
    return max(broken) < _STRANGE < whole and (whole > _FITTING or whole - min(broken) > _CLEARLY)
