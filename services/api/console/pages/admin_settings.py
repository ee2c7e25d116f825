"""The rules' parameters 规则参数: what holds, who vouches for it, and how often its rules were right."""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from services.api.access import Within, require
from services.api.asof import AsOfDep
from services.api.console.admin.frame import framed
from services.api.console.admin.parameter_groups import GROUPS
from services.api.console.page import PageOf
from services.api.models.alert_rates import AlertRate, AlertRates
from services.api.models.settings_work import ParameterNow, SettingHistory
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.routes.alert_rates import rates as rates_told
from services.api.routes.settings_work import Looking
from services.api.routes.settings_work import history as history_told
from services.api.routes.settings_work import list_ as settings_told

router = APIRouter()
Rates = Annotated[AlertRates, Depends(rates_told)]


class ShownGroup(NamedTuple):
    """A class of parameters with what its rules' cases turned out to be."""

    name: str
    parameters: list[ParameterNow]
    rates: list[AlertRate]

    def count(self, what: str) -> int:
        """Of all its rates; `what` is a field of a rate. Raises AttributeError."""
        return sum(int(getattr(one, what)) for one in self.rates)

    @property
    def unverified(self) -> int:
        return sum(not one.established for one in self.parameters)

    @property
    def set(self) -> int:
        return sum(one.setting is not None for one in self.parameters)

    @property
    def cases(self) -> int:
        return self.count("cases")

    @property
    def hit_rate(self) -> float | None:
        """Confirmed of those disposed of, duplicates aside; None: none yet."""
        looked_at = self.count("disposed") - self.count("duplicate")
        return self.count("confirmed") / looked_at if looked_at else None


@router.get(
    "/console/admin/settings",
    dependencies=[require(Permission.READ_LIMITS)],
    summary="Parameters of the rules 规则参数",
    response_class=HTMLResponse,
)
def settings(  # noqa: PLR0913, PLR0917 - parameters of the query
    page: PageOf,
    within: Within,
    known: AsOfDep,
    rates: Rates,
    text: Annotated[str, Query(max_length=100, description="Part of a name 关键词")] = "",
    unverified: Annotated[  # noqa: FBT002 - a parameter of the query
        bool, Query(description="Only those nobody vouches for 未核实")
    ] = False,
    scope: Annotated[str, Query(max_length=200, description="all, plant:P1 ... 适用范围")] = "all",
) -> HTMLResponse:
    """By groups, each with its hit rates; asked for some, their values one by one."""
    asked = Looking(text=text, unverified=unverified, scope=scope)
    found = settings_told(within.session, within, page.now, known, asked)
    values = {"text": text, "unverified": unverified, "scope": scope}
    return framed(
        page,
        "admin_settings.html",
        {**values, "groups": groups_of(found.items, rates.items)},
    )


@router.get(
    "/console/admin/settings/{name}",
    dependencies=[require(Permission.WRITE_SETTINGS)],
    summary="A parameter 规则参数",
    response_class=HTMLResponse,
)
def setting(  # noqa: PLR0913, PLR0917 - what the page is made of
    page: PageOf,
    within: Within,
    known: AsOfDep,
    rates: Rates,
    history: Annotated[SettingHistory, Depends(history_told)],
    name: str,
) -> HTMLResponse:
    """Its value, default, source and history; how often its rules were right; and setting it."""
    found = settings_told(within.session, within, page.now, known, Looking(text=name)).items
    group = next(iter(groups_of([one for one in found if one.name == name], rates.items)), None)
    if group is None:
        raise not_found()
    [one] = group.parameters
    values = {"one": one, "group": group, "history": history.items[::-1]}
    return framed(page, "admin_setting.html", values)


def groups_of(parameters: Iterable[ParameterNow], rates: Iterable[AlertRate]) -> list[ShownGroup]:
    """Parameters by their classes, with the rates of the rules that those tune."""
    by_class: dict[str, list[ParameterNow]] = {}
    for one in parameters:
        by_class.setdefault(one.name.partition(".")[0], []).append(one)
    known = list(rates)
    return [
        ShownGroup(
            name,
            members,
            [one for one in known if name in GROUPS and GROUPS[name].tunes(one.kind, one.rule)],
        )
        for name, members in by_class.items()
    ]
