"""How often what a rule raised was true 命中率: for whoever tunes its threshold (settings)."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query

from schemas.alert import AlertKind
from services.api.access import Within, require
from services.api.models.alert_rates import AlertRate, AlertRates
from services.api.permissions import Permission
from services.api.ranges import WishDep
from services.store.alert_lists import AlertQuery
from services.store.alert_rates import Rate, disposition_rates

router = APIRouter(tags=["alerts"])
DIGITS: Final = 4


@router.get(
    "/alert-rates",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="What cases turned out to be 告警甄别统计",
)
def rates(
    within: Within,
    wish: WishDep,
    kind: Annotated[list[AlertKind] | None, Query(description="类型, more than one")] = None,
    region: Annotated[
        str | None, Query(max_length=6, description="GB/T 2260, with all below")
    ] = None,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
) -> AlertRates:
    """Counted by kind and rule, of the cases that were wrong at some time of `from` to `to`.

    Where many of a rule were none, tune its threshold: /api/v1/settings.
    """
    since, until = wish.ends()
    query = AlertQuery(
        kinds=kind,
        plant=None if plant is None else within.plant(plant).code,
        plants=_plants(within.plants_in(region)),
        since=since,
        until=until,
    )
    return AlertRates(items=[_told(one) for one in disposition_rates(within.session, query)])


def _plants(plants: Sequence[int] | None) -> list[int] | None:
    return None if plants is None else list(plants)


def _told(one: Rate) -> AlertRate:
    looked_at = one.disposed - one.duplicate
    rate = round(one.confirmed / looked_at, DIGITS) if looked_at else None
    return AlertRate.model_validate(
        {**one._asdict(), "kind": one.kind.value, "disposed": one.disposed, "hit_rate": rate}
    )
