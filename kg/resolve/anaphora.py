"""Names of bodies that say nothing without what stands before them: 该校, 本报, 村委会, 审计局.

Each gives the key of the body that it means, or "" where nothing before it tells, so that no entity of such a name
comes to be.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from kg.divisions import divisions
from kg.model import Mention
from kg.resolve.bodies import standard

if TYPE_CHECKING:
    from kg.resolve.resolver import Resolver

_OF_VILLAGE = re.compile(
    r"(?:村|社区)?(?:村?委会|村民委员会|居委会|村支部|党?支部|党总支|支委会|党委|(?:驻村)?(?:扶贫|帮扶)?工作队|党群服务中心)"
)
_VILLAGE_END = ("村", "社区", "嘎查", "居委会")
_OWN_PAPER = re.compile(r"本(?:报|台|刊|网|社)")
_THIS = re.compile(
    r"(?:该|本|我)(?P<what>[一-鿿]{1,4})|(?P<bare>学校|学院|医院|公司|集团|企业|合作社|协会|工作队|工作组)"
)
_BARE = re.compile(r"(?![省市县区州旗盟镇乡村团国])[一-鿿]{2,3}局|政府办(?:公室)?|纪检监察组")
# What the noun of 该… or a bare noun may stand for, by the end of the name meant.
_ENDS = {
    "校": ("小学", "中学", "学校", "大学", "一中", "二中", "学院", "党校"),
    "院": ("医院", "学院", "法院", "检察院", "研究院", "卫生院"),
    "企业": ("公司", "集团", "厂"),
    "公司": ("公司", "集团"),
    "集团": ("集团", "集团公司", "公司"),
}


def relative(work: Resolver, m: Mention) -> str | None:
    """The key of the body that a relative name means, "" where it is relative and nothing tells, None for others.

    ``work`` has the places and the bodies before ``m`` linked.
    """
    if _OWN_PAPER.fullmatch(m.text):
        return _paper(work)
    if _OF_VILLAGE.fullmatch(m.text):
        return _of_village(work, m)
    if this := _THIS.fullmatch(m.text):
        return _named_before(work, m, this["what"] or this["bare"])
    if standard(m.text) is not None or _BARE.fullmatch(m.text):
        return _of_home(work, m)
    return None


def _before(work: Resolver, m: Mention) -> list[Mention]:
    """The linked mentions before ``m``, the nearest first."""
    return [x for x in reversed(work.mentions[: bisect_left(work.starts, m.start)]) if x in work.links]


def _paper(work: Resolver) -> str:
    media = [x for x in work.mentions if x in work.links and x.kind == "Medium"]
    if media:
        return work.links[media[0]][0]
    source = work.meta.source
    return work.draft.put(f"Organisation/{source}", "Organisation", source, kind="Medium") if source else ""


def _of_village(work: Resolver, m: Mention) -> str:
    """村委会 after 青山村 is 青山村村委会; the village need not be in the table."""
    if m.text.endswith("工作队") and (team := _named_before(work, m, "工作队")):
        return team
    rest = m.text if m.text in ("村委会", "居委会") else re.sub(r"^(?:村|社区)(?!委会)", "", m.text)
    rest = {"支部": "党支部"}.get(rest, rest)
    for x in _before(work, m):
        if x.type == "Place" and x.text.endswith(_VILLAGE_END):
            division = work.divisions.get(x)
            if division is not None and division.level == "Village":
                return work.body(division, rest, m.kind, m)
            place = work.draft.name(work.links[x][0])
            return work.draft.put(
                f"Organisation/{place}{rest}@{work.scope()}", "Organisation", place + rest, kind=m.kind, mention=m
            )
    return ""


def _named_before(work: Resolver, m: Mention, what: str) -> str:
    ends = _ENDS.get(what) or _ENDS.get(what[-1]) or (what,)
    for x in _before(work, m):
        if x.type == "Organisation" and x.text.endswith(ends) and x.text != m.text:
            return work.links[x][0]
    return ""


def _of_home(work: Resolver, m: Mention) -> str | None:
    """审计局 without a level is the home county's, unless the text has named a body that ends so."""
    for x in _before(work, m):
        if x.type == "Organisation" and x.text.endswith(m.text):
            return work.links[x][0]
    near = [d for x in _before(work, m) if (d := work.divisions.get(x)) is not None and d.level == "County"]
    home = near[0] if near else work.home.division
    if home is not None and home.level in ("Township", "Village"):
        home = next((d for d in divisions().ancestors(home) if d.level == "County"), None)
    return work.body(home, m.text, m.kind, m) if home is not None else None
