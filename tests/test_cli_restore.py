"""``kg restore`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import kg

NOTED = "县(xiàn)委创(chuàng)新,村民(mín)点赞。\n县里(lǐ)修好了路。"
CLEAN = "县委创新,村民点赞。\n县里修好了路。"


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    path = tmp_path / "甲.txt"
    path.write_text(NOTED, encoding="utf-8")
    return path


def test_it_prints_the_restored_text(noted: Path) -> None:
    done = kg("restore", noted)
    assert (done.returncode, done.stdout, done.stderr) == (0, CLEAN + "\n", "")


def test_it_writes_one_text_to_a_file_and_several_into_a_folder(noted: Path, tmp_path: Path) -> None:
    assert kg("restore", noted, "-o", tmp_path / "one.txt").returncode == 0
    assert (tmp_path / "one.txt").read_text(encoding="utf-8") == CLEAN + "\n"
    (tmp_path / "乙.txt").write_bytes("第二篇。&amp;".encode("gb18030"))
    assert kg("restore", noted, tmp_path / "乙.txt", "-o", tmp_path / "all").returncode == 0
    written = {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "all").iterdir()}
    assert written == {"甲.txt": CLEAN + "\n", "乙.txt": "第二篇。&\n"}


@pytest.mark.parametrize(("language", "why"), [("en", "pinyin note"), ("zh", "拼音注音")])
def test_the_diff_says_what_was_changed_and_why(noted: Path, language: str, why: str) -> None:
    done = kg("--lang", language, "restore", noted, "--diff")
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and "\x1b" not in done.stdout
    assert sum(why in line for line in lines) == 4
    assert "县[-(xiàn)-]委" in lines[1] and lines[1].split()[0] == "1"
    assert "里[-(lǐ)-]修" in lines[4] and lines[4].split()[0] == "2"


def test_the_map_leads_back_to_every_raw_character(noted: Path, tmp_path: Path) -> None:
    path = tmp_path / "map.jsonl"
    assert kg("restore", noted, "--map", path).returncode == 0
    head, *rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert head["document"] == "甲" and head["restored"] == len(CLEAN) and head["raw"] == len(NOTED)
    spans = [row for row in rows if "restored" in row]
    assert "".join(NOTED[slice(*row["raw"])] for row in spans) == CLEAN
    assert [row["before"] for row in rows if "repair" in row] == ["(xiàn)", "(chuàng)", "(mín)", "(lǐ)"]


def test_what_cannot_be_read_is_named_and_the_rest_is_restored(noted: Path, tmp_path: Path) -> None:
    done = kg("restore", tmp_path / "none.txt", noted)
    assert done.returncode == 1 and done.stdout == CLEAN + "\n"
    assert "none.txt" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["-o", "--map"])
def test_a_place_that_cannot_be_written_is_named(noted: Path, tmp_path: Path, option: str) -> None:
    done = kg("restore", noted, option, tmp_path / "nowhere" / "out.txt")
    assert done.returncode == 1 and "nowhere" in done.stderr and "Traceback" not in done.stderr


def test_help_speaks_both_languages() -> None:
    assert "--map" in kg("--lang", "en", "restore", "--help").stdout
    assert "复原" in kg("--lang", "zh", "restore", "--help").stdout


def test_text_commands_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("县委\x1b[31m书记[bold]说(shuō)话(huà)明(míng)白(bái)。", encoding="utf-8")
    done = kg("restore", path, "--diff")
    assert done.returncode == 0 and "\x1b" not in done.stdout and "[bold]" in done.stdout
