"""The trained model: what it adds, that its probabilities are right, and the ways to use it or another."""

from __future__ import annotations

import itertools
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
import spacy
from conftest import kg
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SettingsError, XianzhiError
from kg.model import Document, Mention, RestoredText
from kg.pipeline import extract
from kg.recognise import components, recognise
from kg.recognise.choice import choose, read_labels
from kg.recognise.features import columns
from kg.recognise.judge import judge
from kg.recognise.segmentation import segmenter
from kg.recognise.show import page
from kg.recognise.tagger import LABELS, MODEL, Tagger, allowed, blocks, label, pack, sentence_lengths, tagger

LEAD = "石泉县喜河镇讯（记者 林晓梅）近日，石泉县委、县政府召开会议。"


def seen(text: str, type_: str) -> set[str]:
    """The names of one type in a text; an office counts only where the graph gives it to somebody."""
    return {m.text for m in recognise(RestoredText(text, text, range(len(text) + 1))).mentions if m.type == type_}


@pytest.mark.parametrize(
    ("text", "type_", "name", "not_names"),
    [
        ("沈阳高新区管委会发布公告。", "Organisation", "沈阳高新区管委会", ("沈阳", "高新区管委会")),
        ("这批设备的县水务局验收手续齐全。", "Organisation", "县水务局", ("的县水务局",)),
        ("县委与县妇联共建家园。", "Organisation", "县妇联", ("与县妇联",)),
        ("县委和县残联一同走访。", "Organisation", "县残联", ("和县残联", "委和县残联")),
        ("项目由县交通局承建。", "Organisation", "县交通局", ("由县交通局",)),
        ("公开县财政局的账目。", "Organisation", "县财政局", ("公开县财政局",)),
        ("群众韦启明很高兴，韦启明说路通了。", "Person", "韦启明", ("群众韦启明", "群众", "韦启")),
        ("开展“我为群众办实事”实践活动，解决群众“急难愁盼”问题。", "Program", "我为群众办实事", ("急难愁盼",)),
        ("梧桐学校的新楼建在梧桐村。", "Organisation", "梧桐学校", ("梧桐村",)),
        ("梧桐学校的新楼建在梧桐村。", "Place", "梧桐村", ("梧桐学校", "梧桐")),
        ("《人民日报》刊发了这条消息。", "Organisation", "人民日报", ("《人民日报》",)),
    ],
)
def test_a_name_is_seen_whole_and_alone(text: str, type_: str, name: str, not_names: tuple[str, ...]) -> None:
    found = seen(LEAD + text, type_)
    assert name in found
    assert not found & set(not_names)


@pytest.mark.parametrize(
    ("text", "type_", "name"),
    [
        ("从3月1号起执行。", "Organisation", "月1号"),
        ("县“四大家”领导到场。", "Organisation", "四大家"),
        ("县“四大家”领导到场。", "Program", "四大家"),
    ],
)
def test_what_is_no_name_is_left(text: str, type_: str, name: str) -> None:
    assert name not in seen(LEAD + text, type_)


@pytest.mark.parametrize("sentence", ["老支书乐呵呵地领着大家看新路。", "书记走在前头，一路走一路问。"])
def test_an_office_without_a_name_makes_no_official(sentence: str) -> None:
    extraction, _ = extract(Document("a", LEAD + sentence))
    assert [
        claim for claim in extraction.claims if claim.predicate == "holdsPost" and "书" in (claim.title or "")
    ] == []


def test_the_model_sees_names_that_no_grammar_proposes() -> None:
    text = LEAD + "\n路过的臧桂英在向人打听报名的事。臧桂英说，家里种了十亩茶。"
    assert "臧桂英" in seen(text, "Person")


# --- the probabilities -------------------------------------------------------------------------------------


def small(seed: int) -> Tagger:
    draw = np.random.default_rng(seed)
    transitions = np.where(allowed(), draw.normal(size=(LABELS, LABELS)), -60.0)
    return Tagger(np.zeros(0, np.uint32), np.zeros((0, LABELS), np.float32), transitions)


@pytest.mark.parametrize("seed", range(3))
def test_a_span_is_as_likely_as_all_readings_that_have_it(seed: int) -> None:
    # The sum over every sequence of labels, against the lattice.
    model, size = small(seed), 4
    scores = np.random.default_rng(seed + 9).normal(size=(size, LABELS)).astype(np.float32)
    steps = model._transitions
    total, place = 0.0, {(0, 3, 0): 0.0, (1, 3, 1): 0.0, (2, 3, 4): 0.0, (0, 4, 2): 0.0}
    for path in itertools.product(range(LABELS), repeat=size):
        if any(steps[a, b] < -50 for a, b in itertools.pairwise(path)):
            continue
        weight = float(
            np.exp(
                sum(scores[i, y] for i, y in enumerate(path)) + sum(steps[a, b] for a, b in itertools.pairwise(path))
            )
        )
        total += weight
        for start, end, type_ in place:
            inner = [label(type_, 1)] * (end - start - 2)
            whole = [label(type_, 3)] if end - start == 1 else [label(type_, 0), *inner, label(type_, 2)]
            if list(path[start:end]) == whole:
                place[start, end, type_] += weight
    rows = np.array(list(place))
    found = model.lattice(scores, [size]).spans(rows[:, 0], rows[:, 1], rows[:, 2])
    assert found == pytest.approx([weight / total for weight in place.values()], rel=1e-3)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_sentences_are_read_apart(sizes: list[int], seed: int) -> None:
    model = small(seed)
    scores = np.random.default_rng(seed).normal(size=(sum(sizes), LABELS)).astype(np.float32)
    together, at = model.lattice(scores, sizes).posterior, 0
    assert together.sum(axis=1) == pytest.approx(np.ones(sum(sizes)), rel=1e-3)
    for size in sizes:
        assert model.lattice(scores[at : at + size], [size]).posterior == pytest.approx(
            together[at : at + size], abs=1e-4
        )
        at += size


@given(st.text(alphabet=st.sampled_from("县委书记王小明“”《》，。！\n 的A1\U00020000"), max_size=400))
@settings(max_examples=60, deadline=None)
def test_every_character_has_its_features_and_its_sentence(text: str) -> None:
    assert columns(text, ())[0].shape[0] == len(text) == sum(sentence_lengths(text))
    assert [a for a, _ in blocks(text)] == [0, *(b for _, b in blocks(text))][: len(list(blocks(text)))]


def test_a_long_text_is_read_in_blocks_as_its_parts_are() -> None:
    line = "县妇联主席何晓芸到喜河镇走访。\n"
    text = line * 2000
    found = recognise(RestoredText(text, text, range(len(text) + 1))).mentions
    names = [m for m in found if m.text == "何晓芸"]
    assert len(names) == 2000 and all(text[m.start : m.end] == m.text for m in found)


# --- the file ----------------------------------------------------------------------------------------------


def test_the_model_that_ships_is_small_and_opens() -> None:
    assert MODEL.stat().st_size < 15_000_000
    assert tagger() is tagger()


def test_a_packed_field_opens_and_keeps_its_weights(tmp_path: Path) -> None:
    keys = np.array([5, 1 << 20, 1 << 30], np.uint32)
    weights = np.zeros((3, LABELS), np.float32)
    weights[:, 1] = (1.0, -2.0, 0.5)
    assert pack(keys, weights, np.zeros((LABELS, LABELS)), tmp_path / "m.npz") == 3
    scores = Tagger.open(tmp_path / "m.npz").scores(np.array([[1 << 20, 0], [5, 1 << 30], [77, 0]], np.uint32))
    assert scores[:, 1] == pytest.approx([-2.0, 1.5, 0.0], abs=0.05)


@pytest.mark.parametrize("content", [None, b"", b"PK no archive"])
def test_a_missing_or_damaged_model_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(XianzhiError, match="model.npz"):
        Tagger.open(path)


def test_training_gives_the_same_field_each_time() -> None:
    pytest.importorskip("scipy", reason="training needs scipy")
    from training import crf
    from training.recogniser import labels

    text = "县妇联开会。县残联开会。"
    row = (columns(text, ())[0], labels(len(text), [(0, 3, "ORG"), (6, 9, "ORG")]), sentence_lengths(text), 1.0)
    first, second = (crf.train(crf.sequences([row] * 4), LABELS, allowed(), dropout=0.3, epochs=6) for _ in range(2))
    assert (first.keys == second.keys).all() and (first.weights == second.weights).all()
    model = Tagger(first.keys, first.weights, first.transitions)
    assert {(s, e) for s, e, _, chance in model.judge(text, ()) if chance > 0.5} == {(0, 3), (6, 9)}


# --- other pipelines ---------------------------------------------------------------------------------------


def test_the_model_works_in_a_pipeline_of_ones_own() -> None:
    nlp = spacy.blank("zh")
    for name in ("xianzhi_places", "xianzhi_organisations", "xianzhi_people", "xianzhi_model", "xianzhi_decide"):
        nlp.add_pipe(name)
    doc = nlp("县妇联主席何晓芸到喜河镇走访。")
    assert "县妇联" in {span.text for span in doc.spans["xianzhi"]}
    assert nlp.analyze_pipes()["problems"]["xianzhi_decide"] == []


def test_the_components_are_found_by_name_in_any_spacy() -> None:
    text = (Path(__file__).resolve().parents[1] / "setup.cfg").read_text(encoding="utf-8")
    block = text.split("spacy_factories =\n")[1].split("\n\n")[0].split("\n[")[0]
    rows = dict(line.strip().split(" = ") for line in block.splitlines() if "=" in line)
    assert {f"xianzhi_{n}" for n in (*components.GRAMMARS, "figures", "model", "other", "decide")} == set(rows)
    for name, where in rows.items():
        assert EntryPoint(name, where, "spacy_factories").load() is not None


@pytest.fixture
def other(tmp_path: Path) -> Path:
    nlp = spacy.blank("zh")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "FAC", "pattern": "梨花塔"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "other")
    return tmp_path / "other"


def test_another_pipeline_brings_its_names_under_our_types(other: Path) -> None:
    nlp = choose(str(other), "FAC=Place").nlp
    found = nlp("游客来到梨花塔下。")._.xianzhi_mentions
    assert [(m.text, m.type, m.rule) for m in found] == [("梨花塔", "Place", "spacy:pipeline")]
    assert choose(str(other), "ORG=Organisation").nlp("游客来到梨花塔下。")._.xianzhi_mentions == ()


def test_a_missing_pipeline_is_told_and_the_built_in_model_used() -> None:
    choice = choose("zh_no_such_pipeline")
    assert "zh_no_such_pipeline" in choice.warning and "built-in" in choice.warning
    assert choice.nlp is components.pipeline(segmentation="")


def test_labels_are_read_with_and_without_spaces() -> None:
    assert read_labels("GPE=Place,PERSON = Person") == {"GPE": "Place", "PERSON": "Person"}


def test_a_segmenter_tells_the_model_its_words() -> None:
    text = "县委书记陈志远到石泉县。"
    plain = columns(text, ())[0]
    assert (columns(text, (), lambda t: ["县委", "书记", "陈志远", "到", "石泉县", "。"])[0] != plain).any()
    spans = list(judge(tagger(), text, (), cut=lambda t: list(t)))
    assert all(text[m.start : m.end] == m.text for m in spans)


def test_a_missing_segmentation_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="none"):
        segmenter(str(tmp_path / "none"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="empty"):
        segmenter(str(tmp_path / "empty"))


# --- kg recognise ------------------------------------------------------------------------------------------


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "<b>甲.txt"
    path.write_text("县妇联主席何晓芸到喜河镇走访。<script>alert(1)</script>\x1b[31m", encoding="utf-8")
    return path


def test_kg_recognise_prints_the_text_with_its_names(article: Path) -> None:
    done = kg("recognise", article)
    assert done.returncode == 0
    assert "县妇联/Organisation" in done.stdout and "何晓芸/Person" in done.stdout and "\x1b[31m" not in done.stdout


def test_the_page_holds_hostile_text_as_text(article: Path, tmp_path: Path) -> None:
    done = kg("recognise", article, "--html", "-o", tmp_path / "page.html")
    written = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert done.returncode == 0 and done.stdout == ""
    assert "&lt;b&gt;甲" in written and "<b>" not in written
    hostile = page([("<i>", "县委<script>", [Mention(0, 2, "Organisation", "县委", "org:body")])])
    assert "<script>" not in hostile and "&lt;script&gt;" in hostile and "<i>" not in hostile
    assert "何晓芸" in kg("recognise", article, "--html").stdout


def test_a_page_of_nothing_to_escape_marks_the_types() -> None:
    assert "Organisation" in page([("a", "县委", [Mention(0, 2, "Organisation", "县委", "org:body")])])


def test_what_cannot_be_read_is_named_and_the_rest_is_shown(article: Path, tmp_path: Path) -> None:
    done = kg("recognise", tmp_path / "none.txt", article)
    assert done.returncode == 1 and "none.txt" in done.stderr and "何晓芸" in done.stdout


def test_a_missing_pipeline_in_the_settings_is_told_by_the_command(article: Path, tmp_path: Path) -> None:
    config = tmp_path / "x.toml"
    config.write_text('recogniser = "zh_no_such_pipeline"\n', encoding="utf-8")
    done = kg("recognise", article, "--config", config)
    assert done.returncode == 0 and "zh_no_such_pipeline" in done.stderr and "何晓芸" in done.stdout


def test_a_setting_of_labels_that_cannot_be_read_is_refused(article: Path, tmp_path: Path) -> None:
    done = kg("build", article, "-o", tmp_path / "out", "--recogniser-labels", "ORG=Firm")
    assert done.returncode == 2 and "recogniser_labels" in done.stderr
