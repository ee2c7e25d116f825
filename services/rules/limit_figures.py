"""The figure of a limit and the law it stands in, from what a person writes, over what was before.

Pure: nothing is looked up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast, get_args

from schemas.limits import Averaging, Bound, Comparator, Law, Origin, Quantity
from schemas.parameter import Confidence
from schemas.sentence import Sentence, term
from services.rules.condition_words import ConditionError, parse, written
from services.rules.limit_fit import Spot
from services.rules.units import dimensions, nearest_units

QUANTITY_OF: dict[str, Quantity] = {
    "gas concentration": "concentration",
    "water concentration": "concentration",
    "mass flow": "rate",
    "share": "removal",
}
# Limits are also written in units that no channel has.
OWN_UNITS = ("dilution factor", "grade", "count/L", "pg TEQ/L", "ng TEQ/m3", "pH")
MEASURED = ("concentration", "value")
MOST_OXYGEN = 21


@dataclass(frozen=True, slots=True)
class Figures:
    """What is stated of a limit; None: as before. `high` at most, `low` at least."""

    high: Decimal | None = None
    low: Decimal | None = None
    unit: str | None = None
    quantity: str | None = None
    averaging: str | None = None
    reference_oxygen: Decimal | None = None
    condition: str | None = None
    origin: str | None = None
    standard: str | None = None
    clause: str | None = None
    confidence: str | None = None
    verified: bool | None = None
    source: str | None = None

    @property
    def numbers(self) -> bool:
        """Whether a number is stated."""
        return self.high is not None or self.low is not None


def stated_bound(figures: Figures, former: Bound | None) -> tuple[Bound, list[Sentence]]:
    """The numbers stated, what is not stated as in the former bound; and all that is wrong.

    One number alone replaces the former ones: `--max 35` makes a limit that was a range `<= 35`.
    """
    high, low = figures.high, figures.low
    if former is not None and not figures.numbers:
        high, low = former.high, former.low
    comparator: Comparator = "between" if None not in (high, low) else "<=" if low is None else ">="
    unit = figures.unit or (former.unit if former else "")
    quantity = figures.quantity or (
        former.quantity if former and former.unit == unit else quantity_of(unit)
    )
    averaging = figures.averaging or (former.averaging if former else "")
    oxygen, condition = figures.reference_oxygen, figures.condition
    if former is not None:
        oxygen = former.reference_oxygen if oxygen is None else oxygen
        condition = former.condition if condition is None else condition
    bound = Bound(
        *(comparator, low, high, unit, cast("Quantity", quantity), cast("Averaging", averaging)),
        # 0 clears it: there is no such reference oxygen.
        *(oxygen or None, condition or ""),
    )
    return _plain(bound), list(_wrong(bound))


def stated_law(figures: Figures, former: Law | None) -> tuple[Law, list[Sentence]]:
    """Where it stands. A new number is not verified by what was read of the former one."""
    origin = figures.origin or (former.origin if former else "")
    kept = former if former is not None and not figures.numbers else None
    verified = figures.verified if figures.verified is not None else bool(kept and kept.verified)
    fallback = kept.confidence if kept else "high" if verified else "medium"
    law = Law(
        cast("Origin", origin),
        _either(figures.standard, former and former.standard),
        _either(figures.clause, former and former.clause),
        figures.confidence or fallback,
        verified,
        _either(figures.source, kept and kept.source),
        kept.catalogue if kept else "",
    )
    return law, list(_law_wrong(law))


def spot_wrong(bound: Bound, spot: Spot) -> Iterator[Sentence]:
    """What speaks against putting the numbers on the point."""
    if bound.reference_oxygen is not None and spot.subject.medium == "water":
        yield Sentence(
            f"{spot.name} is water: there is no reference oxygen{term('基准氧含量')}; leave it out",
            f"{spot.name} 为废水，没有基准氧含量：请不要填写",
        )
    if bound.quantity not in MEASURED:
        return
    wanted = dimensions(bound.unit)
    for unit in sorted(spot.channel_units):
        if wanted and dimensions(unit) and not wanted & dimensions(unit):
            near = nearest_units(unit, unit)[:2]
            yield Sentence(
                f"the limit is in {bound.unit}, and {spot.name} is measured in {unit}"
                f"{term('单位不符')}: write it in {' or '.join(near)}",
                f"限值单位 {bound.unit} 与 {spot.name} 的监测单位 {unit} 不符：请改用 {' 或 '.join(near)}",
            )


def quantity_of(unit: str) -> Quantity:
    """What a unit measures, as limits tell it: a share is taken for a removal rate."""
    if unit in OWN_UNITS:
        return "concentration" if "/" in unit else "value"
    found = {QUANTITY_OF.get(one, "value") for one in dimensions(unit)}
    known: tuple[Quantity, ...] = ("concentration", "rate", "removal")
    for one in known:
        if one in found:
            return one
    return "value"


def _plain(bound: Bound) -> Bound:
    try:
        return bound._replace(condition=written(parse(bound.condition)))
    except ConditionError:
        return bound


def _wrong(bound: Bound) -> Iterator[Sentence]:
    if not all(
        number is None or number.is_finite()
        for number in (bound.low, bound.high, bound.reference_oxygen)
    ):
        yield Sentence("infinity and NaN are no limits: write digits", "限值须为有限数字")
        return
    yield from _wrong_numbers(bound)
    if not bound.unit:
        yield Sentence(
            f"no unit{term('单位')}: give --unit, for instance mg/m3",
            "缺少单位：请填写，例如 mg/m3",
        )
    elif not dimensions(bound.unit) and bound.unit not in OWN_UNITS:
        near = nearest_units(bound.unit, None)
        yield Sentence(
            f"{bound.unit} is no unit{term('单位')} known here: write one such as {', '.join(near)}",
            f"不认识单位 {bound.unit}：请改用 {'、'.join(near)} 等",
        )
    if bound.averaging not in get_args(Averaging):
        choice = get_args(Averaging)
        yield Sentence(
            f"no averaging{term('均值时段')}: give --averaging, one of {', '.join(choice)}",
            f"缺少均值时段：请填写 averaging，可选 {'、'.join(choice)}",
        )
    if bound.quantity not in get_args(Quantity):
        choice = get_args(Quantity)
        yield Sentence(
            f"{bound.quantity} is no quantity: write one of {', '.join(choice)}",
            f"{bound.quantity} 不是限值类型（quantity）：可选 {'、'.join(choice)}",
        )
    yield from _wrong_where(bound)


def _wrong_numbers(bound: Bound) -> Iterator[Sentence]:
    if bound.low is None and bound.high is None:
        yield Sentence(
            f"no figure{term('限值')}: give --max (at most), --min (at least) or both",
            "缺少限值：请填写上限、下限或两者",
        )
    below = [number for number in (bound.low, bound.high) if number is not None and number < 0]
    if below and bound.quantity != "value":
        yield Sentence(
            f"{below[0]} is no limit{term('限值')}: a concentration, a rate or a share is never"
            " below 0",
            f"限值不能为 {below[0]}：浓度、速率和比例不会小于 0",
        )
    if bound.low is not None and bound.high is not None and bound.low >= bound.high:
        yield Sentence(
            f"the lower end {bound.low} must lie under the upper end {bound.high}",
            f"下限 {bound.low} 须小于上限 {bound.high}",
        )


def _wrong_where(bound: Bound) -> Iterator[Sentence]:
    oxygen = bound.reference_oxygen
    if oxygen is not None and not 0 < oxygen < MOST_OXYGEN:
        yield Sentence(
            f"the reference oxygen{term('基准氧含量')} {oxygen} % must lie between 0 and"
            f" {MOST_OXYGEN}",
            f"基准氧含量 {oxygen} % 须在 0 至 {MOST_OXYGEN} 之间",
        )
    try:
        parse(bound.condition)
    except ConditionError as error:
        yield error.said


def _law_wrong(law: Law) -> Iterator[Sentence]:
    if law.origin not in get_args(Origin):
        choice = get_args(Origin)
        yield Sentence(
            f"no origin{term('来源')}: give --origin, one of {', '.join(choice)}",
            f"缺少来源类别：请填写 origin，可选 {'、'.join(choice)}",
        )
    if law.confidence not in get_args(Confidence):
        choice = get_args(Confidence)
        yield Sentence(
            f"{law.confidence} is no confidence: write one of {', '.join(choice)}",
            f"{law.confidence} 不是可信度（confidence）：可选 {'、'.join(choice)}",
        )
    if not law.standard:
        yield Sentence(
            "it is not said where the limit stands: give --standard, for instance a standard's"
            f" number, or the permit's{term('排污许可证编号')}",
            "未说明限值依据：请填写标准编号或排污许可证编号",
        )
    if law.verified and not law.source:
        yield Sentence(
            f"verified{term('已核实')} by what? Give --source: the document that was read",
            "标为已核实须填写来源文件（source），即所查阅的文件",
        )


def _either(stated: str | None, former: str | None) -> str:
    return (stated if stated is not None else former) or ""
