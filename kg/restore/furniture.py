"""What a page puts about an article: navigation, share buttons, copyright, related links, and lines about the text.

Only the head and the tail of a text are looked at. Pure furniture goes; a line of fields (date, source, type size) is
read into the metadata and goes too, unless it names a reporter: bylines stay, for who reports for whom is a fact of
the article. Captions of pictures stay.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from kg.model import Metadata
from kg.restore.edits import Edit, Working, apply
from kg.restore.names import names_in_bylines
from kg.restore.script import simple_form

_HEAD_LINES = 12  # lines that may stand before the body
_RELATED_LINES = 40  # titles that a list of related links may hold
_LONGEST_TITLE = 50
_LEAST_HEADLINE = 8  # characters; what is shorter may be a label: 内容详情
_ANYTHING = ".{0,300}"

_NAV_WORD = (
    "首页|网站首页|返回首页|阅读新闻|发表评论|本文评论|网友评论|我要评论|推荐|返回顶部|返回列表|设为首页|加入收藏|收藏本站|关于我们|联系我们|联系方式|网站声明|网站地图|免责声明|"
    "版权声明|隐私政策|广告服务|广告合作|网上投稿|投稿|诚聘英才|招聘信息|人才招聘|友情链接|站点地图|登录|注册|领导班子|动态消息|"
    "荣誉成绩|通知公告|政务公开|新闻中心|信息公开|办事服务|互动交流|打印|打印本页|关闭|关闭窗口|收藏|点赞|举报|评论|分享|微信|微博|"
    "QQ空间|朋友圈|新浪微博|腾讯微博|复制链接|大|中|小|更多|下载客户端|手机版|RSS订阅|无障碍|长者模式|English|繁體|繁体"
)
_NAV_ITEM = rf"[\[【(（]?(?:{_NAV_WORD})[\]】)）]?"
_NAVIGATION = re.compile(rf"{_NAV_ITEM}(?:[\s\-|｜丨·>»/、,【】\[\]]{{1,5}}|{_NAV_ITEM})*")
# What those who broke into a site put before its pages: a line without a stop that holds three of these.
_INDECENT = re.compile("在线观看|免费观看|无码|久久")
_HIJACKED = re.compile("在线观看|免费观看|无码|高清|[一二三]区|国产|欧美|日韩|亚洲|精品|久久")
# A row of links, one of them a page's own.
_LINKS = re.compile(r"(?:[^|｜丨。！？，；]{1,14}[|｜丨]){3,}[^|｜丨。！？，；]{0,14}")
_FURNITURE = re.compile(
    rf"(?:分享(?:到|至|本文){_ANYTHING}|(?:您|你)?(?:当前|现在|所在)的?位置(?:是)?\s?[:：>]{_ANYTHING}|首页\s?[>»]{_ANYTHING}"
    rf"|[\[【(（]?(?:责任编辑|责编|编辑|编审|终审|一审|二审|三审|校对|审核|美编|值班编辑|网络编辑|监制|签发)[:：/丨|]{_ANYTHING}"
    rf"|(?:(?:字体|字号|浏览次数|浏览量|阅读次数|阅读数|阅读量|本文字数|字数|点击数|点击量|访问量|阅读|点击)[:：]?[\s\d大中小次]{{0,30}}){{1,4}}"
    rf"|.{{0,80}}(?:版权所有|Copyright|All Rights Reserved|©|ICP备|公网安备|互联网新闻信息服务许可证){_ANYTHING}"
    rf"|(?:主办单位|主办|承办单位|承办|技术支持|网站标识码|联系电话|投稿邮箱|新闻热线|举报电话|地址|邮编)[:：]{_ANYTHING}"
    rf"|(?:免责声明|版权声明|特别声明|声明)[:：]{_ANYTHING}"
    rf"|(?:[上下]一[篇条页]|原标题|原文链接)[:：]?{_ANYTHING}"
    rf"|扫一扫{_ANYTHING}|扫码{_ANYTHING}|长按{_ANYTHING}二维码{_ANYTHING}"
    rf"|点击(?:查看|进入|下载|关注).{{0,40}}|我要(?:纠错|评论|投稿))",
    re.IGNORECASE,
)
# Lines that may as well be the article's own: each goes by itself, never with what stands below it.
_ALONE = re.compile(
    r".{0,20}(?:热线|电话|传真|邮箱|QQ)[:：]\s?(?=[\-()@.A-Za-z]{0,20}\d)[\-()（）@.A-Za-z0-9]{5,40}(?:[ ·|｜].{0,60})?"
    r"|(?:(?:本文|本网|本站|凡|如需|欢迎).{0,40})?(?:转载|转发)请?(?:务必|须|需)?(?:注明|附上|标明).{0,60}"
    r"|未经.{0,16}(?:转载|复制|镜像|使用|摘编).{0,60}|.{0,30}不代表本[网站平台].{0,60}"
    r"|(?:合作|友情)单位|(?:文章|站内|全站)?搜索[:：].{0,60}|用户名[:：].{0,20}密码[:：].{0,60}"
    r"|\d{1,6} ?期.{0,12}第 ?\d{1,3} ?版.{0,20}|[\w%()（）\-]{1,80}\.(?:png|jpe?g|gif|webp|bmp)"
    r"|(?:关注|下载|打开|扫码).{0,12}(?:APP|公众号|视频号|客户端)|请?输入验证码"
    r"|页[:：]|\[\d{1,2}\]|录入[:：][ A-Za-z]{1,16}|(?:姓名|昵称|验证码|用户名)[:：]|点评[:：] ?字数",
    re.IGNORECASE,
)
_RELATED = re.compile(
    "(?:相关|延伸|推荐|热门|最新|精彩|猜你|更多|往期)(?:内容|阅读|链接|新闻|文章|推荐|报道|资讯|喜欢|专题|信息|精彩|回顾){1,2}[:：]?"
)
_FIELD = (
    "(?:发布时间|发表时间|更新时间|发布日期|时间|日期|发稿时间|来源|稿源|信息来源|文章来源|作者|字体|字号|浏览次数|点击|阅读|"
    "编辑|责任编辑)"
)
_MEDIUM = (
    "日报社|日报|晚报|时报|早报|晨报|商报|都市报|法治报|法制报|青年报|新闻在线|在线|新闻网|政府网|党建网|文明网|网|电视台|广播电台|"
    "融媒体中心|融媒体|新闻社|新华社|新闻|频道|客户端|发布|时刻|周刊|杂志|报"
)
_FIELD_LINE = re.compile(
    rf"[\[【(（\s]{{0,3}}{_FIELD}[:：]{_ANYTHING}"
    rf"|\d{{2,4}}[-年/.]\d{{1,2}}[-月/.]\d{{1,2}}日?.{{0,20}}(?:来源|作者)[:：]{_ANYTHING}"
)
# A date with the medium beside it and nothing more: 2021-01-18 某某新闻网.
_DATED_MEDIUM = re.compile(
    rf"\d{{4}}[-年/.]\d{{1,2}}[-月/.]\d{{1,2}}日?[\d: ]{{0,10}} ((?:[\u4e00-\u9fff]{{1,10}}?)(?:{_MEDIUM}))"
)
_REPORTERS = re.compile("记者|通讯员|特约|撰稿")
_DATE = re.compile(r"((?:19|20)\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})")
_SHORT_DATE = re.compile(r"([012]\d)-(\d{1,2})-(\d{1,2})(?= \d)")  # 23-07-11 08:07, where a line begins
_DATE_LINE = re.compile(r"[(（\[【]?(?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?[ T]{0,2}[\d:]{0,8}[)）\]】]?")
_SOURCE = re.compile(r"(?:来源|稿源)[:：] ?《?([\u4e00-\u9fffA-Za-z0-9·“”]{2,30})")
_AUTHOR = re.compile(rf"作者[:：] ?(?!{_FIELD})([\u4e00-\u9fff]{{2,4}})(?![\u4e00-\u9fff])")
_ITSELF = re.compile("本[报网站刊台社]")  # a medium's word for itself names none
# A site's name above the article: 江州公众网 - 江州广播电视台.
_SITE = re.compile(
    rf"[\u4e00-\u9fffA-Za-z0-9]{{2,12}}(?:{_MEDIUM}|门户网站) ?[-—_|·] ?[\u4e00-\u9fff]{{2,16}}"
    r"|(?:内容|新闻|文章|资讯)详情|详细内容|正文"
)
# An item of a list below a short headline: 一、公示对象, 某某任县长.
_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|.{0,30}[，,][男女]|.{2,8}任.{2,}(?:长|书记|主任|职务)"
)
_MEDIUM_NAME = re.compile(rf"[\u4e00-\u9fff]{{1,12}}?(?:{_MEDIUM})(?![\u4e00-\u9fff]{{0,1}}(?:{_MEDIUM}))")
_BYLINE_MEDIUM = re.compile(
    rf"^[□■◎●○◇△(（【\[ ]{{0,3}}([\u4e00-\u9fff]{{1,12}}?(?:{_MEDIUM}))(?:全媒体|首席|特约|见习|实习)*记者"
)
_DATELINE_MEDIUM = re.compile(rf"^([\u4e00-\u9fff]{{1,12}}?(?:{_MEDIUM}))(?:讯|\d{{1,2}}月\d{{1,2}}日(?:讯|电))[ (（]")
_DATELINE_PLACE = re.compile(
    r"[(（【\[]?(?:本报|本网|本刊|新华社|新华网|中新社|中新网|人民网|央视网)([\u4e00-\u9fff]{2,6}?)"
    r"(?:\d{1,2}月\d{1,2}日(?:电|讯)|电(?=[ (（]))"
)
# A line about a picture: said so, one that tells where people stand in it, with its photographer, or in parentheses.
_CAPTION = re.compile(
    r"(?:(?:.{0,80}[。！])?图为|[▲△▼↑↓]|图(?:片?[0-9一二三四五六七八九①-⑨]{1,2}[:： ]|片(?:说明|来源)?[:：])"
    r"|[(（]图(?:为|片)).{2,120}"
    r"|[^。！？]{1,60}[(（](?:[前后中]排)?[左右前后中](?:起|排)?[一二三四五六七八九1-9]?[)）][^。！？]{2,60}[。！？]?"
    r"|.{4,100}(?:[ (（/。][\u4e00-\u9fff]{2,4} ?[/ ]?摄|供图)[)）]?"
    r"|[(（](?!.*(?:记者|通讯员|作者|来源|编辑|此件|简称|[年月稿注略附见行案完]))[^()（）。]{6,40}[)）]"
)
_CAPTION_SIGN = re.compile(r"[图摄]|^[▲△▼↑↓(（]|[左右前后中一二三四五六七八九1-9排][)）]")  # no caption without one
_LONGEST_CAPTION = 30  # of a line that is one only because it stands between two
_STOP_END = re.compile("[。！？；;!?，,：:、…]$")


@dataclass(frozen=True, slots=True)
class Furnished:
    """The text without its furniture, what the furniture said, and where the headline ends (0: there is none)."""

    working: Working
    meta: Metadata
    title_end: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str  # stripped, in Simplified characters


def clear_furniture(working: Working) -> Furnished:
    """Take the page's furniture away and read the article's title, date, source and authors from it."""
    lines = _lines(working.text)
    head = _head(lines)
    tail = _tail(lines)
    meta = _metadata(lines, tail)
    edits = [Edit(line.start, line.end, "", "furniture") for line in head if line.end <= tail]
    at = tail
    for line in lines:
        if line.start >= tail and _is_caption(line):
            edits.append(Edit(at, line.start, "", "furniture"))
            at = line.end
    edits.append(Edit(at, len(working.text), "", "furniture"))
    working = apply(working, edits)
    title, title_end = _title(_lines(working.text))
    return Furnished(working, Metadata(title=title).or_else(meta), title_end)


def dateline_place(text: str) -> str | None:
    """The place that the first dateline among the first lines of a text (in Simplified characters) names.

    >>> dateline_place("路通了\\n新华社长沙3月5日电 路通了。")
    '长沙'
    """
    heads = (line.strip()[:40] for line in text[:4000].split("\n")[:_HEAD_LINES])
    return next((m[1] for head in heads if (m := _DATELINE_PLACE.match(head))), None)


def captions(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the lines of a text (in Simplified characters) that tell of a picture.

    >>> captions("路通了。\\n▲路的近景")
    ((5, 10),)
    """
    lines, at = [], 0
    for line in text.split("\n"):
        if line:
            lines.append(_Line(at, at + len(line), line))
        at += len(line) + 1
    sure = [_is_caption(line) for line in lines]
    between = zip(sure, sure[2:], strict=False)
    also = [False, *(before and after for before, after in between), False]
    return tuple(
        (line.start, line.end)
        for line, is_sure, may_be in zip(lines, sure, also, strict=False)
        if is_sure or may_be and len(line.text) <= _LONGEST_CAPTION and not _STOP_END.search(line.text)
    )


def _is_caption(line: _Line) -> bool:
    return len(line.text) < 200 and bool(_CAPTION_SIGN.search(line.text) and _CAPTION.fullmatch(line.text))


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    for line in text.splitlines(keepends=True):
        lines.append(_Line(at, at + len(line), simple_form(line.strip()) if len(line) < 400 else line))
        at += len(line)
    return lines


def _is_furniture(line: str) -> bool:
    kinds = (_FURNITURE, _NAVIGATION, _RELATED)
    return len(line) < 400 and (any(kind.fullmatch(line) for kind in kinds) or _is_links(line) or _is_hijacked(line))


def _is_links(line: str) -> bool:
    cells = (cell.strip() for cell in re.split("[|｜丨]", line))
    return _LINKS.fullmatch(line) is not None and any(_NAVIGATION.fullmatch(cell) for cell in cells)


def _is_hijacked(line: str) -> bool:
    indecent = _INDECENT.search(line) and len(_HIJACKED.findall(line)) > 2
    return bool(indecent) and not _STOP_END.search(line)


def _stands_alone(line: str) -> bool:
    return len(line) < 200 and bool(_ALONE.fullmatch(line))


def _is_fields(line: str) -> bool:
    is_fields = _FIELD_LINE.fullmatch(line) or _DATED_MEDIUM.fullmatch(line)
    return len(line) < 200 and bool(is_fields) and not _REPORTERS.search(line)


def _head(lines: list[_Line]) -> list[_Line]:
    """The furniture among the first lines, up to the first line of the body."""
    found: list[_Line] = []
    for line in [line for line in lines if line.text][:_HEAD_LINES]:
        plain = _is_furniture(line.text) or _is_fields(line.text) or _stands_alone(line.text)
        if plain or _DATE_LINE.fullmatch(line.text):
            found.append(line)
        elif len(line.text) > _LONGEST_TITLE and line.text.endswith(("。", "”", "！")):
            break
    return found


def _tail(lines: list[_Line]) -> int:
    """Where the furniture at the end begins; the text's length where there is none."""
    cut = lines[-1].end if lines else 0
    doubtful = 0
    for line in reversed(lines):
        if not line.text or _is_caption(line):
            continue
        if _is_furniture(line.text) or _is_fields(line.text):
            cut, doubtful = line.start, 0
        elif not doubtful and _stands_alone(line.text):
            cut = line.start
        elif len(line.text) <= _LONGEST_TITLE and not _STOP_END.search(line.text) and doubtful < _RELATED_LINES:
            doubtful += 1  # a related article's title, if a heading such as 相关阅读 stands above it
        else:
            break
    return cut if cut > (lines[0].start if lines else 0) else (lines[-1].end if lines else 0)


def _metadata(lines: list[_Line], tail: int) -> Metadata:
    filled = [line for line in lines if line.text]
    head, after = filled[:_HEAD_LINES], [line for line in filled[_HEAD_LINES:] if line.start >= tail]
    body_end = [line for line in filled[_HEAD_LINES:] if line.start < tail][-2:]
    told = (_FIELD_LINE.match, _DATE_LINE.fullmatch, _DATED_MEDIUM.fullmatch)
    fields = [line.text for line in head + after if any(matches(line.text) for matches in told)]
    texts = [line.text[:200] for line in head + body_end]
    media = (m[1] for text in texts for p in (_BYLINE_MEDIUM, _DATELINE_MEDIUM) if (m := p.match(text)))
    medium = next((name for name in media if not _ITSELF.match(name)), None)
    sources = (m[1] for text in fields if (m := _SOURCE.search(text) or _DATED_MEDIUM.fullmatch(text)))
    stated = next((name for name in sources if not _ITSELF.match(name)), None)
    authors = [n for text in texts for n in names_in_bylines(text)]
    authors += [m[1] for text in fields for m in _AUTHOR.finditer(text)]
    return Metadata(
        date=next((d for text in fields if (d := _date(text))), None),
        source=_source(stated, medium),
        authors=tuple(dict.fromkeys(authors)),
    )


def _source(stated: str | None, medium: str | None) -> str | None:
    """The stated source, cut where a person's name was glued to it; else the medium of the byline."""
    if not stated:
        return medium
    if medium and stated.startswith(medium):
        return medium
    name = _MEDIUM_NAME.match(stated)
    return name.group() if name and len(stated) - name.end() in (2, 3) else stated


def _date(text: str) -> datetime.date | None:
    match = _DATE.search(text) or _SHORT_DATE.match(text)
    if match is None:
        return None
    try:
        year = match[1] if len(match[1]) == 4 else f"20{match[1]}"
        return datetime.date(int(year), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _title(lines: list[_Line]) -> tuple[str | None, int]:
    """The headline and where it ends, with a subtitle that begins with a dash; None and 0 without one.

    It is the first line, but for a site's name or a label; where three lines or more might be it, the first that has a
    headline's length.
    """
    filled = [line for line in lines if line.text][:_HEAD_LINES]
    if len(filled) < 2 or not _may_be_title(filled[0].text):
        return None, 0
    body = next((at for at, line in enumerate(filled) if len(line.text) > _LONGEST_TITLE), len(filled))
    may_be = [at for at, line in enumerate(filled[:body]) if _may_be_title(line.text)]
    titles = [at for at in may_be if not _SITE.fullmatch(filled[at].text)]
    long = [at for at in titles if len(filled[at].text) >= _LEAST_HEADLINE and not _ITEM.match(filled[at].text)]
    at = next(iter(long if len(may_be) > 2 and long else titles), 0)
    following = filled[at + 1] if at + 1 < len(filled) else filled[at]
    has_subtitle = following.text.startswith(("—", "--")) and len(following.text) <= _LONGEST_TITLE
    last = following if has_subtitle else filled[at]
    return filled[at].text, last.start + len(last.text)


def _may_be_title(line: str) -> bool:
    return 4 <= len(line) <= _LONGEST_TITLE and not (
        _STOP_END.search(line)
        or "。" in line
        or line.startswith(("(", "（", "—"))
        or _REPORTERS.search(line)
        or _is_fields(line)
    )
