"""Rows of a long answer, some at a time. It must not know what they are."""

from collections.abc import Iterator
from typing import Final, TypeVar

import psycopg

Row = TypeVar("Row")
TURN: Final = 200
"""The driver makes rows of all it fetches in one go, and no other thread of the process works then."""


def in_turns(cursor: psycopg.Cursor[Row]) -> Iterator[Row]:
    """All rows of what was executed. Raises psycopg.Error."""
    while some := cursor.fetchmany(TURN):
        yield from some
