"""`qingkong marks review | change | withdraw`: what becomes of a mark that was entered."""

from typing import Annotated, Literal

import typer

from schemas.marks import Mark, Review
from services.registry.mark_edge import (
    Actor,
    DatabaseUrl,
    Key,
    Sector,
    asked,
    who,
)
from services.registry.mark_entries import EntryError, kind_said, time_said
from services.registry.mark_tables import REVIEWS
from services.rules.marks.amending import Amendment, as_entry, changed, reviewed, wrong_with
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.marks import read_mark, write_version
from services.store.session import Session

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
        known = _known(connection, mark)
        if verdict == "accept" and known.origin != "bureau" and by == known.actor:
            stop(f"{by} entered mark {mark} 不得自审: name who accepts it with --reviewer")
        now_said = reviewed(known, VERDICTS[verdict], by, reason.strip())._replace(actor=by)
        write_version(connection, now_said, now)
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
        known = _known(connection, mark)
        amendment = Amendment(
            kind=None if kind is None else kind_said(kind, sector or known.kind.split("/")[0]).key,
            since=None if since is None else time_said("--from", since),
            until=None if until is None else time_said("--to", until),
            evidence=evidence,
        )
        after = changed(known, amendment, now)._replace(actor=who(actor))
        wrong = wrong_with(as_entry(after), now)
        if wrong:
            raise EntryError(wrong)
        write_version(connection, after, now)
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
        known = _known(connection, mark)
        gone = known._replace(actor=who(actor), reason=reason.strip())
        write_version(connection, gone, now, withdrawn=True)
    typer.echo(f"mark {mark}: withdrawn 已撤回.")


def _known(connection: Session, mark: int) -> Mark:
    found = read_mark(connection, mark)
    if found is None:
        stop(f"mark {mark} was withdrawn or never entered: see `qingkong marks list`")
    return found
