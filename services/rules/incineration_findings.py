"""What is said of a furnace's day and an incinerator's month, in sentences with their numbers.

It must not judge; that is done before.
"""

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Finding, Outcome, Stage
from services.rules.articles import articles, articles_for
from services.rules.exact import text as plain
from services.rules.incineration import FurnaceDay, FurnaceRule, MonthOfDays

_SAID = {
    "claimed": ("；其中部分申请豁免、尚未审核", "; part of it is claimed to be exempt"),
    "unknown": ("；其中部分数据未知", "; part of it is not known"),
    "": ("", ""),
}


class Place(NamedTuple):
    """What a finding is about: the unit, the furnace's point where there is one, and the span."""

    subject: int
    point: int | None
    since: datetime
    until: datetime
    stage: Stage


def furnace_finding(
    day: FurnaceDay, rule: FurnaceRule, place: Place, clock: tzinfo
) -> Finding | None:
    """炉温不达标: the day had more five-minute means below than allowed; None where it had not.

    A day that is over only with claimed marks is found too, and not sure.
    """
    if day.outcome not in {Outcome.EXCEEDING, Outcome.CLAIMED}:
        return None
    local = place.since.astimezone(clock).date()
    number = len(day.failed) + (day.claimed if day.outcome is Outcome.CLAIMED else 0)
    zh, en = _SAID["claimed" if day.outcome is Outcome.CLAIMED else ""]
    floor = plain(rule.floor)
    law = articles_for(articles(), "furnace_temperature", local)
    doubts = (
        *day.doubts,
        *(f"article:{one.matter}" for one in law if not one.sure),
        *(("exemption_claimed",) if day.outcome is Outcome.CLAIMED else ()),
    )
    return Finding(
        rule="furnace_temperature",
        subject=place.subject,
        point=place.point,
        since=place.since,
        until=place.until,
        stage=place.stage,
        zh=f"{local.isoformat()} 正常运行时炉膛温度5分钟均值低于{floor}℃共{number}次，允许不超过{rule.allowed}次{zh}。",
        en=f"On {local.isoformat()} {number} five-minute means of the furnace in normal operation were "
        f"below {floor} C; {rule.allowed} are allowed{en}.",
        clause="；".join([rule.clause, *(one.zh for one in law)]),
        sure=not doubts,
        doubts=doubts,
        evidence={
            "floor": floor,
            "allowed": rule.allowed,
            "failed": [at.isoformat() for at in day.failed],
            "claimed": day.claimed,
            "unknown": day.unknown,
            "excused": day.excused,
            "due": day.due,
            "formula": f"{number} > {rule.allowed}",
        },
    )


def month_finding(month: MonthOfDays, needed: int, place: Place, clock: tzinfo) -> Finding | None:
    """超标天数: the month has the number of exceedance days (Order 10 art 10); None where it has not."""
    if month.reached not in {"reached", "claimed"}:
        return None
    local = place.since.astimezone(clock)
    number = month.exceeding + (month.claimed if month.reached == "claimed" else 0)
    claimed = month.reached == "claimed"
    zh, en = _SAID["claimed" if claimed else ""]
    return Finding(
        rule="incineration_month",
        subject=place.subject,
        point=place.point,
        since=place.since,
        until=place.until,
        stage=place.stage,
        zh=f"{local:%Y-%m} 累计超标{number}天，达到{needed}天（含本数）{zh}。",
        en=f"In {local:%Y-%m} the incinerator had {number} exceedance days; {needed} are reached{en}.",
        clause="生活垃圾焚烧发电厂自动监测数据应用管理规定（生态环境部令第10号）第十条",
        sure=not claimed,
        doubts=("exemption_claimed",) if claimed else (),
        evidence={
            "exceeding": month.exceeding,
            "claimed": month.claimed,
            "unknown": month.unknown,
            "formula": f"{number} >= {needed}",
        },
    )


def maintenance_finding(used_s: int, allowed_s: int, place: Place, clock: tzinfo) -> Finding | None:
    """CEMS维护超时: more marked maintenance in the quarter than allowed (Order 10 art 12); else None."""
    if used_s <= allowed_s:
        return None
    local = place.since.astimezone(clock)
    quarter = (local.month + 2) // 3
    used, allowed = (f"{Decimal(seconds) / 3600:.2f}" for seconds in (used_s, allowed_s))
    return Finding(
        rule="cems_maintenance_quarter",
        subject=place.subject,
        point=place.point,
        since=place.since,
        until=place.until,
        stage=place.stage,
        zh=f"{local.year}年第{quarter}季度CEMS维护累计{used}小时，超过{allowed}小时。",
        en=f"In quarter {quarter} of {local.year} CEMS maintenance took {used} h; {allowed} h are allowed.",
        clause="生活垃圾焚烧发电厂自动监测数据应用管理规定（生态环境部令第10号）第十二条",
        sure=True,
        evidence={"used_s": used_s, "allowed_s": allowed_s, "formula": f"{used_s} > {allowed_s}"},
    )
