"""A transaction may be given more time for each statement, and the next one has what it had."""

import psycopg

from services.store.statement_time import allow_statements


def shown(owner: psycopg.Connection) -> str:
    row = owner.execute("SHOW statement_timeout").fetchone()
    return str(row and row[0])


def test_a_transaction_alone_has_more_time(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("SET statement_timeout TO '10s'")

        with owner.transaction():
            allow_statements(owner, 60)
            inside = shown(owner)

        assert (inside, shown(owner)) == ("1min", "10s")
