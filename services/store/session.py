"""A connection for one command, with the errors of a command: sentences, and no traces."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg

from services.store.connection import Role, connect_now

Session = psycopg.Connection


class StoreError(Exception):
    """The database cannot be used; the message says what to do."""


@contextmanager
def session(url: str, role: Role, application: str) -> Generator[psycopg.Connection]:
    """A connection that is closed at the end.

    Raises StoreError when the server cannot be reached, refuses, or lacks the migrations.
    """
    try:
        with connect_now(url, role, application) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise StoreError(
            f"the database cannot be used ({_first_line(error)}): "
            "check QINGKONG_DATABASE_URL and that the server runs"
        ) from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidParameterValue) as error:
        raise StoreError(
            f"the database is not set up ({_first_line(error)}): migrate it first"
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            f"the database refuses ({_first_line(error)}): use the account that migrated it"
        ) from error


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n", 1)[0]
