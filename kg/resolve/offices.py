"""Which body each title beside a named person belongs to: 县委书记 → the county's party committee."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.divisions import Division, divisions
from kg.model import Mention
from kg.resolve.bodies import standard
from kg.resolve.holders import REPORTERS, Holding
from kg.resolve.linking import link_places
from kg.resolve.posts import Office, office, title_parts

if TYPE_CHECKING:
    from kg.resolve.resolver import Resolver

_MEDIA = re.compile(
    r"(?:日报|晚报|早报|时报|商报|都市报|电视台|融媒体中心|新闻网|新闻|网|在线|客户端|通讯社|新华社|周刊|杂志|报)$"
)
# Titles of the second rank, whose body the head's title before them tells: 主任甲，副主任乙，秘书长丙.
_LESSER = re.compile(r"^(?:常务|专职)?副|秘书长$|^(?:党组|班子)?成员$|^委员$|^政委$")
# Heads of titles, and the kinds of bodies that have such an office.
_HEADS = (
    (("董事长", "总经理", "经理", "总裁", "厂长", "董事", "总监"), ("Enterprise", "Cooperative", "Bank")),
    (("理事长", "社长"), ("Cooperative", "Medium", "Association")),
    (("校长", "园长", "教师", "教务主任"), ("School",)),
    (("院长",), ("Hospital", "School", "Court")),
    (("行长",), ("Bank", "Enterprise")),
    (("局长", "股长", "科长", "所长", "站长"), ("GovernmentDepartment",)),
    (("会长",), ("Association", "MassOrganisation", "SocialOrganisation")),
    (("村支书", "村主任", "第一书记", "驻村队员", "治保主任"), ("Village",)),
    (("副主席",), ("ConsultativeConference", "MassOrganisation")),
    (("秘书长",), ("PeoplesCongress", "ConsultativeConference")),
    (("副主任",), ("PeoplesCongress",)),
)
_NOT_OF_COUNTY = ("PartyCommittee", "PartyBranch", "Government", "VillageCommittee")
_BRANCH = re.compile(r"^(?P<branch>党支部|党总支)(?:副?书记|委员)")
_REACH = 300  # characters back to the body that a title alone means


def _is_village(m: Mention) -> bool:
    return m.text.endswith(("村", "社区", "嘎查"))


class Offices:
    """Links the titles of one document; ``work`` is the resolution that it adds to, places and bodies linked."""

    def __init__(self, work: Resolver) -> None:
        self.work = work

    def _post(
        self, m: Mention, before: list[tuple[Mention, str, Division | None]]
    ) -> tuple[str, Division | None] | None:
        """The body of a title and the division that it named; ``before`` has the sentence's titles so far."""
        left = self.work.by_end.get(m.start)
        division = self.work.divisions.get(left) if left else None
        title = m.text
        if any(title.endswith(word) for word in REPORTERS):
            medium = self._medium(m, left)
            return (medium, None) if medium else None
        name, title = title_parts(title)
        if name:  # 石泉县委书记, written as one word
            start = m.start + m.text.index(name)
            inside = Mention(start, start + len(name), "Place", name, "place:in-name")
            division = link_places([inside], self.work.home.division).get(inside, division)
        if title[1:2] == "委" and self.work.text[m.start - 1 : m.start] == "团":  # 团县委书记 without its first word
            title = "团" + title
        what = office(title, division.level if division else None)
        if left is not None and left.type == "Organisation" and left in self.work.links and what.beside:
            base_key = self.work.links[left][0]
            known = self.work.split(left)[0]
            return (base_key if what.rest is None else self._organ(base_key, left, what.rest) or base_key), known
        if division is None and what.level and left is not None and left.type == "Organisation":
            holder = self.work.split(left)[0]  # 玉树州政府 + 副州长
            division = holder if holder is not None and holder.name.endswith(what.level) else None
        if division is None and what.level:
            told = [d for _, _, d in before if d is not None and d.name.endswith(what.level)]
            division = told[-1] if told else self.work.home.at_level(what.level, m.start)
        if division is not None:
            if what.rest is None:
                told = "书记" in title or division.level in ("Township", "Village")
                return (self.work.place(division), division) if told else None
            rest = "党委" if division.level == "Township" and what.rest == "委" else what.rest
            return self.work.body(division, rest), division
        key = self._from_context(m, what, left, before)
        return (key, None) if key else None

    def _from_context(
        self, m: Mention, what: Office, left: Mention | None, before: list[tuple[Mention, str, Division | None]]
    ) -> str | None:
        if (
            what.beside
            and left is not None
            and left.type == "Place"
            and left in self.work.links
            and what.rest in ("党支部", "党总支", "党委", "村委会")
        ):
            return self.work.draft.put(
                f"Organisation/{left.text}{what.rest}@{self.work.scope()}", "Organisation", left.text + what.rest
            )
        known = standard(what.rest or "")
        if what.beside and known is not None and known.kind not in _NOT_OF_COUNTY:
            told = [d for _, _, d in before if d is not None]
            if base := told[-1] if told else self._county():
                return self.work.body(base, known.short)
        if what.rest is None:
            for post, key, _ in reversed(before):
                if _LESSER.match(m.text) or post.end == m.start - 1 and self.work.text[post.end] in "、，,兼 ":
                    return key
        return self._fitting(m)

    def _fitting(self, m: Mention) -> str | None:
        """The body named last before a title that only such a body has: the company of a 厂长, the school of a 校长,
        the branch of the village or company of a 党支部书记."""
        branch = _BRANCH.match(m.text)
        fit = next((kinds for heads, kinds in _HEADS if m.text.endswith(heads)), None)
        first = bisect_left(self.work.starts, m.start - _REACH)
        for x in reversed(self.work.mentions[first : bisect_left(self.work.starts, m.start)]):
            village = x.type == "Place" and _is_village(x)
            if x not in self.work.links or x.type not in ("Place", "Organisation"):
                continue
            if branch and (village or x.kind in ("Enterprise", "Cooperative", "School", "Hospital")):
                return self._branch_of(x, branch["branch"])
            if fit and (x.kind in fit or village and "Village" in fit):
                return self.work.links[x][0]
        return None

    def _branch_of(self, m: Mention, rest: str) -> str:
        """The party's branch in a village or body."""
        division = self.work.divisions.get(m)
        if division is not None and division.level == "Village":
            return self.work.body(division, rest, "PartyBranch")
        base = self.work.links[m][0]
        name = self.work.draft.name(base) + rest
        return self.work.draft.put(f"Organisation/{name}@{self.work.scope()}", "Organisation", name, kind="PartyBranch")

    def _county(self) -> Division | None:
        home = self.work.home.division
        return home if home is None or home.level != "Village" else divisions().parent(home)

    def _organ(self, base: str, left: Mention, rest: str) -> str | None:
        division, body = self.work.split(left)
        if division is not None and body in ("委", "党委"):
            return self.work.body(division, "委" + rest.removeprefix("委"))
        if rest in ("党支部", "党总支", "党组", "党工委", "机关党委"):
            name = self.work.draft.name(base) + rest
            return self.work.draft.put(f"{base}{rest}", "Organisation", name, kind="PartyBranch")
        return base

    def _medium(self, m: Mention, left: Mention | None) -> str | None:
        if left is not None and left.type == "Organisation" and left in self.work.links:
            return self.work.links[left][0]
        first, last = bisect_left(self.work.starts, m.start - 80), bisect_left(self.work.starts, m.start)
        named = [x for x in self.work.mentions[first:last] if x.type == "Organisation" and x in self.work.links]
        near = [x for x in named if m.start - x.end <= 40 and _MEDIA.search(x.text)]
        if near:
            return self.work.links[near[-1]][0]
        source = self.work.meta.source
        if source and _MEDIA.search(source) and not source.startswith("本"):
            return self.work.draft.put(f"Organisation/{source}", "Organisation", source, kind="Medium")
        return None

    def link(self, holdings: Iterable[Holding]) -> None:
        """Link the titles of named people; what a title leaves open, the titles before it in the sentence tell."""
        before: list[tuple[Mention, str, Division | None]] = []
        for m in sorted({h.post for h in holdings}):
            stop = max(self.work.text.rfind(mark, max(0, m.start - 2000), m.start) for mark in "。！？\n")
            before = [row for row in before if row[0].start > stop]
            found = self._post(m, before)
            if found is not None:
                self.work.links[m] = (found[0],)
                before.append((m, *found))
