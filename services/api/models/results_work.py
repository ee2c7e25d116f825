"""What persons say with laboratory results 手工监测结果, and a result as it stands after it."""

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer

from schemas.manual import ManualKind, ManualResult
from services.api.models.work_words import Asked, At, Name, NeededWords, Told, When, Words, local

Exact = Annotated[Decimal, Field(ge=-(10**12), le=10**12, max_digits=30)]
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class StatedResult(Asked):
    """A result of a laboratory; numbers may be sent as text, so that no digit is lost."""

    plant: Name = Field(examples=["P1"])
    subject: Name = Field(examples=["DW001"])
    point: Name = Field(description="side/code, or the code alone", examples=["out/w01018"])
    kind: ManualKind
    since: When = Field(alias="from", description="When sampling began")
    until: When | None = Field(default=None, alias="to", description="Left out: a grab sample")
    value: Exact | None = Field(
        default=None, description="Null: there is none, and `reason` says why"
    )
    unit: Words = Field(default="", description="Default: the point's own")
    converted: Exact | None = Field(default=None, description="The laboratory's own 折算值")
    reference_oxygen: Exact | None = Field(default=None, description="… at this oxygen, %")
    samples: int = Field(default=1, ge=1, le=10_000)
    method: Words = Field(default="", examples=["HJ 828-2017"])
    laboratory: Words = ""

    def columns(self, reason: str) -> dict[str, str]:
        """As the columns that people write."""
        return {
            "plant": self.plant, "subject": self.subject, "point": self.point, "kind": self.kind,
            "from": local(self.since), "to": "" if self.until is None else local(self.until),
            "value": _digits(self.value), "unit": self.unit, "converted": _digits(self.converted),
            "reference_oxygen": _digits(self.reference_oxygen), "samples": str(self.samples),
            "method": self.method, "laboratory": self.laboratory, "reason": reason,
        }  # fmt: skip


class NewResult(StatedResult):
    """A result that is entered; `reason` where there is no value."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"plant": "P1", "subject": "DA001", "point": "a21026", "kind": "self",
         "from": "2026-08-09T08:00:00+08:00", "value": "31.50", "unit": "mg/m3",
         "method": "HJ 57-2017", "laboratory": "第三方检测机构"}
    ]})  # fmt: skip

    reason: Words = ""


class CorrectedResult(StatedResult):
    """The whole result as it should have been 更正, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"plant": "P1", "subject": "DA001", "point": "a21026", "kind": "self",
         "from": "2026-08-09T08:00:00+08:00", "value": "32.10", "unit": "mg/m3",
         "method": "HJ 57-2017", "laboratory": "第三方检测机构", "reason": "报告更正"}
    ]})  # fmt: skip

    reason: NeededWords


class ResultNow(Told):
    """A result as it is believed; `version` is its ETag."""

    result: int
    version: int
    plant: str
    point: int
    kind: ManualKind
    since: At = Field(serialization_alias="from")
    until: At = Field(serialization_alias="to")
    value: Number | None
    unit: str
    converted: Number | None
    reference_oxygen: Number | None
    samples: int
    method: str
    laboratory: str
    withdrawn: bool
    reason: str
    actor: str
    recorded_at: At


def result_now(one: ManualResult, plant: str) -> ResultNow:
    """A result as it stands."""
    said = one._asdict()
    del said["position"]
    return ResultNow(plant=plant, **said)


def _digits(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"
