"""Numbered formulas (三送, 四进四帮, 1+2+N) and the parts that a text spells out for them; lists with one head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.recognise.edges import left_edge
from kg.recognise.figures import chinese_number
from kg.recognise.lexicon import words

QUOTED = re.compile(r"[“‘\"「]([^“”‘’\"「」\n]{2,30})[”’\"」]")
_NUMERALS = "一二三四五六七八九十百千万两双多全"
_FORMULA = re.compile(
    rf"^(?:[{_NUMERALS}\d][^{_NUMERALS}\d的了是在，。]{{1,3}}){{1,4}}$|^\d+(?:\+(?:\d+|[A-Za-zNX]))+$|^[\u4e00-\u9fff\d]+(?:\+[\u4e00-\u9fff\dA-Za-z]+)+$"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A formula whose parts the text spells out: 三送 with 送技术, 送岗位 ... Spans are offsets of the text."""

    whole: tuple[int, int]
    parts: tuple[tuple[int, int], ...]


def is_formula(name: str) -> bool:
    """Whether a name is a numbered formula (四进四帮, 一月一督查, 1+2+N).

    >>> is_formula("三送"), is_formula("四进四帮"), is_formula("为民服务")
    (True, True, False)
    """
    return bool(_FORMULA.match(name))


# Where a part may open a sentence or a heading: 一、访农户; （二）访企业; 一是访农户，二是访企业.
_BEGIN = (
    r"(?:^|[\n。；;]|[，,](?=[一二三四五六七八九十]是))\s*"
    r"(?:[（(]?[一二三四五六七八九十\d]{1,2}(?:[)）、.．]|是)[ 　]*)?[“‘]?"
)


@lru_cache(maxsize=4096)
def _opening(letter: str) -> re.Pattern[str]:
    return re.compile(rf"{_BEGIN}(?P<part>{re.escape(letter)}[一-鿿]{{2}})(?=[一-鿿“”’：:，,。；;\s])", re.M)


@lru_cache(maxsize=4096)
def _joined(word: str, count: int) -> re.Pattern[str]:
    item = rf"{re.escape(word)}[一-鿿]{{1,7}}"
    return re.compile(rf"(?:{item}?、){{{count - 1}}}{item}")


_LIST_BEFORE = re.compile(
    r"[“‘]([^“”‘’\n]{4,60})[”’](?:的|等|为内容的|为主要内容的)$"
    r"|(?:^|[，。；：\n])([一-鿿]{2,8}(?:、[一-鿿]{2,8})+)[，,]?(?:这|合称|统称|简称|组成|构成|等|的)$"
)
_SPELLED = re.compile(
    r"[”’」]?(?:[一-鿿]{0,8})?(?:活动|机制|工作法|制度|行动|模式|工程|清单|要求)?\s*(?:，|,)?(?:“[一-鿿]{2,6}”)?(?:即为?|，就是|就是|是指|(?:主要)?(?:包括|包含)(?:了)?|分别[为是]|：|:|——|是)[：:]?\s*"
)


@lru_cache(maxsize=4)
def find_parts(text: str) -> tuple[Parts, ...]:
    """Formulas whose parts are spelled out, after (“三带”，即甲、乙、丙) or before (“甲、乙、丙”的“三带”) them."""
    found, led = [], dict[str, tuple[tuple[int, int], ...]]()
    for match in QUOTED.finditer(text):
        name, count = match[1], _count_of(match[1])
        if not count and (parts := _by_group(text, match)):
            found.append(Parts(match.span(1), parts))
        if not count:
            continue
        if name not in led:
            led[name] = _by_letter(text, name, count)
        parts = _spelled_after(text, match, count) or led[name] or _spelled_before(text, match, count)
        parts = parts or _by_group(text, match)
        if parts:
            found.append(Parts(match.span(1), parts))
    return tuple(found)


def _spelled_after(text: str, quoted: re.Match[str], count: int) -> tuple[tuple[int, int], ...]:
    spelled = _SPELLED.match(text, quoted.end() - 1)
    return _items(text, spelled.end(), count) if spelled and spelled.end() > quoted.end() else ()


def _spelled_before(text: str, quoted: re.Match[str], count: int) -> tuple[tuple[int, int], ...]:
    base = max(0, quoted.start() - 70)
    before = _LIST_BEFORE.search(text[base : quoted.start()])
    which = 1 if before and before[1] else 2
    items = _spans(before[which], base + before.start(which)) if before else ()
    return items if len(items) == count else ()


def _by_letter(text: str, name: str, count: int) -> tuple[tuple[int, int], ...]:
    """The parts of a two-character formula that begin sentences of their own: 三送 with 送技术, 送岗位 ..."""
    if len(name) != 2:
        return ()
    found: dict[str, tuple[int, int]] = {}
    for match in _opening(name[1]).finditer(text):
        found.setdefault(match["part"], match.span("part"))
    return tuple(found.values()) if len(found) == count else ()


_COUNTED = re.compile(rf"^(?P<count>[{_NUMERALS}]|\d{{1,2}})(?P<of>[项种个大张本条类]?[^{_NUMERALS}\d\W]{{1,8}})$")


def _count_of(name: str) -> int:
    """How many parts a formula counts (三送, 五种工作方法); 0 for other names and for 多 or 百."""
    counted = _COUNTED.match(name)
    if not counted or not (is_formula(name) or counted["of"][0] in "项种个大张本条类"):
        return 0
    count = _number(counted["count"])
    return count if 2 <= count <= 12 else 0


def _number(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    return chinese_number({"双": "二", "两": "二"}.get(numeral, numeral)) if numeral not in "多全百千万" else 0


_GROUP = re.compile(r"(?P<count>[二三四五六七八九十双两])(?P<word>[^一二三四五六七八九十双两\d]{1,2})")
_WINDOW = 150  # characters after a formula in which its parts are looked for


def _by_group(text: str, quoted: re.Match[str]) -> tuple[tuple[int, int], ...]:
    """三进三解: right after it three items that begin with 进 and three that begin with 解, joined by 、."""
    if not is_formula(quoted[1]):
        return ()
    found: list[tuple[int, int]] = []
    for group in _GROUP.finditer(quoted[1]):
        if group[0] != quoted[1] and group[0] in text[quoted.end() : quoted.end() + _WINDOW]:
            continue  # 三进 is named by itself, and its parts are its own
        if f"、{group['word']}" not in text[quoted.end() : quoted.end() + _WINDOW]:
            continue
        count = _number(group["count"])
        match = _joined(group["word"], count).search(text, quoted.end(), quoted.end() + _WINDOW)
        if match and match[0].count("、") == count - 1:
            found.extend(_spans(match[0], match.start()))
    return tuple(found)


def _spans(text: str, base: int) -> tuple[tuple[int, int], ...]:
    spans, at = [], 0
    for piece in re.split(r"([、，,；;])", text):
        stripped = piece.strip("“”‘’ ")
        if stripped and piece not in "、，,；;":
            begin = at + piece.index(stripped)
            spans.append((base + begin, base + begin + len(stripped)))
        at += len(piece)
    return tuple(spans)


_JOINED = re.compile("以及|[和与及]")
_TAKING = re.compile("^[把将](?=[一-鿿]{2})")


def _plain(item: str) -> str:
    return _TAKING.sub("", item.strip("“”‘’ "))


def _items(text: str, at: int, count: int) -> tuple[tuple[int, int], ...]:
    """The ``count`` items of a list that begins at ``at``: joined by 、 or, failing that, by ； or ，."""
    stop = re.compile(r"[。！？\n]").search(text, at)
    body = text[at : stop.start() if stop else min(len(text), at + 200)]
    for joint in ("、", "；", ";", "，", ","):
        first = re.split(r"[，。；;,]", body)[0] if joint == "、" else body
        pieces = first.split(joint)
        if joint == "、" and len(pieces) == count - 1:
            pieces[-1:] = _JOINED.split(pieces[-1], 1)
        if joint in "；;":
            pieces = [re.split(r"[，,]", p)[0] for p in pieces]
        if (
            len(pieces) == count
            and not re.search(r"[二三四五六七八九十]项", pieces[-1])
            and all(2 <= len(_plain(p)) <= 12 for p in pieces)
        ):
            spans, cursor = [], at
            for piece in pieces:
                name = _plain(piece)
                begin = text.index(name, cursor)
                spans.append((begin, begin + len(name)))
                cursor = begin + len(name)
            return tuple(spans)
    return ()


_TAILS = "清单|考察|制度|机制|工程|行动|计划|模式|台账|攻坚战?|工作法|帮扶|协作"
_SERIES = re.compile(
    rf"(?:[一-鿿]{{2,8}}?(?P<tail>{_TAILS})[、和])(?:[一-鿿]{{2,8}}?(?P=tail)[、和])+[一-鿿]{{2,8}}?(?P=tail)"
)


@dataclass(frozen=True, slots=True)
class Series:
    """Items of a list that share their head: 甲考察、乙考察、丙考察 with the head 考察."""

    head: str
    items: tuple[tuple[int, int], ...]


def find_series(text: str) -> Iterator[Series]:
    """Lists of three or more items with one head.

    >>> text = "制定了调研清单、项目清单、责任清单"
    >>> [text[a:b] for a, b in next(find_series(text)).items]
    ['调研清单', '项目清单', '责任清单']
    """
    for match in _SERIES.finditer(text):
        head, at, items = match["tail"], match.start(), []
        for item in re.split("[、和]", match[0]):
            stem = len(item) - len(head)
            begin = at if items else left_edge(text, at + stem, stem, words("carrying"), words("nouny"))
            items.append((begin, at + len(item)))
            at += len(item) + 1
        if all(end - begin > len(head) + 1 for begin, end in items):
            yield Series(head, tuple(items))
