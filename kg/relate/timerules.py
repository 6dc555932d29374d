"""What words of time mean: one table of patterns, each with the function that makes a period of its matches.

A period is written in W3C date literals, as exactly as the words are and no more. A function gives None where the
words mean no period, or need something that is not known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from kg.model import Period
from kg.recognise.figures import chinese_number

__all__ = ["RULES", "TO", "Known", "Means", "month_literal", "shifted", "vague"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known where an expression stands: the document's day, the year in force, the period named before."""

    day: date | None
    year: int | None
    last: Period | None


Means: TypeAlias = Callable[[re.Match[str], Known], Period | None]

_COUNT = "[零〇一二两三四五六七八九十]"
TO = "(?:至|到|[-－—–~～]{1,2})"
_DIGIT_YEAR = r"(?:(?<![\d.])(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})"
_SAID_YEAR = "大前年|前年|去年|上年度?|今年|本年度?|明年|来年|当年|同年|次年|翌年|第二年|全年"
_YEAR = rf"(?:(?P<year>{_DIGIT_YEAR})年度?|(?P<said>{_SAID_YEAR}))"
# The first look is at what a year, a month or a part of a year may begin with: few places of a text stand it.
_DATED = rf"(?=[\d一二三四五六七八九十大前去上今本明来当同次翌第全下首头]){_YEAR}?"
_M = r"(?:(?<![\d.])(?:1[0-2]|0?[1-9])|十[一二]?|[一二三四五六七八九])"
# Months in Chinese numerals are words of the language too (三月三, 十月怀胎): only with a year or a day they are dates.
_BARE_M = r"(?<![\d.\-/])(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_LASTING = rf"(?P<count>(?:\d{{1,2}}|{_COUNT}{{1,3}})|半)(?:多|余)?个?(?P<unit>年|月|周|天)[多余]?"
_N = rf"(?:\d{{1,2}}|{_COUNT}{{1,3}})"

_SAID_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上年度": -1, "今年": 0, "本年": 0, "本年度": 0}
_SAID_YEARS |= {"明年": 1, "来年": 1}
_SAID_DAYS = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晨": 0}
_SAID_DAYS |= {"今晚": 0, "明天": 1, "明日": 1, "后天": 2}
_SAID_MONTHS = {"上月": -1, "上个月": -1, "本月": 0, "下月": 1, "下个月": 1}
_MONTHS_SAID = "上个?月|本月|下个?月|当月|同月"
_TENS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (21, 31), "末": (21, 31)}
_QUARTERS = {"首": 1, "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
# What 以来 counts from in this genre: opening days of congresses and the like.
_EVENTS = {
    "十八大": "2012-11-08",
    "十九大": "2017-10-18",
    "二十大": "2022-10-16",
    "改革开放": "1978-12",
    "新中国成立": "1949-10-01",
    "建国": "1949-10-01",
}


def _number(words: str) -> int:
    return int(words) if words.isascii() else chinese_number(words)


def month_literal(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def shifted(year: int, month: int, by: int) -> tuple[int, int]:
    years, rest = divmod(month - 1 + by, 12)
    return year + years, rest + 1


def _day(year: int, month: int, day: int) -> str | None:
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else None


def _point(literal: str | None) -> Period | None:
    return Period(literal, literal) if literal else None


def _span(start: str | None, end: str | None) -> Period | None:
    return Period(start, end) if start and end and start[:7] <= end[:7] else None


def _year_of(match: re.Match[str], known: Known, month: int | None = None) -> int | None:
    """The year that the expression says, else the one in force, else the one nearest to the document's day."""
    if match["year"]:
        return _number(match["year"])
    said = match["said"]
    if said in _SAID_YEARS:
        return known.day.year + _SAID_YEARS[said] if known.day else None
    if said in ("当年", "同年", "次年", "翌年", "第二年"):
        named = known.last and (known.last.start or known.last.end)
        return int(named[:4]) + (said not in ("当年", "同年")) if named else None
    if known.year is not None or known.day is None:
        return known.year
    # News of January tells of December, and hardly ever of the coming autumn.
    return known.day.year - (month is not None and month - known.day.month > 5)


def _years(match: re.Match[str], known: Known) -> Period | None:
    return _span(match["year"], match["to_year"])


def _year(match: re.Match[str], known: Known) -> Period | None:
    year = _year_of(match, known)
    return _point(f"{year:04}") if year else None


def _year_end(match: re.Match[str], known: Known) -> Period | None:
    year = _year_of(match, known)
    month = {"初": 1, "中": 6}.get(match["part"], 12)
    return _point(month_literal(year, month)) if year else None


def _months(match: re.Match[str], known: Known) -> Period | None:
    first, last = _number(match["month"]), _number(match["to_month"])
    year = _year_of(match, known, first)
    if not year:
        return None
    to_year = int(match["to_year"]) if match["to_year"] else year + (last < first)
    return _span(month_literal(year, first), month_literal(to_year, last))


def _one_month(match: re.Match[str], known: Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    return _point(month_literal(year, month)) if year else None


def _ten_days(match: re.Match[str], known: Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    return _tenth(year, month, match["part"]) if year else None


def _tenth(year: int, month: int, part: str) -> Period | None:
    first, last = _TENS[part]
    return _span(_day(year, month, first), _day(year, month, min(last, monthrange(year, month)[1])))


def _one_day(match: re.Match[str], known: Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    return _point(_day(year, month, _number(match["day"]))) if year else None


def _days(match: re.Match[str], known: Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    if not year:
        return None
    to_month = _number(match["to_month"]) if match["to_month"] else month
    end = _day(year + (to_month < month), to_month, _number(match["to_day"]))
    return _span(_day(year, month, _number(match["day"])), end)


def _iso(match: re.Match[str], known: Known) -> Period | None:
    month = int(match["month"])
    return _point(_day(int(match["year"]), month, int(match["day"]))) if 1 <= month <= 12 else None


def _part(match: re.Match[str], known: Known) -> Period | None:
    """Halves, quarters and the first months of a year."""
    year, part = _year_of(match, known), match["part"]
    if not year:
        return None
    if part in ("上半年", "下半年"):
        first, last = (1, 6) if part == "上半年" else (7, 12)
    elif match["firsts"]:
        first, last = 1, _number(match["firsts"]) * (3 if part.endswith("度") else 1)
    else:
        last = 3 * _QUARTERS[part.removeprefix("第")[0]]
        first = last - 2
    return _span(month_literal(year, first), month_literal(year, last)) if last <= 12 else None


def _said_month(match: re.Match[str], known: Known) -> Period | None:
    if match["said"] in _SAID_MONTHS:
        if known.day is None:
            return None
        year, month = shifted(known.day.year, known.day.month, _SAID_MONTHS[match["said"]])
    else:  # 当月, 同月: the month named before
        named = known.last and (known.last.end or known.last.start)
        if not named or len(named) < 7:
            return None
        year, month = int(named[:4]), int(named[5:7])
    if match["day"]:
        return _point(_day(year, month, _number(match["day"])))
    return _tenth(year, month, match["part"]) if match["part"] else _point(month_literal(year, month))


def _said_day(match: re.Match[str], known: Known) -> Period | None:
    if match[0] in _SAID_DAYS:
        return _point((known.day + timedelta(_SAID_DAYS[match[0]])).isoformat()) if known.day else None
    named = known.last and known.last.end  # 当天, 次日: the day named before
    if not named or len(named) < 10:
        return None
    return _point((date.fromisoformat(named) + timedelta(match[0] in ("次日", "翌日", "第二天"))).isoformat())


def _only_day(match: re.Match[str], known: Known) -> Period | None:
    """8日: of the month named before, else the last such day that the document can know of."""
    day = _number(match["day"])
    named = known.last and known.last.end
    if known.day is not None and not named:
        year, month = shifted(known.day.year, known.day.month, -(day > known.day.day))
        return _point(_day(year, month, day))
    return _point(_day(int(named[:4]), int(named[5:7]), day)) if named and len(named) >= 7 else None


def _week(match: re.Match[str], known: Known) -> Period | None:
    if known.day is None:
        return None
    monday = known.day + timedelta({"上": -7, "下": 7}.get(match["which"], 0) - known.day.weekday())
    if not match["day"]:
        return _span(monday.isoformat(), (monday + timedelta(6)).isoformat())
    return _point((monday + timedelta("一二三四五六日天".index(match["day"]) - (match["day"] == "天"))).isoformat())


def _until_now(match: re.Match[str], known: Known) -> Period | None:
    """五年来, 近三个月: up to the document's day, as exact as the unit."""
    if known.day is None:
        return None
    unit, count = match["unit"], _number(match["count"].replace("半", "0"))
    if match["count"] == "半":
        unit, count = ("月", 6) if unit == "年" else ("天", 15)
    if unit == "年":
        return _span(str(known.day.year - count), str(known.day.year))
    if unit.endswith("月"):
        return _span(month_literal(*shifted(known.day.year, known.day.month, -count)), known.day.isoformat()[:7])
    days = count * (7 if unit == "周" else 1)
    return _span((known.day - timedelta(days)).isoformat(), known.day.isoformat())


def vague(match: re.Match[str], known: Known) -> Period | None:
    """近日, 目前: nothing is said but that it is not later than the document."""
    return Period(None, known.day.isoformat()) if known.day else None


def _plan(match: re.Match[str], known: Known) -> Period | None:
    """A five-year plan: the third began in 1966, the fourteenth runs from 2021 to 2025."""
    count = chinese_number(match["count"])
    first = 1953 + 5 * (count - 1) + (3 if count > 2 else 0)
    part = match["part"]
    return (
        _point(str(first))
        if part in ("初", "开局之年")
        else (_point(str(first + 4)) if part in ("末", "收官之年") else _span(str(first), str(first + 4)))
    )


def _event(match: re.Match[str], known: Known) -> Period | None:
    return _point(_EVENTS[match["event"]])


RULES: tuple[tuple[re.Pattern[str], Means], ...] = tuple(
    (re.compile(pattern), means)
    for pattern, means in (
        (r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<said>)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _iso),
        (rf"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<said>)年?{TO}(?P<to_year>(?:19|20)\d\d)年", _years),
        (
            rf"{_DATED}(?P<month>{_BARE_M})月?份?{TO}(?:(?P<to_year>20\d\d)年)?(?P<to_month>{_M})月份?(?!\d)",
            _months,
        ),
        (
            rf"{_DATED}(?P<month>{_M})月(?P<day>{_D})[日号]?{TO}(?:(?P<to_month>{_M})月)?(?P<to_day>{_D})[日号]",
            _days,
        ),
        (rf"{_DATED}(?P<month>{_M})月(?P<day>{_D})[日号]", _one_day),
        (rf"{_DATED}(?P<month>{_M})月份?(?P<part>上旬|中旬|下旬|初|底|末)", _ten_days),
        (rf"{_YEAR}(?P<month>{_M})月份?", _one_month),
        (rf"(?P<year>)(?P<said>)(?P<month>{_BARE_M})月份?(?![\d球饼嫂])", _one_month),
        (rf"{_DATED}(?P<part>上半年|下半年|第?(?:首|[一二三四1-4])季度?|[前头](?P<firsts>{_N})季度)", _part),
        (rf"{_YEAR}的?(?P<part>[前头](?P<firsts>{_N})个月)", _part),
        (rf"{_YEAR}年?(?P<part>[初底末中])(?![级小学])", _year_end),
        (rf"(?P<year>)(?P<said>)(?<![\d{_COUNT[1:-1]}几半多])[年岁](?P<part>[初底末])", _year_end),
        (_YEAR, _year),
        (rf"(?P<said>{_MONTHS_SAID})(?:(?P<day>{_D})[日号]|(?P<part>上旬|中旬|下旬|初|底|末))?", _said_month),
        ("大前天|前天|前日|昨[天日晚]|今[天日晨晚]|明[天日]|后天|当[天日]|同日|[次翌]日|第二天", _said_day),
        (rf"(?:(?<=[，。；、\s（(“])|^)(?P<day>{_D})日(?=[，,上下晚凌中早]|\d{{1,2}}[时点])", _only_day),
        ("(?P<which>[本这上下])周(?P<day>[一二三四五六日天])?(?![边围年密到期])", _week),
        (rf"(?:近|过去|最近){_LASTING}(?:来|以来|间)?", _until_now),
        (rf"(?<!{_COUNT}){_LASTING}(?:以来|来(?!到|了))", _until_now),
        ("近日|日前(?!往)|近期|近来|连日来|近几?年来?|近些年来?", vague),
        ("截至目前|目前|当前|如今|眼下|现阶段|至今(?![年日天晚晨])|迄今", vague),
        (
            '[“"]?(?P<count>十?[一二三四五六七八九]|十)五[”"]?(?:规划)?(?P<part>期间|时期|以来|末|初|开局之年|收官之年)',
            _plan,
        ),
        (f"(?:党的)?(?P<event>{'|'.join(_EVENTS)})", _event),
    )
)
