"""What persons say with limits 限值, what it would turn, and a limit's version."""

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer, StringConstraints

from schemas.judgement import Outcome
from schemas.limits import Act, Averaging, Comparator, LimitVersion, Origin, Quantity
from schemas.parameter import Confidence
from services.api.models.work_words import Asked, At, Name, NeededWords, Told, When, Words
from services.cases.limit_actions import Concluded
from services.rules.limit_figures import Figures
from services.rules.limit_said import Stated
from services.rules.limit_turning import Turn

MOST_TURNS = 1_000
Figure = Annotated[Decimal, Field(ge=-(10**12), le=10**12, max_digits=30)]
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Fact = Annotated[str, StringConstraints(pattern=r"^[^=]{1,100}=[^=]{1,100}$")]


class StatedFigures(Asked):
    """What is stated of a limit; left out: as before. Numbers may be sent as text, exact."""

    maximum: Figure | None = Field(default=None, alias="max", description="At most 上限")
    minimum: Figure | None = Field(default=None, alias="min", description="At least 下限")
    unit: Name | None = None
    quantity: Quantity | None = None
    averaging: Averaging | None = None
    o2: Figure | None = Field(default=None, description="Reference oxygen in %; 0: none 基准氧含量")
    condition: Words | None = None
    origin: Origin | None = None
    standard: Name | None = Field(default=None, description="Or a permit's number 依据")
    clause: Words | None = None
    confidence: Confidence | None = None
    verified: bool | None = Field(
        default=None, description="Figure, oxygen, averaging and date were all read in `source`"
    )
    source: Words | None = None

    def figures(self) -> Figures:
        return Figures(
            self.maximum, self.minimum, self.unit, self.quantity, self.averaging, self.o2,
            self.condition, self.origin, self.standard, self.clause, self.confidence,
            self.verified, self.source,
        )  # fmt: skip


class NewLimit(StatedFigures):
    """A limit of a point: a row of the catalogue with facts, or figures and where they stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"point": "P1/DA001/out/a21026", "from": "2026-08-01T00:00:00+08:00", "max": 35,
         "unit": "mg/m3", "quantity": "concentration", "averaging": "hour", "o2": 6,
         "origin": "permit", "standard": "排污许可证编号", "clause": "表 5", "source": "排污许可证",
         "reason": "换证", "preview": True}
    ]})  # fmt: skip

    point: Name = Field(examples=["P1/DA001/out/a21026"])
    since: When = Field(alias="from")
    until: When | None = Field(default=None, alias="to")
    catalogue: Name | None = Field(default=None, description="A row's key of the catalogue")
    facts: list[Fact] = Field(default=[], max_length=20, examples=[["stack_height=30"]])
    reason: Words = ""
    preview: bool = Field(default=False, description="Tell, and write nothing 试运行")

    def stated(self) -> Stated:
        return Stated(self.since, self.until, self.catalogue, self.figures(), self.facts)


class LimitChange(StatedFigures):
    """Another figure from a date on 变更限值; a reason where what was judged turns."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"from": "2026-08-01T00:00:00+08:00", "max": 30, "source": "排污许可证变更", "reason": "换证",
         "preview": True}
    ]})  # fmt: skip

    since: When = Field(alias="from")
    reason: Words = ""
    preview: bool = Field(default=False, description="Tell what turns, and write nothing 试运行")


class LimitCorrection(StatedFigures):
    """What should have been believed over a time that is past 更正限值."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"from": "2026-01-01T00:00:00+08:00", "max": 60, "reason": "录入错误",
         "approver": "horqin-duty", "preview": True}
    ]})  # fmt: skip

    since: When = Field(alias="from")
    until: When | None = Field(default=None, alias="to")
    reason: NeededWords
    approver: Name = Field(description="Another account that may write limits 批准人")
    preview: bool = Field(default=False, description="Tell what turns, and write nothing 试运行")


class LimitWithdrawal(Asked):
    """From when on it binds nothing 撤销限值."""

    since: When = Field(alias="from")
    until: When | None = Field(default=None, alias="to")
    reason: NeededWords
    preview: bool = Field(default=False, description="Tell what turns, and write nothing 试运行")


class LimitNow(Told):
    """A version of a limit; `limit` -1 where a new one was only previewed."""

    limit: int
    version: int
    point: str
    since: At | None = Field(serialization_alias="from")
    until: At | None = Field(serialization_alias="to")
    withdrawn: bool
    comparator: Comparator | None
    low: Number | None
    high: Number | None
    unit: str | None
    quantity: Quantity | None
    averaging: Averaging | None
    reference_oxygen: Number | None
    condition: str | None
    origin: Origin
    standard: str
    clause: str
    confidence: str
    verified: bool
    source: str
    catalogue: str
    act: Act
    reason: str
    actor: str
    approver: str | None


class TurnedVerdict(Told):
    """A stored verdict and what it would be; null: nothing would be judged there."""

    period: str
    start: At
    stage: str
    value: Number | None
    was: Outcome
    would_be: Outcome | None


class LimitDone(Told):
    """What was written, or with `preview` would be, and what it turns."""

    limit: LimitNow
    written: bool
    hours_judged_anew: int
    looked_at: int = Field(description="Stored verdicts that rest on the limit")
    turns: int = Field(description="… of these would turn")
    untold: int = Field(description="… of these cannot be foretold")
    turned: list[TurnedVerdict] = Field(description=f"The first {MOST_TURNS:,} of those that turn")
    warnings: list[str]


def limit_done(done: Concluded, point: str, warnings: list[str]) -> LimitDone:
    """What an act on a limit did."""
    turned = done.turned
    return LimitDone(
        limit=limit_now(done.version, point),
        written=not done.preview,
        hours_judged_anew=done.hours,
        looked_at=turned.looked_at,
        turns=len(turned.turns),
        untold=turned.untold,
        turned=[_turn(one) for one in turned.turns[:MOST_TURNS]],
        warnings=warnings,
    )


def limit_now(one: LimitVersion, point: str) -> LimitNow:
    """A version as it is answered."""
    bound, law = one.bound, one.law
    return LimitNow(
        limit=one.limit,
        version=one.version,
        point=point,
        since=one.since,
        until=one.until,
        withdrawn=bound is None,
        comparator=bound and bound.comparator,
        low=bound and bound.low,
        high=bound and bound.high,
        unit=bound and bound.unit,
        quantity=bound and bound.quantity,
        averaging=bound and bound.averaging,
        reference_oxygen=bound and bound.reference_oxygen,
        condition=bound and bound.condition,
        origin=law.origin,
        standard=law.standard,
        clause=law.clause,
        confidence=law.confidence,
        verified=law.verified,
        source=law.source,
        catalogue=law.catalogue,
        act=one.act,
        reason=one.reason,
        actor=one.actor,
        approver=one.approver,
    )


def _turn(one: Turn) -> TurnedVerdict:
    verdict = one.verdict
    return TurnedVerdict(
        period=verdict.period,
        start=verdict.start,
        stage=verdict.stage,
        value=verdict.value,
        was=verdict.outcome,
        would_be=one.outcome,
    )
