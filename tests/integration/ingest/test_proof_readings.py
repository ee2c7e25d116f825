"""A reading that its frame does not say, or that is gone, is named with both values."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.evidence.finding import Finding, Kind
from services.runtime.settings import Settings
from tests.fixtures.kept import Kept, fill


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    settings = Settings(database_url=SecretStr(database), home=tmp_path)
    return Kept(database, settings)


def kinds(findings: Sequence[Finding]) -> set[Kind]:
    return {finding.kind for finding in findings}


ROW = """
INSERT INTO reading_realtime (time, channel, value, span_s, received_at, batch, seq)
VALUES ('2026-08-01T00:00:45Z', 1, 5, 30, now(), %s, 0)
"""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param(
            "UPDATE reading_realtime SET value = 7.5 "
            " WHERE channel = 1 AND time = '2026-08-01T00:00:30Z'",
            {(Kind.READING_CHANGED, 2, "a21026", "7.5", "1.0")},
            id="value changed",
        ),
        pytest.param(
            "DELETE FROM reading_realtime  WHERE channel = 1 AND time = '2026-08-01T00:00:30Z'",
            {
                (Kind.READING_MISSING, 2, "a21026", None, "1.0"),
                (Kind.READING_COUNT, 2, None, "8", "9"),
            },
            id="reading deleted",
        ),
        pytest.param(
            ROW % "(SELECT id FROM batch WHERE slot = 0 AND number = 2)",
            {
                (Kind.READING_UNEXPLAINED, 2, "a21026", "5.0", None),
                (Kind.READING_COUNT, 2, None, "10", "9"),
            },
            id="reading put into a batch",
        ),
        pytest.param(
            ROW % "987654",
            {(Kind.READING_UNEXPLAINED, None, "a21026", "5.0", None)},
            id="reading of no batch",
        ),
        pytest.param(
            "UPDATE reading_realtime SET time = time + INTERVAL '15 s' "
            " WHERE channel = 1 AND time = '2026-08-01T00:00:30Z'",
            {
                (
                    Kind.READING_CHANGED,
                    2,
                    "a21026",
                    "time 2026-08-01 00:00:45+00:00",
                    "time 2026-08-01 00:00:30+00:00",
                )
            },
            id="time changed",
        ),
        pytest.param(
            "UPDATE reject SET bytes = 'other'",
            {(Kind.REJECT_DIFFERS, 4, None, None, None)},
            id="bytes of a reject changed",
        ),
        pytest.param(
            "DELETE FROM reading_revision WHERE value = 4",
            {
                (Kind.READING_MISSING, 4, "a21026", None, "4.0"),
                (Kind.READING_COUNT, 4, None, "8", "9"),
            },
            id="revision deleted",
        ),
    ],
)
async def test_a_false_reading_is_named_with_what_its_frame_says(
    kept: Kept, statement: str, expected: set[tuple[object, ...]]
) -> None:
    await fill(kept)

    kept.owner(statement)
    report = await kept.verify(deep=True)

    found = {
        (one.kind, one.place.number, one.place.code, one.found, one.expected)
        for one in report.findings
    }
    assert found == expected


async def test_a_binding_changed_since_is_a_warning_and_no_accusation(kept: Kept) -> None:
    await fill(kept)
    kept.owner(
        "UPDATE channel_binding SET valid = tstzrange('2026-08-02', NULL) WHERE channel = 1",
        "INSERT INTO registry_change (actor, source, summary) VALUES ('t', 't', '{}')",
    )

    report = await kept.verify(deep=True)

    assert kinds(report.findings) == {Kind.REGISTRY_DIFFERS}
    assert report.clean


async def test_a_binding_mended_for_the_past_leaves_readings_proven(kept: Kept) -> None:
    await fill(kept)
    kept.owner(
        "UPDATE channel_binding SET rank = 'spare', point = 2 WHERE channel = 1",
        "INSERT INTO registry_change (actor, source, summary) VALUES ('t', 't', '{}')",
    )

    report = await kept.verify(deep=True)

    assert report.findings == []


async def test_revisions_under_an_id_of_before_count_once(kept: Kept) -> None:
    await fill(kept)
    copied = (
        "INSERT INTO reading_revision (series, time, channel, value, span_s, received_at, batch, seq)"
        " SELECT 'realtime', time, 999, value, span_s, received_at, batch, seq"
        " FROM reading_realtime WHERE channel = 1 LIMIT 1"
    )
    kept.owner(copied, "INSERT INTO channel_merged (old, channel) VALUES (999, 1)")

    report = await kept.verify(deep=True)

    assert report.findings == []


async def test_a_recorded_change_of_the_registry_excuses_no_changed_value_or_flag(
    kept: Kept,
) -> None:
    await fill(kept)
    kept.owner(
        "INSERT INTO registry_change (actor, source, summary) VALUES ('t', 't', '{}')",
        "UPDATE reading_realtime SET flag = 'D' WHERE channel = 1 AND value = 0",
        "UPDATE reading_realtime SET value = 77 WHERE channel = 1 AND value = 2",
    )

    report = await kept.verify(deep=True)

    assert [one.kind for one in report.findings] == [Kind.READING_CHANGED, Kind.READING_CHANGED]
