#!/usr/bin/env python3
"""How right the graph is: builds texts that have a gold annotation and scores the graph against it.

usage: python benchmarks/accuracy.py [--set seeds|corpus|golden] [--limit N] [--every N] [--errors] [--json FILE]

Sets: ``seeds`` the five real articles (../shared, outside the repository), ``corpus`` the annotated articles of
training/corpus, ``golden`` the small cases of tests/golden and seeds/. A set that is not there is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CORPUS = ROOT / "training" / "corpus"
SETS = ("seeds", "corpus", "golden")
_RUN_KG = "import sys; from kg.cli import main; sys.exit(main())"


class BenchmarkError(Exception):
    """The measurement could not be made; the text says what failed and what it printed last."""


@dataclass(frozen=True, slots=True)
class Case:
    """Texts to build and the gold files (``*.json``) to score the graph against."""

    texts: Path
    gold: Path


Build = Callable[[Path, Path], Path]
"""A folder of texts and an output folder → the N-Quads file that was built."""


def kg_build(texts: Path, out: Path) -> Path:
    """``kg build`` as a user runs it, in a process of its own. Documents that cannot be read are left out."""
    done = _run([sys.executable, "-c", _RUN_KG, "build", str(texts), "-o", str(out)])
    graph = out / "graph.nq"
    if done.returncode not in (0, 1) or not graph.is_file():  # 1: a document could not be read, the rest is built
        raise BenchmarkError(f"kg build ended with {done.returncode} and no graph:\n{_tail(done)}")
    return graph


def scorer() -> Path:
    """The gold's own scorer where it is there, else the repository's copy."""
    shared = SHARED / "gold" / "score.py"
    return shared if shared.is_file() else ROOT / "benchmarks" / "score.py"


def measure(texts_dir: Path, gold_dir: Path, *, build: Build = kg_build) -> dict[str, Any]:
    """Build ``texts_dir`` and score the graph against the gold files in ``gold_dir``.

    Gives the scorer's figures (``entities`` by type, ``relations`` by predicate, ``observations``,
    ``observation_about``, ``place_codes``, ``documents``), ``seconds`` of building, and ``errors``: rows of
    document, what is wrong, kind, detail. Raises ``BenchmarkError``.
    """
    with tempfile.TemporaryDirectory() as temporary:
        begun = time.perf_counter()
        graph = build(texts_dir, Path(temporary, "out"))
        seconds = time.perf_counter() - begun
        figures = Path(temporary, "figures.json")
        done = _run([sys.executable, str(scorer()), str(graph), str(gold_dir), "--errors", "--json", str(figures)])
        if done.returncode or not figures.is_file():
            raise BenchmarkError(f"the scorer ended with {done.returncode}:\n{_tail(done)}")
        scores = json.loads(figures.read_text(encoding="utf-8"))
    errors = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    return scores | {"seconds": round(seconds, 2), "errors": errors}


def corpus_case(folder: Path, *, every: int = 1, limit: int | None = None) -> Case:
    """Every n-th article of training/corpus, in the order of the names, written under ``folder``."""
    articles = sorted((CORPUS / "articles").glob("*.ann"))[::every][:limit]
    gold, texts = folder / "gold", folder / "texts"
    done = _run([sys.executable, str(CORPUS / "corpus.py"), "gold", *map(str, articles), "--out", str(gold)])
    if done.returncode:
        raise BenchmarkError(f"corpus.py ended with {done.returncode}:\n{_tail(done)}")
    texts.mkdir()
    for text in gold.glob("*.txt"):
        shutil.move(text, texts)
    return Case(texts, gold)


def golden_case(folder: Path, *, limit: int | None = None) -> Case:
    """The folders tests/golden/NAME: ``expected.json`` beside its input, or about a document of seeds/.

    An input is copied as NAME with its ending, so that folders may all call theirs ``input.txt``.
    """
    gold, texts = folder / "gold", folder / "texts"
    gold.mkdir(parents=True)
    texts.mkdir()
    about_seeds = False
    for expected in sorted((ROOT / "tests" / "golden").glob("*/expected.json"))[:limit]:
        name, value = expected.parent.name, json.loads(expected.read_text(encoding="utf-8"))
        inputs = [path for path in expected.parent.iterdir() if path.stem == "input"]
        about_seeds |= not inputs
        for path in inputs:
            shutil.copy(path, texts / f"{name}{path.suffix}")
        (gold / f"{name}.json").write_text(json.dumps(value | {"doc": name} if inputs else value), encoding="utf-8")
    if about_seeds:
        shutil.copytree(ROOT / "seeds", texts / "seeds")
    return Case(texts, gold)


def seeds_case(folder: Path, *, limit: int | None = None) -> Case:
    """The real articles with a gold file, copied under ``folder``."""
    gold, texts = folder / "gold", folder / "texts"
    gold.mkdir(parents=True)
    texts.mkdir()
    for path in sorted((SHARED / "gold").glob("*.json"))[:limit]:
        shutil.copy(path, gold)
        shutil.copy(SHARED / "seeds" / f"{path.stem}.txt", texts)
    return Case(texts, gold)


def present(name: str) -> bool:
    """Whether the set ``name`` can be measured here."""
    where = {
        "seeds": (SHARED / "gold", "*.json"),
        "corpus": (CORPUS / "articles", "*.ann"),
        "golden": (ROOT / "tests" / "golden", "*/expected.json"),
    }
    folder, pattern = where[name]
    return any(folder.glob(pattern))


def case(name: str, folder: Path, *, every: int = 1, limit: int | None = None) -> Case:
    """The set ``name``, laid out under ``folder``."""
    if name == "corpus":
        return corpus_case(folder, every=every, limit=limit)
    return (golden_case if name == "golden" else seeds_case)(folder, limit=limit)


def table(results: dict[str, dict[str, Any]]) -> str:
    """One plain table: a line a figure, for each set precision, recall and F1.

    >>> row = {"p": 0.5, "r": 1.0, "f1": 0.6667}
    >>> scores = {"entities": {"all": row}, "relations": {}, "observations": row, "observation_about": None,
    ...           "place_codes": 0.9, "documents": 2, "seconds": 1.5}
    >>> print(table({"corpus": scores}).splitlines()[2].split())
    ['entities', 'all', '0.500', '1.000', '0.667']
    """
    indent = " " * 30
    lines = [indent + "".join(f"{name:^24}" for name in results), indent + "       P       R      F1" * len(results)]
    for part in ("entities", "relations"):
        for kind in dict.fromkeys(kind for scores in results.values() for kind in scores[part]):
            rows = (scores[part].get(kind) for scores in results.values())
            lines.append(f"{part} {kind}".ljust(30) + "".join(map(_cells, rows)))
    lines.append("observations".ljust(30) + "".join(_cells(scores["observations"]) for scores in results.values()))
    for name in ("observation_about", "place_codes", "documents", "seconds"):
        lines.append(name.ljust(30) + "".join(_cell(scores[name]) for scores in results.values()))
    return "\n".join(line.rstrip() for line in lines)


def _cells(row: dict[str, float] | None) -> str:
    return "".join(f"{row[key]:8.3f}" for key in ("p", "r", "f1")) if row else f"{'-':>24}"


def _cell(value: float | None) -> str:
    return f"{'-' if value is None else f'{value:g}':>24}"


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def _tail(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr or done.stdout)[-2000:]


def _measured(names: Sequence[str], *, every: int, limit: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            laid_out = case(name, Path(folder), every=every, limit=limit)
            yield name, measure(laid_out.texts, laid_out.gold)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", choices=SETS, help="measure this set only; may be given again")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N documents of each set")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th article of the corpus")
    parser.add_argument("--errors", action="store_true", help="print what was missed and what was wrong")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures and errors")
    args = parser.parse_args()
    names = [name for name in args.set or SETS if present(name)]
    if not names:
        print("nothing to measure: none of the sets is here", file=sys.stderr)
        return 2
    try:
        results = dict(_measured(names, every=args.every, limit=args.limit))
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    if args.errors:
        for name, scores in results.items():
            print(*("\t".join([name, *row]) for row in scores["errors"]), sep="\n")
    print(table(results))
    if args.json:
        args.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
