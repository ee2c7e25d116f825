"""The mark of the demonstration's own database, which its owner alone can set, and nothing carries over.

It is a setting of this database in this very cluster: no role of a service may write it, and a copy
of the data in another cluster does not have it.
"""

from typing import Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from services.store.session import Session, StoreError, sentence_of

_NAME: Final = "qingkong.demonstration"
_HERE: LiteralString = "SELECT current_database(), system_identifier::text FROM pg_control_system()"
_MARKED: LiteralString = """
SELECT EXISTS (
  SELECT FROM pg_db_role_setting, pg_control_system() AS cluster
  WHERE setrole = 0
    AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND %s || '=' || cluster.system_identifier = ANY(setconfig)
)
"""


def mark_as_demo(url: str) -> None:
    """Mark it, as its owner. Raises StoreError when the database cannot be reached, or refuses."""
    try:
        with psycopg.connect(url, autocommit=True) as owner:
            row = owner.execute(_HERE).fetchone()
            name, cluster = row or ("", "")
            owner.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    sql.Identifier(str(name)), sql.SQL(_NAME), sql.Literal(str(cluster))
                )
            )
    except psycopg.Error as error:
        raise StoreError(sentence_of(error)) from error


def is_marked_as_demo(session: Session) -> bool:
    """Whether its owner said so, here. Raises psycopg.Error."""
    row = session.execute(_MARKED, (_NAME,)).fetchone()
    return row is not None and bool(row[0])


def hosts_of(url: str) -> list[str]:
    """The hosts where a URL's server may be, as it names them. Raises psycopg.Error."""
    said = conninfo_to_dict(url)
    named = [str(said.get(name) or "") for name in ("host", "hostaddr")]
    return [one for hosts in named for one in hosts.split(",") if one]
