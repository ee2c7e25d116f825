"""How places stand, put together from what is stored: read by the store, folded by the rules.

It must not know how an answer is written.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from schemas.alert import AlertKind, AlertState
from schemas.judgement import Outcome, Stage
from schemas.marks import Mark
from services.api.asking import When
from services.api.problems import not_found
from services.rules.status import (
    ASKED,
    Case,
    Facts,
    Judged,
    Running,
    Status,
    Warned,
    status_of,
    worst,
)
from services.store.places import PlantRef
from services.store.session import Session
from services.store.status_cases import ActiveCase, active_cases
from services.store.status_newest import (
    LiveFinding,
    Newest,
    NewestVerdict,
    PlacedOutlet,
    live_findings,
    newest_verdicts,
    placed_outlets,
)
from services.store.status_then import plant_known, registered_below

HOURS_BACK: Final = timedelta(hours=26)
"""A verdict of an hour older than that says nothing of now: the evaluator or the device is behind."""
DAYS_BACK: Final = timedelta(days=4)
LIVE_BACK: Final = timedelta(days=2)


class Told(NamedTuple):
    """An outlet with how it stands."""

    outlet: PlacedOutlet
    status: Status


@dataclass(frozen=True, slots=True)
class Picture:
    """Plants at a moment: their outlets as they stand, and their active cases."""

    outlets: Sequence[Told]
    cases: Sequence[ActiveCase] = ()
    live: Sequence[LiveFinding] = ()
    verdicts: Sequence[NewestVerdict] = ()


def asked_at(session: Session, plants: Sequence[int] | None, when: When) -> Newest:
    """What to look at for a picture of that moment. Raises psycopg.Error."""
    at, known = when.at, when.known
    position = known.position
    then = registered_below(session, position if known.given else None)
    return Newest(plants, at, at - HOURS_BACK, at - DAYS_BACK, position, when.past, then)


def registered_plant(session: Session, own: PlantRef, known: int | None) -> PlantRef:
    """The plant as it was registered below a position (None: now).

    Raises Problem when it was not; psycopg.Error.
    """
    if known is None:
        return own
    found = plant_known(session, own.id, known)
    if found is None:
        raise not_found()
    return found


def picture(session: Session, newest: Newest) -> Picture:
    """How the outlets of the plants stand, in the caller's snapshot. Raises psycopg.Error."""
    return pictured(session, newest, placed_outlets(session, newest))


def pictured(
    session: Session,
    newest: Newest,
    outlets: Sequence[PlacedOutlet],
    marks: Mapping[int, Sequence[Mark]] | None = None,
) -> Picture:
    """How these outlets stand, of the plants whose cases count. Raises psycopg.Error.

    `marks`: those that run, by outlet, where they are to be named.
    """
    verdicts = newest_verdicts(session, newest, [one.subject for one in outlets])
    cases = active_cases(session, newest)
    live = live_findings(session, newest, newest.until - LIVE_BACK)
    judged: defaultdict[int, list[NewestVerdict]] = defaultdict(list)
    for one in verdicts:
        judged[one.subject].append(one)
    about: defaultdict[int, list[ActiveCase]] = defaultdict(list)
    for case in cases:
        if case.subject is not None:
            about[case.subject].append(case)
    warned: defaultdict[int, list[LiveFinding]] = defaultdict(list)
    for found in live:
        warned[found.subject].append(found)
    told = [
        Told(
            outlet,
            status_of(
                facts(
                    outlet,
                    judged.get(outlet.subject, ()),
                    about.get(outlet.subject, ()),
                    warned.get(outlet.subject, ()),
                    (marks or {}).get(outlet.subject, ()),
                )
            ),
        )
        for outlet in outlets
    ]
    return Picture(told, cases, live, verdicts)


def facts(
    outlet: PlacedOutlet,
    verdicts: Sequence[NewestVerdict],
    cases: Sequence[ActiveCase],
    live: Sequence[LiveFinding],
    marks: Sequence[Mark] = (),
) -> Facts:
    """What the rules fold. Of points that were judged to different hours all count."""
    return Facts(
        tuple(
            Judged(one.id, Outcome(one.outcome), Stage(one.stage), one.sure, one.start)
            for one in verdicts
        ),
        _cases(cases),
        tuple(Warned(one.id, one.rule, one.sure, one.since) for one in live),
        tuple(Running(one.mark, one.kind, one.since) for one in marks),
        outlet.limited,
    )


def plant_status(outlets: Mapping[int, Status], cases: Sequence[ActiveCase]) -> Status:
    """The worst of its outlets, and what is open about the plant itself or its other places.

    A plant without outlets is as its cases say, else unknown.
    """
    parts = list(outlets.values())
    others = [one for one in cases if one.subject not in outlets and one.kind not in ASKED]
    if others or not parts:
        rest = status_of(Facts(cases=_cases(others)))
        telling = tuple(reason for reason in rest.reasons if reason.kind != "rule" or not parts)
        parts.append(Status(worst(one.word for one in telling), None, rest.sure, telling))
    word = worst(part.word for part in parts)
    deciding = [part for part in parts if part.word is word]
    stages = [part.stage for part in deciding if part.stage is not None]
    return Status(
        word,
        min(stages, key=tuple(Stage).index, default=None),
        all(part.sure for part in deciding),
        tuple(reason for part in deciding for reason in part.reasons if reason.word is word),
    )


def _cases(cases: Sequence[ActiveCase]) -> tuple[Case, ...]:
    return tuple(
        Case(
            *(one.id, AlertKind(one.kind), AlertState(one.state), one.sure, one.since),
            over=one.until is not None,
        )
        for one in cases
    )
