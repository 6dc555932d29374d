"""Build the character model that ``kg.restore`` judges by: ``python training/restore_data.py DATA_DIR``.

Reads the corpus beside this file, ``silver_lac.jsonl.gz`` and ``uner_gsd.train.jsonl.gz`` in DATA_DIR (the texts only;
both are marked "may be trained on"), the word lists of the installed opencc (Apache-2.0), pypinyin and spacy-pkuseg
(both MIT) and the names of divisions down to the township (``kg/data/divisions``), and writes
``kg/data/restore/characters.npz``. Every eighth article is held out, for ``benchmarks/restore.py`` to measure on.

What ships is counts of three characters in a row, no sentence.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import marisa_trie
import numpy as np
import opencc
import spacy_pkuseg
from pypinyin.constants import PHRASES_DICT

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.restore.characters import STOPS, VOCABULARY_END, in_rows, plain  # noqa: E402
from kg.restore.script import simple_form  # noqa: E402

TARGET = ROOT / "kg" / "data" / "restore" / "characters.npz"
VOCABULARY = 6000
LEAST_TRIGRAM = 2
HELD_OUT = 8
_WORD = re.compile("[\u4e00-\u9fff]{2,6}")
_TAGGED = re.compile(r"\[([^\[\]{}]*)\]\{[A-Z]+\}")


def main(data: Path) -> None:
    """Count, cut and write."""
    ones: Counter[str] = Counter()
    twos: Counter[str] = Counter()
    threes: Counter[str] = Counter()
    for text in map(plain, texts(data)):
        rows = list(in_rows(text if text[-1:] in STOPS else f"{text}\n", "\n\n"))
        ones.update(c for _, _, c in rows)
        twos.update(b + c for _, b, c in rows)
        threes.update(a + b + c for a, b, c in rows)
    # Words and names stand for one sight of each pair, so that rare ones are known at all.
    for phrase in chain(sorted(words()), places()):
        ones.update(phrase)
        twos.update(map("".join, zip(phrase, phrase[1:], strict=False)))
        threes.update(map("".join, zip(phrase, phrase[1:], phrase[2:], strict=False)))
    vocabulary = "".join(c for c, _ in ones.most_common(VOCABULARY))
    known = set(vocabulary)
    number = {c: i for i, c in enumerate(vocabulary)}
    pairs = sorted((number[k[0]] * VOCABULARY_END + number[k[1]], n) for k, n in twos.items() if known.issuperset(k))
    triples = sorted(
        ((number[k[0]] * VOCABULARY_END + number[k[1]]) * VOCABULARY_END + number[k[2]], n)
        for k, n in threes.items()
        if n >= LEAST_TRIGRAM and known.issuperset(k)
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    aside = TARGET.with_suffix(".part.npz")
    np.savez_compressed(
        aside,
        vocabulary=np.array([ord(c) for c in vocabulary], dtype=np.uint32),
        ones=np.array([ones[c] for c in vocabulary], dtype=np.uint32),
        **packed("pair", pairs),
        **packed("triple", triples),
    )
    os.replace(aside, TARGET)
    print(f"{len(vocabulary)} characters, {len(pairs)} pairs, {len(triples)} triples, {TARGET.stat().st_size} bytes")


def texts(data: Path) -> Iterator[str]:
    """Every running text that may be learnt from, a paragraph or sentence at a time."""
    for path in articles(held_out=False):
        yield from article_text(path).split("\n")
    for name in ("silver_lac.jsonl.gz", "uner_gsd.train.jsonl.gz"):
        with gzip.open(data / name, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def articles(*, held_out: bool) -> list[Path]:
    """The corpus' articles that the model is built from, or the ones kept from it: every eighth by name."""
    paths = sorted((ROOT / "training" / "corpus" / "articles").glob("*.ann"))
    return [path for i, path in enumerate(paths) if (i % HELD_OUT == 0) == held_out]


def article_text(path: Path) -> str:
    """An article's text without its tags."""
    return _TAGGED.sub(r"\1", path.read_text(encoding="utf-8").split("\n====")[0])


def words() -> set[str]:
    """The words of opencc, pypinyin and spacy-pkuseg: lists without counts."""
    phrases = (Path(opencc.__file__).parent / "dictionary" / "STPhrases.txt").read_text(encoding="utf-8")
    listed = pickle.loads((Path(spacy_pkuseg.__file__).parent / "dicts" / "default.pkl").read_bytes())
    every = chain((line.split("\t")[0] for line in phrases.splitlines()), PHRASES_DICT, listed.split("\n"))
    return {word for word in map(simple_form, every) if _WORD.fullmatch(word)}


def places() -> Iterator[str]:
    """The names of all divisions down to the township, whose twelve-digit codes end in three zeros."""
    folder = ROOT / "kg" / "data" / "divisions"
    names = marisa_trie.Trie()
    names.load(str(folder / "names.marisa"))
    codes, name_ids = np.load(folder / "codes.npy"), np.load(folder / "name_ids.npy")
    yield from (names.restore_key(int(i)) for i in name_ids[codes % 1000 == 0])


def packed(name: str, counted: list[tuple[int, int]]) -> dict[str, np.ndarray]:
    """Sorted keys as the bytes of their differences (one array a byte, which packs best), counts as rounded logs."""
    keys = np.array([k for k, _ in counted], dtype=np.uint64)
    steps = np.diff(keys, prepend=np.uint64(0))
    logs = np.round(np.log2(np.array([n for _, n in counted], dtype=np.float64)) * 8).astype(np.uint8)
    width = max(1, (int(steps.max()).bit_length() + 7) // 8)
    planes = {f"{name}_{i}": (steps >> np.uint64(8 * i)).astype(np.uint8) for i in range(width)}
    return {**planes, f"{name}_logs": logs}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python training/restore_data.py DATA_DIR")
    main(Path(sys.argv[1]))
