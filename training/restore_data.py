"""Build the character model that ``kg.restore`` judges by: ``python training/restore_data.py DATA_DIR``.

Reads the corpus beside this file, ``silver_lac.jsonl.gz`` and ``uner_gsd.train.jsonl.gz`` in DATA_DIR (the texts only;
both are marked "may be trained on"), the word lists of the installed opencc (Apache-2.0), pypinyin and spacy-pkuseg
(both MIT) and the names of divisions down to the township (``kg/data/divisions``), and writes
``kg/data/restore/characters.npz``. Every eighth article is held out, for ``benchmarks/restore.py`` to measure on.

What ships is how likely characters are after up to three others, no sentence.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import re
import sys
from array import array
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

from kg.restore.characters import BITS, ORDER, QUOTES, STEPS_OF_LOG, STOPS, plain  # noqa: E402
from kg.restore.script import simple_form  # noqa: E402

TARGET = ROOT / "kg" / "data" / "restore" / "characters.npz"
VOCABULARY = 7900
LEAST = {2: 1, 3: 1, 4: 2}  # sights that a row of each length must have to be shipped
HELD_OUT = 8
_WORD = re.compile("[\u4e00-\u9fff]{2,6}")
_TAGGED = re.compile(r"\[([^\[\]{}]*)\]\{[A-Z]+\}")


def main(data: Path) -> None:
    """Count, smooth, cut and write."""
    listed = [*sorted(words()), *places()]
    running = [plain(simple_form(text)) for text in texts(data)]
    vocabulary = _vocabulary(running, listed)
    number = {c: i for i, c in enumerate(vocabulary)}
    rows = _rows(running, number)
    counted = {size: _counted(rows, listed, number, size) for size in range(1, ORDER + 1)}
    alone, tables = smoothed(counted, len(vocabulary))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    aside = TARGET.with_suffix(".part.npz")
    np.savez_compressed(
        aside,
        vocabulary=np.array([ord(c) for c in vocabulary], dtype=np.uint32),
        ones=np.log(alone[:-1]).astype(np.float32),
        unknown=np.log(alone[-1:]).astype(np.float32),
        **{name: values for size, table in tables.items() for name, values in packed(size, *table)},
    )
    os.replace(aside, TARGET)
    told = ", ".join(f"{len(keys)} rows of {size}" for size, (keys, *_) in tables.items())
    print(f"{len(vocabulary)} characters, {told}, {TARGET.stat().st_size} bytes")


def _vocabulary(running: list[str], listed: list[str]) -> str:
    """The line end, whose number is 0, and the most frequent characters."""
    ones: Counter[str] = Counter()
    for text in chain(running, listed):
        ones.update(text)
    return "\n" + "".join(c for c, _ in ones.most_common(VOCABULARY) if c != "\n")


def _rows(running: list[str], number: dict[str, int]) -> np.ndarray:
    """Each character of the texts with what is remembered of the three before it, as one key."""
    forgets, marks, unknown = {*STOPS, "\n"}, QUOTES, len(number)
    keys = array("Q")
    for text in running:
        history = 0
        for c in text if text[-1:] in STOPS else f"{text}\n":
            here = number.get(c, unknown)
            keys.append(history << BITS | here)
            if c in forgets:
                history = 0
            elif c not in marks:
                history = (history << BITS | here) & ((1 << BITS * (ORDER - 1)) - 1)
    return np.array(keys, dtype=np.uint64)


def _counted(rows: np.ndarray, listed: list[str], number: dict[str, int], size: int) -> tuple[np.ndarray, np.ndarray]:
    """The different rows of one length and how often each was met.

    Words and names stand for one sight of each of their rows, so that rare ones are known at all.
    """
    unknown = len(number)
    keys = array("Q")
    for word in listed if size > 1 else ():
        codes = [number.get(c, unknown) for c in word]
        for i in range(len(codes) - size + 1):
            key = 0
            for code in codes[i : i + size]:
                key = key << BITS | code
            keys.append(key)
    both = np.concatenate([rows & np.uint64((1 << BITS * size) - 1), np.array(keys, dtype=np.uint64)])
    return np.unique(both, return_counts=True)


def smoothed(counted: dict[int, tuple[np.ndarray, np.ndarray]], unknown: int) -> tuple[np.ndarray, dict]:
    """The share of each character alone, and for each length the keys kept, their logs, the logs of what is left.

    Interpolated modified Kneser-Ney: below the longest, a row counts as often as there are different characters
    before it. ``unknown`` is the number of a character that the model does not know.
    """
    continued = {size: _continued(*counted[size], counted[size + 1][0], size) for size in range(1, ORDER)}
    alone = np.full(unknown + 1, 0.02)
    alone[counted[1][0].astype(int)] += continued[1]
    alone /= alone.sum()
    lower = {0: alone}
    tables = {}
    for size in range(2, ORDER + 1):
        keys, met = counted[size]
        counts = met.astype(float) if size == ORDER else continued[size]
        histories, which = np.unique(keys >> np.uint64(BITS), return_inverse=True)
        kept = met >= LEAST[size]
        share = np.where(kept, counts - _discount(counts), 0.0) / np.bincount(which, counts)[which]
        rest = np.maximum(1.0 - np.bincount(which, share), 1e-4)
        shares = share + rest[which] * _shorter(keys, size, lower, tables)
        used = np.unique(which[kept])
        tables[size] = keys[kept], np.log(shares[kept]), np.log(rest[used]), histories[used]
    return alone, {size: table[:3] for size, table in tables.items()}


def _continued(keys: np.ndarray, met: np.ndarray, longer: np.ndarray, size: int) -> np.ndarray:
    """Before how many different characters' rows stand; for one at a beginning, how often it was met."""
    ends, count = np.unique(longer & np.uint64((1 << BITS * size) - 1), return_counts=True)
    counts = np.ones(len(keys))
    places = np.searchsorted(keys, ends)
    found = places < len(keys)
    found[found] &= keys[places[found]] == ends[found]
    counts[places[found]] = count[found]
    begins = (keys >> np.uint64(BITS * (size - 1)) == 0) & (size > 1)
    return np.where(begins, met, counts)


def _discount(counts: np.ndarray) -> np.ndarray:
    """What is taken from each count: Chen and Goodman's estimate for counts of one, two, and three or more."""
    n1, n2, n3, n4 = ((counts == i).sum() for i in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    each = (min(0.95, 1 - 2 * y * n2 / n1), 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return np.select([counts < 1.5, counts < 2.5], each[:2], each[2])


def _shorter(keys: np.ndarray, size: int, lower: dict, tables: dict) -> np.ndarray:
    """The share of each row's last character after the history that is one character shorter."""
    keys = keys & np.uint64((1 << BITS * (size - 1)) - 1)
    if size == 2:
        return lower[0][keys.astype(int)]
    known, logs, rest, histories = tables[size - 1]
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    own = keys >> np.uint64(BITS)
    place = np.minimum(np.searchsorted(histories, own), len(histories) - 1)
    left = np.where(histories[place] == own, np.exp(rest[place]), 1.0)
    return np.where(known[at] == keys, np.exp(logs[at]), left * _shorter(keys, size - 1, lower, tables))


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


def packed(size: int, keys: np.ndarray, logs: np.ndarray, rest: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Sorted keys as the bytes of their differences (one array a byte, which packs best), logs as rounded steps."""
    steps = np.diff(keys, prepend=np.uint64(0))
    for i in range((int(steps.max()).bit_length() + 7) // 8):
        yield f"keys_{size}_{i}", (steps >> np.uint64(8 * i)).astype(np.uint8)
    for name, values in (("logs", logs), ("rest", rest)):
        yield f"{name}_{size}", np.round(np.clip(-values * STEPS_OF_LOG, 0, 255)).astype(np.uint8)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python training/restore_data.py DATA_DIR")
    main(Path(sys.argv[1]))
