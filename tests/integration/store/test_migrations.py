import psycopg
import pytest

from services.store.migrations import MigrationError, known_migrations, migrate, pending_migrations


def test_a_migrated_database_has_nothing_pending(database: str) -> None:
    with psycopg.connect(database) as connection:
        pending = pending_migrations(connection)

    assert pending == []


def test_migrating_again_changes_nothing(database: str) -> None:
    assert migrate(database) == []


def test_an_edited_migration_is_named(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE schema_migration SET digest = 'other' WHERE number = 2")

        with pytest.raises(MigrationError, match=r"migration 2 \(registry\) was edited"):
            pending_migrations(connection)


def test_a_database_of_a_newer_version_is_refused(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO schema_migration (number, name, digest) VALUES (9999, 'x', 'x')"
        )

    with pytest.raises(MigrationError, match="migration 9999"):
        migrate(database)


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [migration.number for migration in known_migrations()]

    assert numbers == list(range(1, len(numbers) + 1))
