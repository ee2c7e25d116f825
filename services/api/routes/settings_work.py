"""The parameters of the rules 规则参数: what holds where, and setting them."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from pydantic import Field

from schemas.rule_settings import SettingVersion
from services.api.access import Sight, Within, require
from services.api.asof import AsOfDep
from services.api.context import Now
from services.api.database import SessionDep
from services.api.models.settings_work import (
    NewSetting,
    Parameters,
    SettingDone,
    SettingHistory,
    parameter_now,
    setting_now,
)
from services.api.models.work_words import Asked, When
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.refusals import check_seen, refusing
from services.api.writing import Answer, Entry, WorkDep
from services.cases.setting_actions import Wish, known_parameter, set_parameter
from services.rules.limit_acts import Who
from services.rules.limit_places import Places
from services.rules.settings_catalogue import in_force, listed_parameters
from services.store.as_known import belief_lock
from services.store.places import plant_codes, region_by_code
from services.store.registry_read import read_registry
from services.store.rule_settings import read_settings

router = APIRouter(tags=["settings of rules 规则参数"])
OF_PLANTS: Final = frozenset({"plant", "subject", "point"})


class Looking(Asked):
    """Which parameters, where and when."""

    text: str = Field(default="", max_length=100, description="Part of a name or of what it is")
    unverified: bool = Field(default=False, description="Only those nobody vouches for 未确认")
    scope: str = Field(default="all", max_length=200, description="all, plant:P1, subject:P1/DA001")
    at: When | None = Field(default=None, description="In force then; default: now")
    as_of: str | None = Field(default=None, max_length=40, description="As known then 截至")


@router.get(
    "/settings",
    dependencies=[require(Permission.READ_LIMITS)],
    summary="Parameters of the rules 规则参数列表",
)
def list_(
    session: SessionDep,
    within: Within,
    now: Now,
    as_of: AsOfDep,
    asked: Annotated[Looking, Query()],
) -> Parameters:
    """Each parameter's value in force there and then, its default, its source and how sure that is."""
    _check_scope(asked.scope, within)
    listed = [
        one
        for one in listed_parameters()
        if asked.text.casefold() in f"{one.name} {one.zh} {one.en}".casefold()
    ]
    settings = read_settings(session, as_of.position)
    with refusing():
        places = Places(read_registry(session))
        place = places.place(*places.scope(asked.scope))
    found = in_force(settings, place, asked.at or now, listed)
    shown = [parameter_now(one) for one in found if not (asked.unverified and one.established)]
    return Parameters(items=shown)


@router.get(
    "/settings/{name}/history",
    dependencies=[require(Permission.WRITE_SETTINGS)],
    summary="All that a parameter was set to 参数历史",
)
def history(name: str, within: Within, as_of: AsOfDep) -> SettingHistory:
    """For whom, over which time, recorded when, by whom and why; of places that the caller sees."""
    with refusing():
        listed = known_parameter(name)
    settings = read_settings(within.session, as_of.position)
    plants = within.plants()
    codes = None if plants is None else frozenset(plant_codes(within.session, plants))
    own = [one for one in settings if one.name == listed.name]
    regions = _regions((one.scope_key for one in own if one.scope == "region"), within)
    found = [one for one in own if _concerns(one, codes, regions)]
    return SettingHistory(items=[setting_now(one) for one in found])


@router.put(
    "/settings/{name}",
    dependencies=[require(Permission.WRITE_SETTINGS)],
    response_model=SettingDone,
    summary="Set a parameter 设定参数",
)
def set_(name: str, body: NewSetting, work: WorkDep, within: Within) -> Response:
    """For all, or for a region, plant, subject or point; the nearest one counts.

    Who sees some plants alone sets what is theirs, and no more.

    What was set before stays in its history; hours that it concerns are judged anew. If-Match, where
    given, is the version of the last setting of that parameter for that scope.
    """
    _check_governed(body.scope, within)

    def act(entry: Entry) -> Answer:
        with refusing(), belief_lock(work.session):
            listed = known_parameter(name)
            if work.seen is not None:
                _check_newest((listed.name, body.scope), work)
            wish = Wish(listed.name, body.text(), body.scope, body.since or work.now, body.until)
            who = Who(work.caller.name, work.now, body.reason)
            done = set_parameter(work.session, wish, who, preview=body.preview)
        entry.detail.update(body.model_dump(mode="json"))
        said = SettingDone(
            setting=setting_now(done.setting),
            written=not body.preview,
            hours_judged_anew=done.hours,
        )
        return Answer(said, version=None if body.preview else done.setting.version)

    return work.perform(
        "setting.preview" if body.preview else "setting.set", f"setting/{name[:100]}", act
    )


def _check_newest(what: tuple[str, str], work: WorkDep) -> None:
    name, scope = what
    former = [
        one
        for one in read_settings(work.session)
        if one.name == name and (f"{one.scope}:{one.scope_key}".rstrip(":")) == scope
    ]
    if former:
        last = former[-1]
        said = f"由 {last.actor} 更新", f"changed by {last.actor}"
        check_seen(work.seen, last.version, said)


def _check_governed(scope: str, within: Sight) -> None:
    """Raises Problem where the place reaches beyond what the caller sees."""
    own = within.caller.scope
    if own.everything:
        return
    word, _, key = scope.strip().partition(":")
    if word in OF_PLANTS:
        within.plant(key.split("/")[0])
        return
    whole = own.plants is None and (own.outer is None or own.outer.everything)
    if word == "region" and whole and own.region in within.region(key).above:
        return
    raise Problem(
        Kinds.FORBIDDEN,
        "适用范围超出您的权限范围：请指定您范围内的行政区、企业、排放口或监测点。",
        "the scope reaches beyond what you see: name a region, plant, subject or point within it",
    )


def _concerns(one: SettingVersion, plants: frozenset[str] | None, regions: frozenset[str]) -> bool:
    """Whether it is for all, for one of these regions, or for one of these plants (None: all)."""
    if plants is None:
        return True
    if one.scope == "region":
        return one.scope_key in regions
    return one.scope not in OF_PLANTS or one.scope_key.split("/")[0] in plants


def _regions(codes: Iterable[str], within: Sight) -> frozenset[str]:
    """Those of the regions that the caller's own lies in, or that hold what he sees."""
    scope = within.caller.scope
    own = None if scope.region is None else region_by_code(within.session, scope.region)
    seen: set[str] = set() if own is None else set(own.above)
    for code in set(codes) - seen:
        with suppress(Problem):
            seen.add(within.region(code).code)
    return frozenset(seen)


def _check_scope(scope: str, within: Sight) -> None:
    """Raises Problem where the place lies outside of what the caller sees."""
    word, _, key = scope.strip().partition(":")
    match word:
        case "region":
            within.region(key)
        case "plant" | "subject" | "point":
            within.plant(key.split("/")[0])
        case _ if key:
            raise not_found()
        case _:
            pass
