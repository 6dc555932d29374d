"""Every mention to the thing that it means in its article, under its absolute name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.divisions import Division, divisions
from kg.model import Mention, Metadata, Recognised, Resolved, RestoredText
from kg.recognise.formulas import is_formula
from kg.recognise.lexicon import is_word, known_places, words
from kg.recognise.organisations import is_body
from kg.recognise.places import ends_in_word
from kg.recognise.programs import plain_name
from kg.resolve.anaphora import relative
from kg.resolve.bodies import TERM, forms, own_name, parent_rest, standard
from kg.resolve.draft import Draft
from kg.resolve.holders import Holding, holdings
from kg.resolve.home import LEVEL, Home, find_home
from kg.resolve.linking import Candidates, link_places, weigh_places
from kg.resolve.offices import Offices

_CALLED = re.compile(r"[（(](?:以下)?(?:统称|简称|下称)[:：]?[“\"]?(?P<name>[^”\"）)，。]{2,20})[”\"]?[）)]")
_LEVELS = "省市县区州旗盟镇乡村道"
_DETERMINER = re.compile(r"^(?:该|全|我们|我|本)")
_RELATIVE = re.compile(rf"(?:该|全|我|本)?(?:{LEVEL.pattern})[里内]?|当地|本地")
_PREFIX = re.compile(r"^(?:中共|共青团|中国共产党|团(?=[省市州盟县区旗]委))")
_SITTING = re.compile(
    rf"(?:政协(?:委员会)?|中国人民政治协商会议)(?P<place>[一-鿿]{{2,12}}?)(?:{TERM.pattern[1:]})?委员会"
)
# Words that begin like a level.
_NO_LEVEL = re.compile(
    r"市场|市监局|市民(?![政族委])|市政(?![府协务法])|区域|区块|县域|乡镇|乡村|乡贤|村建|村镇|村民|省级|社会"
)
# Bodies whose name tells by its end that they are the division's own.
_PUBLIC_TAIL = re.compile(
    r"^(?:融媒体中心|总商会|商会|慈善总会|慈善会|[一-鿿]{2,10}(?:发展|服务)中心|管委会|管理委员会)$"
)


def _of_zones(places: list[Mention]) -> Iterator[Mention]:
    """The counties and prefectures that zones are named after: 恩平 of 恩平工业园."""
    for m in (m for m in places if m.kind == "DevelopmentZone"):
        for size in (3, 2):
            known = [d for d in divisions().named(m.text[:size]) if d.level in ("County", "Prefecture")]
            if len(known) == 1:
                yield Mention(m.start, m.start + size, "Place", m.text[:size], "place:in-name", 0.6)
                break


class Resolver:
    """One document's resolution; lives as long as ``resolve`` runs."""

    def __init__(self, restored: RestoredText, meta: Metadata, recognised: Recognised) -> None:
        self.text, self.meta = restored.text, meta
        self.mentions = recognised.mentions
        self.draft = Draft()
        self.links: dict[Mention, tuple[str, ...]] = {}
        places = [m for m in self.mentions if m.type == "Place" and not _RELATIVE.fullmatch(m.text)]
        named = self._named_places(places)
        first = link_places(named)
        self.home: Home = find_home(self.text, restored.title_end, first, meta)
        weighed = weigh_places(named, self.home.division)
        linked = {m: link.division for m, link in weighed.items() if link.division is not None}
        self.home = find_home(self.text, restored.title_end, linked, meta)
        own = set(places)
        self.divisions = {m: d for m, d in linked.items() if m in own}
        self.open: dict[Mention, Candidates] = {m: link.candidates for m, link in weighed.items() if m in own}
        self.by_end = {m.end: m for m in self.mentions}
        self.starts = [m.start for m in self.mentions]
        self.called = dict(self._introduced())
        self.holdings: tuple[Holding, ...] = ()
        self.short_for: dict[Mention, list[str]] = {}
        for short, mention in self.called.items():
            self.short_for.setdefault(mention, []).append(short)

    def _named_places(self, places: list[Mention]) -> list[Mention]:
        """The place mentions and the divisions that organisations' names begin with."""
        table, found = divisions(), [*places, *_of_zones(places)]
        for m in self.mentions:
            if m.type in ("Organisation", "Post"):
                body = _PREFIX.sub("", m.text)
                shift = len(m.text) - len(body)
                for size in range(min(len(body) - 1, 12), 1, -1):
                    name, start = body[:size], m.start + shift
                    named = table.named(name) and not ends_in_word(name, body[size:], self.text)
                    if named and (name[-1] in "省市县区州旗盟镇乡村" or m.start == 0):
                        found.append(Mention(start, start + size, "Place", name, "place:in-name", 0.8))
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

    def scope(self) -> str:
        return self.home.division.code if self.home.division else ""

    def _other_place(self, m: Mention) -> str:
        """A place that no division is settled for: a site, or a division whose name several bear."""
        name, aliases = m.text, list[str]()
        level = LEVEL.match(name)
        before = self.by_end.get(m.start)
        if level and len(name) - level.end() >= 3 and (base := self.home.at_level(level[0], m.start)):
            aliases, name = [name[level.end() :]], base.name + name[level.end() :]
        elif before in self.divisions:
            aliases = [self.divisions[before].name + name]
        elif held := self._holder(m):
            tail = name[held[1] :]
            aliases = [tail] if len(tail) >= 4 and tail not in words("common_places") else []
        scope = "" if m.text in known_places() else f"@{self.scope()}"
        return self.draft.put(
            f"Place/{name}{scope}",
            "Place",
            name,
            kind=m.kind or "Site",
            aliases=tuple(aliases),
            candidates=self.open.get(m, ()),
            mention=m,
        )

    def _holder(self, m: Mention) -> tuple[Division, int] | None:
        """The division that a site's name begins with (喜河镇 of 喜河镇文体广场), as an entity, and its length."""
        for size in range(min(len(m.text) - 2, 12), 1, -1):
            inside = Mention(m.start, m.start + size, "Place", m.text[:size], "place:in-name", 0.7)
            division = link_places([inside], self.home.division).get(inside) if m.text[size - 1] in _LEVELS else None
            if division is not None:
                self.place(division, inside)
                return division, size
        return None

    def _stem(self, m: Mention) -> Division | None:
        """The township of the home that a name without its suffix means: 城关 for 城关镇, beside a road."""
        home = self.home.division
        if home is None or m.rule != "place:road-part":
            return None
        table = divisions()
        known = [d for suffix in ("镇", "乡", "街道", "") for d in table.named(m.text + suffix)]
        found = [d for d in known if d.level == "Township" and table.within(d, home)]
        return found[0] if len(found) == 1 else None

    def _part(self, m: Mention) -> tuple[str, ...]:
        """A hospital's or school's building under the body's own name: 石泉县人民医院 + 门诊楼."""
        before = self.by_end.get(m.start)
        keys = self.links.get(before, ()) if before is not None else ()
        if not keys or before is None or before.type != "Organisation":
            return ()
        name = self.draft.name(keys[0]) + m.text
        return (
            self.draft.put(
                f"Place/{name}@{self.scope()}", "Place", name, kind="Site", aliases=(before.text + m.text,), mention=m
            ),
        )

    def _places(self) -> None:
        for m in self.mentions:
            if m.type != "Place" or m.rule == "place:part":
                continue
            if _RELATIVE.fullmatch(m.text):
                division = self._relative(m)
                # 全市, 全省 above the home are scope, not things that the text speaks of.
                if division is not None and (
                    m.text[0] != "全" or f"Place/{division.code}" in self.draft or division == self.home.division
                ):
                    self.links[m] = (self.place(division, m),)
            elif division := self.divisions.get(m) or self._stem(m):
                self.links[m] = (self.place(division, m),)
            else:
                self.links[m] = (self._other_place(m),)

    def _relative(self, m: Mention) -> Division | None:
        """The division that 该县, 全市, 本镇 or 当地 means where it stands."""
        level = LEVEL.search(_DETERMINER.sub("", m.text))
        return self.home.at_level(level[0], m.start) if level else self.home.around(m.start, self.text)

    def _inside(self, m: Mention) -> None:
        """The divisions of the home that a longer name holds: 城关镇团结村…改造项目."""
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
        short = own_name(division, rest)
        base = standard(short)
        names = forms(division, division.name, short)
        return self.draft.put(
            f"Organisation/{division.code}/{short}",
            "Organisation",
            names[0],
            kind=base.kind if base else kind,
            aliases=names[1:],
            mention=mention,
        )

    def split(self, m: Mention) -> tuple[Division | None, str]:
        """The division that an organisation's name begins with or is relative to, and the rest of the name."""
        name = TERM.sub("", _PREFIX.sub("", m.text))
        if sitting := _SITTING.fullmatch(name):  # 政协某县第十届委员会 is 某县政协
            name = sitting["place"] + "政协"
        for size in range(min(len(name) - 1, 12), 1, -1):
            if self._begins(name, size):
                inside = Mention(m.start, m.start + size, "Place", name[:size], "place:in-name")
                division = next(iter(link_places([inside], self.home.division).values()), None)
                if division is not None:
                    return division, self._of_league(m, TERM.sub("", name[size:]))
                if name[size - 1] in _LEVELS:
                    break  # 永昌镇政府 is no body of 永昌, though nothing tells which 永昌镇 is meant
        level = LEVEL.match(name)
        rest = TERM.sub("", name[level.end() :]) if level else ""
        if level and rest and not _NO_LEVEL.match(name):
            rest = self._of_league(m, rest)
            if level[0] in ("村", "社区", "镇", "乡", "街道", "苏木") and rest == "委":
                rest = "党委"
            return self.home.at_level(level[0], m.start), rest
        return None, name

    def _begins(self, name: str, size: int) -> bool:
        """Whether the first ``size`` characters of an organisation's name are a division's name in it: 三江 is none
        in 三江源国家公园."""
        if not divisions().named(name[:size]) or ends_in_word(name[:size], name[size:], self.text):
            return False
        if name[size - 1] in _LEVELS:
            return True
        return not is_word(name[: size + 1]) and (size > 2 or is_body(name[size:]) or standard(name[size:]) is not None)

    def _of_league(self, m: Mention, rest: str) -> str:
        """共青团石泉县委 and 团县委 are the Youth League's committee, not the party's."""
        league = m.text.startswith(("共青团", "团")) or self.text[m.start - 1 : m.start] == "团"
        return "团委" if league and rest == "委" else rest

    def _organisations(self, m: Mention) -> tuple[str, ...]:
        """What a mention of organisations means: one, or two of 法检 (court and procuratorate) and 村支两委 (the
        village's party branch and its committee)."""
        if m.text.endswith("支两委"):
            division, _ = self.split(m)
            if division is None or division.level != "Village":
                return ()
            return tuple(self.body(division, rest, "", m) for rest in ("党支部", "村委会"))
        both = re.fullmatch(r"(?P<place>.+?)法检(?:两院)?", m.text)
        if both:
            division, _ = self.split(m)
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
            division, _ = self.split(before) if before else (None, "")
            return self.body(division, "政府", "Government", m) if division else None
        division, rest = self.split(m)
        if division is None and (key := relative(self, m)) is not None:
            return key
        if division is not None and division.level == "Village":
            rest = own_name(division, rest)
        public = is_body(rest) or _PUBLIC_TAIL.search(rest)
        if division is not None and public:
            self.place(division)
        self._inside(m)
        if division is not None and public:
            key = self.body(division, self._spelled_out(m, rest), m.kind, m)
            self._campaign(key, m, division, rest)
            if rest != self._spelled_out(m, rest):
                self.draft.put(key, "Organisation", "", aliases=(division.name + rest,))
            self._introduce(key, m, division)
            if not LEVEL.match(m.text):
                self.draft.put(key, "Organisation", "", aliases=(_PREFIX.sub("", m.text),))
            if m.kind == "WorkGroup" and (parent := parent_rest(rest, m.kind)) and parent not in ("委", "政府"):
                self.body(division, parent)
            return key
        # Of a division that is no more: without its prefix it would be the party's.
        league = m.text.startswith("共青团")
        name = m.text if league else _PREFIX.sub("", m.text)
        aliases: list[str] = [m.text] if m.text != name else []
        if division is not None and LEVEL.match(name) and not divisions().named(name[: len(name) - len(rest)]):
            aliases += [name, *(short + rest for short in divisions().short_names(division) if short[-1] in _LEVELS)]
            name = division.name + rest
        akin = self.draft.akin(name)
        if len(akin) == 1:
            return self.draft.put(akin[0], "Organisation", name, aliases=(name, *aliases), mention=m)
        # A bare school or team is some county's own; a company's or a paper's name is its own everywhere.
        own = m.kind in ("Enterprise", "Bank", "Medium", "") or self.split(m)[0] is not None
        scope = "" if own else f"@{self.scope()}"
        key = self.draft.put(
            f"Organisation/{name}{scope}", "Organisation", name, kind=m.kind, aliases=tuple(aliases), mention=m
        )
        before = self.by_end.get(m.start)
        if before in self.divisions:
            self.draft.put(key, "Organisation", name, aliases=(self.divisions[before].name + name,))
        return key

    def _campaign(self, key: str, m: Mention, division: Division, rest: str) -> None:
        """主题教育 before 省委第十一巡回指导组: the group's name has the campaign inside it as well."""
        before = self.by_end.get(m.start)
        if before is not None and before.type == "Program" and re.match(r"委第[一-鿿]+组$", rest):
            alias = f"{division.name}委{before.text}{rest.removeprefix('委')}"
            self.draft.put(key, "Organisation", "", aliases=(alias, before.text + m.text))

    def _spelled_out(self, m: Mention, rest: str) -> str:
        """``rest`` with an abbreviation that the text introduced written out: 县委学习办 + 综合组."""
        for size in range(min(len(m.text) - 1, 20), 1, -1):
            twin = self.called.get(m.text[:size])
            if twin is not None and twin.type == "Organisation":
                _, whole = self.split(twin)
                return whole + m.text[size:]
        return rest

    def _introduce(self, key: str, m: Mention, division: Division) -> None:
        for short in self.short_for.get(m, ()):
            level = LEVEL.match(short)
            absolute = division.name + short[level.end() :] if level else division.name + short
            self.draft.put(key, "Organisation", "", aliases=(absolute,))

    def run(self) -> None:
        self._places()
        for m in self.mentions:
            if m.type == "Organisation" and (keys := self._organisations(m)):
                self.links[m] = keys
            elif m.type == "Person":
                self.links[m] = (self.draft.put(f"Person/{m.text}@{self.scope()}", "Person", m.text, mention=m),)
            elif m.type == "Program":
                self._inside(m)
                name = plain_name(m.text)
                scope = f"@{self.scope()}" if is_formula(name) else ""
                key = self.draft.put(
                    f"Program/{name}{scope}", "Program", name, kind=m.kind, aliases=(m.text,), mention=m
                )
                self.links[m] = (key,)
        for m in self.mentions:
            if m.rule == "place:part" and (keys := self._part(m)):
                self.links[m] = keys
        self.holdings = holdings(self.text, self.mentions)
        Offices(self).link(self.holdings)


def resolve(restored: RestoredText, meta: Metadata, recognised: Recognised) -> Resolved:
    """The entities of a document, what each mention means, and the home place with its confidence."""
    work = Resolver(restored, meta, recognised)
    work.run()
    division = work.home.division
    home = work.place(division) if division else None
    held = tuple((h.person, h.post, h.rule) for h in work.holdings)
    return Resolved(work.draft.freeze(restored.hant), work.links, held, home, work.home.confidence)
