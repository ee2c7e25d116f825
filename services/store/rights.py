"""The rights of another role for a part of a transaction, so that a service has none of them else.

It must not know what is done with them.
"""

from collections.abc import Generator
from contextlib import contextmanager

from psycopg.errors import InsufficientPrivilege

from services.store.session import Session, StoreError, sentence_of

TAKE = """
SELECT current_setting('role'), set_config('role', 'qingkong_registrar', true)
"""
GIVE_BACK = "SELECT set_config('role', %s, true)"


@contextmanager
def as_registrar(session: Session) -> Generator[None]:
    """Inside of it the session may write the registry and who is told of cases; afterwards no more.

    Begins a part of the caller's transaction: an exception undoes it, and gives the rights back.
    Raises StoreError when the database account may not take the role; psycopg.Error.
    """
    with session.transaction():
        try:
            row = session.execute(TAKE).fetchone()
        except InsufficientPrivilege as error:
            raise StoreError(sentence_of(error)) from error
        yield
        session.execute(GIVE_BACK, (str(row[0]) if row else "none",))
