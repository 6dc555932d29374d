"""Hand-made extractions, so that everything after recognition is tested without it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from pyoxigraph import Quad, Store

from kg.archive.stores import load_store
from kg.model import Claim, Document, Entity, Evidence, Extraction, Metadata, Observation, RestoredText
from kg.render.rdf import nquads_lines

ROOT = Path(__file__).resolve().parents[1]
TEXT = "沅陵县委书记梨文山到麻溪铺镇调研。全县办理实事1.2万余件。"
VISIT, FIGURE = TEXT[:17], TEXT[17:]


def made(document: Document) -> Extraction:
    """The extraction of ``TEXT``, said of any document."""
    seen = (Evidence(0, len(VISIT), VISIT, "test-visit"),)
    counted = (Evidence(len(VISIT), len(TEXT), FIGURE, "test-figure"),)
    return Extraction(
        document=document,
        restored=RestoredText(document.text, document.text, range(len(document.text) + 1)),
        meta=document.meta,
        entities=(
            Entity("place:431222", "Place", "沅陵县", kind="County", code="431222", aliases=("沅陵",)),
            Entity("place:431222102", "Place", "麻溪铺镇", kind="Township", code="431222102"),
            Entity("org:committee", "Organisation", "沅陵县委", kind="PartyCommittee", aliases=("县委",)),
            Entity("org:office", "Organisation", "沅陵县委办公室", kind="PartyOrgan"),
            Entity("person:li", "Person", "梨文山", kind="Official", hant=("梨文山書記",)),
            Entity("program:a", "Program", "两访两问", kind="Formula"),
        ),
        claims=(
            Claim("person:li", "holdsPost", "org:committee", seen, 0.9, "县委书记"),
            Claim("person:li", "visited", "place:431222102", seen, 0.8),
            Claim("org:committee", "jurisdiction", "place:431222", (), 1.0),
            Claim("org:office", "subOrganizationOf", "org:committee", (), 1.0),
            Claim("place:431222102", "locatedIn", "place:431222", (), 1.0),
            Claim("org:committee", "carriesOut", "program:a", seen, 0.5),
        ),
        observations=(Observation("place:431222", Decimal("1.2E+4"), "件", "办理实事", counted, 0.7, True),),
        home="place:431222",
        home_confidence=0.9,
    )


@pytest.fixture
def extraction() -> Extraction:
    return made(Document("a", TEXT, "a.txt", Metadata(title="调研", source="沅陵新闻网")))


@pytest.fixture
def fake_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a build in this process take every document for ``TEXT``; a text that begins with 坏 makes a stage fail."""
    import kg.archive.work

    def extract(document: Document, notice: Callable[[str], None] = lambda stage: None, recogniser: object = None):
        notice("restore")
        if document.text.startswith("坏"):
            raise RuntimeError("二\n行")
        return made(document), {"restore": 0.0}

    monkeypatch.setattr(kg.archive.work, "extract", extract)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(TEXT + name * 3, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path: Path, articles: Path, fake_stages: None) -> Path:
    """A built output folder."""
    from kg.building import build

    build([articles], tmp_path / "out")
    return tmp_path / "out"


_LANGUAGES = ("XIANZHI_LANG", "LC_ALL", "LANG")


def kg(*words: object, cwd: Path | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``kg`` as ``kg_process`` does, but in this process: a start costs seconds, and there are many tests."""
    from kg.cli import main

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape", newline="")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", newline="")
    code: object = None
    clean = {name: value for name, value in os.environ.items() if name not in _LANGUAGES}
    with (
        mock.patch.dict(os.environ, {**clean, **(env or {})}, clear=True),
        chdir(cwd or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        out.flush()
        err.flush()
    said = [stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err)]  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(words, int(code or 0), *said)  # type: ignore[call-overload]


def kg_process(
    *words: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``kg`` as a user does, in a process of its own."""
    clean = {k: v for k, v in os.environ.items() if k not in _LANGUAGES}
    command: Sequence[str] = (sys.executable, "-m", "kg", *map(str, words))
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    surroundings = {**clean, "PYTHONPATH": path, "PYTHONUTF8": "1", **(env or {})}
    return subprocess.run(
        command, cwd=cwd, env=surroundings, capture_output=True, encoding="utf-8", timeout=300, check=False
    )


@pytest.fixture(scope="session")
def read_only_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built output folder for all tests that only read one."""
    import kg.archive.work
    import kg.building

    folder = tmp_path_factory.mktemp("read-only")
    (folder / "articles").mkdir()
    for name in ("a", "b", "c"):
        (folder / "articles" / f"{name}.txt").write_text(TEXT + name * 3, encoding="utf-8")
    with mock.patch.object(kg.archive.work, "extract", lambda document, notice, recogniser: (made(document), {})):
        kg.building.build([folder / "articles"], folder / "out")
    return folder / "out"


@pytest.fixture(scope="session")
def seeds_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample articles of seeds/, built once by the README's command; tests read it and leave it as it is."""
    out = tmp_path_factory.mktemp("seeds") / "out"
    done = kg_process("build", "seeds", "-o", out, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def built(out: Path, *inputs: object) -> Path:
    """The folder ``out`` after ``kg build`` of ``inputs``, which must go well."""
    done = kg("build", *inputs, "-o", out, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def changed(extraction: Extraction, **entity_changes: object) -> Extraction:
    """The extraction with its first entity changed."""
    first, *others = extraction.entities
    return replace(extraction, entities=(replace(first, **entity_changes), *others))  # type: ignore[arg-type]


def write_store(path: Path, quads: Iterable[Quad]) -> Store:
    """A store of any quads, as a build writes one."""
    graph = path.with_suffix(".nq")
    graph.write_bytes(b"".join(sorted(set(nquads_lines(quads)))))
    return load_store(path, graph)
