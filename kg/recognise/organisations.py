"""Organisations by the grammar of their names.

A public body is its division's name, or a relative level (县, 镇), with a standard body (委, 政府, 妇联) or a
department's name after it; organs may follow (县委 + 党史…领导小组 + 办公室). Companies, schools, hospitals,
media and groups end in a suffix, and their left edge is found by walking back over words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from kg.divisions import divisions
from kg.model import Mention
from kg.recognise.edges import left_edge
from kg.recognise.lexicon import LEAGUE_BEFORE, alternatives, bodies, is_word, suffixes, words, words_before
from kg.recognise.places import innermost

_LEVEL = r"自治区|自治州|自治县|兵团|师市|社区|街道|苏木|省|市|州|盟|县|区|旗|镇|乡|村|团"
_NAME = r"[一-鿿]"
# Characters that stand in no department's name.
_INNER = r"(?:(?![的了在是将把被对向从到给为由并也就都要等其各该我他她这那又再还但则使至自让有已曾])[一-鿿])"
_STANDARD = "法检两院|法检|" + "|".join(
    sorted((re.escape(b) for body in bodies() for b in (body.short, body.long)), key=lambda b: (-len(b), b))
)
_ORGAN = (
    rf"(?:{_INNER}{{0,14}}?(?:{alternatives('groups')})|(?!组织部分)(?:{alternatives('organs')})|[一-鿿]{{2,3}}办(?![理事法好公])"
    rf"|(?<=办)[一-鿿]{{2}}组|(?<=办公室)[一-鿿]{{2}}组"
    rf"|{_INNER}{{2,8}}?(?:大队|支队|中队|分局|派出所|处室|科室|处(?!级)|科))"
)
_DEPARTMENT = rf"{_INNER}{{1,14}}?(?:{alternatives('department_heads')}|[党学教扶征信创综防攻]\S{{0,3}}?办)"
_PUBLIC = re.compile(
    rf"(?P<core>(?:{_STANDARD})(?!(?<=[^纪监]委)会(?!办)|(?<=委)(?:托|派|任|员(?!会)|以|于|书|常委会)|(?<=人大)代表(?!大会)|(?<=政协)委员(?!会)|门)|{_DEPARTMENT})(?P<organ>(?:(?![和与及]){_ORGAN})*)(?P<team>驻{_NAME}{{2,8}}?工作队)?"
)
# The Youth League's committee is 共青团石泉县委 or 团县委; what 师团县委 would be, it is not.
_LEAGUE = f"{LEAGUE_BEFORE}(?!.委[托派任员])"
_RELATIVE = re.compile(rf"(?:中共|共青团|{_LEAGUE})?(?P<level>{_LEVEL})(?=[一-鿿])(?!(?<=市)监局)")
_ALL = re.compile("[各县]乡镇?$|[各乡村县]镇$")  # 各乡镇人大, 县乡人大: all of them
# What may stand before the division in a body's name.
_FORMAL = ("中国人民政治协商会议", "中国共产党", "共青团", "中共", "政协")
_KIND = {body.short: body.kind for body in bodies()} | {body.long: body.kind for body in bodies()}

_SUFFIX_KIND = suffixes("organisation")
# 翠岭茶业公司 ends in 公司, not in 茶业.
_SUFFIX = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, _SUFFIX_KIND), key=lambda s: (-len(s), s)))})(?!(?:有限|股份|集团|公司)+)"
)
_ANY_END = re.compile(rf"(?:{_SUFFIX.pattern}|民警|{_STANDARD})$")
_CENTRAL = re.compile(rf"(?:{alternatives('central')})(?!门)")
_COLLECTIVE = re.compile(
    r"^(?:各|多|全体|所有|有关|相关|这|该|本|我|一些|部分|大小|中小|民营|国有|外资|龙头|骨干|重点|规上|两|三|四|五|六|七|八|九|十|几|数|镇级|区级|镇村|辖区|属地|新办|农业|农民|专业|省级|市级|县级|乡镇|村级|县直|市直|省直|基层|直属|网格|楼栋)"
)
# 喜河镇一家茶叶公司 is some company there.
SOME = re.compile("(?<=[一-鿿])(?:[一几两多]|数十|十几)(?:家|个|所|支)[一-鿿]")
_MEASURED = re.compile(r"[\d一二三四五六七八九十百千万几多余两](?:个|家|所|支|名|座|处)$")
# 青山村党支部书记: the branch is part of the title.
_OFFICE_AFTER = re.compile("(?:第一|副|原)?书记|委员")
_BOOK = re.compile(r"《([^》]{2,12})》")
_MEDIUM = re.compile(rf"(?:{alternatives('media_tails')})$")
# 县委、政府 in one breath, and 县委政府 without the comma.
_GOVERNMENT_TOO = re.compile("[、和]?(?=政府(?!部门))")


def _anchors(text: str, places: Iterable[Mention]) -> Iterator[tuple[int, int]]:
    """(start of the name, end of the division or level that it begins with)."""
    whole = {
        m.end: m
        for m in sorted(places, key=lambda m: m.start, reverse=True)
        if m.rule != "place:site" and m.rule != "place:relative"
    }
    inside = {i for m in whole.values() for i in range(m.start, m.end)}
    for place in whole.values():
        prefix = next((len(p) for p in _FORMAL if text.endswith(p, 0, place.start)), 0)
        yield place.start - prefix, place.end
        # 石泉县委: the level's own character may already belong to the division's name.
    for match in _RELATIVE.finditer(text):
        level = match.start("level")
        if level not in inside and not _ALL.search(text, max(0, level - 2), level + 1):
            yield match.start(), match.end()


def _public(text: str, places: Iterable[Mention]) -> Iterator[Mention]:
    divided = {m.start for m in places if m.rule == "place:division"}
    for start, at in _anchors(text, places):
        match = _PUBLIC.match(text, at)
        if match is None or at in divided or not _is_body(text, start, match):
            continue
        core, organ = match["core"], match["organ"]
        end = match.end()
        if organ and _is_clause(text, end, len(organ)):  # 县委 成立 …领导小组
            organ, end = "", at + len(core)
        kind = _KIND.get(core) or _kind_of(core)
        if match["team"] and end == match.end():
            kind = "WorkGroup"
        elif organ and kind == "PartyCommittee":
            kind = "PartyOrgan"
        yield Mention(start, end, "Organisation", text[start:end], "org:body", 0.9 if core in _KIND else 0.75, kind)
        joined = _GOVERNMENT_TOO.match(text, end) if core in ("委", "党委") else None
        if joined:
            yield Mention(joined.end(), joined.end() + 2, "Organisation", "政府", "org:joined", 0.7, "Government")


def _is_body(text: str, start: int, match: re.Match[str]) -> bool:
    core, at, end = match["core"], match.start(), match.end()
    if core in ("委", "政府") and text[end : end + 1] in ("员", "会"):
        return False
    if core in ("委", "法院") and text[at - 1 : at] in "村社区":
        return False
    if core in _KIND:
        return True
    if _JOINT.match(core) and not core.startswith(("联合会", "组织")):
        return False
    short_word = at - start <= 1 and end - start < 4 and is_word(text[start:end])
    return not short_word and not _is_clause(text, at + len(core), len(core))


def _is_clause(text: str, end: int, size: int) -> bool:
    """Whether a verb stands among the ``size`` characters before ``end``: a clause and no name."""
    return any(len(word) > 1 and word in _verbs() for _, word in words_before(text, end, size))


@cache
def _verbs() -> frozenset[str]:
    """Words that show that what looks like a department's name is a clause: 县 严格实施…办."""
    return (words("stopwords") | words("carrying")) - words("nouny") - frozenset(("全面", "深化", "试点", "综合"))


def _kind_of(name: str) -> str:
    for suffix in sorted(_SUFFIX_KIND, key=len, reverse=True):
        if name.endswith(suffix):
            return _SUFFIX_KIND[suffix]
    return "GovernmentDepartment"


# Kinds of organisations with a name of their own beside that of their township.
_NAMED = frozenset(("Enterprise", "Cooperative", "School"))
_NOT_PUBLIC = frozenset(("Enterprise", "Bank", "School", "Hospital", "Medium"))
_DIVISION_ENDS = "省市州盟县区旗镇乡"
_PREFIX = re.compile(f"(?:{'|'.join(_FORMAL)}|团(?=[省市州盟县区旗]委))?")


def suffix_kind(name: str) -> str:
    """The class that an organisation's name tells by its end, "" where it tells none.

    >>> suffix_kind("青山中学"), suffix_kind("工作队")
    ('School', 'WorkGroup')
    """
    return next((_SUFFIX_KIND[name[at:]] for at in range(len(name)) if name[at:] in _SUFFIX_KIND), "")


def body_kind(name: str) -> str:
    """The class of a public body's whole name.

    >>> body_kind("石泉县妇联"), body_kind("石泉县委"), body_kind("石泉县住房城乡建委")
    ('MassOrganisation', 'PartyCommittee', 'GovernmentDepartment')
    """
    ends = (at for at in range(1, len(name)) if name[at:] in _KIND)
    return next(
        (_KIND[name[at:]] for at in ends if name[at:] != "委" or name[at - 1] in _DIVISION_ENDS), _kind_of(name)
    )


def is_public(name: str) -> bool:
    """Whether a name is that of a division's or a level's public body: its place or level, then a body or department.

    >>> is_public("石泉县妇联"), is_public("县水利局"), is_public("石泉县青山茶业有限公司")
    (True, True, False)
    """
    start = _PREFIX.match(name).end()  # type: ignore[union-attr]
    table = divisions()
    ends = [at for at in range(start + 2, min(len(name), start + 12)) if table.named(name[start:at])]
    relative = _RELATIVE.match(name)
    ends += [relative.end()] if relative else []
    return suffix_kind(name) not in _NOT_PUBLIC and any(_PUBLIC.fullmatch(name, at) for at in ends)


# What joins a body to another one, or sends it to work with it: 人民医院和职业学院, 青山镇联合司法所.
_JOINT = re.compile(
    "[和与及]|企业(?!家|管理|集团|服务|发展|联合|协会|咨询|信用|总部|文化)|联合|组织|协同|会同|对接|走进|资助|扩建|改建|派出"
)


def _after_body(text: str, start: int, end: int, places: Mapping[int, Mention]) -> int:
    """Where the last body in ``[start, end)`` begins, if others or a place stand before it with a joint between."""
    for joint in _JOINT.finditer(text, start + 2, end):
        before = text[start : joint.start()]
        if end >= joint.end() and (joint[0] == "企业" or joint.start() in places or _ANY_END.search(before)):
            start = joint.end()
    return start


def _suffixed(text: str, places: Iterable[Mention]) -> Iterator[Mention]:
    full = {m.end: m for m in places if m.rule in ("place:division", "place:suffix")}
    by_start = {m.start: m for m in full.values()}
    begins = {m.start for m in places}
    covers = {i: m.start for m in places if m.rule != "place:site" for i in range(m.start + 1, m.end)}
    for suffix in _SUFFIX.finditer(text):
        start = left_edge(text, suffix.start(), 18)
        start = covers.get(start, start)
        wide = left_edge(text, suffix.start(), 22, inside=words("nouny"))
        wide = covers.get(wide, wide)
        if wide < start and wide in begins:
            start = wide
        branch = _SUFFIX_KIND[suffix[0]] == "PartyBranch"
        start = _after_body(text, start, suffix.start(), full)
        if start in by_start:
            start = _own_start(text, innermost(full, by_start[start], suffix.start()), suffix)
        name = text[start : suffix.end()]
        if suffix.start() - start < 2 and not (suffix.start() in covers or start in begins) or _COLLECTIVE.match(name):
            continue
        if _MEASURED.search(text, max(0, start - 3), start) or _OFFICE_AFTER.match(text, suffix.end()) and branch:
            continue
        if SOME.search(name) or "（" in name and "）" not in name or name.count("(") != name.count(")"):
            continue
        placed = start in begins
        yield Mention(
            start, suffix.end(), "Organisation", name, "org:suffix", 0.9 if placed else 0.6, _SUFFIX_KIND[suffix[0]]
        )


def _own_start(text: str, place: Mention, suffix: re.Match[str]) -> int:
    """Where a name begins whose division is ``place``: there, but after a township where a name of its own follows
    (喜河镇 | 翠岭茶叶合作社, but 喜河镇中心小学)."""
    if place.kind != "Township" or _SUFFIX_KIND[suffix[0]] not in _NAMED:
        return place.start
    own = words_before(text, suffix.start(), suffix.start() - place.end)
    return place.end if sum(len(word) == 1 for _, word in own) and suffix.start() - place.end > 1 else place.start


def is_body(rest: str) -> bool:
    """Whether ``rest``, a name without its division, is that of a public body: 委组织部, 应急管理局, 政府办公室.

    >>> is_body("妇联"), is_body("矿业有限公司")
    (True, False)
    """
    return _PUBLIC.fullmatch(rest) is not None


def find_organisations(text: str, places: Iterable[Mention]) -> Iterator[Mention]:
    """Candidate mentions of organisations in ``text``, given its ``places``; overlaps are left to ``decide``."""
    places = tuple(places)
    yield from _public(text, places)
    yield from _suffixed(text, places)
    for match in _CENTRAL.finditer(text):
        yield Mention(match.start(), match.end(), "Organisation", match[0], "org:central", 0.85, "")
    for match in _BOOK.finditer(text):
        if _MEDIUM.search(match[1]):
            yield Mention(match.start(1), match.end(1), "Organisation", match[1], "org:medium", 0.85, "Medium")
