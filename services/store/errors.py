"""What a database error means for the work at hand, by SQLSTATE: the one place that decides."""

from enum import StrEnum

import psycopg

# What callers outside of the store catch.
DatabaseError = psycopg.Error


class Fault(StrEnum):
    """Whose fault it is decides what to do with the batch."""

    TEMPORARY = "temporary"
    """The server or the way to it: hold the batch and try again."""
    ITEM = "item"
    """Something in the batch: find the item, reject it, store the rest."""
    SETUP = "setup"
    """Rights, migrations, settings: hold the batch, say it loudly, try again later."""


# Class 08 connection, 40 rollback and deadlock, 53 resources, 55 object state, 57 operator
# intervention, 58 system, 72 snapshot, F0/XX server.
TEMPORARY_CLASSES = frozenset({"08", "40", "53", "55", "57", "58", "72", "F0", "XX"})
# Class 21 cardinality, 22 data, 23 constraints, 54 larger than the server can take.
ITEM_CLASSES = frozenset({"21", "22", "23", "54"})
# Of class 25, a standby that writes nothing, and a transaction that fell silent on a bad network.
TEMPORARY_STATES = frozenset({"25006", "25P03"})


def fault_of(error: psycopg.Error) -> Fault:
    """Sort an error; one without a SQLSTATE is the driver's: a lost connection or unusable data."""
    state = error.sqlstate
    if state is None:
        return Fault.ITEM if isinstance(error, psycopg.DataError) else Fault.TEMPORARY
    if state in TEMPORARY_STATES or state[:2] in TEMPORARY_CLASSES:
        return Fault.TEMPORARY
    return Fault.ITEM if state[:2] in ITEM_CLASSES else Fault.SETUP
