"""For whom a silence holds."""

from dataclasses import replace

import pytest

from schemas.alert import AlertKind, Severity, Target
from schemas.silence import Silence
from services.rules.alerting.silences import CaseFacts, silenced_by
from tests.fixtures.cases import at

FACTS = CaseFacts(
    AlertKind.LIMIT_HOUR,
    Severity.ORANGE,
    Target(plant=1, subject=2, point=3),
    regions=frozenset({"150204", "150200", "150000"}),
    devices=frozenset({9}),
)
PLANT = Silence(1, at(8), at(12), "pump replaced", "li", plant=1)
NOWHERE = replace(PLANT, plant=None)


@pytest.mark.parametrize(
    ("silence", "holds"),
    [
        (PLANT, True),
        (replace(PLANT, plant=2), False),
        (replace(PLANT, plant=2, subject=2), False),
        (replace(NOWHERE, subject=2), True),
        (replace(NOWHERE, subject=5), False),
        (replace(NOWHERE, device=9), True),
        (replace(NOWHERE, device=8), False),
        (replace(NOWHERE, region="150000"), True),
        (replace(NOWHERE, region="150200"), True),
        (replace(NOWHERE, region="450000"), False),
        (replace(NOWHERE, kinds=frozenset({AlertKind.LIMIT_HOUR})), True),
        (replace(PLANT, kinds=frozenset({AlertKind.NO_DATA})), False),
        (replace(PLANT, severity=Severity.ORANGE), True),
        (replace(PLANT, severity=Severity.YELLOW), False),
        (replace(PLANT, withdrawn=True), False),
        (NOWHERE, False),
    ],
)
def test_a_silence_holds_where_all_that_it_names_is_the_cases_own(
    silence: Silence, *, holds: bool
) -> None:
    found = silenced_by(FACTS, [silence], at(9))

    assert found == (silence if holds else None)


@pytest.mark.parametrize(("when", "holds"), [(7.9, False), (8, True), (11.9, True), (12, False)])
def test_it_holds_from_its_beginning_to_before_its_end(when: float, *, holds: bool) -> None:
    assert (silenced_by(FACTS, [PLANT], at(when)) is not None) == holds


def test_of_several_maintenance_counts_then_the_longest() -> None:
    longer = replace(PLANT, silence=2, until=at(20))
    planned = replace(PLANT, silence=3, maintenance=True)

    assert silenced_by(FACTS, [PLANT, longer], at(9)) == longer
    assert silenced_by(FACTS, [PLANT, longer, planned], at(9)) == planned
    assert silenced_by(FACTS, [], at(9)) is None
