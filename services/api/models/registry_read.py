"""What is registered, as answers show it: plants, what stands in them, points and devices."""

from datetime import date

from pydantic import BaseModel, Field

from services.api.models.values import Number, SiteTime


class PlantModel(BaseModel):
    """A plant 企业."""

    code: str
    name: str
    name_en: str | None
    region: str
    region_name: str
    credit_code: str | None = Field(description="统一社会信用代码")
    permit: str | None = Field(description="排污许可证编号")
    industry: str | None
    longitude: Number | None
    latitude: Number | None
    outlets: int
    devices: int


class RegisteredPointModel(BaseModel):
    """A point 监测点; `unit` is its main channel's now."""

    side: str
    code: str
    zh: str = Field(examples=["二氧化硫"])
    en: str
    unit: str | None


class SubjectModel(BaseModel):
    """An outlet 排放口, unit 生产设施 or facility 治理设施; fields of the other kinds are null."""

    kind: str
    code: str
    name: str
    medium: str | None
    role: str | None
    reference_oxygen: Number | None
    merged_at: SiteTime | None
    process: str | None
    fuel: str | None
    rated_capacity: Number | None
    rated_unit: str | None
    treatment: str | None
    design_capacity: Number | None
    design_unit: str | None
    commissioned_on: date | None
    points: list[RegisteredPointModel]


class DeviceModel(BaseModel):
    """A logger 数采仪; its password and keys are never told."""

    code: str
    mn: str | None
    protocol: str
    realtime_interval_s: int
    minute_interval_s: int
    commissioned_at: SiteTime
    gateway: str | None
    heard_at: SiteTime | None = Field(description="When it last said anything 最近通讯时间")


class PlantDetailModel(PlantModel):
    """A plant with all that stands in it."""

    subjects: list[SubjectModel]
    loggers: list[DeviceModel]
