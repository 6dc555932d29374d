"""White space and line ends that a copy put where no writer did.

Lines broken in mid-sentence are joined, spaces inside words and about numbers go, empty lines come singly. A space
between two words of Chinese characters stays: it may part two people's names, or the halves of a headline.
"""

from __future__ import annotations

import re

from kg.restore.edits import Edit, Working, apply

_HAN = "\u4e00-\u9fff"
_EDGES = re.compile(r"(?<=\n) +| +(?=\n|\Z)|\A[ \n]+|\n+\Z")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SPREAD_WORD = re.compile(rf"(?<![{_HAN}])[{_HAN}](?: [{_HAN}](?![{_HAN}])){{3,}}")
_BEFORE_NUMBER = re.compile(rf"(?<=[{_HAN}]) (?=[0-9][0-9.,]{{0,15}} ?[{_HAN}%])")
_AFTER_NUMBER = re.compile(rf"[{_HAN},，。、“(（] ?[0-9][0-9.,]{{0,15}} (?=[{_HAN}%])")
_BEFORE_STOP = re.compile(rf"(?<=[{_HAN}”]) (?=[，。、；：！？”）》])|(?<=[，。、；：！？“（《]) (?=[{_HAN}“《])")
_DOUBLED = re.compile("([，。、；：])\\1+")
_COMMA_END = re.compile(rf"(?<=[{_HAN}][，、,])\n(?=[{_HAN}“《])")
_LEAST_WIDTH = 18
_LEAST_WRAPPED = 3


def mend_spacing(working: Working) -> Working:
    """The text with its lines whole and its words unbroken; only white space and doubled signs change."""
    working = apply(working, [Edit(*m.span(), "", "space") for m in _EDGES.finditer(working.text)])
    working = apply(working, [Edit(*m.span(), "\n\n", "line") for m in _EMPTY_LINES.finditer(working.text)])
    working = apply(working, [Edit(at, at + 1, "", "line") for at in _broken_lines(working.text)])
    text = working.text
    if " " in text:
        return apply(working, [*_doubled(text), *_spaces(text)])
    return apply(working, _doubled(text))


def _spaces(text: str) -> list[Edit]:
    spaces = [m.start() + i for m in _SPREAD_WORD.finditer(text) for i, c in enumerate(m.group()) if c == " "]
    spaces += [m.start() for pattern in (_BEFORE_NUMBER, _BEFORE_STOP) for m in pattern.finditer(text)]
    spaces += [m.end() - 1 for m in _AFTER_NUMBER.finditer(text)]
    return [Edit(at, at + 1, "", "space") for at in spaces]


def _doubled(text: str) -> list[Edit]:
    if not any(sign in text for sign in ("，，", "。。", "、、", "；；", "：：")):
        return []
    return [Edit(m.start() + 1, m.end(), "", "doubled") for m in _DOUBLED.finditer(text)]


def _broken_lines(text: str) -> list[int]:
    """Where line ends stand in mid-sentence: after a comma, and where lines of one width say that they were wrapped."""
    places = {m.start() for m in _COMMA_END.finditer(text)}
    lines = text.split("\n")
    widths = [len(line) for line in lines]
    widest = max(widths, default=0)
    full = [w >= widest - 2 for w in widths]
    if widest >= _LEAST_WIDTH and sum(full) >= _LEAST_WRAPPED and sum(full) * 3 >= len([w for w in widths if w]):
        at = 0
        for i, line in enumerate(lines[:-1]):
            at += widths[i]
            if full[i] and lines[i + 1] and re.match(f"[{_HAN}0-9]", line[-1:]):
                places.add(at)
            at += 1
    return sorted(places)
