"""Train and measure the recogniser's model.

usage: python -m training.recogniser train [--data DIR] [--out FILE]    train on the whole corpus, write the model
       python -m training.recogniser cv [--data DIR] [--folds 0,1,...]  five folds by county: mentions and entities

``--data`` is the folder of the outside sets that may be trained on (``uner_gsd.train``, ``silver_lac``); without it the
model learns from the corpus alone. Everything that is drawn at random is seeded: the same data give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from kg.model import Document, RestoredText
from kg.recognise import recognise_with
from kg.recognise.components import grammars, pipeline
from kg.recognise.features import TYPES, columns
from kg.recognise.tagger import LABELS, MODEL, allowed, label, pack, sentence_lengths
from training import crf
from training.substitute import Span, Substitution

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "training" / "corpus"
sys.path.insert(0, str(CORPUS))
import corpus  # noqa: E402

TAGS = {"PLA": 0, "ORG": 1, "POST": 2, "PER": 3, "PRG": 4}
OUTSIDE = {"PER": "PER", "LOC": "PLA", "PLA": "PLA", "ORG": "ORG"}
FOLDS = 5
# Chosen on folds 0 and 1 (docs/recognition.md has the table).
COPIES, COPY_WEIGHT, EPOCHS = 0, 0.5, 10
SUBSTITUTED = frozenset(("PER", "ORG", "PRG"))
LEAST_SEEN, LEAST_WEIGHT = 3, 0.03
DECAY, DROPOUT, TOGETHER = 0.1, 0.5, 0.15

GROUPS = columns("县", ())[1]

Part = tuple[np.ndarray, np.ndarray, list[int], float]


@dataclass(frozen=True, slots=True)
class Article:
    """An annotated article: its text and spans, and the place that it is about."""

    name: str
    home: str
    text: str
    spans: tuple[Span, ...]


def articles() -> list[Article]:
    """The annotated corpus, by name."""
    found = []
    for path in sorted((CORPUS / "articles").glob("*.ann")):
        text, spans, entities, _, problems = corpus.read(path)
        home = next((e["name"] for e in entities if e["home"]), path.stem)
        found.append(Article(path.stem, home, text, tuple(spans)))
    return found


def folds(everything: Sequence[Article], count: int = FOLDS) -> list[list[int]]:
    """The articles' numbers in ``count`` parts of like size; those of one county stay together."""
    by_home: dict[str, list[int]] = defaultdict(list)
    for number, article in enumerate(everything):
        by_home[article.home].append(number)
    parts: list[list[int]] = [[] for _ in range(count)]
    for _, members in sorted(by_home.items(), key=lambda item: (-len(item[1]), item[0])):
        min(parts, key=len).extend(members)
    return parts


def outside(path: Path, together: int = 20) -> Iterator[tuple[str, list[Span]]]:
    """The sentences of a labelled JSON-lines file, ``together`` of them in one text, one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["text"]]
    for at in range(0, len(rows), together):
        text, spans = "", list[Span]()
        for row in rows[at : at + together]:
            spans += [(len(text) + s, len(text) + e, OUTSIDE[tag]) for s, e, tag in row["ents"] if tag in OUTSIDE]
            text += row["text"].replace("\n", " ") + "\n"
        yield text, spans


def labels(size: int, spans: Sequence[Span]) -> np.ndarray:
    """One label a character."""
    found = np.zeros(size, np.int64)
    for start, end, tag in spans:
        if end - start == 1:
            found[start] = label(TAGS[tag], 3)
        else:
            found[start:end] = label(TAGS[tag], 1)
            found[start], found[end - 1] = label(TAGS[tag], 0), label(TAGS[tag], 2)
    return found


def part(text: str, spans: Sequence[Span], weight: float = 1.0) -> Part:
    """A text made ready for training."""
    candidates = grammars()(text)._.xianzhi_candidates
    return columns(text, candidates)[0], labels(len(text), spans), sentence_lengths(text), weight


def general(data: Path | None, notice: bool = True) -> crf.Chain | None:
    """What the outside data teach, from which the training on the corpus starts; None without them."""
    if data is None:
        return None
    parts = [part(*row) for row in outside(data / "uner_gsd.train.jsonl.gz")]
    parts += [part(*row, 0.5) for row in outside(data / "silver_lac.jsonl.gz")]
    tell = partial(_tell, "outside") if notice else lambda epoch, loss: None
    return crf.train(
        crf.sequences(parts), LABELS, allowed(), least=LEAST_SEEN, epochs=5, dropout=0.3, decay=DECAY, notice=tell
    )


def substituted(chosen: Sequence[Article], copies: int, seed: int = 1) -> Iterator[Part]:
    """``copies`` of each article with other names; names come from these articles and the tables alone."""
    pool: dict[str, list[str]] = defaultdict(list)
    for article in chosen:
        for start, end, tag in article.spans:
            pool[tag].append(article.text[start:end])
    for copy in range(copies):
        draw = Substitution(pool, seed + copy, SUBSTITUTED)
        for article in chosen:
            yield part(*draw.article(article.text, article.spans), COPY_WEIGHT)


def fit(chosen: Sequence[Article], start: crf.Chain | None, *, copies: int = COPIES, name: str = "corpus") -> crf.Chain:
    """The model of these articles."""
    parts = [part(article.text, article.spans) for article in chosen]
    parts += substituted(chosen, copies)
    chain = crf.train(
        crf.sequences(parts),
        LABELS,
        allowed(),
        least=LEAST_SEEN,
        start=start,
        epochs=EPOCHS,
        decay=DECAY,
        dropout=DROPOUT,
        fragile=np.array([group == "grammars" for group in GROUPS]),
        together=TOGETHER,
        notice=partial(_tell, name),
    )
    return crf.pruned(chain, LEAST_WEIGHT)


def write(chain: crf.Chain, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = pack(chain.keys, chain.weights, chain.transitions, path)
    print(f"{kept} features, {path.stat().st_size / 1e6:.1f} MB -> {path.name}", flush=True)


_curve: list[str] = []


def _tell(name: str, epoch: int, loss: float) -> None:
    _curve.append(f"{name}\t{epoch + 1}\t{loss:.4f}\n")
    print(_curve[-1], end="", flush=True)


# --- cross-validation --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Count:
    right: int = 0
    found: int = 0
    gold: int = 0

    def row(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.gold)
        f1 = 2 * self.right / max(1, self.found + self.gold)
        return f"{precision:.3f} | {recall:.3f} | {f1:.3f}"


def mention_counts(chosen: Sequence[Article], nlp: object, counts: dict[str, Count]) -> None:
    for article in chosen:
        restored = RestoredText(article.text, article.text, range(len(article.text) + 1))
        found = {(m.start, m.end, TYPES.index(m.type)) for m in recognise_with(nlp, restored).mentions}  # type: ignore[arg-type]
        gold = {(start, end, TAGS[tag]) for start, end, tag in article.spans}
        for name, number in TAGS.items():
            own, right = {x for x in found if x[2] == number}, {x for x in gold if x[2] == number}
            for row in (name, *(["ALL"] if name != "POST" else [])):
                counts[row].right += len(own & right)
                counts[row].found += len(own)
                counts[row].gold += len(right)


def quads_of(chosen: Sequence[Article], nlp: object) -> list[object]:
    from kg.pipeline import extract
    from kg.record.quads import extraction_quads

    quads: list[object] = []
    for article in chosen:
        extraction, _ = extract(Document(article.name, article.text), recogniser=partial(recognise_with, nlp))  # type: ignore[arg-type]
        quads += extraction_quads(extraction, base="https://w3id.org/xianzhi/id/")
    return quads


def scored(quads: list[object], names: set[str]) -> str:
    """What the gold's scorer says of a graph of these articles."""
    import pyoxigraph as ox

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run(
            [sys.executable, CORPUS / "corpus.py", "gold", CORPUS / "articles", "--out", folder / "gold"],
            check=True,
            capture_output=True,
        )
        for path in (folder / "gold").iterdir():
            if path.stem not in names:
                path.unlink()
        (folder / "graph.nq").write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))  # type: ignore[arg-type]
        done = subprocess.run(
            [sys.executable, ROOT / "benchmarks" / "score.py", folder / "graph.nq", folder / "gold"],
            check=True,
            capture_output=True,
            text=True,
        )
    return done.stdout


def cross_validate(data: Path | None, chosen: Sequence[int], models: Path) -> None:
    everything, counts = articles(), defaultdict(Count)
    parts, start = folds(everything), general(data)
    quads, names = list[object](), set[str]()
    for number in chosen:
        path = models / f"fold{number}.npz"
        held = [everything[i] for i in parts[number]]
        if not path.is_file():
            own = set(parts[number])
            write(fit([a for i, a in enumerate(everything) if i not in own], start, name=f"fold {number}"), path)
        nlp = pipeline(path)
        mention_counts(held, nlp, counts)
        quads += quads_of(held, nlp)
        names |= {article.name for article in held}
    print("| type | precision | recall | F1 |\n|---|---|---|---|")
    for name in (*TAGS, "ALL"):
        print(f"| {name} | {counts[name].row()} |")
    print(scored(quads, names))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "cv"])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--models", type=Path, help="cv: keep the folds' models here, and use those that are there")
    parser.add_argument("--folds", default=",".join(map(str, range(FOLDS))))
    args = parser.parse_args()
    begin = time.perf_counter()
    if args.what == "train":
        write(fit(articles(), general(args.data)), args.out)
        curve = "# phase\tepoch\tloss a character\n" + "".join(_curve)
        (args.out.parent / "curve.tsv").write_text(curve, encoding="utf-8")
    else:
        with tempfile.TemporaryDirectory() as temporary:
            models = args.models or Path(temporary)
            models.mkdir(parents=True, exist_ok=True)
            cross_validate(args.data, [int(number) for number in args.folds.split(",")], models)
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
