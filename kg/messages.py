"""Every sentence of the command line, in English and Chinese: one catalogue, so that none is scattered in code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, get_args

from kg.phrases import PHRASES

Language = Literal["en", "zh"]

MESSAGES: Mapping[str, Mapping[Language, str]] = {
    "kg": {
        "en": "Xianzhi 县志: read Chinese local-government news, write a knowledge graph, ask it.",
        "zh": "县志：读地方政务新闻，写成知识图谱，再向它提问。",
    },
    "build": {
        "en": "Build the graph of the documents in INPUT... (files, folders, patterns, archives; - for the standard "
        "input) into the folder OUT.\n\n"
        "Writes graph.nq, graph.ttl, graph.html, store/ and report.json. What cannot be read is named, the rest is "
        "built, and the exit code is 1. A build that was broken off goes on where it was.",
        "zh": "把 INPUT（文件、文件夹、通配符、压缩包，可多个；- 为标准输入）中的文章建成图谱，写入文件夹 OUT。\n\n"
        "写出 graph.nq、graph.ttl、graph.html、store/ 和 report.json。读不了的逐一指出，其余照建，退出码为 1。"
        "中断后重新运行即从断处继续。",
    },
    "add": {
        "en": "Add the documents in INPUT... to the graph in the folder OUT; those that it holds are not read again.",
        "zh": "把 INPUT 中的文章加入文件夹 OUT 中的图谱；已有的不再处理。",
    },
    "update": {
        "en": "Have the graph in OUT hold of INPUT... what is there now: new and changed documents come, those "
        "that are gone go. What came from elsewhere stays.",
        "zh": "使 OUT 中的图谱与 INPUT 现状一致：加入新的和改过的文章，去掉已不在其中的。来自别处的不变。",
    },
    "remove": {
        "en": "Take documents out of the graph in OUT. DOC is an id, an address (IRI), a file or a folder.",
        "zh": "从 OUT 中的图谱去掉文章。DOC 为文章的 id、地址（IRI）、文件或文件夹。",
    },
    "status": {
        "en": "Show what the folder OUT holds: documents, statements, size, and whether a build is unfinished.",
        "zh": "显示文件夹 OUT 的状况：文章、语句、大小，以及是否有未完成的构建。",
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
    "export": {
        "en": "Write the graph in OUT as one of many formats, to FILE or to the standard output.\n\n"
        "A FILE that ends in .gz is packed. neo4j-csv and csv are several files: FILE is a folder, or ends in .zip.",
        "zh": "把 OUT 中的图谱写成所选格式，输出到 FILE 或标准输出。\n\n"
        "FILE 以 .gz 结尾则压缩。neo4j-csv 和 csv 有多个文件：FILE 是文件夹，或以 .zip 结尾。",
    },
    "load": {
        "en": "Load the graph in OUT into the triple store at URL.\n\n"
        "A load that was broken off goes on where it was; one that is done twice changes nothing.",
        "zh": "把 OUT 中的图谱装入 URL 处的三元组库。\n\n中断后重新运行即从断处继续；重复装入不改变任何内容。",
    },
    "serve": {
        "en": "Serve the graph in OUT over HTTP, to read only: a SPARQL endpoint, a page to ask, one for each thing.",
        "zh": "以只读方式通过 HTTP 提供 OUT 中的图谱：SPARQL 端点、查询页、每个事物的页面。",
    },
    "restore": {
        "en": "Restore damaged text: print or write what each FILE says, readable and in Simplified characters.",
        "zh": "复原损坏的文本：打印或写出各 FILE 的内容，使之可读，并转为简体。",
    },
    "recognise": {"en": "Show each FILE's text, its names in colour.", "zh": "显示各 FILE 的文本，以颜色标出名称。"},
    "option.log-level": {
        "en": "Log what is done, from this level on, to the standard error.",
        "zh": "把此级别以上的运行日志写到标准错误。",
    },
    "option.log-json": {"en": "Log to FILE, as JSON lines.", "zh": "把运行日志按 JSON 行写入 FILE。"},
    "option.html": {"en": "Give a page (HTML) instead of colours.", "zh": "不用颜色，给出网页（HTML）。"},
    "option.html.out": {"en": "File that the page is written to.", "zh": "网页写入的文件。"},
    "option.restore.out": {
        "en": "File (folder for several texts) to write to instead of printing.",
        "zh": "不打印而写入的文件（多篇时为文件夹）。",
    },
    "option.export.format": {"en": "The format to write.", "zh": "要写的格式。"},
    "option.export.out": {
        "en": "File or folder to write to instead of printing.",
        "zh": "不打印而写入的文件或文件夹。",
    },
    "option.to": {
        "en": "Address of the store: the dataset's, repository's or server's; for sparql, of its Graph Store Protocol.",
        "zh": "库的地址：数据集、仓库或服务器的；sparql 则为其 Graph Store Protocol 的地址。",
    },
    "option.type": {"en": "Kind of the store [sparql].", "zh": "库的种类 [sparql]。"},
    "option.user": {"en": "User to log in as.", "zh": "登录的用户名。"},
    "option.password": {"en": "File with the password on its first line.", "zh": "首行为密码的文件。"},
    "option.host": {"en": "Address to listen at.", "zh": "监听的地址。"},
    "option.port": {"en": "Port to listen at; 0 for a free one.", "zh": "监听的端口；0 为任选空闲端口。"},
    "option.timeout": {"en": "Seconds that a query may take.", "zh": "一次查询最多用多少秒。"},
    "option.max-mb": {"en": "Megabytes that an answer may have.", "zh": "一个答案最多多少兆字节。"},
    "option.workers": {"en": "Queries that are answered at a time.", "zh": "同时回答的查询数。"},
    "option.cors": {"en": "Let pages of other sites ask the endpoint.", "zh": "允许其他网站的页面查询本端点。"},
    "option.served-name": {
        "en": "Further host name by which the server is called, as behind a proxy.",
        "zh": "服务器的其他主机名，如经代理访问时。",
    },
    "option.diff": {
        "en": "Show what was changed and why, not the text.",
        "zh": "不显示全文，只显示改动及其原因。",
    },
    "option.map": {
        "en": "Write to FILE, as JSON lines, which raw characters the restored ones came from.",
        "zh": "把复原后的字与原文位置的对应关系按 JSON 行写入 FILE。",
    },
    "option.lang": {
        "en": "Language of help and messages (default: from XIANZHI_LANG, xianzhi.toml, LC_ALL, LANG).",
        "zh": "帮助与提示的语言（默认取自 XIANZHI_LANG、xianzhi.toml、LC_ALL、LANG）。",
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
    "option.min-confidence": {
        "en": "Leave out facts and figures that are less sure (0 to 1).",
        "zh": "不显示置信度（0 到 1）低于此值的事实和数字。",
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
    "build.contradictions": {
        "en": "{count} contradictions, {certain} of them at one known time; see report.json",
        "zh": "矛盾 {count} 处，其中时间确知相同的 {certain} 处，见 report.json",
    },
    "build.nothing": {
        "en": "Nothing was built: no input gave a document.",
        "zh": "什么也没有建成：没有一个输入给出文章。",
    },
    "build.kept": {"en": "The output folder keeps what it held.", "zh": "输出文件夹保持原样。"},
    "build.failed": {
        "en": "{count} inputs or documents failed; the lines above say why.",
        "zh": "{count} 个输入或文章失败，原因见上。",
    },
    "build.warning": {"en": "warning: {where}: {what}", "zh": "警告：{where}：{what}"},
    "build.warnings": {"en": "and {count} more warnings; see report.json", "zh": "另有警告 {count} 条，见 report.json"},
    "build.changed": {
        "en": "{added} documents added, {removed} removed.",
        "zh": "加入文章 {added} 篇，去掉 {removed} 篇。",
    },
    "status.documents": {"en": "documents", "zh": "文章"},
    "status.files": {"en": "files", "zh": "文件"},
    "status.statements": {"en": "statements", "zh": "语句"},
    "status.entities": {"en": "entities", "zh": "实体"},
    "status.date": {"en": "newest article", "zh": "最新文章"},
    "status.changed": {"en": "last change", "zh": "最近更改"},
    "status.size": {"en": "size", "zh": "大小"},
    "status.waiting": {
        "en": "{count} results of a build that did not end wait; run it again to use them.",
        "zh": "有未完成的构建留下的结果 {count} 条；重新运行即可利用。",
    },
    "status.writing": {"en": "It is being written to now.", "zh": "正在写入。"},
    "status.foreign": {
        "en": "Another version of this program built it: build it again before you change it.",
        "zh": "由本程序的其他版本所建：更改之前请重新构建。",
    },
    "build.invalid": {
        "en": "The graph breaks {count} shapes; see report.json, or run: kg validate {out}",
        "zh": "图谱违反 {count} 处形状约束；见 report.json，或运行：kg validate {out}",
    },
    "load.done": {
        "en": "{count} statements are in the store at {url}.",
        "zh": "{url} 处的库中已有语句 {count} 条。",
    },
    "serve.started": {"en": "Serving {url} (Ctrl-C ends it)", "zh": "已在 {url} 提供服务（Ctrl-C 结束）"},
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
    "figure.Share": {"en": "share", "zh": "比率"},
    "figure.Increase": {"en": "increase", "zh": "增长"},
    "figure.Decrease": {"en": "decrease", "zh": "下降"},
    "figure.Before": {"en": "before", "zh": "变化前"},
    "figure.After": {"en": "after", "zh": "变化后"},
    "figure.LowerBound": {"en": "at least", "zh": "下限"},
    "figure.UpperBound": {"en": "at most", "zh": "上限"},
    "explain.reference": {"en": "from reference data", "zh": "据参考数据"},
    "explain.nothing": {
        "en": "{name}: nothing in the graph bears this name; try its full name, or kg query OUT --name documents",
        "zh": "{name}：图谱中没有此名；请用全称，或试 kg query OUT --name documents",
    },
    "explain.matches": {"en": "{count} things bear the name {name}", "zh": "名为 {name} 的有 {count} 个"},
    "error": {"en": "error: {error}", "zh": "错误：{error}"},
    "restore.written": {"en": "written: {path}", "zh": "已写入：{path}"},
    "restore.simplified": {"en": "and Traditional characters became Simplified", "zh": "另将繁体转为简体"},
    "restore.changes": {"en": "{name}: {count} repairs", "zh": "{name}：修复 {count} 处"},
    "repair.pinyin": {"en": "pinyin note", "zh": "拼音注音"},
    "repair.gbk": {"en": "GBK bytes out of step", "zh": "GBK 字节错位"},
    "repair.jam": {"en": "anti-copy noise", "zh": "防复制干扰码"},
    "repair.intruder": {"en": "name pushed in", "zh": "插入的站名"},
    "repair.furniture": {"en": "page furniture", "zh": "网页杂项"},
    "repair.invisible": {"en": "invisible character", "zh": "不可见字符"},
    "repair.space": {"en": "space", "zh": "空格"},
    "repair.line": {"en": "broken line", "zh": "断行"},
    "repair.doubled": {"en": "doubled sign", "zh": "重复标点"},
    "repair.entity": {"en": "HTML entity", "zh": "HTML 实体"},
    "repair.tag": {"en": "HTML tag", "zh": "HTML 标签"},
    "repair.unreadable": {"en": "unreadable character", "zh": "不可读字符"},
    "repair.mojibake": {"en": "wrong encoding", "zh": "编码错读"},
    "stage.read": {"en": "reading", "zh": "读入"},
    "stage.restore": {"en": "restoring", "zh": "复原"},
    "stage.recognise": {"en": "recognising", "zh": "识别"},
    "stage.resolve": {"en": "resolving", "zh": "归一"},
    "stage.relate": {"en": "relating", "zh": "关联"},
    "stage.extract": {"en": "extracting", "zh": "抽取"},
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

    def told(self, line: str) -> str:
        """What an error or a warning says, in this language; what the catalogue does not hold stays as it is.

        >>> Messages("zh").told("a.txt: does not exist; check the path")
        'a.txt：不存在；请检查路径'
        >>> Messages("zh").told("cannot be written to (No space left on device)")
        '无法写入（磁盘空间不足）'
        """
        return line if self.language == "en" else _phrase(line) or _error_line(line) or line


def _error_line(line: str) -> str | None:
    """``where: cause; remedy`` in Chinese, cut where both cause and remedy are known: a path may hold those signs."""
    for begin in _places(": ", line):
        for end in _places("; ", line):
            cause, remedy = _phrase(line[begin + 2 : end]), _phrase(line[end + 2 :])
            if begin < end and cause and remedy:
                where = line[:begin]
                return f"{_phrase(where) or where}：{cause}；{remedy}"
    return None


def _places(sign: str, line: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(re.escape(sign), line))


def _phrase(text: str) -> str | None:
    if text in PHRASES:
        return PHRASES[text]
    for pattern, chinese in _templates():
        if found := pattern.fullmatch(text):
            return chinese.format(**{gap: _phrase(value) or value for gap, value in found.groupdict().items()})
    return None


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The phrases with gaps as patterns, those with most words of their own first."""
    with_gaps = sorted((english for english in PHRASES if "{" in english), key=len, reverse=True)
    patterns = (re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(english)) for english in with_gaps)
    return tuple((re.compile(p, re.DOTALL), PHRASES[e]) for p, e in zip(patterns, with_gaps, strict=True))


def language_of(
    wanted: str | None, environment: Mapping[str, str] = os.environ, *, configured: str | None = None
) -> Language:
    """The language asked for, else that of XIANZHI_LANG, the one ``configured`` in a file, LC_ALL, LANG; else English.

    >>> language_of("auto", {"LANG": "zh_CN.UTF-8"}), language_of(None, {"XIANZHI_LANG": "en", "LANG": "zh_CN"})
    ('zh', 'en')
    >>> language_of(None, {"LANG": "en_GB.UTF-8"}, configured="zh")
    'zh'
    """
    get = environment.get
    sources: Sequence[str | None] = (wanted, get("XIANZHI_LANG"), configured, get("LC_ALL"), get("LANG"))
    for source in sources:
        if source and source != "auto":
            return next((known for known in get_args(Language) if source.lower().startswith(known)), "en")
    return "en"
