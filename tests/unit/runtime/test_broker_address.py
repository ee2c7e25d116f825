from pathlib import Path

import pytest

from services.runtime.broker_address import BrokerAddress, TlsFiles, broker_address, tls_context


@pytest.mark.parametrize(
    ("url", "address"),
    [
        pytest.param("mqtt://h", BrokerAddress("h", 1883), id="plain"),
        pytest.param("mqtts://h:9", BrokerAddress("h", 9, tls=True), id="tls, own port"),
        pytest.param("mqtt://u:p@[::1]/", BrokerAddress("::1", 1883, "u", "p"), id="ipv6"),
        pytest.param("mqtt://u@h", BrokerAddress("h", 1883, "u"), id="no password"),
    ],
)
def test_a_url_gives_host_port_and_account(url: str, address: BrokerAddress) -> None:
    assert broker_address(url) == address


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("broker:1883", "must begin with", id="no scheme"),
        pytest.param("mqtt://", "names no host", id="no host"),
        pytest.param("mqtt://h/hj212", "topics are not part", id="a topic"),
        pytest.param("mqtt://u:secret@h:99999", "port", id="port too large"),
    ],
)
def test_what_is_wrong_with_a_url_is_said_without_its_password(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        broker_address(url)

    assert "secret" not in str(refusal.value)


def test_the_password_is_not_in_the_representation() -> None:
    assert "secret" not in repr(broker_address("mqtt://u:secret@h"))


def test_a_missing_authority_file_is_an_error_and_not_the_systems_authorities() -> None:
    with pytest.raises(FileNotFoundError):
        tls_context(TlsFiles(ca=Path("/nowhere/ca.pem")))
