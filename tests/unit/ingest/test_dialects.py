"""Which way a device's frames are read follows from the registry at the time of receipt."""

import pytest

from schemas.lookup import BEGINNING_US, END_US, Device, DeviceKey, Lookup
from schemas.policies import Policy
from services.hj212.dialect import STRICT, Dialect
from services.hj212.frame import CrcPolicy
from services.ingest.dialects import dialect_of, dialects_at, reads_plainly, unopened
from tests.fixtures.build import NOW_US, SECOND_US
from tests.fixtures.devices import device

OLD = DeviceKey(BEGINNING_US, NOW_US, b"old key of 16 by")
NEW = DeviceKey(NOW_US, END_US, b"new key of 16 by")
SHUT = DeviceKey(BEGINNING_US, END_US, None)


def lookup(*devices: Device) -> Lookup:
    return Lookup(1, devices, ())


def test_a_standard_device_is_read_by_no_dialect() -> None:
    found = lookup(device(1), device(2, gateway="GW"))

    assert dialects_at(found, "MN1", NOW_US) is None
    assert dialects_at(found, "GW", NOW_US) is None


def test_one_lenient_device_makes_its_gateway_lenient_but_no_other_device() -> None:
    odd = device(1, gateway="GW", policies=frozenset({Policy.BARE_CODES}))
    dialects = dialects_at(lookup(odd, device(2, gateway="GW"), device(3)), "GW", NOW_US)

    assert dialects is not None
    assert dialects("MN1") == Dialect(policies=frozenset({Policy.BARE_CODES}))
    assert dialects("MN2") == STRICT
    assert dialects("MN9") == STRICT


def test_a_publisher_is_not_read_by_the_dialect_of_an_mn_it_may_not_speak_for() -> None:
    odd, own = device(1, crc="off"), device(2, crc="accept_modbus")
    dialects = dialects_at(lookup(odd, own), "MN2", NOW_US)

    assert dialects is not None
    assert dialects("MN1").crc is CrcPolicy.ACCEPT_MODBUS


@pytest.mark.parametrize("mn", ["", "mn1", "nonsense"], ids=["none", "other case", "unknown"])
def test_where_no_mn_is_known_the_device_of_the_topic_decides(mn: str) -> None:
    odd = device(1, policies=frozenset({Policy.MN_FROM_TOPIC}))
    dialects = dialects_at(lookup(odd), "MN1", NOW_US)

    assert dialects is not None
    assert Policy.MN_FROM_TOPIC in dialects(mn).policies


def test_an_mn_that_is_no_longer_held_lends_its_dialect_to_nobody() -> None:
    gone = device(1, crc="off", to_us=NOW_US)
    dialects = dialects_at(lookup(gone), "MN1", NOW_US)

    assert dialects is not None
    assert dialects("MN1") == STRICT


@pytest.mark.parametrize(
    ("received_us", "first"),
    [(NOW_US - SECOND_US, OLD), (NOW_US, NEW), (NOW_US + SECOND_US, NEW)],
    ids=["before the change", "at the change", "after it"],
)
def test_the_key_of_the_time_is_tried_first_and_all_others_after_it(
    received_us: int, first: DeviceKey
) -> None:
    keys = dialect_of(device(1, keys=(NEW, SHUT, OLD)), received_us).sm4_keys

    assert keys[0] == first.opened
    assert set(keys) == {OLD.opened, NEW.opened}


def test_keys_that_cannot_be_opened_are_known_by_it() -> None:
    assert unopened(device(1, keys=(NEW, SHUT))) == [SHUT]


def test_a_key_is_in_no_repr() -> None:
    shown = repr(dialect_of(device(1, keys=(NEW,)), NOW_US)) + repr(device(1, keys=(NEW,)))

    assert "new key" not in shown


@pytest.mark.parametrize(
    ("given", "plainly"),
    [
        ({}, True),
        ({"policies": frozenset({Policy.LONG_DATA_TIME})}, True),
        ({"policies": frozenset({Policy.REQUIRE_SM4})}, False),
        ({"keys": (NEW,)}, False),
    ],
    ids=["standard", "a policy of odd frames", "must encrypt", "has a key"],
)
def test_good_frames_go_the_fast_way_unless_the_dialect_may_refuse_them(
    given: dict[str, object],
    plainly: bool,  # noqa: FBT001 - a table case
) -> None:
    assert reads_plainly(device(1, **given)) is plainly
