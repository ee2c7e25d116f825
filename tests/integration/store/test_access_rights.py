"""What the database itself keeps of accounts and the audit log from each service: tried, not read."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from services.store.connection import Role, session_address

DEED = (
    "INSERT INTO audit (at, actor, way, action, object, request_id, address)"
    " VALUES (now(), 'tester', 'command', 'try', 'x', 'r', '')"
)
ACCOUNT = (
    "INSERT INTO account (name, role, made_at, changed_at) VALUES ('x', 'auditor', now(), now())"
)
FORBIDDEN_TO_THE_API = {
    "rewrite the audit log": "UPDATE audit SET actor = 'somebody else'",
    "delete of the audit log": "DELETE FROM audit",
    "forget the audit log": "TRUNCATE audit",
    "delete an account": "DELETE FROM account",
    "rename an account": "UPDATE account SET name = 'y'",
    "delete a token": "DELETE FROM token",
    "make a token last longer": "UPDATE token SET expires_at = now() + interval '1 year'",
    "widen a token": "UPDATE token SET permissions = NULL",
    "make a session last longer": "UPDATE session SET expires_at = now() + interval '1 year'",
    "say when a position was closed": "INSERT INTO position_clock VALUES (now(), '3')",
    "move the clock of positions": "UPDATE position_clock SET at = now()",
}
FORBIDDEN_TO_OTHERS = {
    "read passwords": "SELECT password FROM account",
    "read sessions": "SELECT digest FROM session",
    "read tokens": "SELECT digest FROM token",
    "make an account": ACCOUNT,
}


@pytest.fixture
def filled(database: str) -> str:
    with psycopg.connect(session_address(database, "api", "fill"), autocommit=True) as connection:
        connection.execute(DEED.encode())
        connection.execute(ACCOUNT.encode())
        connection.execute("SELECT tell_position()")
    return database


@pytest.mark.parametrize(
    "statement", FORBIDDEN_TO_THE_API.values(), ids=FORBIDDEN_TO_THE_API.keys()
)
def test_the_api_may_not(filled: str, statement: str) -> None:
    with (
        psycopg.connect(session_address(filled, "api", "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", FORBIDDEN_TO_OTHERS.values(), ids=FORBIDDEN_TO_OTHERS.keys())
@pytest.mark.parametrize("role", ["ingest", "alerts", "registrar"])
def test_other_services_may_not(filled: str, role: Role, statement: str) -> None:
    with (
        psycopg.connect(session_address(filled, role, "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_not_even_the_owner_rewrites_what_was_done(filled: str, statement: str) -> None:
    with (
        psycopg.connect(filled, autocommit=True) as owner,
        pytest.raises(InsufficientPrivilege, match="only grows"),
    ):
        owner.execute(statement.encode())


def test_the_clock_of_positions_never_goes_back(filled: str) -> None:
    with psycopg.connect(filled, autocommit=True) as owner:
        for _ in range(3):
            owner.execute(DEED.encode())
            owner.execute("SELECT tell_position()")
        rows = owner.execute(
            "SELECT position::text::bigint FROM position_clock ORDER BY at"
        ).fetchall()

    told = [row[0] for row in rows]
    assert told == sorted(set(told))
    assert len(told) >= 3
