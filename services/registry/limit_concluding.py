"""How an act on a limit ends: what it would turn is told, and it is written unless it is a dry run."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import typer

from schemas.limits import Bound, Law, LimitVersion
from services.registry.limit_acts import Refused, Said, span_text, timeline
from services.registry.limit_figures import Figures, spot_wrong, stated_bound, stated_law
from services.registry.limit_options import say
from services.registry.limit_places import Places
from services.registry.limit_said import spot_of
from services.registry.limit_tables import (
    ACTS,
    figure,
    manner,
    turning_json,
    turning_lines,
    version_json,
)
from services.registry.limit_turning import Turning, turning
from services.rules.exact import ComparisonParameters
from services.rules.limit_history import Binding
from services.rules.settings_catalogue import parameters_at
from services.runtime.options import stop
from services.store.limit_hours import believed_verdicts, hours_to_touch
from services.store.limits import limit_history, write_limits
from services.store.rule_settings import read_settings
from services.store.session import Session


@dataclass(frozen=True)
class Act:
    """One act on a limit: the version, what it would turn, and how it is to be told."""

    version: LimitVersion
    turned: Turning
    dry_run: bool
    as_json: bool


def beliefs_about(connection: Session, key: int) -> list[LimitVersion]:
    """All versions of a limit; ends the command where there is none."""
    found = limit_history(connection, key)
    if not found:
        stop(f"there is no limit {key} 限值: see `qingkong limits list`")
    return found


def beside(known: Sequence[LimitVersion], new: Said) -> Iterator[str]:
    """What binds the point already and is much the same. Ends the command where it is the same."""
    for one in timeline(known):
        bound = one.version.bound
        if bound is None or new.bound is None or not _meet(one, new):
            continue
        if (bound, one.version.law) == (new.bound, new.law):
            stop(
                f"limit {one.version.limit} says that already, {span_text(one.since, one.until)} 已存在"
            )
        if (bound.averaging, bound.quantity) == (new.bound.averaging, new.bound.quantity):
            yield (
                f"limit {one.version.limit} binds the point at the same time, {figure(bound)} by"
                f" {one.version.law.standard}: both will be judged; to give it another figure use"
                " `qingkong limits change`"
            )


def said_over(places: Places, former: LimitVersion, figures: Figures) -> tuple[Bound, Law]:
    """Bound and law as stated over the former ones. Raises Refused."""
    bound, wrong = stated_bound(figures, former.bound)
    law, unlawful = stated_law(figures, former.law)
    spot = spot_of(places, places.rows.points[former.point])
    against = [*wrong, *unlawful, *spot_wrong(bound, spot)]
    if against:
        raise Refused(*against)
    return bound, law


def turned_by(
    connection: Session, places: Places, former: LimitVersion, version: LimitVersion
) -> Turning:
    """The stored verdicts that a version would turn."""
    span = version.point, version.since, version.until
    verdicts = believed_verdicts(connection, version.limit, span)
    if not verdicts or former.bound is None:
        return Turning()
    place = places.place("point", places.name(version.point))
    comparison = parameters_at(
        ComparisonParameters, read_settings(connection), place, verdicts[0].start
    )
    return turning(verdicts, former.bound, version.bound, comparison)


def need_reason(turned: Turning, reason: str) -> None:
    """Whoever turns what was judged says why; ends the command otherwise."""
    if (turned.turns or turned.untold) and not reason:
        stop(*turning_lines(turned), "it turns what was judged: give --reason 原因")


def conclude(connection: Session, places: Places, act: Act) -> None:
    """Tell what is done, and do it, within the caller's `belief_lock`."""
    version = act.version
    hours = hours_to_touch(connection, [(version.point, version.since, version.until)])
    if not act.dry_run:
        [version] = write_limits(connection, [version])
    if act.as_json:
        told = {
            **version_json(version, places.name),
            "written": not act.dry_run,
            "hours_judged_anew": hours,
            **turning_json(act.turned),
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _tell(places, version, act, hours)


def _tell(places: Places, version: LimitVersion, act: Act, hours: int) -> None:
    key = "a new limit" if version.limit < 0 else f"limit {version.limit}"
    numbers = f"{figure(version.bound)} {manner(version.bound)}".replace("\n", " ").strip()
    typer.echo(
        f"{ACTS[version.act]}: {key}, {places.name(version.point)}, {numbers},"
        f" {span_text(version.since, version.until)}"
    )
    if act.version.act != "assign":
        for line in turning_lines(act.turned):
            typer.echo(line)
    if hours:
        say(f"{hours:,} hour{'' if hours == 1 else 's'} will be judged anew 重新判定.")
    if act.dry_run:
        say("Dry run: nothing was changed 试运行, 未写入.")


def _meet(piece: Binding, said: Said) -> bool:
    before_ends = piece.until is None or said.since is None or said.since < piece.until
    after_begins = piece.since is None or said.until is None or piece.since < said.until
    return before_ends and after_begins
