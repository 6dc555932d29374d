"""Words of time → periods: 3月5日, 8月底前, 截至11月上旬, 去年, 五年来, against the day of the document.

One table, ``_RULES``: a pattern and what it means. A period is written in W3C date literals, as exactly as the text
is and no more: a year, a month, a day. What needs the document's day has no period where that is not known.

>>> [(found.text, str(found.period)) for found in find_times("去年8月底前开工，截至11月上旬建成", date(2021, 11, 20))]
[('去年8月底前', '/2020-08-31'), ('截至11月上旬', '/2021-11-10')]
>>> find_times("去年开工", None)
()
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kg.model import Period
from kg.recognise.figures import chinese_number

__all__ = ["Time", "find_times"]


@dataclass(frozen=True, slots=True)
class Time:
    """Words of time in ``[start, end)`` and the period that they mean.

    ``compared`` where something is measured against that time (比去年同期) and not told of it; ``vague`` where the
    words give no date of their own (近日, 目前) and the document's day is all that is known.
    """

    start: int
    end: int
    text: str
    period: Period
    compared: bool = False
    vague: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known where an expression stands: the document's day, the year in force, the period named before."""

    day: date | None
    year: int | None
    last: Period | None


_COUNT = "[零〇一二两三四五六七八九十]"
_TO = "(?:至|到|[-－—–~～]{1,2})"
_DIGIT_YEAR = r"(?:(?<![\d.])(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})"
_YEAR = (
    rf"(?:(?P<year>{_DIGIT_YEAR})年度?|(?P<said>大前年|前年|去年|上年度?|今年|本年度?|明年|来年|当年|同年|次年|翌年|第二年|全年))"
)
_M = r"(?:(?<![\d.])(?:1[0-2]|0?[1-9])|十[一二]?|[一二三四五六七八九])"
# Months in Chinese numerals are words of the language too (三月三, 十月怀胎): only with a year or a day they are dates.
_BARE_M = r"(?<![\d.\-/])(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_N = rf"(?:\d{{1,2}}|{_COUNT}{{1,3}})"

_SAID_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上年度": -1, "今年": 0, "本年": 0, "本年度": 0}
_SAID_YEARS |= {"明年": 1, "来年": 1}
_SAID_DAYS = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晨": 0}
_SAID_DAYS |= {"今晚": 0, "明天": 1, "明日": 1, "后天": 2}
_SAID_MONTHS = {"上月": -1, "上个月": -1, "本月": 0, "下月": 1, "下个月": 1}
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

# A year told in passing, for a comparison, does not date what follows.
_COMPARED_BEFORE = re.compile("(?:较|比|相比|同比|对照|高于|低于|超过)$")
_COMPARED_AFTER = re.compile("(?:的?同期|相比|的?水平)")
_UNTIL_BEFORE = re.compile("(?:截至到?|截止到?|直?至|(?<![达来回赶走调做得])到)$")
_SINCE_BEFORE = re.compile("(?:自从?|从)$")
_AFTER = re.compile(
    "(?P<since>以来|至今(?![年日天晚晨]))|(?P<on>起|开始|(?:以|之)?后(?![勤续期台备方]))|(?P<before>(?:以|之)?前(?![往期列来三两十个\\d]))"
)
_AS_OF = re.compile("截[至止]到?$")  # the latest figures: of the document's year, whatever year was told before
_JOINED = re.compile(_TO)
_OPENING = re.compile(r"[。！？!?\n][^。！？!?\n]{0,6}$")


def find_times(text: str, day: date | None) -> tuple[Time, ...]:
    """The words of time of ``text`` that mean a period, in order and free of overlaps; ``day`` is the document's.

    A month without a year is of the year that its sentence names, or that a sentence before it in the paragraph
    begins with; else the one nearest to the document's day.
    """
    found: list[Time] = []
    framed: tuple[int, int] | None = None  # a year and where its force ends
    last: Period | None = None
    for match, means in _matches(text):
        if framed is not None and match.start() >= framed[1]:
            framed = None
        year = framed[0] if framed and not (day and _AS_OF.search(text, max(0, match.start() - 3), match.start())) else None
        period = means(match, _Known(day, year, last))
        if period is None:
            continue
        before = found.pop() if found and _JOINED.fullmatch(text, found[-1].end, match.start()) else None
        if before is not None:  # 去年11月至今年3月
            time = replace(before, end=match.end(), text=text[before.start : match.end()])
            time = replace(time, period=Period(before.period.start, period.end))
        else:
            time = _in_its_words(text, match, period, day, vague=means is _vague)
        if time is None or found and time.start < found[-1].end:
            continue
        found.append(time)
        if time.compared or time.vague:
            continue
        last = period
        if "year" in match.re.groupindex and (match["year"] or match["said"]):
            framed = int((period.start or period.end or "0")[:4]), _reach(text, match.start(), match.end())
    return tuple(found)


def _matches(text: str) -> list[tuple[re.Match[str], Callable[[re.Match[str], _Known], Period | None]]]:
    """Every rule's matches, without those inside or across an earlier or longer one."""
    everything = [(match, means) for pattern, means in _RULES for match in pattern.finditer(text)]
    everything.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    kept: list[tuple[re.Match[str], Callable[[re.Match[str], _Known], Period | None]]] = []
    for match, means in everything:
        if not kept or match.start() >= kept[-1][0].end():
            kept.append((match, means))
    return kept


def _reach(text: str, start: int, end: int) -> int:
    """How far a year is in force: to the end of its sentence, or of its paragraph where it opens the sentence."""
    stops = "\n" if start < 8 or _OPENING.search(text, max(0, start - 8), start) else "。！？!?\n"
    return min((at for mark in stops if (at := text.find(mark, end)) >= 0), default=len(text))


def _in_its_words(text: str, match: re.Match[str], period: Period, day: date | None, *, vague: bool) -> Time | None:
    """The expression with the words around it that turn its period: 截至, 自, 以来, 起, 前."""
    start, end = match.span()
    lead = text[max(0, start - 4) : start]
    if vague:
        return Time(start, end, match[0], period, vague=True)
    after = _AFTER.match(text, end)
    if after:
        end = after.end()
        if after["since"]:
            period = Period(period.start, day.isoformat() if day else None)
        elif after["on"]:
            period = Period(period.start, None)
        else:
            period = Period(None, _before(match[0], period))
    elif means_until := _UNTIL_BEFORE.search(lead):
        start -= len(means_until[0])
        period = Period(None, period.end)
    elif (means_since := _SINCE_BEFORE.search(lead)) and period.start == period.end:
        start -= len(means_since[0])
        period = Period(period.start, None)
    if "event" in match.re.groupindex and not after:
        return None  # 改革开放 by itself is no time
    compared = bool(_COMPARED_BEFORE.search(lead) or _COMPARED_AFTER.match(text, end))
    return Time(start, end, text[start:end], period, compared) if period != Period(None, None) else None


def _before(words: str, period: Period) -> str | None:
    """The last moment before a period; 8月底前 and 3月5日前 leave time to the end of the day that they name."""
    start = period.start or period.end or ""
    if words[-1] in "底末日号天旬中" or len(start) == 10:
        return period.end
    if len(start) == 4:
        return str(int(start) - 1)
    return _month(*_shifted(int(start[:4]), int(start[5:7]), -1))


# --- what each pattern means -------------------------------------------------------------------------------


def _number(words: str) -> int:
    return int(words) if words.isascii() else chinese_number(words)


def _month(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def _shifted(year: int, month: int, by: int) -> tuple[int, int]:
    years, rest = divmod(month - 1 + by, 12)
    return year + years, rest + 1


def _day(year: int, month: int, day: int) -> str | None:
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else None


def _point(literal: str | None) -> Period | None:
    return Period(literal, literal) if literal else None


def _span(start: str | None, end: str | None) -> Period | None:
    return Period(start, end) if start and end and start[:7] <= end[:7] else None


def _year_of(match: re.Match[str], known: _Known, month: int | None = None) -> int | None:
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


def _years(match: re.Match[str], known: _Known) -> Period | None:
    return _span(match["year"], match["to_year"])


def _year(match: re.Match[str], known: _Known) -> Period | None:
    year = _year_of(match, known)
    return _point(f"{year:04}") if year else None


def _year_end(match: re.Match[str], known: _Known) -> Period | None:
    year = _year_of(match, known)
    return _point(_month(year, 1 if match["part"] == "初" else 6 if match["part"] == "中" else 12)) if year else None


def _months(match: re.Match[str], known: _Known) -> Period | None:
    first, last = _number(match["month"]), _number(match["to_month"])
    year = _year_of(match, known, first)
    if not year:
        return None
    to_year = int(match["to_year"]) if match["to_year"] else year + (last < first)
    return _span(_month(year, first), _month(to_year, last))


def _one_month(match: re.Match[str], known: _Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    return _point(_month(year, month)) if year else None


def _ten_days(match: re.Match[str], known: _Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    return _tenth(year, month, match["part"]) if year else None


def _tenth(year: int, month: int, part: str) -> Period | None:
    first, last = _TENS[part]
    return _span(_day(year, month, first), _day(year, month, min(last, monthrange(year, month)[1])))


def _one_day(match: re.Match[str], known: _Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    return _point(_day(year, month, _number(match["day"]))) if year else None


def _days(match: re.Match[str], known: _Known) -> Period | None:
    month = _number(match["month"])
    year = _year_of(match, known, month)
    if not year:
        return None
    to_month = _number(match["to_month"]) if match["to_month"] else month
    end = _day(year + (to_month < month), to_month, _number(match["to_day"]))
    return _span(_day(year, month, _number(match["day"])), end)


def _iso(match: re.Match[str], known: _Known) -> Period | None:
    month = int(match["month"])
    return _point(_day(int(match["year"]), month, int(match["day"]))) if 1 <= month <= 12 else None


def _part(match: re.Match[str], known: _Known) -> Period | None:
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
    return _span(_month(year, first), _month(year, last)) if last <= 12 else None


def _said_month(match: re.Match[str], known: _Known) -> Period | None:
    if match["said"] in _SAID_MONTHS:
        if known.day is None:
            return None
        year, month = _shifted(known.day.year, known.day.month, _SAID_MONTHS[match["said"]])
    else:  # 当月, 同月: the month named before
        named = known.last and (known.last.end or known.last.start)
        if not named or len(named) < 7:
            return None
        year, month = int(named[:4]), int(named[5:7])
    if match["day"]:
        return _point(_day(year, month, _number(match["day"])))
    return _tenth(year, month, match["part"]) if match["part"] else _point(_month(year, month))


def _said_day(match: re.Match[str], known: _Known) -> Period | None:
    if match[0] in _SAID_DAYS:
        return _point((known.day + timedelta(_SAID_DAYS[match[0]])).isoformat()) if known.day else None
    named = known.last and known.last.end  # 当天, 次日: the day named before
    if not named or len(named) < 10:
        return None
    return _point((date.fromisoformat(named) + timedelta(match[0] in ("次日", "翌日", "第二天"))).isoformat())


def _only_day(match: re.Match[str], known: _Known) -> Period | None:
    """8日: of the month named before, else the last such day that the document can know of."""
    day = _number(match["day"])
    named = known.last and known.last.end
    if known.day is not None and not named:
        year, month = _shifted(known.day.year, known.day.month, -(day > known.day.day))
        return _point(_day(year, month, day))
    return _point(_day(int(named[:4]), int(named[5:7]), day)) if named and len(named) >= 7 else None


def _week(match: re.Match[str], known: _Known) -> Period | None:
    if known.day is None:
        return None
    monday = known.day + timedelta({"上": -7, "下": 7}.get(match["which"], 0) - known.day.weekday())
    if not match["day"]:
        return _span(monday.isoformat(), (monday + timedelta(6)).isoformat())
    return _point((monday + timedelta("一二三四五六日天".index(match["day"]) - (match["day"] == "天"))).isoformat())


def _until_now(match: re.Match[str], known: _Known) -> Period | None:
    """五年来, 近三个月: up to the document's day, as exact as the unit."""
    if known.day is None:
        return None
    unit, count = match["unit"], _number(match["count"].replace("半", "0"))
    if match["count"] == "半":
        unit, count = ("月", 6) if unit == "年" else ("天", 15)
    if unit == "年":
        return _span(str(known.day.year - count), str(known.day.year))
    if unit.endswith("月"):
        return _span(_month(*_shifted(known.day.year, known.day.month, -count)), known.day.isoformat()[:7])
    days = count * (7 if unit == "周" else 1)
    return _span((known.day - timedelta(days)).isoformat(), known.day.isoformat())


def _vague(match: re.Match[str], known: _Known) -> Period | None:
    """近日, 目前: nothing is said but that it is not later than the document."""
    return Period(None, known.day.isoformat()) if known.day else None


def _plan(match: re.Match[str], known: _Known) -> Period | None:
    """A five-year plan: the third began in 1966, the fourteenth runs from 2021 to 2025."""
    count = chinese_number(match["count"])
    first = 1953 + 5 * (count - 1) + (3 if count > 2 else 0)
    part = match["part"]
    return _point(str(first)) if part in ("初", "开局之年") else (
        _point(str(first + 4)) if part in ("末", "收官之年") else _span(str(first), str(first + 4))
    )


def _event(match: re.Match[str], known: _Known) -> Period | None:
    return _point(_EVENTS[match["event"]])


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Known], Period | None]], ...] = tuple(
    (re.compile(pattern), means)
    for pattern, means in (
        (r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<said>)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _iso),
        (rf"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<said>)年?{_TO}(?P<to_year>(?:19|20)\d\d)年", _years),
        (rf"{_YEAR}?(?P<month>{_BARE_M})月?份?{_TO}(?:(?P<to_year>20\d\d)年)?(?P<to_month>{_M})月份?(?!\d)", _months),
        (rf"{_YEAR}?(?P<month>{_M})月(?P<day>{_D})[日号]?{_TO}(?:(?P<to_month>{_M})月)?(?P<to_day>{_D})[日号]", _days),
        (rf"{_YEAR}?(?P<month>{_M})月(?P<day>{_D})[日号]", _one_day),
        (rf"{_YEAR}?(?P<month>{_M})月份?(?P<part>上旬|中旬|下旬|初|底|末)", _ten_days),
        (rf"{_YEAR}(?P<month>{_M})月份?", _one_month),
        (rf"(?P<year>)(?P<said>)(?P<month>{_BARE_M})月份?(?![\d球饼嫂])", _one_month),
        (rf"{_YEAR}?(?P<part>上半年|下半年|第?(?:首|[一二三四1-4])季度?|[前头](?P<firsts>{_N})(?:个月|季度))", _part),
        (rf"{_YEAR}年?(?P<part>[初底末中])(?![级小学])", _year_end),
        (rf"(?P<year>)(?P<said>)(?<![\d{_COUNT[1:-1]}几半多])[年岁](?P<part>[初底末])", _year_end),
        (_YEAR, _year),
        (rf"(?P<said>上个?月|本月|下个?月|当月|同月)(?:(?P<day>{_D})[日号]|(?P<part>上旬|中旬|下旬|初|底|末))?", _said_month),
        ("大前天|前天|前日|昨[天日晚]|今[天日晨晚]|明[天日]|后天|当[天日]|同日|[次翌]日|第二天", _said_day),
        (rf"(?:(?<=[，。；、\s（(“])|^)(?P<day>{_D})日(?=[，,上下晚凌中早]|\d{{1,2}}[时点])", _only_day),
        ("(?P<which>[本这上下])周(?P<day>[一二三四五六日天])?(?![边围年密到期])", _week),
        (rf"(?:近|过去|最近)(?P<count>{_N}|半)(?:多|余)?个?(?P<unit>年|月|周|天)[多余]?(?:来|以来|间)?", _until_now),
        (rf"(?<!{_COUNT})(?P<count>{_N}|半)(?:多|余)?个?(?P<unit>年|月|周|天)[多余]?(?:以来|来(?!到|了))", _until_now),
        ("近日|日前(?!往)|近期|近来|连日来|近几?年来?|近些年来?|截至目前|目前|当前|如今|眼下|现阶段|至今(?![年日天晚晨])|迄今", _vague),
        (
            "[“\"]?(?P<count>十?[一二三四五六七八九]|十)五[”\"]?(?:规划)?(?P<part>期间|时期|以来|末|初|开局之年|收官之年)",
            _plan,
        ),
        (f"(?:党的)?(?P<event>{'|'.join(_EVENTS)})", _event),
    )
)
