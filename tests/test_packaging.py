"""The package is whole: every folder is shipped, every library that the code imports is declared."""

from __future__ import annotations

import ast
import configparser
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
# recognise finds its word dictionary by the package's name; trafilatura needs lxml's cleaner, which new releases of
# lxml no longer bring with the extra that it asks for.
LOADED_BY_NAME = {"spacy-pkuseg", "lxml-html-clean"}


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_folder_of_the_package_is_shipped(setup: configparser.ConfigParser) -> None:
    listed = set(setup["options"]["packages"].split()) - {"kg.ontology"}  # which lies in ontology/
    assert listed == {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "kg").rglob("__init__.py")}


def test_the_libraries_that_the_code_imports_are_the_ones_declared(setup: configparser.ConfigParser) -> None:
    declared = names_of(setup["options"]["install_requires"])
    extras = setup["options.extras_require"]
    optional = names_of("".join(extras[name] for name in ("pdf", "docx", "pandas", "parquet", "warc", "dask")))
    used = {distribution(name) for path in (ROOT / "kg").rglob("*.py") for name in imports(path)}
    assert sorted(used - declared - optional) == []
    assert sorted(declared - used - LOADED_BY_NAME) == []


def names_of(requirements: str) -> set[str]:
    lines = (line.strip() for line in requirements.splitlines())
    return {canonicalize_name(Requirement(line).name) for line in lines if line}


def imports(path: Path) -> set[str]:
    """The top-level modules from outside that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"kg"}


def distribution(module: str) -> str:
    known = packages_distributions().get(module)
    assert known, f"{module} is imported and not installed"
    return canonicalize_name(known[0])
