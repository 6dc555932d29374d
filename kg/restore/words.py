"""How likely a text is as a row of words, each by itself: what four characters in a row cannot see.

A word that is common in Chinese at large is hardly met in the few texts that ``characters`` was built from; the lists
of words with frequencies, from which ``training/restore_words.py`` builds this model, know it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files

import marisa_trie
import numpy as np

LONGEST = 6  # characters of a word
STEPS_OF_LOG = 8  # logs are shipped as steps of an eighth
_UNKNOWN = 21.0 * STEPS_OF_LOG  # of a character that is no word


class WordModel:
    """How likely (natural log) words are; what it holds never changes after loading.

    ``steps`` holds a byte for each word by its number in ``trie``: how unlikely it is, in eighths (``STEPS_OF_LOG``).
    """

    def __init__(self, trie: marisa_trie.Trie, steps: np.ndarray) -> None:
        self._trie, self._steps = trie, steps.tobytes()

    def log(self, text: str) -> float:
        """The log probability (natural) of ``text`` (plain and Simplified), cut into words as is likeliest."""
        return -self._cheapest(text)[0][-1] / STEPS_OF_LOG

    def words(self, text: str) -> list[str]:
        """``text`` cut into its likeliest words."""
        begins, found, end = self._cheapest(text)[1], [], len(text)
        while end:
            found.append(text[begins[end] : end])
            end = begins[end]
        return found[::-1]

    def _cheapest(self, text: str) -> tuple[list[float], list[int]]:
        """For each place the cost of what stands before it, and where its last word begins."""
        trie, steps = self._trie, self._steps
        costs, begins = [0.0] + [float("inf")] * len(text), list(range(-1, len(text)))
        for i in range(len(text)):
            cost = costs[i]
            if cost + _UNKNOWN < costs[i + 1]:
                costs[i + 1], begins[i + 1] = cost + _UNKNOWN, i
            for word in trie.prefixes(text[i : i + LONGEST]):
                end, total = i + len(word), cost + steps[trie[word]]
                if total < costs[end]:
                    costs[end], begins[end] = total, i
        return costs, begins


@lru_cache(maxsize=1)
def words() -> WordModel:
    """The model that ships with the package, loaded at the first need."""
    folder = files("kg.data") / "restore"
    trie = marisa_trie.Trie()
    with as_file(folder / "words.marisa") as path:
        trie.load(str(path))
    with (folder / "words.npy").open("rb") as file:
        return WordModel(trie, np.load(file))
