"""`qingkong notify`: what people type, and what they are told."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from schemas.alert import Severity
from schemas.notice import DeliveryState
from services.alerts.notify.desk import opened as opened_secrets
from services.alerts.notify.outbox import Outbox
from services.alerts.notify_commands import app
from services.runtime.clock import utc_now
from services.store.connection import connect_now
from services.store.deliveries import Room, claim, list_deliveries, mark_failed
from services.store.receivers import read_receivers, read_routes
from tests.fixtures.notices import HOUR, opened, plant

SEAL = bytes(range(32))
TOKEN_URL = "https://oapi.example/robot/send?access_token=TOKEN"  # noqa: S105 - of nobody
Run = Callable[..., Result]


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def run(database: str) -> Run:
    def call(*words: str, seal: bool = True) -> Result:
        environment: dict[str, str | None] = {
            "QINGKONG_DATABASE_URL": database,
            "COLUMNS": "200",
            "QINGKONG_SEAL_KEY": base64.b64encode(SEAL).decode() if seal else None,
        }
        return CliRunner().invoke(app, list(words), env=environment)

    return call


def well(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def test_a_robots_token_is_sealed_and_never_shown(run: Run, owner: psycopg.Connection) -> None:
    words = ("receivers", "add", "room", "--channel", "dingtalk", "--address", TOKEN_URL)
    said = well(run(*words, "--secret", "SEC1", "--actor", "bureau"))
    listed = well(run("receivers", "list")) + well(run("receivers", "list", "--json"))

    assert "TOKEN" not in said + listed
    assert "SEC1" not in said + listed
    receiver = read_receivers(owner)["room"]
    secrets = opened_secrets(receiver, SEAL)
    assert secrets is not None
    assert (secrets.address, secrets.secret) == (TOKEN_URL, "SEC1")
    row = owner.execute("SELECT row_to_json(receiver)::text FROM receiver").fetchone()
    assert row is not None
    assert b"TOKEN".hex() not in row[0]


def test_a_webhook_gets_a_secret_that_is_shown_once(run: Run, owner: psycopg.Connection) -> None:
    url = "https://hook.example/in"
    said = well(run("receivers", "add", "hook", "--channel", "webhook", "--address", url))

    secrets = opened_secrets(read_receivers(owner)["hook"], SEAL)
    assert secrets is not None
    assert secrets.secret in said
    assert len(secrets.secret) >= 40


def test_without_a_seal_key_the_command_says_what_to_do(run: Run) -> None:
    words = ("receivers", "add", "room", "--channel", "wecom", "--address", TOKEN_URL)

    refused = run(*words, seal=False)

    assert refused.exit_code == 1
    assert "qingkong devices key new-seal" in refused.output
    assert "TOKEN" not in refused.output


def test_a_receiver_is_changed_retired_and_its_history_stays(
    run: Run, owner: psycopg.Connection
) -> None:
    mail = ("receivers", "add", "duty", "--channel", "email", "--address")
    well(run(*mail, "a@bureau.example"))
    well(run(*mail, "b@bureau.example", "--language", "en"))
    well(run("receivers", "retire", "duty", "--reason", "left"))

    duty = read_receivers(owner)["duty"]
    rows = owner.execute("SELECT address, active, reason FROM receiver ORDER BY id").fetchall()
    assert (duty.address, duty.active, duty.language) == ("b@bureau.example", False, "en")
    assert rows == [
        ("a@bureau.example", True, ""),
        ("b@bureau.example", True, ""),
        ("b@bureau.example", False, "left"),
    ]
    assert run("receivers", "retire", "duty").exit_code == 1


def test_sms_settings_come_from_a_file(run: Run, owner: psycopg.Connection, tmp_path: Path) -> None:
    file = tmp_path / "sms.json"
    file.write_text('{"to": "13800000000", "success": {"code": "0"}}')
    sms = ("receivers", "add", "sms", "--channel", "sms", "--address", "https://sms.example/")
    well(run(*sms, "--config", str(file)))
    file.write_text("[]")

    assert read_receivers(owner)["sms"].config["to"] == "13800000000"
    assert run(*sms, "--config", str(file)).exit_code == 1


def test_a_route_names_receivers_that_there_are(run: Run, owner: psycopg.Connection) -> None:
    refused = run("routes", "add", "night", "--to", "duty")
    well(run("receivers", "add", "duty", "--channel", "email", "--address", "d@bureau.example"))
    night = ("routes", "add", "night", "--to", "duty", "--hours", "20:00-08:00")
    said = well(run(*night, "--escalate", "30:duty", "--least", "orange", "--region", "15"))

    assert refused.exit_code == 1
    assert "no receiver duty" in refused.output
    assert "from orange; 20:00-08:00 -> duty; after 30 min duty" in said
    assert [route.name for route in read_routes(owner)] == ["night"]
    assert "night" in well(run("routes", "list"))
    assert json.loads(well(run("routes", "list", "--json")))[0]["least"] == "orange"
    well(run("routes", "retire", "night"))
    assert read_routes(owner) == []


@pytest.mark.parametrize("wrong", [("--hours", "8-9"), ("--days", "8"), ("--escalate", "x")])
def test_what_cannot_be_read_is_a_sentence(run: Run, wrong: tuple[str, str]) -> None:
    refused = run("routes", "add", "r", "--to", "duty", *wrong)

    assert refused.exit_code == 1
    assert wrong[0] in refused.output
    assert "Traceback" not in refused.output


def test_it_is_explained_who_hears_of_an_alert_and_why(run: Run, owner: psycopg.Connection) -> None:
    for name in ("duty", "office"):
        address = f"{name}@bureau.example"
        well(run("receivers", "add", name, "--channel", "email", "--address", address))
    well(run("routes", "add", "red", "--to", "duty", "--least", "red", "--place", "1"))
    well(run("routes", "add", "rest", "--to", "duty", "--plant-contacts", "--place", "2"))
    alert = opened(owner, "a", utc_now(), plant=plant(owner))
    well(run("contacts", "add", "P1", "office", "--person", "环保科"))

    said = well(run("routes", "explain", str(alert)))

    assert "route red: orange is below red" in said
    assert "route rest: fits" in said
    assert re.search(r"duty: grouped, due .*\n +office: grouped, due", said)
    assert "P1  office  环保科" in well(run("contacts", "list"))
    assert run("routes", "explain", "99").exit_code == 1
    assert run("contacts", "add", "P9", "office").exit_code == 1
    well(run("contacts", "retire", "P1", "office"))
    assert "office" not in well(run("routes", "explain", str(alert)))


def test_a_test_message_lies_in_the_outbox(run: Run, owner: psycopg.Connection) -> None:
    well(run("receivers", "add", "duty", "--channel", "email", "--address", "d@bureau.example"))

    said = well(run("receivers", "test", "duty"))

    (found,) = list_deliveries(owner, None, None, 10)
    assert f"delivery {found.delivery}" in said
    assert "测试消息" in well(run("deliveries", "show", str(found.delivery)))
    assert run("receivers", "test", "nobody").exit_code == 1


def test_dead_letters_are_seen_and_tried_again_under_their_key(
    run: Run, owner: psycopg.Connection, database: str
) -> None:
    now = utc_now()
    well(run("receivers", "add", "duty", "--channel", "email", "--address", "d@bureau.example"))
    well(run("routes", "add", "all", "--to", "duty"))
    opened(owner, "a", now - HOUR, Severity.RED)
    with connect_now(database, "alerts", "test") as session:
        outbox = Outbox(session, lambda _session, _told, _now: {})
        outbox.take(now)
        outbox.bundle(now)
        (claimed,) = claim(session, Room(9, 9, {}), now, HOUR)
        mark_failed(session, claimed, "HTTP 500: no", None, now)

    listed = well(run("deliveries", "list", "--state", "dead"))
    shown = json.loads(well(run("deliveries", "show", str(claimed.delivery), "--json")))
    retried = well(run("deliveries", "retry", str(claimed.delivery)))

    assert "HTTP 500: no" in listed
    assert (shown["state"], shown["key"]) == ("dead", str(claimed.key))
    assert retried.startswith("1 messages wait")
    (again,) = list_deliveries(owner, None, None, 10)
    assert (again.state, again.key, again.tries) == (DeliveryState.WAITING, claimed.key, 0)
    assert run("deliveries", "retry", "--all").exit_code == 1
    assert run("deliveries", "retry").exit_code == 2


@pytest.mark.parametrize("words", [(), ("receivers",), ("routes", "add"), ("deliveries", "retry")])
def test_help_teaches_with_an_example(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words, "--help").output

    assert "qingkong notify" in said or "Who is told 接收者" in said
