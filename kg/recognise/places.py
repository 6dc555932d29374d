"""Places: divisions from the official table, and other places by their suffix.

A full name (喜河镇) is looked up; a short name (祁阳) counts only near a division that it belongs to, since
many are words too (东安, 大道). Sites, roads and waters follow from their suffix and a left edge.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.divisions import LEVELS, Division, divisions
from kg.model import Mention
from kg.recognise.edges import left_edge
from kg.recognise.lexicon import closes_with, is_word, known_occurrences, known_places, suffixes, words, words_before

_SUFFIX_KIND = suffixes("place")
_SUFFIX = re.compile("|".join(sorted(map(re.escape, _SUFFIX_KIND), key=lambda s: (-len(s), s))))
# One-character suffixes end too many ordinary words; they need a name of at least two characters before them.
_SHORT_SUFFIXES = frozenset("河江湖溪渠湾泉海山岭峰")
_DIVISION_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|省|盟|自治县|自治州|自治旗|街道|社区|地区|苏木|嘎查|村|镇|乡|县|市|区|州|旗)"
)
# A road by its name: what follows shows that no 思路 or 销路 is meant.
_ROAD = re.compile(r"(?P<name>[一-鿿]{2,3}路)(?=[与和、，。；（]|[一-鿿]?(?:交叉|路口|段|社区|街道|沿线|两侧|沿街))")
_NO_ROAD = re.compile(
    r"(?:[思线门活弯销跑公道铁马水出退套陆网电后生来去路半引探问带让修养扫量板条堵收要泥理]|产业|砂石|断头)路$"
)
_ROAD_PART = re.compile(r"(?P<road>(?:[国省县]道|高速公路|高速|公路)(?:县城)?)(?P<name>[一-鿿]{2,3}?)段(?![落时位])")
# A part of a hospital or school: the name before it is the body's own mention.
_PART = re.compile(
    r"(?<=医院|生院|中学|小学|学校|学院|[一二三四]中)(?P<part>(?:第[一二三四五六七八九十]|新|[一-鿿]{2,3})?"
    r"(?:住院楼|住院大楼|门诊楼|门诊大楼|综合楼|综合大楼|康复楼|教学楼|教学综合楼|实验楼|宿舍楼|传染病楼|新大楼|感染楼|医技楼|分院|院区|校区|新院))"
)
# A body whose own name a site's would swallow (渭源县人民医院新大楼).
_BODY_INSIDE = re.compile("医院|生院|学校|中学|小学|学院|公司|法院|检察院|政府|[一-鿿]局|委员会")
# A count and its measure word before a kind: 3座水库, 百亩蔬菜基地.
_COUNTED = re.compile(
    r"^[一二三四五六七八九十百千万两几数多\d]*[亩家座处个条所公里口户间栋片]|^(?:第[一二三四五六七八九十]|[这那每各某该])"
)
_KIND_ONLY = re.compile(r"^批?(?:国家|省|市|县|区|乡|镇|村)级|^(?:各|该|这|那|全|本|我)")
# A count inside: 两处风景区 after the name of one.
_COUNT_INSIDE = re.compile(r"[两三四五六七八九十几\d](?:处|个|座|家|大)")
_NO_SITE = re.compile("老旧?小区$")  # a kind of them
_WORKS = frozenset(("改造", "整治", "修缮", "翻新", "启用", "扩建"))  # what is done to a site, before its name
_LOCATIVE = re.compile(r"^(?:上|下|中|畔|边|岸|流域|脚|沿岸|水域|两岸|之|源|南|北|东|西)")
_NO_STEM = re.compile("[靠满见是到回饮织翻爬跨巡突]")  # 茶香满山 is no mountain
_LOCATING = re.compile(r"(?:位于|沿着?|流经|来到|走进|深入)$")
_NUMBERED_ROAD = re.compile(r"(?:[GSXgsx]\d{1,4}(?:国道|省道|县道|高速)?|(?<!\d)\d{3}(?:国道|省道|县道))")
_RELATIVE = re.compile(
    r"(?:该|全|我|本|我们|当地)(?:省|自治区|市|州|盟|县|区|旗|镇|乡|街道|村|社区|苏木|团|师)(?![一-鿿]{0,1}(?:委|政府))"
    r"|当地(?=(?:实施|开展|推行|推进|建立|出台|通过|创新|采取|组织|投入|启动|打造|探索|依托|还|已|将|也))"
)
# Where the text names a town or village so, its short name is that town's, not a prefecture's (南阳 of 南阳镇).
_LOWER = ("镇", "乡", "村", "街道", "社区")
# Words of one character after which a county's name of two begins (在藤县); other characters may belong to a name.
_BEFORE_SHORT = "在到赴于和与及对由从市州省"
# Regiments and companies of the Xinjiang corps are places to live: 五十一团, 6连.
# 村社区 are two words, but 清凉二村社区 is one.
_NO_COMMUNITY = re.compile("(?<![一二三四五六七八九十新])村$|[镇乡区]$")
_VILLAGE_NEXT = re.compile("[一-鿿]{2,4}(?:村|社区)")
_REGIMENT = re.compile(
    r"(?<![\d第一二三四五六七八九十百])(?:\d{1,3}|[一二三四五六七八九十百]{1,5})[团连](?![队结体购建年续接长员])"
)
_CORPS = re.compile("兵团|团场|师市")
# Sites known by a name of their own; the division before it is said beside it (青山县 | 翠岭林场).
_OWN_NAME = re.compile("(?:小区|景区|风景区|风景名胜区|林场|农场|牧场|屯|村民小组|故居|水库|片区|安置区)$")
_ZONE = re.compile("(?:开发区|高新区|经开区|示范区|管理区)")
# What follows where the suffix is not one: 村民, 市场, 区域; but 市民政局.
_NEXT_NOT = {
    "市": re.compile("场|民(?![政族宗营建革盟])"),
    "区": re.compile("[域别]"),
    "乡": re.compile("村"),
    "村": re.compile("[民庄落级](?!政局|小组)|企结对|村结对"),
    "旗": re.compile("[帜袍]"),
}
# What 村 begins, rather than ending the name before it: 和睦村 | 村委会.
_OF_A_VILLAGE = re.compile("委会|民委员会|支书|支部|党支部|党总支|主任|干部|两委|集体|民")
_LONGEST = 33  # characters of the longest name of a division in the table
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_LEVEL_KIND = {
    "Province": "Province",
    "Prefecture": "Prefecture",
    "County": "County",
    "Township": "Township",
    "Village": "Village",
}
_SUFFIX_LEVEL = {
    "村": "Village",
    "社区": "Village",
    "嘎查": "Village",
    "镇": "Township",
    "乡": "Township",
    "街道": "Township",
    "苏木": "Township",
    "县": "County",
    "旗": "County",
    "区": "County",
    "自治县": "County",
    "自治旗": "County",
    "市": "County",
    "州": "Prefecture",
    "自治州": "Prefecture",
    "地区": "Prefecture",
}


@dataclass(frozen=True, slots=True)
class _Suffixed:
    """A suffix of a division, and the names of the table that end with it: where each begins and what it may be, the
    longest first."""

    suffix: re.Match[str]
    named: tuple[tuple[int, tuple[Division, ...]], ...]


def _suffixed(text: str) -> Iterator[_Suffixed]:
    for suffix in _DIVISION_SUFFIX.finditer(text):
        end = first = suffix.end()
        following = _NEXT_NOT.get(suffix[0][-1:])
        if following and following.match(text, end):
            continue
        while first > max(0, end - 12) and text[first - 1].isalnum():
            first -= 1
        known = ((start, divisions().named(text[start:end])) for start in range(first, end - 1))
        yield _Suffixed(
            suffix, tuple((at, ds) for at, ds in known if ds and (end - at >= 3 or _in_full(text[at:end], ds)))
        )


def _in_full(name: str, known: Iterable[Division]) -> bool:
    return any(d.name == name for d in known)


def _full_names(text: str, found: Iterable[_Suffixed], near: frozenset[str] = frozenset()) -> Iterator[Mention]:
    """Names that the table holds with their suffix, longest first, and village or town names by suffix alone.

    A township or village of the prefectures ``near`` counts as it stands; one from elsewhere only where a word
    ends before it (开发城镇 is not 发城镇).
    """
    table, ends = divisions(), dict[int, Division | None]()
    for suffixed in found:
        suffix, end = suffixed.suffix, suffixed.suffix.end()
        if text.endswith("村村", 0, end) and any(
            ends_in_word(text[at:end], text[end : end + 4], text) for at in range(max(0, end - 12), end - 3)
        ):
            continue
        for start, known in suffixed.named:
            name = text[start:end]
            best = min(known, key=lambda d: d.code)
            if best.level == "County" and (len(name) == 2 or name in words("common_places")):
                before = text[start - 1 : start]
                if not any(d.code[:4] in near for d in known) and (
                    name in words("common_places") or before.isalnum() and before not in _BEFORE_SHORT
                ):
                    continue
            if best.level in ("Township", "Village"):
                whole = len(name) > 2 or best.level == "Township" and _is_told(text, start, end, ends)
                if not whole or name in words("common_places") or name[-2:] in words("common_tails"):
                    continue
                close = [d for d in known if d.code[:4] in near]
                holder = next(
                    (ends[at] for at in (start - 1, start - 2) if at in ends and text[at:start].isalnum()), None
                )
                if holder and not any(table.within(d, holder) for d in known):
                    continue  # 会川镇大本庙村 is no 本庙村 of elsewhere
                if not close and start not in ends and left_edge(text, suffix.start(), len(name)) != start:
                    continue
                best = close[0] if close else best
            ends[end] = best
            yield Mention(start, end, "Place", name, "place:division", 0.9, _LEVEL_KIND[best.level])
            break
        else:
            if suffix[0] in ("村", "社区", "镇", "乡", "嘎查", "苏木"):
                people = text[suffix.start() - 1 : suffix.start()] == "族"  # 八岔赫哲族乡
                longest = 8 if people else 4
                start = left_edge(text, suffix.start(), longest + 1)
                start = next((at for at in range(suffix.start() - 2, suffix.start() - 5, -1) if at in ends), start)
                if (
                    2 <= suffix.start() - start <= longest
                    and text[start:end].isalnum()
                    and _proper(text, start, suffix)
                    and not _COUNTED.match(text[start : suffix.start()])
                    and not (suffix[0] == "社区" and _NO_COMMUNITY.search(text, start, suffix.start()))
                    and not closes_with(text[start:end], "common_places", 3)
                    and not is_word(text[start : suffix.start()])
                    and text[end - 2 : end] not in words("common_tails")
                    and not is_word(text[start:end])
                ):
                    ends[end] = None
                    yield Mention(start, end, "Place", text[start:end], "place:suffix", 0.6, _SUFFIX_LEVEL[suffix[0]])


def _is_told(text: str, start: int, end: int, ends: Container[int]) -> bool:
    """Whether a town's name of two characters (莒镇) is one where it stands: right after its county's, or with a
    village's right after it where a clause begins."""
    if is_word(text[start:end]):
        return False
    return start in ends or not text[start - 1 : start].isalnum() and _VILLAGE_NEXT.match(text, end) is not None


def ends_in_word(name: str, after: str, text: str) -> bool:
    """Whether the last 村 of a name belongs to what stands ``after`` it: 和睦村村委会 is the body of 和睦村, unless
    the ``text`` names the township or county of a village that is called 和睦村村."""
    if not name.endswith("村村") or len(name) < 4 or not _OF_A_VILLAGE.match(after):
        return False
    table = divisions()
    above = (d.name for village in table.named(name) for d in table.ancestors(village)[:2])
    return bool(table.named(name[:-1])) and not any(place in text for place in above)


def _short_names(text: str, near: frozenset[str], full: frozenset[str]) -> Iterator[Mention]:
    """Short names of provinces and prefectures anywhere, of counties within the prefectures ``near`` (codes).

    One that is also a word or a person's name (来宾, 和平) needs evidence: a prefecture is among ``full``, those
    that the text names in full by themselves or a county; a county is itself named in full.
    """
    table = divisions()
    for start, end in scanned(text):
        name = text[start:end]
        for d in sorted(table.named(name), key=lambda d: (_RANK[d.level], d.code)):
            if d.name == name or d.level not in ("Province", "Prefecture", "County"):
                continue
            told = d.code[:4] in full if d.level == "Prefecture" else d.name in text
            if not told and (name in words("ambiguous_places") or any(name + tail in text for tail in _LOWER)):
                continue
            inside = d.level == "County" and d.code[:4] in near
            if d.level in ("Province", "Prefecture") or inside:
                if len(name) == 2 and text[end : end + 1] in "路街大" and not inside:
                    continue
                yield Mention(start, end, "Place", name, "place:short", 0.7, d.level)
                break


def _proper(text: str, start: int, suffix: re.Match[str]) -> bool:
    """Whether the stem before a suffix looks like a name: the dictionary has it whole, or not all its words."""
    if is_word(text[start : suffix.end()]) and suffix[0] in _SHORT_SUFFIXES:
        return True
    return any(len(word) == 1 for _, word in words_before(text, suffix.start(), suffix.start() - start))


def _sites(text: str, full: dict[int, Mention]) -> Iterator[Mention]:
    """Names that end in a site's, water's or mountain's suffix; ``full`` are the divisions, by their end."""
    for suffix in _SUFFIX.finditer(text):
        short = suffix[0] in _SHORT_SUFFIXES
        start = _known_word(text, suffix) if short else None
        start = start if start is not None else left_edge(text, suffix.start(), 6 if short else 12, _WORKS)
        place = _leading(full, start, suffix.start())
        kind = _SUFFIX_KIND[suffix[0]]
        if text[start : suffix.end()] in words("common_places") or _NO_SITE.search(text, start, suffix.end()):
            continue
        if place is not None and kind in ("Site", "DevelopmentZone", "Water") and not short:
            tail = text[place.end : suffix.end()]
            if (
                not _BODY_INSIDE.search(tail)
                and not _COUNTED.match(tail)
                and not _KIND_ONLY.match(tail)
                and tail not in words("common_places")
            ):
                start = _own_start(text, place, suffix)
                yield Mention(start, suffix.end(), "Place", text[start : suffix.end()], "place:site", 0.82, kind)
                continue
        crossing = suffix[0] == "路口" and (
            "交叉" in text[start : suffix.end()] or "十字" in text[start : suffix.end()]
        )
        if not crossing and _site(text, start, suffix):
            yield Mention(start, suffix.end(), "Place", text[start : suffix.end()], "place:site", 0.45, kind)
    yield from _roads(text, full)
    for match in _PART.finditer(text):
        part = match["part"]
        yield Mention(match.start(), match.end(), "Place", part, "place:part", 0.95, "Site")


def _own_start(text: str, place: Mention, suffix: re.Match[str]) -> int:
    """Where a site's name begins that stands after the division ``place``: with it, but after it or after a zone
    where a name of its own follows."""
    start = place.start
    for zone in _ZONE.finditer(text, place.end, suffix.start() - 1):
        start = zone.end()
    own = _OWN_NAME.search(suffix[0]) and suffix.start() - place.end > 1
    return place.end if own and start == place.start else start


def _known_word(text: str, suffix: re.Match[str]) -> int | None:
    """Where the longest word of the dictionary begins that ends in the suffix and has three characters or more."""
    end = suffix.end()
    return next((end - n for n in (5, 4, 3) if end >= n and is_word(text[end - n : end])), None)


def _leading(full: dict[int, Mention], start: int, end: int) -> Mention | None:
    """The division in full that the name in ``[start, end)`` begins with or comes right after."""
    found = [full[at] for at in range(start, end + 1) if at in full and full[at].start <= start + 1]
    place = max(found, key=lambda m: m.end, default=None)
    return innermost(full, place, end) if place else None


def innermost(full: Mapping[int, Mention], place: Mention, end: int) -> Mention:
    """The last of the divisions that stand one right after the other from ``place`` on and end before ``end``: of
    石泉县喜河镇卫生院 the hospital's name begins at 喜河镇. ``full`` are divisions by their end."""
    while after := _next(full, place.end, end):
        place = after
    return place


def _next(full: Mapping[int, Mention], start: int, end: int) -> Mention | None:
    ends = range(start + 1, min(end, start + _LONGEST) + 1)
    return next((full[at] for at in ends if at in full and full[at].start == start), None)


def _site(text: str, start: int, suffix: re.Match[str]) -> bool:
    """Whether what stands from ``start`` to the suffix is a name and no kind (3座水库) or person (张海峰)."""
    name, before, short = text[start : suffix.end()], suffix.start() - start, suffix[0] in _SHORT_SUFFIXES
    if _COUNTED.match(name) or _COUNT_INSIDE.search(name) or _KIND_ONLY.match(name):
        return False
    if before < 2 or not _proper(text, start, suffix):
        return False
    if short:
        if _NO_STEM.search(text[start : suffix.start()]) and not is_word(name):
            return False
        person = len(name) == 3 and name[0] in words("surnames") and name[-1] in "山海江河湖泉峰岭"
        person = person and (name[-1] in "峰海江泉" or not is_word(name))
        placed = _LOCATING.search(text[max(0, start - 2) : start]) or _LOCATIVE.match(text[suffix.end() :][:2])
        return before <= 3 and (not person or bool(placed))
    plain = (
        "路口 小区 基地 市场 服务中心 园区 社区服务中心 停车场 公寓".split()  # kinds more often than names
    )
    return suffix[0] not in plain or before >= 3


def _roads(text: str, full: dict[int, Mention]) -> Iterator[Mention]:
    for suffix in _ROAD.finditer(text):
        end = suffix.end("name")
        place = next((at for at in range(end - 3, end - 1) if at in full), None)
        start = place if place is not None else left_edge(text, end - 1, 3)
        if end - start >= 3 and not _NO_ROAD.search(text[start:end]) and not _COUNTED.match(text[start:end]):
            yield Mention(start, end, "Place", text[start:end], "place:road", 0.5, "Road")
    for match in _ROAD_PART.finditer(text):
        yield Mention(match.start("name"), match.end("name"), "Place", match["name"], "place:road-part", 0.6, "Site")
    for match in _NUMBERED_ROAD.finditer(text):
        yield Mention(match.start(), match.end(), "Place", match[0], "place:road-number", 0.85, "Road")


def home_prefectures(text: str, found: Iterable[_Suffixed]) -> tuple[frozenset[str], frozenset[str]]:
    """The four-digit codes of the four prefectures that the text names most, by their own or their counties'
    names; and of all those that it names in full."""
    table = divisions()
    count: Counter[str] = Counter()
    for mention in _full_names(text, found):
        if mention.kind in ("County", "Prefecture"):
            for d in table.named(mention.text):
                if d.level in ("County", "Prefecture"):
                    count[d.code[:4]] += 1
    full = frozenset(count)
    for start, end in scanned(text):
        for d in table.named(text[start:end]):
            if d.level == "Prefecture" and text[start:end] not in words("ambiguous_places"):
                count[d.code[:4]] += 1
    return frozenset(code for code, _ in count.most_common(4)), full


def _known(text: str) -> Iterator[Mention]:
    """Waters, mountains and regions of two or more characters that everyone knows (黄河, 长三角)."""
    kinds = known_places()
    for start, end in known_occurrences(text):
        name = text[start:end]
        if text[end : end + 1] not in ("路", "街", "镇", "县", "市", "区", "村", "乡"):
            yield Mention(start, end, "Place", name, "place:known", 0.75, kinds[name])


def kind_of(name: str) -> str:
    """The class of a place by its name alone: its level where the table has it, else what its suffix tells.

    >>> kind_of("石泉县"), kind_of("青石板村"), kind_of("振兴广场")
    ('County', 'Village', 'Site')
    """
    known = divisions().named(name)
    if known:
        return min(known, key=lambda d: (_RANK[d.level], d.code)).level
    ends = [name[at:] for at in range(len(name))]
    return next((table[end] for end in ends for table in (_SUFFIX_LEVEL, _SUFFIX_KIND) if end in table), "Site")


def is_relative(name: str) -> bool:
    """Whether a name means a place only within its article (全县, 该镇, 当地)."""
    return name == "当地" or _RELATIVE.fullmatch(name) is not None


@lru_cache(maxsize=4)
def scanned(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the division table's names; asked for several times of one text."""
    return tuple(divisions().scan(text))


def find_places(text: str) -> Iterator[Mention]:
    """Candidate mentions of places in ``text``; overlaps are left to ``decide``."""
    found = tuple(_suffixed(text))
    near, named = home_prefectures(text, found)
    full = list(_full_names(text, found, near))
    yield from full
    yield from _short_names(text, near, named)
    yield from _sites(text, {m.end: m for m in full})
    yield from _known(text)
    if _CORPS.search(text):
        for match in _REGIMENT.finditer(text):
            yield Mention(match.start(), match.end(), "Place", match[0], "place:regiment", 0.7, "Site")
    for match in _RELATIVE.finditer(text):
        yield Mention(match.start(), match.end(), "Place", match[0], "place:relative", 0.8)
