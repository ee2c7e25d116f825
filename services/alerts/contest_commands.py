"""`qingkong contests …`: what plants hold against judgements 申诉, and what the bureau answers."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.attachment import Attachment
from schemas.contest import Contest, ContestAbout, ContestEvent, ContestState, ContestStep
from schemas.order import Party
from services.alerts.order_edge import (
    AsJson,
    DatabaseUrl,
    Files,
    For,
    Person,
    PlantCode,
    Reason,
    Region,
    acting_as,
    asked,
    beijing,
    files_read,
    json_time,
)
from services.alerts.order_tables import actor_text, detail_lines
from services.cases import contest_actions as actions
from services.cases.acting import Acting
from services.rules.supervision.contests import contest_late
from services.rules.supervision.words import (
    ABOUT,
    CONTEST_EVENTS,
    CONTEST_STATES,
    NEEDED,
    reason_text,
)
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.attachments import attachments_of
from services.store.contests import ContestQuery, contest_events, read_contest, read_contests
from services.store.session import Session

app = typer.Typer(
    no_args_is_help=True,
    help="Contests 申诉: a plant holds something against a judgement; the bureau answers with reasons.",
)
Key = Annotated[int, typer.Argument(help="The contest's number 申诉号.", metavar="CONTEST")]
OUTCOMES = {
    "upheld": ContestState.UPHELD,
    "partly": ContestState.PARTLY,
    "rejected": ContestState.REJECTED,
}


@app.command()
def file(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    about: Annotated[ContestAbout, typer.Argument(help="What is contested 申诉对象.")],
    key: Annotated[int, typer.Argument(help="Its number; of a mark the mark's.")],
    grounds: Annotated[str, typer.Option(help="What is held against it 申诉理由.")],
    attach: Files = None,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Contest a verdict, a finding, a rejected mark, an order or an alert, as its plant.

    Example: qingkong contests file mark 17 --grounds "启炉记录见附件" --attach log.pdf
    """
    files = files_read(attach)
    now = utc_now()
    with asked(database_url) as connection:
        plant = actions.contest_subject(connection, about, key)[1]
        by = acting_as(actor, as_, (Party.PLANT, plant.code))
        acting = Acting(connection, by, now)
        contest = actions.file_contest((about, key), grounds, files, acting).contest
    typer.echo(
        f"contest {contest.contest} filed 申诉已提出: {contest.subject.title}; to be answered by"
        f" {beijing(contest.due)}."
    )


@app.command("list")
def list_(
    plant: PlantCode = None,
    region: Region = None,
    state: Annotated[list[ContestState] | None, typer.Option(help="Only those 状态.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List contests, the oldest first.

    Example: qingkong contests list --state filed
    """
    now = utc_now()
    with asked(database_url) as connection:
        found = read_contests(connection, ContestQuery(None, plant, region, state or None))
    if as_json:
        told = [_contest_json(one, now) for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif found:
        Console().print(_table(found, now))
    else:
        typer.echo("No contests 无申诉.", err=True)


@app.command()
def show(
    contest: Key,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show a contest with every step it took, and what has still to be done.

    Example: qingkong contests show 3
    """
    now = utc_now()
    with asked(database_url) as connection:
        known = _known(connection, contest)
        events = contest_events(connection, contest)
        files = attachments_of(connection, "contest", contest)
    if as_json:
        typer.echo(json.dumps(_contest_json(known, now), ensure_ascii=False, indent=2))
        return
    for line in _text(known, events, files, now):
        typer.echo(line)


@app.command()
def answer(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    contest: Key,
    outcome: Annotated[str, typer.Argument(help="upheld 成立, partly 部分成立, rejected 不成立.")],
    reason: Reason,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Answer a contest as the bureau, with reasons 答复. It says what has still to be done.

    Example: qingkong contests answer 3 upheld --reason "限值应为 50 mg/m3"
    """
    if outcome not in OUTCOMES:
        raise typer.BadParameter(f"{outcome}: write upheld, partly or rejected")
    with asked(database_url) as connection:
        known = _known(connection, contest)
        by = acting_as(actor, as_, (Party.BUREAU, known.held_by))
        acting = Acting(connection, by, utc_now(), seen=known.version)
        step = actions.answer_contest(contest, OUTCOMES[outcome], reason, acting)
    _say(step)
    for line in _needed(step.contest):
        typer.echo(line)


@app.command()
def withdraw(
    contest: Key,
    reason: Reason,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Take a contest back, as its plant 撤回.

    Example: qingkong contests withdraw 3 --reason "已自行整改"
    """
    with asked(database_url) as connection:
        known = _known(connection, contest)
        by = acting_as(actor, as_, (Party.PLANT, known.plant.code))
        acting = Acting(connection, by, utc_now(), seen=known.version)
        _say(actions.withdraw_contest(contest, reason, acting))


def _known(connection: Session, contest: int) -> Contest:
    found = read_contest(connection, contest)
    if found is None:
        stop(f"there is no contest {contest} 申诉: see `qingkong contests list`")
    return found


def _say(step: ContestStep) -> None:
    state = step.contest.state
    typer.echo(f"contest {step.contest.contest}: {state.value} {CONTEST_STATES[state]}.")


def _needed(contest: Contest) -> Iterator[str]:
    if contest.needed:
        yield "Still to do by a person 待人工办理:"
    for one in contest.needed:
        en, zh = NEEDED[one]
        yield f"  {zh}; {en}"


def _text(
    contest: Contest, events: list[ContestEvent], files: list[Attachment], now: datetime
) -> Iterator[str]:
    state, about = contest.state, contest.subject.about
    late = "  overdue 超期" if contest_late(contest, now) else ""
    yield f"contest 申诉 {contest.contest}    {state.value} {CONTEST_STATES[state]}"
    yield f"plant 企业    {contest.plant.code} {contest.plant.name}"
    yield f"about 对象    {about.value} {ABOUT[about]} {contest.subject.key}: {contest.subject.title}"
    yield f"grounds 理由  {contest.grounds}"
    yield f"due 答复时限  {beijing(contest.due)} (Beijing time 北京时间), region {contest.held_by}{late}"
    if contest.alerts:
        yield f"alerts 告警   {', '.join(map(str, contest.alerts))}"
    if contest.answer:
        yield f"answer 答复   {contest.answer}"
    yield from _needed(contest)
    yield f"history 办理过程 ({len(events)})"
    for event in events:
        named = f"{event.what.value} {CONTEST_EVENTS[event.what]}"
        yield f"{event.version:>4}  {beijing(event.at)}  {named}  {actor_text(event.actor)}"
        yield f"      {reason_text(event.reason)}"
        yield from detail_lines(event.detail.items())
        for one in files:
            if one.version == event.version:
                yield (
                    f"      attachment 附件 {one.attachment}: {one.name}, {one.size:,} bytes,"
                    f" SHA-256 {one.sha256}"
                )


def _table(contests: list[Contest], now: datetime) -> Table:
    table = Table(
        "contest\n申诉", "plant 企业\nabout 对象", "state 状态", "due 到期\noverdue 超期",
        box=box.SIMPLE_HEAD, padding=0, pad_edge=False, collapse_padding=False,
    )  # fmt: skip
    for one in contests:
        table.add_row(
            str(one.contest),
            Text(
                f"{one.plant.code} {one.plant.name}\n{one.subject.about.value} {one.subject.title}"
            ),
            f"{one.state.value}\n{CONTEST_STATES[one.state]}",
            f"{beijing(one.due)[:16]}\n{'超期' if contest_late(one, now) else '–'}",
        )
    return table


def _contest_json(contest: Contest, now: datetime) -> dict[str, object]:
    return {
        "contest": contest.contest, "version": contest.version, "plant": contest.plant.code,
        "about": contest.subject.about.value, "key": contest.subject.key,
        "title": contest.subject.title, "grounds": contest.grounds, "state": contest.state.value,
        "filed_at": json_time(contest.filed_at), "filed_by": contest.filed_by,
        "held_by": contest.held_by, "due": json_time(contest.due),
        "overdue": contest_late(contest, now), "answer": contest.answer,
        "needed": [one.value for one in contest.needed], "alerts": list(contest.alerts),
    }  # fmt: skip
