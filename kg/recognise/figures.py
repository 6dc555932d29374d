"""Figures: numbers with their multiplier, unit and approximation, in digits and in Chinese numerals.

What is not a figure (gold guidelines, "Observations"): dates and times, ordinals, counts inside a program's
name, 一 and 两 as articles, road and telephone numbers, ages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kg.model import Figure
from kg.recognise.lexicon import alternatives

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

_UNIT = alternatives("units")
# Units that measure a date, a duration or an age: told about time, not about an indicator.
_OF_TIME = frozenset("岁 天 年 个月 小时 分钟 届 号令 名次 则 字 步 环节 级 站 分 成".split())

# With Chinese numerals these are mostly parts of words and names (一道, 三级, 六团镇).
_RARELY_COUNTED = frozenset("级 号 道 面 对 组 段 层 节 成 块 口 队 门 支 把 次 届".split())
# A small count in one Chinese numeral tells something only with these (七个 and 三件 are turns of speech).
_COUNTED_IN_WORDS = frozenset("名 所 座 亩".split())

# Fifteen digits are far above any figure of a county; without a bound a line of digits would cost its square.
_NUMBER = r"(?<![\d.])(?:\d{1,3}(?:[,，]\d{3}){1,4}|\d{1,15})(?:\.\d{1,8})?(?!\d)"
_FIGURE = re.compile(
    rf"(?P<before>(?:近|约|逾|超过|超|突破|达到?|不少于|至少|上)?)"
    rf"(?P<number>{_NUMBER}|[零〇一二三四五六七八九十百千两]{{1,9}}(?:[万亿](?![一-龥]*[万亿]))?)"
    rf"\s?(?P<mid>[余多几]?)(?P<scale>[十百千万亿]{{0,2}})(?P<more>[余多几]?)\s?"
    rf"(?P<unit>%|％|‰|{_UNIT})(?P<after>(?:以上|左右|上下|多|有余|余)?)"
)
_PER_CENT = re.compile(r"百分之(?P<number>[零〇一二三四五六七八九十百点两]+)")
_BEFORE_NOT = re.compile(r"(?:第|[“‘《]|[A-Za-z]|[\d.]|[-－—~～至]|电话)$")


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral up to the hundreds of millions.

    >>> chinese_number("一百二十七"), chinese_number("两千"), chinese_number("十二"), chinese_number("二〇二一")
    (127, 2000, 12, 2021)
    """
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        elif char in _MYRIADS:
            total = (total + section + digit) * _MYRIADS[char]
            section = digit = 0
    return total + section + digit


def _is_figure(text: str, match: re.Match[str]) -> bool:
    number, unit = match["number"], match["unit"]
    chinese = not number[0].isdigit()
    left = text[max(0, match.start("number") - 4) : match.start("number")]
    if _BEFORE_NOT.search(left):
        return False
    if unit in _OF_TIME:
        return False
    if chinese:
        scaled = match["scale"] or any(c in number for c in "十百千万亿")
        if unit in _RARELY_COUNTED or not scaled and (len(number) > 1 or unit not in _COUNTED_IN_WORDS):
            return False
        if number[0] in "百千万亿" and not match["mid"] and not match["more"]:
            return False
    return True


def _value(number: str, scale: str) -> Decimal:
    plain = number.replace(",", "").replace("，", "")
    value = Decimal(plain) if plain[0].isdigit() else Decimal(chinese_number(plain))
    for char in scale:
        value *= _TENS.get(char) or _MYRIADS[char]
    return value


def find_figures(text: str) -> Iterator[Figure]:
    """The figures of ``text`` in order; 万 and 亿 are multiplied out and the unit kept.

    >>> [(f.text, int(f.value), f.unit, f.approximate) for f in find_figures("调解1.2万余件，投资3.5亿元")]
    [('1.2万余件', 12000, '件', True), ('3.5亿元', 350000000, '元', False)]
    """
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        if not _is_figure(text, match):
            continue
        start = match.start("number")
        approximate = bool(
            match["before"] in ("近", "约", "逾", "超过", "超", "突破", "上", "不少于", "至少")
            or match["mid"]
            or match["more"]
            or match["after"]
        )
        unit = {"％": "%"}.get(match["unit"], match["unit"])
        found.append(
            Figure(
                start,
                match.end(),
                text[start : match.end()],
                _value(match["number"], match["scale"]),
                unit,
                approximate,
            )
        )
    for match in _PER_CENT.finditer(text):
        whole, _, part = match["number"].partition("点")
        value = Decimal(chinese_number(whole))
        if part and all(c in _DIGITS for c in part):
            value += Decimal("0." + "".join(str(_DIGITS[c]) for c in part))
        found.append(Figure(match.start(), match.end(), match[0], value, "%"))
    yield from sorted(found)
