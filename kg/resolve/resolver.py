"""Every mention to the thing that it means in its article, under its absolute name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from kg.divisions import Division, divisions
from kg.model import Mention, Metadata, Recognised, Resolved, RestoredText
from kg.recognise.programs import is_formula
from kg.resolve.bodies import forms, parent_rest, standard
from kg.resolve.draft import Draft
from kg.resolve.home import LEVEL, Home, find_home
from kg.resolve.linking import link_places
from kg.resolve.posts import REPORTERS, Office, office

_CALLED = re.compile(r"[（(](?:以下)?(?:统称|简称|下称)[:：]?[“\"]?(?P<name>[^”\"）)，。]{2,20})[”\"]?[）)]")
_DETERMINER = re.compile(r"^(?:该|全|我们|我|本)")
_PREFIX = re.compile(r"^(?:中共|共青团|中国共产党)")
_MEDIA = re.compile(
    r"(?:日报|晚报|早报|时报|商报|都市报|电视台|融媒体中心|新闻网|新闻|网|在线|客户端|通讯社|新华社|周刊|杂志|报)$"
)


class _Resolver:
    """One document's resolution; lives as long as ``resolve`` runs."""

    def __init__(self, restored: RestoredText, meta: Metadata, recognised: Recognised) -> None:
        self.text, self.meta = restored.text, meta
        self.mentions = recognised.mentions
        self.draft = Draft()
        self.links: dict[Mention, tuple[str, ...]] = {}
        places = [m for m in self.mentions if m.type == "Place" and m.rule != "place:relative"]
        first = link_places(self._named_places(places))
        self.home: Home = find_home(self.text, restored.title_end, first)
        linked = link_places(self._named_places(places), self.home.division)
        self.home = find_home(self.text, restored.title_end, linked)
        self.divisions = {m: d for m, d in linked.items() if m in set(places)}
        self.by_end = {m.end: m for m in self.mentions}
        self.starts = [m.start for m in self.mentions]
        self.called = dict(self._introduced())

    def _named_places(self, places: list[Mention]) -> list[Mention]:
        """The place mentions and the divisions that organisations' names begin with."""
        table, found = divisions(), list(places)
        for m in self.mentions:
            if m.type in ("Organisation", "Post"):
                body = _PREFIX.sub("", m.text)
                shift = len(m.text) - len(body)
                for size in range(min(len(body) - 1, 12), 1, -1):
                    name = body[:size]
                    if table.named(name) and (name[-1] in "省市县区州旗盟镇乡村" or size >= 2 and m.start == 0):
                        found.append(
                            Mention(m.start + shift, m.start + shift + size, "Place", name, "place:in-name", 0.8)
                        )
                        break
        return found

    def _introduced(self) -> Iterator[tuple[str, Mention]]:
        """Abbreviations that the text introduces in brackets, with the mention that they stand for."""
        ends = {m.end: m for m in self.mentions if m.type in ("Organisation", "Program", "Place")}
        for match in _CALLED.finditer(self.text):
            if match.start() in ends:
                yield match["name"], ends[match.start()]

    # --- places ------------------------------------------------------------------------------------------

    def place(self, division: Division, mention: Mention | None = None) -> str:
        table = divisions()
        above = table.ancestors(division)
        chain = division.name
        aliases = list(table.short_names(division)) + [f.name for f in table.former_names(division)]
        for parent in above:
            if len(aliases) > 8:
                break
            chain = parent.name + chain
            aliases.append(chain)
        if mention is not None and _DETERMINER.match(mention.text) is None:
            aliases.append(mention.text)
        return self.draft.put(
            f"Place/{division.code}",
            "Place",
            division.name,
            kind=division.level,
            code=division.code,
            aliases=tuple(aliases),
            mention=mention,
        )

    def _scope(self) -> str:
        return self.home.division.code if self.home.division else ""

    def _other_place(self, m: Mention) -> str:
        name = m.text
        level = LEVEL.match(name)
        if level and len(name) - level.end() >= 3 and (base := self.home.at_level(level[0], m.start)):
            aliases: tuple[str, ...] = (name[level.end() :],)
            name = base.name + name[level.end() :]
        else:
            aliases = ()
            before = self.by_end.get(m.start)
            if before in self.divisions:
                aliases = (self.divisions[before].name + name,)
        return self.draft.put(
            f"Place/{name}@{self._scope()}", "Place", name, kind=m.kind or "Site", aliases=aliases, mention=m
        )

    def _places(self) -> None:
        for m in self.mentions:
            if m.type != "Place":
                continue
            if m.rule == "place:relative":
                level = LEVEL.search(_DETERMINER.sub("", m.text))
                division = self.home.at_level(level[0], m.start) if level else None
                # 全市, 全省 above the home are scope, not things that the text speaks of.
                if division is not None and (
                    m.text[0] != "全" or f"Place/{division.code}" in self.draft or division == self.home.division
                ):
                    self.links[m] = (self.place(division, m),)
            elif m in self.divisions:
                self.links[m] = (self.place(self.divisions[m], m),)
            else:
                self.links[m] = (self._other_place(m),)

    def _inside(self, m: Mention) -> None:
        """The divisions of the home that a longer name holds: 白仓镇三堆村…改造项目."""
        table = divisions()
        for start, end in table.scan(m.text):
            inside = Mention(m.start + start, m.start + end, "Place", m.text[start:end], "place:in-name", 0.7)
            for division in link_places([inside], self.home.division).values():
                if self.home.division and (
                    division == self.home.division or table.within(division, self.home.division)
                ):
                    self.place(division, inside)

    # --- organisations -----------------------------------------------------------------------------------

    def body(self, division: Division, rest: str, kind: str = "", mention: Mention | None = None) -> str:
        """The public body ``rest`` of a division, with the bodies above it that its name tells of."""
        base = standard(rest)
        short = base.short if base else rest
        names = forms(division, division.name, rest)
        return self.draft.put(
            f"Organisation/{division.code}/{short}",
            "Organisation",
            names[0],
            kind=kind or (base.kind if base else ""),
            aliases=names[1:],
            mention=mention,
        )

    def _split(self, m: Mention) -> tuple[Division | None, str]:
        """The division that an organisation's name begins with or is relative to, and the rest of the name."""
        name = _PREFIX.sub("", m.text)
        table = divisions()
        for size in range(min(len(name) - 1, 12), 1, -1):
            known = table.named(name[:size])
            if (
                not known
                or size == 2
                and name[:2][-1] not in "省市县区州旗镇乡村"
                and standard(name[size:]) is None
                and m.rule != "org:body"
            ):
                continue
            near = link_places(
                [Mention(m.start, m.start + size, "Place", name[:size], "place:in-name")], self.home.division
            )
            division = next(iter(near.values()), None)
            if division is not None:
                return division, name[size:]
        level = LEVEL.match(name)
        if level and m.rule in ("org:body", "org:suffix") and len(name) > level.end():
            division = self.home.at_level(level[0], m.start)
            rest = name[level.end() :]
            if level[0] in ("村", "社区", "镇", "乡", "街道", "苏木") and rest == "委":
                rest = "党委"
            return division, rest
        return None, name

    def _organisations(self, m: Mention) -> tuple[str, ...]:
        """What a mention of organisations means: one, or the court and the procuratorate of 法检."""
        both = re.fullmatch(r"(?P<place>.+?)法检(?:两院)?", m.text)
        if both:
            division, _ = self._split(m)
            return tuple(self.body(division, rest, "", m) for rest in ("法院", "检察院")) if division else ()
        key = self._organisation(m)
        return (key,) if key else ()

    def _organisation(self, m: Mention) -> str | None:
        if m.text in self.called and self.called[m.text] is not m:
            twin = self.called[m.text]
            key = self.links.get(twin, (None,))[0]
            if key:
                self.draft.put(key, "Organisation", m.text, mention=m)
                return key
        if m.rule == "org:joined":
            before = self.by_end.get(m.start) or self.by_end.get(m.start - 1)
            division, _ = self._split(before) if before else (None, "")
            return self.body(division, "政府", "Government", m) if division else None
        division, rest = self._split(m)
        if division is not None:
            self.place(division)
        self._inside(m)
        if division is not None and m.rule == "org:body":
            key = self.body(division, self._spelled_out(m, rest), m.kind, m)
            if rest != self._spelled_out(m, rest):
                self.draft.put(key, "Organisation", "", aliases=(division.name + rest,))
            self._introduce(key, m, division)
            if m.kind == "WorkGroup" and (parent := parent_rest(rest, m.kind)) and parent not in ("委", "政府"):
                self.body(division, parent)
            return key
        name = _PREFIX.sub("", m.text)
        aliases: list[str] = [m.text] if m.text != name else []
        if division is not None and LEVEL.match(name) and not divisions().named(name[: len(name) - len(rest)]):
            aliases.append(name)
            name = division.name + rest
        known = [
            (key, other)
            for key, other in self.draft.of_type("Organisation")
            if other.endswith(name) or name.endswith(other)
        ]
        if len(known) == 1 and len(name) >= 4 and len(known[0][1]) >= 4:
            return self.draft.put(known[0][0], "Organisation", name, aliases=(name, *aliases), mention=m)
        # A bare school or team is some county's own; a company's or a paper's name is its own everywhere.
        own = m.kind in ("Enterprise", "Bank", "Medium", "") or self._split(m)[0] is not None
        scope = "" if own else f"@{self._scope()}"
        key = self.draft.put(
            f"Organisation/{name}{scope}", "Organisation", name, kind=m.kind, aliases=tuple(aliases), mention=m
        )
        before = self.by_end.get(m.start)
        if before in self.divisions:
            self.draft.put(key, "Organisation", name, aliases=(self.divisions[before].name + name,))
        return key

    def _spelled_out(self, m: Mention, rest: str) -> str:
        """``rest`` with an abbreviation that the text introduced written out: 县委学习办 + 综合组."""
        for short, twin in self.called.items():
            if m.text.startswith(short) and len(m.text) > len(short) and twin.type == "Organisation":
                _, whole = self._split(twin)
                return whole + m.text[len(short) :]
        return rest

    def _introduce(self, key: str, m: Mention, division: Division) -> None:
        for short, twin in self.called.items():
            if twin is m:
                level = LEVEL.match(short)
                absolute = division.name + short[level.end() :] if level else division.name + short
                self.draft.put(key, "Organisation", "", aliases=(absolute,))

    # --- posts, people, programs -------------------------------------------------------------------------

    def _post(
        self, m: Mention, before: list[tuple[Mention, str, Division | None]]
    ) -> tuple[str, Division | None] | None:
        """The body of a title and the division that it named; ``before`` has the sentence's titles so far."""
        table = divisions()
        left = self.by_end.get(m.start)
        division = self.divisions.get(left) if left else None
        title = m.text
        if any(title.endswith(word) for word in REPORTERS):
            medium = self._medium(m, left)
            return (medium, None) if medium else None
        for size in range(min(len(title) - 2, 12), 1, -1):  # 安化县委书记, written as one word
            if table.named(title[:size]) and title[size - 1] in "省市县区州旗":
                found = link_places(
                    [Mention(m.start, m.start + size, "Place", title[:size], "place:in-name")], self.home.division
                )
                division, title = next(iter(found.values()), division), title[size - 1 :]
                break
        what = office(title, division.level if division else None)
        if left is not None and left.type == "Organisation" and left in self.links and what.beside:
            base_key = self.links[left][0]
            known = self._split(left)[0]
            return (base_key if what.rest is None else self._organ(base_key, left, what.rest) or base_key), known
        if division is None and what.level:
            told = [d for _, _, d in before if d is not None and d.name.endswith(what.level)]
            division = told[-1] if told else self.home.at_level(what.level, m.start)
        if division is not None:
            if what.rest is None:
                return (self.place(division), division) if "书记" in title else None
            rest = "党委" if division.level == "Township" and what.rest == "委" else what.rest
            return self.body(division, rest), division
        key = self._from_context(m, what, left, before)
        return (key, None) if key else None

    def _from_context(
        self, m: Mention, what: Office, left: Mention | None, before: list[tuple[Mention, str, Division | None]]
    ) -> str | None:
        if (
            what.beside
            and left is not None
            and left.type == "Place"
            and left in self.links
            and what.rest in ("党支部", "党总支", "党委", "村委会")
        ):
            return self.draft.put(
                f"Organisation/{left.text}{what.rest}@{self._scope()}", "Organisation", left.text + what.rest
            )
        if (
            what.beside
            and what.rest in ("委组织部", "委宣传部", "委统战部", "委政法委", "委办公室")
            and (base := self._county())
        ):
            return self.body(base, what.rest, "PartyOrgan")
        if what.rest is None:
            for post, key, _ in reversed(before):
                same_family = post.text[-2:] == m.text[-2:] and m.text.startswith("副")
                if same_family or post.end == m.start - 1 and self.text[post.end] in "、，,兼 ":
                    return key
        return None

    def _county(self) -> Division | None:
        home = self.home.division
        return home if home is None or home.level != "Village" else divisions().parent(home)

    def _organ(self, base: str, left: Mention, rest: str) -> str | None:
        division, body = self._split(left)
        if division is not None and body in ("委", "党委"):
            return self.body(division, "委" + rest.removeprefix("委"))
        if rest in ("党委", "党支部", "党总支", "党组", "机关党委"):
            name = dict(self.draft.of_type("Organisation")).get(base, left.text)
            return self.draft.put(f"{base}{rest}", "Organisation", name + rest, kind="PartyBranch")
        return base

    def _medium(self, m: Mention, left: Mention | None) -> str | None:
        if left is not None and left.type == "Organisation" and left in self.links:
            return self.links[left][0]
        first, last = bisect_left(self.starts, m.start - 80), bisect_left(self.starts, m.start)
        named = [x for x in self.mentions[first:last] if x.type == "Organisation" and x in self.links]
        near = [x for x in named if m.start - x.end <= 40 and _MEDIA.search(x.text)]
        if near:
            return self.links[near[-1]][0]
        source = self.meta.source
        if source and _MEDIA.search(source):
            return self.draft.put(f"Organisation/{source}", "Organisation", source, kind="Medium")
        return None

    def run(self) -> None:
        self._places()
        for m in self.mentions:
            if m.type == "Organisation" and (keys := self._organisations(m)):
                self.links[m] = keys
            elif m.type == "Person":
                self.links[m] = (self.draft.put(f"Person/{m.text}@{self._scope()}", "Person", m.text, mention=m),)
            elif m.type == "Program":
                self._inside(m)
                scope = f"@{self._scope()}" if is_formula(m.text) else ""
                self.links[m] = (self.draft.put(f"Program/{m.text}{scope}", "Program", m.text, kind=m.kind, mention=m),)
        self._posts()

    def _posts(self) -> None:
        """Link the titles of named people; what a title leaves open, the titles before it in the sentence tell."""
        before: list[tuple[Mention, str, Division | None]] = []
        for m in self.mentions:
            if m.type != "Post" or not self._held(m):
                continue
            stop = max(self.text.rfind(mark, max(0, m.start - 2000), m.start) for mark in "。！？\n")
            before = [row for row in before if row[0].start > stop]
            found = self._post(m, before)
            if found is not None:
                self.links[m] = (found[0],)
                before.append((m, *found))

    def _held(self, post: Mention) -> bool:
        """Whether a named person stands beside the title, so that it is somebody's office."""
        at = post.end
        for m in (self.mentions[i] for i in range(bisect_left(self.starts, at), len(self.mentions))):
            if m.start > at + 60:
                break
            if m.type == "Person":
                return len(re.sub(r"[、，, 　]", "", self.text[at : m.start])) <= 2
            if m.type not in ("Post", "Organisation", "Place") or self.text[at : m.start].strip("、，, 　兼和及（()）"):
                break
            at = m.end
        left = self.text[max(0, post.start - 12) : post.start]
        return bool(re.search(r"[一-鿿]{2,4}(?:，|,)?(?:任|担任|现任|当选|兼任|（|\()[一-鿿]{0,8}$", left))


def resolve(restored: RestoredText, meta: Metadata, recognised: Recognised) -> Resolved:
    """The entities of a document, what each mention means, and the home place with its confidence."""
    work = _Resolver(restored, meta, recognised)
    work.run()
    division = work.home.division
    home = work.place(division) if division else None
    return Resolved(work.draft.freeze(restored.hant), work.links, home, work.home.confidence)
