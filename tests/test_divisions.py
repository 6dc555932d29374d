"""The division table: who lies where, under which names, and what finding them costs."""

from __future__ import annotations

import datetime
import importlib.util
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.divisions import TABLE, Division, Divisions, FormerName, divisions, short_forms
from kg.errors import InputError, XianzhiError
from training.townships import Edition, township_changes

ROOT = Path(__file__).resolve().parents[1]


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("training_divisions", ROOT / "training" / "divisions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


builder = _builder()


@pytest.fixture(scope="module")
def table() -> Divisions:
    return divisions()


@pytest.fixture(scope="module")
def everything(table: Divisions) -> list[Division]:
    return list(table)


@pytest.fixture(scope="module")
def sample(everything: list[Division]) -> list[Division]:
    chosen = random.Random(20230630).sample(everything, 3000)
    return [*(d for d in everything if len(d.code) == 6), *chosen]


# --- what lies where ----------------------------------------------------------------------------------------


def test_every_division_of_the_source_is_there(everything: list[Division]) -> None:
    # The source's 31 / 342 / 2,978 / 41,352 / 620,573, less its stand-ins and repeats (see the data's README).
    assert Counter(d.level for d in everything) == {
        "Province": 31 + 3,
        "Prefecture": 342 - 9,
        "County": 2978 - 4,
        "Township": 41352 - 1,
        "Village": 620573 - 1,
    }
    codes = [d.code.ljust(12, "0") for d in everything]
    assert all(first < second for first, second in zip(codes, codes[1:], strict=False))


def test_a_county_knows_its_chain(table: Divisions) -> None:
    county = table.get("430523")
    assert county == Division("430523", "邵阳县", "County")
    assert [d.code for d in table.ancestors(county)] == ["430500", "430000"]
    assert table.full_name(county) == "湖南省邵阳市邵阳县"


@pytest.mark.parametrize(
    ("code", "full_name"),
    [
        ("110101", "北京市东城区"),
        ("500229", "重庆市城口县"),
        ("429004", "湖北省仙桃市"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("441900121", "广东省东莞市虎门镇"),
        ("460400100", "海南省儋州市那大镇"),
        ("620201101", "甘肃省嘉峪关市峪泉镇"),
        ("430523101", "湖南省邵阳市邵阳县白仓镇"),
        ("430923103", "湖南省益阳市安化县仙溪镇"),
        ("810000", "香港特别行政区"),
    ],
)
def test_stand_ins_of_the_source_are_no_parents(table: Divisions, code: str, full_name: str) -> None:
    division = table.get(code)
    assert division is not None
    assert table.full_name(division) == full_name


def test_a_padded_code_is_understood(table: Divisions) -> None:
    assert table.get("430523000000") == table.get("430523000") == table.get("430523")
    assert table.get("430923103000") == table.get("430923103")


@pytest.mark.parametrize("code", ["110100", "429000", "999999", "43", "", "43052a", "４３０５２３", "-30523"])
def test_what_is_no_code_of_a_division_gives_none(table: Divisions, code: str) -> None:
    assert table.get(code) is None


def test_only_one_of_the_many_villages_lies_in_the_county(table: Divisions) -> None:
    county, villages = table.get("430923"), table.named("芙蓉村")
    assert 50 <= len(villages) <= 60
    assert [table.full_name(v) for v in villages if table.within(v, county)] == ["湖南省益阳市安化县仙溪镇芙蓉村"]


def test_nothing_lies_within_itself_or_what_it_holds(table: Divisions) -> None:
    county, city = table.get("430523"), table.get("430500")
    assert table.within(county, city)
    assert not table.within(city, county)
    assert not table.within(county, county)


def test_every_code_finds_its_division_and_its_name(table: Divisions, sample: list[Division]) -> None:
    for division in sample:
        assert table.get(division.code) == division
        assert division in table.named(division.name)
        assert len(division.code) == {"Township": 9, "Village": 12}.get(division.level, 6)


def test_parents_and_children_agree(table: Divisions, sample: list[Division]) -> None:
    for division in sample[::7]:
        parent = table.parent(division)
        assert (parent is None) == (division.level == "Province")
        if parent is not None:
            assert division in table.children(parent)
            assert table.ancestors(division) == (parent, *table.ancestors(parent))
            assert all(table.within(division, above) for above in table.ancestors(division))


def test_children_are_all_that_lies_right_below(table: Divisions) -> None:
    hunan = table.get("430000")
    assert [d.code for d in table.children(hunan)][:3] == ["430100", "430200", "430300"]
    assert len(table.children(hunan)) == 14
    assert len(table.children(table.get("110000"))) == 16
    assert all(table.children(village) == () for village in table.named("芙蓉村"))
    assert {d.level for d in table.children(table.get("420000"))} == {"Prefecture", "County"}


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("祁阳", "431181"),
        ("江华", "431129"),
        ("江华瑶族自治县", "431129"),
        ("湘西", "433100"),
        ("湘西州", "433100"),
        ("恩施", "422800"),
        ("恩施州", "422800"),
        ("恩施市", "422801"),
        ("内蒙古", "150000"),
        ("广西", "450000"),
        ("神农架", "429021"),
        ("浦东", "310115"),
        ("清新", "441803"),
        ("长白", "220623"),
        ("东乡", "622926"),
        ("科右中旗", "152222"),
        ("香港", "810000"),
    ],
)
def test_a_place_is_found_by_the_name_that_news_use(table: Divisions, name: str, code: str) -> None:
    assert code in [d.code for d in table.named(name)]
    division = table.get(code)
    assert table.is_short(name, division) == (name != division.name)


@pytest.mark.parametrize("name", ["", "邵", "沧", "旗", "没有这个地方", "\ud83d", "白仓", "芙蓉村村民委员会"])
def test_no_division_bears_it(table: Divisions, name: str) -> None:
    assert table.named(name) == ()


def test_short_forms_stop_at_the_county(table: Divisions) -> None:
    assert table.short_names(table.get("430523101")) == ()
    assert table.short_names(table.get("130200")) == ("唐山",)
    assert short_forms("白仓镇", "Township") == ()
    assert not table.is_short("白仓", table.get("430523101"))


@pytest.mark.parametrize("name", ["忠县", "郊区", "湘潭昭山示范区", "井陉矿区", "巴林左旗", "兰州新区"])
def test_no_short_form_where_none_is_used(name: str) -> None:
    assert short_forms(name, "County") == ()


def test_a_former_name_finds_the_division_of_today(table: Divisions) -> None:
    (city,) = table.named("祁阳县")
    assert city == Division("431181", "祁阳市", "County")
    assert table.former_names(city) == (FormerName(datetime.date(2021, 2, 20), "祁阳县"),)
    assert not table.is_short("祁阳县", city)
    assert [d.name for d in table.named("襄樊")] == ["襄阳市"]
    assert table.is_short("襄樊", table.named("襄樊")[0])


@pytest.mark.parametrize(
    ("former", "present", "until"),
    [
        ("破凉镇", "安徽省安庆市宿松县华亭镇", "2022-10-31"),  # renamed
        ("丹棱镇", "四川省眉山市丹棱县齐乐镇", "2020-06-30"),  # renamed
        ("保城乡", "四川省南充市南部县西水镇", "2019-10-31"),  # merged into it
        ("法库镇", "辽宁省沈阳市法库县吉祥街道", "2017-10-31"),  # made a subdistrict
    ],
)
def test_a_township_that_is_gone_finds_what_took_its_place(
    table: Divisions, former: str, present: str, until: str
) -> None:
    (township,) = table.named(former)
    assert table.full_name(township) == present
    assert FormerName(datetime.date.fromisoformat(until), former) in table.former_names(township)


def test_a_former_township_never_takes_the_place_of_a_present_one(table: Divisions) -> None:
    lines = (TABLE / "former.tsv").read_text(encoding="utf-8").splitlines()[1:]
    gone = [(code, former) for code, _, former, *_ in (line.split("\t") for line in lines) if len(code) == 9]
    assert len(gone) > 3000
    for code, former in gone:
        bearers = [d for d in table.named(former) if d.code.startswith(code[:6])]
        assert [d.code for d in bearers] == [code]


def test_former_names_come_oldest_first(table: Divisions, everything: list[Division]) -> None:
    several = [names for d in everything if len(names := table.former_names(d)) > 1]
    assert several
    assert all(names[i].date <= names[i + 1].date for names in several for i in range(len(names) - 1))


def test_former_names_are_dated_and_belong_to_divisions(table: Divisions) -> None:
    rows = [line.split("\t") for line in (TABLE / "former.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert len(rows) > 80
    for code, name, former, until, source in rows:
        division = table.get(code)
        assert division is not None and division.name == name != former
        assert division in table.named(former)
        assert FormerName(datetime.date.fromisoformat(until), former) in table.former_names(division)
        assert source


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("芙蓉村委会", "芙蓉村"),
        ("芙蓉村村委会", "芙蓉村"),
        ("芙蓉村村民委员会", "芙蓉村"),
        ("上元村民委员会", "上元村"),
        ("磴口村委", "磴口村"),
        ("龙盘村委员会", "龙盘村"),
        ("月亮湾社区居委会", "月亮湾社区"),
        ("月亮湾社区居民委员会", "月亮湾社区"),
        ("月亮湾社区", "月亮湾社区"),
        ("龙洲居委会", "龙洲社区"),
        ("高东新村居委会", "高东新村"),
        ("七〇七社区村民委员会", "七〇七社区"),
        ("敖包嘎查村委会", "敖包嘎查"),
        ("宝力格嘎查委员会", "宝力格嘎查"),
        ("碾子巷居委会（社区）", "碾子巷社区"),
        ("小（氵甸）村委会", "小（氵甸）村"),
        ("（高家坪村委会）", "高家坪村"),
        ("联丰茶场生活区", "联丰茶场"),
        ("一连生活区", "一连生活区"),
        ("工农园艺场", "工农园艺场"),
        ("居委会", "居委会"),
    ],
)
def test_villages_are_named_as_news_write_them(official: str, name: str) -> None:
    assert builder.village_name(official) == name


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("梅城街道办事处", "梅城街道"),
        ("白仓镇", "白仓镇"),
        ("（工业园区）城南街道", "城南街道"),
        ("科技城（东渚街道）", "东渚街道"),
        ("大安经济开发区（省级）", "大安经济开发区"),
        ("金洲管理区", "金洲管理区"),
    ],
)
def test_townships_are_named_as_news_write_them(official: str, name: str) -> None:
    assert builder.township_name(official) == name


# --- scanning -----------------------------------------------------------------------------------------------


def _found(table: Divisions, text: str) -> list[str]:
    return [text[start:end] for start, end in table.scan(text)]


def test_a_chain_of_places_is_read_link_by_link(table: Divisions) -> None:
    assert _found(table, "湖南省邵阳市邵阳县白仓镇三堆村") == ["湖南省", "邵阳市", "邵阳县", "白仓镇", "三堆村"]


def test_the_longest_name_wins_and_common_nouns_are_none(table: Divisions) -> None:
    assert _found(table, "他在江华瑶族自治县的社区里") == ["江华瑶族自治县"]
    assert _found(table, "农村的林场") == []


TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("湖南省邵阳市县白仓镇三堆村芙蓉的在，。\n𡌶\ud800")))


@given(TEXT)
@settings(deadline=None)
def test_scanning_any_text_gives_spans_in_order(text: str) -> None:
    table, last = divisions(), 0
    for start, end in table.scan(text):
        assert last <= start and start + 2 <= end <= len(text)
        assert table.named(text[start:end])
        last = end


@given(st.lists(st.sampled_from("湖南省 邵阳市 邵阳县 邵阳 芙蓉村 仙溪镇 江华 江华瑶族自治县 的 在 ， 县 村".split())))
@settings(deadline=None)
def test_scanning_misses_nothing(parts: list[str]) -> None:
    table, text = divisions(), "".join(parts)
    expected, start = [], 0
    while start < len(text):
        ends = [end for end in range(start + 2, min(start + 20, len(text)) + 1) if table.named(text[start:end])]
        if ends:
            expected.append((start, ends[-1]))
        start = ends[-1] if ends else start + 1
    assert list(table.scan(text)) == expected


def test_names_are_found_across_the_seams_of_long_texts(table: Divisions) -> None:
    for shift in range(6):
        text = "的" * (65536 - shift) + "邵阳县" + "的" * 70000 + "仙溪镇"
        assert _found(table, text) == ["邵阳县", "仙溪镇"]


# --- cost and damage ----------------------------------------------------------------------------------------

_COST = """
import resource, sys, time
import numpy, marisa_trie
from kg import divisions as module
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
assert module.divisions().named(sys.argv[1])
opened = time.perf_counter() - start
text = "在湖南省邵阳县白仓镇三堆村开展了调研，了解情况。" * 20000
start = time.perf_counter()
spans = sum(1 for _ in module.divisions().scan(text))
scanned = time.perf_counter() - start
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(opened, after - before, len(text) / scanned)
"""


def test_the_table_opens_at_once_and_stays_small() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _COST, "邵阳县"], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    opened, grown, speed = (float(number) for number in run.stdout.split())
    unit = 1024 if sys.platform != "darwin" else 1024**2  # ru_maxrss: KiB on Linux, bytes on macOS
    assert opened < 0.3 * 5  # 4 ms where this was written
    assert grown / unit < 150
    assert speed > 2e6 / 10  # characters a second; a busy machine may be ten times slower


def test_the_table_is_small_on_disk() -> None:
    assert sum(path.stat().st_size for path in TABLE.iterdir()) <= 15e6


def test_a_missing_or_damaged_table_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(XianzhiError, match="install"):
        Divisions.open(tmp_path / "nowhere")
    for path in TABLE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "codes.npy").write_bytes((TABLE / "codes.npy").read_bytes()[:4000])
    with pytest.raises(XianzhiError) as failure:
        Divisions.open(tmp_path)
    assert "\n" not in str(failure.value)


def _edition(version: str, townships: str, **villages: str) -> Edition:
    """Townships as "101 白仓镇 ...", and the villages of each as t101="甲村 乙村 ..."."""
    words = townships.split()
    named = {f"430523{code}": name for code, name in zip(words[::2], words[1::2], strict=True)}
    held = {
        f"430523{code[1:]}{number:03d}": village
        for code, names in villages.items()
        for number, village in enumerate(names.split(), 200)
    }
    return Edition(f"20{version}-06-30", version, named, held)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        # The code stays.
        (_edition("20", "101 旧地镇"), _edition("21", "101 新名镇"), [("新名镇", "旧地镇", "rename")]),
        # A township becomes a town under another code, its villages partly communities.
        (
            _edition("20", "201 旧地乡", t201="甲村 乙村 丙村 丁村"),
            _edition("21", "101 旧地镇", t101="甲社区 乙村 丙村 丁村"),
            [("旧地镇", "旧地乡", "rename")],
        ),
        (
            _edition("20", "101 旧地镇 102 白仓镇", t101="甲村 乙村 丙村", t102="子村"),
            _edition("21", "102 白仓镇", t102="甲村 乙村 丙村 子村"),
            [("白仓镇", "旧地镇", "merge")],
        ),
        # Two villages are too few, two of five are less than half, and halves of one size settle nothing.
        (_edition("20", "101 旧地镇", t101="甲村 乙村"), _edition("21", "102 白仓镇", t102="甲村 乙村"), []),
        (
            _edition("20", "101 旧地镇", t101="甲村 乙村 丙村 丁村 戊村 己村 庚村"),
            _edition("21", "102 白仓镇", t102="甲村 乙村 丙村"),
            [],
        ),
        (
            _edition("20", "101 旧地镇", t101="甲村 乙村 丙村 丁村 戊村 己村"),
            _edition("21", "102 白仓镇 103 黑仓镇", t102="甲村 乙村 丙村", t103="丁村 戊村 己村"),
            [],
        ),
        # The name went to another code, or only its writing changed.
        (_edition("20", "101 旧地镇"), _edition("21", "105 旧地镇"), []),
        (_edition("20", "101 旧其镇"), _edition("21", "101 旧齐镇"), []),
    ],
)
def test_only_certain_changes_of_townships_count(
    before: Edition, after: Edition, found: list[tuple[str, str, str]]
) -> None:
    changes = township_changes([after, before])
    assert [(c.name, c.former, c.source.split(": ")[1]) for c in changes] == found
    assert all(c.date == "2021-06-30" for c in changes)


def test_a_name_that_ended_twice_over_is_followed_to_the_present() -> None:
    editions = [_edition(year, f"101 {name}") for year, name in (("22", "丙地镇"), ("21", "乙山镇"), ("20", "甲水镇"))]
    changes = township_changes(editions)
    assert [(c.former, c.name, c.date) for c in sorted(changes, key=lambda c: c.date)] == [
        ("甲水镇", "丙地镇", "2021-06-30"),
        ("乙山镇", "丙地镇", "2022-06-30"),
    ]


# --- the builder --------------------------------------------------------------------------------------------

SMALL = {"430000": "湖南省", "430500": "邵阳市", "430523": "邵阳县", "430523101": "白仓镇", "430523101200": "新设村"}


def test_what_is_packed_is_what_is_read(tmp_path: Path) -> None:
    change = builder.Change("430523", "邵阳县", "旧名县", "1999-12-31", "a test")
    files = builder.pack(SMALL, [change])
    assert files == builder.pack(dict(SMALL), [change])
    builder.write(files, tmp_path)
    table = Divisions.open(tmp_path)
    assert {d.code: d.name for d in table} == SMALL
    assert [d.code for d in table.named("旧名")] == ["430523"]
    assert _found(table, "旧名县白仓镇新设村") == ["旧名县", "白仓镇", "新设村"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


@pytest.mark.parametrize(
    "broken",
    [
        {"430000": "湖南省", "430523101200": "新设村"},
        {"430000": "湖南省", "430500": "邵阳市", "430523101": "邵"},
        {"430000": "湖南省", "430500": "邵阳市", "430523": "长" * 41},
    ],
)
def test_orphans_and_impossible_names_stop_the_build(broken: dict[str, str]) -> None:
    with pytest.raises(InputError):
        builder.verify(broken)


def test_another_package_than_the_pinned_one_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, output = tmp_path / "other.tgz", tmp_path / "out"
    other.write_bytes(b"something else")
    assert builder.main(["--tarball", str(other), "--wheel", str(other), "--output", str(output)]) == 1
    assert "digest" in capsys.readouterr().err
    assert builder.main(["--tarball", str(tmp_path / "missing"), "--output", str(output)]) == 1
    assert not output.exists()
