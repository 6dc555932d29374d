"""Characters that carry nothing a reader sees, and page code left in the text.

The text's own punctuation and its widths stay as they are. Private-use characters and U+FFFD stay as well until
the bytes out of step have been looked at, for there they mark where bytes were lost; ``drop_unreadable`` takes
away what is left of them.
"""

from __future__ import annotations

import html
import re

from kg.restore.edits import Edit, Working, apply

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width and bidirectional marks, byte order mark, halves of surrogates, tags.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_ODD_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}[0-9]{0,2});"
    r"|&(?:nbsp|[em]sp|[lr][ds]quo|hellip|mdash|middot)(?![A-Za-z0-9;=])"  # whose ";" was lost
)
_TAG_NAMES = (
    "span|div|p|br|a|b|i|u|em|strong|font|img|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|center|section|article|"
    "script|style|iframe|hr|sup|sub|video|o:p|st1:[a-z]{1,20}"
)
_TAG = re.compile(
    r"<(script|style)\b[^<>]{0,500}>[^<]{0,5000}</\1>"
    rf"|<!--[^<>\n]{{0,300}}-->|</?(?:{_TAG_NAMES})(?:[\s/][^<>\n]{{0,500}})?>",
    re.IGNORECASE,
)
# Discuz and its kin: [size=3], [/color], [img]address[/img]. What is no such name stays: [2023], [公告].
_BOARD_NAMES = (
    "align|color|backcolor|font|size|url|email|quote|code|list|table|tr|td|float|hide|indent|attach|media|b|i|u|s|p"
)
_BOARD_CODE = re.compile(
    r"\[(img|attach|attachimg|flash|media)(?:=[^\[\]\n]{0,60})?\][^\[\]\n]{0,300}\[/\1\]"
    rf"|\[/?(?:{_BOARD_NAMES})(?:=[^\[\]\n]{{0,200}})?\]|\[\*\]|\{{:\d{{1,3}}_\d{{1,4}}:\}}",
    re.IGNORECASE,
)
_BREAKING = re.compile(
    r"</?(?:p|br|div|tr|li|h[1-6]|section|article|table)\b|\[/?(?:align|quote|list|table|tr|p)\b|\[\*\]", re.IGNORECASE
)
# Codes that are a text's own labels unless these stand in it too: [B] without its [/B], [*] without a list.
_TWINS = {f"[{name}]": f"[/{name}]" for name in "biusp"} | {"[*]": "[list"}
_LEAST_CODES = 2  # a single [b] or [url] may be the text's own
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_UNREADABLE = re.compile(f"[{_PRIVATE}\ufffd]+")
# A private-use character is some font's sign: a bullet, a point between digits (4\ue0105% for 4.5%). Only in the midst
# of words is it noise; elsewhere it stays, for without it the figure would be another one.
_NOISE = re.compile(f"(?<=[\u4e00-\u9fff])[{_PRIVATE}\ufffd]+(?![0-9])|\ufffd+(?<![0-9]\ufffd)|\ufffd(?![0-9\ufffd])")


def normalise(working: Working) -> Working:
    """Line ends become \\n, invisible characters go, every kind of space is one, entities and tags are undone."""
    text = working.text
    working = apply(working, [Edit(*m.span(), "", "invisible") for m in _INVISIBLE.finditer(text)])
    spaces = _ODD_SPACES.finditer(working.text)
    working = apply(working, [Edit(*m.span(), " " * len(m.group()), "space") for m in spaces])
    working = apply(working, [Edit(m.start(), m.end(), "\n", "line") for m in _LINE_ENDS.finditer(working.text)])
    return page_code(working)


def page_code(working: Working) -> Working:
    """Entities become their characters; tags and forum codes go, those that break a line leave a line end."""
    if "&" in working.text:
        working = apply(working, [e for m in _ENTITY.finditer(working.text) if (e := _entity(m))])
    if "<" in working.text:
        working = apply(working, [_tag(m) for m in _TAG.finditer(working.text)])
    if "[" in working.text or "{:" in working.text:
        working = apply(working, [_tag(m) for m in _board_codes(working.text)])
    return working


def drop_unreadable(working: Working) -> Working:
    """Private-use characters within words, and U+FFFD but between digits, go: nothing can be known of them any more."""
    if not _UNREADABLE.search(working.text):
        return working
    return apply(working, [Edit(m.start(), m.end(), "", "unreadable") for m in _NOISE.finditer(working.text)])


def _entity(match: re.Match[str]) -> Edit | None:
    character = html.unescape(match.group().rstrip(";") + ";")
    if character == match.group():
        return None
    if _INVISIBLE.fullmatch(character) or _UNREADABLE.fullmatch(character):
        character = ""
    elif _ODD_SPACES.fullmatch(character):
        character = " "
    return Edit(match.start(), match.end(), character, "entity")


def _board_codes(text: str) -> list[re.Match[str]]:
    lowered = text.lower()
    labels = {code for code, twin in _TWINS.items() if twin not in lowered}
    codes = [match for match in _BOARD_CODE.finditer(text) if match.group().lower() not in labels]
    return [match for match in codes if len(codes) >= _LEAST_CODES or match.group().startswith("{")]


def _tag(match: re.Match[str]) -> Edit:
    return Edit(match.start(), match.end(), "\n" if _BREAKING.match(match.group()) else "", "tag")
