"""What the live feed says of an event."""

from datetime import datetime

from pydantic import BaseModel, Field


class FeedEvent(BaseModel):
    """A step of an alert 告警 or a supervision order 督办. Times are those of the site's clock."""

    number: int = Field(description="Its place in the feed; the same as the event's id 序号")
    about: str = Field(description="alert or order", examples=["alert"])
    key: int = Field(description="The number of the alert or order 编号")
    version: int = Field(description="After it the alert or order has this version")
    what: str = Field(description="What happened", examples=["opened"])
    reason: str
    actor: str
    at: datetime = Field(description="When it happened 发生时间")
    made_at: datetime = Field(description="When the platform noticed 入库时间")
    state: str
    kind: str | None = Field(description="Of an alert 告警类型", examples=["limit_hour"])
    severity: str | None = Field(description="Of an alert: blue, yellow, orange, red 级别")
    since: datetime | None
    until: datetime | None
    order_number: str | None = Field(
        description="Of an order 督办文号", examples=["1505-2026-0007"]
    )
    plant: str | None = Field(description="The plant's code; null: the platform itself")
    plant_name: str | None
    plant_name_en: str | None
    subject: str | None = Field(description="The outlet's, unit's or facility's code")
    subject_name: str | None
    side: str | None
    code: str | None = Field(description="The pollutant or signal")
    device: str | None
    zh: str
    en: str
