"""Other cases of the same outlet, facility or logger: those that go on, and those of the same time.

They come from the API's own list, so that nobody sees one that he may not. It must not know any page.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from itertools import chain
from typing import Final

from schemas.alert import AlertKind, AlertState
from services.api.access import Sight
from services.api.console.cases.figures import part_of, rows_of
from services.api.models.alerts_read import AlertModel
from services.api.paging import Page
from services.api.ranges import Wish
from services.api.routes.alerts_read import alerts
from services.api.then import ThenDep
from services.store.alert_lists import AlertQuery
from services.store.places import PlantRef
from services.store.status_place import subjects_of

SHOWN: Final = 5
READ: Final = Page(100)
GOING_ON: Final = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED})
PLATFORM: Final = [
    AlertKind.PLATFORM_SILENT,
    AlertKind.PLATFORM_LAG,
    AlertKind.PLATFORM_CLOCK,
    AlertKind.PLATFORM_NOTICE,
]
Outlets = Mapping[int, str]


def beside(
    case: AlertModel, plant: PlantRef | None, within: Sight, then: ThenDep
) -> Sequence[AlertModel]:
    """At most `SHOWN`, the gravest of those that go on first. Raises psycopg.Error."""
    if plant is not None and case.subject is None and case.device is None:
        return ()
    kinds = PLATFORM if plant is None else None
    code = None if plant is None else plant.code
    open_ones = AlertQuery(plant=code, kinds=kinds, states=sorted(GOING_ON))
    ends = None if case.until is None or case.until <= case.since else case.until
    same_time = Wish(
        case.since.astimezone(UTC).isoformat(),
        None if ends is None else ends.astimezone(UTC).isoformat(),
    )
    lists = (
        alerts(within, open_ones, Wish(None, None), READ, then).items,
        alerts(within, AlertQuery(plant=code, kinds=kinds), same_time, READ, then).items,
    )
    outlets = {} if plant is None else _outlets(within, plant)
    return gravest(case, chain.from_iterable(lists), outlets)


def gravest(case: AlertModel, others: Iterable[AlertModel], outlets: Outlets) -> list[AlertModel]:
    """Those of its place, each once; `outlets`: codes by the ids that facilities' cases name."""
    found = {
        one.id: one
        for one in others
        if one.id != case.id
        and one.plant == case.plant
        and one.state is not AlertState.LAPSED
        and _same_place(case, one, outlets)
    }
    # Latest first, and by this order again: what goes on, and then the gravest.
    rows = sorted(found.values(), key=lambda one: one.since, reverse=True)
    rows.sort(key=lambda one: (one.state not in GOING_ON, -one.severity.rank))
    return rows[:SHOWN]


def _same_place(case: AlertModel, other: AlertModel, outlets: Outlets) -> bool:
    if case.plant is None:
        return True
    if case.subject is None:
        return case.device == other.device
    if case.subject == other.subject:
        return True
    return case.subject in _leads_to(other, outlets) or other.subject in _leads_to(case, outlets)


def _leads_to(case: AlertModel, outlets: Outlets) -> set[str]:
    """The outlets that a facility's case names: what was not treated went out there."""
    rows = rows_of(part_of(case.evidence, "numbers"), "ways")
    ids = [one.get("outlet") for one in rows]
    return {outlets[one] for one in ids if isinstance(one, int) and one in outlets}


def _outlets(within: Sight, plant: PlantRef) -> dict[int, str]:
    rows = subjects_of(within.session, plant.id)
    return {one.id: one.code for one in rows if one.kind == "outlet"}
