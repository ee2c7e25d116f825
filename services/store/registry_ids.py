"""Rows written by slices, and the ids that the database gives to new ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import LiteralString, cast

import psycopg

Progress = Callable[[str, int], None]
Values = tuple[object, ...]
# Rows of one statement: few enough for a bar that moves, enough to keep round trips rare.
SLICE = 5_000


@dataclass(frozen=True)
class Writing:
    """A connection in a transaction, who hears of progress, and the ids given so far, by kind."""

    connection: psycopg.Connection
    progress: Progress
    given: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])

    def real(self, kind: str, key: int) -> int:
        """The database's id of a row."""
        return key if key > 0 else self.given[kind, key]

    def store(self, kind: str, query: LiteralString, rows: Sequence[Values]) -> Iterator[Values]:
        """Run a statement that takes its rows as one array per column; gives what it returns."""
        cursor = self.connection.cursor()
        for start in range(0, len(rows), SLICE):
            part = rows[start : start + SLICE]
            cursor.execute(query, [list(column) for column in zip(*part, strict=True)])
            if cursor.description is not None:
                yield from cast("list[Values]", cursor.fetchall())
            self.progress(kind, len(part))

    def run(self, kind: str, query: LiteralString, rows: Sequence[Values]) -> None:
        """The same for a statement that returns nothing."""
        for _ in self.store(kind, query, rows):
            pass

    def insert(
        self, kind: str, query: LiteralString, rows: Sequence[Values], keys: Sequence[Values]
    ) -> None:
        """Insert new rows and note their ids; `keys` are (temporary id, *natural key) of each.

        The statement returns the id and the natural key, because an order is not promised.
        """
        temporary = {key[1:]: cast("int", key[0]) for key in keys}
        for real, *natural in self.store(kind, query, rows):
            self.given[kind, temporary[tuple(natural)]] = cast("int", real)
