"""Manifests of exports: what was handed out, kept for ever. It must not know how it was made."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

import orjson
from psycopg import Binary
from psycopg.types.json import Jsonb, set_json_loads

from schemas.export import Format, Manifest, query_of
from services.store.session import Session

ADD = """
INSERT INTO export (name, what, format, query, as_of, columns, rows, bytes, digest, rows_digest,
  checkpoint, software, account, actor, began_at, made_at)
VALUES (%(name)s, %(what)s, %(format)s, %(query)s, %(as_of)s::text::xid8, %(columns)s, %(rows)s,
  %(bytes)s, %(digest)s, %(rows_digest)s, (SELECT max(id) FROM checkpoint), %(software)s,
  %(account)s, %(actor)s, %(began_at)s, %(made_at)s)
"""
ONE: LiteralString = """
SELECT export.name, export.format, export.query, export.columns, export.rows, export.bytes,
  export.digest, export.rows_digest, export.software, export.account, export.actor, export.began_at,
  export.made_at, checkpoint.id, checkpoint.made_at, checkpoint.closed::text,
  encode(sha256(convert_to(checkpoint.body, 'UTF8')), 'hex'), checkpoint.key_id
FROM export LEFT JOIN checkpoint ON checkpoint.id = export.checkpoint
WHERE export.name = %s
"""


class Covering(NamedTuple):
    """The newest checkpoint when an export was made; `digest` is what the next one says of it."""

    number: int
    made_at: datetime
    closed: int
    digest: str
    key_id: str


class _Row(NamedTuple):
    name: str
    format: str
    query: Mapping[str, object]
    columns: list[str]
    rows: int
    size: int
    digest: bytes
    rows_digest: bytes
    software: str
    account: int | None
    actor: str
    began_at: datetime
    made_at: datetime
    checkpoint: int | None


def write_manifest(session: Session, manifest: Manifest) -> None:
    """Keep it, with the newest checkpoint there is. Raises psycopg.Error."""
    session.execute(
        ADD,
        {
            "name": manifest.name,
            "what": manifest.query.what.value,
            "format": manifest.format.value,
            "query": Jsonb(manifest.query.as_json()),
            "as_of": str(manifest.query.position),
            "columns": list(manifest.columns),
            "rows": manifest.rows,
            "bytes": manifest.size,
            "digest": Binary(manifest.digest),
            "rows_digest": Binary(manifest.rows_digest),
            "software": manifest.software,
            "account": manifest.account,
            "actor": manifest.actor,
            "began_at": manifest.began_at,
            "made_at": manifest.made_at,
        },
    )


def read_manifest(session: Session, name: str) -> tuple[Manifest, Covering | None] | None:
    """The manifest of this name and the checkpoint of then; None: there is none.

    Raises psycopg.Error.
    """
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    row = cursor.execute(ONE, (name,)).fetchone()
    if row is None:
        return None
    one = _Row._make(row[:14])
    manifest = Manifest(
        *(
            one.name,
            Format(one.format),
            query_of(one.query),
            tuple(one.columns),
            one.rows,
            one.size,
        ),
        *(one.digest, one.rows_digest, one.software, one.account, one.actor, one.began_at),
        *(one.made_at, one.checkpoint),
    )
    if one.checkpoint is None:
        return manifest, None
    made_at, closed, digest, key_id = cast("tuple[datetime, str, str, str]", row[14:])
    return manifest, Covering(one.checkpoint, made_at, int(closed), digest, key_id)
