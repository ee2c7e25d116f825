"""The words of the language of conditions, and how a condition is written and read.

A condition is one or more terms, all of which must hold, parted by semicolons: `stack_height=15m;
zone=class II`. It must not know any fact.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Literal, NamedTuple

from schemas.sentence import Sentence, UnfitError
from services.rules.exact import text as plain


class Kind(StrEnum):
    """What a name stands for."""

    NUMBER = "number"
    DAY = "day"
    TEXT = "text"
    REGION = "region"


class Name(NamedTuple):
    """A name that conditions may use; it is decided for good when a limit is assigned, or ever again."""

    kind: Kind
    decided: Literal["assigned", "each period"]
    units: tuple[str, ...]
    example: str
    en: str
    zh: str


NAMES: Mapping[str, Name] = {
    "water_temperature": Name(
        Kind.NUMBER,
        "each period",
        ("C", "℃", "Cel"),
        "water_temperature>12",
        "of the outlet, C",
        "水温",
    ),
    "stack_height": Name(Kind.NUMBER, "assigned", ("m",), "stack_height=15m", "in m", "排气筒高度"),
    "zone": Name(
        Kind.TEXT, "assigned", (), "zone=class II", "functional zone of GB 3095", "功能区类别"
    ),
    "built_before": Name(
        Kind.DAY, "assigned", (), "built_before=2006-01-01", "built before the day", "建成日期早于"
    ),
    "built_from": Name(
        Kind.DAY,
        "assigned",
        (),
        "built_from=2006-01-01",
        "built on the day or later",
        "建成日期不早于",
    ),
    "fuel": Name(Kind.TEXT, "each period", (), "fuel=coal|coke", "what is burnt", "燃料"),
    "load": Name(Kind.NUMBER, "each period", ("%",), "load>=50%", "% of the rated output", "负荷"),
    "season": Name(
        Kind.TEXT, "each period", (), "season=heating", "as the permit names it", "季节"
    ),
    "mode": Name(Kind.TEXT, "each period", (), "mode=co-firing", "way of operation", "运行方式"),
    "region": Name(
        Kind.REGION,
        "assigned",
        (),
        "region=45|50",
        "GB/T 2260 codes, what lies in them too",
        "行政区",
    ),
}
# The day of building is one fact, whichever way it is asked about.
FACT: Mapping[str, str] = {"built_before": "built", "built_from": "built"}
# What a binding usually reads, for whoever sets one up.
USUAL_CODES: Mapping[str, str] = {"water_temperature": "w01010"}

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
_COMPARISONS: Mapping[str, Comparison] = {
    sign: sign for sign in ("=", "!=", "<", "<=", ">", ">=")
}  # pyright infers str otherwise
_TERM = re.compile(r"\s*(\w+)\s*(<=|>=|!=|=|<|>)\s*(.*?)\s*")
_REGION = re.compile(r"\d{2}|\d{4}|\d{6}")
Value = Decimal | date | tuple[str, ...]


class ConditionError(UnfitError):
    """A condition that cannot be read; it says what to write."""


class Term(NamedTuple):
    """A name compared with a number, a day, or any of some texts."""

    name: str
    comparison: Comparison
    value: Value

    @property
    def fact(self) -> str:
        """The name of the fact that decides it."""
        return FACT.get(self.name, self.name)

    @property
    def settled(self) -> bool:
        """Whether it never changes once the limit is assigned."""
        return NAMES[self.name].decided == "assigned"

    def __str__(self) -> str:
        return f"{self.name}{self.comparison}{_written(self)}"


Condition = tuple[Term, ...]
"""All terms must hold; none: it always does."""


def parse(text: str) -> Condition:
    """The condition that a text says; empty: none. Raises ConditionError."""
    return tuple(_term(part) for part in text.split(";")) if text.strip() else ()


def written(condition: Condition) -> str:
    """The text of a condition in its plainest form; reading it gives the condition again."""
    return ";".join(str(term) for term in condition)


def names_read(condition: Condition) -> frozenset[str]:
    """The facts it needs."""
    return frozenset(term.fact for term in condition)


def _term(part: str) -> Term:
    found = _TERM.fullmatch(part)
    if found is None or not found[3]:
        raise ConditionError(
            Sentence(
                f"{part.strip()!r} is no condition: write NAME, a comparison and a value, for "
                f"instance {NAMES['water_temperature'].example}; part several by semicolons",
                f"“{part.strip()}”不是条件：请写作 名称、比较符和值，例如"
                f" {NAMES['water_temperature'].example}，多个条件以分号分隔",
            )
        )
    name = NAMES.get(found[1])
    if name is None:
        raise ConditionError(
            Sentence(
                f"{found[1]!r} is not known here: write one of {', '.join(NAMES)}",
                f"条件中没有名称 {found[1]}：可选 {'、'.join(NAMES)}",
            )
        )
    comparison = _COMPARISONS[found[2]]
    allowed = _allowed(name.kind)
    if comparison not in allowed:
        raise ConditionError(
            Sentence(
                f"{found[1]} cannot be compared by {comparison}: write {' or '.join(allowed)}, for "
                f"instance {name.example}",
                f"{found[1]}（{name.zh}）不能用 {comparison} 比较：可用 {' '.join(allowed)}，例如"
                f" {name.example}",
            )
        )
    return Term(found[1], comparison, _value(found[1], name, found[3]))


def _allowed(kind: Kind) -> tuple[Comparison, ...]:
    match kind:
        case Kind.NUMBER:
            return tuple(_COMPARISONS.values())
        case Kind.DAY:
            return ("=",)
        case Kind.TEXT | Kind.REGION:
            return ("=", "!=")


def _value(called: str, name: Name, text: str) -> Value:
    match name.kind:
        case Kind.NUMBER:
            return _number(called, name, text)
        case Kind.DAY:
            return _day(called, name, text)
        case Kind.TEXT:
            return _texts(called, name, text)
        case Kind.REGION:
            codes = _texts(called, name, text)
            if not all(_REGION.fullmatch(code) for code in codes):
                raise ConditionError(
                    Sentence(
                        f"{text!r} are no regions: write GB/T 2260 codes of 2, 4 or 6 digits, for "
                        f"instance {name.example}",
                        f"“{text}”不是行政区划代码：请填写 2、4 或 6 位代码（GB/T 2260），例如"
                        f" {name.example}",
                    )
                )
            return codes


def _number(called: str, name: Name, text: str) -> Decimal:
    bare = next((text.removesuffix(unit) for unit in name.units if text.endswith(unit)), text)
    try:
        number = Decimal(bare.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ConditionError(
            Sentence(
                f"{text!r} is no number of {called} ({name.en}): write for instance {name.example}",
                f"{called}（{name.zh}）的值“{text}”不是数字：例如 {name.example}",
            )
        )
    return number


def _day(called: str, name: Name, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConditionError(
            Sentence(
                f"{text!r} is no day for {called}: write for instance {name.example}",
                f"{called}（{name.zh}）的值“{text}”不是日期：例如 {name.example}",
            )
        ) from None


def _texts(called: str, name: Name, text: str) -> tuple[str, ...]:
    texts = tuple(part.strip() for part in text.split("|"))
    if not all(texts):
        raise ConditionError(
            Sentence(
                f"one of {text!r} is empty for {called}: write for instance {name.example}",
                f"{called}（{name.zh}）的值“{text}”中有空项：例如 {name.example}",
            )
        )
    return texts


def _written(term: Term) -> str:
    match term.value:
        case Decimal():
            unit = NAMES[term.name].units[0] if term.name in {"stack_height", "load"} else ""
            return plain(term.value) + unit
        case date():
            return term.value.isoformat()
        case tuple():
            return "|".join(term.value)
