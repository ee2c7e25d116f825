"""Retries of rejects 重试拒收报文: what is asked for, and how far it is."""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from services.api.models.work_words import Asked, At, Name, Told, When
from services.store.asked_retries import RetryWish

TEN_YEARS_S: Final = 10 * 366 * 86_400
Number = Annotated[int, Field(ge=1, lt=1 << 63)]
Count = Annotated[int, Field(ge=0)]
RetryState = Literal["asked", "running", "done", "failed", "stopped"]
RetryOutcome = Literal["stored", "repeated", "rejected", "skipped"]


class NewRetry(Asked):
    """Which rejects are fed in again: one, or all that match; all that is given must match.

    With the registry as it is by then, and each under its own time of receipt.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"reason": "unknown_device", "mn": "MN-A", "from": "2026-08-09T00:00:00+08:00", "dry_run": True}
    ]})  # fmt: skip

    reject: Number | None = Field(default=None, description="This one alone 单条拒收编号")
    mn: Name | None = Field(default=None, description="设备唯一标识 MN")
    reason: Name | None = Field(default=None, description="拒收原因")
    since: When | None = Field(default=None, alias="from", description="Received at or after")
    until: When | None = Field(default=None, alias="to", description="Received before")
    clock_offset_s: int = Field(
        default=0,
        ge=-TEN_YEARS_S,
        le=TEN_YEARS_S,
        description="Seconds to add to all times of the frames 时钟偏移: of a clock known to be wrong",
    )
    again: bool = Field(
        default=False, description="Also what a former retry has stored 含已补入库的"
    )
    dry_run: bool = Field(
        default=False, description="Only tell what would become of them 试算: nothing is written"
    )

    @property
    def named(self) -> bool:
        """Whether anything says which, and one reject is not mixed with what many match."""
        matching = (self.mn, self.reason, self.since, self.until)
        return (self.reject is None) != all(one is None for one in matching)

    def wish(self) -> RetryWish:
        return RetryWish(
            *(self.reject, self.mn, self.reason, self.since, self.until, self.clock_offset_s),
            again=self.again,
            dry=self.dry_run,
        )


class RetryExample(Told):
    """What became of one of them, and why it is refused."""

    reject: int
    outcome: RetryOutcome
    why: str = Field(description="`reason: sentence`; passwords are masked but for administrators")


class RetryModel(Told):
    """A retry of rejects 重试任务. `looked` of `total` are done: stored + repeated + rejected + skipped.

    Ingest does it: `asked` until it begins. Of a dry run the counts tell what would be; of a stopped
    one what was done stays, and the rest was not begun.
    """

    retry: int
    state: RetryState
    dry_run: bool
    actor: str
    asked_at: At
    finished_at: At | None
    stopped_by: str | None = Field(description="Of a stopped one: who stopped it 停止人")
    reject: int | None
    mn: str | None
    reason: str | None
    since: At | None = Field(serialization_alias="from")
    until: At | None = Field(serialization_alias="to")
    clock_offset_s: int
    again: bool
    total: Count = Field(description="Rejects that it came to when it was asked for")
    looked: Count
    stored: Count = Field(description="Something of it was new, and is stored 已补入库")
    repeated: Count = Field(description="All of it was known already 重复")
    rejected: Count = Field(description="Refused again 仍拒收")
    skipped: Count = Field(description="A former retry had stored it 略过")
    reasons: dict[str, int] = Field(description="Why something was refused, by reason 仍拒收的原因")
    examples: list[RetryExample] = Field(description="A few of what was refused")
    error: str = Field(description="Of a failed one: why it was given up; what is counted stays")
