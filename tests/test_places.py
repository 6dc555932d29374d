"""Which places are seen in a text, and what the hidden-chain benchmark takes for the truth."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kg.model import Document, Entity
from kg.pipeline import extract

ROOT = Path(__file__).resolve().parents[1]


def places(text: str) -> dict[str, Entity]:
    return {e.name: e for e in extract(Document("a", text))[0].entities if e.type == "Place"}


# Names that are also words or people need evidence.


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("石泉县迎来各地来宾，来宾们走进茶园。", "来宾市"),
        ("石泉县党员群众齐心合作，推动和平与发展。", "合作市"),
        ("石泉县一名退役军人朝阳投身志愿服务。", "朝阳市"),
        ("石泉县发展思路清，群众有了增收路、致富路。", "发展思路"),
        ("石泉县建成3座水库和百亩蔬菜基地。", "百亩蔬菜基地"),
        ("石泉县整顿软弱涣散村，覆盖所有行政村。", "行政村"),
        ("石泉县村民张海峰在茶园里忙碌，笑容满面。", "张海峰"),
    ],
)
def test_a_word_or_a_person_is_no_place(sentence: str, name: str) -> None:
    found = places(f"石泉县抓实民生\n{sentence}\n")
    assert "石泉县" in found and name not in found


def test_such_a_name_is_a_place_where_the_text_shows_it() -> None:
    assert places("来宾市招商\n来宾市来了客商。来宾将建新园区。\n")["来宾市"].code == "451300"


# Sites, parts, roads and waters.


def test_a_site_carries_the_division_before_it_and_lies_there() -> None:
    work = extract(Document("a", "石泉县建设忙\n石泉县建成喜河镇文体广场。\n"))[0]
    site = next(e for e in work.entities if e.name == "喜河镇文体广场")
    town = next(e for e in work.entities if e.name == "喜河镇")
    assert any((c.subject, c.predicate, c.object) == (site.key, "locatedIn", town.key) for c in work.claims)


def test_a_building_of_a_hospital_is_named_after_it() -> None:
    assert "石泉县人民医院综合楼" in places("石泉县办实事\n石泉县完成县人民医院综合楼扩建。\n")


def test_two_roads_of_one_crossing_lie_in_one_district() -> None:
    work = extract(Document("a", "零陵区办实事\n民警在零陵区芝山路与南津路交叉路口执勤。\n"))[0]
    roads = {e.key for e in work.entities if e.name in ("芝山路", "南津路")}
    inside = {c.subject for c in work.claims if c.predicate == "locatedIn" and c.object == "Place/431102"}
    assert len(roads) == 2 and roads <= inside


@pytest.mark.parametrize("name", ["黄河", "长江", "洱海", "长三角", "鸭绿江"])
def test_waters_and_regions_that_everyone_knows(name: str) -> None:
    assert name in places(f"石泉县开会\n石泉县的茶叶远销{name}沿线各地。\n")


def test_an_ethnic_township_is_a_place() -> None:
    found = places("同江市旅游\n同江市街津口赫哲族乡的鱼皮画很有名。\n")
    assert "230881204" in {e.code for e in found.values()}  # the table has it as 街津口乡


# The benchmark.


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_places", ROOT / "benchmarks" / "places.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ARTICLE = """[石泉县]{PLA}的路
[石泉县]{PLA}[喜河镇]{PLA}[长阳村]{PLA}修路。[长阳村]{PLA}变了。
====
石泉县 | Place | | home
喜河镇 | Place
长阳村 | Place
====
喜河镇 | locatedIn | 石泉县
"""


def test_the_chain_is_the_truth_and_is_hidden(tmp_path: Path) -> None:
    path = tmp_path / "x.ann"
    path.write_text(ARTICLE, encoding="utf-8")
    found = {case.name: case for case in benchmark().cases(path)}
    assert found["喜河镇"].division.code.startswith("610922")
    assert "石泉县喜河镇" not in found["喜河镇"].text and "喜河镇长阳村" in found["喜河镇"].text
    assert "石泉县的路" in found["喜河镇"].text  # only the parents right before the name go


def test_most_hidden_chains_of_some_articles_are_found() -> None:
    module = benchmark()
    chosen = sorted(module.CORPUS.glob("*.ann"))[::20]
    cases = [case for path in chosen for case in module.cases(path)]
    right = [module.verdict(case, module.codes_of(case)) == "right" for case in cases]
    assert len(right) > 20 and sum(right) / len(right) >= 0.85
