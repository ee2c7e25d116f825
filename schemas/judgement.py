"""What a judgement says: its stage, its outcome, how sure it is, and the rows that keep it.

All times are UTC; numbers are decimals, exact as computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

RULES_VERSION = "1"
"""Changes whenever a rule would judge the same numbers otherwise."""

Evidence = Mapping[str, object]
"""Numbers and names that a judgement rests on, fit for JSON (decimals as text)."""


class Stage(StrEnum):
    """How much may still change.

    provisional: from what is there soon after the period; final: the device's own record is in, or
    the grace is over; closed: the time for amendments is over, and a change needs a reason.
    """

    PROVISIONAL = "provisional"
    FINAL = "final"
    CLOSED = "closed"


class Period(StrEnum):
    """What a mean, verdict or rate stands for; days and longer ones are those of the site's clock.

    Only rates are told of quarters and years.
    """

    FIVE_MINUTE = "five_minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Outcome(StrEnum):
    """What a period is against a limit. No data is not compliant, and unknown has its own word."""

    COMPLIANT = "compliant"  # 达标
    EXCEEDING = "exceeding"  # 超标
    AT_LEAST = "exceeding_at_least"  # 至少超标: over range, and over the limit even so
    CLAIMED = "exemption_claimed"  # 超标, 申请豁免: a mark that nobody has reviewed
    EXEMPT = "exempt"  # 豁免
    STOPPED = "stopped"  # 停运: nothing was emitted, nothing is judged
    INVALID = "invalid"  # 数据无效: not enough valid data
    NO_DATA = "no_data"  # 无数据
    UNKNOWN = "unknown"  # 未知: a condition or a number that decides is not known


class MeanRow(NamedTuple):
    """The believed mean of a point over a period.

    `value` is the mean of the measured numbers; `converted` has one for each reference oxygen (its
    text is the key). `valid_s` of `due_s` seconds were valid. `at_least`: an over-range record is
    among them. `source`: computed, device or manual. `mass` in kg.
    """

    point: int
    period: Period
    start: datetime
    stage: Stage
    source: str
    value: Decimal | None
    converted: Mapping[str, Decimal]
    valid_s: int
    due_s: int
    valid: bool
    at_least: bool
    mass: Decimal | None
    evidence: Evidence


class VerdictRow(NamedTuple):
    """A limit's verdict on a period. `limit` is the limit's key, `version` the row it was then.

    `multiple` 超标倍数 is value / limit - 1. `sure`: no part of it rests on what is not established;
    `doubts` names what does. `why` is a word from a small vocabulary, for lists and filters.
    """

    point: int
    limit: int
    version: int
    period: Period
    start: datetime
    stage: Stage
    outcome: Outcome
    value: Decimal | None
    multiple: Decimal | None
    sure: bool
    doubts: tuple[str, ...]
    why: str
    evidence: Evidence


class PerformanceRow(NamedTuple):
    """A rate of a unit, facility, group or outlet over a period: what of what.

    `measure`: synchronous, removal, operation, load, transmission ... The rate is
    numerator / denominator; None where the denominator is 0.
    """

    subject: int
    measure: str
    code: str
    period: Period
    start: datetime
    stage: Stage
    numerator: Decimal
    denominator: Decimal
    sure: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule holds to be wrong, with what it rests on, in words a lawyer can read.

    `rule` is its name (for instance facility_off, constant_value); `subject` an id of the registry,
    `point` one of its points where it is about one. `until` is open where None. `clause` is what it
    rests on; `zh` and `en` say what was found with its numbers. `standing` False: what was found
    before no longer holds.
    """

    rule: str
    subject: int
    point: int | None
    since: datetime
    until: datetime | None
    stage: Stage
    zh: str
    en: str
    clause: str
    sure: bool
    doubts: tuple[str, ...] = ()
    standing: bool = True
    evidence: Evidence = field(default_factory=dict[str, object])
