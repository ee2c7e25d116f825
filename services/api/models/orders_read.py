"""Supervision orders as answers show them 督办单."""

from pydantic import BaseModel, Field

from schemas.order import (
    Consequence,
    Level,
    OrderDisposition,
    OrderState,
    OrderWhat,
    Party,
    Stage,
)
from services.api.models.values import SiteTime


class OrderPlantModel(BaseModel):
    """The plant that is asked."""

    code: str
    name: str
    region: str


class DuesModel(BaseModel):
    """Until when each stage has to be done 各环节时限."""

    accept: SiteTime | None
    answer: SiteTime | None
    verify: SiteTime | None
    total: SiteTime | None


class ConclusionModel(BaseModel):
    """With what it was closed 办结结论."""

    disposition: OrderDisposition
    consequence: Consequence
    text: str


class OrderModel(BaseModel):
    """An order as it stands. `held_by`: the region that answers for it now."""

    id: int
    number: str = Field(examples=["1505-2026-0007"])
    plant: OrderPlantModel
    region: str
    level: Level
    state: OrderState
    demand: str
    basis: str
    issued_at: SiteTime
    issued_by: str
    held_by: str
    dues: DuesModel
    overdue: list[Stage]
    rounds: int
    conclusion: ConclusionModel | None
    alerts: list[int]
    version: int = Field(description="Its ETag")
    changed_at: SiteTime


class ActorModel(BaseModel):
    """Who acted, and for whom."""

    name: str
    party: Party
    place: str


class OrderEventModel(BaseModel):
    """A step of an order; after it the state."""

    version: int
    what: OrderWhat
    reason: str
    actor: ActorModel
    at: SiteTime
    made_at: SiteTime
    state: OrderState
    held_by: str
    detail: dict[str, object]


class OrderWithHistoryModel(OrderModel):
    """An order with every step it took."""

    history: list[OrderEventModel]
