"""UTF-8 read as something else: åŽ¿å§” (as CP1252 or Latin-1) and 鍘垮 (as GBK) are 县委; ÏØÎ¯ is GBK read as Latin-1.

The characters are encoded again as they were read and decoded as what they are. That succeeds by chance for hardly any
text: what is taken must be valid and hold Chinese characters. A byte that the wrong reading could not show (U+FFFD, or
"?" at the end of a stretch) is put back by what the character model finds likeliest. 锟斤拷 is what is left where
U+FFFD itself was read so: nothing can be known of what stood there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product

from kg.restore.characters import mean, model
from kg.restore.edits import Edit, Working, apply
from kg.restore.gbkbytes import character, seen
from kg.restore.script import old_forms

# What CP1252 and Latin-1 make of the bytes from 0x80 on; the bytes that CP1252 leaves out are read as controls.
_LATIN_BYTES = {bytes((b,)).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
_LATIN_BYTES |= {chr(b): b for b in range(0x80, 0x100)}
_LATIN = re.compile(f"[{re.escape(''.join(_LATIN_BYTES))}](?:[{re.escape(''.join(_LATIN_BYTES))}]|\ufffd){{1,}}")
_LEAD = re.compile("[\xb0-\xef]")
_CHINESE = re.compile("[\u2010-\u3020\u4e00-\u9fff\uff01-\uff5e]")
# 的, 。, ，, 一, 在, 是, 人 and what follows them, as GBK shows their bytes.
_GBK_SIGNS = re.compile("[鐨銆锛鏄涓鍦浜鏈鍜涔鍘闀鏀绾宸瀹]")
_WIDE = re.compile(r"[^\x00-\x7f](?:[^\x00-\x7f]|\?)+")
_LOST = re.compile("(?:锟斤拷)+锟?斤?")
_UNKNOWN, _MARK = 0xFF, 0xFE  # bytes that no UTF-8 has: for U+FFFD and for a "?"
_INCOMPLETE = re.compile(rb"[\xe2-\xef\xfe\xff][\x80-\xbf\xfe\xff]{2}")
_LEADS, _REST = (*range(0xE3, 0xEA), 0xEF), range(0x80, 0xC0)
_NOT_IN_CP1252 = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_UNUSUAL = 8.0  # for another byte than these (natural log)
_OLD = 0.5  # for a Traditional form, which the model takes for the Simplified one
_LEAST_KNOWN = 3  # one byte in so many may be unknown
_CONTEXT = 6  # characters before a stretch that tell which begins it
_LIKELIER = 2.0  # mean log probability that UTF-8 read as GBK gains
_TIMES = 3  # that a text may have been read wrongly, one time after another
_LEAST_BYTES, _LIKELY = 8, -7.0  # of GBK read as Latin-1: its length, its mean log probability


def undo_mojibake(working: Working) -> Working:
    """Every stretch that is UTF-8 read as CP1252, Latin-1 or GBK, or GBK read as Latin-1, becomes what it was."""
    text = working.text
    if text.isascii():
        return working
    edits = [Edit(*m.span(), "", "mojibake") for m in _LOST.finditer(text)] if "锟斤" in text else []
    if _LEAD.search(text):
        found = list(_LATIN.finditer(text))
        edits += _gbk_as_latin(found) or [edit for m in found if (edit := _latin(m))]
    if len(_GBK_SIGNS.findall(text)) * 40 > len(text):
        edits += _gbk(list(_WIDE.finditer(text)))
    return apply(working, edits)


def _latin(match: re.Match[str]) -> Edit | None:
    shown = match.group()
    for _ in range(_TIMES):
        if len(shown) < 3 or not all(c in _LATIN_BYTES or c == "\ufffd" for c in shown):
            return None
        data = bytes(_LATIN_BYTES.get(c, _UNKNOWN) for c in shown)
        shown = _decoded(data, _about(match), _lost_in_latin)
        if _CHINESE.search(shown):
            return Edit(*match.span(), shown, "mojibake", 0.99)
    return None


def _gbk_as_latin(found: list[re.Match[str]]) -> list[Edit]:
    """The stretches as GBK, where that makes every one of them Chinese and all together likely; else none."""
    try:
        whole = [bytes(_LATIN_BYTES[c] for c in m.group()).decode("gbk") for m in found]
    except (KeyError, UnicodeDecodeError):
        return []
    text = "".join(whole)
    if 2 * len(text) < _LEAST_BYTES or mean(model().logs(seen(text))) < _LIKELY:
        return []
    return [Edit(*m.span(), said, "mojibake", 0.95) for m, said in zip(found, whole, strict=True)]


def _gbk(found: list[re.Match[str]]) -> list[Edit]:
    """The stretches as UTF-8, where that makes all together the likelier text; else none."""
    whole = [_decoded(b"".join(_bytes(m.group())), _about(m), _lost_in_gbk) for m in found]
    pairs = [(m, said) for m, said in zip(found, whole, strict=True) if _CHINESE.search(said)]
    judge = model()
    logs = (mean(judge.logs(seen("".join(texts)))) for texts in (whole, (m.group() for m in found)))
    if not pairs or next(logs) - next(logs) <= _LIKELIER:
        return []
    return [Edit(*m.span(), said, "mojibake", 0.95) for m, said in pairs]


def _lost_in_latin(byte: int, _: int) -> bool:
    return byte in _NOT_IN_CP1252


def _lost_in_gbk(byte: int, following: int) -> bool:
    """Whether a reader of GBK shows no character for the byte, and goes on with the next one."""
    return byte == 0x80 or not character(byte, following)


def _about(match: re.Match[str]) -> tuple[str, str]:
    """A few characters before and behind a stretch."""
    text = match.string
    return text[max(0, match.start() - _CONTEXT) : match.start()], text[match.end() : match.end() + 2] or "\n"


def _decoded(data: bytes, about: tuple[str, str], is_lost: Callable[[int, int], bool]) -> str:
    """The text of UTF-8 bytes of which some are unknown, with U+FFFD for those few that remain so; empty otherwise."""
    if (data.count(_UNKNOWN) + data.count(_MARK)) * _LEAST_KNOWN > len(data):
        return ""
    known = bytearray(about[0].encode("utf-8", "ignore"))
    begin, at = len(known), 0
    for match in _INCOMPLETE.finditer(data):
        if 1 <= sum(b >= _MARK for b in match.group()) <= 2:
            known += data[at : match.start()]
            known += _completed(known, match, about[1], is_lost)
            at = match.end()
    known += data[at:]
    whole = bytes(known[begin:]).replace(bytes((_MARK,)), b"?").decode("utf-8", "replace")
    return whole if whole.count("\ufffd") <= max(1, len(whole) // 20) else ""


def _completed(before: bytearray, match: re.Match[bytes], after: str, is_lost: Callable[[int, int], bool]) -> bytes:
    """The likeliest character of three bytes of which one or two are unknown."""
    three, data = match.group(), match.string
    several = sum(b >= _MARK for b in three) > 1
    judge = model()
    history = judge.history(seen(bytes(before[-4 * _CONTEXT :]).decode("utf-8", "ignore")))
    following = data[match.end() : match.end() + 6].decode("utf-8", "ignore") + after * (match.end() == len(data))

    def choices(place: int) -> Iterable[tuple[int, float]]:
        """The bytes that may stand there, each with its cost."""
        if three[place] < _MARK:
            return ((three[place], 0.0),)
        if place == 0 or match.start() + place == len(data) - 1:
            return ((b, 0.0) for b in (_REST if place else _LEADS))
        if several:
            return ((b, 0.0) for b in _REST if is_lost(b, data[match.start() + place + 1]))
        lost = (is_lost(b, data[match.start() + place + 1]) for b in _REST)
        return ((b, 0.0 if gone else _UNUSUAL) for b, gone in zip(_REST, lost, strict=True))

    def worth(chosen: tuple[tuple[int, float], ...]) -> float:
        said = bytes(b for b, _ in chosen).decode("utf-8", "replace")
        cost = sum(cost for _, cost in chosen) + _UNUSUAL * said.count("\ufffd") + _OLD * (said in old_forms())
        return sum(judge.logs(seen(said + following), history)) - cost

    return bytes(b for b, _ in max(product(*map(choices, range(3))), key=worth))


def _bytes(text: str) -> Iterator[bytes]:
    for shown in text:
        if shown in "?\ufffd€":
            yield bytes((0x80 if shown == "€" else _MARK if shown == "?" else _UNKNOWN,))
            continue
        try:
            yield shown.encode("gb18030")
        except UnicodeEncodeError:
            yield bytes((_UNKNOWN,))
