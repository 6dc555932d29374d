"""Which body an office belongs to: 县委书记 → the county's party committee, 县长 → its government."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.divisions import divisions
from kg.recognise.lexicon import bodies

_QUALIFIER = re.compile(r"(?:时任|原|代理|代|名誉|执行|轮值|首席|见习|特约|常务|专职|第一)?(?:副)?(?=[一-鿿]{1,})")
_OFFICES = "|".join(
    sorted((re.escape(b.short) for b in bodies() if b.parent == "government"), key=lambda b: (-len(b), b))
)
_BODY = re.compile(
    rf"(?P<body>{_OFFICES}|党工委|工委|党委|人大常委会|人大|政协|纪委监委|纪委|监委|委政法委|委组织部|委宣传部|委统战部|委办公室|政法委|组织部|宣传部|统战部|政府办公室|政府"
    r"|法院|检察院|团委|妇联|总工会|工商联|残联|科协|文联|侨联|工会|商会|管委会|党总支|党支部|支部|公安局|办公室|居委会|村委会|驻村工作队|工作队|党群服务中心|村民小组|执行局|机关党委|委)"
)
_HEAD_OF = {
    "省长": "政府",
    "市长": "政府",
    "县长": "政府",
    "区长": "政府",
    "州长": "政府",
    "旗长": "政府",
    "盟长": "政府",
    "镇长": "政府",
    "乡长": "政府",
    "苏木达": "政府",
    "检察长": "检察院",
    "组织部长": "委组织部",
    "宣传部长": "委宣传部",
    "统战部长": "委统战部",
    "武装部长": "武装部",
    "纪委书记": "纪委",
    "政法委书记": "委政法委",
    "妇联主席": "妇联",
    "团委书记": "团委",
}
_WHEN = re.compile("^(?:时任|现任|原)")
_OWN_LEVEL = re.compile(r"^(?:中共)?(?P<level>自治[区州县旗]|省|市|县|区|州|盟|旗|镇|乡|街道|苏木|村|社区|师市)")


def title_parts(title: str) -> tuple[str, str]:
    """The division that a title begins with, "" where it begins with none, and the title from its level on.

    The party's full style is left out, the Youth League's shortened.

    >>> title_parts("石泉县委书记"), title_parts("石泉县副县长"), title_parts("副县长")
    (('石泉县', '县委书记'), ('石泉县', '副县长'), ('', '副县长'))
    >>> title_parts("中共石泉县委书记"), title_parts("共青团石泉县委书记")
    (('石泉县', '县委书记'), ('石泉县', '团县委书记'))
    """
    if title.startswith("中共"):
        return title_parts(title.removeprefix("中共"))
    if title.startswith("共青团"):
        name, office = title_parts(title.removeprefix("共青团"))
        return name, f"团{office}"
    for size in range(min(len(title) - 2, 12), 1, -1):
        if title[size - 1] in "省市县区州盟旗" and title[:size] != "社区" and divisions().named(title[:size]):
            own = re.match(r"(?:常务|代理|代)?副?[省市县区州盟旗镇乡]长", title[size:])
            return title[:size], title[size:] if own else title[size - 1 :]
    return "", title


def plain_title(title: str) -> str:
    """The title of an office from its level on, without the words for when it was held.

    >>> plain_title("石泉县委书记"), plain_title("原局长"), plain_title("时任县长")
    ('县委书记', '局长', '县长')
    """
    return _WHEN.sub("", title_parts(title)[1])


def post_label(organisation: str, title: str) -> str:
    """The body and the title run together, with what both hold said once.

    >>> post_label("石泉县委", "县委书记"), post_label("石泉县民政局", "局长")
    ('石泉县委书记', '石泉县民政局局长')
    """
    shared = range(min(len(organisation), len(title)), 1, -1)
    overlap = next((n for n in shared if organisation.endswith(title[:n])), 0)
    return organisation + title[overlap:]


@dataclass(frozen=True, slots=True)
class Office:
    """A title taken apart: the level written into it, the body's name after the division, and whether a body
    that stands whole beside the title is the one that is meant."""

    level: str | None
    rest: str | None
    beside: bool


def office(title: str, level_of_place: str | None) -> Office:
    """The office that ``title`` names; ``level_of_place`` is the level of a division right before it, if any.

    >>> office("县委书记", None)
    Office(level='县', rest='委', beside=False)
    >>> office("党委书记", "Township")
    Office(level=None, rest='党委', beside=True)
    """
    bare = re.sub(r"^(?:时任|原|代理|代)", "", title)
    league = re.match(r"(?:共青)?团(?P<level>省|市|县|区|州|盟|旗|镇|乡)委", bare)
    if league:
        return Office(league["level"], "团委", False)
    own = _OWN_LEVEL.match(bare)
    level, inner = (own["level"], bare[own.end() :]) if own else (None, bare)
    plain = re.sub(r"^(?:政府)?(?:常务|专职|第一|名誉|执行|代理)?副?", "", bare)
    if plain in _HEAD_OF:
        head = plain[:1] if plain[-1] == "长" and plain[0] in "省市县区州旗盟镇乡" else None
        return Office(head or level, _HEAD_OF[plain], head is None)
    if own and re.sub(r"^(?:常务|代理)?副?", "", inner) in ("长",):
        return Office(level, "政府", False)
    if inner.startswith(("党组", "班子")):
        return Office(level, None, True)
    body = _BODY.match(inner)
    if body:
        rest = body["body"]
        rest = {
            "支部": "党支部",
            "政法委": "委政法委",
            "组织部": "委组织部",
            "宣传部": "委宣传部",
            "统战部": "委统战部",
        }.get(rest, rest)
        if rest == "委" and re.match(r"^委[员会]", inner):
            return Office(level, None, True)
        return Office(level, rest, level is None)
    if plain.endswith("委员") and plain in ("组织委员", "宣传委员", "纪检委员"):
        return Office(None, "党委", True)
    if "第一书记" in title or title in ("支书", "村支书", "支部书记", "书记", "副书记"):
        if level_of_place in ("Village",) or level == "村":
            return Office(level, None if "第一" in title else "党支部", True)
        if level_of_place == "Township":
            return Office(level, "党委", True)
        return Office(level, "委" if level_of_place and "第一" not in title else None, True)
    if title == "常委" or title.endswith("常委"):
        return Office(level, "委", level is None)
    if level_of_place == "Village" and plain in ("主任",):
        return Office(None, "村委会", True)
    return Office(None, None, True)
