"""What a user's folder may hold: each bad thing gets one clear line, the rest is built, the exit code is 1."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from conftest import kg

GOOD = "怀化讯　沅陵县委书记梨文山到麻溪铺镇调研，要求办好民生实事。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(GOOD, encoding="utf-8")
    return tmp_path


KINDS = ("empty", "binary", "undecodable", "large", "textless", "missing")
CONTENT = {
    "empty": b"",
    "binary": b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 40,
    "undecodable": b"\xff\xfe\xff\xff\x81\xff" * 50 + b"\xff",
}


def make_bad(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.txt"
    if kind == "textless":
        path.mkdir()
    elif kind == "large":
        path.write_bytes(GOOD.encode() * (50_000_000 // len(GOOD.encode())))
    elif kind != "missing":
        path.write_bytes(CONTENT[kind])
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_one_line_for_it_and_the_rest_is_built(kind: str, folder: Path) -> None:
    bad = make_bad(folder, kind)
    done = kg("build", folder / "in", bad, "-o", folder / "out")
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == 1 and len(errors) == 1, done.stderr
    assert bad.name in errors[0] and errors[0].count(";") >= 1
    assert "Traceback" not in done.stderr
    assert "good" in (folder / "out" / "graph.nq").read_text("utf-8")


def test_all_of_them_at_once(folder: Path) -> None:
    bad = [make_bad(folder, kind) for kind in KINDS]
    done = kg("build", *bad, folder / "in", "-o", folder / "out")
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == 1 and len(errors) == len(KINDS)
    assert (folder / "out" / "report.json").is_file()


def test_nothing_good_at_all_builds_nothing(folder: Path) -> None:
    done = kg("build", folder / "missing", "-o", folder / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert not (folder / "out" / "graph.nq").exists()


def test_an_output_that_is_not_writable(folder: Path) -> None:
    done = kg("build", folder / "in", "-o", folder / "in" / "good.txt" / "out")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "cannot be written to" in done.stderr


def test_an_output_that_is_in_use(folder: Path) -> None:
    (folder / "out").mkdir()
    with (folder / "out" / ".lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = kg("build", folder / "in", "-o", folder / "out")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "another build is writing to it" in done.stderr


def test_a_good_folder_builds_with_code_0_and_quietly(folder: Path) -> None:
    done = kg("build", folder / "in", "-o", folder / "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 documents") and "\x1b" not in done.stdout + done.stderr
