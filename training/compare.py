"""Compare ways of recognising names on held-out articles; prints the table of docs/recognition.md.

usage: python -m training.compare [--data DIR] [--folds 0,1] [--neural-folds 0] [--epochs 12] [--only NAME]

Mentions are scored strictly (span and type), F1 over PLA ORG PER PRG together and one by one. The field's variants are
scored as the pipeline uses them (``kg.recognise.judge``). The spaCy pipelines are trained from nothing on the same
articles, sentence by sentence, over characters; a CPU trains few epochs of them in the time that there is.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import compounding, fix_random_seed, minibatch

from kg.model import RestoredText
from kg.recognise import recognise_with
from kg.recognise.components import GRAMMARS, grammars, pipeline, with_components
from kg.recognise.decide import decide
from kg.recognise.features import TYPES
from kg.recognise.tagger import LABELS, allowed
from training import crf
from training.recogniser import (
    COPIES,
    DECAY,
    DROPOUT,
    EPOCHS,
    GROUPS,
    LEAST_SEEN,
    LEAST_WEIGHT,
    TAGS,
    TOGETHER,
    Article,
    articles,
    folds,
    general,
    part,
    substituted,
    write,
)

Found = set[tuple[int, int, int]]
Reader = Callable[[str], Found]
WAYS = ("PLA", "ORG", "PER", "PRG")


# --- the field ---------------------------------------------------------------------------------------------


def field(
    chosen: Sequence[Article], start: crf.Chain | None, *, without: Iterable[str] = (), copies: int = COPIES
) -> Reader:
    """The reader of a field trained without the groups of features named."""
    parts = [part(article.text, article.spans) for article in chosen]
    parts += substituted(chosen, copies)
    keep = np.array([group not in set(without) for group in GROUPS])
    masked = [(np.where(keep, rows, 0).astype(np.uint32), *rest) for rows, *rest in parts]
    chain = crf.train(
        crf.sequences(masked),  # type: ignore[arg-type]
        LABELS,
        allowed(),
        least=LEAST_SEEN,
        start=start,
        epochs=EPOCHS,
        decay=DECAY,
        dropout=DROPOUT,
        fragile=np.array([group == "grammars" for group in GROUPS]),
        together=TOGETHER,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        write(crf.pruned(chain, LEAST_WEIGHT), path)
        nlp = pipeline(path)
    return partial(read_with, nlp)


def read_with(nlp: object, text: str) -> Found:
    found = recognise_with(nlp, RestoredText(text, text, range(len(text) + 1))).mentions  # type: ignore[arg-type]
    return {(m.start, m.end, TYPES.index(m.type)) for m in found}


# --- spaCy -------------------------------------------------------------------------------------------------

_WIDTH = 96


def _tok2vec(attrs: Sequence[str]) -> dict[str, object]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": _WIDTH,
            "attrs": list(attrs),
            "rows": [5000] * len(attrs),
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": _WIDTH,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    }


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for piece in text.replace("！", "。").replace("？", "。").replace("\n", "。").split("。"):
        end = min(len(text), at + len(piece) + 1)
        if piece.strip():
            yield at, end
        at = end


def _doc(nlp: spacy.Language, text: str, start: int, end: int, rich: dict[str, Sequence[str]] | None) -> Doc:
    doc = Doc(nlp.vocab, words=list(text[start:end]), spaces=[False] * (end - start))
    for place, token in enumerate(doc if rich else ()):
        token.tag_ = rich["grammars"][start + place]  # type: ignore[index]
        token.lemma_ = text[start + place : start + place + 2]
        token.dep_ = rich["before"][start + place]  # type: ignore[index]
    return doc


def _rich(text: str) -> dict[str, Sequence[str]]:
    """For each character what the grammars decide there, and the two characters that end there."""
    marks = ["O"] * len(text)
    for m in decide(grammars()(text)._.xianzhi_candidates):
        marks[m.start : m.end] = [f"I-{m.type}"] * (m.end - m.start)
        marks[m.start] = f"B-{m.type}"
    return {"grammars": marks, "before": [text[max(0, at - 1) : at + 1] for at in range(len(text))]}


def neural(chosen: Sequence[Article], *, rich: bool, spans: bool, epochs: int) -> Reader:
    """The reader of a spaCy pipeline trained on these articles: transition NER, or a span categoriser."""
    fix_random_seed(0)
    nlp = spacy.blank("zh")
    attrs = ["ORTH", "TAG", "LEMMA", "DEP"] if rich else ["ORTH", "SHAPE"]
    if spans:
        config = {
            "spans_key": "sc",
            "suggester": {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 2, "max_size": 14},
            "model": {
                "@architectures": "spacy.SpanCategorizer.v1",
                "scorer": {"@layers": "spacy.LinearLogistic.v1"},
                "reducer": {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 128},
                "tok2vec": _tok2vec(attrs),
            },
        }
        pipe = nlp.add_pipe("spancat", config=config)
    else:
        model = {
            "@architectures": "spacy.TransitionBasedParser.v2",
            "state_type": "ner",
            "extra_state_tokens": False,
            "hidden_width": 64,
            "maxout_pieces": 2,
            "use_upper": True,
            "tok2vec": _tok2vec(attrs),
        }
        pipe = nlp.add_pipe("ner", config={"model": model})
    for tag in TAGS:
        pipe.add_label(tag)  # type: ignore[attr-defined]
    examples = []
    for article in chosen:
        marks = _rich(article.text) if rich else None
        for start, end in _sentences(article.text):
            gold = _doc(nlp, article.text, start, end, marks)
            inside = [(s - start, e - start, tag) for s, e, tag in article.spans if start <= s and e <= end]
            named = [Span(gold, s, e, label=tag) for s, e, tag in inside]
            if spans:
                gold.spans["sc"] = named
            else:
                gold.set_ents(named)
            examples.append(Example(_doc(nlp, article.text, start, end, marks), gold))
    optimizer = nlp.initialize(lambda: examples[:200])
    draw = random.Random(0)
    for _ in range(epochs):
        draw.shuffle(examples)
        for batch in minibatch(examples, compounding(8, 64, 1.005)):
            nlp.update(batch, sgd=optimizer, drop=0.2)

    def read(text: str) -> Found:
        marks, found = _rich(text) if rich else None, set()
        for start, end in _sentences(text):
            doc = nlp(_doc(nlp, text, start, end, marks))
            found |= {
                (start + s.start, start + s.end, TAGS[s.label_]) for s in (doc.spans["sc"] if spans else doc.ents)
            }
        return found

    return read


# --- the table ---------------------------------------------------------------------------------------------


def row(name: str, make: Callable[[Sequence[Article]], Reader], chosen: Sequence[int]) -> str:
    """One line of the table: F1 in all and by type, seconds of training a fold, characters read a second."""
    everything = articles()
    parts = folds(everything)
    right, found, gold = np.zeros(len(TYPES)), np.zeros(len(TYPES)), np.zeros(len(TYPES))
    training, reading, characters = 0.0, 0.0, 0
    for number in chosen:
        own = set(parts[number])
        begin = time.perf_counter()
        read = make([article for i, article in enumerate(everything) if i not in own])
        training += time.perf_counter() - begin
        begin = time.perf_counter()
        for article in (everything[i] for i in sorted(own)):
            seen = read(article.text)
            true = {(s, e, TAGS[tag]) for s, e, tag in article.spans}
            characters += len(article.text)
            for type_ in range(len(TYPES)):
                right[type_] += sum(x[2] == type_ for x in seen & true)
                found[type_] += sum(x[2] == type_ for x in seen)
                gold[type_] += sum(x[2] == type_ for x in true)
        reading += time.perf_counter() - begin
    numbers = [TAGS[tag] for tag in WAYS]
    cells = [2 * right[numbers].sum() / max(1, (found + gold)[numbers].sum())]
    cells += [2 * right[n] / max(1, found[n] + gold[n]) for n in numbers]
    told = [f"{cell:.3f}" for cell in cells] + [f"{training / len(chosen):.0f}", f"{characters / reading:,.0f}"]
    return "| " + " | ".join([name, ",".join(map(str, chosen)), *told]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--folds", default="0,1")
    parser.add_argument("--neural-folds", default="0")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    start = general(args.data) if args.only in ("", "field") else None
    alone = with_components(*GRAMMARS, "figures", "decide")
    few, epochs = [int(n) for n in args.neural_folds.split(",")], args.epochs
    many = [int(n) for n in args.folds.split(",")]
    ways: list[tuple[str, str, Callable[[Sequence[Article]], Reader], list[int]]] = [
        ("grammars alone", "field", lambda chosen: partial(read_with, alone), many),
        ("field: all features, from the outside data", "field", lambda c: field(c, start), many),
        ("field: corpus alone", "field", lambda c: field(c, None), many),
        ("field: corpus and one substituted copy", "field", lambda c: field(c, None, copies=1), many),
        ("field: without the grammars' features", "field", lambda c: field(c, None, without=["grammars"]), many),
        (
            "field: characters alone",
            "field",
            lambda c: field(c, None, without=set(GROUPS) - {"chars"}),
            many,
        ),
        ("spaCy tok2vec + transitions", "neural", lambda c: neural(c, rich=False, spans=False, epochs=epochs), few),
        (
            "the same with n-grams and grammars",
            "neural",
            lambda c: neural(c, rich=True, spans=False, epochs=epochs),
            few,
        ),
        ("spaCy span categoriser, the same", "neural", lambda c: neural(c, rich=True, spans=True, epochs=epochs), few),
    ]
    print("| way | folds | F1 | " + " | ".join(WAYS) + " | training s | characters/s |")
    print("|" + "---|" * (len(WAYS) + 5), flush=True)
    for name, kind, make, chosen in ways:
        if args.only in ("", kind):
            print(row(name, make, chosen), flush=True)


if __name__ == "__main__":
    main()
