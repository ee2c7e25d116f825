"""The registry, limits and settings as judges use them, read again when one of them is new."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.rules.judging.shelf import Shelf
from services.rules.limit_history import PreparedLimits, prepared
from services.rules.plant_view import Plants
from services.store.judging_library import Books, Stamp, present_stamp, read_books
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class Library:
    """What holds for all plants as of one moment."""

    stamp: Stamp
    plants: Plants
    limits: PreparedLimits
    shelf: Shelf
    plant_of: Mapping[int, int]
    """The plant of each subject."""

    @classmethod
    def of(cls, books: Books) -> Self:
        return cls(
            books.stamp,
            Plants(books.registry),
            prepared(books.limits),
            Shelf(books.settings),
            {subject.id: subject.plant for subject in books.registry.subjects.values()},
        )

    @classmethod
    def read(cls, session: Session) -> Self:
        """Read it whole. Raises psycopg.Error."""
        return cls.of(read_books(session))

    def fresh(self, session: Session) -> "Library":
        """The same while nothing is new, else another. Raises psycopg.Error."""
        return self if present_stamp(session) == self.stamp else Library.read(session)
