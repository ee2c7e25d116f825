"""What judges look things up in: the registry, all limits, all settings, and whether any is new.

It must not know what is judged.
"""

from typing import NamedTuple, cast

from schemas.limits import LimitVersion
from schemas.registry_rows import RegistryRows
from schemas.rule_settings import SettingVersion
from services.store.limits import read_limits
from services.store.registry_read import read_registry
from services.store.rule_settings import read_settings
from services.store.session import Session

STAMP = """
SELECT (SELECT COALESCE(max(version), 0) FROM registry_change),
  (SELECT COALESCE(max(id), 0) FROM limit_version), (SELECT COALESCE(max(id), 0) FROM rule_setting)
"""


class Stamp(NamedTuple):
    """The newest of each; rows committed out of order may hide behind it until the next one."""

    registry: int
    limits: int
    settings: int


class Books(NamedTuple):
    """All of it, as of one moment."""

    stamp: Stamp
    registry: RegistryRows
    limits: list[LimitVersion]
    settings: list[SettingVersion]


def present_stamp(session: Session) -> Stamp:
    """What is the newest now. Raises psycopg.Error."""
    row = session.execute(STAMP).fetchone()
    return Stamp._make(cast("tuple[int, int, int]", row))


def read_books(session: Session) -> Books:
    """Everything, in one snapshot. Raises psycopg.Error."""
    with session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        stamp = present_stamp(session)
        return Books(stamp, read_registry(session), read_limits(session), read_settings(session))
