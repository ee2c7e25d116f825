"""传输有效率 held against its targets: 75 % of the national assessment, 90 % of Inner Mongolia's plan.

Found of what is audited, once the period is over. It must not know where counts come from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timezone
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Finding
from schemas.registry_words import BEIJING
from services.rules.clause_words import clause_said
from services.rules.exact import text
from services.rules.periods import Bounds
from services.rules.transmission.counting import Counted, Version
from services.rules.transmission.parameters import PLAN, Step, TransmissionParameters
from services.rules.transmission.rates import Effectiveness, evidence_of

RULES: Mapping[Step, str] = {
    "day": "low_effectiveness_day",
    "month": "low_effectiveness",
    "quarter": "low_effectiveness_quarter",
    "year": "low_effectiveness_year",
}
"""A finding is known by its rule, subject and beginning: a month, a quarter and a year may begin together."""
PLAN_END = 2020
SHOWN = Decimal("0.01")


class Target(NamedTuple):
    """A least rate, %; `doubts` name what its use here rests on."""

    percent: Decimal
    zh: str
    en: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssessedOutlet:
    """Whom a finding is about: an outlet, how it is named, in which region."""

    subject: int
    zh: str
    en: str
    region: str
    zone: timezone = BEIJING


def targets(
    region: str, bounds: Bounds, zone: timezone, params: TransmissionParameters
) -> list[Target]:
    """The targets that hold for a region when the period begins, the gravest first.

    Whether the firm is one of those assessed nobody here knows: the rate is told all the same.
    """
    day = bounds.since.astimezone(zone).date()
    found: list[Target] = []
    if day >= params.national_from:
        found.append(
            Target(
                params.national_percent,
                "污染源自动监控数据传输有效率国家考核（2014年起，考核通知文号未核实）",
                "national assessment of valid transmission since 2014 (number of its notice not "
                "confirmed)",
                params.unestablished(("national_percent", "national_from")),
            )
        )
    after = day.year > PLAN_END
    if (
        region.startswith(params.plan_region)
        and day >= params.plan_from
        and not (after and params.plan_goes_on == "no")
    ):
        names = ("plan_percent", "plan_region", "plan_from", *(("plan_goes_on",) if after else ()))
        found.append(
            Target(
                params.plan_percent,
                f"《{PLAN}》（2020年目标）",
                f"《{PLAN}》 (target for 2020)",
                params.unestablished(names),
            )
        )
    return sorted(found, key=lambda one: one.percent)


def low_effectiveness(
    found: Effectiveness, about: AssessedOutlet, params: TransmissionParameters
) -> Finding | None:
    """A rate below a target, of an outlet over a period that is over; the gravest target missed.

    None where it is met, nothing was due, the period still runs, or is none of `found_over`.
    """
    percent = found.counted(Version.AUDITED).effectiveness
    if percent is None or found.stage == "provisional" or found.step not in params.found_over:
        return None
    missed = [
        one
        for one in targets(about.region, found.bounds, about.zone, params)
        if percent < one.percent
    ]
    if not missed:
        return None
    held = params.unestablished(("found_over",)) if found.step != "year" else ()
    doubts = tuple(dict.fromkeys((*missed[0].doubts, *held, *found.doubts)))
    return Finding(
        rule=RULES[found.step],
        subject=about.subject,
        point=found.point,
        since=found.bounds.since,
        until=found.bounds.until,
        stage=found.stage,
        zh=_zh(found, about, missed),
        en=_en(found, about, missed),
        clause=missed[0].en,
        sure=not doubts,
        doubts=doubts,
        evidence={
            **evidence_of(found),
            "step": found.step,
            "targets": [text(one.percent) for one in missed],
        },
    )


def shown_percent(percent: Decimal | None) -> str:
    """Two decimals, cut and not rounded, so that what is below a target never reads as the target."""
    if percent is None:
        return "–"
    return text(Decimal(int(percent / SHOWN)) * SHOWN)


def period_name(step: Step, bounds: Bounds, zone: timezone) -> tuple[str, str]:
    """How the period is called in Chinese and in English."""
    local = bounds.since.astimezone(zone)
    match step:
        case "day":
            return f"{local:%Y-%m-%d}", f"{local:%Y-%m-%d}"
        case "month":
            return f"{local.year}年{local.month}月", f"{local:%Y-%m}"
        case "quarter":
            quarter = (local.month - 1) // 3 + 1
            return f"{local.year}年第{quarter}季度", f"{local.year} Q{quarter}"
        case "year":
            return f"{local.year}年", f"{local.year}"


def _zh(found: Effectiveness, about: AssessedOutlet, missed: Sequence[Target]) -> str:
    audited, again, first = (found.counted(one) for one in reversed(Version))
    name, _ = period_name(found.step, found.bounds, about.zone)
    left = sum(found.tally.left_out.values())
    whom = f"{about.zh}{f'（{found.code}）' if found.code else ''}"
    against = "；".join(f"低于{text(one.percent)}%，依据：{one.zh}" for one in missed)
    return (
        f"{name}{whom}应传数据{audited.due}个（另有{left}个因停运、标样核查等不计入），"
        f"审核后实传{audited.received}个、有效{audited.valid}个，传输率{_transmission(audited)}%、"
        f"有效率{shown_percent(audited.validity)}%，传输有效率{_rate(audited)}%"
        f"（首次到达{_rate(first)}%，补传后{_rate(again)}%）。{against}。"
    )


def _en(found: Effectiveness, about: AssessedOutlet, missed: Sequence[Target]) -> str:
    audited, again, first = (found.counted(one) for one in reversed(Version))
    _, name = period_name(found.step, found.bounds, about.zone)
    left = sum(found.tally.left_out.values())
    whom = f"{about.en}{f' ({found.code})' if found.code else ''}"
    against = "; ".join(
        f"below {text(one.percent)} %, {clause_said(one.en, 'en')}" for one in missed
    )
    return (
        f"In {name} {whom} owed {audited.due} records ({left} more were not due: stopped, checks and "
        f"the like). Audited, {audited.received} were received and {audited.valid} of them valid: "
        f"transmission {_transmission(audited)} %, validity {shown_percent(audited.validity)} %, "
        f"effectiveness {_rate(audited)} % (first arrival {_rate(first)} %, after backfilling "
        f"{_rate(again)} %). This is {against}."
    )


def _rate(counted: Counted) -> str:
    return shown_percent(counted.effectiveness)


def _transmission(counted: Counted) -> str:
    return shown_percent(counted.transmission)
