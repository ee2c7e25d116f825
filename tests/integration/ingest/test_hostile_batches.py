"""Hostile messages that would hurt their neighbours: in one batch, over a split, by their number."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from itertools import product
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from schemas.lookup import Channel, Device, Lookup
from services.ingest.batching import SLICE_BYTES, BatchLimits
from services.ingest.message import Message
from services.runtime.settings import Settings
from tests.fixtures.hostile import Intake, intake
from tests.fixtures.hostile_messages import (
    HOSTILE,
    START,
    STRANGER,
    from_hj212,
    from_json,
    iso,
    json_payload,
    json_reading,
    said,
)
from tests.fixtures.kept import NOW, Kept

NOISE = b"##0002&&0000\n"
FLOOD = 1_500
UNPRINTABLE = ("\0", "\x01", "\x1b", "\x7f")
TEXTS = """
SELECT topic || coalesce(mn, '') || reason || detail || array_to_string(codes, ' ') FROM reject
UNION ALL SELECT coalesce(about, '') || code || value FROM parameter
UNION ALL SELECT kind || coalesce(about, '') || coalesce(code, '') || text FROM device_event
"""
REFUSE = (
    """CREATE FUNCTION refuse_it() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = 'check_violation'; END $$""",
    """CREATE TRIGGER refuse_it BEFORE INSERT ON device_event FOR EACH ROW
    WHEN (NEW.text = 'refuse me') EXECUTE FUNCTION refuse_it()""",
)


@pytest.fixture
async def slot(database: str) -> AsyncGenerator[Intake]:
    async with intake(database) as opened:
        yield opened


@pytest.fixture
def kept(slot: Intake, tmp_path: Path) -> Kept:
    return Kept(slot.url, Settings(database_url=SecretStr(slot.url), home=tmp_path))


def unprintable(char: str) -> dict[str, Message]:
    """A message for each place in which the character may stand."""
    info = "PolId=a21026,i13001-Info=5"
    event = {"time": iso(START), "kind": "log", "text": f"a{char}b"}
    return {
        "mn": from_hj212(said("a21026-Rtd=1", mn=f"T{char}T")),
        "cn": from_hj212(said("a21026-Rtd=1", cn=f"20{char}11")),
        "code": from_hj212(said(f"a{char}b-Rtd=1")),
        "flag": from_hj212(said(f"a21026-Rtd=1,a21026-Flag={char}")),
        "data time": from_hj212(said("a21026-Rtd=1", at=f"2026080108{char}000")),
        "qn": from_hj212(said(info, cn="3020", qn=f"2026080108000000{char}")),
        "key": from_hj212(said(f"{info};a{char}b=1", cn="3020")),
        "about": from_hj212(said(f"PolId=a{char}b,i13001-Info=5", cn="3020")),
        "parameter": from_hj212(said(f"PolId=a21026,i13001-Info=//a{char}b//", cn="3020")),
        "log": from_hj212(said(f"PolId=a21026,i11001-Info=//a{char}b//", cn="3020")),
        "code behind": from_hj212(said(f"a21026-Rtd=1&&a{char}b-Rtd=1&&")),
        "key behind": from_hj212(said(f"{info}&&a{char}b=c{char}d", cn="3020")),
        "unused field": from_hj212(said(f"a{char}b=c{char}d", cn="9999")),
        "topic": from_hj212(NOISE, f"hj212/a{char}b"),
        "json topic": from_json(b"{", f"cems/v1/a{char}b"),
        "json text": from_json(json_payload(events=[event])),
        "json word": from_json(json_payload(readings=[json_reading(code=f"a{char}b")])),
        "json mn": from_json(json_payload(mn=f"T{char}T", readings=[json_reading()])),
        "json key": from_json(json_payload(**{f"a{char}b": 1})),
    }


async def test_unprintable_characters_split_no_batch_and_are_substituted(slot: Intake) -> None:
    hostile = [message for char in UNPRINTABLE for message in unprintable(char).values()]

    account = await slot.take(*hostile * 2, honest=1_000)

    texts = [str(text) for (text,) in slot.rows(TEXTS)]
    assert account.batches == 1
    assert [text for text in texts if re.search("[\x00-\x08\x0b-\x1f\x7f]", text)] == []
    assert ("a\ufffdb", "c\ufffdd") in slot.rows("SELECT code, value FROM parameter")
    assert ("a\ufffdb",) in slot.rows("SELECT text FROM device_event")
    assert {"T\ufffdT"} <= {reject.mn for reject in account.rejects}
    assert ["a\ufffdb"] in [reject.codes for reject in account.rejects]
    assert "hj212/a\ufffdb" in {reject.topic for reject in account.rejects}


@pytest.mark.parametrize("where", list(unprintable("\0")))
async def test_a_character_the_database_cannot_take_holds_nothing_up(
    slot: Intake, where: str
) -> None:
    account = await slot.take(unprintable("\0")[where])

    assert account.batches == 1


def many_readings(count: int, sent_s: int) -> Message:
    """So many real-time values of one second each, sent at a second after START."""
    times = [iso(START - timedelta(seconds=number)) for number in range(count)]
    readings = [json_reading(float(sent_s), kind="realtime", time=time) for time in times]
    sent = iso(START + timedelta(seconds=sent_s))
    return from_json(json_payload(sent_at=sent, readings=readings))


async def test_a_batch_closes_by_its_bytes(slot: Intake) -> None:
    slot.limits = BatchLimits(size=5_000, age_s=1.0, payload_bytes=200_000)
    hostile = [many_readings(1_000, sent_s) for sent_s in range(11)]
    size = len(hostile[0].payload)

    account = await slot.take(*hostile)

    largest = slot.rows("SELECT max(block_bytes) FROM batch")
    assert account.batches >= 11 * size // (SLICE_BYTES + size)
    assert int(str(largest[0][0])) < 200_000 + SLICE_BYTES + size + 10_000
    assert account.outcomes == "s" * 11


async def test_a_batch_closes_by_its_readings(slot: Intake) -> None:
    slot.limits = BatchLimits(size=5_000, age_s=1.0, rows=1_000)
    hostile = [many_readings(1_000, sent_s) for sent_s in range(11)]

    account = await slot.take(*hostile)

    assert account.batches >= 3
    assert account.outcomes == "s" * 11


async def test_a_batch_closes_by_its_frames(slot: Intake) -> None:
    slot.limits = BatchLimits(size=5_000, age_s=1.0, frames=1_000)

    account = await slot.take(*[from_hj212(NOISE * 5_000) for _ in range(11)])

    largest = slot.rows("SELECT max(frames) FROM batch")
    assert account.batches >= 2
    assert int(str(largest[0][0])) <= 1_000 + SLICE_BYTES // len(NOISE)


async def test_messages_that_correct_all_of_the_last_ones_are_stored_in_time(slot: Intake) -> None:
    hostile = [many_readings(10_000, sent_s) for sent_s in range(2)]

    account = await slot.take(*hostile)

    assert account.outcomes == "ss"
    assert set(slot.values(HOSTILE)) == {1.0}


async def test_a_message_over_hundreds_of_chunks_is_stored_in_time(slot: Intake) -> None:
    spread = (("minute", 7, 255), ("realtime", 1, 85), ("hour", 90, 25), ("day", 365, 6))
    readings = [
        json_reading(kind=kind, time=iso(START - timedelta(days=days * number)))
        for kind, days, count in spread
        for number in range(count)
    ]

    account = await slot.take(from_json(json_payload(readings=readings)))

    assert account.outcomes == "s"


@pytest.mark.parametrize("honest", [0, 4])
async def test_two_publishers_that_flood_do_not_stop_the_intake(slot: Intake, honest: int) -> None:
    stranger = json_payload(mn=STRANGER, readings=[json_reading()])
    flood = [
        make(payload, f"{prefix}{publisher}")
        for make, payload, prefix in (
            (from_hj212, said("a21026-Rtd=1", mn=STRANGER), "hj212/"),
            (from_json, stranger, "cems/v1/"),
        )
        for publisher in ("X1", "X2")
    ]

    account = await slot.take(*flood * FLOOD, honest=honest)

    assert account.outcomes == "x" * len(flood) * FLOOD


async def test_noise_of_many_publishers_does_not_stop_the_intake(slot: Intake) -> None:
    flood = [from_hj212(NOISE, f"hj212/X{number}") for number in range(10)]

    account = await slot.take(*flood * 200, honest=0)

    assert account.outcomes == "x" * 2_000


class Faulty(Lookup):
    """A registry's copy with a fault of ours: it cannot be asked for one MN."""

    def __init__(self, sound: Lookup) -> None:
        super().__init__(sound.version, (), ())
        self.sound = sound

    def device(self, mn: str, at_us: int) -> Device | None:
        if mn == STRANGER:
            raise ZeroDivisionError("a fault on purpose")
        return self.sound.device(mn, at_us)

    def channel(self, device: int, code: str, at_us: int) -> Channel | None:
        return self.sound.channel(device, code, at_us)


HALF_GOOD = [{"mn": mn, "readings": [json_reading(kind="realtime")]} for mn in (HOSTILE, STRANGER)]
FAULTS = {
    "hj212 topic": from_hj212(said("a21026-Rtd=1", mn=STRANGER), f"hj212/{STRANGER}"),
    "hj212 MN": from_hj212(said("a21026-Rtd=1", mn=STRANGER)),
    "hj212 second frame": from_hj212(said("a21026-Rtd=1") + said("a21026-Rtd=2", mn=STRANGER)),
    "json topic": from_json(json_payload(readings=[json_reading()]), f"cems/v1/{STRANGER}"),
    "json list": from_json(orjson.dumps(HALF_GOOD)),
}


@pytest.mark.parametrize("message", FAULTS.values(), ids=FAULTS)
async def test_a_message_that_meets_a_fault_of_ours_is_rejected_alone(
    slot: Intake, message: Message
) -> None:
    slot.keeper.lookup = Faulty(slot.keeper.lookup)

    account = await slot.take(message)

    assert "internal" in account.reasons
    assert set(account.reasons) == {"internal"}
    assert account.batches == 1
    assert len(slot.values(HOSTILE)) == account.outcomes.count("s")


@pytest.mark.parametrize("message", FAULTS.values(), ids=FAULTS)
async def test_a_fault_of_ours_in_a_batch_that_the_database_refuses_is_rejected_alone(
    slot: Intake, kept: Kept, message: Message
) -> None:
    slot.keeper.lookup = Faulty(slot.keeper.lookup)
    kept.owner(*REFUSE)
    event = {"time": iso(START), "kind": "log", "text": "refuse me"}

    account = await slot.take(message, from_json(json_payload(events=[event])))

    assert {"internal", "database"} <= set(account.reasons)


async def test_what_is_kept_of_hostile_messages_can_be_verified(slot: Intake, kept: Kept) -> None:
    hostile = [
        *(unprintable(char)[where] for char, where in product("\0\x01", unprintable("\0"))),
        from_hj212(said("a21026-Rtd=7") + NOISE * 2_000 + said("a21026-Rtd=8")),
        from_json(orjson.dumps([{"mn": STRANGER, "readings": [json_reading()]}] * 500)),
        many_readings(100, 1),
        many_readings(100, 2),
        from_hj212(said("a21026-Avg=1,a21026-SampleTime=20990101000000;a21002-Avg=2", cn="2051")),
        from_hj212(said("a21026-Rtd=9", qn="20990101000000000")),
    ]
    await slot.take(*hostile)

    report = await kept.verify(deep=True, now=NOW)

    assert report.findings == []


@pytest.mark.parametrize("message", FAULTS.values(), ids=FAULTS)
async def test_readings_behind_a_fault_of_ours_can_be_verified_after_its_mending(
    slot: Intake, kept: Kept, message: Message
) -> None:
    slot.keeper.lookup = Faulty(slot.keeper.lookup)
    await slot.take(message)

    report = await kept.verify(deep=True, now=NOW)

    assert report.findings == []
