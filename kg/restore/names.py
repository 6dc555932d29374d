"""Surnames, as far as this stage needs them: to tell a person's name in a byline, and 乾 in a name."""

from __future__ import annotations

import re

SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁"
    "蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱侯江尹薛闫閻"
    "段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常汤湯康易乔喬赖賴文殷樊施洪颜顏倪祝欧歐艾章鲁魯葛岳"
    "齐齊尚梅庄莊辛管凌翁游岑关關喻耿柳牛左蓝藍古包季甘成宁寧舒鲍鮑聂聶詹伍盛宗路骆駱童柯申翟安焦单單牟冷焉佘时"
)
# Rarer ones, which only stand for surnames where a space or colon parts the name from the byline's word.
_RARER = (
    "俞温卜卞卓匡印厉司屈席应廉庞强戚房敖晏景曲栾桂桑楼毕池沃浦涂滕满燕玉班皮盖瞿祁祖禹穆窦符简籍米糜纪练缪"
    "臧芦芮花苗苟荆荣莘蒙蒲薄虞衡裘裴褚解计诸谈谷贝费车连边迟那邝邢郎郗鄢门闵闻阙阚阮隋雍雒霍靳鞠项饶鹿麦麻阎兰冉"
    "冀农况冼封尤展居巩战揭明晁柏柴查浩滑甄畅盘粟腊苑茅贡逯邬郏郜郤钮银阳阴韶丰全仇伊储"
)
_NO_NAME = "连日|应邀|简介|全程|谈到|解释|满意|应急|明天|查看|计划|闻讯"
_ROLE = r"(?:首席|特约|见习|实习|本报|本网|全媒体|融媒体)*(?:记者|通讯员|作者|撰稿|文/图|图/文|文/)"
NAME = rf"(?!{_NO_NAME})[{SURNAMES}{_RARER}][\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])"
# 记者 甲乙 丙丁: the role, then names with spaces or 、 between them. One space wide, so that it stays linear.
BYLINE = re.compile(
    rf"(?<![对向让给同被])(?:{_ROLE})(?:(?=[{SURNAMES}])|[:： ]{{1,2}})((?:{NAME}[ 、,，]{{0,2}}){{1,8}})"
)
_ONE_NAME = re.compile(NAME)


def names_in_bylines(line: str) -> tuple[str, ...]:
    """The people whom a line (in Simplified characters) names as its reporters and correspondents.

    >>> names_in_bylines("本报记者 王小明 通讯员 李四")
    ('王小明', '李四')
    """
    return tuple(dict.fromkeys(n for m in BYLINE.finditer(line) for n in _ONE_NAME.findall(m[1])))
