"""What laboratories owe: samples while a device is out, and comparisons that hold.

Findings are sentences with their numbers. It must not know where results are kept.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise

from schemas.judgement import Finding, Stage
from schemas.manual import ManualResult
from schemas.registry_words import BEIJING
from services.rules.exact import kept, text
from services.rules.manual import Compared
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.water_cycle import Span
from services.rules.water_series import local_day

_INTERVAL = "环发〔2009〕88号 article 9"
_TABLE_1 = "HJ 355-2019 Table 1"


@dataclass(frozen=True, slots=True)
class About:
    """Whom a finding is about, how it is named, and on which clock its times are told."""

    subject: int
    point: int | None
    zh: str
    en: str
    unit: str = "mg/L"
    clock: tzinfo = BEIJING
    stage: Stage = Stage.FINAL

    def told(self, at: datetime) -> str:
        """A time on the site's clock."""
        return at.astimezone(self.clock).strftime("%Y-%m-%d %H:%M")


def sampling_findings(
    outage: tuple[datetime, datetime | None],
    results: Iterable[ManualResult],
    about: About,
    now: datetime,
    params: ManualDutyParameters,
) -> list[Finding]:
    """Where samples were too few or too far apart while a device was out (outage, open where None).

    环发〔2009〕88号 article 9: at least four a day, at most six hours apart. The time from the
    outage's beginning to the first sample, and from the last one to its end, counts like one between
    samples. Only whole local days owe their number.
    """
    since, ended = outage
    end = min(now, ended or now)
    sampled = sorted(
        one.since
        for one in results
        if not one.withdrawn and one.value is not None and since <= one.since < end
    )
    if since >= end:
        return []
    return [
        *_too_far(since, sampled, (end, ended is None or ended > now), about, params),
        *_too_few((since, end), sampled, about, params),
    ]


def _too_far(
    since: datetime,
    sampled: Sequence[datetime],
    end: tuple[datetime, bool],
    about: About,
    params: ManualDutyParameters,
) -> list[Finding]:
    longest = timedelta(seconds=params.longest_interval_s)
    last, running = end
    doubts = params.unestablished(("longest_interval_s",))
    found: list[Finding] = []
    for before, after in pairwise([since, *sampled, last]):
        if after - before <= longest:
            continue
        hours, most = _hours(after - before), _hours(longest)
        began, until = about.told(before), about.told(after)
        found.append(
            Finding(
                rule="manual_sampling_interval",
                subject=about.subject,
                point=about.point,
                since=before + longest,
                until=None if running and after == last else after,
                stage=about.stage,
                zh=f"自动监测设备故障期间，{about.zh}自{began}至{until}的{hours}小时内无手工监测结果，"
                f"超过{most}小时的最长间隔。依据：环发〔2009〕88号第九条（现行有效性未核实）。",
                en=f"While the device was out, {about.en} was not sampled by hand for {hours} h, from "
                f"{began} to {until}; at most {most} h are allowed. Basis: {_INTERVAL} (whether it "
                "still holds was not checked).",
                clause=_INTERVAL,
                sure=not doubts,
                doubts=doubts,
                evidence={"interval_h": hours, "longest_h": most},
            )
        )
    return found


def _too_few(
    outage: Span, sampled: Sequence[datetime], about: About, params: ManualDutyParameters
) -> list[Finding]:
    counts = Counter(at.astimezone(about.clock).date() for at in sampled)
    doubts = params.unestablished(("samples_a_day",))
    found: list[Finding] = []
    day = outage[0].astimezone(about.clock).date()
    while True:
        since, until = local_day(day, about.clock)
        if until > outage[1]:
            return found
        if since >= outage[0] and counts[day] < params.samples_a_day:
            found.append(
                Finding(
                    rule="manual_sampling_count",
                    subject=about.subject,
                    point=about.point,
                    since=since,
                    until=until,
                    stage=about.stage,
                    zh=f"自动监测设备故障期间，{day}{about.zh}手工监测{counts[day]}次，少于每日"
                    f"{params.samples_a_day}次。依据：环发〔2009〕88号第九条（现行有效性未核实）。",
                    en=f"While the device was out, {about.en} was sampled by hand {counts[day]} times "
                    f"on {day}; at least {params.samples_a_day} are due. Basis: {_INTERVAL} (whether "
                    "it still holds was not checked).",
                    clause=_INTERVAL,
                    sure=not doubts,
                    doubts=doubts,
                    evidence={"samples": counts[day], "due": params.samples_a_day},
                )
            )
        day += timedelta(days=1)


def comparison_finding(compared: Compared, sampled: Span, about: About) -> Finding | None:
    """A comparison whose error is over its tolerance; None where it holds."""
    if compared.within:
        return None
    sign = "%" if compared.relative else ""
    error, limit = text(round(compared.error, 2)), text(compared.limit)
    shown, reference = text(round(compared.automatic, 4)), text(compared.laboratory)
    began, until = about.told(sampled[0]), about.told(sampled[1])
    unit = f" {about.unit}" if about.unit else ""
    return Finding(
        rule="manual_comparison",
        subject=about.subject,
        point=about.point,
        since=sampled[0],
        until=sampled[1],
        stage=about.stage,
        zh=f"{began}至{until}，{about.zh}自动监测值{shown}{unit}，手工监测值{reference}{unit}，"
        f"{'相对' if compared.relative else '绝对'}误差{error}{sign}，超出±{limit}{sign}。"
        "依据：HJ 355-2019 表1（限值未经原文核实）。",
        en=f"From {began} to {until} {about.en} was {shown}{unit} automatically and {reference}{unit} "
        f"in the laboratory: {'a relative error' if compared.relative else 'a difference'} of "
        f"{error}{sign and ' %'}, more than +-{limit}{sign and ' %'}. Basis: {_TABLE_1} (its figures "
        "were not read).",
        clause=_TABLE_1,
        sure=not compared.doubts,
        doubts=compared.doubts,
        evidence={
            "result": compared.result,
            "version": compared.version,
            "error": text(compared.error),
            "limit": limit,
        },
    )


def _hours(time: timedelta) -> str:
    return text(kept(Decimal(time // timedelta(seconds=1)) / 3600).quantize(Decimal("0.1")))
