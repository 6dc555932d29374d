"""GBK's bytes: which character two of them make, which bytes a shown character may stand for, which pairs vanish."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kg.restore.characters import model, plain
from kg.restore.pinyin import readings
from kg.restore.script import new_forms, old_forms, old_forms_of, simple_form

LEADS = tuple(range(0x81, 0xFF))
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
TRAILS = tuple(b for b in range(0x40, 0xFF) if b != 0x7F)


@lru_cache(maxsize=30_000)
def character(first: int, second: int) -> str:
    """The character of two GBK bytes; empty where they make none.

    >>> character(0xCF, 0xD8)
    '县'
    """
    try:
        made = bytes((first, second)).decode("gbk")
    except UnicodeDecodeError:
        return ""
    return made if len(made) == 1 else ""


@lru_cache(maxsize=20_000)
def encodings(shown: str) -> tuple[bytes, ...]:
    """The GBK bytes that may stand behind a character: an ASCII sign may have been a full-width one."""
    if shown == " ":
        return (b"\xa1\xa1",)
    if "!" <= shown <= "~":
        wide = bytes((0xA3, ord(shown) + 0x80))
        return (wide, shown.encode()) if shown >= "@" else (wide,)
    try:
        encoded = shown.encode("gb18030")
    except UnicodeEncodeError:
        return ()
    return (encoded,) if len(encoded) == 2 else ()


@lru_cache(maxsize=1)
def vanishing() -> dict[int, tuple[int, ...]]:
    """First bytes, each with the second bytes that make a pair of the user-defined areas with it."""
    pairs = {lead: tuple(t for t in TRAILS if not character(lead, t)) for lead in LEADS}
    return {lead: trails for lead, trails in pairs.items() if len(trails) > 20}


@lru_cache(maxsize=1000)
def before_vanished(leads: tuple[int, ...]) -> tuple[Choice, tuple[int, ...], np.ndarray]:
    """The characters that begin with one of the bytes and end with the first byte of a pair that vanishes.

    With each its second byte, and the cost (natural log) of its pair's being among those that vanish.
    """
    made = [(c, second) for second in vanishing() for lead in leads if (c := character(lead, second))]
    costs = [math.log(len(TRAILS) / len(vanishing()[second])) / 2 for _, second in made]
    return _choice(c for c, _ in made), tuple(second for _, second in made), np.array(costs, dtype=np.float32)


_FEW = 20  # first bytes between which the context may choose where the second is unknown


_FOREIGN = 5.0  # a Traditional character in a Simplified text, or the other way round
_SECOND, _VARIANT = 1.0, 3.0  # an old form that another is more usual than, and one that opencc does not list


class Choice(NamedTuple):
    """Characters of which one stands in a place: their numbers in the model, what is odd about each in a script."""

    characters: str
    numbers: np.ndarray
    odd_in_new: np.ndarray
    odd_in_old: np.ndarray


@lru_cache(maxsize=2000)
def completing(leads: tuple[int, ...], trail: int) -> Choice:
    """The characters of one of the first bytes and this second one."""
    return _choice(character(lead, trail) for lead in leads)


@lru_cache(maxsize=2000)
def beginning(lead: int, trails: tuple[int, ...] = TRAILS) -> Choice:
    """The characters of this first byte and one of the second ones."""
    return _choice(character(lead, trail) for trail in trails)


@lru_cache(maxsize=2000)
def completions(leads: tuple[int, ...], syllable: str) -> Choice:
    """The characters that begin with one of the bytes; with a syllable, those that it reads.

    Where neither byte nor reading is known, nothing can be said.
    """
    if syllable:
        return _choice(c for lead, c in _read_as(syllable) if lead in leads)
    if leads == LEADS:
        return _choice(())
    every = [c for b in leads for c in beginning(b).characters]
    return _choice(every if len(leads) <= _FEW else (c for c in every if seen(c) in model().number))


def _choice(made: Iterable[str]) -> Choice:
    characters = "".join(made)
    return Choice(
        characters,
        np.array(model().numbers("".join(map(seen, characters))), dtype=np.intp),
        np.array([oddity(c, "new") for c in characters], dtype=np.float32),
        np.array([oddity(c, "old") for c in characters], dtype=np.float32),
    )


@lru_cache(maxsize=50_000)
def oddity(character: str, script: str) -> float:
    """How much less likely (natural log) a form is in a text of this script than the character it is a form of."""
    if script == "new":
        return _FOREIGN if character in old_forms() else 0.0
    if character in new_forms():
        return _FOREIGN
    usual = old_forms_of(seen(character))
    return 0.0 if character in usual[:1] else _SECOND if character in usual else _VARIANT


@lru_cache(maxsize=30_000)
def plain_width(text: str) -> str:
    """Full-width signs of GBK's row A3 at half width, for texts that write their commas so."""
    return text.translate(_NARROW)


@lru_cache(maxsize=30_000)
def seen(text: str) -> str:
    """The text as the character model knows it, of the same length."""
    return plain(simple_form(text))


def _read_as(syllable: str) -> tuple[tuple[int, str], ...]:
    """Every character of GBK that has this reading, a syllable without tone, behind its first byte."""
    return _by_reading().get(syllable, ())


@lru_cache(maxsize=1)
def _by_reading() -> dict[str, tuple[tuple[int, str], ...]]:
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for lead in LEADS:
        for c in filter(None, (character(lead, trail) for trail in TRAILS)):
            for syllable in readings(c):
                found[syllable].append((lead, c))
    return {syllable: tuple(every) for syllable, every in found.items()}
