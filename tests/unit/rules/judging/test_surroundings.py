"""The dust and oxygen by which conditions of marks are decided."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.judgement import MeanRow, Period, Stage
from schemas.registry_rows import SubjectRow
from services.rules.judging.surroundings import surrounded
from services.rules.judging.verdicts import Marked
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known
from services.rules.marks.timeline import timeline
from services.rules.plant_view import PointView, SubjectView

AT = datetime(2025, 3, 1, 4, tzinfo=UTC)
DUST, OXYGEN = 1, 2
PARAMS = MarkParameters()
BARE = Marked(timeline([], Known(AT), PARAMS), PARAMS)


def outlet(reference: float | None = 11.0) -> SubjectView:
    row = SubjectRow(7, 1, "outlet", "DA001", "", "air", reference_oxygen=reference)
    outward = {
        code: PointView(point, 7, "out", code, unit, None, None)
        for point, code, unit in ((DUST, "a34013", "mg/m3"), (OXYGEN, "a19001", "%"))
    }
    return SubjectView(row, {}, outward, {})


def row(point: int, value: str, converted: str | None = None, **given: object) -> MeanRow:
    usual = MeanRow(
        point,
        Period.HOUR,
        AT,
        Stage.FINAL,
        "computed",
        Decimal(value),
        {} if converted is None else {"11": Decimal(converted)},
        3600,
        3600,
        valid=True,
        at_least=False,
        mass=None,
        evidence={},
    )
    return usual._replace(**given)


def test_dust_is_that_converted_to_the_outlets_oxygen() -> None:
    found = surrounded(BARE, outlet(), [row(DUST, "120", "151"), row(OXYGEN, "13.5")])

    assert found is not None
    assert found.around.dust == {AT: 151}
    assert found.around.oxygen == {AT: Decimal("13.5")}


def test_dust_is_as_measured_where_the_outlet_converts_to_no_oxygen() -> None:
    found = surrounded(BARE, outlet(None), [row(DUST, "120")])

    assert found is not None
    assert found.around.dust == {AT: 120}


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(row(DUST, "120"), id="not converted"),
        pytest.param(row(DUST, "120", "151", valid=False), id="not valid"),
        pytest.param(row(DUST, "120", "140", at_least=True), id="over range"),
        pytest.param(row(DUST, "120", "140", period=Period.DAY), id="of a day"),
        pytest.param(row(9, "120", "140"), id="of another point"),
    ],
)
def test_what_is_not_known_of_the_hour_is_left_out(one: MeanRow) -> None:
    found = surrounded(BARE, outlet(), [one])

    assert found is not None
    assert found.around.dust == {}


def test_without_marks_nothing_is_asked() -> None:
    assert surrounded(None, outlet(), [row(OXYGEN, "13.5")]) is None
