"""The wheel by itself: installed in an empty environment, away from the source tree, it does the main job."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT

SOURCES = ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "kg", "ontology")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "XIANZHI"))}


def run(*words: object, cwd: Path) -> str:
    done = subprocess.run(list(map(str, words)), cwd=cwd, env=CLEAN, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "source").mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, folder / "source" / name)
    offline = ("--no-deps", "--no-build-isolation", "--no-index")
    run(sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", folder, folder / "source", cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel: in CI with all that it asks for, else beside the libraries that we have."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    if os.environ.get("CI") == "true":
        run(*install, wheel, cwd=folder)
    else:
        run(*install, "--no-deps", "--no-index", wheel, cwd=folder)
        place = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
        (Path(place) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_wheel_does_the_main_job_without_the_source_tree(environment: Path, tmp_path: Path) -> None:
    kg = environment / "bin" / "kg"
    where = run(environment / "bin" / "python", "-c", "import kg; print(kg.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(environment)
    assert re.fullmatch(r"kg \d+\.\d+\.\d+\n", run(kg, "--version", cwd=tmp_path))
    (tmp_path / "news").mkdir()
    for name in ("01-clean-shaoyang.txt", "06-page-weiyuan.html"):
        shutil.copyfile(ROOT / "seeds" / name, tmp_path / "news" / name)
    assert run(kg, "build", "news", "-o", "out", "--workers", 2, cwd=tmp_path).startswith("2 documents")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"graph.nq", "graph.ttl", "graph.html", "report.json", "store"} <= written
    assert "邵阳县" in run(kg, "query", "out", "--name", "documents", "--format", "csv", cwd=tmp_path)
    run(kg, "validate", "out", cwd=tmp_path)
    run(kg, "export", "out", "--format", "jsonld", "-o", "graph.jsonld", cwd=tmp_path)


def test_the_container_copies_what_the_wheel_is_built_from() -> None:
    recipe = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--)(.+) \S+$", recipe, re.MULTILINE) for word in line.split()}
    assert copied == set(SOURCES)
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in kept if line.startswith("!")} == set(SOURCES)
