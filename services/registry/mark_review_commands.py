"""`qingkong marks review | change | withdraw`: what becomes of a mark that was entered."""

from typing import Annotated, Literal

import typer

from schemas.marks import Review
from services.cases.mark_actions import (
    Marking,
    believed_mark,
    change_mark,
    review_mark,
    withdraw_mark,
)
from services.registry.mark_edge import (
    Actor,
    DatabaseUrl,
    Key,
    Sector,
    asked,
    who,
)
from services.registry.mark_tables import REVIEWS
from services.rules.marks.amending import Amendment
from services.rules.marks.mark_entries import kind_said, time_said
from services.runtime.clock import utc_now

VERDICTS = {"accept": Review.ACCEPTED, "reject": Review.REJECTED, "lapse": Review.LAPSED}
Reason = Annotated[str, typer.Option(help="Why 理由; a rejection needs one.")]


def review(
    mark: Key,
    verdict: Annotated[
        Literal["accept", "reject", "lapse"],
        typer.Argument(help="accept 采纳, reject 驳回 or lapse 逾期失效."),
    ],
    reason: Reason = "",
    reviewer: Annotated[str | None, typer.Option(help="Who reviews; default: you.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Accept a mark, reject it, or let it lapse; its hours are judged anew.

    An accepted mark exempts where its conditions hold (cap, quota, dust). A rejected or lapsed one
    has no effect. Nobody accepts what he entered himself for a plant 不得自审.

    Example: qingkong marks review 17 reject --reason "furnace curve shows no start-up"
    """
    if verdict == "reject" and not reason.strip():
        raise typer.BadParameter("a rejection needs --reason 驳回须说明理由")
    by = who(reviewer)
    now = utc_now()
    with asked(database_url) as connection:
        review_mark(mark, VERDICTS[verdict], reason, Marking(connection, by, now))
    typer.echo(f"mark {mark}: {REVIEWS[VERDICTS[verdict]]} by {by}.")


def change(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    mark: Key,
    kind: Annotated[str | None, typer.Option(help="Another kind, see `marks kinds`.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="2025-03-01T08:00, Beijing.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Likewise, exclusive.")] = None,
    evidence: Annotated[str | None, typer.Option(help="Cause, ticket, record 原因与凭证.")] = None,
    sector: Sector = None,
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Change a mark, or end an open one with --to; it is claimed again and waits for review.

    More time, or another kind, counts as entered now 按现在录入计: to keep a deadline that was met,
    add a mark for the time that is missing.

    Example: qingkong marks change 17 --to 2025-03-01T11:45
    """
    if kind is None and since is None and until is None and evidence is None:
        raise typer.BadParameter("say what to change: --kind, --from, --to or --evidence")
    now = utc_now()
    with asked(database_url) as connection:
        known = believed_mark(connection, mark)
        amendment = Amendment(
            kind=None if kind is None else kind_said(kind, sector or known.kind.split("/")[0]).key,
            since=None if since is None else time_said("--from", since),
            until=None if until is None else time_said("--to", until),
            evidence=evidence,
        )
        after = change_mark(mark, amendment, Marking(connection, who(actor), now, known.version))
    later = " It counts as entered now." if after.entered_at != known.entered_at else ""
    typer.echo(f"mark {mark}: changed, {REVIEWS[Review.CLAIMED]}.{later}")


def withdraw(
    mark: Key, reason: Reason = "", actor: Actor = None, database_url: DatabaseUrl = None
) -> None:
    """Withdraw a mark 撤回: it has no effect any more, and stays in the history.

    Example: qingkong marks withdraw 17 --reason "entered for the wrong furnace"
    """
    if not reason.strip():
        raise typer.BadParameter("say why with --reason 撤回须说明理由")
    now = utc_now()
    with asked(database_url) as connection:
        withdraw_mark(mark, reason, Marking(connection, who(actor), now))
    typer.echo(f"mark {mark}: withdrawn 已撤回.")
