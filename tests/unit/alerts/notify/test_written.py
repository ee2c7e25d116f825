"""Receivers and routes as people write them."""

import pytest

from schemas.notice import Channel, Escalation, Hours, Route
from services.alerts.notify_route_words import days_said, escalation_said, hours_said, route_line
from services.cases.receiver_words import Secrets, packed, shown_address, unpacked


def test_hours_days_and_escalations_are_read() -> None:
    assert hours_said("20:00-08:00") == Hours(begin_min=1200, end_min=480)
    assert hours_said("20:00-24:00") == Hours(begin_min=1200, end_min=1440)
    assert days_said("1-3,7") == frozenset({1, 2, 3, 7})
    assert escalation_said("30:chief,deputy") == Escalation(
        after_min=30, receivers=("chief", "deputy")
    )


@pytest.mark.parametrize(
    "text", ["8-20", "08:00-08:00", "24:00-08:00", "08:60-09:00", "20:00-0:00"]
)
def test_what_are_no_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--hours"):
        hours_said(text)


@pytest.mark.parametrize("text", ["0", "8", "5-1", "mon", ""])
def test_what_are_no_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--days"):
        days_said(text)


@pytest.mark.parametrize("text", ["chief", "30", "30:", "x:chief", "0:chief", "30:,"])
def test_what_is_no_escalation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"escalate|after_min|receivers"):
        escalation_said(text)


def test_a_route_is_a_line() -> None:
    route = Route(
        name="r",
        region="15",
        hours=Hours(begin_min=1200, end_min=480),
        days=frozenset({6, 7}),
        receivers=("duty",),
        plant_contacts=True,
        escalations=(Escalation(after_min=30, receivers=("chief",)),),
    )

    assert route_line(route) == (
        "region 15; from blue; 20:00-08:00; days 6,7 -> duty, the plant's contacts; "
        "after 30 min chief"
    )


def test_a_route_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one receiver"):
        Route(name="r")


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        (Channel.EMAIL, "duty@bureau.example", "duty@bureau.example"),
        (Channel.MQTT, "mqtts://u:p@broker.example/", "mqtts://broker.example:8883"),
        (Channel.WECOM, "https://q.example/send?key=TOKEN", "https://q.example/…"),
        (Channel.FEISHU, "https://f.example:8443/hook/TOKEN", "https://f.example:8443/…"),
    ],
)
def test_an_address_is_shown_without_its_token(channel: Channel, address: str, shown: str) -> None:
    assert shown_address(channel, address) == shown


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (Channel.EMAIL, "duty"),
        (Channel.EMAIL, "a@b.example\r\nBcc: c@d.example"),
        (Channel.EMAIL, "a@b.example, c@d.example"),
        (Channel.WEBHOOK, "ftp://a.example/"),
        (Channel.WEBHOOK, "https://"),
        (Channel.WEBHOOK, "https://u:p@a.example/"),
        (Channel.WEBHOOK, "https://a.example/ x"),
        (Channel.MQTT, "https://a.example/"),
    ],
)
def test_what_is_no_address_is_refused(channel: Channel, address: str) -> None:
    with pytest.raises(ValueError, match=r"address|begin with|leave user"):
        shown_address(channel, address)


def test_secrets_are_unpacked_as_packed_and_not_shown() -> None:
    kept = Secrets("https://a.example/?key=TOKEN", "s3cret")

    assert unpacked(packed(kept)) == kept
    assert "TOKEN" not in repr(kept)
    assert "s3cret" not in repr(kept)
