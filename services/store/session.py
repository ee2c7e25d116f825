"""A connection for one command, with the errors of a command: sentences, and no traces."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import psycopg

from services.store.connection import Role, connect_now

Session = psycopg.Connection
NOT_MIGRATED = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidParameterValue)
NO_ROLE = re.compile(r'"qingkong_\w+" (?:does not exist|不存在)')
NO_RIGHT = re.compile(r'permission denied to set role "qingkong_\w+"')


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
    except (
        psycopg.OperationalError,
        psycopg.errors.UndefinedTable,
        psycopg.errors.InvalidParameterValue,
        psycopg.errors.InsufficientPrivilege,
    ) as error:
        raise StoreError(sentence_of(error)) from error


def sentence_of(error: psycopg.Error) -> str:
    """What is wrong with the database, and what to do about it."""
    said = _first_line(error)
    # A server that refuses a session gives the driver its words alone, and no SQLSTATE.
    if isinstance(error, NOT_MIGRATED) or NO_ROLE.search(str(error)):
        return f"the database is not set up ({said}): run `qingkong migrate`"
    if isinstance(error, psycopg.errors.InsufficientPrivilege) or NO_RIGHT.search(str(error)):
        return f"the database refuses ({said}): use the account that migrated it"
    if isinstance(error, psycopg.OperationalError):
        return (
            f"the database cannot be used ({said}): "
            "check QINGKONG_DATABASE_URL and that the server runs"
        )
    return f"the database cannot be used ({said}): check its URL, `qingkong migrate`, rights"


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n", 1)[0]
