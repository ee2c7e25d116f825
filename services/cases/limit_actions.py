"""What persons do with limits 限值: decide by the rules, tell what would turn, write in one transaction.

It must not know who may do so, nor who asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.limits import Bound, Law, LimitVersion
from schemas.sentence import Sentence, SentenceError, term
from services.rules.catalogue import catalogue
from services.rules.exact import ComparisonParameters
from services.rules.limit_acts import (
    ENDS_FIRST,
    Refused,
    Said,
    Who,
    base_of,
    changed,
    corrected,
    figure,
    span_text,
    timeline,
    version_of,
    withdrawn,
)
from services.rules.limit_figures import Figures, spot_wrong, stated_bound, stated_law
from services.rules.limit_history import Binding
from services.rules.limit_places import Places
from services.rules.limit_said import Stated, facts_text, said_of, spot_of, unsure
from services.rules.limit_turning import Turning, turning
from services.rules.settings_catalogue import parameters_at
from services.store.as_known import belief_lock
from services.store.limit_hours import believed_verdicts, hours_to_touch
from services.store.limits import limit_history, read_limits, write_limits
from services.store.registry_read import read_registry
from services.store.rule_settings import read_settings
from services.store.session import Session


class LimitConflict(SentenceError):  # noqa: N818 - somebody was faster, by nobody's error
    """The limit is not what was looked at: look at it again."""


class ReasonNeeded(Refused):
    """What was judged would turn, and nobody says why; `turned` is what would."""

    def __init__(self, turned: Turning) -> None:
        super().__init__(
            Sentence(
                f"it turns what was judged: give --reason{term('原因')}",
                "会改变已有判定，须填写原因",
            )
        )
        self.turned = turned


@dataclass(frozen=True, slots=True)
class Concluded:
    """What was written (`preview`: would be), what it turns, and how many hours are judged anew."""

    version: LimitVersion
    hours: int
    turned: Turning = field(default_factory=Turning)
    warnings: Sequence[Sentence] = ()
    preview: bool = False


class LimitActing(NamedTuple):
    """Who acts on a limit; `seen`: the version looked at, None: whichever; `preview`: nothing is written."""

    session: Session
    who: Who
    seen: int | None = None
    preview: bool = False


class _Known(NamedTuple):
    places: Places
    beliefs: list[LimitVersion]


def assign_limit(point: str, stated: Stated, by: LimitActing) -> Concluded:
    """Put a new limit on a point (P1/DA001/out/a21026): a row of the catalogue, or figures.

    Raises Refused, PlaceError, psycopg.Error.
    """
    with belief_lock(by.session):
        places = Places(read_registry(by.session))
        row = places.point(point)
        said = said_of(stated, spot_of(places, row), catalogue())
        if said.until is not None and said.until <= stated.since:
            said.wrong.append(ENDS_FIRST)
        if said.wrong:
            raise Refused(*said.wrong)
        new = Said(row.id, stated.since, said.until, said.bound, said.law)
        near = beside(read_limits(by.session, [row.id]), new)
        warnings = [*unsure(said.law), *said.warnings, *near]
        why = "; ".join(one for one in (by.who.reason, facts_text(stated.facts)) if one)
        version = version_of(-1, new, "assign", by.who._replace(reason=why))
        return _concluded(by, version, Turning(), warnings)


def change_limit(key: int, since: datetime, figures: Figures, by: LimitActing) -> Concluded:
    """Give a limit another figure from a date on. Raises Refused, LimitConflict, psycopg.Error.

    Whoever turns what was judged gives a reason; a preview is told without.
    """
    with belief_lock(by.session):
        known = _known(key, by)
        base = base_of(known.beliefs, since)
        version = changed(base, since, said_over(known.places, base.version, figures), by.who)
        turned = turned_by(by.session, known.places, base.version, version)
        _need_reason(turned, by)
        return _concluded(by, version, turned)


def correct_limit(
    key: int, span: tuple[datetime, datetime | None], figures: Figures, by: LimitActing
) -> Concluded:
    """Say what should have been believed over a time. Raises as `change_limit`."""
    with belief_lock(by.session):
        known = _known(key, by)
        base = base_of(known.beliefs, span[0])
        version = corrected(base, span, said_over(known.places, base.version, figures), by.who)
        turned = turned_by(by.session, known.places, base.version, version)
        return _concluded(by, version, turned)


def withdraw_limit(key: int, span: tuple[datetime, datetime | None], by: LimitActing) -> Concluded:
    """Let a limit bind nothing from a date on. Raises as `change_limit`."""
    with belief_lock(by.session):
        known = _known(key, by)
        base = base_of(known.beliefs, span[0])
        version = withdrawn(base, *span, by.who)
        turned = turned_by(by.session, known.places, base.version, version)
        _need_reason(turned, by)
        return _concluded(by, version, turned)


def beside(known: Sequence[LimitVersion], new: Said) -> Iterator[Sentence]:
    """What binds the point already and is much the same. Raises Refused where it is the same."""
    for one in timeline(known):
        bound = one.version.bound
        if bound is None or new.bound is None or not _meet(one, new):
            continue
        if (bound, one.version.law) == (new.bound, new.law):
            span = span_text(one.since, one.until)
            raise Refused(
                Sentence(
                    f"limit {one.version.limit} says that already, {span}{term('已存在')}",
                    f"限值 {one.version.limit} 已规定同样内容（{span}）",
                )
            )
        if (bound.averaging, bound.quantity) == (new.bound.averaging, new.bound.quantity):
            yield Sentence(
                f"limit {one.version.limit} binds the point at the same time, {figure(bound)} by"
                f" {one.version.law.standard}: both will be judged; to give it another figure use"
                " `qingkong limits change`",
                f"该监测点同时适用限值 {one.version.limit}（{figure(bound)}，{one.version.law.standard}）："
                "两者都会判定；若只是改变数值，请变更该限值",
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
    session: Session, places: Places, former: LimitVersion, version: LimitVersion
) -> Turning:
    """The stored verdicts that a version would turn. Raises psycopg.Error."""
    span = version.point, version.since, version.until
    verdicts = believed_verdicts(session, version.limit, span)
    if not verdicts or former.bound is None:
        return Turning()
    place = places.place("point", places.name(version.point))
    comparison = parameters_at(
        ComparisonParameters, read_settings(session), place, verdicts[0].start
    )
    return turning(verdicts, former.bound, version.bound, comparison)


def _need_reason(turned: Turning, by: LimitActing) -> None:
    if (turned.turns or turned.untold) and not by.preview and not by.who.reason.strip():
        raise ReasonNeeded(turned)


def _known(key: int, by: LimitActing) -> _Known:
    beliefs = limit_history(by.session, key)
    if not beliefs:
        raise Refused(
            Sentence(
                f"there is no limit {key}{term('限值')}: see `qingkong limits list`",
                f"没有限值 {key}",
            )
        )
    newest = beliefs[-1]
    if by.seen is not None and by.seen != newest.version:
        raise LimitConflict(
            Sentence(
                f"limit {key} was changed meanwhile by {newest.actor}: look at it again",
                f"限值 {key} 已由 {newest.actor} 更新：请重新读取",
            )
        )
    return _Known(Places(read_registry(by.session)), beliefs)


def _concluded(
    by: LimitActing, version: LimitVersion, turned: Turning, warnings: Sequence[Sentence] = ()
) -> Concluded:
    spans = [(version.point, version.since, version.until)]
    hours = hours_to_touch(by.session, spans, by.who.now)
    if not by.preview:
        [version] = write_limits(by.session, [version])
    return Concluded(version, hours, turned, warnings, by.preview)


def _meet(piece: Binding, said: Said) -> bool:
    before_ends = piece.until is None or said.since is None or said.since < piece.until
    after_begins = piece.since is None or said.until is None or piece.since < said.until
    return before_ends and after_begins
