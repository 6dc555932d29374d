"""Build the words that ``kg.restore`` weighs readings by: ``python training/restore_words.py DATA_DIR``.

Reads jieba's word list with its frequencies (MIT; needed here only), cuts the texts that the character model is built
from into words by those frequencies and counts them too, and writes ``kg/data/restore/words.marisa`` and ``words.npy``.
What ships is how likely a word is, no sentence.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jieba
import marisa_trie
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.restore.characters import plain  # noqa: E402
from kg.restore.script import simple_form  # noqa: E402
from kg.restore.words import LONGEST, STEPS_OF_LOG, WordModel  # noqa: E402
from training.restore_data import texts  # noqa: E402

TARGET = ROOT / "kg" / "data" / "restore"
OWN_SHARE = 0.3  # of a word's likelihood, what the texts say of it; the rest is the list's
_SENTENCE = re.compile("(?<=[。!?])")
_CLEARLY = 3.0
_SIGN = math.exp(-3.2)  # of digits, letters and signs, where the list has none


def main(data: Path) -> None:
    """Count, mix, cut and write."""
    listed = counts()
    every = sum(listed.values())
    own = Counter(_cut(texts(data), model({word: count / every for word, count in listed.items()})))
    told = sum(own.values())
    shares = {
        word: (1 - OWN_SHARE) * (listed.get(word, 0) + 0.5) / every + OWN_SHARE * own[word] / told
        for word in {*listed, *own}
    }
    made = useful(shares)
    trie = marisa_trie.Trie(made)
    TARGET.mkdir(parents=True, exist_ok=True)
    trie.save(str(TARGET / "words.marisa"))
    np.save(TARGET / "words.npy", steps(trie, made))
    size = sum((TARGET / name).stat().st_size for name in ("words.marisa", "words.npy"))
    print(f"{len(made)} words, {size} bytes")


def counts() -> dict[str, int]:
    """jieba's words and how often each was met, as the model sees them."""
    found: Counter[str] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if len(word) <= LONGEST:
            found[plain(simple_form(word))] += int(count)
    return found


def model(shares: dict[str, float]) -> WordModel:
    """The model of some words' shares."""
    trie = marisa_trie.Trie(shares)
    return WordModel(trie, steps(trie, shares))


def steps(trie: marisa_trie.Trie, shares: dict[str, float]) -> np.ndarray:
    """How unlikely each word is, as rounded steps, by its number in the trie."""
    found = np.zeros(len(shares), dtype=np.uint8)
    for word, share in shares.items():
        found[trie[word]] = min(255, round(-math.log(share) * STEPS_OF_LOG))
    return found


def useful(shares: dict[str, float]) -> dict[str, float]:
    """The single characters, and the words that are clearly likelier than their parts one after another."""
    alone = {word: max(share, _SIGN if not word.isalpha() or word == "a" else 0.0) for word, share in shares.items()}
    return {word: share for word, share in alone.items() if len(word) == 1 or share > _CLEARLY * _in_parts(word, alone)}


def _in_parts(word: str, shares: dict[str, float]) -> float:
    best = [1.0] + [0.0] * len(word)
    for end in range(1, len(word) + 1):
        starts = range(1 if end == len(word) else 0, end)
        best[end] = max((best[i] * shares.get(word[i:end], 1e-11) for i in starts), default=0.0)
    return best[-1]


def _cut(every: Iterable[str], judge: WordModel) -> Iterable[str]:
    for text in every:
        for sentence in _SENTENCE.split(plain(simple_form(text))):
            yield from judge.words(sentence)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python training/restore_words.py DATA_DIR")
    main(Path(sys.argv[1]))
