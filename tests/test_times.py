"""Words of time: each expression, and the period that it means in an article of 20 November 2021, a Saturday."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Period
from kg.relate.times import find_times

DAY = date(2021, 11, 20)

# Several periods stand with spaces between; "" where there is none.
EXPRESSIONS = (
    ("今年", "2021"),
    ("今年以来", "2021/2021-11-20"),
    ("去年", "2020"),
    ("去年以来", "2020/2021-11-20"),
    ("前年", "2019"),
    ("大前年", "2018"),
    ("明年6月底前", "/2022-06-30"),
    ("上半年", "2021-01/2021-06"),
    ("今年上半年", "2021-01/2021-06"),
    ("去年下半年", "2020-07/2020-12"),
    ("一季度", "2021-01/2021-03"),
    ("第三季度", "2021-07/2021-09"),
    ("前三季度", "2021-01/2021-09"),
    ("今年前10个月", "2021-01/2021-10"),
    ("今年头三个月", "2021-01/2021-03"),
    ("8月底前", "/2021-08-31"),
    ("12月底前", "/2021-12-31"),
    ("截至11月上旬", "/2021-11-10"),
    ("截至10月底", "/2021-10-31"),
    ("截至2020年底", "/2020-12"),
    ("截至目前", "/2021-11-20"),
    ("3月5日以来", "2021-03-05/2021-11-20"),
    ("2017年以来", "2017/2021-11-20"),
    ("五年来", "2016/2021"),
    ("近三年", "2018/2021"),
    ("近三个月", "2021-08/2021-11"),
    ("半年来", "2021-05/2021-11"),
    ("一年多来", "2020/2021"),
    ("过去十年", "2011/2021"),
    ("近日", "/2021-11-20"),
    ("日前", "/2021-11-20"),
    ("目前", "/2021-11-20"),
    ("近年来", "/2021-11-20"),
    ("昨日", "2021-11-19"),
    ("昨天", "2021-11-19"),
    ("今天", "2021-11-20"),
    ("前天", "2021-11-18"),
    ("2021年3月", "2021-03"),
    ("2021年3月5日", "2021-03-05"),
    ("2021-03-05", "2021-03-05"),
    ("2021/3/5", "2021-03-05"),
    ("二〇二一年三月五日", "2021-03-05"),
    ("3月5日", "2021-03-05"),
    ("3月5号", "2021-03-05"),
    ("3月", "2021-03"),
    ("三月五日", "2021-03-05"),
    ("12月5日", "2021-12-05"),
    ("3至5月", "2021-03/2021-05"),
    ("3月至5月", "2021-03/2021-05"),
    ("1—9月", "2021-01/2021-09"),
    ("去年11月至今年3月", "2020-11/2021-03"),
    ("3月5日至8日", "2021-03-05/2021-03-08"),
    ("3月28日至4月2日", "2021-03-28/2021-04-02"),
    ("2016年至2020年", "2016/2020"),
    ("2016—2020年", "2016/2020"),
    ("“十四五”期间", "2021/2025"),
    ("十三五时期", "2016/2020"),
    ("“十四五”末", "2025"),
    ("党的十八大以来", "2012-11-08/2021-11-20"),
    ("改革开放以来", "1978-12/2021-11-20"),
    ("2021年3月起", "2021-03/"),
    ("自2021年3月", "2021-03/"),
    ("2019年8月至今", "2019-08/2021-11-20"),
    ("今年底", "2021-12"),
    ("年底", "2021-12"),
    ("年初", "2021-01"),
    ("2021年初", "2021-01"),
    ("到2025年", "/2025"),
    ("2020年前", "/2019"),
    ("12月前", "/2021-11"),
    ("10月下旬", "2021-10-21/2021-10-31"),
    ("上月", "2021-10"),
    ("上个月底", "2021-10-21/2021-10-31"),
    ("本月5日", "2021-11-05"),
    ("本周", "2021-11-15/2021-11-21"),
    ("上周三", "2021-11-10"),
    ("全年", "2021"),
    ("3月5日，……当天", "2021-03-05 2021-03-05"),
    ("3月5日，……次日", "2021-03-05 2021-03-06"),
    ("2016年3月，任职。当年8月", "2016-03 2016-08"),
    ("2016年3月到任，5月返回", "2016-03 2016-05"),
    ("2016年，他来了。5月，建成。", "2016 2016-05"),
    ("去年同期", "2020"),
    ("年前", ""),
    ("3年", ""),
    ("三年级", ""),
    ("5个月", ""),
    ("一天", ""),
    ("8日，", "2021-11-08"),
    ("28日，", "2021-10-28"),
    ("三月三", ""),
    ("十月怀胎", ""),
    ("三月球", ""),
    ("改革开放", ""),
    ("比去年同期", "2020"),
    ("去年秋天，今年9月的", "2020 2021-09"),
    ("截至11月上旬，8月底前", "/2021-11-10 /2021-08-31"),
    ("从2016年到2020年", "2016/2020"),
    ("2021年2月30日", ""),
    ("目前有3000年历史", "/2021-11-20"),
)


def periods(text: str, day: date | None) -> str:
    return " ".join(str(time.period) for time in find_times(text, day))


@pytest.mark.parametrize(("words", "expected"), EXPRESSIONS)
def test_an_expression_means_its_period(words: str, expected: str) -> None:
    assert periods(words, DAY) == expected


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len({words for words, _ in EXPRESSIONS}) >= 90


@pytest.mark.parametrize(
    "words", ["今年", "去年以来", "近日", "昨天", "3月5日", "8月底前", "五年来", "上周三", "年底", "截至目前"]
)
def test_what_counts_from_the_document_has_no_period_without_its_day(words: str) -> None:
    assert periods(words, None) == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2021年3月5日", "2021-03-05"),
        ("2020年以来", "2020/"),
        ("“十四五”期间", "2021/2025"),
        ("2016年3月到任，5月返回", "2016-03 2016-05"),
        ("2016年3月，任职。当年8月", "2016-03 2016-08"),
    ],
)
def test_what_the_text_dates_itself_needs_no_day(words: str, expected: str) -> None:
    assert periods(words, None) == expected


@pytest.mark.parametrize(
    ("words", "day", "expected"),
    [
        ("12月28日", date(2022, 1, 10), "2021-12-28"),
        ("3月1日", date(2022, 1, 10), "2022-03-01"),
        ("28日，", date(2022, 1, 10), "2021-12-28"),
        ("上月底", date(2022, 1, 10), "2021-12-21/2021-12-31"),
        ("2月下旬", date(2024, 6, 1), "2024-02-21/2024-02-29"),
        ("近三个月", date(2022, 1, 10), "2021-10/2022-01"),
    ],
)
def test_the_turn_of_the_year_and_leap_years_are_kept(words: str, day: date, expected: str) -> None:
    assert periods(words, day) == expected


@pytest.mark.parametrize("words", ["比去年同期", "较2020年", "1992年始建的", "建成于2008年"])
def test_a_time_told_in_passing_is_marked(words: str) -> None:
    assert [time.aside for time in find_times(words, DAY)] == [True]


def test_a_year_stays_in_force_for_its_sentence_only() -> None:
    assert periods("全县各项目都受2020年影响，3月停工。5月复工。", DAY) == "2020 2020-03 2021-05"


SIGNS = "今去前当同次年月日号季度周旬初底末上下近五十二三截至自以来起前后0123456789-—至到，。“”"


@given(st.text(alphabet=SIGNS, max_size=40))
def test_any_text_gives_ordered_times_with_real_days(text: str) -> None:
    times = find_times(text, DAY)
    for time, following in zip(times, times[1:], strict=False):
        assert time.end <= following.start
    for time in times:
        assert text[time.start : time.end] == time.text and time.period != Period(None, None)
        assert len(time.period.days) == 2
