import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import typer
from psycopg import sql
from typer.testing import CliRunner

from services.doctor.commands import doctor
from services.doctor.finding import Finding, Level
from services.doctor.probe import examine
from services.embedded.accounts import Account
from services.embedded.mosquitto import Mosquitto, mosquitto_url
from services.embedded.postgres import Postgres
from services.embedded.processes import Command, answers, free_port, start_detached, wait_ready
from services.runtime.settings import Settings
from tests.fixtures.servers import GivenServer, Yard

# Without these lines Mosquitto does what it does when nobody tells it otherwise.
LIMITS = ("max_queued_messages", "max_queued_bytes", "max_inflight_messages", "max_packet_size")


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - compared with a real server's clock


def settings(database: str | None, broker: str | None) -> Settings:
    return Settings.model_validate({"database_url": database, "mqtt_url": broker})


def found(database: str | None, broker: str | None) -> list[Finding]:
    return list(examine(settings(database, broker), {}, now))


def told(findings: list[Finding], level: Level) -> str:
    return "\n".join(f"{each.what.en}: {each.do.en}" for each in findings if each.level is level)


@pytest.fixture
def limited(yard: Yard) -> Iterator[Mosquitto]:
    """A broker with the limits it has by default."""
    own = yard.mosquitto()
    own.start()
    own.stop()
    lines = own.configuration.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(LIMITS)]
    own.configuration.write_text("".join(kept), encoding="utf-8")
    words = (own.prefix.mosquitto_program, "-c", str(own.configuration))
    number = start_detached(Command(words, own.user, own.folder), own.log)
    try:
        assert wait_ready(number, str(own.configuration), lambda: answers(own.port), 20)
        yield own
    finally:
        own.stop()


def test_good_servers_have_no_fault(database: str, mosquitto: Mosquitto) -> None:
    findings = found(database, mosquitto.url)

    assert told(findings, Level.FAULT) == ""
    said = told(findings, Level.OK)
    assert "all 5000 messages" in said
    assert "5000 messages were handed out unacknowledged (5000 asked)" in said
    assert "a commit is on disk" in said
    assert "(Apache)" in said


def test_a_broker_that_drops_in_silence_is_found_and_the_setting_named(
    limited: Mosquitto,
) -> None:
    findings = found(None, limited.url)

    faults = told(findings, Level.FAULT)
    assert "of 5000 messages (2.6 MB) that it acknowledged" in faults
    assert "4000 never came" in faults
    assert "max_queued_messages" in faults
    warnings = told(findings, Level.WARNING)
    assert "max_inflight_messages 1000" in warnings
    assert "max packet size: no limit" in warnings


def test_the_broker_is_left_as_it_was(broker: Mosquitto) -> None:
    found(None, broker.url)

    broker.stop()

    store = (broker.folder / "store" / "mosquitto.db").read_bytes()
    assert b"qingkong-doctor" not in store
    assert b"qingkong/doctor" not in store


def test_a_wrong_password_is_told_from_a_broker_that_is_down(mosquitto: Mosquitto) -> None:
    wrong = found(None, mosquitto_url(mosquitto.port, "wrong"))
    down = found(None, mosquitto_url(free_port(), "wrong"))

    assert "refuses the login: NOT_AUTHORIZED" in told(wrong, Level.FAULT)
    assert "nobody listens" in told(down, Level.FAULT)
    assert "wrong" not in told(wrong, Level.FAULT)


def test_an_account_that_may_not_write_the_doctors_topic_is_named(broker: Mosquitto) -> None:
    broker.grant([Account("watcher", "throw-away", read=("#",))])
    url = broker.url.replace("qingkong:", "watcher:")

    findings = found(None, url)

    assert "the account watcher may not write qingkong/doctor/" in told(findings, Level.FAULT)


def test_an_unknown_host_name_is_named() -> None:
    findings = found("postgresql://u:secret@nowhere.invalid/x", "mqtt://nowhere.invalid")

    faults = told(findings, Level.FAULT)
    assert "the host name of nowhere.invalid:5432 is not known" in faults
    assert "the host name of nowhere.invalid:1883 is not known" in faults
    assert "secret" not in faults


def test_missing_addresses_are_faults_that_name_the_variables() -> None:
    faults = told(found(None, None), Level.FAULT)

    assert "QINGKONG_DATABASE_URL is not set" in faults
    assert "QINGKONG_MQTT_URL is not set" in faults
    assert "qingkong embedded up" in faults


def test_a_wrong_database_password_is_told_in_the_servers_words(
    postgres: Postgres | GivenServer,
) -> None:
    url = postgres.url().replace("throw-away", "wrong-word")

    faults = told(found(url, None), Level.FAULT)

    assert "refuses the login" in faults
    assert "password authentication failed" in faults
    assert "wrong-word" not in faults


def test_an_empty_database_needs_migrations(postgres: Postgres | GivenServer) -> None:
    faults = told(found(postgres.url("postgres"), None), Level.FAULT)

    assert "migrations have not run: 0001_roles" in faults
    assert "run qingkong migrate" in faults


def test_a_database_that_commits_to_memory_only_is_found(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(
                sql.Identifier(connection.info.dbname)
            )
        )

    faults = told(found(database, None), Level.FAULT)

    assert "a commit may be lost in a crash: synchronous_commit = off" in faults


def test_clocks_that_differ_are_found(database: str) -> None:
    chosen = settings(database, None)

    findings = list(examine(chosen, {}, lambda: now() - timedelta(seconds=90)))

    assert "its clock is +90.0" in told(findings, Level.FAULT)


def test_a_misspelt_variable_is_a_warning() -> None:
    findings = list(examine(settings(None, None), {"QINGKONG_SLOT": "2"}, now))

    assert "QINGKONG_SLOT is not a setting" in told(findings, Level.WARNING)


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(doctor)
    return app


def test_the_command_speaks_json_and_fails_on_a_fault(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGKONG_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x")
    monkeypatch.delenv("QINGKONG_MQTT_URL", raising=False)

    result = CliRunner().invoke(app, ["--json"])

    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["ok"] is False
    assert {finding["subject"] for finding in document["findings"]} >= {"database", "broker"}
    assert "secret" not in result.stdout


def test_the_table_speaks_chinese_when_asked(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, database: str, mosquitto: Mosquitto
) -> None:
    monkeypatch.setenv("QINGKONG_DATABASE_URL", database)
    monkeypatch.setenv("QINGKONG_MQTT_URL", mosquitto.url)

    result = CliRunner().invoke(app, ["--lang", "zh"])

    assert result.exit_code == 0
    assert "0 个故障" in result.stdout
    assert "提交即落盘" in result.stdout
