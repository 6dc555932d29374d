"""The long and short forms of public bodies (县妇联 = 县妇女联合会) and the bodies above them.

Source of the forms: ``kg/data/lexicon/bodies.tsv``.
"""

from __future__ import annotations

import re
from functools import cache

from kg.divisions import Division, divisions
from kg.recognise.lexicon import Body, bodies

_ORGAN_OF_PARTY = re.compile(
    r"^委?(?P<organ>组织部|宣传部|统战部|政法委|政法委员会|编办|党校|巡察办|巡视办|网信办|办公室|办|理论学习中心组|老干部局|直属机关工委|机关工委|党史研究室|政研室|督查室|.{2,}领导小组(?:办公室)?|.{2,}[组队])$"
)


# 第十八届, 九届: the term that a congress or conference sits for is no part of its name.
TERM = re.compile(r"^第?[一二三四五六七八九十\d]+届")


def own_name(division: Division, rest: str) -> str:
    """What follows a division's name in the name of its body, in the body's usual short form.

    The term of a congress is left out; the congress of a county or higher is known by its standing committee.

    >>> stone = divisions().get("610922")
    >>> own_name(stone, "第十八届人大常委会"), own_name(stone, "妇女联合会")
    ('人大常委会', '妇联')
    """
    rest = TERM.sub("", rest)
    if division.level == "Village":
        return {"委会": "村委会", "委员会": "村委会", "支部": "党支部", "党总支部": "党总支"}.get(rest, rest)
    if rest == "委员会" and division.level == "Township":
        return "党委"
    base = standard(rest)
    short = _usual(base).short if base else rest
    return "人大常委会" if short == "人大" and division.level != "Township" else short


def standard(rest: str) -> Body | None:
    """The standard body that ``rest`` (a name without its division) is, in its short or long form.

    >>> standard("委组织部").kind, standard("委办公室").short, standard("委员会办公室").short
    ('PartyOrgan', '委办', '委办')
    """
    return _by_form().get(rest)


def _usual(body: Body) -> Body:
    """The body under its usual short form: 市监局 for 市场监管局; a party committee's tells its level and stays."""
    return body if body.kind == "PartyCommittee" else _by_form()[body.long]


@cache
def _shorts(long: str) -> tuple[str, ...]:
    """The short forms of one long one; but a party committee's tell its level, and none stands for another."""
    return tuple(body.short for body in bodies() if body.long == long and body.kind != "PartyCommittee")


@cache
def _by_form() -> dict[str, Body]:
    """The standard bodies by each of their forms; of two with one form the first."""
    found: dict[str, Body] = {}
    for body in bodies():
        for form in (body.short, body.long, _clipped(body)):
            if form is not None:
                found.setdefault(form, body)
    return found


def _clipped(body: Body) -> str | None:
    """县委办公室: the long form of a party organ with the committee's own name cut short."""
    return "委" + body.long.removeprefix("委员会") if body.short.startswith("委") and body.short != "委" else None


def forms(division: Division | None, place: str, rest: str) -> tuple[str, ...]:
    """The accepted names of the body ``rest`` of ``place``, the preferred one first.

    >>> forms(None, "青山县", "妇女联合会")[:2]
    ('青山县妇联', '青山县妇女联合会')
    """
    body = standard(rest)
    names = [rest]
    if body is not None:
        names = [body.short, body.long, *_shorts(body.long)]
        if _clipped(body):  # 县委组织部 is also 县组织部 and 县委办公室
            names += [body.short.removeprefix("委"), _clipped(body) or ""]
    elif rest.startswith("人民政府"):
        names = [rest.removeprefix("人民"), rest]
    if rest == "人大常委会":
        names += ["人大", "人民代表大会"]
    if rest == "村委会":
        names += ["委会", "村民委员会", "委员会"]
    places = [place]
    if division is not None and division.level in ("Prefecture", "County"):
        places += [short for short in divisions().short_names(division) if short[-1] in "州县市区旗"]
    found = [p + name for p in places for name in names]
    if body is not None and body.short == "团委":
        found += [f"共青团{p}委" for p in places] + [f"团{place}委", f"共青团{place}委员会"]
    if body is not None and body.kind == "PartyCommittee":
        found += [f"中共{place}{names[0]}", f"中共{place}委员会", f"中国共产党{place}委员会"]
    return tuple(dict.fromkeys(found))


def parent_rest(rest: str, kind: str) -> str | None:
    """The parent of the body ``rest`` of a division, as a body of the same division, or None.

    县委组织部 belongs to 县委; a bureau to its government; an organ's office to the organ.

    >>> parent_rest("委组织部", ""), parent_rest("应急管理局", "GovernmentDepartment")
    ('委', '政府')
    """
    if rest.endswith("领导小组办公室"):
        return rest.removesuffix("办公室")
    team = re.match(r"(?P<head>[一-鿿]+?)驻[一-鿿]+工作队$", rest)
    if team:
        return team["head"]
    if re.fullmatch(r"(?:党)?委.+", rest) and standard(rest) is None or _ORGAN_OF_PARTY.match(rest):
        inner = re.match(r"(?P<head>(?:党)?委[一-鿿]+(?:办公室|办|领导小组|指挥部))(?P<tail>[一-鿿]{2,4}组)$", rest)
        return inner["head"] if inner else "委"
    body = standard(rest)
    if body is not None:
        return {"party": "委", "government": "政府"}.get(body.parent)
    if kind == "GovernmentDepartment" and re.search(r"(?:局|委员会|委|厅|办公室|办)$", rest) and "公司" not in rest:
        return "政府"
    return None
