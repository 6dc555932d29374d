"""People and the titles beside them.

A person is found by surname, and by what stands beside the name: a post (县委书记袁某), a role (村民), a
reporter's byline, a verb of speech. How many characters the name has is decided by how the rest of the text
repeats it, by the general dictionary and by the characters that given names are made of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache

from kg.model import Mention
from kg.recognise.lexicon import (
    LEAGUE_BEFORE,
    alternatives,
    given_weights,
    is_word,
    occurrences,
    opens_with,
    repeats,
    starts_word,
    words,
)

_HAN = re.compile(r"[一-鿿]+")
_DOTTED = re.compile(r"[一-鿿]{1,6}(?:[·•・][一-鿿]{1,6}){1,3}")
_QUALIFIER = r"(?:常务|专职|第一|名誉|执行|轮值|代理|时任|原|代|党组|挂职)?副?"
# 团县委书记 is not the party's secretary.
_PREFIX = (
    rf"(?:(?:{LEAGUE_BEFORE})?(?:省|市|县|区|州|盟|旗|镇|乡|村|街道|苏木|社区|师市|自治区|团|工委)?"
    r"(?:委常委会|委|党委|党工委|党组|党总支|党支部|支部|纪委|监委|政府|人大常委会|人大|政协|法院|检察院|团委|妇联|总工会|商会|党委政法委|委政法委|委组织部|委宣传部|委统战部|委办公室|政府办公室|公安局)"
    r"|组织部|宣传部|统战部|政法委|办公室|管委会|驻村工作队|驻村|工作队|村民小组|居委会|村委会|党群服务中心|执行局|省|市|县|区|州|旗|镇|乡|村|街道|苏木)?"
)


@cache
def _post_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_PREFIX}{_QUALIFIER}(?:{alternatives('titles')})(?:（主任）)?")


def find_posts(text: str, places: Iterable[Mention] = ()) -> Iterator[Mention]:
    """Titles of offices as they stand: 县委书记, 副县长, 党组成员; 石泉县委书记 where they are one word.

    A post's level belongs to the division's name before it where there is one: 喜河镇 党委书记.
    """
    places = tuple(places)
    ends = {m.end: m.start for m in places if m.rule == "place:division"}
    zones = {m.end for m in places if m.kind == "DevelopmentZone"}
    for match in _post_pattern().finditer(text):
        if text[match.end() : match.end() + 1] in ("会", "室", "们", "制"):
            continue
        start = match.start()
        if start + 1 in ends:
            one_word = text[start + 1 : start + 2] == "委" and text[start] not in "镇乡村"
            one_word = one_word or text[start + 1 : match.end()] in ("长", "委")
            start = ends[start + 1] if one_word else start + 1
            if one_word:  # 共青团石泉县委书记
                start -= next((len(word) for word in ("共青团", "中共") if text.endswith(word, 0, start)), 0)
        elif start + 1 in zones:  # 石泉集聚区 | 党工委书记
            start += 1
        if start >= match.end() or match.end() - start < 2:
            continue
        yield Mention(start, match.end(), "Post", text[start : match.end()], "post:title", 0.95)


def _name_end(text: str, start: int, least: float = -1.0) -> int | None:
    """Where the person's name that begins at ``start`` ends, or None if nothing of at least that score begins there."""
    surnames = words("surnames")
    size = 2 if text[start : start + 2] in surnames else 1 if text[start : start + 1] in surnames else 0
    if not size or (match := _HAN.match(text, start)) is None or text[start : start + 2] in words("stopwords"):
        return None
    room = match.end() - start - size
    if room < 1:
        return None
    given, follow = given_weights(), words("follow")
    best, best_score = None, least
    for extra in (1, 2):
        if extra > room:
            break
        end = start + size + extra
        name, rest = text[start:end], text[end : end + 3]
        score = sum(given.get(c, -2.0) for c in text[start + size : end]) / extra
        score += 0.7 if extra == 2 else 0.0
        at_edge = not rest or not _HAN.match(rest) or opens_with(rest, 0, "follow")
        score += 1.2 if at_edge else 0.5 if starts_word(text, end, 4) else -1.2
        if any(text[end - 1 : end - 1 + n] in follow and is_word(text[end - 1 : end - 1 + n]) for n in (2, 3)):
            score -= 2.0
        if extra == 2 and text[end - 1] in "还也都又就将已曾便却则" and any(rest.startswith(f) for f in follow):
            score -= 2.0
        times = repeats(text, name, start)
        if extra == 2 and times > 1 and repeats(text, text[start : end - 1], start) == times:
            score += 2.0
        elif extra == 1 and times > 1 and repeats(text, text[start : end + 1], start) < times:
            score += 2.0
        if is_word(text[start : start + 2]) and size == 1:
            score -= 1.2
        if score > best_score:
            best, best_score = end, score
    return best


def _foreign_end(text: str, start: int) -> int | None:
    """The end of a minority or transliterated name after a post: up to the next word, two to six characters."""
    match = _HAN.match(text, start)
    known = _name_words().match(text, start)
    if match is None or not known and (text[start : start + 1] in words("stopwords") or starts_word(text, start, 3)):
        return None
    for end in range(known.end() if known else start + 2, min(match.end(), start + 6) + 1):
        rest = text[end : end + 3]
        if not rest or not _HAN.match(rest) or opens_with(rest, 0, "follow"):
            return None if not known and starts_word(text, start + 1, 3) else end
    return None


@cache
def _name_words() -> re.Pattern[str]:
    """Words of Tibetan, Mongolian and other names: 扎西, 扎西次仁, 巴特尔."""
    return re.compile(rf"(?:{alternatives('name_words')})+")


def _of_name_words(text: str) -> Iterator[tuple[int, int]]:
    """Names that consist of two or more such words: 扎西次仁, 娜仁其木格."""
    for match in _name_words().finditer(text):
        parts = re.findall(alternatives("name_words"), match[0])
        if len(parts) > 1:
            yield match.span()


@cache
def _beside() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives('roles')})(?=[一-鿿])")


# The last character of most words for kinds of people: 护林员, 养牛户, 菇农, 义工, 干警.
_KIND_OF_PERSON = re.compile(r"[员户农工民师生警医者友匠手属邻弟妹嫂妈婆](?=[一-鿿]{2})")
_SURE = 3.0


@cache
def _speaks() -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<=[，。！？；：”\n、\s]))(?P<name>[一-鿿]{{2,4}}?)(?:{alternatives('speech')})")


_WRITER = r"[一-鿿·]{2,4}"
_BYLINE = re.compile(
    r"(?:记者|通讯员|特约记者|摄影|□|■|◎|作者|文/|图/|文图|编辑|撰稿|插画)[:：\s]*"
    rf"(?P<names>{_WRITER}(?:[ \u3000、/]+(?!通讯员|记者|报道){_WRITER}){{0,6}})"
)
# The people who made a page, each after a label: 责编：王小明, 审核丨李青.
_LABELLED = re.compile(
    r"(?:编辑|责编|编校|校对|审核|审核人|审校|审稿|初审|复审|终审|签发|供稿|来稿|监制|策划|制作|主编|作者|撰稿|撰文|采写|摄影|摄像"
    r"|记者|通讯员)[ \u3000]*[:：丨|][ \u3000]*(?P<name>[一-鿿]{2,4})(?=[\s）)】\]、，,。]|$)",
    re.M,
)
_AGED = re.compile(
    r"(?P<before>岁的(?:[一-鿿]{2,5}?(?=[一-鿿]{2,3}))?)(?=[一-鿿])|(?<=[，。！？；：”\n])(?P<name>[一-鿿]{2,3})[，,]?(?:今年|现年)?\d{2}岁"
)


# Who comes into an office or leaves it: 任命王建国为县财政局局长; 王建国任县财政局局长.
_APPOINTED = re.compile("(?:任命|免去|聘任|选举|推选)(?=[一-鿿])")
_BECOMES = re.compile(
    r"(?:^|(?<=[，。；：\n]))(?P<name>[一-鿿]{2,3}?)"
    r"(?=(?:同志)?(?:任|担任|当选|出任|就任|兼任|接任|改任|辞去|卸任))",
    re.M,
)
_OFFICE_WITHIN = 16  # characters after the name in which the office's title begins


def _of_office(text: str, posts: Iterable[Mention]) -> Iterator[tuple[int, int]]:
    """Names beside words of appointment, where a title follows in the same clause."""
    starts = sorted(post.start for post in posts)
    seeds = [(m.end(), None) for m in _APPOINTED.finditer(text)]
    seeds += [m.span("name") for m in _BECOMES.finditer(text)]
    for start, told in seeds:
        end = _name_end(text, start, 1.0 if told else -1.0)  # a name and no word: 党员担任组长
        first = bisect_left(starts, end or start)
        near = first < len(starts) and starts[first] - start <= _OFFICE_WITHIN
        if end and told in (None, end) and near and not re.search("[，。；\n]", text[end : starts[first]]):
            yield start, end


def _seeds(text: str, posts: Iterable[Mention]) -> Iterator[tuple[int, int, str]]:
    for post in posts:
        at = post.end + (
            2 if text.startswith("同志", post.end) else 1 if text[post.end : post.end + 1] in (" ", "　", "：") else 0
        )
        end = _name_end(text, at) or _foreign_end(text, at)
        if end:
            yield at, end, "person:post"
    for start, end in _of_office(text, posts):
        yield start, end, "person:office"
    for match in _beside().finditer(text):
        end = _name_end(text, match.end(), 1.2)
        if end and not starts_word(text, match.end(), 2):
            yield match.end(), end, "person:role"
    for match in _KIND_OF_PERSON.finditer(text):
        end = _name_end(text, match.end(), _SURE)
        if end and not starts_word(text, match.end(), 3):
            yield match.end(), end, "person:kind"
    for match in _speaks().finditer(text):
        start = match.start("name")
        end = _name_end(text, start)
        if end == match.end("name") and not is_word(match["name"]):
            yield start, end, "person:speech"
    for match in _BYLINE.finditer(text):
        for name in re.finditer(r"[一-鿿·]{2,4}", match["names"]):
            at = match.start("names") + name.start()
            end = at + len(name[0]) if name[0][0] in words("surnames") and len(name[0]) <= 3 else _name_end(text, at)
            if end:
                yield at, end, "person:byline"
    for match in _LABELLED.finditer(text):
        name = match["name"]
        if name[0] in words("surnames") and len(name) < 4 or _name_words().fullmatch(name):
            yield *match.span("name"), "person:label"
    for match in _AGED.finditer(text):
        at = match.start("name") if match["name"] else match.end()
        end = _name_end(text, at)
        if end and (not match["name"] or end == match.end("name")):
            yield at, end, "person:age"


# Leaders in one breath: 县领导王小明、李青、赵山参加.
_LEADERS = re.compile(
    r"(?:领导|常委|主任|主席|书记|[省市县区州旗镇乡局院部所站]长)"
    r"(?P<list>[一-鿿]{2,3}(?:、[一-鿿]{2,4}){1,60}?)(?=[等分出参列陪到带及和一在调，。；\s）)])"
)


def _leaders(text: str) -> Iterator[tuple[int, int]]:
    """The people of a list after a title, where all but one of them at most begin with a surname."""
    for match in _LEADERS.finditer(text):
        items = list(re.finditer("[^、]+", match["list"]))
        named = [m for m in items if len(m[0]) < 4 and m[0][0] in words("surnames") or _name_words().fullmatch(m[0])]
        if len(named) > 1 and len(named) >= len(items) - 1:
            for item in named:
                yield match.start("list") + item.start(), match.start("list") + item.end()


_JOINT = re.compile(r"[、　 ]|和(?=[一-鿿]{2})")


def _listed(text: str, known: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Names in a list after a known one: 甲、乙、丙和丁."""
    for _, end in known:
        while joint := _JOINT.match(text, end):
            start = joint.end()
            end = _name_end(text, start) or start
            rest = text[end : end + 2]
            if (
                end == start
                or rest
                and _HAN.match(rest)
                and not (rest[:1] in "等和分一参出列到在" or rest in words("follow"))
            ):
                break
            yield start, end


@cache
def _outside_dotted() -> tuple[str, ...]:
    """Words that are no part of a transcription."""
    # A single character of the stop list may well be part of one (阿不都); these few are not.
    stops = {w for w in words("stopwords") if len(w) > 1 or w in "的了在是和与对向从到给让为由被等请"}
    return tuple(stops | words("roles") | words("titles"))


def _dotted(text: str) -> Iterator[tuple[int, int]]:
    """Names with a dot (阿卜杜·热合曼), cut free of the words beside them; names of places and brands are left."""
    for match in _DOTTED.finditer(text):
        first = re.split("[·•・]", match[0])[0]
        start = match.start()
        for cut in range(len(first) - 1, 0, -1):
            if first[:cut].endswith(_outside_dotted()):
                start += cut
                break
        dot = max(match[0].rfind(c) for c in "·•・") + match.start()
        known = _name_words().match(text, dot + 1)  # 买买提 of 买买提出席
        least = min(known.end(), match.end()) if known else dot + 2
        end = next((at for at in range(least, match.end()) if _name_is_over(text, at)), match.end())
        pieces = re.split("[·•・]", text[start:end])
        if text[start - 1 : start] not in "“《" and _of_name_length(pieces):
            yield start, end


def _of_name_length(pieces: list[str]) -> bool:
    return all(1 < len(p) < 7 for p in pieces) and not all(is_word(p) for p in pieces)


def _name_is_over(text: str, at: int) -> bool:
    return opens_with(text, at, "follow") or starts_word(text, at, 3)


def find_people(text: str, posts: Iterable[Mention]) -> Iterator[Mention]:
    """Candidate mentions of named people in ``text``, given the ``posts`` in it, then every repetition of them."""
    scores = {
        "person:post": 0.85,
        "person:byline": 0.9,
        "person:label": 0.95,
        "person:role": 0.75,
        "person:speech": 0.7,
        "person:age": 0.7,
        "person:kind": 0.7,
        "person:office": 0.85,
    }
    found: dict[str, str] = {}
    for start, end, rule in _seeds(text, posts):
        yield Mention(start, end, "Person", text[start:end], rule, scores[rule])
        found.setdefault(text[start:end], rule)
    for start, end in _listed(text, tuple(occurrences(text, found))):
        found.setdefault(text[start:end], "person:list")
    for start, end in _leaders(text):
        yield Mention(start, end, "Person", text[start:end], "person:leaders", 0.88)
        found.setdefault(text[start:end], "person:leaders")
    for start, end in _of_name_words(text):
        yield Mention(start, end, "Person", text[start:end], "person:words", 0.7)
        found.setdefault(text[start:end], "person:words")
    for start, end in _dotted(text):
        yield Mention(start, end, "Person", text[start:end], "person:dotted", 0.8)
        first = re.split("[·•・]", text[start:end])[0]
        if not is_word(first) or first in words("name_words"):
            found.setdefault(first, "person:dotted")  # 玉苏甫 for 玉苏甫·萨依提
    for start, end in occurrences(text, found):
        yield Mention(start, end, "Person", text[start:end], "person:again", 0.6)
