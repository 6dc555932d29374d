"""UTF-8 read as something else: åŽ¿å§” (as CP1252 or Latin-1) and 鍘垮 (as GBK) are 县委.

The characters are encoded again as they were read and decoded as what they are. That succeeds by chance for hardly any
text: what is taken must be valid UTF-8 and hold Chinese characters. 锟斤拷 is what is left where U+FFFD itself was read
so: nothing can be known of what stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.restore.characters import mean, model
from kg.restore.edits import Edit, Working, apply
from kg.restore.gbkbytes import seen

# What CP1252 and Latin-1 make of the bytes from 0x80 on; the bytes that CP1252 leaves out are read as controls.
_LATIN_BYTES = {bytes((b,)).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
_LATIN_BYTES |= {chr(b): b for b in range(0x80, 0x100)}
_LATIN = re.compile(f"[{re.escape(''.join(_LATIN_BYTES))}]{{3,}}")
_LEAD = re.compile("[\xc2-\xef]")
_HAN = re.compile("[\u4e00-\u9fff，。、：；！？（）]")
# 的, 。, ，, 一, 在, 是, 人 and what follows them, as GBK shows their bytes.
_GBK_SIGNS = re.compile("[鐨銆锛鏄涓鍦浜鏈鍜涔鍘闀鏀绾宸瀹]")
_WIDE = re.compile("[^\x00-\x7f]{2,}")
_LOST = re.compile("(?:锟斤拷)+锟?斤?")


def undo_mojibake(working: Working) -> Working:
    """Every stretch that is UTF-8 read as CP1252, Latin-1 or GBK becomes what it was."""
    text = working.text
    if text.isascii():
        return working
    edits = [Edit(*m.span(), "", "mojibake") for m in _LOST.finditer(text)] if "锟斤" in text else []
    if _LEAD.search(text):
        edits += [edit for m in _LATIN.finditer(text) if (edit := _latin(m))]
    if len(_GBK_SIGNS.findall(text)) * 40 > len(text):
        edits += [edit for m in _WIDE.finditer(text) if (edit := _gbk(m))]
    return apply(working, edits)


def _latin(match: re.Match[str]) -> Edit | None:
    data = bytes(_LATIN_BYTES[c] for c in match.group())
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        whole = _without_edges(data)
    return Edit(*match.span(), whole, "mojibake", 0.99) if _HAN.search(whole) else None


def _without_edges(data: bytes) -> str:
    """The text of bytes of which the first or last few are no UTF-8, with U+FFFD for those; empty for other bytes."""
    whole = data.decode("utf-8", "replace")
    return whole if whole.count("\ufffd") <= max(1, len(whole) // 20) else ""


def _gbk(match: re.Match[str]) -> Edit | None:
    """The stretch as UTF-8, where that is the likelier text; a byte that was lost at its end shows as U+FFFD."""
    shown = match.group()
    whole = _without_edges(b"".join(_bytes(shown)))
    if not _HAN.search(whole):
        return None
    judge = model()
    better = mean(judge.logs(seen(whole))) - mean(judge.logs(seen(shown)))
    return Edit(*match.span(), whole, "mojibake", 0.95) if better > 2.0 else None


def _bytes(text: str) -> Iterator[bytes]:
    for character in text:
        try:
            yield character.encode("gb18030")
        except UnicodeEncodeError:
            yield b"?"
