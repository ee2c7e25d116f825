"""The files that PostgreSQL and Mosquitto read: settings, passwords and access."""

import base64
import hashlib
from pathlib import Path

import pytest

from services.embedded.accounts import (
    Account,
    access_lines,
    device_account,
    password_line,
    service_account,
)
from services.embedded.mosquitto import MosquittoSettings, render_configuration
from services.embedded.postgres import PostgresSettings, render_settings


def test_a_device_may_write_to_the_topics_of_its_own_mn_only() -> None:
    text = access_lines(device_account("A1100000001", "secret"))

    assert text == (
        "user A1100000001\ntopic write hj212/A1100000001\ntopic write cems/v1/A1100000001\n\n"
    )


def test_the_services_may_read_and_write_everything() -> None:
    text = access_lines(service_account("secret"))

    assert text == "user qingkong\ntopic read #\ntopic read $SYS/#\ntopic write #\n\n"


def test_a_password_is_kept_as_the_digest_mosquitto_knows() -> None:
    account = Account("gate", "secret")

    name, _, digest = password_line(account, b"123456789012").strip().partition(":")

    _, kind, rounds, salt, key = digest.split("$")
    expected = hashlib.pbkdf2_hmac("sha512", b"secret", base64.b64decode(salt), int(rounds))
    assert (name, kind) == ("gate", "7")
    assert base64.b64decode(key) == expected


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        pytest.param("a:b", "t", id="a colon ends the name"),
        pytest.param("", "t", id="no name"),
        pytest.param(" a", "t", id="a blank before"),
        pytest.param("a\nuser qingkong", "t", id="a second line in the name"),
        pytest.param("a", "t\ntopic write #", id="a second line in the topic"),
    ],
)
def test_an_account_that_would_break_out_of_its_line_is_refused(name: str, topic: str) -> None:
    with pytest.raises(ValueError, match=r"account|user name"):
        Account(name, "secret", read=(topic,))


@pytest.mark.parametrize("mn", ["", "+", "#", "a/b", "a b"])
def test_a_device_name_that_is_not_an_mn_is_refused(mn: str) -> None:
    with pytest.raises(ValueError, match="MN"):
        device_account(mn, "secret")


def test_no_password_is_shown_by_repr() -> None:
    assert "secret" not in repr(Account("gate", "secret"))


@pytest.mark.parametrize(
    "line",
    [
        "listener 1884 127.0.0.1",
        "allow_anonymous false",
        "password_file /data/passwords",
        "acl_file /data/access",
        "persistence true",
        "persistence_location /data/store/",
        "autosave_interval 1",
        "max_queued_messages 1000000000",
        "max_queued_bytes 0",
        "max_packet_size 1000",
    ],
)
def test_the_broker_keeps_and_guards_what_it_takes(line: str) -> None:
    text = render_configuration(1884, Path("/data"), MosquittoSettings(max_packet_size=1000))

    assert line in text.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "listen_addresses = '127.0.0.1'",
        "port = '5433'",
        "unix_socket_directories = '/data'",
        "timezone = 'UTC0'",
        "fsync = 'on'",
        "synchronous_commit = 'on'",
        "shared_buffers = '1GB'",
        "work_mem = '8MB'",
    ],
)
def test_postgres_is_durable_and_on_the_loopback(line: str) -> None:
    settings = PostgresSettings(shared_buffers="1GB", more={"work_mem": "8MB"})

    assert line in render_settings(5433, Path("/data"), settings).splitlines()


def test_only_a_server_told_so_gives_up_durability() -> None:
    text = render_settings(5433, Path("/data"), PostgresSettings(durable=False))

    assert "fsync = 'off'" in text.splitlines()


def test_a_socket_folder_too_long_for_a_socket_is_left_out() -> None:
    text = render_settings(5433, Path("/" + "d" * 120), PostgresSettings())

    assert "unix_socket_directories = ''" in text.splitlines()


def test_a_quote_in_a_folder_stays_inside_its_setting() -> None:
    text = render_settings(5433, Path("/it's"), PostgresSettings())

    assert "unix_socket_directories = '/it''s'" in text.splitlines()
