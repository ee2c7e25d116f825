"""公布率 as rows and findings: results told in time, of those that were due. Pure.

自行监测 at least 90 %, 监督性监测 at least 95 % (内蒙古自治区节能减排“十三五”规划, by 2020). It must not
know how it was decided what was due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_DOWN, Decimal
from typing import Final, NamedTuple

from schemas.judgement import Evidence, Finding, PerformanceRow, Period, Stage
from schemas.registry_words import BEIJING
from services.rules.clause_words import clause_said
from services.rules.exact import QUOTIENT, text
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.periods import Bounds
from services.rules.publication import KINDS, Answer, PublishedKind, counted
from services.rules.publication_parameters import PublicationParameters, Step
from services.rules.transmission.findings import PLAN_END
from services.rules.transmission.parameters import PLAN

PUBLICATION: Final = "publication_"
"""How the measures begin, and the rules of the findings."""
ELSEWHERE: Final = "published_elsewhere"
"""A doubt of each rate: what stood on another public page is not known here."""
ENDINGS: Final[Mapping[Step, str]] = {"month": "", "quarter": "_quarter", "year": "_year"}
RULES: Final[Mapping[Step, frozenset[str]]] = {
    step: frozenset(f"{PUBLICATION}{kind}{ending}" for kind in KINDS)
    for step, ending in ENDINGS.items()
}
"""A finding is known by its rule, subject and beginning: a month, a quarter and a year may begin together."""
PERIODS: Final[Mapping[Step, Period]] = {
    "month": Period.MONTH,
    "quarter": Period.QUARTER,
    "year": Period.YEAR,
}
NOTHING_DUE: Final[Evidence] = {"why": "nothing_due"}
_NAMES: Final[Mapping[PublishedKind, tuple[str, str]]] = {
    "self": ("自行监测结果", "self-monitoring"),
    "supervisory": ("监督性监测结果", "supervisory monitoring"),
}
_SHOWN: Final = Decimal("0.01")
_MONTHS_A_QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a rate is of: a kind of results of an outlet, over a period; `region` of its plant.

    `zh`, `en`: how the outlet is named.
    """

    subject: int
    kind: PublishedKind
    step: Step
    bounds: Bounds
    zh: str
    en: str
    region: str
    zone: timezone = BEIJING


class Target(NamedTuple):
    """A least rate, %, with its basis; `doubts` name what its use here rests on."""

    percent: Decimal
    zh: str
    en: str
    doubts: tuple[str, ...]


def stage_of(bounds: Bounds, answers: Sequence[Answer], now: datetime, window: timedelta) -> Stage:
    """Provisional while the period runs or a result may still come; closed a window after the last one."""
    if now < bounds.until or any(one.state == "not_yet" for one in answers):
        return Stage.PROVISIONAL
    last = max((one.owed.by for one in answers), default=bounds.until)
    return Stage.CLOSED if now >= last + window else Stage.FINAL


def publication_rows(
    about: Spoken, answers: Sequence[Answer], stage: Stage
) -> list[PerformanceRow]:
    """A row of the outlet (without a code) and one of each pollutant of which anything was due.

    The numerator is what was told in time, the denominator what was due and not excused. None while
    everything may still come.
    """
    past = [one for one in answers if one.state != "not_yet"]
    codes = sorted({one.owed.code for one in past})
    some = {code: [one for one in past if one.owed.code == code] for code in codes}
    rows = [_row(about, code, own, stage, _not_in_time(own)) for code, own in some.items()]
    of_codes = {row.code: [int(row.numerator), int(row.denominator)] for row in rows}
    return [_row(about, "", past, stage, {"of_codes": of_codes}), *rows] if past else []


def nothing_due(former: PerformanceRow, stage: Stage) -> PerformanceRow:
    """What takes the place of a rate of which nothing is due any more."""
    zero = Decimal(0)
    return former._replace(stage=stage, numerator=zero, denominator=zero, evidence=NOTHING_DUE)


def low_publication(
    about: Spoken,
    answers: Sequence[Answer],
    stage: Stage,
    params: tuple[PublicationParameters, ManualDutyParameters],
) -> Finding | None:
    """A rate below its target over a period that is over.

    None where it is met, nothing was due, something may still come, or no target holds there.
    """
    asked, duty = params
    target = target_of(about, *params)
    due = sum(one.counts for one in answers)
    told = counted(answers)["in_time"]
    if target is None or not due or about.step not in asked.judged_over:
        return None
    if stage is Stage.PROVISIONAL or told * 100 >= target.percent * due:
        return None
    over = asked.unestablished(("judged_over",))
    doubts = tuple(dict.fromkeys((*target.doubts, *over, *_doubts(answers))))
    return Finding(
        rule=f"publication_{about.kind}{ENDINGS[about.step]}",
        subject=about.subject,
        point=None,
        since=about.bounds.since,
        until=about.bounds.until,
        stage=stage,
        zh=_zh(about, answers, target),
        en=_en(about, answers, target),
        clause=target.en,
        sure=not doubts,
        doubts=doubts,
        evidence={**_numbers(answers), "due": due, "percent": text(duty_percent(duty, about.kind))},
    )


def target_of(
    about: Spoken, asked: PublicationParameters, duty: ManualDutyParameters
) -> Target | None:
    """The target that holds for the outlet's region when the period begins; one that was set, anywhere."""
    name = f"{about.kind}_percent"
    percent = duty_percent(duty, about.kind)
    if name in duty.model_fields_set:
        return Target(percent, "本平台设定的公布率下限", "the rate that was set here", ())
    day = about.bounds.since.astimezone(about.zone).date()
    after = day.year > PLAN_END
    if (
        not about.region.startswith(asked.target_region)
        or day < asked.target_from
        or (after and asked.target_goes_on == "no")
    ):
        return None
    names = ("target_region", "target_from", *(("target_goes_on",) if after else ()))
    doubts = (*duty.unestablished((name,)), *asked.unestablished(names))
    return Target(percent, f"《{PLAN}》（2020年目标）", f"《{PLAN}》 (target for 2020)", doubts)


def duty_percent(duty: ManualDutyParameters, kind: PublishedKind) -> Decimal:
    """The least rate of a kind, %."""
    return duty.self_percent if kind == "self" else duty.supervisory_percent


def _row(
    about: Spoken, code: str, answers: Sequence[Answer], stage: Stage, more: Mapping[str, object]
) -> PerformanceRow:
    return PerformanceRow(
        about.subject,
        f"{PUBLICATION}{about.kind}",
        code,
        PERIODS[about.step],
        about.bounds.since,
        stage,
        Decimal(counted(answers)["in_time"]),
        Decimal(sum(one.counts for one in answers)),
        sure=False,
        evidence={
            **_numbers(answers),
            **more,
            "told": "recorded_at",
            "doubts": list(_doubts(answers)),
        },
    )


def _numbers(answers: Sequence[Answer]) -> dict[str, object]:
    states = counted(answers)
    return {name: states[name] for name in ("in_time", "late", "missing", "excused")}


def _not_in_time(answers: Sequence[Answer]) -> dict[str, object]:
    """The results that were told in time, and what became of the others."""
    return {
        "results": sorted(one.result for one in answers if one.state == "in_time" and one.result),
        "others": [
            {
                "since": one.owed.span.since.isoformat(),
                "until": one.owed.span.until.isoformat(),
                "by": one.owed.by.isoformat(),
                "state": one.state,
                "result": one.result,
                "told_at": None if one.told_at is None else one.told_at.isoformat(),
            }
            for one in answers
            if one.state != "in_time"
        ],
    }


def _doubts(answers: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((ELSEWHERE, *(name for one in answers for name in one.doubts))))


def _percent(answers: Sequence[Answer]) -> str:
    """Cut and not rounded: what is below a target is not shown as the target."""
    due = Decimal(sum(one.counts for one in answers))
    percent = QUOTIENT.divide(Decimal(counted(answers)["in_time"] * 100), due)
    return text(percent.quantize(_SHOWN, rounding=ROUND_DOWN))


def _zh(about: Spoken, answers: Sequence[Answer], target: Target) -> str:
    states, due = counted(answers), sum(one.counts for one in answers)
    return (
        f"{_period(about)[0]}{about.zh}{_NAMES[about.kind][0]}应公布{due}个，按期录入本平台"
        f"{states['in_time']}个，逾期{states['late']}个，缺{states['missing']}个，公布率"
        f"{_percent(answers)}%，低于{text(target.percent)}%。公布时间以首次录入本平台的时间计，是否已在"
        f"其他渠道公开未知。依据：{target.zh}。"
    )


def _en(about: Spoken, answers: Sequence[Answer], target: Target) -> str:
    states, due = counted(answers), sum(one.counts for one in answers)
    return (
        f"In {_period(about)[1]} {due} {_NAMES[about.kind][1]} results of {about.en} were due: "
        f"{states['in_time']} were entered here in time, {states['late']} late, {states['missing']} "
        f"are missing: {_percent(answers)} %, below {text(target.percent)} %. Told of is when a result "
        "was first entered here; whether it was public elsewhere is not known. "
        f"Basis: {clause_said(target.en, 'en')}."
    )


def _period(about: Spoken) -> tuple[str, str]:
    local = about.bounds.since.astimezone(about.zone)
    if about.step == "year":
        return f"{local.year}年", f"{local.year}"
    if about.step == "quarter":
        quarter = (local.month - 1) // _MONTHS_A_QUARTER + 1
        return f"{local.year}年第{quarter}季度", f"{local.year} Q{quarter}"
    return f"{local.year}年{local.month}月", f"{local:%Y-%m}"
