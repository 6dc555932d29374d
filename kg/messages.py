"""Every sentence of the command line, in English and Chinese: one catalogue, so that none is scattered in code."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Language = Literal["en", "zh"]

MESSAGES: Mapping[str, Mapping[Language, str]] = {
    "kg": {
        "en": "Xianzhi 县志: read Chinese local-government news, write a knowledge graph, ask it.",
        "zh": "县志：读地方政务新闻，写成知识图谱，再向它提问。",
    },
    "build": {
        "en": "Build the graph of the documents in INPUT... (files and folders) into the folder OUT.\n\n"
        "Writes graph.nq, graph.ttl, graph.html, store/ and report.json. What cannot be read is named, the rest is "
        "built, and the exit code is 1.",
        "zh": "把 INPUT（文件或文件夹，可多个）中的文章建成图谱，写入文件夹 OUT。\n\n"
        "写出 graph.nq、graph.ttl、graph.html、store/ 和 report.json。读不了的逐一指出，其余照建，退出码为 1。",
    },
    "query": {
        "en": "Ask the graph in the folder OUT: a SPARQL query, or a ready-made question by --name.",
        "zh": "查询文件夹 OUT 中的图谱：写 SPARQL，或用 --name 选现成的问题。",
    },
    "explain": {
        "en": "Show what the graph in OUT knows of NAME (any name or alias): its facts, each with its sentence.",
        "zh": "显示 OUT 中的图谱对 NAME（任一名称或别名）所知的一切：各项事实及其原句。",
    },
    "validate": {
        "en": "Check the graph in OUT against the shapes; the exit code is 1 where it breaks one.",
        "zh": "按形状约束检查 OUT 中的图谱；有违反时退出码为 1。",
    },
    "option.lang": {
        "en": "Language of help and messages (default: from XIANZHI_LANG, LC_ALL, LANG).",
        "zh": "帮助与提示的语言（默认取自 XIANZHI_LANG、LC_ALL、LANG）。",
    },
    "option.help": {"en": "Show this help and stop.", "zh": "显示本帮助后退出。"},
    "option.version": {"en": "Show the version and stop.", "zh": "显示版本后退出。"},
    "option.out": {"en": "Folder that the graph is written to.", "zh": "图谱写入的文件夹。"},
    "option.config": {
        "en": "TOML file with settings (default: xianzhi.toml in the working folder).",
        "zh": "设置文件，TOML 格式（默认：当前文件夹中的 xianzhi.toml）。",
    },
    "option.format": {
        "en": "Form of the answer; ttl is for CONSTRUCT and DESCRIBE.",
        "zh": "答案的形式；ttl 用于 CONSTRUCT 和 DESCRIBE。",
    },
    "option.list": {"en": "List the ready-made questions.", "zh": "列出现成的问题。"},
    "option.name": {"en": "Ask the ready-made question NAME.", "zh": "提出名为 NAME 的现成问题。"},
    "option.param": {"en": "Give a ready-made question a parameter.", "zh": "给现成的问题一个参数。"},
    "heading.usage": {"en": "Usage: ", "zh": "用法："},
    "heading.options": {"en": "Options", "zh": "选项"},
    "heading.commands": {"en": "Commands", "zh": "命令"},
    "build.done": {
        "en": "{documents} documents, {entities} entities, {claims} claims, {observations} figures -> {out}",
        "zh": "文章 {documents} 篇，实体 {entities} 个，事实 {claims} 条，数字 {observations} 个 → {out}",
    },
    "build.nothing": {
        "en": "Nothing was built: no input gave a document; the output folder keeps what it held.",
        "zh": "什么也没有建成：没有一个输入给出文章；输出文件夹保持原样。",
    },
    "build.failed": {
        "en": "{count} inputs or documents failed; the lines above say why.",
        "zh": "{count} 个输入或文章失败，原因见上。",
    },
    "build.warning": {"en": "warning: {where}: {what}", "zh": "警告：{where}：{what}"},
    "build.warnings": {
        "en": "and {count} more warnings; see report.json",
        "zh": "另有警告 {count} 条，见 report.json",
    },
    "build.invalid": {
        "en": "The graph breaks {count} shapes; see report.json, or run: kg validate {out}",
        "zh": "图谱违反 {count} 处形状约束；见 report.json，或运行：kg validate {out}",
    },
    "validate.ok": {"en": "The graph keeps to every shape.", "zh": "图谱符合全部形状约束。"},
    "validate.broken": {"en": "{count} violations.", "zh": "违反 {count} 处。"},
    "validate.severity": {"en": "severity", "zh": "程度"},
    "validate.node": {"en": "node", "zh": "节点"},
    "validate.path": {"en": "property", "zh": "属性"},
    "validate.value": {"en": "value", "zh": "值"},
    "validate.message": {"en": "what is wrong", "zh": "问题"},
    "query.name": {"en": "name", "zh": "名称"},
    "query.title": {"en": "question", "zh": "问题"},
    "query.parameters": {"en": "parameters", "zh": "参数"},
    "query.yes": {"en": "yes", "zh": "是"},
    "query.no": {"en": "no", "zh": "否"},
    "query.rows": {"en": "{count} rows", "zh": "{count} 行"},
    "explain.aliases": {"en": "also", "zh": "又名"},
    "explain.code": {"en": "division code", "zh": "区划代码"},
    "explain.figures": {"en": "figures", "zh": "数字"},
    "explain.reference": {"en": "from reference data", "zh": "据参考数据"},
    "explain.nothing": {
        "en": "{name}: nothing in the graph bears this name; try its full name, or kg query OUT --name documents",
        "zh": "{name}：图谱中没有此名；请用全称，或试 kg query OUT --name documents",
    },
    "explain.matches": {"en": "{count} things bear the name {name}", "zh": "名为 {name} 的有 {count} 个"},
    "error": {"en": "error: {error}", "zh": "错误：{error}"},
    "stage.read": {"en": "reading", "zh": "读入"},
    "stage.restore": {"en": "restoring", "zh": "复原"},
    "stage.recognise": {"en": "recognising", "zh": "识别"},
    "stage.resolve": {"en": "resolving", "zh": "归一"},
    "stage.relate": {"en": "relating", "zh": "关联"},
    "stage.record": {"en": "recording", "zh": "入库"},
    "stage.render": {"en": "writing files", "zh": "写文件"},
    "stage.validate": {"en": "checking", "zh": "检查"},
}


class Messages:
    """The catalogue in one language.

    >>> Messages("en")("query.rows", count=3)
    '3 rows'
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The sentence ``key`` with ``values`` filled in."""
        sentence = MESSAGES[key][self.language]
        return sentence.format(**values) if values else sentence


def language_of(wanted: str | None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language asked for, else the one of the surroundings, else English.

    >>> language_of("auto", {"LANG": "zh_CN.UTF-8"}), language_of(None, {"XIANZHI_LANG": "en", "LANG": "zh_CN"})
    ('zh', 'en')
    """
    sources: Sequence[str | None] = (wanted, *(environment.get(name) for name in ("XIANZHI_LANG", "LC_ALL", "LANG")))
    for source in sources:
        if source and source != "auto":
            return next((known for known in get_args(Language) if source.lower().startswith(known)), "en")
    return "en"
