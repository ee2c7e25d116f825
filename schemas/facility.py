"""The words of treatment uptime: run states, rules that derive them, and what a tariff hour costs."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.registry_words import POINT, Text

StateSource = Literal["reported", "derived", "manual"]
"""上报, 推断, 人工."""


class Running(StrEnum):
    """Whether a unit or facility runs. Silence is unknown and never running."""

    RUNNING = "running"  # 运行
    OFF = "off"  # 停运
    UNKNOWN = "unknown"  # 未知


class StateRow(NamedTuple):
    """An interval of one state; `source` None where unknown; `number` as reported (table 4)."""

    subject: int
    since: datetime
    until: datetime
    running: Running
    source: StateSource | None
    number: int | None


class Stated(NamedTuple):
    """What a person stated of a unit or facility, where it was accepted; open where `until` is None."""

    running: bool
    since: datetime
    until: datetime | None


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("a threshold is a number")
    return value


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Words):
    """One signal against a threshold, in the unit of its point."""

    point: Annotated[str, Field(pattern=POINT)] = Field(
        description="SUBJECT/SIDE/CODE as in the registry, e.g. B1/state/load, DA001/out/a19001"
    )
    comparator: Literal[">", ">=", "<", "<="]
    threshold: Annotated[Decimal, AfterValidator(_finite)]
    unit: Text | None = None


class RunningRule(_Words):
    """When a unit or facility runs, by its signals 运行判定规则: all of the conditions, or any.

    A change counts once it has stood for `hold_s`, and then from when it began.
    """

    combine: Literal["all", "any"] = "all"
    conditions: tuple["Condition | RunningRule", ...] = Field(min_length=1, max_length=50)
    hold_s: Annotated[int, Field(ge=0, le=86_400)] = 0

    def signals(self) -> tuple[Condition, ...]:
        """All conditions, those of inner rules too, in order."""
        found: list[Condition] = []
        for each in self.conditions:
            found += [each] if isinstance(each, Condition) else each.signals()
        return tuple(found)


class Premium(StrEnum):
    """An environmental premium on the price of coal power 环保电价 and what it pays for."""

    DESULPHURISATION = "desulphurisation"  # 脱硫, SO2
    DENITRIFICATION = "denitrification"  # 脱硝, NOx
    DUST = "dust"  # 除尘
    ULTRA_LOW = "ultra_low"  # 超低排放


class Circumstance(StrEnum):
    """Why an hour's premium is lost without a fine, or (tampering) with a heavier one."""

    TAMPERING = "tampering"  # 篡改、伪造数据
    START_STOP = "start_stop"  # 启停机, 脱硫脱硝退出
    LOW_LOAD = "low_load"  # 低负荷, 脱硝退出
    CEMS_FAULT = "cems_fault"  # CEMS 故障
    FORCE_MAJEURE = "force_majeure"  # 不可抗力


class ClawbackCase(StrEnum):
    """What becomes of the premium of an hour."""

    KEPT = "kept"  # 不扣
    CONFISCATED = "confiscated"  # 没收, 不罚款
    FINED = "fined"  # 没收并罚款
    FINED_HEAVIER = "fined_heavier"  # 没收并从重罚款
    UNDECIDED = "undecided"  # 待定


class ClawbackRow(NamedTuple):
    """An hour's premium. Money in fen; None where the energy or the rate is not known.

    `fine_at_most_fen`: what a fine may reach; None too where no number is set for it.
    """

    unit: int
    start: datetime
    premium: Premium
    case: ClawbackCase
    circumstance: Circumstance | None
    multiple: Decimal | None
    energy_kwh: Decimal | None
    confiscated_fen: Decimal | None
    fine_at_most_fen: Decimal | None
    sure: bool
    doubts: tuple[str, ...]
    zh: str
    en: str
