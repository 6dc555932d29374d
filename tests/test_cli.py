"""The command line as a user meets it: processes, exit codes, languages, forms of output."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from conftest import ROOT, kg, kg_process

from kg.errors import XianzhiError
from kg.messages import MESSAGES, Messages
from kg.phrases import PHRASES
from kg.settings import Settings, settings_from, settings_page

COMMANDS = (
    "build", "add", "update", "remove", "status", "query", "explain", "validate", "export", "load", "serve",
    "recognise", "restore",
)  # fmt: skip
ESC = "\x1b"


@pytest.fixture
def out(read_only_out: Path) -> Path:
    return read_only_out


@pytest.mark.parametrize("command", ((), *((name,) for name in COMMANDS)))
def test_help_speaks_both_languages(command: tuple[str, ...]) -> None:
    english, chinese = kg("--lang", "en", *command, "--help"), kg("--lang=zh", *command, "--help")
    assert english.returncode == chinese.returncode == 0
    assert "Usage: " in english.stdout and "Options:" in english.stdout
    assert "用法：" in chinese.stdout and "显示本帮助后退出" in chinese.stdout
    assert "Show this" not in chinese.stdout


@pytest.mark.parametrize("name", ["XIANZHI_LANG", "LC_ALL", "LANG"])
def test_the_language_comes_from_the_surroundings(name: str) -> None:
    assert "用法：" in kg("--help", env={name: "zh_CN.UTF-8"}).stdout
    assert "Usage: " in kg("--help", env={name: "de_DE.UTF-8"}).stdout


def test_every_message_has_both_languages_and_the_same_gaps() -> None:
    for key, message in MESSAGES.items():
        gaps = [sorted(re.findall(r"{(\w+)}", message[language])) for language in ("en", "zh")]
        assert all(message.values()) and gaps[0] == gaps[1], key
    for english, chinese in PHRASES.items():
        assert sorted(re.findall(r"{(\w+)}", english)) == sorted(re.findall(r"{(\w+)}", chinese)), english


def error_texts() -> Iterator[str]:
    """Causes and remedies of the errors raised in kg/, and warnings, as texts with 7 in their gaps."""
    raising = {"error", "_require", "XianzhiError", *(c.__name__ for c in XianzhiError.__subclasses__())}
    named = {"cause", "remedy", "warning", "_REMEDY", "NO_TEXT"}
    for path in sorted((ROOT / "kg").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                parts = node.args[-2:] if name in raising else []
            elif isinstance(node, ast.Assign):
                targets = [name.id for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)]
                value = node.value
                if named & set(targets):
                    parts = value.elts if isinstance(value, ast.Tuple) else [value]
            yield from (text for part in parts if (text := as_text(part)))


def as_text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def test_every_error_in_the_code_can_be_told_in_chinese() -> None:
    texts = set(error_texts())
    assert len(texts) > 80
    assert [text for text in sorted(texts) if Messages("zh").told(text) == text] == []


@pytest.mark.parametrize(
    "words",
    [
        ("build", "missing.txt", "-o", "out"),
        ("build", "empty.txt", "-o", "out"),
        ("build", "a: b; c.txt", "-o", "out"),
        ("build", "empty.txt", "-o", "empty.txt"),
        ("build", "empty.txt", "-o", "out", "--min-confidence", "7"),
        ("build", "empty.txt", "-o", "out", "--min-confidence", "x"),
        ("build", "empty.txt", "-o", "out", "--no-such"),
        ("query", "nowhere", "ASK {}"),
        ("frobnicate",),
    ],
)
def test_errors_are_told_in_chinese_whole(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    said = kg("--lang", "zh", *words, cwd=tmp_path).stderr
    # What the user typed, and names of commands, stay.
    for word in (*words, "OUT", "INPUT...", "query", "kg", "build", "min_confidence"):
        said = said.replace(word, "")
    assert said.startswith("错误：") and not re.search("[A-Za-z]{3}", said), said


def test_warnings_are_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("会议强调，要抓好落实。", encoding="utf-8")
    done = kg("build", "a.txt", "-o", "out", "--lang", "zh", cwd=tmp_path)
    assert "警告：a.txt：没有找到文章所述的地方" in done.stderr


@pytest.mark.parametrize(
    ("words", "env", "chinese"),
    [
        (("--help",), {"LANG": "en_GB.UTF-8"}, True),
        (("--help",), {"XIANZHI_LANG": "en"}, False),
        (("--lang", "en", "--help"), {}, False),
        (("--lang", "auto", "--help"), {}, True),
        (("build", "--config", "other.toml", "--help"), {}, False),
        (("build", "--help", "--lang=en"), {}, False),
    ],
)
def test_the_language_of_the_file_counts(
    words: tuple[str, ...], env: dict[str, str], chinese: bool, tmp_path: Path
) -> None:
    (tmp_path / "xianzhi.toml").write_text('language = "zh"\n', encoding="utf-8")
    (tmp_path / "other.toml").write_text('language = "en"\n', encoding="utf-8")
    done = kg(*words, cwd=tmp_path, env=env)
    assert done.returncode == 0 and ("用法：" in done.stdout) is chinese


@pytest.mark.parametrize("command", COMMANDS)
def test_the_language_may_stand_behind_the_command(command: str) -> None:
    assert "用法：" in kg(command, "--lang", "zh", "--help").stdout
    assert kg(command, "--lang", "de").returncode == 2


def test_nothing_is_kept_where_nothing_was(tmp_path: Path) -> None:
    done = kg("build", "missing.txt", "-o", "out", cwd=tmp_path)
    assert "Nothing was built" in done.stderr and "keeps what it held" not in done.stderr
    (tmp_path / "out").mkdir()
    assert "keeps what it held" in kg("build", "missing.txt", "-o", "out", cwd=tmp_path).stderr


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"kg \S+\n", kg("--version").stdout)


def test_help_loads_nothing_heavy() -> None:
    heavy = ("spacy", "rdflib", "numpy", "pyoxigraph", "rich")
    code = f"import sys, kg.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("build",),
        ("build", "x", "-o", "y", "--no-such"),
        ("build", "x", "-o", "y", "--min-confidence", "7"),
        ("build", "x", "-o", "y", "--base-iri", "no iri"),
        ("build", "x", "-o", "y", "--config", "missing.toml"),
        ("query", "out"),
        ("query", "nowhere", "ASK {}"),
        ("explain", "nowhere", "x"),
        ("validate", "nowhere"),
        ("--lang", "de", "build"),
    ],
)
def test_unusable_arguments_give_one_line_and_code_2(words: tuple[str, ...], tmp_path: Path) -> None:
    done = kg(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1 and done.stderr.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


# --- query -------------------------------------------------------------------------------------------------


def test_a_table_for_people(out: Path) -> None:
    done = kg("query", out, "--name", "who-holds-post", "--param", "title=县委书记")
    assert done.returncode == 0 and "梨文山" in done.stdout and "3 rows" in done.stdout


def test_csv_and_json_for_programs(out: Path) -> None:
    query = "SELECT DISTINCT ?name WHERE { ?p a xz:Person ; skos:prefLabel ?name }"
    as_csv = kg("query", out, query, "--format", "csv").stdout
    as_json = json.loads(kg("query", out, query, "--format", "json").stdout)
    assert list(csv.reader(io.StringIO(as_csv))) == [["name"], ["梨文山"]]
    assert as_json["results"]["bindings"][0]["name"]["value"] == "梨文山"


def test_turtle_for_constructed_graphs(out: Path) -> None:
    done = kg("query", out, "CONSTRUCT { ?p org:holds ?q } WHERE { ?p org:holds ?q }", "--format", "ttl")
    assert done.returncode == 0 and "org:holds" in done.stdout


def test_yes_and_no(out: Path) -> None:
    assert kg("query", out, "ASK { ?p a xz:Person }").stdout == "yes\n"
    assert kg("--lang", "zh", "query", out, "ASK { ?p a xz:Nothing }").stdout == "否\n"


def test_the_ready_made_questions_are_listed_in_both_languages(out: Path) -> None:
    assert "Who holds which post" in kg("query", out, "--list").stdout
    assert "谁任何职" in kg("--lang", "zh", "query", out, "--list").stdout


@pytest.mark.parametrize("words", [("SELECT oops",), ("--name", "nothing"), ("--name", "visits", "--param", "x=y")])
def test_a_question_that_cannot_be_asked_gives_one_line(words: tuple[str, ...], out: Path) -> None:
    done = kg("query", out, *words)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr


def test_a_query_for_another_server_gives_one_line(out: Path) -> None:
    for format in ("table", "csv"):
        done = kg("query", out, "SELECT * {SERVICE <http://127.0.0.1:9/> {?x ?p ?o}}", "--format", format)
        assert (done.returncode, done.stdout) == (2, "") and len(done.stderr.splitlines()) == 1


def test_a_row_in_a_pipe_is_one_line(out: Path) -> None:
    lines = kg("query", out, "--name", "facts-with-sentences").stdout.splitlines()
    assert sum("沅陵县委书记梨文山到麻溪铺镇调研。" in line and "xz:visited" in line for line in lines) == 3


def test_nothing_that_a_text_says_commands_the_terminal(tmp_path: Path, out: Path) -> None:
    done = kg("query", out, f'SELECT ("{ESC}[31m红[bold]\u202e\u009b" AS ?x) WHERE {{}}')
    assert ESC not in done.stdout and "\u202e" not in done.stdout and "\u009b" not in done.stdout
    assert "红[bold]" in done.stdout


def test_two_processes_write_the_same_bytes_in_any_order(articles: Path, tmp_path: Path) -> None:
    files = sorted(articles.iterdir())
    for seed, order in (("1", files), ("2", files[::-1])):
        done = kg_process("build", *order, "-o", tmp_path / seed, env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
    for name in ("graph.nq", "graph.ttl"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


# --- explain, validate -------------------------------------------------------------------------------------


def test_explain_shows_facts_with_their_sentences(out: Path) -> None:
    done = kg("explain", out, "县委")
    assert done.returncode == 0
    for expected in ("沅陵县委", "梨文山 县委书记", "沅陵县委书记梨文山到麻溪铺镇调研。"):
        assert expected in done.stdout


def test_explain_leaves_out_what_is_less_sure(out: Path) -> None:
    done = kg("explain", out, "沅陵县委", "--min-confidence", "0.85")
    assert "梨文山 县委书记" in done.stdout and "两访两问" not in done.stdout
    assert "沅陵县委办公室" in done.stdout  # from reference data, which needs no confidence
    wrong = kg("explain", out, "沅陵县委", "--min-confidence", "2")
    assert wrong.returncode == 2 and "not between 0 and 1" in wrong.stderr


def test_explain_says_when_nothing_bears_the_name(out: Path) -> None:
    done = kg("explain", out, "不存在")
    assert (done.returncode, done.stdout) == (1, "") and "不存在" in done.stderr


def test_validate_accepts_what_a_build_made(out: Path) -> None:
    assert kg("validate", out).returncode == 0


# --- settings ----------------------------------------------------------------------------------------------


def test_every_setting_is_an_option_with_help_in_both_languages() -> None:
    helps = {language: kg("--lang", language, "build", "--help").stdout for language in ("en", "zh")}
    for row in fields(Settings):
        if row.name != "language":
            assert all(f"--{row.name.replace('_', '-')} " in text for text in helps.values())


def test_the_settings_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page()


def test_the_command_line_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text("min_confidence = 0.4\nmax_file_mb = 3\n")
    settings = settings_from({"min_confidence": 0.9}, config)
    assert (settings.min_confidence, settings.max_file_mb) == (0.9, 3)
    assert settings.base_iri == Settings().base_iri


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("min_confidense = 1", "did you mean min_confidence"),
        ("min_confidence = 'x'", "give a float"),
        ("min_confidence = true", "give a float"),
        ("max_file_mb = -1", "no size of a file"),
        ("base_iri = 'https://e.org/a b/'", "no absolute ASCII IRI"),
        ("base_iri = 'https://e.org/县/'", "no absolute ASCII IRI"),
        ("base_iri = 'https://e.org/x'", "no absolute ASCII IRI"),
        ("a = = b", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "xianzhi.toml").write_text(text, encoding="utf-8")
    done = kg("build", "x.txt", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not (tmp_path / "out").exists()
