"""The official division table of China, from province to village, read without loading it.

The table (``kg/data/divisions``, its README gives date, source and licence) is memory-mapped: opening
costs milliseconds, and only the pages that are looked at come into memory. Every answer is deterministic
and in the order of the codes.

>>> table = divisions()
>>> county = table.get("430523")
>>> table.full_name(county)
'湖南省邵阳市邵阳县'
>>> [d.name for d in table.ancestors(county)]
['邵阳市', '湖南省']
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

import marisa_trie
import numpy as np

from kg.errors import XianzhiError

Level = Literal["Province", "Prefecture", "County", "Township", "Village"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""From the highest to the lowest."""

TABLE = Path(__file__).resolve().parent / "data" / "divisions"

# A code is twelve digits, two or three for each level: 43|05|23|104|203. A division's own code ends in
# zeros from its level on, so the unit of a level is the step between two neighbours of that level.
_UNITS: tuple[tuple[Level, int, int], ...] = (  # level, unit in the twelve-digit code, digits shown
    ("Province", 10**10, 6),
    ("Prefecture", 10**8, 6),
    ("County", 10**6, 6),
    ("Township", 10**3, 9),
    ("Village", 1, 12),
)
LONGEST_NAME = 40  # characters of text looked at for one name; the builder checks that no name is longer
# Stand in the source as the whole name of some village or zone, and are common nouns in every text.
_COMMON_NOUNS = frozenset(
    (
        "社区 居委会 村委会 街道 农村 新农村 行政村 生活区 "
        "管理区 开发区 经济开发区 工业区 工业园区 农场 林场 牧场 渔场 苗圃 水库"
    ).split()
)
_BLOCK = 1 << 16  # characters that are looked at together for the beginnings of names
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class Division:
    """One division: ``code`` has 6 digits to the county (430500, 430000 for those above), 9 for a township,
    12 for a village or community; ``name`` is the official name with its suffix, without its parents."""

    code: str
    name: str
    level: Level


@dataclass(frozen=True, slots=True, order=True)
class FormerName:
    """A name that a division, or one that was merged into it, bore until ``date``.

    From the county up ``date`` is the day of the approval; for a township it is the day of the first yearly table
    without the name, so that the change itself came up to a year or so before.
    """

    date: datetime.date
    name: str


class Divisions:
    """The table, opened with ``Divisions.open()`` or, shared by the whole process, with ``divisions()``.

    It is read-only and holds no state beside the mapped files and the former names, so it may be used by
    several threads and survives a fork.
    """

    def __init__(self, folder: Path) -> None:
        self._names = marisa_trie.Trie().mmap(str(folder / "names.marisa"))
        self._codes = _mapped(folder / "codes.npy")
        self._name_ids = _mapped(folder / "name_ids.npy")
        self._offsets = _mapped(folder / "offsets.npy")
        self._entries = _mapped(folder / "entries.npy")
        self._starts = np.unpackbits(_mapped(folder / "starts.npy")).astype(bool)
        self._former = _read_former(folder / "former.tsv")
        # A text names the same places again and again, and a common village name stands for hundreds of them.
        self._named = lru_cache(maxsize=1 << 14)(self._look_up)
        self._above = lru_cache(maxsize=1 << 14)(self._look_above)

    @classmethod
    def open(cls, folder: Path = TABLE) -> Divisions:
        """The table in ``folder``. Raises ``XianzhiError`` where a file of it is missing or damaged."""
        try:
            return cls(folder)
        except (OSError, ValueError, RuntimeError) as error:
            raise XianzhiError(
                folder, f"the division table cannot be read ({error})", "install the package again"
            ) from error

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[Division]:
        """Every division in the order of the codes; a parent comes right before what it holds."""
        return (self._division(index) for index in range(len(self._codes)))

    def get(self, code: str) -> Division | None:
        """The division of an official code of 6, 9 or 12 digits; None for any other string.

        A code padded with zeros to 9 or 12 digits, as some files write it, is understood too.

        >>> divisions().get("430523").name, divisions().get("999999")
        ('邵阳县', None)
        """
        if len(code) not in (6, 9, 12) or not (code.isascii() and code.isdigit()):
            return None
        index = self._index(int(code.ljust(12, "0")))
        return None if index is None else self._division(index)

    def named(self, name: str) -> tuple[Division, ...]:
        """All divisions that bear ``name`` now or did formerly, or whose short form it is, by code.

        Short forms count only from the county up (祁阳, 江华, 湘西州), never those of one character. An ethnic
        township that the table has under its short name is found by its long one (街津口赫哲族乡).

        >>> [d.code for d in divisions().named("祁阳县")]
        ['431181']
        """
        return self._named(name)

    def _look_up(self, name: str) -> tuple[Division, ...]:
        try:
            name_id = self._names.get(name)
        except UnicodeEncodeError:  # half a character, from broken text
            return ()
        if name_id is None:
            ethnic = _ETHNIC_TOWNSHIP.fullmatch(name)
            return self._look_up(ethnic["stem"] + "乡") if ethnic else ()
        first, last = self._offsets[name_id : name_id + 2]
        return tuple(self._division(int(index)) for index in self._entries[first:last])

    def parent(self, division: Division) -> Division | None:
        """The division right above; None for a province.

        Districts of a municipality come right under it, and so do counties that a province governs itself
        and towns of a city without districts: the source's stand-ins (市辖区, 省直辖县级行政区划) are not divisions.
        """
        return next(iter(self._above(division)), None)

    def ancestors(self, division: Division) -> tuple[Division, ...]:
        """All divisions above, the nearest first."""
        return self._above(division)

    def within(self, division: Division, ancestor: Division) -> bool:
        """Whether ``division`` lies below ``ancestor``; nothing lies within itself."""
        code, low = _padded(division), _padded(ancestor)
        return low < code < low + _unit(low)

    def children(self, division: Division) -> tuple[Division, ...]:
        """The divisions right below, by code."""
        return tuple(self._children(division))

    def scan(self, text: str) -> Iterator[tuple[int, int]]:
        """The spans of names in ``text``, leftmost first, the longest at each place, none overlapping.

        A name is anything that ``named`` knows and that is no common noun (社区, 林场); all have two
        characters or more. Whether the words mean the place is not said: 东安 or 和平 may be a person or a word.

        >>> text = "在邵阳县白仓镇调研"
        >>> [text[start:end] for start, end in divisions().scan(text)]
        ['邵阳县', '白仓镇']
        """
        text = _LONE_SURROGATE.sub("\ufffd", text)
        prefixes, end = self._names.prefixes, 0
        for start in self._candidates(text):
            if start < end:
                continue
            found = prefixes(text[start : start + LONGEST_NAME])
            if found and found[-1] not in _COMMON_NOUNS:
                end = start + len(found[-1])
                yield start, end

    def full_name(self, division: Division) -> str:
        """The name with all its parents before it: 湖南省邵阳市邵阳县白仓镇."""
        return "".join(d.name for d in reversed((division, *self._above(division))))

    def short_names(self, division: Division) -> tuple[str, ...]:
        """The normal short forms of a division from the county up; none below.

        >>> table = divisions()
        >>> table.short_names(table.get("433100"))
        ('湘西', '湘西州')
        """
        return short_forms(division.name, division.level)

    def is_short(self, name: str, division: Division) -> bool:
        """Whether ``name`` is a short form of the division's present or former name, not a name in full."""
        former = [old.name for old in self.former_names(division)]
        if name in (division.name, *former):
            return False
        return name in self.short_names(division) or any(name in former_short_forms(old) for old in former)

    def former_names(self, division: Division) -> tuple[FormerName, ...]:
        """The names that it, or a division merged into it, bore earlier, with the day they ended, oldest first.

        >>> divisions().former_names(divisions().get("431181"))
        (FormerName(date=datetime.date(2021, 2, 20), name='祁阳县'),)
        """
        return self._former.get(division.code, ())

    def _candidates(self, text: str) -> Iterator[int]:
        # Most places in a text are ruled out by their two characters, many at once, before the trie is asked.
        for block in range(0, len(text), _BLOCK):
            slots = pair_slots(text[block : block + _BLOCK + 1])
            yield from (np.flatnonzero(self._starts[slots]) + block).tolist()

    def _index(self, code: int) -> int | None:
        index = int(self._codes.searchsorted(np.uint64(code)))
        return index if index < len(self._codes) and int(self._codes[index]) == code else None

    def _division(self, index: int) -> Division:
        code = int(self._codes[index])
        level, digits = _level(code)
        name = self._names.restore_key(int(self._name_ids[index]))
        return Division(f"{code:012d}"[:digits], name, level)

    def _look_above(self, division: Division) -> tuple[Division, ...]:
        return tuple(self._ancestors(division))

    def _ancestors(self, division: Division) -> Iterator[Division]:
        code = _padded(division)
        for _, unit, _ in reversed(_UNITS):
            above = code - code % unit
            index = self._index(above) if above != code else None
            if index is not None:
                code = above
                yield self._division(index)

    def _children(self, division: Division) -> Iterator[Division]:
        code = _padded(division)
        end = code + _unit(code)
        index = int(self._codes.searchsorted(np.uint64(code), "right"))
        while index < len(self._codes) and int(self._codes[index]) < end:
            yield self._division(index)
            child = int(self._codes[index])
            index = int(self._codes.searchsorted(np.uint64(child + _unit(child))))


def pair_slots(text: str) -> np.ndarray:
    """For each character but the last, a number below 2**20 that it makes with the next one.

    The table keeps which of these numbers the names begin with (``starts.npy``).
    """
    units = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    mixed = units[:-1] * np.uint32(0x9E3779B1) + units[1:] * np.uint32(0x85EBCA6B)
    return np.right_shift(mixed, 12)


@cache
def divisions() -> Divisions:
    """The table that ships with the package, opened at the first call and shared from then on."""
    return Divisions.open()


def _mapped(path: Path) -> np.ndarray:
    # A plain array over the mapped file: slicing np.memmap itself is several times slower.
    return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)


def _read_former(path: Path) -> dict[str, tuple[FormerName, ...]]:
    former: dict[str, tuple[FormerName, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        code, _, name, date, *_ = line.split("\t")
        former[code] = (*former.get(code, ()), FormerName(datetime.date.fromisoformat(date), name))
    return former


def level_of(code: str) -> Level:
    """The level that a code of 6, 9 or 12 digits stands on, by its zeros."""
    return _level(int(code.ljust(12, "0")))[0]


def _level(code: int) -> tuple[Level, int]:
    return next((level, digits) for level, unit, digits in _UNITS if code % unit == 0)


def _unit(code: int) -> int:
    return next(unit for _, unit, _ in _UNITS if code % unit == 0)


def _padded(division: Division) -> int:
    return int(division.code.ljust(12, "0"))


# --- short forms -----------------------------------------------------------------------------------------

# The minorities as division names write them, without 族.
_PEOPLES = """
    各 回 藏 苗 彝 壮 满 侗 瑶 白 傣 黎 佤 畲 水 土 羌 怒 京
    土家 布依 朝鲜 哈尼 傈僳 拉祜 纳西 景颇 仫佬 布朗 撒拉 毛南 仡佬 阿昌 普米 保安
    裕固 独龙 赫哲 门巴 珞巴 基诺 东乡 德昂 达斡尔 鄂温克 鄂伦春 乌孜别克 俄罗斯 塔塔尔
    蒙古 哈萨克 维吾尔 柯尔克孜 塔吉克 锡伯
""".split()
_BARE = "蒙古|哈萨克|维吾尔|柯尔克孜|塔吉克|锡伯"  # also written without 族: 伊犁哈萨克自治州
PEOPLE = rf"(?:(?:{'|'.join(_PEOPLES)})族|{_BARE})"
_AUTONOMOUS = re.compile(rf"(?P<stem>.+?){PEOPLE}+(?:自治(?P<kind>[州县旗])|(?P<district>区))")
_ETHNIC_TOWNSHIP = re.compile(rf"(?P<stem>.{{2,}}?){PEOPLE}+乡")
_NAMESAKE = re.compile(r"(?P<stem>.+?)族?自治(?P<kind>[县旗])")  # 东乡族自治县: the people is the name
_PLAIN = re.compile(
    r"(?P<stem>.{2,}?)(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|行政委员会|地区"
    r"|(?<=浦东|滨海|沈北)新区|(?<=神农架)林区|(?<=六枝)特区|[省市县区盟旗])"
)
# A district by its suffix only (a zone, a mine), or a banner whose stem is no name (阿拉善左旗).
_NO_STEM = re.compile(
    r".*(?:(?:开发|示范|管理|试验|实验|名胜|食品|聚集)区|(?:工业|产业|化工|创意)园区|..(?<!浦东|滨海|沈北)新区|矿区|[前后左右中]旗|联合旗)"
)
_ZONE_OF = "(?:河北|山西|内蒙古|吉林|安徽|河南|湖南)?(?P<stem>.{2,}?)市?"  # the provinces that such names begin with
_ECONOMIC = re.compile(_ZONE_OF + "经济(?:技术)?开发区")
_HIGH_TECH = re.compile(_ZONE_OF + "高新技术(?:产业)?(?:开发区|园区)")
_MANAGED = re.compile(r".{2,3}市(?P<stem>.{2,}管理区)")

# Short forms that no rule gives.
_SET_FORMS: dict[str, tuple[str, ...]] = {
    "锡林郭勒盟": ("锡盟",),
    "巴音郭楞蒙古自治州": ("巴州",),
    "博尔塔拉蒙古自治州": ("博州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "西双版纳傣族自治州": ("版纳",),
    "前郭尔罗斯蒙古族自治县": ("前郭", "前郭县"),
    "喀喇沁左翼蒙古族自治县": ("喀左", "喀左县"),
    "杜尔伯特蒙古族自治县": ("杜蒙", "杜蒙县"),
    "阜新蒙古族自治县": ("阜蒙县",),
    "鹰手营子矿区": ("鹰手营子",),
    "白云鄂博矿区": ("白云鄂博",),
    "达尔罕茂明安联合旗": ("达茂旗",),
    "土默特左旗": ("土左旗",),
    "土默特右旗": ("土右旗",),
    "科尔沁左翼中旗": ("科左中旗",),
    "科尔沁左翼后旗": ("科左后旗",),
    "科尔沁右翼前旗": ("科右前旗",),
    "科尔沁右翼中旗": ("科右中旗",),
    "察哈尔右翼前旗": ("察右前旗",),
    "察哈尔右翼中旗": ("察右中旗",),
    "察哈尔右翼后旗": ("察右后旗",),
    "东乌珠穆沁旗": ("东乌旗",),
    "西乌珠穆沁旗": ("西乌旗",),
    "乌拉特前旗": ("乌前旗",),
    "乌拉特中旗": ("乌中旗",),
    "乌拉特后旗": ("乌后旗",),
    "新巴尔虎左旗": ("新左旗",),
    "新巴尔虎右旗": ("新右旗",),
    "苏尼特左旗": ("苏左旗",),
    "苏尼特右旗": ("苏右旗",),
    "阿拉善左旗": ("阿左旗",),
    "阿拉善右旗": ("阿右旗",),
    "莫力达瓦达斡尔族自治旗": ("莫旗",),
    "伊金霍洛旗": ("伊旗",),
    "准格尔旗": ("准旗",),
}


def short_forms(name: str, level: Level) -> tuple[str, ...]:
    """The normal short forms of a full division name; () below the county and for zones.

    >>> short_forms("江华瑶族自治县", "County")
    ('江华', '江华县')
    >>> short_forms("忠县", "County")
    ()
    """
    if level in ("Township", "Village"):
        return ()
    return (*_by_rule(name), *_SET_FORMS.get(name, ()))


def former_short_forms(name: str) -> tuple[str, ...]:
    """The short forms under which a former county or prefecture is still met; () for a former district.

    A district that is gone leaves a bare word (红星, 南郊), a county a name that people go on using (襄樊).
    """
    return () if name.endswith("区") else short_forms(name, "County")


def _by_rule(name: str) -> tuple[str, ...]:
    if found := _AUTONOMOUS.fullmatch(name) or _NAMESAKE.fullmatch(name):
        stem, kind = found["stem"], found["kind"] or "区"
        return (stem, stem + kind) if len(stem) > 1 else (stem + kind,)
    if found := _ECONOMIC.fullmatch(name):
        return (found["stem"] + "经开区",)
    if found := _HIGH_TECH.fullmatch(name):
        return (found["stem"] + "高新区",)
    if found := _MANAGED.fullmatch(name):
        return (found["stem"], found["stem"].removesuffix("管理区"))
    found = None if _NO_STEM.fullmatch(name) else _PLAIN.fullmatch(name)
    return (found["stem"],) if found else ()
