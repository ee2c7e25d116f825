"""How often what a rule raised was true, within what the caller sees."""

import pytest

from schemas.access import Role, Scope
from tests.fixtures.api import Api
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS, opened

RATES = "/api/v1/alert-rates"
DISPOSED = """
UPDATE alert SET state = 'resolved', resolved_at = opened_at, disposition = %(disposition)s,
  duplicate_of = CASE WHEN %(disposition)s = 'duplicate' THEN 1 END
WHERE id = %(alert)s
"""


def disposed(api: Api) -> dict[str, int]:
    """Cases of P1: two confirmed, one a fault of the instrument, one a duplicate, one open."""
    with api.registrar() as owner:
        stored(owner, PLANTS)
        found = {
            "red": "confirmed", "orange": "confirmed", "yellow": "instrument", "blue": "duplicate",
        }  # fmt: skip
        for severity, disposition in found.items():
            values = {"disposition": disposition, "alert": opened(owner, severity)}
            owner.execute(DISPOSED, values)
        opened(owner, "red", "limit_day")
        return dict(owner.execute("SELECT code, id FROM plant").fetchall())


async def test_a_rate_is_of_those_that_somebody_looked_at_duplicates_aside(api: Api) -> None:
    disposed(api)
    machine = api.machine("duty", Role.AUDITOR)

    items = {one["kind"]: one for one in (await machine("GET", RATES)).json()["items"]}

    hour = items["limit_hour"]
    assert (hour["cases"], hour["confirmed"], hour["disposed"]) == (4, 2, 4)
    assert hour["hit_rate"] == pytest.approx(2 / 3, abs=1e-4)
    assert (items["limit_day"]["active"], items["limit_day"]["hit_rate"]) == (1, None)


async def test_what_lies_outside_of_the_scope_or_the_question_is_not_counted(api: Api) -> None:
    plants = disposed(api)
    other = api.machine("other", Role.PLANT, Scope(None, frozenset({plants["P2"]})))
    machine = api.machine("duty", Role.AUDITOR)

    beyond = (await other("GET", RATES)).json()
    unknown = await other("GET", RATES, params={"plant": "P1"})
    daily = (await machine("GET", RATES, params={"kind": "limit_day"})).json()

    assert beyond == {"items": []}
    assert unknown.status_code == 404
    assert [one["kind"] for one in daily["items"]] == ["limit_day"]
