"""What a limit or a finding rests on, said in Chinese or in English: a standard and its clause.

The stored text is evidence and is not changed: this is for showing it, and for new sentences. It must
not know who reads it, and says nothing that the text does not say.
"""

import re
from functools import cache
from typing import Final

from schemas.notice import Language
from services.rules.articles import articles
from services.rules.clause_names import FIVE_YEARS_EN, PATTERNS, PROGRAMMES, Pair, whole_texts

_NUMBER: Final = re.compile(
    r"(?:(?:GB|HJ|CJ|NY|DB ?\d*)(?:/T)? ?[\d./]+[-—]\d{4}|[一-鿿]+[\[〔]\d{4}[\]〕]\d+号)(?=,? |$)"
)
"""A standard's number, or a document's: what follows it is the clause."""
_YEAR: Final = re.compile(r"\[(\d{4})\](?=\d+号)")
_SEVERAL: Final = re.compile(r"; |；")
_ARTICLE: Final = re.compile(r"《([^》]+)》第([\d(), ]+)条")
_ORDER_10: Final = re.compile(
    r"生活垃圾焚烧发电厂自动监测数据应用管理规定（生态环境部令第10号）((?:、?第[一二三四五六七八九十]+条)+)"
)
_NUMERAL: Final = re.compile(r"第([一二三四五六七八九十]+)条")
_REMOVAL: Final = re.compile(
    r"内蒙古自治区“十二五”节能减排规划：新建燃煤机组综合脱(硫|硝)效率达到([\d.]+)%以上"
)
_DIGITS: Final = "一二三四五六七八九"
_TEN: Final = 10
LANGUAGES: Final[tuple[Language, Language]] = ("zh", "en")


def law_said(standard: str, clause: str, language: Language) -> str:
    """A limit's standard and clause: `GB 13223-2011 表1`; what nobody has named stays as it is."""
    return _in(_both(PROGRAMMES.get(standard) or _as_it_is(standard), clause), language)


def clause_said(text: str, language: Language) -> str:
    """A text that names a clause, or several after one another; an unknown one comes back as it is."""
    several = [text] if _whole(text) else _SEVERAL.split(text)
    known = [_one(one) for one in several]
    if not any(known):
        return text
    parts = [
        _in(said or _as_it_is(one), language) for one, said in zip(several, known, strict=True)
    ]
    return ("；" if language == "zh" else "; ").join(dict.fromkeys(parts))


def _in(said: Pair, language: Language) -> str:
    return said.zh if language == "zh" else said.en


def _as_it_is(text: str) -> Pair:
    """A number or a text of somebody's own; documents have their year in these brackets 〔2019〕."""
    return Pair(_YEAR.sub(r"〔\1〕", text), text)


@cache
def _one(text: str) -> Pair | None:
    """Both names of one text; None: unknown."""
    return _whole(text) or _of_standard(text) or _of_law(text) or _of_removal(text)


def _whole(text: str) -> Pair | None:
    return whole_texts().get(text)


def _of_standard(text: str) -> Pair | None:
    for standard, title in PROGRAMMES.items():
        if text == standard or text.startswith(f"{standard} "):
            return _both(title, text[len(standard) :].strip())
    number = _NUMBER.match(text)
    if number is None:
        return None
    clause = text[number.end() :].lstrip(", ")
    return _both(_as_it_is(number[0]), clause) if _clause(clause) or not clause else None


def _both(title: Pair, clause: str) -> Pair:
    """A title with its clause; between Chinese characters is no space."""
    if not clause:
        return title
    named = _clause(clause) or Pair(clause, clause)
    apart = " " if title.zh[-1:].isascii() or named.zh[:1].isascii() else ""
    comma = "," if title.en.endswith(")") or named.en[:1].isdigit() else ""
    return Pair(f"{title.zh}{apart}{named.zh}".strip(), f"{title.en}{comma} {named.en}".strip())


def _clause(text: str) -> Pair | None:
    for pattern, zh, en in PATTERNS:
        found = pattern.fullmatch(text)
        if found is not None:
            return Pair(found.expand(zh), found.expand(en).strip())
    return None


def _of_law(text: str) -> Pair | None:
    """An article as `services.rules.articles` writes it, or the articles of Order 10."""
    found = _ARTICLE.fullmatch(text)
    if found is not None:
        law = next((one.law_en for one in articles() if one.law_zh == found[1]), None)
        return None if law is None else Pair(text, f"{law}, article {found[2]}")
    found = _ORDER_10.fullmatch(text)
    if found is None:
        return None
    numbers = [str(_number(one)) for one in _NUMERAL.findall(found[1])]
    of = "article" if len(numbers) == 1 else "articles"
    return Pair(text, f"MEE Order 10 (2019), {of} {' and '.join(numbers)}")


def _of_removal(text: str) -> Pair | None:
    found = _REMOVAL.fullmatch(text)
    if found is None:
        return None
    what = "desulphurisation" if found[1] == "硫" else "denitrification"
    return Pair(text, f"{FIVE_YEARS_EN}: {what} of new coal units is at least {found[2]} %")


def _number(numeral: str) -> int:
    """Of a Chinese numeral under 20."""
    ten, unit = numeral.startswith("十"), numeral.removeprefix("十")
    return (_TEN if ten else 0) + (_DIGITS.index(unit) + 1 if unit else 0)
