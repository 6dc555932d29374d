"""The one table of settings: name, type, default, limits and help. It feeds the options of ``kg build``, the
configuration file ``xianzhi.toml`` and ``docs/settings.md``.

>>> settings_from({"min_confidence": 0.5}).min_confidence
0.5
>>> Settings().base_iri
'https://w3id.org/xianzhi/id/'
"""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from kg.errors import SettingsError

CONFIG_NAME = "xianzhi.toml"
LANGUAGES = ("auto", "en", "zh")
ENGINES = ("", "dask")

# An absolute IRI of plain ASCII that ends where a local name can follow: what every store and parser accepts.
_BASE_IRI = re.compile(r"(?:https?://[A-Za-z0-9.:\[\]_-]+/|urn:[A-Za-z0-9-]+:)[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*[/#:]?")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~!$&'()*+,;=:@/?#%-]+")

_COLUMN = r"\s*(?:id|title|text|date|source|url|authors)\s*=\s*[^,，;；=]*[^,，;；=\s]\s*"
_COLUMNS = re.compile(rf"(?:{_COLUMN}(?:[,，;；]{_COLUMN})*)?")
_LABEL = r"\s*\w+\s*=\s*(?:Organisation|Person|Place|Program|Post)\s*"
_LABELS = re.compile(rf"(?:{_LABEL}(?:,{_LABEL})*)?")


def setting(default: Any, *, en: str, zh: str) -> Any:
    """A row of the table: the default value, and the help in both languages."""
    return field(default=default, metadata={"en": en, "zh": zh})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a graph is built. Values are checked on the way in: ``SettingsError`` says which is wrong and why."""

    base_iri: str = setting(
        "https://w3id.org/xianzhi/id/",
        en="Base of the IRIs of all things in the graph; ends in / or #.",
        zh="图中所有事物 IRI 的前缀，以 / 或 # 结尾。",
    )
    min_confidence: float = setting(
        0.0,
        en="Leave out facts and figures whose confidence (0 to 1) is lower.",
        zh="舍去置信度（0 到 1）低于此值的事实和数字。",
    )
    max_file_mb: float = setting(
        20.0,
        en="Largest input file that is read, in megabytes.",
        zh="可读入的最大文件，以兆字节计。",
    )
    workers: int = setting(
        0,
        en="Processes that work on documents; 0: one for each core, 1: none but this one.",
        zh="处理文章的进程数；0 为每个核心一个，1 为只用本进程。",
    )
    engine: str = setting(
        "",
        en="Spread the work over many machines: dask. The graph comes as shards of sorted N-Quads.",
        zh="把工作分布到多台机器：dask。图谱以排序的 N-Quads 分片给出。",
    )
    scheduler: str = setting(
        "",
        en="Address of the engine's scheduler, like tcp://10.0.0.1:8786; empty: an engine of its own on this machine.",
        zh="引擎调度器的地址，如 tcp://10.0.0.1:8786；留空则在本机自行启动。",
    )
    shard_documents: int = setting(
        1000,
        en="How many files or records an engine works on at a time; they give one shard.",
        zh="引擎每次处理多少个文件或记录，各成一个分片。",
    )
    document_seconds: float = setting(
        120.0,
        en="Seconds that one document may take before it is set aside.",
        zh="一篇文章最多处理多少秒，超过则搁置。",
    )
    max_unpacked_mb: float = setting(
        2000.0,
        en="What one archive may unpack to in all, in megabytes; also its own size. Nothing is unpacked to the disk.",
        zh="一个压缩包全部解开后最多多少兆字节，其自身大小也以此为限。不会解压到磁盘。",
    )
    max_members: int = setting(
        100_000,
        en="How many files one archive may hold.",
        zh="一个压缩包最多可含多少个文件。",
    )
    columns: str = setting(
        "",
        en="Which column or field holds what, where the names are unusual: text=zw, title=bt, date=fbsj.",
        zh="列名或字段名特殊时，指明何处为何：text=zw, title=bt, date=fbsj。",
    )
    merge_people: bool = setting(
        True,
        en="Take people of one name with posts in one division for one person in all documents.",
        zh="把各文档中同名且在同一区划任职的人视为同一人。",
    )
    recogniser: str = setting(
        "",
        en="Another spaCy pipeline for names (a name like zh_core_web_trf, or a path); empty: the built-in model.",
        zh="改用其他 spaCy 管道识别名称（如 zh_core_web_trf，或路径）；留空则用内置模型。",
    )
    recogniser_labels: str = setting(
        "PERSON=Person, ORG=Organisation, GPE=Place, LOC=Place, FAC=Place",
        en="What the labels of that pipeline mean: LABEL=Organisation, Person, Place, Program or Post.",
        zh="该管道的标签各指什么：标签=Organisation、Person、Place、Program 或 Post。",
    )
    segmentation: str = setting(
        "",
        en="Folder of a segmentation model of spacy-pkuseg, whose words the built-in model then sees.",
        zh="spacy-pkuseg 分词模型所在文件夹，供内置模型参考其分词；留空则只用词典。",
    )
    dataset_title: str = setting(
        "县志 Xianzhi",
        en="Title of the dataset, in the graph's description of itself.",
        zh="数据集的标题，写入图谱对自身的描述。",
    )
    dataset_license: str = setting(
        "",
        en="IRI of the licence under which you publish the graph, for its description of itself.",
        zh="发布图谱所用许可证的 IRI，写入图谱对自身的描述。",
    )
    dataset_date: str = setting(
        "",
        en="Date of the dataset, like 2024-05-31, or today; without it that of the newest article.",
        zh="数据集的日期，如 2024-05-31，或 today（当天）；不给则取最新文章的日期。",
    )
    language: str = setting(
        "auto",
        en="Language of help and messages: auto, en or zh.",
        zh="帮助与提示所用的语言：auto、en 或 zh。",
    )

    def __post_init__(self) -> None:
        for row in fields(self):
            _require_type(row, getattr(self, row.name))
        _require(
            _BASE_IRI.fullmatch(self.base_iri) is not None and self.base_iri[-1] in "/#:",
            "base_iri",
            "is no absolute ASCII IRI that ends in / or #",
            "give one like https://data.example.org/id/",
        )
        _require(0 <= self.min_confidence <= 1, "min_confidence", "is not between 0 and 1", "give a value like 0.5")
        _require(0 < self.max_file_mb < 1e6, "max_file_mb", "is no size of a file", "give megabytes, like 20")
        _require(0 <= self.workers <= 1024, "workers", "is no number of processes", "give a number like 4")
        _require(self.engine in ENGINES, "engine", "is unknown", "choose dask, or none")
        _require(
            bool(self.engine) or not self.scheduler,
            "scheduler",
            "is of use with an engine only",
            "set engine to dask as well",
        )
        _require(self.shard_documents > 0, "shard_documents", "is not above zero", "give a value like 1000")
        _require(0 < self.document_seconds < 1e6, "document_seconds", "is no time", "give seconds, like 120")
        _require(0 < self.max_unpacked_mb < 1e6, "max_unpacked_mb", "is no size of a file", "give megabytes, like 20")
        _require(self.max_members > 0, "max_members", "is not above zero", "give a value like 100000")
        _require(
            _COLUMNS.fullmatch(self.columns) is not None,
            "columns",
            "is no list of fields with their columns",
            "write it like text=content, title=headline; the fields are id, title, text, date, source, url, authors",
        )
        _require(
            _LABELS.fullmatch(self.recogniser_labels) is not None,
            "recogniser_labels",
            "is no list of labels with their types",
            "write it like ORG=Organisation, GPE=Place",
        )
        _require(
            not self.dataset_license or _IRI.fullmatch(self.dataset_license) is not None,
            "dataset_license",
            "is no absolute ASCII IRI",
            "give one like https://creativecommons.org/licenses/by/4.0/",
        )
        _require(
            self.dataset_date in ("", "today") or _is_date(self.dataset_date),
            "dataset_date",
            "is no date",
            "give one like 2024-05-31",
        )
        _require(self.language in LANGUAGES, "language", "is unknown", f"choose one of {', '.join(LANGUAGES)}")


def settings_from(values: Mapping[str, Any], config: Path | None = None) -> Settings:
    """Settings from a configuration file with ``values`` laid over it.

    ``config`` names the TOML file; without it ``xianzhi.toml`` in the working folder is read where there is
    one. Raises ``SettingsError`` for a file that cannot be read, an unknown name or a wrong value.
    """
    path = config or Path(CONFIG_NAME)
    from_file = read_config(path) if config is not None or path.is_file() else {}
    return Settings(**{**from_file, **values})


def read_config(path: Path) -> dict[str, Any]:
    """The settings that a TOML file gives, checked by name."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(path, f"cannot be read ({error.strerror})", "check the path given as --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(path, f"is not valid TOML ({_one_line(error)})", "mend that line") from error
    names = [row.name for row in fields(Settings)]
    for name in values:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(names)}"
            raise SettingsError(path, f"unknown setting {_one_line(name)}", remedy)
    return values


def configured_language(config: Path | None = None) -> str | None:
    """The language that the configuration file asks for; None where there is no such file or setting.

    It is needed before anything can be said, so a file that is wrong is nobody's language here:
    ``settings_from`` complains of it.
    """
    try:
        language = tomllib.loads((config or Path(CONFIG_NAME)).read_text(encoding="utf-8")).get("language")
    except (OSError, ValueError):
        return None
    return language if language in LANGUAGES else None


def settings_page() -> str:
    """``docs/settings.md``: the table in English and Chinese, made from this module."""
    rows = [
        f"| `{row.name}` | `{option_name(row)}` | `{row.default}` | {row.metadata['en']} | {row.metadata['zh']} |"
        for row in fields(Settings)
    ]
    return "\n".join(
        [
            "# Settings 设置",
            "",
            "Made from `kg/settings.py` by `python -m kg.settings`; do not edit.",
            "",
            f"A setting comes from the command line, else from the file named by `--config`, else from `{CONFIG_NAME}`",
            "in the working folder, else it has its default. For the language the environment counts too: `--lang`",
            "(before or after the command), `XIANZHI_LANG`, the file, `LC_ALL`, `LANG`; the first that says one wins.",
            "The file is TOML, one `name = value` a line:",
            "",
            "```toml",
            'base_iri = "https://data.example.org/id/"',
            "min_confidence = 0.5",
            "```",
            "",
            "| name 名称 | option 选项 | default 默认 | meaning | 含义 |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def option_name(row: Field[Any]) -> str:
    """The command line's option for a setting; a switch has two names, the language the short ``--lang``."""
    if row.name == "language":
        return "--lang"
    name = row.name.replace("_", "-")
    return f"--{name}/--no-{name}" if isinstance(row.default, bool) else f"--{name}"


def _require_type(row: Field[Any], value: Any) -> None:
    wanted = (int, float) if isinstance(row.default, float) else (type(row.default),)
    _require(
        isinstance(value, wanted) and isinstance(value, bool) == isinstance(row.default, bool),
        row.name,
        f"is a {type(value).__name__}",
        f"give a {type(row.default).__name__}, like {row.default!r}",
    )


def _require(holds: bool, name: str, cause: str, remedy: str) -> None:
    if not holds:
        raise SettingsError(name, cause, remedy)


def _is_date(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


if __name__ == "__main__":
    print(settings_page(), end="")
