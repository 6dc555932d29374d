#!/usr/bin/env python3
"""How well names are recognised, beside other programs, all scored in the same way in one run.

usage: python benchmarks/recognise.py [--models DIR] [--peers DIR] [--sets NAME,...] [--out FILE.md]

Sets: ``uner_gsd.test``, ``msra.test``, ``cluener.dev`` (../shared/data, outside the repository), ``corpus`` (the
held-out folds of training/corpus, by the models that ``python -m training.recogniser cv --models DIR`` left), and
``seeds`` (the real articles, by the names that their gold lists). A set that is not there is left out. Types are
mapped to PER, LOC and ORG; a name counts where span and type are both right. Each peer gets a virtual environment in
``--peers``; one that does not install or start is left out, with the reason.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kg.model import RestoredText  # noqa: E402
from kg.recognise import recognise_with  # noqa: E402
from kg.recognise.components import GRAMMARS, pipeline, with_components  # noqa: E402
from kg.restore import restore  # noqa: E402
from training.recogniser import articles, folds  # noqa: E402

SHARED = ROOT.parent / "shared"
OURS = {"Person": "PER", "Place": "LOC", "Organisation": "ORG"}
LABELS = {
    **{name: name for name in ("PER", "LOC", "ORG")},
    "PLA": "LOC",
    **{"name": "PER", "address": "LOC", "scene": "LOC", "government": "ORG", "organization": "ORG", "company": "ORG"},
}
OUTSIDE = ("uner_gsd.test", "msra.test", "cluener.dev")
Name = tuple[int, int, str]
Reader = Callable[[Sequence[str]], list[set[Name]]]

_LAC = """
import sys, paddle
for name, module in list(sys.modules.items()):  # LAC knows paddle.base by its former name
    if name == "paddle.base" or name.startswith("paddle.base."):
        sys.modules["paddle.fluid" + name[11:]] = module
paddle.fluid = paddle.base
from LAC import LAC
lac = LAC(mode="lac")
def read(text):
    at, found = 0, []
    for word, tag in zip(*lac.run(text)):
        at = text.find(word, at)
        if tag in ("PER", "LOC", "ORG"):
            found.append([at, at + len(word), tag])
        at += len(word)
    return found
"""
_JIAGU = """
import jiagu
def read(text):
    words, at, found = jiagu.seg(text), 0, []
    for word, label in zip(words, jiagu.ner(words)):
        at = text.find(word, at)
        if label.startswith("B-"):
            found.append([at, at + len(word), label[2:]])
        elif label.startswith("I-") and found and found[-1][1] == at:
            found[-1][1] = at + len(word)
        at += len(word)
    return found
"""
# Reads a list of texts from the standard input, writes each text's names and the seconds that reading took.
_SERVE = """
import json, sys, time, os
texts = json.load(sys.stdin)
out, sys.stdout = sys.stdout, sys.stderr
{read}
read("县委")
begin = time.perf_counter()
names = [read(text) if text.strip() else [] for text in texts]
json.dump([names, time.perf_counter() - begin], out)
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another recogniser: what pip installs, and a program that defines ``read(text)``."""

    name: str
    requirements: tuple[str, ...]
    program: str


PEERS = (
    Peer("LAC 2.1.2", ("LAC==2.1.2", "paddlepaddle==2.6.2", "numpy<2", "setuptools<80"), _LAC),
    Peer("jiagu", ("jiagu", "numpy<2", "setuptools<80"), _JIAGU),
)


class Unusable(Exception):
    """A peer that does not install or start; the text says why."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """Texts with their names; in ``seeds`` the names of each text are known as words, not as spans."""

    name: str
    texts: tuple[str, ...]
    gold: tuple[set[Name], ...] = ()
    words: tuple[dict[str, list[set[str]]], ...] = ()


def outside(name: str) -> TestSet | None:
    path = SHARED / "data" / f"{name}.jsonl.gz"
    if not path.is_file():
        return None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    gold = tuple({(s, e, LABELS[tag]) for s, e, tag in row["ents"] if tag in LABELS} for row in rows)
    return TestSet(name, tuple(row["text"] for row in rows), gold)


def held_out(fold: int) -> TestSet:
    everything = articles()
    chosen = [everything[number] for number in folds(everything)[fold]]
    gold = tuple({(s, e, LABELS[tag]) for s, e, tag in article.spans if tag in LABELS} for article in chosen)
    return TestSet(f"corpus {fold}", tuple(article.text for article in chosen), gold)


def seeds() -> TestSet | None:
    texts, words = [], []
    for path in sorted((SHARED / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        texts.append(restore((SHARED / "seeds" / f"{path.stem}.txt").read_text(encoding="utf-8")).text)
        forms: dict[str, list[set[str]]] = {kind: [] for kind in OURS.values()}
        for entity in gold["entities"]:
            kinds = entity["type"] if isinstance(entity["type"], list) else [entity["type"]]
            if kinds[0] in OURS:
                forms[OURS[kinds[0]]].append({*entity["names"], *entity.get("mentions", ())})
        words.append(forms)
    return TestSet("seeds", tuple(texts), words=tuple(words)) if texts else None


@dataclass(slots=True)
class Score:
    """Names right, found and in the gold; characters and the seconds that reading them took."""

    right: int = 0
    found: int = 0
    gold: int = 0
    hit: int = 0  # of the gold, where it is counted apart from what is found
    characters: int = 0
    seconds: float = 0.0

    def add(self, test: TestSet, names: Sequence[set[Name]], seconds: float) -> Score:
        self.characters += sum(map(len, test.texts))
        self.seconds += seconds
        for number, (text, own) in enumerate(zip(test.texts, names, strict=True)):
            if test.gold:
                right = len(own & test.gold[number])
                self.right, self.hit = self.right + right, self.hit + right
                self.found, self.gold = self.found + len(own), self.gold + len(test.gold[number])
                continue
            for kind, things in test.words[number].items():
                seen = {text[s:e] for s, e, tag in own if tag == kind}
                known = set().union(*things) if things else set()
                self.right, self.found = self.right + len(seen & known), self.found + len(seen)
                self.hit, self.gold = self.hit + sum(bool(t & seen) for t in things), self.gold + len(things)
        return self

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.found), self.hit / max(1, self.gold)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return f"{precision:.3f} / {recall:.3f} / **{f1:.3f}**"


def ours(nlp: object, test: TestSet) -> tuple[list[set[Name]], float]:
    recognise_with(nlp, RestoredText("县委", "县委", (0, 1, 2)))  # type: ignore[arg-type]
    begin, found = time.perf_counter(), []
    for text in test.texts:
        mentions = recognise_with(nlp, RestoredText(text, text, range(len(text) + 1))).mentions  # type: ignore[arg-type]
        found.append({(m.start, m.end, OURS[m.type]) for m in mentions if m.type in OURS})
    return found, time.perf_counter() - begin


def install(peer: Peer, folder: Path) -> Path:
    """The peer's Python, installed where it is not yet. Raises ``Unusable``."""
    home = folder / peer.name.replace(" ", "-")
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (home / "installed").is_file():
        venv.create(home, with_pip=True, clear=True)
        # LAC is built by a setup.py that asks for pkg_resources, which newer setuptools have no more.
        for words in (("setuptools<80", "wheel"), ("--no-build-isolation", *peer.requirements)):
            done = subprocess.run([python, "-m", "pip", "install", "--quiet", *words], capture_output=True, text=True)
            if done.returncode:
                raise Unusable(f"does not install: {_last(done.stderr)}")
        (home / "installed").touch()
    return python


def theirs(peer: Peer, python: Path, test: TestSet) -> tuple[list[set[Name]], float]:
    """What a peer sees. Raises ``Unusable``."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [python, "-c", _SERVE.replace("{read}", peer.program)],
        input=json.dumps(test.texts),
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        raise Unusable(f"does not start: {_last(done.stderr)}")
    names, seconds = json.loads(done.stdout)
    return [{(s, e, tag) for s, e, tag in row} for row in names], seconds


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if "Error" in line] or text.strip().splitlines()[-1:]
    return lines[-1][:200] if lines else "no reason given"


def _sets(wanted: Iterable[str], models: Path | None) -> list[tuple[str, list[tuple[TestSet, Path | None]]]]:
    """Each set's name with its parts, and the model that may be asked for each part (None: the one that ships)."""
    rows: list[tuple[str, list[tuple[TestSet, Path | None]]]] = []
    for name in wanted:
        if name == "corpus":
            paths = sorted(models.glob("fold*.npz")) if models else []
            rows.append((name, [(held_out(int(path.stem.removeprefix("fold"))), path) for path in paths]))
        else:
            test = seeds() if name == "seeds" else outside(name)
            rows.append((name, [(test, None)] if test else []))
    return [(name, parts) for name, parts in rows if parts]


def table(wanted: Sequence[str], models: Path | None, peers: Path) -> str:
    """The whole comparison as Markdown."""
    sets = _sets(wanted, models)
    alone = with_components(*GRAMMARS, "figures", "decide")
    rows: dict[str, list[str]] = {"xianzhi": [], "xianzhi, grammars alone": []}
    speeds: dict[str, Score] = {}
    reasons = []
    for _, parts in sets:
        for row, choose in (("xianzhi", pipeline), ("xianzhi, grammars alone", None)):
            score = Score()
            for test, model in parts:
                nlp = alone if choose is None else choose(model) if model else choose()
                score.add(test, *ours(nlp, test))
            rows[row].append(str(score))
            _sum(speeds.setdefault(row, Score()), score)
    for peer in PEERS:
        try:
            python, cells = install(peer, peers), []
            for _, parts in sets:
                score = Score()
                for test, _ in parts:
                    score.add(test, *theirs(peer, python, test))
                cells.append(str(score))
                _sum(speeds.setdefault(peer.name, Score()), score)
            rows[peer.name] = cells
        except Unusable as error:
            reasons.append(f"- {peer.name}: left out, {error}")
    head = ["program", *(name for name, _ in sets), "characters/s"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, cells in rows.items():
        speed = speeds[name].characters / max(1e-9, speeds[name].seconds)
        lines.append("| " + " | ".join([name, *cells, f"{speed:,.0f}"]) + " |")
    return "\n".join([*lines, "", *reasons]).strip() + "\n"


def _sum(total: Score, score: Score) -> None:
    total.characters += score.characters
    total.seconds += score.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "xianzhi-peers")
    parser.add_argument("--sets", default=",".join((*OUTSIDE, "corpus", "seeds")))
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    text = table(args.sets.split(","), args.models, args.peers)
    print(text, end="")
    if args.out:
        args.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
