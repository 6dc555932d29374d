"""How fast documents become a graph: ``python benchmarks/throughput.py [--write] [--size 100000] [--lac PYTHON]``.

1. **Whole build** by ``kg.build`` in one process on one core: characters a second, on the official documents
   (``shared/data/gov_documents.jsonl.gz``, where it is here) and on the articles of ``training/corpus`` repeated under
   other names, so that no document is taken once.
2. **Stage by stage**: the same documents through ``kg.pipeline`` and the writing.
3. **LAC** (``LAC==2.1.2``, ``paddlepaddle==2.6.2``, ``numpy<2``) finds names alone in the same texts on one core, in a
   process of its own, right after ours: the ratio holds on any machine, the speed does not. ``--lac PYTHON`` names an
   interpreter that has it; without it, the row says that it was skipped.
4. **Growth**: seconds and memory for 1, 2, 4 ... times as many documents.
5. **Start**: ``kg --help`` and the first document.
6. **Writing**: statements a second as N-Quads and Turtle, from the sorted graph as a build does and from the store.
7. **Profile**: where the time goes.

``--write`` puts what is printed into ``benchmarks/throughput.md``.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import io
import json
import os
import pstats
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kg import build, settings  # noqa: E402
from kg.memory import settle  # noqa: E402
from kg.model import Document  # noqa: E402
from kg.pipeline import extract  # noqa: E402
from kg.record.quads import extraction_quads  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "gov_documents.jsonl.gz"
CORPUS = ROOT / "training" / "corpus" / "articles"
BASE = "https://w3id.org/xianzhi/id/"
_LAC = """
import json, sys, time, paddle
for name, module in list(sys.modules.items()):
    if name == "paddle.base" or name.startswith("paddle.base."):
        sys.modules["paddle.fluid" + name[11:]] = module
paddle.fluid = paddle.base
from LAC import LAC
lac, texts = LAC(mode="lac"), json.load(sys.stdin)
lac.run("县委")
begin = time.process_time()
for text in texts:
    for line in text.split("\\n"):
        if line.strip():
            lac.run(line)
print(time.process_time() - begin)
"""


def official(size: int) -> list[str]:
    """Official documents up to ``size`` characters in all; none where they are not here."""
    if not DATA.is_file():
        return []
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        return list(_up_to((json.loads(line)["text"] for line in lines), size))


def corpus(size: int) -> list[str]:
    """The corpus's articles, over and over, each time under another headline, up to ``size`` characters in all."""
    texts = [_plain(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*"))]
    return list(_up_to((f"第{n}期\n{text}" for n in range(10**6) for text in texts), size))


def _plain(annotated: str) -> str:
    """An annotated article without its marks: [石泉县]{PLA} is 石泉县."""
    body = annotated.split("\n====", 1)[0]
    return re.sub(r"\[([^\[\]]+)\]\{[A-Z]+\}", r"\1", body)


def _up_to(texts: Iterator[str], size: int) -> Iterator[str]:
    for text in texts:
        yield text
        size -= len(text)
        if size <= 0:
            return


def whole(texts: Sequence[str]) -> tuple[float, dict[str, int]]:
    """The processor's seconds of a whole build, and its totals; models are loaded before."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "in").mkdir()
        for number, text in enumerate(texts):
            (place / "in" / f"{number:06}.txt").write_text(text, encoding="utf-8")
        begin = time.process_time()
        report = build([place / "in"], place / "out", settings.Settings(workers=1))
        return time.process_time() - begin, report.totals


def stages(texts: Sequence[str]) -> dict[str, float]:
    """The seconds of each stage."""
    found: dict[str, float] = {}
    for number, text in enumerate(texts):
        extraction, seconds = extract(Document(str(number), text))
        begin = time.perf_counter()
        extraction_quads(extraction, base=BASE)
        for name, value in {**seconds, "record": time.perf_counter() - begin}.items():
            found[name] = found.get(name, 0.0) + value
    return found


def lac(texts: Sequence[str], python: str | None) -> float | str:
    """LAC's seconds on the texts, or why there are none."""
    if python is None:
        return "skipped: no interpreter with LAC was named (--lac)"
    told = subprocess.run([python, "-c", _LAC], input=json.dumps(list(texts)), capture_output=True, text=True)
    return float(told.stdout.split()[-1]) if told.returncode == 0 else f"skipped: {told.stderr.strip()[-200:]}"


def writing(texts: Sequence[str]) -> list[tuple[str, int, float, float]]:
    """Format, statements, and seconds from a sorted graph, as a build writes, and from a store on the disk."""
    from kg.archive.assemble import write_turtle
    from kg.archive.stores import load_store
    from kg.lines import lines_of
    from kg.render.rdf import nquads_lines, write_nquads
    from kg.render.rdf import write_turtle as turtle_of_store

    quads = [q for n, text in enumerate(texts) for q in extraction_quads(extract(Document(str(n), text))[0], base=BASE)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph.nq"
        graph.write_bytes(b"".join(sorted(set(nquads_lines(quads)))))
        store = load_store(Path(folder) / "store", graph)

        def copy() -> None:
            with (Path(folder) / "copy.nq").open("wb") as file:
                file.writelines(lines_of(graph))

        pairs = {
            "N-Quads": (copy, lambda: write_nquads(store, io.BytesIO())),
            "Turtle": (
                lambda: write_turtle(graph, Path(folder) / "graph.ttl", base=BASE),
                lambda: turtle_of_store(store, io.BytesIO()),
            ),
        }
        for name, ways in pairs.items():
            seconds = []
            for write in ways:
                begin = time.process_time()
                write()
                seconds.append(time.process_time() - begin)
            rows.append((name, len(quads), *seconds))
    return rows


def start(*words: str) -> tuple[float, float]:
    """The best of three starts of the program, in seconds of the clock and of the processor."""
    times = []
    for _ in range(3):
        begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "kg", *words], cwd=ROOT, capture_output=True, check=False)
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        of_processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        times.append((time.perf_counter() - begin, of_processor))
    return min(clock for clock, _ in times), min(of_processor for _, of_processor in times)


def profile(texts: Sequence[str]) -> list[str]:
    """The functions that take most time themselves, as lines of a table."""
    watch = cProfile.Profile(time.process_time)
    watch.enable()
    stages(texts)
    watch.disable()
    stats = pstats.Stats(watch).stats  # type: ignore[attr-defined]
    total = sum(row[2] for row in stats.values())
    most = sorted(stats.items(), key=lambda item: -item[1][2])[:10]
    name = "`{}` in {}".format
    return [f"| {name(key[2], Path(key[0]).name)} | {row[0]} | {row[2] / total:.1%} |" for key, row in most]


def memory_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_HEAD = """# Throughput

Made by `python benchmarks/throughput.py --write`. One core, in seconds of the processor; ratios hold on any machine,
speeds only on this one, which other work may share.
"""


def report(size: int, python: str | None, doublings: int) -> str:
    """The whole page."""
    out = [*_HEAD.splitlines(), ""]
    settle()  # as the command line does
    whole(corpus(2_000))  # models, tables, patterns
    out += _head("texts", "documents", "characters", "whole build, characters a second", "LAC, names only", "ratio")
    sets = {"official documents": official(size), "corpus, repeated": corpus(size)}
    for name, texts in sets.items():
        if not texts:
            out.append(f"| {name} | skipped: not here | | | | |")
            continue
        count = sum(map(len, texts))
        seconds, _ = whole(texts)
        peer = lac(texts, python)
        speed = count / seconds
        told = (f"{count / peer:,.0f}", f"**{speed * peer / count:.2f}**") if isinstance(peer, float) else (peer, "")
        out.append(f"| {name} | {len(texts)} | {count:,} | {speed:,.0f} | {told[0]} | {told[1]} |")
    out += [
        "",
        "## Stage by stage",
        "",
        "Share of the time of a document, and characters a second of that stage alone.",
        "",
    ]
    out += _head("texts", "restore", "recognise", "resolve", "relate", "record")
    for name, texts in sets.items():
        if texts:
            seconds_of, count = stages(texts), sum(map(len, texts))
            total = sum(seconds_of.values())
            cells = (f"{value / total:.0%} ({count / value:,.0f})" for value in seconds_of.values())
            out.append(f"| {name} | {' | '.join(cells)} |")
    out += ["", "## Growth", "", *_head("documents", "characters", "seconds", "times the half", "memory, MB")]
    last = 0.0
    for step in range(doublings):
        texts = corpus((size // 8) << step)
        seconds, _ = whole(texts)
        times = f"{seconds / last:.2f}" if last else ""
        out.append(f"| {len(texts)} | {sum(map(len, texts)):,} | {seconds:.1f} | {times} | {memory_mb():,.0f} |")
        last = seconds
    told = "{:.2f} s of the clock, {:.2f} s of the processor".format
    out += ["", "## Start", "", f"`kg --help`: {told(*start('--help'))}. The first document: {told(*_first())}.", ""]
    out += [
        "## Writing",
        "",
        *_head("format", "statements", "a second, from the sorted graph", "a second, from the store on the disk"),
    ]
    out += [f"| {f} | {n:,} | {n / a:,.0f} | {n / b:,.0f} |" for f, n, a, b in writing(corpus(size // 2))]
    out += ["", "## Profile", "", "The functions that take most time themselves, on the corpus:", ""]
    out += _head("function", "calls", "share")
    return "\n".join([*out, *profile(corpus(size // 4)), ""])


def _head(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]


def _first() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "a.txt"
        article.write_text(corpus(200)[0], encoding="utf-8")
        return start("recognise", str(article))


def main() -> None:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=100_000, help="characters of each set")
    parser.add_argument("--doublings", type=int, default=4, help="rows of the table of growth")
    parser.add_argument("--lac", metavar="PYTHON", help="an interpreter that has LAC")
    parser.add_argument("--write", action="store_true", help="write throughput.md")
    asked = parser.parse_args()
    page = report(asked.size, asked.lac, asked.doublings)
    print(page)
    if asked.write:
        Path(__file__).with_suffix(".md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
