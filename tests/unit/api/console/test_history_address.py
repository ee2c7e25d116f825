"""A verdict leads to the means around it, in the history explorer."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from schemas.judgement import Period
from services.api.console.pages.verdict import history_address
from services.api.models.evidence import VerdictEvidenceModel
from services.api.models.history import PointName

START = datetime(2026, 8, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "around"),
    [(Period.HOUR, timedelta(hours=12)), (Period.DAY, timedelta(days=7))],
    ids=["an hour: half a day", "a day: a week"],
)
def test_it_is_in_the_middle_of_what_is_seen(period: Period, around: timedelta) -> None:
    point = PointName(plant="P 1&", subject="DA001", side="out", code="a21026")
    found = VerdictEvidenceModel.model_construct(point=point, period=period, start=START)

    query = parse_qs(urlsplit(history_address(found)).query)

    assert query["p"] == ["P 1&/DA001/out/a21026"]
    assert query["kind"] == [period.value]
    assert [datetime.fromisoformat(query[name][0]) for name in ("from", "to")] == [
        START - around,
        START + around,
    ]
