"""`qingkong rules`: parameters with their sources, what they are set to where, and their history."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from schemas.limits import LimitVersion
from services.registry.rule_commands import app
from services.rules.limit_acts import Said
from services.store.as_known import belief_lock
from services.store.connection import connect_now
from services.store.limits import write_limits
from services.store.rule_settings import read_settings
from services.store.session import Session
from tests.fixtures.limits import PERMIT, PLANT, POINT, bound, judge, places, version
from tests.fixtures.readings import touched
from tests.fixtures.registry import stored

Run = Callable[..., Result]
METHOD = "comparison_parameters.comparison_method"
WHY = ("--reason", "地方规定")
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def run(database: str, connection: psycopg.Connection) -> Run:
    del connection

    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "120"}
        return CliRunner().invoke(app, words, env=environment)

    return call


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def method(run: Run, *words: str) -> dict[str, Any]:
    [found] = json.loads(done(run("list", METHOD, *words, "--json")).stdout)
    return found


def test_each_parameter_is_told_with_its_source_and_whether_it_is_established(run: Run) -> None:
    told = method(run)

    assert (told["value"], told["default"], told["set"]) == ("full", "full", None)
    assert told["established"] is False
    assert told["confidence"] == "medium"
    assert "GB/T 8170" in told["source"]
    table = done(run("list", "comparison_method")).stdout
    assert "未确认" in table
    assert "凭记忆" in table


def test_what_is_set_holds_from_its_date_on_and_counts_as_established(run: Run) -> None:
    done(run("set", METHOD, "rounded", "--from", "2025-01-01", *WHY, "--actor", "局员"))

    told = method(run)

    assert (told["value"], told["established"]) == ("rounded", True)
    assert told["set"]["scope"] == "all"
    assert (told["set"]["actor"], told["set"]["reason"]) == ("局员", "地方规定")
    assert method(run, "--at", "2024-12-31")["value"] == "full"
    unverified = json.loads(run("list", "--unverified", "--json").stdout)
    assert METHOD not in {one["name"] for one in unverified}


def test_the_nearest_scope_counts(run: Run) -> None:
    for scope, value in (("all", "rounded"), ("region:15", "full"), ("plant:P1", "rounded")):
        done(run("set", METHOD, value, "--from", "2025-01-01", *WHY, "--scope", scope))
    done(run("set", METHOD, "full", "--from", "2025-01-01", *WHY, "--scope", f"point:{POINT}"))

    values = {
        scope: method(run, "--scope", scope)["value"]
        for scope in ("all", "region:1505", "plant:P1", "plant:P2", f"point:{POINT}")
    }

    assert list(values.values()) == ["rounded", "full", "rounded", "rounded", "full"]
    assert method(run)["also_set_for"] == ["plant:P1", f"point:{POINT}", "region:15"]


def test_what_is_unset_gives_way_to_the_wider_scope(run: Run) -> None:
    done(run("set", METHOD, "rounded", "--from", "2025-01-01", *WHY, "--scope", "plant:P1"))

    done(run("unset", METHOD, "--from", "2025-06-01", *WHY, "--scope", "plant:P1"))

    assert method(run, "--scope", "plant:P1", "--at", "2025-05-31")["value"] == "rounded"
    assert method(run, "--scope", "plant:P1", "--at", "2025-06-01")["value"] == "full"


WRONG = {
    "no parameter": (("set", "comparison_metho", "full"), "did you mean comparison_parameters"),
    "nothing near": (("set", "nope", "1"), "no parameter nope 参数: see `qingkong rules list`"),
    "no number": (
        ("set", "hour_parameters.valid_minutes", "abc"),
        "cannot be 'abc': write a whole number, for instance 45.",
    ),
    "too much": (("set", "hour_parameters.valid_minutes", "61"), "it must be at most 60"),
    "no choice": (("set", METHOD, "abc"), "write 'full' or"),
    "no value": (("set", METHOD, "half"), "the default is"),
    "no scope": (("set", METHOD, "full", "--scope", "P1"), "is no scope"),
    "no plant": (("set", METHOD, "full", "--scope", "plant:P3"), "there is P1, P2"),
    "no region": (("set", METHOD, "full", "--scope", "region:9999"), "there is no region"),
    "no subject": (("set", METHOD, "full", "--scope", "subject:P1"), "written PLANT/CODE"),
    "backwards": (("set", METHOD, "full", "--from", "2025-02-01", "--to", "2025-01-01"), "--to"),
    "no reason": (("set", METHOD, "full", "--reason", " "), "needs its --reason"),
    "no JSON": (("set", "flag_parameters.more_flags", "{x"), "this is no JSON"),
}


@pytest.mark.parametrize(("words", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_set_is_a_sentence(
    run: Run, connection: Session, words: tuple[str, ...], sentence: str
) -> None:
    result = run(*(words[:3]), *WHY, *words[3:])

    assert result.exit_code == 1
    assert sentence in re.sub(r"\s+", " ", result.stderr)
    assert read_settings(connection) == []


def test_a_dry_run_sets_nothing(run: Run, connection: Session) -> None:
    result = done(run("set", METHOD, "rounded", *WHY, "--dry-run"))

    assert "rounded" in result.stdout
    assert read_settings(connection) == []


def test_the_history_tells_all_settings_and_as_known_before_them_none(
    run: Run, connection: Session
) -> None:
    done(run("set", METHOD, "rounded", "--from", "2025-01-01", *WHY))
    row = connection.execute("SELECT closed_position()::text").fetchone()
    assert row is not None
    done(run("set", METHOD, "full", "--from", "2025-02-01", "--reason", "更正[2]"))

    told = json.loads(done(run("history", "comparison_method", "--json")).stdout)
    before = json.loads(done(run("history", METHOD, "--as-of", str(row[0]), "--json")).stdout)
    table = done(run("history", METHOD)).stdout

    assert [one["value"] for one in told] == ["rounded", "full"]
    assert [one["value"] for one in before] == ["rounded"]
    assert "更正[2]" in table
    assert "default 默认 full" in table
    assert method(run, "--as-of", str(row[0]))["value"] == "rounded"


def test_a_setting_reaches_back_to_the_judged_hours_of_its_scope_alone(
    run: Run, connection: Session, database: str
) -> None:
    with belief_lock(connection):
        point = places(connection).point(POINT).id
        [limit] = write_limits(connection, [_limit(point)])
    with connect_now(database, "alerts", "test") as judges:
        judge(judges, limit, [(JANUARY, "compliant", "9")])
    connection_hours = touched(connection)

    elsewhere = done(
        run("set", METHOD, "full", "--from", "2024-01-01", *WHY, "--scope", "plant:P2")
    )
    here = done(run("set", METHOD, "full", "--from", "2024-01-01", *WHY, "--scope", "region:15"))

    assert connection_hours == []
    assert "judged anew" not in elsewhere.stderr
    assert "1 hour will be judged anew" in here.stderr
    assert touched(connection) == [("DA001", JANUARY)]


def test_help_teaches_by_an_example(run: Run) -> None:
    for command in ("list", "set", "unset", "history"):
        assert "Example: qingkong rules" in run(command, "--help").stdout


def _limit(point: int) -> LimitVersion:
    return version(Said(point, None, None, bound("35"), PERMIT))
