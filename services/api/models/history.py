"""Answers that tell what was measured, computed, judged and said: series of a point or device."""

from typing import Literal

from pydantic import BaseModel, Field

from schemas.judgement import Outcome, Period, Stage
from schemas.series import Series
from services.api.models.values import Number, SiteTime
from services.rules.flags import FlagKind

NEXT = Field(default=None, description="Ask with it as `cursor` for what follows; null: the end")
POSITION = Field(description="The position asked for 截至位置", examples=["184467"])


class PointName(BaseModel):
    """Where a point stands."""

    plant: str
    subject: str
    side: str
    code: str


class ChannelModel(BaseModel):
    """A channel that spoke for the point over a time, and how its numbers are read then.

    A number is as sent x `scale`; null: no setting, so that its numbers have no meaning.
    """

    id: int
    device: str = Field(description="The logger's code 数采仪")
    code: str
    unit: str | None = Field(examples=["mg/m3"])
    scale: Number | None
    since: SiteTime
    until: SiteTime


class ReadingModel(BaseModel):
    """A reading 数据; numbers in the unit of its channel (raw: as sent).

    `flag` as sent (HJ 212-2017 table 8), `validity` what it means; `sentinel`: the value sent stands
    for "no value". `batch` and `seq` name its frame.
    """

    time: SiteTime
    channel: int
    value: Number | None
    minimum: Number | None
    maximum: Number | None
    converted: Number | None
    total: Number | None
    flag: str | None
    validity: FlagKind
    sentinel: bool
    span_s: int
    sampled_at: SiteTime | None
    sent_at: SiteTime | None
    received_at: SiteTime
    batch: int
    seq: int


class SampleModel(BaseModel):
    """A stretch of a chart 抽样区间: how many there are, and the extremes with their times.

    No reading of the stretch lies outside of them. `flagged`: readings whose flag is not N, means
    that are not valid.
    """

    since: SiteTime
    count: int
    valued: int
    flagged: int
    minimum: Number | None
    minimum_at: SiteTime | None
    maximum: Number | None
    maximum_at: SiteTime | None


class ReadingsModel(BaseModel):
    """Readings of a point in the order of time; with `points`: stretches instead of `items`."""

    point: PointName
    series: Series
    rank: str
    raw: bool
    zone: Literal["+08:00"] = "+08:00"
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    channels: list[ChannelModel]
    items: list[ReadingModel]
    samples: list[SampleModel] | None = None
    width_s: int | None = Field(default=None, description="So long is a stretch, in seconds")
    next: str | None = NEXT


class RevisionModel(ReadingModel):
    """One of several values that were sent for one time; `believed`: it counts now."""

    believed: bool


class RevisionsModel(BaseModel):
    """All values of readings that were ever replaced, by time, the later sent last."""

    point: PointName
    series: Series
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    channels: list[ChannelModel]
    items: list[RevisionModel]
    more: bool = Field(description="There are more than `limit`: ask for a shorter range")


class MeanModel(BaseModel):
    """A mean 均值: of `valid_s` of `due_s` seconds. `converted`: by reference oxygen in %.

    `at_least`: a record over the range is among them, so the true mean is no smaller. `mass` in kg.
    """

    start: SiteTime
    stage: Stage
    source: Literal["computed", "device", "manual"]
    value: Number | None
    converted: dict[str, Number] = Field(examples=[{"6": 42.5}])
    valid_s: int
    due_s: int
    valid: bool
    at_least: bool
    mass: Number | None
    id: int
    position: str
    rules: str


class MeansModel(BaseModel):
    """Means of a point in the order of time; with `points`: stretches instead of `items`."""

    point: PointName
    period: Period
    unit: str | None = Field(description="That of the main channel at the end of the range")
    zone: Literal["+08:00"] = "+08:00"
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[MeanModel]
    samples: list[SampleModel] | None = None
    width_s: int | None = None
    next: str | None = NEXT


class VerdictModel(BaseModel):
    """A verdict 判定: how a period stands against a limit. `multiple` 超标倍数 is value / limit - 1."""

    id: int
    start: SiteTime
    limit: int
    limit_version: int
    stage: Stage
    outcome: Outcome
    value: Number | None
    multiple: Number | None
    sure: bool
    doubts: list[str]
    why: str
    position: str
    rules: str
    link: str


class VerdictsModel(BaseModel):
    """Verdicts of a point in the order of time and limit."""

    point: PointName
    period: Period
    zone: Literal["+08:00"] = "+08:00"
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[VerdictModel]
    next: str | None = NEXT


class SettingSaidModel(BaseModel):
    """A setting that a device said of itself 设备参数; `about`: the pollutant or part."""

    id: int
    device: str
    about: str | None
    code: str
    value: str
    effective_at: SiteTime
    sent_at: SiteTime | None
    received_at: SiteTime
    batch: int
    seq: int


class EventModel(BaseModel):
    """An event that a device told 设备事件: a log line, power-on, a calibration, a check."""

    id: int
    device: str
    kind: str
    about: str | None
    code: str | None
    text: str
    happened_at: SiteTime
    sent_at: SiteTime | None
    received_at: SiteTime
    batch: int
    seq: int


class FrameModel(BaseModel):
    """A raw frame 原始报文 as it arrived, and where it stands in its slot's chain.

    `sha256` is of the bytes as they came, also where a password is masked in `text`. `kept`: whether
    the bytes are still there.
    """

    batch: int
    seq: int
    slot: int
    number: int = Field(description="The batch's number in its slot's chain 链中序号")
    outcome: Literal["stored", "repeated", "rejected"]
    received_at: SiteTime
    topic: str | None
    text: str | None = Field(
        description="UTF-8, else latin-1; the PW is masked but for administrators"
    )
    kept: bool
    sha256: str | None
    batch_digest: str
