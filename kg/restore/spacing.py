"""White space and line ends that a copy put where no writer did.

Lines broken in mid-sentence are joined, spaces inside words and about numbers go, empty lines come singly. A space
between two words of Chinese characters stays: it may part two people's names, or the halves of a headline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kg.restore.characters import model
from kg.restore.edits import Edit, Working, apply
from kg.restore.gbkbytes import seen

_HAN = "\u4e00-\u9fff"
_WHITE = re.compile("[ \n]+")
_SPREAD_WORD = re.compile(rf"(?<![{_HAN}])[{_HAN}](?: [{_HAN}](?![{_HAN}])){{3,}}")
_BEFORE_NUMBER = re.compile(rf"(?<=[{_HAN}]) (?=[0-9][0-9.,]{{0,15}} ?[{_HAN}%])")
_AFTER_NUMBER = re.compile(rf"[{_HAN},，。、“(（] ?[0-9][0-9.,]{{0,15}} (?=[{_HAN}%])")
_BEFORE_STOP = re.compile(rf"(?<=[{_HAN}”]) (?=[，。、；：！？”）》])|(?<=[，。、；：！？“（《]) (?=[{_HAN}“《])")
_DOUBLED = re.compile(rf"([，。、；：])\1+|(?<=[{_HAN}0-9%])(,),+(?=[{_HAN}“])")
# Some sites push a comma before every stop: 居第一位,。
_BEFORE_A_STOP = re.compile(rf"(?<=[{_HAN}0-9%”]),(?=[，。、；：！？;])")
_TWO_SIGNS = ("，，", "。。", "、、", "；；", "：：", ",,", ",。", ",、", ",；", ",：", ",！", ",？", ",;")
# A line that some program cut into words: they are short, a few of one character, and there is a sign between.
_WORDS = re.compile(rf"^.{{0,20}}[{_HAN}](?: [{_HAN}，,。、；0-9]{{1,5}}){{7,}}.*$", re.MULTILINE)
_BETWEEN_WORDS = re.compile(rf"(?<=[{_HAN}0-9，,。、；]) (?=[{_HAN}0-9，,。、；])")
_LEAST_SINGLE = 2
_COMMA_END = re.compile(rf"(?<=[{_HAN}][，、,])\n(?=[{_HAN}“《])")
_STOP_BEGIN = re.compile(rf"(?<=[{_HAN}0-9）)”])\n(?=[，。、；：！？）》”—]|,[^0-9])")
# A line of a paragraph's width that ends within a sentence, and no empty line behind it.
_OPEN_END = re.compile(rf"^(.{{17,}}[{_HAN}0-9“（《])\n(?=[{_HAN}0-9“《（])", re.MULTILINE)
_PROSE = re.compile("[，,。；、]|^[^ ]*$")  # a headline, a line of fields or of names goes on nowhere
_SIGN = re.compile("[，,。；、！？]")  # nor does a line go on in a heading
_LINE = 200
_GAINS = (5.0, -3.0, -6.0)  # how likely the join must be: for a lone line, one of two of a width, of more


def mend_spacing(working: Working) -> Working:
    """The text with its lines whole and its words unbroken; only white space and doubled signs change."""
    working = apply(working, _edges(working.text))
    working = apply(working, [Edit(at, at + 1, "", "line") for at in _broken_lines(working.text)])
    text = working.text
    if " " in text:
        return apply(working, [*_doubled(text), *_spaces(text)])
    return apply(working, _doubled(text))


def _edges(text: str) -> Iterator[Edit]:
    """No space at a line's edge, no more than one empty line, nothing before the first line and behind the last."""
    for match in _WHITE.finditer(text):
        start, end = match.span()
        if start == 0 or end == len(text):
            yield Edit(start, end, "", "space")
        elif (lines := match.group().count("\n")) and (lines > 2 or lines < end - start):
            yield Edit(start, end, "\n" * min(lines, 2), "space" if lines <= 2 else "line")


def _spaces(text: str) -> list[Edit]:
    spaces = [m.start() + i for m in _SPREAD_WORD.finditer(text) for i, c in enumerate(m.group()) if c == " "]
    spaces += [m.start() for pattern in (_BEFORE_NUMBER, _BEFORE_STOP) for m in pattern.finditer(text)]
    spaces += [m.end() - 1 for m in _AFTER_NUMBER.finditer(text)]
    for line in _WORDS.finditer(text):
        if sum(len(word) == 1 for word in re.findall(rf"[{_HAN}]+", line.group())) >= _LEAST_SINGLE:
            spaces += [m.start() for m in _BETWEEN_WORDS.finditer(text, *line.span())]
    return [Edit(at, at + 1, "", "space") for at in spaces]


def _doubled(text: str) -> list[Edit]:
    if not any(sign in text for sign in _TWO_SIGNS):
        return []
    pushed = [Edit(m.start(), m.end(), "", "doubled") for m in _BEFORE_A_STOP.finditer(text)]
    return [*pushed, *(Edit(m.start() + 1, m.end(), "", "doubled") for m in _DOUBLED.finditer(text))]


def _broken_lines(text: str) -> list[int]:
    """Where line ends stand in mid-sentence: after a comma, before a stop, and where lines wrapped at one width go on.

    A line goes on where its last words and the first of the next are likelier together than a new beginning.
    """
    if "\n" not in text:
        return []
    places = {m.start() for m in _COMMA_END.finditer(text)} | {m.start() for m in _STOP_BEGIN.finditer(text)}
    open_ends = [m for m in _OPEN_END.finditer(text)]
    widths = Counter(width for m in open_ends for width in (len(m[1]) - 1, len(m[1]), len(m[1]) + 1))
    for match in open_ends:
        size = len(match[1])
        alike = max(widths[size], min(1, widths[size // 2]) + 1 if size % 2 == 0 else 0)
        following = text[match.end() : match.end() + _LINE].partition("\n")[0] if alike < len(_GAINS) else "。"
        if not _PROSE.search(match[1]) or not (_SIGN.search(following) or len(following) >= size - 1):
            continue
        if match.start() == 0 and alike == 1 and not _SIGN.search(match[1]):  # a headline, of no other line's width
            continue
        least = _GAINS[min(alike, len(_GAINS)) - 1]
        if _gain(match[1], text[match.end() : match.end() + 3]) > least:
            places.add(match.end() - 1)
    return sorted(places)


def _gain(line: str, following: str) -> float:
    """How much likelier (natural log) what follows is as the line's continuation than as a beginning."""
    judge = model()
    said = seen(following.partition("\n")[0])
    return sum(judge.logs(said, judge.history(seen(line[-6:])))) - sum(judge.logs(said))
