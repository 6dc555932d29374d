"""What documents say against each other: kept in the graph, and listed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from kg.building import build
from kg.cli import command_line
from kg.contradictions import contradictions, tellings
from kg.messages import Messages
from kg.model import Document, Metadata
from kg.pipeline import extract
from kg.record.store import open_store

HEAD = "石泉县民生实事见成效\n"


def found(*documents: tuple[str, date | None]) -> list[tuple[str, str, bool]]:
    told = []
    for number, (body, day) in enumerate(documents):
        told += tellings(extract(Document(f"d{number}", HEAD + body, meta=Metadata(date=day)))[0])
    return [(c.label, "/".join(sorted({t.value for t in c.tellings})), c.certain) for c in contradictions(told)]


SPRING, AUTUMN, WINTER = date(2021, 3, 5), date(2021, 9, 5), date(2021, 12, 5)
CHEN, ZHAO = "县委书记陈志远到喜河镇调研。", "县委书记赵立新到喜河镇调研。"


def test_two_holders_of_one_office_in_one_article() -> None:
    assert found((CHEN + ZHAO, None)) == [("石泉县委 书记", "赵立新/陈志远", True)]


def test_the_head_of_a_bureau_is_one() -> None:
    body = "县民政局局长李文斌到喜河镇走访。县民政局局长周明到喜河镇走访。"
    assert [label for label, _, _ in found((body, None))] == ["石泉县民政局 局长"]


def test_one_after_the_other_is_no_contradiction() -> None:
    assert found((CHEN, SPRING), (ZHAO, AUTUMN)) == []


def test_one_between_two_days_of_the_other_is_one() -> None:
    assert found((CHEN, SPRING), (ZHAO, AUTUMN), (CHEN, WINTER)) == [("石泉县委 书记", "赵立新/陈志远", True)]


def test_where_a_time_is_missing_it_is_uncertain() -> None:
    assert found((CHEN, SPRING), (ZHAO, None)) == [("石泉县委 书记", "赵立新/陈志远", False)]


@pytest.mark.parametrize(
    "other",
    [
        "县委副书记赵立新到喜河镇调研。",
        "县委常委赵立新到喜河镇调研。",
        "石泉县原县委书记赵立新到喜河镇走访。",
        "时任县委书记赵立新到喜河镇走访。",
        "渭源县委书记赵立新到喜河镇走访。",
        "县委书记陈志远主持会议。",
    ],
)
def test_other_offices_former_holders_and_the_same_person_are_none(other: str) -> None:
    assert found((CHEN + other, SPRING)) == []


def test_two_values_of_one_figure_at_one_time() -> None:
    first, second = "截至6月底，石泉县建成桑园300亩。", "截至6月底，石泉县建成桑园500亩。"
    assert found((first, AUTUMN), (second, WINTER)) == [("石泉县 建成桑园", "300 亩/500 亩", True)]


@pytest.mark.parametrize(
    "second",
    [
        "截至9月底，石泉县建成桑园500亩。",
        "截至6月底，石泉县建成桑园300亩。",
        "截至6月底，石泉县建成桑园近310亩。",
        "截至6月底，石泉县建成茶园500亩。",
    ],
)
def test_another_time_or_indicator_or_a_round_figure_is_no_contradiction(second: str) -> None:
    assert found(("截至6月底，石泉县建成桑园300亩。", AUTUMN), (second, WINTER)) == []


def test_the_order_of_documents_changes_nothing() -> None:
    one, other = (tellings(extract(Document(f"d{n}", HEAD + body))[0]) for n, body in enumerate((CHEN + ZHAO, CHEN)))
    assert contradictions([*one, *other]) == contradictions([*other, *one])


@pytest.mark.parametrize(("language", "words"), [("en", "1 contradictions, 1 of them"), ("zh", "矛盾 1 处")])
def test_a_build_lists_them_and_keeps_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    (tmp_path / "a.txt").write_text(HEAD + CHEN + ZHAO, encoding="utf-8")
    arguments = ["build", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out")]
    command_line(Messages(language)).main(arguments, standalone_mode=False)
    assert words in capsys.readouterr().err
    (listed,) = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["contradictions"]
    assert [(t["value"], t["document"], t["sentence"]) for t in listed["tellings"]] == [
        ("赵立新", "a", ZHAO),
        ("陈志远", "a", CHEN),
    ]
    holders = "SELECT ?p WHERE { ?p org:holds ?post }"
    assert len(list(open_store(tmp_path / "out").query(holders, prefixes={"org": "http://www.w3.org/ns/org#"}))) == 2


def test_a_build_without_any_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + CHEN, encoding="utf-8")
    report = build([tmp_path / "a.txt"], tmp_path / "out")
    assert report.contradictions == ()
