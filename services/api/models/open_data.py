"""What the public is shown 信息公开."""

from pydantic import BaseModel, Field

from services.api.models.values import Number, SiteTime


class OpenPlantModel(BaseModel):
    """A plant that publishes."""

    code: str
    name: str
    name_en: str
    region: str = Field(description="GB/T 2260 行政区划代码")


class OpenPlantsModel(BaseModel):
    """All plants that publish."""

    items: list[OpenPlantModel]


class OpenLimitModel(BaseModel):
    """A limit, and what the hour is against it."""

    outcome: str = Field(examples=["compliant"])
    value: Number | None = Field(description="What was compared, converted where the limit asks so")
    comparator: str | None
    low: Number | None
    high: Number | None
    unit: str | None
    standard: str | None


class OpenHourModel(BaseModel):
    """The newest hour of a pollutant at an outlet. Provisional: it may still change 未最终确认."""

    outlet: str
    outlet_name: str
    code: str = Field(description="HJ 212 code 因子编码", examples=["a21026"])
    start: SiteTime
    stage: str
    mean: Number | None
    unit: str | None
    valid: bool = Field(description="Whether enough of the hour was valid 数据有效性")
    limits: list[OpenLimitModel]


class OpenHoursModel(BaseModel):
    """The newest hours of a plant within two days."""

    plant: OpenPlantModel
    as_of: str
    items: list[OpenHourModel]


class OpenExceedanceModel(BaseModel):
    """An hour or day over its limit, final 超标记录."""

    plant: str
    plant_name: str
    outlet: str
    outlet_name: str
    code: str
    period: str
    start: SiteTime
    stage: str
    outcome: str
    value: Number | None
    multiple: Number | None = Field(description="超标倍数")
    comparator: str | None
    low: Number | None
    high: Number | None
    unit: str | None
    standard: str | None
