"""Clean text damaged as scrapers, forums and page templates damage it: seeded, for benchmarks and for training.

``damage(kind, text, rng)`` gives the damaged text and what a perfect restorer makes of it, which is not always the
clean text: a program that made every comma half-width did so for good.

How bytes get out of step was read off real pages. A program that knows nothing of two-byte characters looks for a
pattern of two bytes in GBK text, the full-width ``！`` (A3 A1) or ``？`` (A3 BF), or a character to put a note behind,
and finds it across two characters: the end of one and the beginning of the next. The text is cut there, and what
follows is read one byte late until a byte below 0x80, or the next cut, puts the reading back in step.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import opencc
from pypinyin import Style, pinyin
from pypinyin.constants import PHRASES_DICT

_WIDE = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
_WIDE_BUT_STOPS = {c: n for c, n in _WIDE.items() if chr(c) not in "！？"}
_HAN = re.compile("[\u4e00-\u9fff]")
_SENTENCE_END = re.compile("(?<=[。！？!?])(?=[^”’）)])")
_NAMES = ("青禾网", "老河口人", "小豆丁", "江边论坛", "三味书屋", "bbs.qinghe.cn", "QH网", "www.hekou365.com")


@dataclass(frozen=True, slots=True)
class Damaged:
    """The damaged text and the text that it should become."""

    raw: str
    whole: str


def damage(kind: str, text: str, rng: random.Random) -> Damaged | None:
    """``text`` with damage of ``kind`` (one of ``KINDS`` or "mixture"); None where it has no place for it."""
    if kind == "mixture":
        return mixture(text, rng)
    return KINDS[kind](text, rng)


# --- notes ---------------------------------------------------------------------------------------------------


def notes(text: str, rng: random.Random) -> Damaged | None:
    """Pinyin notes behind a share of the characters, with or without tone marks, in either kind of parentheses."""
    style = rng.choice((Style.TONE, Style.TONE, Style.NORMAL))
    left, right = rng.choice(("()", "()", "（）"))
    share = rng.uniform(0.05, 0.3)
    out: list[str] = []
    count = 0
    for character in text:
        out.append(character)
        if _HAN.match(character) and rng.random() < share:
            out.append(left + pinyin(character, style=style)[0][0] + right)
            count += 1
    return Damaged("".join(out), text) if count >= 3 else None


# --- bytes out of step ---------------------------------------------------------------------------------------


def cut_at_stops(text: str, rng: random.Random) -> Damaged | None:
    """``！`` and ``？`` looked for in bytes and found across characters: 辦實事?!毕上鎮, 難關??h法院."""
    return _cut(_page(text, rng), text)


def cut_at_stops_hard(text: str, rng: random.Random) -> Damaged | None:
    """The same in Simplified text without notes, where a break goes on for longer and more of it vanishes."""
    return _cut(text.translate(_WIDE_BUT_STOPS), text)


def _cut(page: str, text: str) -> Damaged | None:
    data = page.encode("gbk", "ignore")
    if not _astray(data, {b"\xa3\xa1", b"\xa3\xbf"}):
        return None
    pieces = re.split(b"(\xa3[\xa1\xbf])", data)
    read = "".join(chr(p[1] - 0x80) if i % 2 else read_late(p) for i, p in enumerate(pieces))
    return Damaged(read, text.translate(_WIDE))


def _page(text: str, rng: random.Random) -> str:
    """The text as the pages have it on which such breaks were met: Traditional, half-width, with notes."""
    share = rng.uniform(0.04, 0.12)
    old = _old_form(text.translate(_WIDE_BUT_STOPS))
    return "".join(c + _note(c) if _HAN.match(c) and rng.random() < share else c for c in old)


def _note(character: str) -> str:
    return f"({pinyin(character, style=Style.TONE)[0][0]})"


def note_astray(text: str, rng: random.Random) -> Damaged | None:
    """A pinyin note put behind a character that is not there: 新聞?dòng)浾?黃 for 新聞記者 黃."""
    return _astray_note(_page(text, rng).translate(_WIDE), text, rng)


def note_astray_hard(text: str, rng: random.Random) -> Damaged | None:
    """The same in Simplified text without other notes."""
    return _astray_note(text.translate(_WIDE), text, rng)


def _astray_note(page: str, text: str, rng: random.Random) -> Damaged | None:
    data = page.encode("gbk", "ignore")
    edges = _edges(data)
    places = [i for i in range(len(data) - 1) if i not in edges and i + 2 not in edges and _common(data[i : i + 2])]
    if not places:
        return None
    at = rng.choice(places)
    note = _note(data[at : at + 2].decode("gbk")).encode("gbk", "ignore")
    return Damaged(read_late(data[: at + 2] + note + data[at + 2 :]), text.translate(_WIDE))


def lose_byte(text: str, rng: random.Random) -> Damaged | None:
    """One byte lost somewhere, and the rest read as browsers read it: U+FFFD for an orphan, no ASCII swallowed."""
    data, whole = _broken(text, rng)
    return data and Damaged(data.decode("gb18030", "replace"), whole)


def lose_byte_hard(text: str, rng: random.Random) -> Damaged | None:
    """One byte lost somewhere, and the rest read as old readers did: more is lost than can always be known."""
    data, whole = _broken(text, rng)
    return data and Damaged(read_late(data), whole)


def _broken(text: str, rng: random.Random) -> tuple[bytes, str]:
    whole = text.translate(_WIDE)
    data = (_old_form(whole) if rng.random() < 0.5 else whole).encode("gbk", "ignore")
    places = [i for i in range(len(data)) if data[i] >= 0x80]
    if not places:
        return b"", whole
    at = rng.choice(places)
    return data[:at] + data[at + 1 :], whole


def read_late(data: bytes) -> str:
    """GBK as old programs showed it: a byte that makes no character is "?", and swallows an ASCII sign behind it.

    Pairs of the user-defined areas vanish.

    >>> read_late("县委".encode("gbk")[1:] + b"(")
    '匚?'
    """
    shown, at = [], 0
    while at < len(data):
        pair = data[at : at + 2]
        character = chr(data[at]) if data[at] < 0x80 else _decoded(pair)
        shown.append("?" if character is None else "" if "\ue000" <= character <= "\uf8ff" else character)
        at += 1 if data[at] < 0x80 or len(pair) < 2 or (character is None and pair[1] >= 0x80) else 2
    return "".join(shown)


def _decoded(pair: bytes) -> str | None:
    try:
        return pair.decode("gb18030") if len(pair) == 2 else None
    except UnicodeDecodeError:
        return None


def _edges(data: bytes) -> set[int]:
    edges, at = set(), 0
    while at < len(data):
        edges.add(at)
        at += 1 if data[at] < 0x80 else 2
    return edges


def _astray(data: bytes, patterns: set[bytes]) -> bool:
    edges = _edges(data)
    return any(i not in edges and data[i : i + 2] in patterns for i in range(len(data) - 1))


def _common(pair: bytes) -> bool:
    """Whether the pair is a character that has a note in everyday text: level one of GB 2312, or its old form."""
    character = _decoded(pair)
    return bool(character and _HAN.match(character) and _t2s().convert(character) in _everyday())


# --- forums --------------------------------------------------------------------------------------------------


def jam(text: str, rng: random.Random) -> Damaged | None:
    """What Discuz hides between the lines of a post."""
    lines = _SENTENCE_END.split(text)
    noisy = "\n".join(f"{line}{_discuz(rng)}\n{_discuz(rng).lstrip()}" for line in lines)
    return Damaged(noisy, "\n".join(lines))


def _discuz(rng: random.Random) -> str:
    units = (chr(rng.randint(32, 59)) + " " + chr(rng.randint(63, 126)) for _ in range(rng.randint(5, 15)))
    return re.sub(" +", " ", "".join(units))


def pushed_in(text: str, rng: random.Random) -> Damaged | None:
    """A site's or user's name pushed into a word wherever the word stands, as 我老秘网市 for 我市."""
    words = Counter(text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2] in PHRASES_DICT)
    often = [word for word, count in sorted(words.items()) if count >= 6]
    if not often:
        return None
    word, name = rng.choice(often), rng.choice(_NAMES)
    return Damaged(text.replace(word, word[0] + name + word[1]), text)


# --- script, code, space -------------------------------------------------------------------------------------


def old_script(text: str, rng: random.Random) -> Damaged | None:
    """The text in Traditional characters."""
    return Damaged(_old_form(text), text)


def page_code(text: str, rng: random.Random) -> Damaged | None:
    """Tags, entities, zero-width and private-use characters."""
    bits = ("<span>", "</span>", '<font color="red">', "</font>", "\u200b", "\ufeff", "\ue5d2", "\xad", "<!-- a -->")
    raw = text.replace("“", "&ldquo;").replace("”", "&rdquo;") if rng.random() < 0.5 else text
    places = [m.end() for m in _HAN.finditer(raw)] or [0]
    for place in sorted((rng.choice(places) for _ in range(5)), reverse=True):
        raw = raw[:place] + rng.choice(bits) + raw[place:]
    return Damaged(raw, text)


def mojibake(text: str, rng: random.Random) -> Damaged | None:
    """UTF-8 read as Latin-1, as CP1252 where that can be, or as GBK where no byte is lost by it."""
    data = text.encode()
    try:
        return Damaged(data.decode(rng.choice(("gb18030", "cp1252", "latin-1"))), text)
    except UnicodeDecodeError:
        return Damaged(data.decode("latin-1"), text)


def wrapped(text: str, rng: random.Random) -> Damaged | None:
    """Lines broken at one width, with full-width spaces before the first."""
    width = rng.randint(24, 40)
    if len(text) < 4 * width:
        return None
    cuts = list(range(0, len(text), width))
    if any(not _HAN.match(text[c - 1]) for c in cuts[1:]):
        cuts = [0] + [c for c in cuts[1:] if _HAN.match(text[c - 1])]
    if len(cuts) < len(text) // width:
        return None
    return Damaged("\u3000\u3000" + "\n".join(text[a:b] for a, b in zip(cuts, [*cuts[1:], None], strict=True)), text)


# --- mixtures ------------------------------------------------------------------------------------------------


def mixture(text: str, rng: random.Random) -> Damaged | None:
    """Two or three kinds on one text, in the order in which pages come by them."""
    noted = rng.choice((cut_at_stops, note_astray, notes))(text, rng)
    if noted is None:
        return None
    raw, whole = noted.raw, noted.whole
    if rng.random() < 0.6:
        raw = page_code(raw, rng).raw  # type: ignore[union-attr]
    else:
        raw = "".join(f"{line}{_discuz(rng)}\n{_discuz(rng).lstrip()}" for line in (raw, "", ""))
    return Damaged(raw, whole)


KINDS: dict[str, Callable[[str, random.Random], Damaged | None]] = {
    "pinyin": notes,
    "gbk-stop": cut_at_stops,
    "gbk-note": note_astray,
    "gbk-lost": lose_byte,
    "gbk-stop-hard": cut_at_stops_hard,
    "gbk-note-hard": note_astray_hard,
    "gbk-lost-hard": lose_byte_hard,
    "jam": jam,
    "intruder": pushed_in,
    "script": old_script,
    "code": page_code,
    "mojibake": mojibake,
    "wrapped": wrapped,
}


def _old_form(text: str) -> str:
    return _s2t().convert(text)


@lru_cache(maxsize=1)
def _s2t() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@lru_cache(maxsize=1)
def _t2s() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    rows = bytes(b for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for b in (high, low))
    return frozenset(rows.decode("gb2312", "ignore"))
