"""Figures: numbers with their multiplier, unit and approximation, in digits and in Chinese numerals.

Read are amounts (1.3万余件, 一百二十七户, 十几名), shares (百分之八十, 九成, 三分之二), changes (同比增长5.2%), and
both ends of a range (3至5个) and of a change (由3个月缩减至8个工作日). What is not a figure (gold guidelines,
"Observations"): dates and times, ordinals, counts inside a program's name, 一 and 两 as articles, road and telephone
numbers, ages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kg.model import Figure, Qualifier
from kg.recognise.lexicon import alternatives

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

_UNIT = alternatives("units")
# Units that measure a date, a duration or an age: told about time, not about an indicator; but both ends of a range
# or change are, and so is a sum of thousands of hours.
_OF_TIME = frozenset("岁 天 年 个月 小时 分钟 个工作日 届 号令 名次 则 字 步 环节 级 站 分 成".split())
_DURATIONS = frozenset("岁 天 年 个月 小时 分钟 个工作日".split())
_MANY_HOURS = 1000

# With Chinese numerals these are mostly parts of words and names (一道, 三级, 六团镇).
_RARELY_COUNTED = frozenset("级 号 道 面 对 组 段 层 节 成 块 口 队 门 支 把 次 届".split())
# A small count in one Chinese numeral tells something only with these (七个 and 三件 are turns of speech).
_COUNTED_IN_WORDS = frozenset("名 所 座 亩".split())

# Fifteen digits are far above any figure of a county; without a bound a line of digits would cost its square.
_DIGITS_NUMBER = r"(?<![\d.])(?:\d{1,3}(?:[,，]\d{3}){1,4}|\d{1,15})(?:\.\d{1,8})?(?!\d)"
_NUMBER = rf"(?:{_DIGITS_NUMBER}|[零〇一二三四五六七八九十百千两]{{1,9}}(?:[万亿](?![一-龥]{{0,40}}[万亿]))?)"
_SCALE = "(?:[十百万亿]|千(?![米瓦克])){0,2}"
_QUANTITY = rf"{_NUMBER}\s?[余多几]?{_SCALE}[余多几]?\s?"
_FIGURE = re.compile(
    r"(?P<before>(?:近|约|逾|超过|超|突破|达到?|不少于|至少|上)?)"
    rf"(?P<number>{_NUMBER})\s?(?P<mid>[余多几]?)(?P<scale>{_SCALE})(?P<more>[余多几]?)\s?"
    rf"(?P<unit>%|％|‰|{_UNIT})(?P<after>(?:以上|左右|上下|多|有余|余)?)"
)
_PER_CENT = re.compile(r"百分之(?P<number>[零〇一二三四五六七八九十百点两]+)(?P<after>以上|左右|多)?")
_FRACTION = re.compile(r"(?P<of>[一二三四五六七八九十]{1,5})分之(?P<number>[一二三四五六七八九十两]{1,5})(?!\d)")
_TENTHS = re.compile(
    r"(?P<before>近|约|超过?|逾)?(?P<number>[两二三四五六七八九])(?P<more>[余多])?成(?P<half>[一二三四五六七八九]|半)?"
    "(?P<after>以上|左右|多)?(?![员立功为果长本都效年绩片排群型交套品熟就一二三四五六七八九])"
)
# 3至5个 and 60%-80%: the first number may stand without its unit.
_RANGE = re.compile(
    rf"(?P<low>{_DIGITS_NUMBER})(?P<scale>[百千万亿]?)(?P<unit>%|％|‰|{_UNIT})?(?:至|到|[-—~～]{{1,2}})$"
)
_RISING = "增长|增加|提高|提升|上升|增至|增|扩大|扩展|扩|上涨|涨|攀升|跃升|升|养|爬|调|提|发展|壮大"
_FALLING = "缩减|缩短|压缩|压减|减少|下降|降低|缩|降|减|调"
_FROM = re.compile(
    rf"[由从](?:原来的?|过去的?|原先的?|最初的?|当初的?|(?:19|20)\d\d年底?的?|去年的?)?(?:不足|不到|约|近)?(?P<first>{_QUANTITY}(?:%|％|‰|{_UNIT}|成)(?:以上)?)的?[一-龥]{{0,2}}?"
    rf"(?:{_RISING}|{_FALLING})[到至为了]{{1,2}}"
    rf"(?:如今的?|目前的?|现在的?|(?:19|20)\d\d年底?的?|今年的?|去年的?)?(?:约|近|超过?)?(?P<then>{_QUANTITY}(?:%|％|‰|{_UNIT}|成))"
)
_UP = re.compile("(?:增长|增加|提高|提升|上升|增幅|增速|增|涨)(?:了|达到?|约|近|超过?)?$")
_DOWN = re.compile("(?:下降|减少|降低|下滑|缩短|压缩|压减|降幅|降|减)(?:了|达到?|约|近|超过?)?$")
_REACHING = re.compile(f"(?:{_RISING}|{_FALLING})[至到]$")
_BEFORE_NOT = re.compile(r"(?:第|这?几|[“‘《]|[A-Za-z]|[\d.]|[-－—~～至]|电话)$")
_LISTED = re.compile("[、和与及]|以及")
# 5组的村民 and 10组组长 are of group number 5 and 10.
_NUMBERED_AFTER = re.compile("的|组长|村民|群众|居民")
_ROUGHLY = ("近", "约", "逾", "超过", "超", "突破", "上", "不少于", "至少")
_SHARES = frozenset("%‰")


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


def find_figures(text: str) -> Iterator[Figure]:
    """The figures of ``text`` in order; 万 and 亿 are multiplied out and the unit kept.

    >>> [(f.text, int(f.value), f.unit, f.approximate) for f in find_figures("调解1.2万余件，投资3.5亿元")]
    [('1.2万余件', 12000, '件', True), ('3.5亿元', 350000000, '元', False)]
    >>> [(f.text, int(f.value), f.unit, f.qualifier) for f in find_figures("时限由3个月缩减至8个工作日，同比减少5%")]
    [('3个月', 3, '个月', 'Before'), ('8个工作日', 8, '个工作日', 'After'), ('5%', 5, '%', 'Decrease')]
    """
    ends = _ends_of_changes(text)
    found = (*_amounts(text, ends), *_percentages(text), *_tenths(text, ends), *_fractions(text))
    last: Figure | None = None
    # By their starts: the 60% of 60%-80% is found alone first, and then as the lower end.
    for figure in sorted({figure.start: figure for figure in found}.values(), key=lambda figure: figure.start):
        figure = replace(figure, qualifier=figure.qualifier or _qualifier(text, figure, last))
        yield figure
        last = figure


def quantity(text: str) -> tuple[Decimal, str, bool] | None:
    """Value, unit and approximation of a text that is one number, with or without a unit, as a table's cell holds.

    >>> quantity("1,280"), quantity("3.5万元"), quantity("约20%"), quantity("石泉县")
    ((Decimal('1280'), '', False), (Decimal('35000.0'), '元', False), (Decimal('20'), '%', True), None)
    """
    match = _CELL.fullmatch(text.strip())
    if match is None:
        return None
    return _value(match["number"], match["scale"]), _plain_unit(match["unit"]), bool(match["before"] or match["more"])


_CELL = re.compile(
    rf"(?P<before>近|约|逾|超)?(?P<number>{_DIGITS_NUMBER})(?P<scale>{_SCALE})(?P<more>[余多]?)(?P<unit>%|％|‰|{_UNIT}|)"
)


def _amounts(text: str, ends: dict[int, Qualifier]) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        start, unit = match.start("number"), _plain_unit(match["unit"])
        low = _low_end(text, match)
        if not _is_figure(text, match, part=start in ends or low is not None):
            continue
        roughly = bool(match["before"] in _ROUGHLY or match["mid"] or match["more"] or match["after"])
        kind = ends.get(start)
        if low is not None:
            grew = text[low.start() - 1 : low.start()] in ("从", "由")
            lower: Qualifier = "Before" if grew else "LowerBound"
            kind = "After" if grew else "UpperBound"
            said = low[0].rstrip("至到-—~～")
            value = _value(low["low"], low["scale"] or match["scale"])
            yield Figure(low.start(), low.start() + len(said), said, value, unit, roughly, lower)
        value = _value(match["number"], match["scale"])
        yield Figure(start, match.end(), text[start : match.end()], value, unit, roughly, kind)


def _low_end(text: str, match: re.Match[str]) -> re.Match[str] | None:
    """The lower number of a range (3至 in 3至5个), where it has no unit of its own or the same."""
    start = match.start("number")
    low = _RANGE.search(text, max(0, start - 22), start) if match["number"][0].isdigit() else None
    if low is None or low["unit"] and low["unit"] != match["unit"]:
        return None
    if _BEFORE_NOT.search(text, max(0, low.start() - 4), low.start()):
        return None
    return low if _value(low["low"], low["scale"] or match["scale"]) < _value(match["number"], match["scale"]) else None


def _ends_of_changes(text: str) -> dict[int, Qualifier]:
    """Where the figures before and after a change begin: 由3个月缩减至8个工作日."""
    ends: dict[int, Qualifier] = {}
    for match in _FROM.finditer(text):
        ends |= {match.start("first"): "Before", match.start("then"): "After"}
    return ends


def _is_figure(text: str, match: re.Match[str], *, part: bool) -> bool:
    """Whether a number with a unit tells an amount; ``part`` where it is an end of a range or a change."""
    number, unit, start = match["number"], match["unit"], match.start("number")
    chinese = not number[0].isdigit()
    left = text[max(0, start - 4) : start]
    if not part and _BEFORE_NOT.search(left) and not _REACHING.search(left):
        return False
    if unit in _OF_TIME:
        many = unit == "小时" and _value(number, match["scale"]) >= _MANY_HOURS
        averaged = unit == "岁" and "平均年龄" in text[max(0, start - 8) : start]
        lasting = part and unit in _DURATIONS and _value(number, match["scale"]) < _MANY_HOURS
        return lasting or many or averaged
    if unit == "组" and _NUMBERED_AFTER.match(text, match.end()):
        return False
    return not chinese or _counts(match)


def _counts(match: re.Match[str]) -> bool:
    """Whether a number in Chinese numerals counts something, and is no turn of speech."""
    number, unit = match["number"], match["unit"]
    scaled = match["scale"] or any(c in number for c in "十百千万亿")
    if number in ("一", "两") and not scaled and not match["mid"]:
        return False
    if unit in _RARELY_COUNTED or not scaled and (len(number) > 1 or unit not in _COUNTED_IN_WORDS):
        return False
    return number[0] not in "百千万亿" or bool(match["mid"] or match["more"])


def _percentages(text: str) -> Iterator[Figure]:
    for match in _PER_CENT.finditer(text):
        whole, _, part = match["number"].partition("点")
        value = Decimal(chinese_number(whole))
        if part and all(c in _DIGITS for c in part):
            value += Decimal("0." + "".join(str(_DIGITS[c]) for c in part))
        yield Figure(match.start(), match.end(), match[0], value, "%", bool(match["after"]))


def _tenths(text: str, ends: dict[int, Qualifier]) -> Iterator[Figure]:
    """九成 is 90 %, 八成五 is 85 %."""
    for match in _TENTHS.finditer(text):
        start, half = match.start("number"), match["half"]
        value = chinese_number(match["number"]) * 10 + (5 if half == "半" else chinese_number(half) if half else 0)
        roughly = bool(match["before"] or match["more"] or match["after"])
        if text[start - 1 : start] not in ("十", "第") or start == 0:
            yield Figure(start, match.end(), text[start : match.end()], Decimal(value), "%", roughly, ends.get(start))


def _fractions(text: str) -> Iterator[Figure]:
    """三分之二 as a number of four digits after the point, approximate where these do not say it whole."""
    for match in _FRACTION.finditer(text):
        of = chinese_number(match["of"])
        share = Decimal(chinese_number(match["number"])) / of
        value = round(share, 4).normalize()
        yield Figure(match.start(), match.end(), match[0], value, "", value != share, "Share")


def _qualifier(text: str, figure: Figure, last: Figure | None) -> Qualifier | None:
    """A change where a word of it stands right before; in a list (下降5%、6%和7%) as the one before; else a share."""
    left = text[max(0, figure.start - 8) : figure.start]
    if _UP.search(left):
        return "Increase"
    if _DOWN.search(left):
        return "Decrease"
    if last is not None and last.unit == figure.unit and _LISTED.fullmatch(text, last.end, figure.start):
        return last.qualifier
    return "Share" if figure.unit in _SHARES else None


def _plain_unit(unit: str) -> str:
    return "%" if unit == "％" else unit


def _value(number: str, scale: str) -> Decimal:
    plain = number.replace(",", "").replace("，", "")
    return multiplied(Decimal(plain) if plain[0].isdigit() else Decimal(chinese_number(plain)), scale)


def multiplied(value: Decimal, scale: str) -> Decimal:
    """``value`` times what the characters of ``scale`` say, each of them: 万, 亿, 千万.

    >>> multiplied(Decimal("1.5"), "千万")
    Decimal('15000000.0')
    """
    for char in scale:
        value *= _TENS.get(char) or _MYRIADS[char]
    return value
