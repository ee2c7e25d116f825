"""What the commands of cases and silences share: options, a session, filters, who acts."""

import getpass
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from schemas.alert import AlertKind, AlertState, Severity
from services.cases.alert_actions import CaseConflict
from services.rules.alerting.actions import ActionError
from services.rules.supervision.refusals import Refused
from services.runtime.options import database_of, stop, time_said
from services.store.alert_lists import AlertQuery
from services.store.session import Session, StoreError, session
from services.store.silences import SilenceConflict

APPLICATION = "qingkong alerts"
Number = Annotated[int, typer.Argument(help="The case's number 告警编号.", metavar="CASE")]
Actor = Annotated[str | None, typer.Option(help="Who does it 操作人; default: you.")]
Note = Annotated[str, typer.Option(help="What else is to be known 说明.")]
State = Annotated[
    list[AlertState] | None, typer.Option(help="Only those 状态; several times for several.")
]
Kind = Annotated[
    list[AlertKind] | None, typer.Option(help="Only those 类别; several times for several.")
]
Grade = Annotated[
    list[Severity] | None, typer.Option("--severity", help="Only those 等级; several times.")
]
Region = Annotated[str | None, typer.Option(help="Of a region and all below it 行政区: 1505.")]
Plant = Annotated[str | None, typer.Option(help="Of a plant, by its code 企业.")]
Subject = Annotated[
    str | None, typer.Option(help="Of an outlet, unit or facility, by its code 排放口、设施.")
]
Assignee = Annotated[str | None, typer.Option(help="Assigned to 负责人.")]
Since = Annotated[
    str | None, typer.Option("--from", help="That lasted till then or later: 2026-08-01, Beijing.")
]
Until = Annotated[str | None, typer.Option("--to", help="That began before: likewise.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for, as typed."""

    state: list[AlertState] | None = None
    kind: list[AlertKind] | None = None
    severity: list[Severity] | None = None
    region: str | None = None
    plant: str | None = None
    subject: str | None = None
    assignee: str | None = None
    since: str | None = None
    until: str | None = None

    def query(self, *, late: bool | None = None, undisposed: bool = False) -> AlertQuery:
        """Raises typer.BadParameter."""
        return AlertQuery(
            states=self.state or None,
            kinds=self.kind or None,
            severities=self.severity or None,
            region=self.region,
            plant=self.plant,
            subject=self.subject,
            assignee=self.assignee,
            since=moment("--from", self.since),
            until=moment("--to", self.until),
            found_late=late,
            undisposed=undisposed,
        )


@contextmanager
def asked(given: str | None) -> Generator[Session]:
    """A session; whatever is refused or cannot be done ends the command with a sentence."""
    try:
        with session(database_of(given), "registrar", APPLICATION) as connection:
            yield connection
    except (StoreError, ActionError, CaseConflict, SilenceConflict, Refused) as error:
        stop(str(error))


def who(actor: str | None) -> str:
    """The actor, or the account that runs the command."""
    return actor or getpass.getuser()


def moment(option: str, text: str | None) -> datetime | None:
    """A time as typed, in Beijing time. Raises typer.BadParameter."""
    return None if text is None else time_said(option, text)


def echo(value: object) -> None:
    """A value for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
