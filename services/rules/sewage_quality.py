"""What a sewage works makes of its water: removal, an inlet too thin, flows that do not match.

It must not know limits: a removal below one is judged elsewhere.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Finding, PerformanceRow, Period, Stage
from schemas.water import WaterMean
from services.rules.clause_words import clause_said
from services.rules.exact import EXACT, QUOTIENT, ZERO, kept, sum_of, text
from services.rules.sewage import DayVolume, SewageWorks
from services.rules.sewage_parameters import PLAN_001, PLAN_002, SewageInletParameters

_GRAMS_OF_KG = -3


class InAndOut(NamedTuple):
    """The day means of one pollutant before and after treatment, on one local day."""

    day: date
    inlet: WaterMean | None
    outlet: WaterMean | None


class Inlet(NamedTuple):
    """The month means of an inlet, mg/L, each None where there is no valid one."""

    bod: Decimal | None
    cod: Decimal | None


class Covered(NamedTuple):
    """What a rate is for: a pollutant's code over a period from `start` (UTC)."""

    code: str
    period: Period
    start: datetime
    stage: Stage


def removal_rate(works: SewageWorks, days: Iterable[InAndOut], asked: Covered) -> PerformanceRow:
    """去除率 (E01): 1 - sum of Cout x Qout / sum of Cin x Qin, as mass removed of mass that came, kg.

    Days count where inlet and outlet have valid means and one of them its volume; with one flow
    meter its volume stands for both. Without any such day 0 of 0. It rests on what the means rest on.
    """
    came: list[Decimal] = []
    left: list[Decimal] = []
    doubts: dict[str, None] = {}
    one_meter = 0
    total = 0
    for one in days:
        total += 1
        if one.inlet is None or one.outlet is None:
            continue
        masses = _masses(one.inlet, one.outlet)
        if masses is None:
            continue
        came.append(masses[0])
        left.append(masses[1])
        doubts.update(dict.fromkeys([*one.inlet.doubts, *one.outlet.doubts]))
        one_meter += one.inlet.volume is None or one.outlet.volume is None
    arrived = kept(sum_of(came))
    said = {"days": total, "days_counted": len(came), "one_flow_meter": one_meter}
    return PerformanceRow(
        works.subject,
        "removal",
        asked.code,
        asked.period,
        asked.start,
        asked.stage,
        kept(EXACT.subtract(arrived, kept(sum_of(left)))),
        arrived,
        not doubts and len(came) == total > 0,
        {**said, "doubts": [*doubts]},
    )


def inlet_finding(
    works: SewageWorks,
    month: tuple[datetime, datetime],
    inlet: Inlet,
    stage: Stage,
    params: SewageInletParameters,
) -> Finding | None:
    """进水浓度异常: the month's BOD5 of the inlet is under what the setting says.

    By COD only where a ratio was set. The plans name no number: it never is sure on the default.
    """
    names = ["inlet_bod_mg_l"]
    measured = inlet.bod
    how_zh, how_en = "进水五日生化需氧量月均值", "BOD5"
    if measured is None and inlet.cod is not None and params.bod_of_cod is not None:
        names.append("bod_of_cod")
        measured = EXACT.multiply(inlet.cod, params.bod_of_cod)
        ratio = text(params.bod_of_cod)
        how_zh = (
            f"按化学需氧量月均值{text(round(inlet.cod, 1))} mg/L×{ratio}推算的进水五日生化需氧量"
        )
        how_en = f"BOD5 reckoned from a COD of {text(round(inlet.cod, 1))} mg/L x {ratio}"
    least = params.inlet_bod_mg_l
    if measured is None or kept(measured) >= least:
        return None
    doubts = params.unestablished(names)
    value = text(round(measured, 1))
    local = month[0].astimezone(works.clock)
    clause = f"{PLAN_001}（进水浓度异常，未规定数值）"
    return Finding(
        rule="sewage_inlet",
        subject=works.subject,
        point=None,
        since=month[0],
        until=month[1],
        stage=stage,
        zh=f"{local.year}年{local.month}月，{works.zh}{how_zh}为{value} mg/L，低于设定的"
        f"{text(least)} mg/L，进水浓度异常偏低。依据：{clause}。",
        en=f"In {local:%Y-%m} the mean {how_en} of the inlet of {works.en} was {value} mg/L, below the "
        f"{text(least)} mg/L that is set: abnormally thin. Basis: {clause_said(clause, 'en')}.",
        clause=clause,
        sure=not doubts,
        doubts=doubts,
        evidence={"value": value, "least": text(least), "from": names[1:] or ["bod"]},
    )


def balance_findings(
    works: SewageWorks,
    days: Sequence[tuple[DayVolume, DayVolume]],
    stage: Stage,
    params: SewageInletParameters,
) -> list[Finding]:
    """Runs of local days whose outflow differs from their inflow by more than `balance_percent`.

    `days`: (inlet, outlet) of the same day, in order. Days not known whole on both sides are not
    judged and end a run.
    """
    runs: list[list[tuple[DayVolume, DayVolume, Decimal]]] = []
    previous: date | None = None
    for inlet, outlet in days:
        share = _difference(inlet, outlet)
        if share is None or share <= params.balance_percent:
            continue
        if previous is None or inlet.day != previous + timedelta(days=1):
            runs.append([])
        runs[-1].append((inlet, outlet, share))
        previous = inlet.day
    return [_unbalanced(works, run, stage, params) for run in runs]


def _masses(inlet: WaterMean, outlet: WaterMean) -> tuple[Decimal, Decimal] | None:
    """Mass in and mass out of a day, kg."""
    before, after = inlet.row.value, outlet.row.value
    came = inlet.volume if inlet.volume is not None else outlet.volume
    left = outlet.volume if outlet.volume is not None else inlet.volume
    if not (inlet.row.valid and outlet.row.valid) or before is None or after is None:
        return None
    if came is None or left is None:
        return None
    return (
        EXACT.multiply(before, came).scaleb(_GRAMS_OF_KG, EXACT),
        EXACT.multiply(after, left).scaleb(_GRAMS_OF_KG, EXACT),
    )


def _difference(inlet: DayVolume, outlet: DayVolume) -> Decimal | None:
    """|inflow - outflow| in % of the inflow, of a day; without inflow any outflow is all of it."""
    if not (inlet.volume.known and outlet.volume.known):
        return None
    came, left = inlet.volume.amount, outlet.volume.amount
    if not came:
        return Decimal(100) if left else ZERO
    return kept(QUOTIENT.divide(EXACT.multiply(EXACT.subtract(came, left).copy_abs(), 100), came))


def _unbalanced(
    works: SewageWorks,
    run: Sequence[tuple[DayVolume, DayVolume, Decimal]],
    stage: Stage,
    params: SewageInletParameters,
) -> Finding:
    first, last = run[0][0].day, run[-1][0].day
    came = text(round(sum_of(inlet.volume.amount for inlet, _, _ in run), 1))
    left = text(round(sum_of(outlet.volume.amount for _, outlet, _ in run), 1))
    most = text(round(max(share for _, _, share in run), 1))
    limit = text(params.balance_percent)
    doubts = params.unestablished(("balance_percent",))
    clause = f"{PLAN_002}（对进出水量进行实时监测；差异限值为设定值）"
    return Finding(
        rule="sewage_balance",
        subject=works.subject,
        point=None,
        since=works.midnight(first),
        until=works.midnight(last + timedelta(days=1)),
        stage=stage,
        zh=f"{first}至{last}（{len(run)}日），{works.zh}进水{came} m3、出水{left} m3，日差异最大{most}%，"
        f"超过设定的{limit}%。依据：{clause}。",
        en=f"From {first} to {last} ({len(run)} days) {came} m3 came into {works.en} and {left} m3 "
        f"left it; they differ by up to {most} % a day, more than the {limit} % that is set. Basis: "
        f"{clause_said(clause, 'en')}.",
        clause=clause,
        sure=not doubts,
        doubts=doubts,
        evidence={"in_m3": came, "out_m3": left, "days": len(run), "most_percent": most},
    )
