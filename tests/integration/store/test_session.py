"""A database that is not set up, seen by whoever types a command."""

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from services.embedded.postgres import Postgres
from services.ingest.proof.commands import rejects
from services.registry.commands import devices_app
from services.registry.transmission_commands import transmission
from services.store.session import StoreError, sentence_of, session

app = typer.Typer()
app.add_typer(devices_app, name="devices")
app.add_typer(rejects, name="rejects")
app.command()(transmission)
REFUSALS = {
    "no role": ('FATAL:  role "qingkong_api" does not exist', "run `qingkong migrate`"),
    "no role, in Chinese": ('致命错误:  角色 "qingkong_api" 不存在', "run `qingkong migrate`"),
    "no right": ('FATAL:  permission denied to set role "qingkong_api"', "that migrated it"),
    "no login": ('FATAL:  role "somebody" does not exist', "check QINGKONG_DATABASE_URL"),
    "no server": ("connection refused\nIs the server running?", "that the server runs"),
}


@pytest.mark.parametrize(("said", "advice"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refused_session_is_told_with_what_to_do(said: str, advice: str) -> None:
    sentence = sentence_of(psycopg.OperationalError(said))

    assert advice in sentence
    assert said.split("\n", maxsplit=1)[0] in sentence


def test_any_other_error_names_all_that_may_help() -> None:
    assert "rights" in sentence_of(psycopg.errors.DivisionByZero("by zero"))


@pytest.mark.parametrize(
    "words",
    [["devices"], ["devices", "key", "list"], ["transmission"], ["rejects", "list"]],
    ids=" ".join,
)
def test_before_the_migration_every_command_says_to_migrate(
    server: Postgres, words: list[str]
) -> None:
    url = server.url("postgres")

    result = CliRunner().invoke(app, words, env={"QINGKONG_DATABASE_URL": url})

    assert result.exit_code == 1
    assert "run `qingkong migrate`" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_table_that_is_missing_is_a_migration_that_is_missing(database: str) -> None:
    with (
        pytest.raises(StoreError, match="qingkong migrate"),
        session(database, "api", "test") as connection,
    ):
        connection.execute("SELECT FROM absent")


def test_what_the_role_may_not_do_is_refused_in_a_sentence(database: str) -> None:
    with (
        pytest.raises(StoreError, match="the account that migrated it"),
        session(database, "api", "test") as connection,
    ):
        connection.execute("DELETE FROM batch")


def test_other_errors_are_left_to_the_caller(database: str) -> None:
    with (
        pytest.raises(psycopg.errors.DivisionByZero),
        session(database, "api", "test") as connection,
    ):
        connection.execute("SELECT 1 / 0")
