"""How often a place gets the right official code: ``python benchmarks/places.py [--write]``.

1. **Codes on the gold**: the share of the annotated articles' places that carry the code that the gold gives
   (``score.py``), where the gold files are here.
2. **Hidden chains**: the articles of ``training/corpus`` write most divisions out once (石泉县喜河镇长阳村). That
   chain, with the article's own ``locatedIn`` lines, says which division is meant; then the parents right before
   each mention of it are taken out of the text, and the bare name must still find its code.
3. **Comparison**: ``cpca`` and ``jionlp`` read the same mentions: the bare name, and the sentence with the chain
   hidden. Neither reads a whole article; the table says what they are given. Skipped where they are not installed
   (``pip install cpca jionlp``).
4. **Speed** of the look-up over all names of the table.

``--write`` puts what is printed into ``benchmarks/places.md``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kg.divisions import Division, divisions  # noqa: E402
from kg.model import Document  # noqa: E402
from kg.pipeline import extract  # noqa: E402

CORPUS = ROOT / "training" / "corpus" / "articles"
GOLD = ROOT.parent / "shared" / "gold"
SEEDS = ROOT.parent / "shared" / "seeds"
REPORT = Path(__file__).with_suffix(".md")
LEVELS = ("Province", "Prefecture", "County", "Township", "Village")

_SPAN = re.compile(r"\[([^\[\]]+)\]\{([A-Z]+)\}")
_RUN = re.compile(r"(?:\[[^\[\]]+\]\{PLA\})+")


@dataclass(frozen=True, slots=True)
class Case:
    """One division of one article: its bare ``name``, the ``division`` that it is, how many divisions bear the
    name, the article's ``text`` without the parents before it, and a ``sentence`` that holds it."""

    article: str
    name: str
    division: Division
    namesakes: int
    text: str
    sentence: str


# --- the truth ---------------------------------------------------------------------------------------------


def cases(path: Path) -> Iterator[Case]:
    """The divisions of an article that its own chains settle, each with its chain hidden."""
    tagged, entities, facts = re.split(r"^====\s*$", path.read_text(encoding="utf-8"), flags=re.M)
    tagged = tagged.strip("\n")
    parents = _parents(tagged, entities, facts)
    names = {m[1] for m in _SPAN.finditer(tagged) if m[2] == "PLA"}
    for name in sorted(names):
        known = divisions().named(name)
        suited = [d for d in known if _fits(d, name, parents)]
        if len(suited) == 1 and suited[0].name == name:
            text = _SPAN.sub(r"\1", _hidden(tagged, name))
            sentence = next(s for s in re.split(r"[。！？\n]", text) if name in s)
            yield Case(path.stem, name, suited[0], len(known), text, sentence)


def _parents(tagged: str, entities: str, facts: str) -> dict[str, set[str]]:
    """For each name, the names that the article puts above it: in a chain, in ``locatedIn``, in a long name."""
    above: dict[str, set[str]] = {}
    for run in _RUN.finditer(tagged):
        pieces = [m[1] for m in _SPAN.finditer(run[0])]
        for index, piece in enumerate(pieces):
            above.setdefault(piece, set()).update(pieces[:index])
    for line in facts.splitlines():
        columns = [c.strip() for c in line.lstrip("?").split("|")]
        if len(columns) == 3 and columns[1] == "locatedIn":
            above.setdefault(columns[0], set()).add(columns[2])
    for line in entities.splitlines():  # 布拖县阿布洛哈村 among the names of 阿布洛哈村
        columns = [c.strip() for c in line.lstrip("?").split("|")]
        if len(columns) > 2 and columns[1] == "Place":
            for other in columns[2].split(","):
                long = other.strip()
                if long.endswith(columns[0]) and divisions().named(long.removesuffix(columns[0])):
                    above.setdefault(columns[0], set()).add(long.removesuffix(columns[0]))
    return above


def _fits(division: Division, name: str, above: dict[str, set[str]]) -> bool:
    """Whether the division lies in everything that the article puts above its name, and above that."""
    tree, open_, seen = divisions().ancestors(division), [name], {name}
    while open_:
        for parent in above.get(open_.pop(), ()):
            known = divisions().named(parent)
            if known and not any(k in tree for k in known):
                return False
            if parent not in seen:
                seen.add(parent)
                open_.append(parent)
    return True


def _hidden(tagged: str, name: str) -> str:
    """The text without the places that are written right before ``name``."""
    piece = rf"\[{re.escape(name)}\]\{{PLA\}}"
    return re.sub(rf"(?:\[[^\[\]]+\]\{{PLA\}})+(?={piece})", "", tagged)


# --- this program ------------------------------------------------------------------------------------------


def codes_of(case: Case) -> set[str]:
    """The codes that the bare name got in the article."""
    work = extract(Document(case.article, case.text))[0]
    return {
        e.code for e in work.entities if e.type == "Place" and e.code and any(m.text == case.name for m in e.mentions)
    }


def verdict(case: Case, codes: set[str]) -> str:
    """right, wrong (another division, or several) or open (no division)."""
    if not codes:
        return "open"
    return "right" if codes == {case.division.code} else "wrong"


def hidden_chains(all_cases: list[Case], found: list[set[str]]) -> list[str]:
    rows = ["| level | divisions | right | other division | left open | share |", "|---|---|---|---|---|---|"]

    def row(title: str, chosen: list[tuple[Case, set[str]]]) -> str:
        count = Counter(verdict(c, codes) for c, codes in chosen)
        share = f"{count['right'] / len(chosen):.3f}" if chosen else "–"
        return f"| {title} | {len(chosen)} | {count['right']} | {count['wrong']} | {count['open']} | {share} |"

    pairs = list(zip(all_cases, found, strict=True))
    rows += [row(level, [p for p in pairs if p[0].division.level == level]) for level in LEVELS]
    rows.append(row("**all**", pairs))
    rows.append(row("whose name several divisions bear", [p for p in pairs if p[0].namesakes > 1]))
    return rows


# --- the others --------------------------------------------------------------------------------------------


def _by_cpca() -> Callable[[str, str], Division | None]:
    import cpca

    def read(text: str, name: str) -> Division | None:
        code = cpca.transform([text])["adcode"][0]
        return divisions().get(str(code)[:6].ljust(6, "0")) if code else None

    return read


def _by_jionlp() -> Callable[[str, str], Division | None]:
    import jionlp

    def read(text: str, name: str) -> Division | None:
        """The lowest division that the parse names; its names are looked up, since it gives no codes below."""
        parsed = jionlp.parse_location(text, town_village=True)
        found: Division | None = None
        for part in ("province", "city", "county", "town", "village"):
            wanted = (parsed or {}).get(part)
            known = [d for d in divisions().named(wanted or "") if found is None or divisions().within(d, found)]
            found = min(known, key=lambda d: d.code) if known else found
        return found

    return read


OTHERS = {"cpca": _by_cpca, "jionlp": _by_jionlp}


def comparison(all_cases: list[Case], found: list[set[str]]) -> list[str]:
    """One table: how many mentions get the right county (or what is above it), and the right division itself."""
    total = len(all_cases)
    rows = ["| reader | is given | right to the county | right to the village | seconds |", "|---|---|---|---|---|"]

    def row(reader: str, given: str, codes: list[str | None], seconds: float) -> str:
        pairs = [(c.division.code, code or "") for c, code in zip(all_cases, codes, strict=True)]
        exact = sum(code == wanted for wanted, code in pairs)
        county = sum(code[:6] == wanted[:6] for wanted, code in pairs)
        return f"| {reader} | {given} | {county / total:.3f} | {exact / total:.3f} | {seconds:.1f} |"

    ours = [next(iter(codes)) if len(codes) == 1 else None for codes in found]
    rows.append(row("xianzhi", "the article", ours, _SECONDS["xianzhi"]))
    for reader, load in OTHERS.items():
        if importlib.util.find_spec(reader) is None:
            rows.append(f"| {reader} | – | skipped: not installed | | |")
            continue
        try:
            read = load()
        except Exception as error:  # an optional package that does not start here is named, not fatal
            rows.append(f"| {reader} | – | skipped: {type(error).__name__} at its start | | |")
            continue
        for given, texts in (
            ("the bare name", [c.name for c in all_cases]),
            ("the sentence", [c.sentence for c in all_cases]),
        ):
            begin, codes = time.perf_counter(), []
            for case, text in zip(all_cases, texts, strict=True):
                try:
                    division = read(text, case.name)
                except Exception:  # a text that it cannot read is one that it got wrong
                    division = None
                codes.append(division.code if division else None)
            rows.append(row(reader, given, codes, time.perf_counter() - begin))
    return rows


_SECONDS: dict[str, float] = {}


# --- gold and speed ----------------------------------------------------------------------------------------


def gold_codes() -> str:
    """``place_codes`` of ``score.py`` over the gold articles, or why it was not measured."""
    if not GOLD.is_dir() or not SEEDS.is_dir():
        return "skipped: the gold files lie outside the repository and are not here"
    from kg.building import build

    with tempfile.TemporaryDirectory() as folder:
        build([SEEDS], Path(folder) / "out")
        command = [sys.executable, str(ROOT / "benchmarks" / "score.py"), f"{folder}/out/graph.nq", str(GOLD)]
        subprocess.run([*command, "--json", f"{folder}/score.json"], check=True, capture_output=True)
        result = json.loads(Path(folder, "score.json").read_text(encoding="utf-8"))
    return f"{result['place_codes']:.4f}"


def speed() -> str:
    """Million characters of the corpus scanned in a second of the processor, for all names of the table; the best
    of five."""
    articles = (p.read_text(encoding="utf-8").partition("\n====")[0] for p in sorted(CORPUS.glob("*.ann")))
    text = "\n".join(_SPAN.sub(r"\1", article) for article in articles)
    table = divisions()
    best = 0.0
    for _ in range(5):
        begin = time.process_time()
        for _ in table.scan(text):
            pass
        best = max(best, len(text) / (time.process_time() - begin) / 1e6)
    return f"{best:.1f} M characters a second over {len(table):,} divisions ({len(text):,} characters of the corpus)"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"put the result into {REPORT.name}")
    parser.add_argument("--errors", action="store_true", help="list what was not right")
    parser.add_argument("--quick", action="store_true", help="hidden chains only")
    options = parser.parse_args()
    all_cases = [case for path in sorted(CORPUS.glob("*.ann")) for case in cases(path)]
    begin = time.perf_counter()
    found = [codes_of(case) for case in all_cases]
    _SECONDS["xianzhi"] = time.perf_counter() - begin
    if options.errors:
        for case, codes in zip(all_cases, found, strict=True):
            if verdict(case, codes) != "right":
                print(case.article, verdict(case, codes), case.name, case.division.code, sorted(codes), sep="\t")
    lines = ["## Hidden chains (to reach: 0.92)", "", *hidden_chains(all_cases, found), ""]
    if not options.quick:
        lines += ["## Codes on the gold articles (to reach: 0.93)", "", gold_codes(), ""]
        lines += ["## Comparison on the same mentions", "", *comparison(all_cases, found), ""]
        lines += ["## Look-up (to reach: 2)", "", speed(), ""]
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    head = f"# Places\n\nPrinted by `python benchmarks/places.py --write` ({machine}).\n"
    page = "\n".join([head, *lines])
    print(page)
    if options.write:
        REPORT.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
