"""States of units and facilities as answers show them 工况."""

from typing import Literal

from pydantic import BaseModel, Field

from schemas.facility import Running, StateSource
from services.api.models.history import NEXT, POSITION
from services.api.models.values import SiteTime


class StateModel(BaseModel):
    """An interval of one state. Silence is unknown 未知, and never running.

    `source`: reported 上报 (`number` as sent, HJ 212-2017 table 4), derived 推断 of signals, manual 人工
    of an accepted mark of standstill; null where unknown. Of a bypass running means open.
    """

    subject: str = Field(examples=["FGD1"])
    kind: Literal["outlet", "unit", "facility"]
    name: str
    since: SiteTime
    until: SiteTime
    running: Running
    zh: str = Field(examples=["运行"])
    en: str = Field(examples=["running"])
    source: StateSource | None
    number: int | None = Field(
        description="0 off 停运, 1 running 运行, 2 calibrating 校准, 3 maintenance 维护, 4 alarm 报警, "
        "5 blow-back 反吹"
    )


class StatesModel(BaseModel):
    """Intervals in the order of their beginnings; those of a subject follow each other without a gap.

    What began before the range or goes on behind it is cut to it.
    """

    plant: str
    zone: Literal["+08:00"] = "+08:00"
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[StateModel]
    next: str | None = NEXT
