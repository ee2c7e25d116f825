"""What persons say with marks 标记, and a mark as it stands after it."""

from typing import Literal

from pydantic import ConfigDict, Field

from schemas.marks import Mark, MarkOrigin, Review
from services.api.models.work_words import Asked, At, Name, NeededWords, Told, When, Words, local

REVIEW_OF = {"accept": Review.ACCEPTED, "reject": Review.REJECTED, "lapse": Review.LAPSED}


class NewMark(Asked):
    """A mark of a subject over a time; `to` left out: still open."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"plant": "P1", "subject": "B1", "kind": "waste_incineration/start_up",
         "from": "2026-08-09T08:00:00+08:00", "to": "2026-08-09T10:00:00+08:00",
         "evidence": "运行记录第 17 页"}
    ]})  # fmt: skip

    plant: Name = Field(examples=["P1"])
    subject: Name = Field(description="Code of the unit, outlet or facility", examples=["B1"])
    point: Name | None = Field(
        default=None, description="side/code, where it is about one instrument"
    )
    kind: Name = Field(examples=["waste_incineration/start_up"])
    sector: Name | None = Field(default=None, description="Settles a name that several share")
    since: When = Field(alias="from")
    until: When | None = Field(default=None, alias="to")
    origin: MarkOrigin | None = Field(
        default=None, description="Whose it is; default: the caller's own side"
    )
    evidence: Words = Field(default="", description="Cause, ticket, record 原因与凭证")

    def words(self, origin: MarkOrigin) -> dict[str, str]:
        """As the columns that people write."""
        return {
            "plant": self.plant,
            "subject": self.subject,
            "point": self.point or "",
            "kind": self.kind,
            "from": local(self.since),
            "to": "" if self.until is None else local(self.until),
            "origin": origin,
            "evidence": self.evidence,
        }


class MarkChange(Asked):
    """What is to be different; left out: as it was."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"to": "2026-08-09T12:00:00+08:00", "evidence": "运行记录第 18 页"}
    ]})  # fmt: skip

    kind: Name | None = None
    sector: Name | None = None
    since: When | None = Field(default=None, alias="from")
    until: When | None = Field(default=None, alias="to")
    evidence: NeededWords | None = None


class MarkReview(Asked):
    """What becomes of it; a rejection needs a reason."""

    verdict: Literal["accept", "reject", "lapse"]
    reason: Words = ""


class Withdrawal(Asked):
    """Why it is taken back 撤回理由."""

    reason: NeededWords


class MarkNow(Told):
    """A mark as it is believed; `version` is its ETag."""

    mark: int
    version: int
    kind: str
    plant: str
    subject: int = Field(description="The subject's id")
    point: int | None
    since: At = Field(serialization_alias="from")
    until: At | None = Field(serialization_alias="to")
    origin: MarkOrigin
    planned: bool
    entered_at: At
    actor: str
    evidence: str
    review: Review
    reviewer: str | None
    reason: str
    withdrawn: bool = False
    hints: list[str] = Field(default=[], description="What may have been meant otherwise 提示")


def mark_now(
    mark: Mark, plant: str, hints: list[str] | None = None, *, withdrawn: bool = False
) -> MarkNow:
    """A mark as it stands."""
    return MarkNow(
        mark=mark.mark,
        version=mark.version,
        kind=mark.kind,
        plant=plant,
        subject=mark.subject,
        point=mark.point,
        since=mark.since,
        until=mark.until,
        origin=mark.origin,
        planned=mark.planned,
        entered_at=mark.entered_at,
        actor=mark.actor,
        evidence=mark.evidence,
        review=mark.review,
        reviewer=mark.reviewer,
        reason=mark.reason,
        withdrawn=withdrawn,
        hints=hints or [],
    )
