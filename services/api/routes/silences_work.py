"""Silences 静默: made, withdrawn, listed, and what each keeps quiet."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from schemas.silence import Silence
from services.api.access import Sight, Within, require
from services.api.context import Now
from services.api.database import SessionDep
from services.api.etags import etag
from services.api.models.marks_work import Withdrawal
from services.api.models.silences_work import (
    NewSilence,
    SilenceNow,
    Silences,
    SilenceShown,
    kept_quiet_of,
    silence_now,
)
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.refusals import check_seen, refusing
from services.api.then import ThenDep
from services.api.writing import Answer, Entry, WorkDep
from services.cases.silence_actions import kept_quiet, make_silence, withdraw_silence
from services.store.session import Session
from services.store.silence_facts import device_plants, places_named
from services.store.silences import read_silence, read_silences

router = APIRouter(tags=["silences 静默"])


@router.post(
    "/silences",
    status_code=201,
    dependencies=[require(Permission.SILENCE)],
    response_model=SilenceNow,
    summary="Keep quiet about a place or about kinds 设置静默",
)
def add(body: NewSilence, work: WorkDep, within: Within) -> Response:
    """Nobody is told of what matches, until the time; cases go on, and say what silenced them.

    Who sees a part of the platform names a place within it.
    """
    _check_place(body, work.session, within)

    def act(entry: Entry) -> Answer:
        asked = Silence(
            *(0, body.since or work.now, body.until, body.reason, work.caller.name),
            maintenance=body.maintenance,
            kinds=body.kinds,
            severity=body.severity,
        )
        with refusing(Kinds.INVALID):
            made = make_silence(work.session, body.place(), asked, work.now)
        entry.about, entry.plant = f"silence/{made.silence}", made.plant
        entry.detail.update(body.model_dump(mode="json", exclude_none=True))
        place = f"/api/v1/silences/{made.silence}"
        return Answer(silence_now(made), 201, made.row, place)

    return work.perform("silence.add", "silence", act)


@router.post(
    "/silences/{silence}/withdraw",
    dependencies=[require(Permission.SILENCE)],
    response_model=SilenceNow,
    summary="Take a silence back 撤回静默",
)
def withdraw(silence: int, body: Withdrawal, work: WorkDep, within: Within) -> Response:
    """People are told again; it stays in the history."""

    def act(entry: Entry) -> Answer:
        def look() -> None:
            known = _known(silence, (work.session, within))
            if not _governs(known, (work.session, within)):
                raise _too_wide()
            state = ("已撤回", "withdrawn") if known.withdrawn else ("已更新", "changed")
            check_seen(work.seen, known.row, state)

        look()
        with refusing(look=look):
            gone = withdraw_silence(work.session, silence, work.caller.name, body.reason)
        entry.plant = gone.plant
        entry.detail["reason"] = body.reason
        return Answer(silence_now(gone), version=gone.row)

    return work.perform("silence.withdraw", f"silence/{silence}", act)


@router.get(
    "/silences",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="Silences that hold or are to come 静默列表",
)
def list_(
    session: SessionDep,
    within: Within,
    now: Now,
    then: ThenDep,
    whole: Annotated[  # noqa: FBT002 - a part of the query
        bool, Query(alias="all", description="Also those over and withdrawn 含已结束、已撤回")
    ] = False,
) -> Silences:
    """Those that may concern what the caller sees: as they stand now, or stood `as_of`.

    A position alone tells what was known; which of it holds is told by the time asked for, else now.
    """
    at = now if then is None else then.time or now
    known = None if then is None else then.position
    found = read_silences(session, None if whole else at, withdrawn=whole, known=known)
    shown = [silence_now(one) for one in found if _concerns(one, (session, within))]
    return Silences(items=shown, as_of=None if then is None else then.below)


@router.get(
    "/silences/{silence}",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="A silence and what it keeps quiet 静默及其静默的告警",
)
def show(silence: int, session: SessionDep, within: Within, response: Response) -> SilenceShown:
    """The cases of its time that match it, of those that the caller sees."""
    known = _known(silence, (session, within))
    quiet = [
        kept_quiet_of(one)
        for one in kept_quiet(session, known)
        if _sees(one.alert.target.plant, within)
    ]
    response.headers["ETag"] = etag(known.row)
    return SilenceShown(**dict(silence_now(known)), quiet=quiet)


def _known(silence: int, by: tuple[Session, Sight]) -> Silence:
    found = read_silence(by[0], silence) if 0 < silence < 1 << 31 else None
    if found is None or not _concerns(found, by):
        raise not_found()
    return found


def _sees(plant: int | None, within: Sight) -> bool:
    return within.caller.scope.everything if plant is None else within.sees(plant)


def _concerns(one: Silence, by: tuple[Session, Sight]) -> bool:
    """Whether it may match what the caller sees; what names no place concerns all."""
    session, within = by
    plant = one.plant
    if plant is None and one.device is not None:
        plant = device_plants(session, [one.device]).get(one.device)
    if plant is not None:
        return within.sees(plant)
    return one.region is None or _region_seen(one.region, within)


def _region_seen(region: str, within: Sight) -> bool:
    try:
        within.region(region)
    except Problem:
        return False
    return True


def _governs(one: Silence, by: tuple[Session, Sight]) -> bool:
    """Whether all that it may match lies within the caller's scope."""
    session, within = by
    if within.caller.scope.everything:
        return True
    devices = {} if one.device is None else device_plants(session, [one.device])
    plants = [plant for plant in (one.plant, *devices.values()) if plant is not None]
    if any(map(within.sees, plants)):
        return True
    if one.region is None or not _region_seen(one.region, within):
        return False
    return _whole(one.region, within)


def _whole(region: str, within: Sight) -> bool:
    """Whether the region is the caller's own, or lies in it."""
    scope = within.caller.scope
    inner = scope.plants is None and (scope.outer is None or scope.outer.everything)
    return inner and scope.region in within.region(region).above


def _check_place(body: NewSilence, session: Session, within: Sight) -> None:
    """Raises Problem where the place does not exist, or reaches beyond the caller's scope."""
    if body.region is not None:
        within.region(body.region)
    if body.plant is not None and body.subject is not None:
        within.subject(body.plant, body.subject)
    elif body.plant is not None:
        within.plant(body.plant)
    places = places_named(session, body.region, (body.plant, body.subject), body.mn)
    if body.mn is not None:
        plants = {} if places.device is None else device_plants(session, [places.device])
        if not plants or not all(map(within.sees, plants.values())):
            raise not_found()
    wished = Silence(
        *(0, within.context.clock(), body.until, body.reason, ""),
        region=places.region,
        plant=places.plant,
        device=places.device,
    )
    if not _governs(wished, (session, within)):
        raise _too_wide()


def _too_wide() -> Problem:
    return Problem(
        Kinds.FORBIDDEN,
        "静默范围超出您的权限范围：请指明您范围内的行政区、企业或数采仪。",
        "the silence reaches beyond what you see: name a region, plant or logger within it",
    )
