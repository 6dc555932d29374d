"""The front end's types: TypeScript, pinned, reads the JSDoc of ``kg/data/web/explorer``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kg.render import html

WEB = Path(html.__file__).parents[1] / "data" / "web"
COMPILER = "typescript@5.9.3"
"""The same version everywhere, so that a newer compiler's new rules fail nobody's build."""


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and is needed under CI=true")
    pytest.skip(what)


@pytest.fixture(scope="module")
def npx() -> list[str]:
    """The command that runs the pinned compiler; fetched by npm where it is not at hand."""
    if shutil.which("node") is None or shutil.which("npx") is None:
        _missing("node and npm are not installed")
    command = ["npx", "--yes", "-p", COMPILER, "tsc"]
    told = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=300, check=False)
    if told.returncode:
        _missing(f"npm cannot get {COMPILER}: {told.stderr.strip()[-200:]}")
    return command


def complaints(npx: list[str], project: Path) -> list[str]:
    told = subprocess.run([*npx, "-p", str(project)], capture_output=True, text=True, timeout=300, check=False)
    lines = told.stdout.splitlines()
    assert bool(lines) == bool(told.returncode), told.stderr
    return lines


def test_the_front_end_type_checks(npx: list[str]) -> None:
    assert complaints(npx, WEB) == []


def test_a_wrong_type_in_a_module_is_found(npx: list[str], tmp_path: Path) -> None:
    copy = shutil.copytree(WEB, tmp_path / "web")
    module = copy / "explorer" / "text.js"
    module.write_text(module.read_text(encoding="utf-8") + "\nspeaking().noSuchThing();\n", encoding="utf-8")
    assert [line for line in complaints(npx, copy) if "explorer/text.js" in line and "error TS" in line]
