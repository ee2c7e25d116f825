"""Files that were handed in with orders and contests: kept with their digest, read, never changed.

It must not know what is in them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import LiteralString, cast

from schemas.attachment import Attachment, NewAttachment, Owner
from services.store.session import Session

INSERT = """
INSERT INTO attachment (supervision_order, contest, version, name, media_type, bytes, sha256, actor,
  added_at)
VALUES (%(order)s, %(contest)s, %(version)s, %(name)s, %(media_type)s, %(bytes)s,
  decode(%(sha256)s, 'hex'), %(actor)s, %(added_at)s)
"""
COLUMNS: LiteralString = """
SELECT id, CASE WHEN supervision_order IS NULL THEN 'contest' ELSE 'order' END,
  COALESCE(supervision_order, contest), version, name, media_type, length(bytes),
  encode(sha256, 'hex'), actor, added_at
FROM attachment
"""
OF_ORDER: LiteralString = COLUMNS + "WHERE supervision_order = %s ORDER BY id"
OF_CONTEST: LiteralString = COLUMNS + "WHERE contest = %s ORDER BY id"
ONE: LiteralString = COLUMNS + "WHERE id = %s"


def add_attachments(
    session: Session,
    owner: tuple[Owner, int],
    event: tuple[int, str, datetime],
    files: Iterable[NewAttachment],
) -> None:
    """Keep files with one version of an order or contest.

    `event`: the version, who, and when. In the caller's transaction; raises psycopg.Error.
    """
    kind, key = owner
    version, actor, at = event
    for one in files:
        values = {
            "order": key if kind == "order" else None,
            "contest": key if kind == "contest" else None,
            "version": version, "name": one.name, "media_type": one.media_type,
            "bytes": one.content, "sha256": one.sha256, "actor": actor, "added_at": at,
        }  # fmt: skip
        session.execute(INSERT, values)


def attachments_of(session: Session, owner: Owner, key: int) -> list[Attachment]:
    """The files of an order or contest, in the order they came. Raises psycopg.Error."""
    rows = session.execute(OF_ORDER if owner == "order" else OF_CONTEST, (key,)).fetchall()
    return [Attachment._make(row) for row in rows]


def read_attachment(session: Session, attachment: int) -> Attachment | None:
    """One file without its bytes; None where there is none. Raises psycopg.Error."""
    row = session.execute(ONE, (attachment,)).fetchone()
    return None if row is None else Attachment._make(row)


def attachment_bytes(session: Session, attachment: int) -> tuple[Attachment, bytes] | None:
    """One file with its bytes; None where there is none. Raises psycopg.Error."""
    row = session.execute(ONE, (attachment,)).fetchone()
    if row is None:
        return None
    content = session.execute(
        "SELECT bytes FROM attachment WHERE id = %s", (attachment,)
    ).fetchone()
    return Attachment._make(row), bytes(cast("tuple[bytes]", content)[0])
