"""Growth of a build: ``python benchmarks/scale.py [--to 64000] [--from 1000] [--workers 2] [--write]``.

Builds 1, 2, 4 … times as many short documents (a sentence about a visit and a figure, with names of their own), each
in a fresh process, and says for each: the processor's seconds, how many times those of the half that is, and the most
memory that the process of the build and the largest of its workers had. ``--extract cached`` takes what the first
document said for what all say (in one process only): everything around the extraction is then measured in a tenth of
the time. ``--write`` puts the table into ``benchmarks/scale.md``, in the place of the one that the same command made.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

IN_A_FILE = 2_000
"""Documents in a file of the input: a file is read whole."""
HEAD = """# Growth of a build

Short documents (124 statements each), one core shared with other work, a fresh process for each row. `graph.html`,
which holds all that it shows, is made up to 700,000 statements (5,600 of these documents).
"""
SURNAMES, NAMES = "赵钱孙李周吴郑王冯陈", "文山海林川石泉明远清平安德"
COUNTIES = ("沅陵县", "石泉县", "凤凰县", "威远县", "邵阳县", "桃源县", "泸溪县", "辰溪县")


def text(number: int) -> str:
    """A short article, another for each number."""
    county = COUNTIES[number % len(COUNTIES)]
    name = SURNAMES[number // 8 % 10] + NAMES[number // 80 % 13] + NAMES[number // 1040 % 13]
    return (
        f"{county}委书记{name}到基层调研\n{county}委书记{name}日前到县水利局调研，要求落实河长制。"
        f"全县今年办理实事{number + 100}件，同比增长{number % 90 + 1}%。\n"
    )


def once(count: int, workers: int, cached: bool) -> dict[str, object]:
    """In a process of its own: one build, and what it took."""
    from kg import build, settings
    from kg.building import Step

    if cached:
        _remember_the_first()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        for begin in range(0, count, IN_A_FILE):
            numbers = range(begin, min(begin + IN_A_FILE, count))
            records = ({"id": f"n{number}", "text": text(number), "date": "2024-05-06"} for number in numbers)
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            (source / f"{begin:08}.jsonl").write_text("".join(lines), encoding="utf-8")
        marks = {"extract": _seconds()}

        def mark(step: Step) -> None:
            if step.stage in ("record", "render", "validate"):
                marks.setdefault(step.stage, _seconds())

        report = build([source], Path(folder) / "out", settings.Settings(workers=workers), progress=mark)
        ends = [*marks.values(), _seconds()]
    own, of_worker = (resource.getrusage(who).ru_maxrss // 1024 for who in (0, resource.RUSAGE_CHILDREN))
    stages = {name: end - begin for name, (begin, end) in zip(marks, pairwise(ends), strict=True)}
    told = {"seconds": sum(stages.values()), "stages": stages, "memory": own, "worker": of_worker}
    return {**told, "documents": report.totals["documents"], "statements": report.totals["quads"]}


def _remember_the_first() -> None:
    """Let every document after the first say what the first said."""
    from dataclasses import replace

    import kg.archive.work as work

    extract, kept = work.extract, []

    def remembered(document, *rest):  # type: ignore[no-untyped-def]
        kept.append(extract(document, *rest)) if not kept else None
        extraction, seconds = kept[0]
        return replace(extraction, document=document), seconds

    work.extract = remembered


def _seconds() -> float:
    """The processor's seconds of this process and of those that it started and that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def table(begin: int, end: int, workers: int, cached: bool) -> list[str]:
    """The rows of the report."""
    heads = (
        "documents",
        "statements",
        "processor, s",
        "times the half",
        "of these",
        "build, MB",
        "worker, MB",
    )
    rows, last, count = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"], 0.0, begin
    while count <= end:
        command = [sys.executable, __file__, "--once", str(count), "--workers", str(workers)]
        done = subprocess.run([*command, *(["--extract", "cached"] if cached else [])], capture_output=True, text=True)
        if done.returncode:
            rows.append(f"| {count} | failed: {done.stderr.strip().splitlines()[-1]} | | | | | |")
            break
        told = json.loads(done.stdout.splitlines()[-1])
        times = f"{told['seconds'] / last:.2f}" if last else ""
        stages = ", ".join(f"{name} {value:.0f}" for name, value in told["stages"].items())
        worker = f"{told['worker']:,}" if workers > 1 else ""
        figures = f"{told['documents']:,} | {told['statements']:,} | {told['seconds']:.1f} | {times}"
        rows.append(f"| {figures} | {stages} | {told['memory']:,} | {worker} |")
        print(rows[-1], file=sys.stderr, flush=True)
        last, count = told["seconds"], count * 2
    return rows


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="begin", type=int, default=1000)
    parser.add_argument("--to", type=int, default=64000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--extract", choices=("whole", "cached"), default="whole")
    parser.add_argument("--once", type=int)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    cached = asked.extract == "cached"
    if asked.once:
        print(json.dumps(once(asked.once, asked.workers, cached)))
        return
    command = f"python benchmarks/scale.py --from {asked.begin} --to {asked.to} --workers {asked.workers}"
    parts = "the process of the build has no models, a worker no graph"
    if asked.workers == 1:
        parts = "one process, which has the models and everything else"
    made = f"Made by `{command} --extract {asked.extract}`: {parts}."
    section = "\n".join([made, "", *table(asked.begin, asked.to, asked.workers, cached), ""])
    print(section)
    if asked.write:
        path = Path(__file__).with_suffix(".md")
        path.write_text(with_section(path.read_text(encoding="utf-8"), section), encoding="utf-8")


def with_section(page: str, section: str) -> str:
    """The page with ``section`` in the place of what the same command made before, else at its end."""
    _, *sections = page.split("\nMade by ")
    first = section.splitlines()[0]
    kept = [f"Made by {one}" for one in sections]
    at = next((number for number, one in enumerate(kept) if one.splitlines()[0] == first), len(kept))
    kept[at : at + 1] = [section]
    return "\n".join([HEAD, *(f"{one.strip()}\n" for one in kept)])


if __name__ == "__main__":
    main()
