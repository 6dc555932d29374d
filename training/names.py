"""Build ``kg/data/lexicon/given.tsv``: how much a character speaks for a given name.

usage: names.py CORPUS_ARTICLES [SILVER.jsonl.gz]

Log odds of a character inside given names against running text, counted over the annotated corpus and, where
given, the silver sentences of LAC. Both may be trained on; what ships is a weight a character, no name.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "corpus"))
import corpus  # noqa: E402

SURNAMES = set((Path(__file__).parents[1] / "kg/data/lexicon/surnames.txt").read_text(encoding="utf-8").split()[2:])
TARGET = Path(__file__).parents[1] / "kg/data/lexicon/given.tsv"


def given_part(name: str) -> str:
    if len(name) >= 3 and name[:2] in SURNAMES:
        return name[2:]
    return name[1:] if name[:1] in SURNAMES and 2 <= len(name) <= 3 else ""


def main(articles: Path, silver: Path | None) -> None:
    given: Counter[str] = Counter()
    text: Counter[str] = Counter()
    names = set()
    for path in sorted(articles.glob("*.ann")):
        body, spans, *_ = corpus.read(path)
        text.update(body)
        names |= {body[s:e] for s, e, tag in spans if tag == "PER"}
    if silver:
        for line in gzip.open(silver, "rt", encoding="utf-8"):
            row = json.loads(line)
            text.update(row["text"])
            names |= {row["text"][s:e] for s, e, tag in row["ents"] if tag == "PER"}
    for name in sorted(names):
        given.update(given_part(name))
    total_given, total_text = sum(given.values()), sum(text.values())
    rows = []
    for char in sorted({c for c in text if "一" <= c <= "鿿" and text[c] >= 20} | set(given)):
        odds = math.log((given[char] + 0.3) / (total_given + 300)) - math.log((text[char] + 3) / (total_text + 3000))
        rows.append(f"{char}\t{max(-3.0, min(3.0, odds)):.2f}\n")
    TARGET.write_text(
        "# character\tlog odds inside a given name; built by training/names.py\n" + "".join(rows), encoding="utf-8"
    )
    print(f"{len(names)} names, {len(rows)} characters -> {TARGET.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
