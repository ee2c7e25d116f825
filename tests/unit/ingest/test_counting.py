"""What committed drafts add to the counters of check sums, policies and lags."""

from prometheus_client import CollectorRegistry

from schemas.lookup import BEGINNING_US, END_US, Channel, Lookup
from schemas.policies import Policy
from schemas.series import Series
from services.hj212.crc import modbus
from services.hj212.encode import enclose
from services.ingest.admit import DAY_US, ClockGuard
from services.ingest.counting import MOST_LAGS, count_draft
from services.ingest.draft import Draft
from services.ingest.memory import Memory
from services.ingest.message import Message
from services.ingest.metrics import ingest_metrics
from tests.fixtures.build import NOW_US, SECOND_US
from tests.fixtures.devices import device

GUARD = ClockGuard(600 * SECOND_US, dict.fromkeys(Series, 3650 * DAY_US))
LOOKUP = Lookup(
    1,
    [device(1), device(2, crc="off", policies=frozenset({Policy.LONG_DATA_TIME}))],
    [Channel(n, n, "w01018", BEGINNING_US, END_US, n) for n in (1, 2)],
)
NAME = "qingkong_ingest_"


def payload(number: int, data_time: str = "20260801080000", more: str = "") -> bytes:
    head = f"QN=20260801080000001;ST=32;CN=2011;PW=1;MN=MN{number};Flag=4;{more}"
    return enclose(f"{head}CP=&&DataTime={data_time};w01018-Rtd=1,w01018-Flag=N&&".encode())


def counted(draft: Draft) -> CollectorRegistry:
    registry = CollectorRegistry()
    count_draft(ingest_metrics(registry), draft)
    return registry


def drafted(*sent: tuple[int, bytes], received_us: int = NOW_US) -> Draft:
    draft = Draft(LOOKUP, GUARD, Memory())
    for number, one in sent:
        draft.add([Message(1, f"hj212/MN{number}", one, received_us, duplicate=False, qos=1)])
    return draft


def test_every_frame_is_counted_by_its_check_sum_whichever_way_it_went() -> None:
    good, segment = payload(1), payload(2)[6:-6]
    odd = b"##%04d%s%04X\r\n" % (len(segment), segment, modbus(segment))
    bad = good[:-6] + b"FFFF\r\n"

    registry = counted(drafted(*[(1, good)] * 5, (2, odd), (1, bad), (1, b"noise")))

    kinds = {
        kind: registry.get_sample_value(f"{NAME}frames_crc_total", {"kind": kind})
        for kind in ("hj212", "modbus", "bad", "unknown")
    }
    assert kinds == {"hj212": 5, "modbus": 1, "bad": 1, "unknown": 1}


def test_frames_that_a_policy_let_through_are_counted_by_it_and_resent_ones_are_not() -> None:
    long = payload(2, "20260801080000123")

    registry = counted(drafted((2, long), (2, long), (1, payload(1, more="RF=1;"))))

    names = {
        sample.labels["policy"]
        for family in registry.collect()
        if family.name == f"{NAME}frames_policy"
        for sample in family.samples
        if sample.name.endswith("_total")
    }
    assert names == {"long_data_time"}
    found = registry.get_sample_value(f"{NAME}frames_policy_total", {"policy": "long_data_time"})
    assert found == 2


def test_the_lag_from_data_time_to_receipt_is_told_once_a_device_and_batch() -> None:
    registry = counted(
        drafted(*[(1, payload(1))] * 4, (2, payload(2)), received_us=NOW_US + 7 * SECOND_US)
    )

    assert registry.get_sample_value(f"{NAME}device_lag_seconds_count") == 2
    within = {
        limit: registry.get_sample_value(f"{NAME}device_lag_seconds_bucket", {"le": limit})
        for limit in ("5.0", "15.0")
    }
    assert within == {"5.0": 0, "15.0": 2}


def test_a_batch_of_many_devices_tells_the_lag_of_some() -> None:
    draft = drafted()
    draft.lags_us = dict.fromkeys(range(10 * MOST_LAGS), SECOND_US)

    registry = counted(draft)

    assert registry.get_sample_value(f"{NAME}device_lag_seconds_count") == MOST_LAGS


def test_a_batch_that_the_database_refuses_has_no_notes() -> None:
    draft = drafted((2, payload(2, "20260801080000123")))
    assert draft.notes

    draft.reject_all("database", "x")

    assert draft.write(1, 0).notes == []
