"""Many limits as a document: the words of its YAML file, and the columns of its table."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.limits import Averaging, Origin, Quantity
from schemas.parameter import Confidence
from schemas.registry_words import Text, Time, empty_where_null, one_or_many

POINT_NAME = r"^[^\s/]{1,64}/[^\s/]{1,64}/((in|out|state)/)?[^\s/]{1,64}$"
PointName = Annotated[str, Field(pattern=POINT_NAME)]
Figure = Annotated[Decimal, Field(allow_inf_nan=False)]
LongText = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]{0,2000}$")]


class Limit(BaseModel):
    """A limit of a point from a time on: a row of the catalogue, or figures and where they stand."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True
    )

    point: PointName = Field(description="PLANT/OUTLET/out/CODE, e.g. P1/DA001/out/a21026")
    limit: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="key of the limit it is about; default: the one that matches"
    )
    catalogue: Text | None = Field(
        default=None, description="key of a row: see `qingkong limits catalogue`"
    )
    max: Figure | None = Field(default=None, description="at most")
    min: Figure | None = Field(default=None, description="at least")
    unit: Text | None = Field(default=None, description="mg/m3, mg/L, kg/h, %, pH")
    averaging: Averaging | None = None
    o2: Annotated[Decimal, Field(gt=0, lt=21)] | None = Field(
        default=None, description="reference oxygen in %"
    )
    since: Time = Field(validation_alias="from", serialization_alias="from")
    until: Time | None = Field(
        default=None,
        validation_alias="to",
        serialization_alias="to",
        description="the limit ends then; default: open",
    )
    origin: Origin | None = None
    standard: Text | None = Field(default=None, description="GB 13223-2011, or a permit's number")
    clause: Text | None = Field(default=None, description="where in it, e.g. Table 1")
    source: LongText | None = Field(default=None, description="the document it was read in")
    verified: bool | None = Field(
        default=None, description="figure, oxygen, averaging and date were all read there"
    )
    confidence: Confidence | None = Field(
        default=None, description="default: high where verified, else medium"
    )
    quantity: Quantity | None = Field(default=None, description="default: what the unit measures")
    condition: Text | None = Field(
        default=None, description="binds only where so, e.g. water_temperature>12"
    )
    facts: Annotated[
        tuple[Text, ...],
        BeforeValidator(empty_where_null),
        BeforeValidator(one_or_many, json_schema_input_type=str | list[str]),
    ] = Field(default=(), description="what is so at the plant, e.g. stack_height=30, fuel=coal")
    reason: LongText | None = None
    approver: Text | None = Field(
        default=None, description="who approves a row that corrects what was stated before"
    )

    @model_validator(mode="after")
    def _ordered(self) -> "Limit":
        if self.until is not None and self.until <= self.since:
            raise ValueError("`to` must lie after `from`")
        return self


class LimitsDocument(BaseModel):
    """The whole file; what it does not mention stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: tuple[Limit, ...] = ()
