"""Tables: the rows of a page's table, as ``kg.read.html`` writes them (cells with | between), as observations.

The head of a column and the label of a row say what a cell counts and of what: where one of them names an entity the
figure is told of it, and the other is the indicator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.model import Observation, Period
from kg.recognise.figures import multiplied, quantity
from kg.recognise.lexicon import alternatives
from kg.relate.times import find_times
from kg.relate.view import View

_UNIT = re.compile(
    rf"[（(\[](?:单位[:：])?\s?(?P<scale>[十百千万亿]{{0,2}})(?P<unit>%|％|‰|{alternatives('units')})[)）\]]"
    rf"|单位[:：]\s?(?P<scale2>[十百千万亿]{{0,2}})(?P<unit2>%|％|‰|{alternatives('units')})"
)
_UNCOUNTED = re.compile("序号|编号|排名|名次|位次|代码|电话|邮编|年龄|身份证|备注|日期|时间|年份|年度")
_TIMES = re.compile("日期|时间|年份|年度|月份")
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_SUMS = re.compile("合计|总计|小计|全[县市区省州]|总数|平均")
_ABOUT_ROW, _ABOUT_HOME = 0.85, 0.7
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: where it lies, and the span and text of each cell."""

    start: int
    end: int
    cells: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with equally many cells: those above the first figure are the head. ``unit`` is that of a line before."""

    head: tuple[Row, ...]
    rows: tuple[Row, ...]
    unit: str

    @property
    def span(self) -> tuple[int, int]:
        """Where the table lies in the text."""
        return (self.head or self.rows)[0].start, self.rows[-1].end


def find_tables(text: str) -> tuple[Table, ...]:
    """The tables of a text: two lines or more with equally many cells, the last ones with figures.

    >>> [len(table.rows) for table in find_tables("乡镇 | 户数（户）\\n池河镇 | 1,280\\n饶峰镇 | 640")]
    [2]
    """
    found: list[Table] = []
    block: list[Row] = []
    before = line_before = ""
    for row, line in _lines(text):
        if block and (row is None or len(row.cells) != len(block[0].cells)):
            found += _table(block, before)
            block = []
        if row is not None:
            before = before if block else line_before
            block.append(row)
        line_before = line
    return tuple(found + _table(block, before))


def table_observations(view: View, tables: tuple[Table, ...]) -> Iterator[Observation]:
    """The figures of tables, each with what it counts, of what and when."""
    for table in tables:
        heads = [_head(table, column) for column in range(len(table.rows[0].cells))]
        named = {head: _named_by(view, head) for head in heads}
        for row in table.rows:
            label = next((cell for _, cell in row.cells if cell and quantity(cell) is None), "")
            for column, (_, cell) in enumerate(row.cells):
                if cell and not _UNCOUNTED.search(heads[column]):
                    told = _observation(view, table, row, cell, label, heads[column], named[heads[column]])
                    yield from () if told is None else (told,)


def _observation(
    view: View, table: Table, row: Row, cell: str, label: str, head: str, of_column: str | None
) -> Observation | None:
    found = quantity(cell)
    if found is None:
        return None
    value, unit, approximate = found
    if not unit:
        said = _UNIT.search(head) or _UNIT.search(label) or _UNIT.search(table.unit)
        unit = (said["unit"] or said["unit2"]).replace("％", "%") if said else ""
        value = multiplied(value, (said["scale"] or said["scale2"] or "") if said else "")
    of_row = _named(view, row)
    about = of_row or of_column or view.resolved.home
    if about is None:
        return None
    plain = [_UNIT.sub("", words).strip() for words in (label, head)]
    telling = plain[1:] if of_row or _SUMS.search(label) else plain[:1] if of_column else plain
    indicator = "".join(dict.fromkeys(telling)) or "".join(plain) or cell
    evidence = view.evidence(row.start, "table:row" if of_row else "table:home")
    sure = _ABOUT_HOME if about == view.resolved.home and not of_row else _ABOUT_ROW
    told = Observation(about, value, unit, indicator[:_LONGEST], evidence, sure, approximate)
    return replace(told, qualifier="Share" if unit in ("%", "‰") else None, period=_period(table, row, head))


def _lines(text: str) -> Iterator[tuple[Row | None, str]]:
    at = 0
    for line in text.split("\n"):
        yield (_row(at, line) if "|" in line else None), line
        at += len(line) + 1


def _row(at: int, line: str) -> Row:
    cells, begin = [], at
    for piece in line.split("|"):
        cells.append((begin, piece.strip()))
        begin += len(piece) + 1
    return Row(at, at + len(line), tuple(cells))


def _table(block: list[Row], before: str) -> list[Table]:
    first = next((n for n, row in enumerate(block) if any(_counts(cell) for _, cell in row.cells[1:])), None)
    if len(block) < 2 or first is None:
        return []
    return [Table(tuple(block[:first]), tuple(block[first:]), before if "单位" in before else "")]


def _counts(cell: str) -> bool:
    """Whether a cell holds a figure; a year alone may be the head of a column."""
    return quantity(cell) is not None and not _YEAR.fullmatch(cell)


def _head(table: Table, column: int) -> str:
    """The words above a column, those of several rows one after the other."""
    return "".join(dict.fromkeys(row.cells[column][1] for row in table.head))


def _named(view: View, row: Row) -> str | None:
    """The last entity that the row's first cell with words names: 石泉县池河镇 is the town."""
    for at, cell in row.cells:
        if cell and quantity(cell) is None:
            inside = view.within(at, at + len(cell) + 2)
            if inside:
                return view.key(inside[-1])
    return None


def _named_by(view: View, head: str) -> str | None:
    """The entity whose name is the head of a column."""
    return next((e.key for e in view.by_key.values() if head and head in (e.name, *e.aliases)), None)


def _period(table: Table, row: Row, head: str) -> Period | None:
    """The time that the column's head or a cell of the row names."""
    years = [cell for n, (_, cell) in enumerate(row.cells) if _TIMES.search(_head(table, n))]
    for words in (head, *years):
        year = _YEAR.fullmatch(words)
        if year:
            return Period(year[1], year[1])
        if times := find_times(words, None):
            return times[0].period
    return None
