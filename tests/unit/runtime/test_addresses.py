"""Which addresses notices may go to, whatever form they are written in."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.addresses import forbidden
from services.runtime.notify_settings import networks_of

INNER = networks_of("10.1.0.0/16, fd00:1::/32")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "2002:5db8:d822::1"])
def test_public_addresses_may_be_gone_to(address: str) -> None:
    assert forbidden(address, ()) == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::",
        "nonsense",
    ],
)
def test_inner_addresses_may_not_in_any_form(address: str) -> None:
    assert forbidden(address, ())


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("fd00:1::5", True),
        ("fd00:2::5", False),
        ("127.0.0.1", False),
    ],
)
def test_what_is_allowed_is_allowed_and_nothing_more(address: str, may: bool) -> None:  # noqa: FBT001 - a table's column
    assert (forbidden(address, INNER) == "") is may


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_within_ipv6_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    plain = forbidden(str(address), ())

    assert forbidden(f"::ffff:{address}", ()) == plain
    assert forbidden(str(ipaddress.IPv6Address((0x64FF9B << 96) + int(address))), ()) == plain


@given(st.ip_addresses())
def test_what_passes_is_of_the_public_net(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert forbidden(str(address), ()) or address.is_global or address.version == 6
