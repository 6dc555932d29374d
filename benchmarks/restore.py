"""How well ``kg.restore`` undoes damage: ``python benchmarks/restore.py DATA_DIR [GOLD.tsv SEEDS_DIR]``.

Makes 2,600 passages, 200 of each kind and 100 of each harsher one, with ``training/damage.py`` (seeded) from clean text
that the character model was not built from: every eighth article of the corpus, and the documents of
``gov_documents.jsonl.gz`` of which no sentence is in ``silver_lac.jsonl.gz``. Measures the share restored exactly and
the character error rate, beside ftfy, opencc alone (t2s) and no repair, how sure repairs were and how many were right,
and the speed beside opencc's in the same run; writes ``benchmarks/restore.md``.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import ftfy
import opencc

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.model import Repair  # noqa: E402
from kg.restore import restore  # noqa: E402
from training.damage import KINDS, Damaged, damage  # noqa: E402
from training.restore_data import article_text, articles  # noqa: E402

REPORT = Path(__file__).with_suffix(".md")
PER_KIND, PER_HARD_KIND = 200, 100
REAL_KINDS = ("gbk-stop", "gbk-note")
GBK_KINDS = (*REAL_KINDS, "gbk-lost")
DAMAGED = {f"damaged: {kind}" for kind in (*KINDS, "mixture") if not kind.endswith("-hard")}
WANTED = {"pinyin": 0.995, "gbk-stop": 0.90, "gbk-note": 0.90, "gbk-lost": 0.90, "jam": 0.99, "mixture": 0.85}
_SENTENCE_END = re.compile("(?<=[。！？])(?=[^”’）])")
_SURE = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)  # bounds of the confidences whose repairs are counted together
_TIMED = 40  # damaged passages of a kind whose time is taken
_T2S, _S2T = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")

RESTORERS: dict[str, Callable[[str], str]] = {
    "kg": lambda text: restore(text).text,
    "ftfy": ftfy.fix_text,
    "opencc": _T2S.convert,
    "none": lambda text: text,
}


def main(data: Path, gold: Path | None, seeds: Path | None) -> None:
    """Measure and write the report."""
    clean = passages(data)
    rows, samples = [], {}
    for kind in (*KINDS, "mixture"):
        samples[kind] = list(damaged(kind, clean))
        rows.append((kind, len(samples[kind]), {name: measured(f, samples[kind]) for name, f in RESTORERS.items()}))
        print(kind, rows[-1][1], {name: f"{exact:.3f}" for name, (exact, _) in rows[-1][2].items()}, flush=True)
    speeds = list(speed(data, seeds, samples))
    sure = list(calibration(samples))
    REPORT.write_text("\n".join(report(rows, speeds, sure, pairs(gold, seeds))) + "\n", encoding="utf-8")


def passages(data: Path) -> list[str]:
    """Held-out passages of whole sentences, 80 to 400 characters, articles and official documents in turn."""
    news = [p for path in articles(held_out=True) for p in _cut(article_text(path))]
    official = [p for text in unseen_documents(data) for p in _cut(text)]
    rng = random.Random(7)
    rng.shuffle(news)
    rng.shuffle(official)
    return [p for i, text in enumerate(official) for p in (news[i % len(news)], text)]


def unseen_documents(data: Path) -> Iterator[str]:
    """The official documents of which no sentence is among those that the model was built from."""
    learnt = {line["text"][:20] for line in _lines(data / "silver_lac.jsonl.gz")}
    for line in _lines(data / "gov_documents.jsonl.gz"):
        sentences = re.split("(?<=[。！？\n])", line["text"])
        if not any(s.strip()[:20] in learnt for s in sentences if len(s) > 20):
            yield line["text"]


def damaged(kind: str, clean: list[str]) -> Iterator[Damaged]:
    """The pairs of a kind, in a fixed order; passages with no place for the damage are passed over."""
    count = 0
    wanted = PER_HARD_KIND if kind.endswith("-hard") else PER_KIND
    for i, text in enumerate(clean):
        if kind == "intruder":  # told by its coming back, which takes more than a passage
            text = "".join(clean[i : i + 12 : 2])
        elif kind != "script" and _T2S.convert(_S2T.convert(text)) != text:
            continue  # words that opencc itself does not bring back are the concern of "script"
        pair = damage(kind, text, random.Random(f"{kind} {i}"))
        if pair is not None:
            yield pair
            count += 1
        if count == wanted:
            return


def measured(undo: Callable[[str], str], samples: list[Damaged]) -> tuple[float, float]:
    """The share restored exactly, but for empty lines, and the character error rate."""
    exact = errors = size = 0
    for sample in samples:
        got = re.sub(r"\n+", "\n", undo(sample.raw)).strip("\n")
        exact += got == sample.whole
        errors += 0 if got == sample.whole else distance(got, sample.whole)
        size += len(sample.whole)
    return exact / max(1, len(samples)), errors / max(1, size)


def distance(a: str, b: str) -> int:
    """Characters put in, taken out or changed between two texts, by difflib's matching: an upper bound."""
    matched = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matched if tag != "equal")


def speed(data: Path, seeds: Path | None, samples: dict[str, list[Damaged]]) -> Iterator[tuple[str, int, float, float]]:
    """What was read, its characters, and characters a second of ``restore`` and of opencc, on one core."""
    official = [line["text"] for line in _lines(data / "gov_documents.jsonl.gz")]
    clean, size = [], 0
    while size < 1_000_000:
        clean.append(official[len(clean)])
        size += len(clean[-1])
    yield "clean official documents", *_rates(clean)
    if seeds:
        real = [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt"))]
        yield "the five real articles", *_rates(real * 5)
    for kind, pairs in samples.items():
        yield f"damaged: {kind}", *_rates([pair.raw for pair in pairs])


def _rates(texts: list[str]) -> tuple[int, float, float]:
    texts = texts if len(texts[0]) > 1000 else texts[:_TIMED]
    size = sum(map(len, texts))
    rates = []
    for undo in (restore, _T2S.convert):
        undo(texts[0])
        began = time.process_time()
        for text in texts:
            undo(text)
        rates.append(size / (time.process_time() - began))
    return size, rates[0], rates[1]


def calibration(samples: dict[str, list[Damaged]]) -> Iterator[tuple[str, int, float, float]]:
    """Repairs of bytes out of step by their confidence: the bounds, how many, their mean confidence, the share right.

    A repair is right where its whole stretch stands in the clean text; passages of all such kinds are taken together.
    """
    found = [
        (repair.confidence, right)
        for kind, damaged_texts in samples.items()
        if kind.startswith("gbk")
        for sample in damaged_texts
        for repair, right in _judged(sample)
    ]
    for low, high in pairwise((0.0, *_SURE, 1.01)):
        within = [(sure, right) for sure, right in found if low <= sure < high]
        if within:
            count = len(within)
            yield (
                f"{low:.2f} to {min(high, 1.0):.2f}",
                count,
                sum(s for s, _ in within) / count,
                sum(r for _, r in within) / count,
            )


def _judged(sample: Damaged) -> Iterator[tuple[Repair, bool]]:
    restored = restore(sample.raw)
    same = [
        (block.a, block.a + block.size)
        for block in SequenceMatcher(None, restored.text, sample.whole, autojunk=False).get_matching_blocks()
    ]
    for repair in restored.repairs:
        if repair.kind == "gbk":
            start, end = restored.restored_span(repair.raw_start, repair.raw_end)
            yield repair, any(a <= start and end <= b for a, b in same)


def pairs(gold: Path | None, seeds: Path | None) -> str:
    """How many of the real articles' pairs come out exactly in their articles."""
    if not gold or not seeds:
        return "not measured in this run"
    lines = [line.split("\t") for line in gold.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
    texts = {name: restore((seeds / f"{name}.txt").read_text(encoding="utf-8")).text for name, *_ in lines}
    return f"{sum(broken not in texts[name] and whole in texts[name] for name, broken, whole in lines)} of {len(lines)}"


def report(rows: list, speeds: list, sure: list, real: str) -> Iterator[str]:
    """The committed report."""
    yield "# Restoring damaged text\n"
    yield "Written by `python benchmarks/restore.py DATA_DIR GOLD.tsv SEEDS_DIR`, which says what is measured on what."
    yield "Kinds are made by `training/damage.py`. `-hard` are harsher forms than the articles have: Simplified text"
    yield "without notes, or a lost byte before a reader that swallows ASCII signs and drops private-use characters.\n"
    yield f"Pairs of the real articles exact: {real}.\n"
    yield "Share restored exactly (character error rate):\n"
    yield "| kind | passages | wanted | " + " | ".join(RESTORERS) + " |"
    yield "|---|---|---|" + "---|" * len(RESTORERS)
    for kind, count, results in rows:
        cells = " | ".join(f"{exact:.3f} ({rate:.4f})" for exact, rate in results.values())
        yield f"| {kind} | {count} | {WANTED.get(kind, '')} | {cells} |"
    share = _together(rows, GBK_KINDS)
    yield f"\nBytes out of step together, without the harsher forms: {share:.3f} exact, 0.9 wanted."
    yield f"Of the kinds that the real articles show (gbk-stop, gbk-note): {_together(rows, REAL_KINDS):.3f}."
    yield "\nHow sure repairs of bytes out of step say they are, all six kinds together, and how many are right:\n"
    yield "| confidence | repairs | mean confidence | right |"
    yield "|---|---|---|---|"
    for bounds, count, mean, right in sure:
        yield f"| {bounds} | {count} | {mean:.2f} | {right:.2f} |"
    yield "\nCharacters a second of processor time, on one core:\n"
    yield "| text | characters | kg | opencc t2s |"
    yield "|---|---|---|---|"
    for name, size, ours, theirs in speeds:
        yield f"| {name} | {size:,} | {ours:,.0f} | {theirs:,.0f} |"
    whole = sum(size for name, size, *_ in speeds if name in DAMAGED)
    for_all = [sum(size / row[at] for row in speeds for size in row[1:2] if row[0] in DAMAGED) for at in (2, 3)]
    yield f"| damaged, all but the harsher kinds | {whole:,} | {whole / for_all[0]:,.0f} | {whole / for_all[1]:,.0f} |"


def _together(rows: list, kinds: tuple[str, ...]) -> float:
    """The share restored exactly of all passages of some kinds."""
    counted = [(count, results["kg"][0]) for kind, count, results in rows if kind in kinds]
    return sum(count * exact for count, exact in counted) / sum(count for count, _ in counted)


def _cut(text: str) -> Iterator[str]:
    for line in re.sub("[ \u3000]+", "", text).replace("——", "—").split("\n"):
        passage = ""
        for sentence in _SENTENCE_END.split(line):
            passage += sentence
            if len(passage) >= 80:
                if len(passage) < 400 and passage.encode("gbk", "ignore").decode("gbk") == passage:
                    yield passage
                passage = ""


def _lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        raise SystemExit("usage: python benchmarks/restore.py DATA_DIR [GOLD.tsv SEEDS_DIR]")
    main(*map(Path, sys.argv[1:2]), *(map(Path, sys.argv[2:]) if len(sys.argv) == 4 else (None, None)))
