"""Rejected frames come in again once their cause is mended, and the chains stay provable."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from schemas.series import Series
from services.ingest.proof.rebuild import Rebuild, Rebuilt
from services.ingest.proof.rejects import RejectRetry, Retried, RetryOrder
from services.runtime.settings import Settings
from services.store.batch_walk import Span
from services.store.connection import connect
from services.store.rejects import Wanted
from tests.fixtures.kept import NOW, START, Kept, frame

READINGS = "SELECT * FROM reading_realtime ORDER BY channel, time"
TIMES = "SELECT DISTINCT time, sent_at FROM reading_realtime"
RETRIES = "SELECT outcome, clock_offset_s, actor FROM reject_retry ORDER BY id"
EVERYTHING = Wanted()
PLAINLY = RetryOrder("test")


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))


async def retry(
    kept: Kept, wanted: Wanted = EVERYTHING, order: RetryOrder = PLAINLY
) -> list[Retried]:
    lookup = await kept.lookup()
    async with await connect(kept.url, "ingest", "test") as connection:
        return await RejectRetry(connection, lookup, kept.guard, order, _silent).run(wanted)


async def rebuild(kept: Kept) -> Rebuilt:
    lookup = await kept.lookup()
    async with await connect(kept.url, "ingest", "test") as connection:
        return await Rebuild(connection, lookup, kept.guard, tuple(Series), _silent).run(Span())


def _silent(_done: int) -> None:
    return


async def test_an_unknown_device_is_stored_once_it_is_registered(kept: Kept) -> None:
    kept.register("MN-A")
    await kept.store([("MN-A", frame("MN-A", START)), ("MN-B", frame("MN-B", START))], START)
    too_early = await retry(kept)
    kept.register("MN-B")

    mended = await retry(kept, Wanted(reason="unknown_device"))
    once_more = await retry(kept)

    assert [one.outcome for one in too_early] == ["rejected"]
    assert [one.outcome for one in mended] == ["stored"]
    assert [one.outcome for one in once_more] == ["skipped"]
    assert kept.rows(RETRIES) == [("rejected", 0, "test"), ("stored", 0, "test")]
    assert kept.rows("SELECT count(*), count(DISTINCT batch) FROM reading_realtime") == [(6, 2)]
    assert kept.rows("SELECT count(*) FROM reject") == [(1,)]
    report = await kept.verify(deep=True)
    assert report.findings == []


async def test_codes_that_were_unknown_are_added_and_the_others_are_repeats(kept: Kept) -> None:
    kept.register("MN-A", codes=["a21026"])
    await kept.store([("MN-A", frame("MN-A", START))], START)
    kept.owner(
        "INSERT INTO point (subject, side, code) VALUES (1, 'out', 'other')",
        "INSERT INTO channel (device, code) VALUES (1, 'a21002')",
        "INSERT INTO channel_binding (channel, point, valid)"
        " VALUES (currval('channel_id_seq'), currval('point_id_seq'), tstzrange(NULL, NULL))",
    )

    done = await retry(kept)

    assert [one.outcome for one in done] == ["stored"]
    assert kept.rows("SELECT reason, codes FROM reject ORDER BY id") == [
        ("unknown_code", ["a21002", "a34013"]),
        ("unknown_code", ["a34013"]),
    ]
    assert kept.rows("SELECT count(*) FROM reading_realtime") == [(2,)]
    assert (await kept.verify(deep=True)).findings == []


@pytest.mark.parametrize("form", ["hj212", "json"])
async def test_a_wrong_clock_is_mended_by_a_stated_offset(kept: Kept, form: str) -> None:
    kept.register("MN-A")
    ahead = START + timedelta(days=365)
    payload, topic = frame("MN-A", ahead), "hj212/MN-A"
    if form == "json":
        topic = "cems/v1/MN-A"
        reading = {"time": ahead.isoformat(), "kind": "realtime", "code": "a21026", "value": 1.0}
        payload = orjson.dumps({"sent_at": ahead.isoformat(), "readings": [reading]})
    await kept.store([("MN-A", payload)], START, topic=topic)
    offset = RetryOrder("test", clock_offset_s=-365 * 86400)

    dry = await retry(kept, order=RetryOrder("test", offset.clock_offset_s, dry_run=True))
    done = await retry(kept, order=offset)

    assert [one.outcome for one in (*dry, *done)] == ["stored", "stored"]
    ((time, sent_at),) = kept.rows(TIMES)
    assert time == START
    assert sent_at is not None
    assert kept.rows(RETRIES) == [("stored", -365 * 86400, "test")]
    assert (await kept.verify(deep=True)).findings == []


async def test_readings_are_rebuilt_as_they_were_after_their_chunks_were_dropped(
    kept: Kept,
) -> None:
    kept.register("MN-A", "MN-B")
    for step in range(4):
        at = START + timedelta(seconds=30 * step)
        await kept.store([(mn, frame(mn, at, step)) for mn in ("MN-A", "MN-B", "MN-X")], at)
    await kept.store([("MN-A", frame("MN-A", START, 0.0))], NOW)
    await kept.store([("MN-A", frame("MN-A", START, 8.0, ms=9))], NOW)
    await kept.store([("MN-B", frame("MN-B", START, 9.0, ms=0))], NOW)
    kept.register("MN-X")
    before = (
        kept.rows(READINGS),
        kept.rows("SELECT * FROM reading_revision ORDER BY batch, seq, channel"),
    )
    late = NOW + timedelta(days=200)
    kept.owner("SELECT drop_chunks('reading_realtime', TIMESTAMPTZ '2026-12-01')")
    dropped = await kept.verify(deep=True, now=late)

    first = await rebuild(kept)
    second = await rebuild(kept)

    after = (
        kept.rows(READINGS),
        kept.rows("SELECT * FROM reading_revision ORDER BY batch, seq, channel"),
    )
    assert after == before
    assert (first.readings, second.readings) == (len(before[0]), 0)
    assert dropped.findings == []
    assert dropped.deep is not None
    assert dropped.deep.not_checkable > 0
    assert (await kept.verify(deep=True)).findings == []


async def test_readings_gone_before_their_time_are_missing(kept: Kept) -> None:
    kept.register("MN-A")
    await kept.store([("MN-A", frame("MN-A", START))], START)

    kept.owner("SELECT drop_chunks('reading_realtime', TIMESTAMPTZ '2026-12-01')")
    report = await kept.verify(deep=True)

    assert {one.kind.value for one in report.findings} == {"reading_missing", "reading_count"}
