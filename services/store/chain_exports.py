"""What an account exported lately: manifests in short. It must not know how exports are made."""

from datetime import datetime
from typing import NamedTuple

from services.store.session import Session

LIST = """
SELECT name, what, format, as_of::text, rows, bytes, encode(digest, 'hex'), made_at
FROM export WHERE account = %(account)s ORDER BY id DESC LIMIT %(most)s
"""


class MadeExport(NamedTuple):
    """An export that ended; `digest`: SHA-256 of the file in hex, `size` in bytes."""

    name: str
    what: str
    format: str
    position: str
    rows: int
    size: int
    digest: str
    made_at: datetime


def exports_of(session: Session, account: int, most: int) -> list[MadeExport]:
    """The newest first. Raises psycopg.Error."""
    rows = session.execute(LIST, {"account": account, "most": most}).fetchall()
    return [MadeExport._make(row) for row in rows]
