"""What is said with supervision orders 督办 and contests 申诉, and how they stand after it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from schemas.attachment import Attachment
from schemas.contest import Contest, ContestAbout, ContestState, Needed
from schemas.order import (
    Conclusion,
    Consequence,
    Dues,
    Level,
    Order,
    OrderDisposition,
    OrderState,
    Stage,
)
from services.api.models.work_words import Asked, At, Name, NeededWords, Told, When, Words
from services.cases.order_actions import Asked as AskedOrder

Alerts = list[Annotated[int, Field(ge=1, lt=1 << 63)]]


class NewDues(Asked):
    """Deadlines for this order alone; left out: as set for the plant."""

    accept: When | None = None
    answer: When | None = None
    total: When | None = None


class NewOrder(Asked):
    """An order on cases, or free, then with a plant's code."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"plant": "P1", "demand": "查明原因并整改", "reason": "连续超标", "level": "ordinary"}
    ]})  # fmt: skip

    plant: Name | None = Field(default=None, examples=["P1"])
    alerts: Alerts = Field(default=[], max_length=500)
    demand: NeededWords = Field(description="What the plant has to do 督办要求")
    reason: NeededWords = Field(description="Why it is issued 督办原因")
    level: Level = Level.ORDINARY
    basis: Words = Field(default="", description="By which rule 依据")
    region: Name | None = Field(default=None, description="Who issues; default: the plant's own")
    dues: NewDues = NewDues()

    def asked(self) -> AskedOrder:
        dues = Dues(self.dues.accept, self.dues.answer, None, self.dues.total)
        return AskedOrder(
            self.demand, self.reason, self.plant, tuple(self.alerts), self.level, self.basis,
            self.region, dues,
        )  # fmt: skip


class Found(Asked):
    """What was checked and found 核实情况."""

    found: NeededWords


class Because(Asked):
    """Why; it stays in the history."""

    reason: NeededWords


class Perhaps(Asked):
    """A note that may be left out."""

    note: Words = ""


class Closing(Asked):
    """With what it is closed 办结结论."""

    disposition: OrderDisposition
    consequence: Consequence
    text: NeededWords

    def conclusion(self) -> Conclusion:
        return Conclusion(self.disposition, self.consequence, self.text)


class Extension(Asked):
    """Another deadline for a stage that runs 调整时限."""

    stage: Stage
    until: When
    reason: NeededWords

    def wanted(self) -> tuple[Stage, datetime]:
        return self.stage, self.until


class ContestAnswer(Asked):
    """The bureau's answer 答复, with reasons."""

    outcome: Literal["upheld", "partly", "rejected"]
    reasons: NeededWords


class FileNow(Told):
    """A file as it is kept; its bytes are at /attachments/{attachment}."""

    attachment: int
    version: int = Field(description="The version that it came with")
    name: str
    media_type: str
    bytes: int
    sha256: str
    actor: str
    added_at: At


class OrderNow(Told):
    """An order as it stands after a step; `version` is its ETag."""

    order: int
    number: str = Field(examples=["1505-2026-0007"])
    version: int
    state: OrderState
    plant: str
    level: Level
    demand: str
    basis: str
    region: str
    held_by: str
    issued_at: At
    issued_by: str
    accept_due: At | None
    answer_due: At | None
    verify_due: At | None
    total_due: At | None
    overdue: list[Stage]
    rounds: int
    disposition: OrderDisposition | None
    consequence: Consequence | None
    conclusion: str | None
    alerts: list[int]
    changed_at: At
    attachments: list[FileNow]


class ContestNow(Told):
    """A contest as it stands after a step; `version` is its ETag."""

    contest: int
    version: int
    state: ContestState
    plant: str
    about: ContestAbout
    key: int
    title: str
    grounds: str
    answer: str
    needed: list[Needed]
    held_by: str
    due: At
    overdue: bool
    filed_at: At
    filed_by: str
    alerts: list[int]
    changed_at: At
    attachments: list[FileNow]


def order_now(order: Order, files: list[Attachment]) -> OrderNow:
    """An order as it stands."""
    end = order.conclusion
    return OrderNow(
        order=order.order,
        number=order.number,
        version=order.version,
        state=order.state,
        plant=order.plant.code,
        level=order.level,
        demand=order.demand,
        basis=order.basis,
        region=order.region,
        held_by=order.held_by,
        issued_at=order.issued_at,
        issued_by=order.issued_by,
        **{f"{stage}_due": due for stage, due in order.dues._asdict().items()},
        overdue=list(order.overdue),
        rounds=order.rounds,
        disposition=None if end is None else end.disposition,
        consequence=None if end is None else end.consequence,
        conclusion=None if end is None else end.text,
        alerts=list(order.alerts),
        changed_at=order.changed_at,
        attachments=[file_now(one) for one in files],
    )


def contest_now(contest: Contest, files: list[Attachment]) -> ContestNow:
    """A contest as it stands."""
    return ContestNow(
        contest=contest.contest,
        version=contest.version,
        state=contest.state,
        plant=contest.plant.code,
        about=contest.subject.about,
        key=contest.subject.key,
        title=contest.subject.title,
        grounds=contest.grounds,
        answer=contest.answer,
        needed=list(contest.needed),
        held_by=contest.held_by,
        due=contest.due,
        overdue=contest.overdue,
        filed_at=contest.filed_at,
        filed_by=contest.filed_by,
        alerts=list(contest.alerts),
        changed_at=contest.changed_at,
        attachments=[file_now(one) for one in files],
    )


def file_now(one: Attachment) -> FileNow:
    """A file as it is kept."""
    return FileNow(
        attachment=one.attachment,
        version=one.version,
        name=one.name,
        media_type=one.media_type,
        bytes=one.size,
        sha256=one.sha256,
        actor=one.actor,
        added_at=one.added_at,
    )
