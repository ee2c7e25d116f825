"""Encrypted frames are stored with the device's key, whichever of its keys they were made with."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from schemas.policies import Policy
from schemas.series import Series
from services.hj212.encode import encrypt
from services.ingest.keeper import Keeper
from services.ingest.metrics import ingest_metrics
from services.ingest.proof.rebuild import Rebuild
from services.ingest.proof.rejects import RejectRetry, Retried, RetryOrder
from services.runtime.seal import Opener, device_key, nothing_opens, opener_of, seal
from services.runtime.settings import Settings
from services.store.batch_walk import Span
from services.store.connection import connect
from services.store.device_keys import device_of, set_key
from services.store.registry_write import RegistryChange, registry_lock
from services.store.rejects import Wanted
from services.store.session import session
from tests.fixtures.kept import NOW, START, Kept, frame

SEAL = bytes(range(32))
OTHER_SEAL = bytes(32)
FIRST, SECOND = b"first key 16 by.", b"second key 16 b."
FORMS = [Policy.SM4_RAW, Policy.SM4_BRACES, Policy.SM4_HEX, Policy.SM4_BASE64]
WHY = "SELECT reason FROM reject"


def text_of(key: bytes) -> SecretStr:
    return SecretStr(base64.b64encode(key).decode())


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    url = SecretStr(database)
    kept = Kept(database, Settings(database_url=url, home=tmp_path, seal_key=text_of(SEAL)))
    kept.register("MN-A")
    return kept


def give(kept: Kept, key: bytes, since: datetime, seal_key: bytes = SEAL) -> None:
    with session(kept.url, "registrar", "test") as connection, registry_lock(connection):
        device = device_of(connection, "MN-A", START)
        assert device is not None
        sealed = seal(seal_key, key, device_key(device.id))
        set_key(connection, device, (sealed, since), RegistryChange("test", "test", {}))


def sealed_frame(
    at: datetime, key: bytes, value: float = 1.0, form: Policy = Policy.SM4_RAW
) -> tuple[str, bytes]:
    return "MN-A", encrypt(frame("MN-A", at, value), key, form)


async def retry(kept: Kept) -> list[Retried]:
    lookup = await kept.lookup()
    async with await connect(kept.url, "ingest", "test") as connection:
        order = RetryOrder("test")
        work = RejectRetry(connection, lookup, kept.guard, order, lambda _done: None)
        return await work.run(Wanted())


def without_seal(kept: Kept, seal_key: bytes | None) -> Kept:
    settings = kept.settings.model_copy(
        update={"seal_key": None if seal_key is None else text_of(seal_key)}
    )
    return replace(kept, settings=settings)


@pytest.mark.parametrize("form", FORMS)
async def test_an_encrypted_frame_is_stored_noted_and_proven(kept: Kept, form: Policy) -> None:
    give(kept, FIRST, START - timedelta(days=1))

    written = await kept.store([sealed_frame(START, FIRST, 1.5, form)], START)

    assert written.head.outcomes == "s", kept.rows("SELECT reason, detail FROM reject")
    assert kept.rows("SELECT value FROM reading_realtime ORDER BY channel LIMIT 1") == [(1.5,)]
    assert kept.rows("SELECT note, frames FROM frame_note") == [("encrypted", 1)]
    report = await kept.verify(deep=True)
    assert report.findings == []
    assert report.deep is not None
    assert report.deep.readings == 3


async def test_a_frame_without_a_key_is_rejected_and_stored_once_the_key_is_set(kept: Kept) -> None:
    await kept.store([sealed_frame(START, FIRST)], START)
    assert kept.rows(WHY) == [("no_key",)]
    give(kept, SECOND, START)
    wrong = await retry(kept)
    give(kept, FIRST, START + timedelta(seconds=1))

    right = await retry(kept)

    # What the wrong key left behind is a reject of its own, and by then a repeat.
    assert [one.outcome for one in (*wrong, *right)] == ["rejected", "stored", "repeated"]
    assert "wrong_key" in wrong[0].why
    assert (await kept.verify(deep=True)).findings == []


async def test_after_a_change_of_keys_backfill_with_the_former_key_is_stored(kept: Kept) -> None:
    give(kept, FIRST, START - timedelta(days=1))
    give(kept, SECOND, START)
    late, early = START + timedelta(minutes=5), START - timedelta(minutes=5)

    written = await kept.store(
        [
            sealed_frame(START, SECOND, 1.0),
            sealed_frame(early, FIRST, 2.0),
            sealed_frame(late, FIRST, 3.0),
        ],
        late,
    )

    assert written.head.outcomes == "sss"


@pytest.mark.parametrize("seal_key", [None, OTHER_SEAL], ids=["none", "another"])
async def test_without_the_right_seal_key_frames_wait_as_rejects_for_it(
    kept: Kept, seal_key: bytes | None
) -> None:
    give(kept, FIRST, START - timedelta(days=1))
    blind = without_seal(kept, seal_key)

    await blind.store([sealed_frame(START, FIRST), ("MN-A", frame("MN-A", START))], START)

    ((reason, detail),) = kept.rows("SELECT reason, detail FROM reject")
    assert reason == "no_key"
    assert "QINGKONG_SEAL_KEY" in str(detail)
    assert kept.rows("SELECT count(*) FROM reading_realtime") == [(3,)]
    (mended,) = await retry(kept)
    assert mended.outcome == "repeated"


async def test_the_keys_that_count_behind_a_gateway_are_those_of_the_device(kept: Kept) -> None:
    give(kept, FIRST, START - timedelta(days=1))
    kept.owner("UPDATE device SET gateway = 'GW'")
    _, payload = sealed_frame(START, FIRST)
    await kept.store([("GW", payload)], START)
    assert kept.rows(WHY) == []
    blind = without_seal(kept, OTHER_SEAL)

    report = await blind.verify(deep=True)
    await blind.store([("GW", payload)], START + timedelta(seconds=1))

    assert report.clean
    ((reason, detail),) = kept.rows("SELECT reason, detail FROM reject")
    assert reason == "no_key"
    assert "QINGKONG_SEAL_KEY" in str(detail)


async def test_readings_of_encrypted_frames_are_rebuilt_with_the_keys(kept: Kept) -> None:
    give(kept, FIRST, START - timedelta(days=1))
    await kept.store([sealed_frame(START, FIRST)], START)
    before = kept.rows("SELECT * FROM reading_realtime ORDER BY channel")
    kept.owner("SELECT drop_chunks('reading_realtime', TIMESTAMPTZ '2026-12-01')")
    lookup = await kept.lookup()

    async with await connect(kept.url, "ingest", "test") as connection:
        work = Rebuild(connection, lookup, kept.guard, tuple(Series), lambda _done: None)
        await work.run(Span())

    assert kept.rows("SELECT * FROM reading_realtime ORDER BY channel") == before


async def test_a_verification_without_the_seal_key_accuses_nobody(kept: Kept) -> None:
    give(kept, FIRST, START - timedelta(days=1))
    await kept.store([sealed_frame(START, FIRST)], START)

    report = await without_seal(kept, None).verify(deep=True)

    assert report.clean
    assert {one.kind.value for one in report.findings} == {"no_key"}


async def test_a_device_that_must_encrypt_is_refused_in_clear(kept: Kept) -> None:
    give(kept, FIRST, START - timedelta(days=1))
    kept.allow("MN-A", "require_sm4")

    written = await kept.store(
        [("MN-A", frame("MN-A", START)), sealed_frame(START, FIRST)] * 3, START
    )

    assert set(written.head.outcomes[::2]) == {"x"}
    assert written.head.outcomes[1::2] == "srr"
    assert set(kept.rows(WHY)) == {("not_encrypted",)}


@pytest.mark.parametrize(
    ("opener", "opened"),
    [(opener_of(Settings(seal_key=text_of(SEAL))), FIRST), (nothing_opens, None)],
    ids=["with the seal key", "without"],
)
async def test_the_keeper_opens_keys_and_says_which_it_cannot(
    kept: Kept, opener: Opener, opened: bytes | None
) -> None:
    give(kept, FIRST, NOW)
    keeper = Keeper(kept.url, ingest_metrics(CollectorRegistry()), opener)

    await keeper.refresh()
    await keeper.close()

    device = keeper.lookup.device("MN-A", 0)
    assert device is not None
    assert [key.opened for key in device.keys] == [opened]
    assert FIRST.decode() not in repr(keeper.lookup.device("MN-A", 0))


async def test_a_sealed_key_moved_to_another_device_cannot_be_opened(kept: Kept) -> None:
    kept.register("MN-B")
    give(kept, FIRST, START - timedelta(days=1))
    with psycopg.connect(kept.url) as connection:
        connection.execute("UPDATE device_key SET device = 2")
    moved = encrypt(frame("MN-B", START), FIRST)

    await kept.store([("MN-B", moved)], START)

    assert kept.rows(WHY) == [("no_key",)]
