"""Dates as files write them → ``datetime.date``."""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime

# Year, month, day with any of the usual separators, or none, and then perhaps the time: 2021-11-05, 2021/11/5,
# 2021年11月5日, 20211105, 20211105083000.
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)"
    r"(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)|(\d\d)(\d\d)(?=(?:\d{4}|\d{6})?(?!\d)))"
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
# Epoch numbers are UTC, and the pages are China's: an article of 00:30 belongs to that day.
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def parse_date(value: object) -> datetime.date | None:
    """The day that ``value`` names, or None: never a guess, never an error.

    Takes ISO dates and times, Chinese dates, compact dates, RFC 2822 dates, and seconds or milliseconds since 1970.

    >>> parse_date("发布时间：2021年11月5日 08:30")
    datetime.date(2021, 11, 5)
    >>> parse_date(1636070400), parse_date("Fri, 05 Nov 2021 08:00:00 +0800")
    (datetime.date(2021, 11, 5), datetime.date(2021, 11, 5))
    >>> parse_date("昨天") is parse_date(None) is parse_date("2021-13-40") is None
    True
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value.strip()[:100] if isinstance(value, str) else _number(value)
    return _day(text) or _epoch(text) or _mail_date(text)


def _number(value: int | float) -> str:
    # Only what can be a date or an epoch is worth printing: an int from JSON may have thousands of digits.
    return str(value) if 0 < value < 1e14 else ""


def _day(text: str) -> datetime.date | None:
    for match in _DAY.finditer(text):
        year, month, day = match[1], match[2] or match[4], match[3] or match[5]
        try:
            return datetime.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _epoch(text: str) -> datetime.date | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text)
    day = datetime.datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, _CHINA).date()
    return day if day.year < 2100 else None  # as with written dates: no article is of another century


def _mail_date(text: str) -> datetime.date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
