"""Where notices may go and by what post: as written in the environment."""

import pytest
from pydantic import SecretStr, ValidationError

from services.runtime.notify_settings import networks_of
from services.runtime.settings import Settings
from services.runtime.smtp_address import SmtpAddress, smtp_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://m.example", SmtpAddress("m.example", 587, "starttls")),
        ("smtps://u:p%40w@m.example", SmtpAddress("m.example", 465, "tls", "u", "p@w")),
        ("smtp+plain://m.example:2525", SmtpAddress("m.example", 2525, "none")),
    ],
)
def test_a_mail_servers_url_says_how_the_way_is_secured(url: str, address: SmtpAddress) -> None:
    assert smtp_address(url) == address


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://m.example", "must begin with"),
        ("smtp://", "names a host"),
        ("smtp://m.example/x", "ends after its port"),
        ("smtp://m.example:99999", "number to 65535"),
        ("smtp+plain://u:hunter2@m.example", "not sent in clear"),
    ],
)
def test_what_is_no_mail_server_is_a_sentence_without_the_password(url: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why) as raised:
        Settings(smtp_url=SecretStr(url))

    assert "hunter2" not in str(raised.value)


def test_the_password_is_neither_shown_nor_described() -> None:
    settings = Settings(smtp_url=SecretStr("smtp://u:hunter2@m.example"))

    assert "hunter2" not in repr(settings) + str(settings.describe())
    assert "hunter2" not in repr(smtp_address("smtp://u:hunter2@m.example"))


def test_networks_are_a_list_and_a_host_is_one_too() -> None:
    assert [str(one) for one in networks_of("10.1.0.0/16, 192.168.7.5,")] == [
        "10.1.0.0/16",
        "192.168.7.5/32",
    ]
    assert networks_of("") == ()


@pytest.mark.parametrize("text", ["10.1.0.1/16", "bureau", "10.0.0.0/33"])
def test_what_is_no_network_is_named(text: str) -> None:
    with pytest.raises(ValidationError, match=f"{text} is no network"):
        Settings(notify_allow_networks=text)
