"""Contests as answers show them 申诉."""

from pydantic import BaseModel, Field

from schemas.contest import ContestAbout, ContestState, ContestWhat, Needed
from services.api.models.orders_read import ActorModel, OrderPlantModel
from services.api.models.orders_work import FileNow
from services.api.models.values import SiteTime


class ContestModel(BaseModel):
    """A contest as it stands or stood. `held_by`: the region that answers for it.

    `key` is the number of what is contested, `link` leads there. `needed`: what a person has still to
    do since it was upheld.
    """

    id: int
    plant: OrderPlantModel
    about: ContestAbout
    zh_about: str = Field(examples=["判定"])
    key: int
    link: str | None = Field(examples=["/api/v1/verdicts/17"])
    title: str = Field(examples=["P1/DA001/out/a21026 hour 2026-08-03 09:00 exceeding"])
    grounds: str = Field(description="申诉理由")
    state: ContestState
    zh_state: str = Field(examples=["待答复"])
    answer: str = Field(description="Empty while nobody has answered 答复")
    needed: list[Needed]
    region: str
    held_by: str
    filed_at: SiteTime
    filed_by: str
    due: SiteTime = Field(description="To be answered by 答复时限")
    overdue: bool
    alerts: list[int] = Field(description="Cases that it bears on")
    version: int = Field(description="Its ETag")
    changed_at: SiteTime


class ContestEventModel(BaseModel):
    """A step of a contest; after it the state."""

    version: int
    what: ContestWhat
    zh: str = Field(examples=["提出申诉"])
    reason: str
    actor: ActorModel
    at: SiteTime
    made_at: SiteTime
    state: ContestState
    held_by: str
    detail: dict[str, object]


class ContestWithHistoryModel(ContestModel):
    """A contest with every step it took, and the files that came with them."""

    history: list[ContestEventModel]
    attachments: list[FileNow]
