"""A finding on a furnace is no surer than the article of law that it names."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Stage
from schemas.registry_words import BEIJING
from services.rules.incineration import (
    FurnaceMean,
    IncinerationParameters,
    furnace_day,
    household,
)
from services.rules.incineration_findings import Place, furnace_finding

DAY = datetime(2025, 3, 1, 16, tzinfo=UTC)
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("since", "doubts"),
    [
        pytest.param(DAY, (), id="the law on air, read"),
        pytest.param(
            datetime(2026, 8, 31, 16, tzinfo=UTC),
            ("article:furnace_temperature",),
            id="the Environmental Code, not read",
        ),
    ],
)
def test_a_finding_is_as_sure_as_the_article_it_names(
    since: datetime, doubts: tuple[str, ...]
) -> None:
    place = Place(1, 2, since, since + timedelta(days=1), Stage.FINAL)
    rule = household(IncinerationParameters())
    day = furnace_day([FurnaceMean(since + n * FIVE, Decimal(800)) for n in range(288)], rule)

    finding = furnace_finding(day, rule, place, BEIJING)

    assert finding is not None
    assert (finding.doubts, finding.sure) == (doubts, not doubts)
