"""Every sentence of the command line, in English and Chinese: one catalogue, so that none is scattered in code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
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
        "en": "Nothing was built: no input gave a document.",
        "zh": "什么也没有建成：没有一个输入给出文章。",
    },
    "build.kept": {"en": "The output folder keeps what it held.", "zh": "输出文件夹保持原样。"},
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
    "stage.record": {"en": "recording", "zh": "入库"},
    "stage.render": {"en": "writing files", "zh": "写文件"},
    "stage.validate": {"en": "checking", "zh": "检查"},
}


PHRASES: Mapping[str, str] = {
    # what is wrong with an input, and what to do
    "does not exist": "不存在",
    "check the path": "请检查路径",
    "may not be read": "没有读取权限",
    "give yourself permission to read it": "请为自己加上读取权限",
    "cannot be read ({reason})": "无法读取（{reason}）",
    "check the path and the disk": "请检查路径和磁盘",
    "holds no file that can be read": "其中没有可读的文件",
    "the kinds that can be are {kinds}": "可读的类型有 {kinds}",
    "is of a kind that cannot be read": "这种类型的文件读不了",
    "save it as one of {kinds}": "请另存为下列类型之一：{kinds}",
    "is a folder": "是文件夹",
    "name the files in it, or the folder above": "请指明其中的文件，或其上级文件夹",
    "is not a regular file": "不是普通文件",
    "name a file or a folder": "请指明文件或文件夹",
    "is {size} MB, {limit}": "大小为 {size} MB，{limit}",
    "over the limit of {limit} MB": "超过上限 {limit} MB",
    "split it, or raise the setting max_file_mb": "请拆分文件，或调高设置 max_file_mb",
    "is empty": "是空的",
    "leave it out": "请去掉它",
    "leave it out, or fetch it again": "请去掉它，或重新获取",
    "leave it out, or fetch the article again": "请去掉它，或重新获取文章",
    "leave it out, or save it as text": "请去掉它，或另存为文本",
    "lies inside the output folder": "位于输出文件夹之内",
    "choose another folder with -o": "请用 -o 另选输出文件夹",
    "holds no text": "没有文字",
    "fill the record's text, or leave it out": "请补上该记录的正文，或去掉它",
    "is not a record with named fields": "不是带字段名的记录",
    "has no field for the text": "没有正文字段",
    "has no column for the text": "没有正文列",
    "name the text's field one of {names}": "正文字段请用下列名称之一：{names}",
    "in its first line, {remedy}": "在首行中，{remedy}",
    "holds column names and no row": "只有列名，没有数据行",
    "is not a readable table: {reason}": "不是可读的表格：{reason}",
    "save it as CSV again": "请重新存为 CSV",
    "holds an empty list": "列表是空的",
    "record {number} is not an object": "第 {number} 条记录不是对象",
    "is not JSON: {reason}": "不是 JSON：{reason}",
    "is not usable JSON: nested too deep": "JSON 无法使用：嵌套过深",
    "is not usable JSON: a number is too long": "JSON 无法使用：数字过长",
    "mend the JSON, or fetch the file again": "请改正 JSON，或重新获取文件",
    "is binary: {kind}": "是二进制文件：{kind}",
    "is binary, not text": "是二进制文件，不是文本",
    "a PDF": "PDF",
    "a ZIP, Word or Excel file": "ZIP、Word 或 Excel 文件",
    "an old Office file": "旧版 Office 文件",
    "a picture": "图片",
    "a gzip archive": "gzip 压缩包",
    "a RAR archive": "RAR 压缩包",
    "a 7z archive": "7z 压缩包",
    "a program": "程序",
    "save it as text, or give it the file ending of its kind": "请另存为文本，或改用与其类型相符的扩展名",
    "does not decode as UTF-8, GB18030, Big5 or UTF-16": "不能按 UTF-8、GB18030、Big5 或 UTF-16 解码",
    "save it as UTF-8": "请存为 UTF-8",
    "reading .docx needs python-docx": "读 .docx 需要 python-docx",
    "reading PDF needs pypdf": "读 PDF 需要 pypdf",
    "pip install {name}": "请运行 pip install {name}",
    "is a damaged Word file": "是损坏的 Word 文件",
    "open it in Word and save it again": "请用 Word 打开并重新保存",
    "unpacks to {size} MB": "解压后有 {size} MB",
    "split it, or save its text alone": "请拆分文件，或只保存其文字",
    "is a damaged PDF": "是损坏的 PDF",
    "open it in a viewer and save it again": "请用阅读器打开并重新保存",
    "is locked with a password": "有密码保护",
    "save a copy without the password": "请另存一份不带密码的副本",
    "is a PDF of pictures without text": "是只有图片、没有文字的 PDF",
    "run text recognition (OCR) over it first": "请先做文字识别（OCR）",
    "could not be built ({reason})": "未能建成（{reason}）",
    "this is a fault of the program: please report it": "这是程序的错误，请报告给我们",
    # warnings about documents
    "the same document as in {path}: taken once": "与 {path} 中的是同一篇：只取一次",
    "the document in {path} has the same id and another text: both are kept": (
        "与 {path} 中的文章同名而内容不同：两篇都保留"
    ),
    "nothing is left of the text once page furniture is taken out": "去掉网页杂项后没有剩下文字",
    "no name was recognised": "没有识别出任何名称",
    "the place that the article is about was not found": "没有找到文章所述的地方",
    # outputs
    "cannot be written to ({reason})": "无法写入（{reason}）",
    "cannot be written ({reason})": "无法写入（{reason}）",
    "the page cannot be written ({reason})": "网页无法写入（{reason}）",
    "cannot be made ({reason})": "无法建立（{reason}）",
    "choose another folder": "请另选文件夹",
    "choose a folder with room that you may write to": "请选择有空间、可写入的文件夹",
    "choose a folder that exists and that you may write to": "请选择存在且可写入的文件夹",
    "choose a place that exists and that you may write to": "请选择存在且可写入的位置",
    "another build is writing to it": "另一次构建正在写入",
    "wait until it has ended, or choose another folder": "请等它结束，或另选文件夹",
    "is not the store of a graph, and is not replaced": "不是图谱的存储，不予替换",
    "is a folder where a file is to be written": "是文件夹，而此处要写入文件",
    "was not made by a build, and is not removed": "不是构建所建，不予删除",
    "move it away, or choose another output folder": "请把它移走，或另选输出文件夹",
    # settings and installation
    "is no absolute ASCII IRI that ends in / or #": "不是以 / 或 # 结尾的 ASCII 绝对 IRI",
    "give one like {example}": "请写成 {example} 这样",
    "is no absolute ASCII IRI": "不是 ASCII 绝对 IRI",
    "is no date": "不是日期",
    "is not between 0 and 1": "不在 0 与 1 之间",
    "give a value like {example}": "请给出 {example} 这样的值",
    "is no size of a file": "不是文件大小",
    "give megabytes, like {example}": "请以兆字节给出，如 {example}",
    "is unknown": "未知",
    "choose one of {names}": "请选择其中之一：{names}",
    "is a {type}": "类型为 {type}",
    "give a {type}, like {example}": "请给出 {type}，如 {example}",
    "check the path given as --config": "请检查 --config 给出的路径",
    "is not valid TOML ({reason})": "不是有效的 TOML（{reason}）",
    "mend that line": "请改正该行",
    "unknown setting {name}": "没有名为 {name} 的设置",
    "did you mean {name}?": "是否想写 {name}？",
    "the settings are {names}": "设置有 {names}",
    "the division table cannot be read ({reason})": "区划表无法读取（{reason}）",
    "install the package again": "请重新安装本程序",
    "the ontology file is not part of this installation": "安装中缺少本体文件",
    "install xianzhi again": "请重新安装 xianzhi",
    # questions
    "the query": "查询",
    "holds no built graph": "其中没有建好的图谱",
    "build one first: kg build INPUT... -o OUT": "请先构建：kg build INPUT... -o OUT",
    "its store cannot be read ({reason})": "其存储无法读取（{reason}）",
    "build it again": "请重新构建",
    "no ready-made question has this name": "没有此名的现成问题",
    "see kg query OUT --list": "请看 kg query OUT --list",
    "is no parameter": "不是参数",
    "write it as KEY=VALUE": "请写成 KEY=VALUE",
    "has no parameter {name}": "没有参数 {name}",
    "its parameters are {names}": "其参数有 {names}",
    "leave --param out": "请去掉 --param",
    "cannot be answered ({reason})": "无法回答（{reason}）",
    "mend the SPARQL": "请改正 SPARQL",
    "asks another server with SERVICE": "用 SERVICE 向别的服务器提问",
    "ask this graph only": "请只问本图谱",
    "is for SELECT and ASK": "用于 SELECT 和 ASK",
    "choose table, json or ttl for this query": "此查询请选 table、json 或 ttl",
    "is for CONSTRUCT and DESCRIBE": "用于 CONSTRUCT 和 DESCRIBE",
    "choose table, csv or json for this query": "此查询请选 table、csv 或 json",
    "gives none or several of SPARQL, --list and --name": "SPARQL、--list、--name 没有给出或给出了多个",
    "give one of them": "请给出其中一个",
    "give the name of a thing in the graph": "请给出图谱中事物的名称",
    "{format} is several files": "{format} 有多个文件",
    "give a folder or a .zip file with -o": "请用 -o 给出文件夹或 .zip 文件",
    # loading into a store
    "nothing answers at this address": "此地址没有应答",
    "start the store, or check host and port": "请启动该库，或检查主机和端口",
    "the store does not answer in time": "该库没有及时应答",
    "the connection broke ({reason})": "连接中断（{reason}）",
    "run the same command again to go on": "请重新运行同一命令，以继续装入",
    "is no address of a store": "不是库的地址",
    "holds a user or password": "含有用户名或密码",
    "give them with --user and --password-file": "请用 --user 和 --password-file 给出",
    "gives one of --user and --password-file": "--user 与 --password-file 只给出了一个",
    "give both or none": "请都给出，或都不给",
    "is not UTF-8": "不是 UTF-8",
    "holds no password": "其中没有密码",
    "write it on the first line": "请写在首行",
    "what answers there is no store of this type": "该处应答的不是这种库",
    "check the path of the address and --type (see docs/publishing.md)": (
        "请检查地址的路径和 --type（见 docs/publishing.md）"
    ),
    "the store does not accept the user or password": "该库不接受此用户名或密码",
    "check --user and --password-file": "请检查 --user 和 --password-file",
    "the store wants a user and password": "该库需要用户名和密码",
    "give --user and --password-file": "请给出 --user 和 --password-file",
    "the store does not let this user write": "该库不允许此用户写入",
    "allow it there, or start the store so that it can be written to": "请在该库中授权，或以可写方式启动该库",
    "the store answers {code} ({said})": "该库应答 {code}（{said}）",
    "see the store's own log": "请看该库自己的日志",
    "of the graph {graph} it holds {found} statements and not {count}": (
        "图 {graph} 在其中有 {found} 条语句，而非 {count} 条"
    ),
    "its default graph holds {found} statements and not {count}": "其默认图有 {found} 条语句，而非 {count} 条",
    "load it again; if it stays so, see the store's own log": "请再装入一次；若仍如此，请看该库自己的日志",
    # serving
    "is not above zero": "不大于零",
    "cannot be listened at ({reason})": "无法监听（{reason}）",
    "choose another --port": "请另选 --port",
    "Address already in use": "地址已被占用",
    "Name or service not known": "没有这样的主机名",
    "is busy with other queries": "正忙于其他查询",
    "ask again later": "请稍后再问",
    "took longer than {seconds} seconds": "用时超过 {seconds} 秒",
    "needed more memory than a query may": "所需内存超过查询的上限",
    "narrow the query, or add a LIMIT": "请缩小查询范围，或加上 LIMIT",
    "has an answer that is larger than the server sends": "答案大于服务器所发送的上限",
    "has no answer of the type that Accept asks for, only {media}": "没有 Accept 所要类型的答案，只有 {media}",
    "ask for one of them": "请改要其中之一",
    "asks for an update": "要求更新",
    "this graph is only read": "本图谱只供读取",
    "comes as a type that is not understood": "请求的类型无法理解",
    "send it as {one} or {other}": "请以 {one} 或 {other} 发送",
    "gives none or several queries": "没有给出或给出了多个查询",
    "give one, as the parameter query": "请用参数 query 给出一个",
    "is too long": "过长",
    "send a shorter one": "请发送较短的",
    "send it as UTF-8": "请以 UTF-8 发送",
    "nothing is known of it": "对它一无所知",
    "check the address": "请检查地址",
    # what the system says
    "No space left on device": "磁盘空间不足",
    "Permission denied": "没有权限",
    "Is a directory": "是文件夹",
    "Not a directory": "不是文件夹",
    "File exists": "文件已存在",
    "No such file or directory": "没有此文件或文件夹",
    "Read-only file system": "文件系统为只读",
    "File name too long": "文件名过长",
    # what click says of arguments
    "No such option: {name}": "没有选项 {name}",
    "No such option: {name} Did you mean {other}?": "没有选项 {name}，是否想写 {other}？",
    "No such option {name}.": "没有选项 {name}。",
    "No such option {name}. Did you mean {other}?": "没有选项 {name}，是否想写 {other}？",
    "No such command {name}.": "没有命令 {name}。",
    "Missing argument {name}.": "缺少参数 {name}。",
    "Missing option {name}.": "缺少选项 {name}。",
    "Missing command.": "缺少命令。",
    "Option {name} requires an argument.": "选项 {name} 需要一个值。",
    "Got unexpected extra argument ({words})": "多出参数（{words}）",
    "Got unexpected extra arguments ({words})": "多出参数（{words}）",
    "Invalid value for {name}: {reason}": "{name} 的值无效：{reason}",
    "{value} is not one of {names}.": "{value} 不是其中之一：{names}。",
    "{value} is not a valid float.": "{value} 不是数字。",
}
"""What errors and warnings say in English, with gaps → the same in Chinese. They are raised in English, in which
programs and ``report.json`` have them, and put into the user's language where they are shown."""


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
