"""GBK's bytes: which character two of them make, which bytes a shown character may stand for, which pairs vanish."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kg.restore.characters import plain
from kg.restore.pinyin import readings
from kg.restore.script import simple_form

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
def read_as(syllable: str) -> tuple[str, ...]:
    """Every character of GBK that has this reading, a syllable without tone."""
    return tuple(c for c in _every() if syllable in readings(c))


def completions(leads: tuple[int, ...], syllable: str) -> Iterator[str]:
    """The characters that begin with one of the bytes; with a syllable, those that it reads.

    Where neither byte nor reading is known, nothing can be said.
    """
    if syllable:
        yield from (c for c in read_as(syllable) if c.encode("gbk")[0] in leads)
    elif len(leads) == 1:
        yield from filter(None, (character(leads[0], trail) for trail in TRAILS))


def plain_width(text: str) -> str:
    """Full-width signs of GBK's row A3 at half width, for texts that write their commas so."""
    return text.translate(_NARROW)


@lru_cache(maxsize=30_000)
def seen(text: str) -> str:
    """The text as the character model knows it, of the same length."""
    return plain(simple_form(text))


@lru_cache(maxsize=1)
def _every() -> tuple[str, ...]:
    return tuple(filter(None, (character(lead, trail) for lead in LEADS for trail in TRAILS)))
