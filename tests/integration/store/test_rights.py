"""The rights of the registrar, lent for a part of a transaction."""

from typing import LiteralString

import psycopg
import pytest

from services.store.rights import as_registrar
from services.store.session import Session, StoreError, session

WHO = "SELECT current_user"
INSERT: LiteralString = "INSERT INTO region (code, name) VALUES ('99', '某地')"


def who(connection: Session) -> str:
    row = connection.execute(WHO).fetchone()
    return str(row[0]) if row else ""


def test_the_rights_last_as_long_as_the_part(database: str) -> None:
    with session(database, "api", "test") as connection, connection.transaction():
        before = who(connection)
        with as_registrar(connection):
            inside = who(connection)
            connection.execute(INSERT)
        after = who(connection)

    assert (before, inside, after) == ("qingkong_api", "qingkong_registrar", "qingkong_api")


def test_an_error_gives_the_rights_back_and_undoes_the_part(database: str) -> None:
    with session(database, "api", "test") as connection, connection.transaction():
        with pytest.raises(psycopg.errors.UniqueViolation), as_registrar(connection):
            connection.execute(f"{INSERT}; {INSERT}")
        after = who(connection)
        [(count,)] = connection.execute("SELECT count(*) FROM region WHERE code = '99'").fetchall()

    assert (after, count) == ("qingkong_api", 0)


def test_an_account_that_is_no_registrar_is_told_what_to_do(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE ROLE reader_of_tests NOLOGIN")
        try:
            owner.execute("SET SESSION AUTHORIZATION reader_of_tests")
            with (
                pytest.raises(StoreError, match="use the account that migrated it"),
                as_registrar(owner),
            ):
                owner.execute(INSERT)
        finally:
            owner.execute("RESET SESSION AUTHORIZATION")
            owner.execute("DROP ROLE reader_of_tests")
