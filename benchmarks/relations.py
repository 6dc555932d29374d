#!/usr/bin/env python3
"""How well stated relations are read: rules, the trained judge and two baselines, all scored in one run.

usage: python benchmarks/relations.py --models DIR [--peers DIR] [--out FILE.md]

Every article of training/corpus is read with the names of a recogniser that has not seen it (``--models`` has the fold
models that ``python -m training.recogniser cv --models DIR`` left) and judged by a judge of relations that has not seen
its county. The baselines: *nearest verb* links every two names of a sentence by the relation of the verb nearest to
them; *jiagu* is the triple reader of the package of that name (1.0), in a virtual environment in ``--peers``, left out
where it does not install. jiagu has no relations of ours, so each of its triples counts as right where the annotation
relates the two names in any way. A table of reliability says how honest confidences are.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kg.relate.judge import PREDICATES  # noqa: E402
from training import relation_cases, relations  # noqa: E402
from training.recogniser import FOLDS, Article, articles  # noqa: E402
from training.relation_cases import Case, recognised_cases  # noqa: E402

sys.path.insert(0, str(ROOT / "benchmarks"))
import score  # noqa: E402

STATED = ("holdsPost", "carriesOut", "partOf", "contacts", "visited", "cooperatesWith", "supports", "builds")
_VERBS = {
    "carriesOut": "开展|实施|推行|推进|落实|启动|制定|出台|推出|探索|打造",
    "visited": "调研|走访|深入|考察|看望|慰问|督导|来到|走进",
    "contacts": "联系|联点|包联|驻点|挂点",
    "supports": "捐赠|捐|帮扶|资助|支援|拨付",
    "builds": "新建|建成|建设|修建|扩建",
    "cooperatesWith": "合作|共建|签约|签订|结对|协作",
    "holdsPost": "书记|县长|市长|区长|镇长|主任|局长|部长|主席|记者",
}
_JIAGU = """
import json, sys, jiagu
for line in sys.stdin:
    try:
        print(json.dumps(jiagu.knowledge(json.loads(line))), flush=True)
    except Exception:
        print("[]", flush=True)
"""


def baseline(case: Case, article: Article) -> Iterator[tuple[str, str, str]]:
    """Every two names of a sentence, by the relation of the verb nearest to the middle between them."""
    for sentence in re.finditer(r"[^。！？\n]+", article.text):
        verbs = [(m.start(), p) for p, words in _VERBS.items() for m in re.finditer(words, sentence[0])]
        inside = [m for m in case.mentions if sentence.start() <= m[0] and m[1] <= sentence.end()]
        for (_, end, first), (start, _, second) in itertools.combinations(inside, 2):
            middle = (end + start) / 2 - sentence.start()
            if verbs and first != second:
                yield first, min((abs(at - middle), predicate) for at, predicate in verbs)[1], second


def figures(cases: list[Case], found: list[set[tuple[str, str, str]]]) -> dict[str, relations.Figures]:
    """Right, wrong and wanted for each stated relation."""
    result = {}
    for predicate in STATED:
        got = {(i, s, o) for i, triples in enumerate(found) for s, p, o in triples if p == predicate}
        result[predicate] = relations.figures(cases, predicate, got)
    return result


def summed(rows: dict[str, relations.Figures]) -> relations.Figures:
    return relations.Figures(*(sum(getattr(r, n) for r in rows.values()) for n in ("right", "wrong", "wanted")))


def judged(cases: list[Case], given: list[Case]) -> tuple[list[set[tuple[str, str, str]]], list[tuple[float, int]]]:
    """The claims with the judge's word, out of fold, and the confidences of its claims with their labels."""
    found = [{row for row in case.stated if row[1] not in PREDICATES} for case in cases]
    sure: list[tuple[float, int]] = []
    for predicate in PREDICATES:
        odds = relations.held_out(cases + given, cases, FOLDS, predicate)
        rules = relations.proposals(cases, predicate)
        got = relations.chosen(odds, rules, *relations.thresholds(cases, predicate, odds, rules))
        scale, shift = relations.platt(cases, predicate, odds, got)
        for i, subject, object_ in got:
            found[i].add((subject, predicate, object_))
        for key in got & odds.keys():
            label = cases[key[0]].label(predicate, *key[1:])
            if label >= 0:
                sure.append((float(1 / (1 + np.exp(-(scale * odds[key] + shift)))), label))
    return found, sure


def jiagu(texts: list[str], peers: Path) -> list[list[list[str]]] | str:
    """jiagu's triples of each text, or why there are none."""
    home = peers / "jiagu"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "jiagu"], capture_output=True, text=True)
        if done.returncode:
            return done.stderr.strip().splitlines()[-1]
    asked = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([python, "-c", _JIAGU], input=asked, capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return rows if len(rows) == len(texts) else (done.stderr.strip().splitlines() or ["no answer"])[-1]


def related(chosen: list[Article], triples: list[list[list[str]]]) -> relations.Figures:
    """jiagu's triples whose ends the annotation relates in any way."""
    gold, right, wrong, wanted = relation_cases.gold(), 0, 0, 0
    for article, rows in zip(chosen, triples, strict=True):
        own = gold[article.name]
        names = collections.defaultdict(set)
        for entity in own["entities"]:
            for name in (*entity["names"], *entity.get("mentions", ())):
                names[score.norm(name)].add(entity["id"])
        pairs = {frozenset((r["s"], r["o"])) for r in own["relations"] if r["p"] in STATED}
        hit = set()
        for row in rows:
            ends = {frozenset((a, b)) for a in names[score.norm(row[0])] for b in names[score.norm(row[2])]}
            hit |= ends & pairs
            wrong += not ends & pairs
        right, wanted = right + len(hit), wanted + len(pairs)
    return relations.Figures(right, wrong, wanted)


def report(models: Path, peers: Path) -> str:
    everything, cases, given = articles(), recognised_cases(models), relation_cases.annotated_cases()
    rules = figures(cases, [set(case.stated) for case in cases])
    found, sure = judged(cases, given)
    mixed = figures(cases, found)
    nearest = figures(cases, [set(baseline(case, a)) for case, a in zip(cases, everything, strict=True)])
    heads = (f"{name} P | R | F1" for name in ("nearest verb", "rules", "rules and judge"))
    lines = [f"| relation | {' | '.join(heads)} |", "|---" * 10 + "|"]
    lines += [f"| {p} | {nearest[p]} | {rules[p]} | {mixed[p]} |" for p in STATED]
    lines.append(f"| **stated** | {summed(nearest)} | {summed(rules)} | {summed(mixed)} |")
    triples = jiagu([article.text for article in everything], peers)
    told = f"left out: {triples}" if isinstance(triples, str) else f"{related(everything, triples)} (P, R, F1)"
    lines += ["", f"jiagu's `knowledge`, right where the annotation relates the two names in any way: {told}"]
    lines += ["", "| confidence of the judge's claims | claims | right |", "|---|---|---|"]
    lines += relations.reliability(sure)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--peers", type=Path, default=Path(".peers"))
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    head = "# Stated relations\n\nWritten by `python benchmarks/relations.py`, which says what is measured on what.\n\n"
    text = head + report(args.models, args.peers) + "\n"
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
