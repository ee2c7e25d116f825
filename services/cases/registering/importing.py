"""An import of the registry: what a file changes, what that does to stored readings, and writing it.

It must not know whether a person imports by a command or by the API.
"""

from dataclasses import dataclass
from datetime import datetime

from schemas.registry import RegistryDocument
from schemas.registry_rows import RegistryRows
from services.cases.registering.difference import Difference, Standard, difference
from services.cases.registering.sources import Source, SourceError
from services.cases.registering.standard import standard_codes, standard_regions
from services.cases.registering.written import document_fields
from services.store.registry_ids import Progress
from services.store.registry_mending import mended_hours, unbound_channels
from services.store.registry_write import RegistryChange, write_registry
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class Mending:
    """What changes do to stored readings.

    `hours` are judged anew; `unbound` names the channels whose readings will belong to no point.
    """

    hours: int
    unbound: list[str]


def shipped() -> Standard:
    """The facts that ship with the program."""
    return Standard(standard_codes(), standard_regions())


def compared(source: Source, known: RegistryRows, now: datetime) -> Difference:
    """What a file changes, the time to the second. Raises SourceError with all that is wrong."""
    standard = shipped()
    document = source.document(lambda: document_fields(known, standard))
    found = difference(known, document, standard, now.replace(microsecond=0))
    lines = source.lines(found.problems)
    if lines:
        raise SourceError(lines, source.placed(found.problems))
    return found


def document_compared(document: RegistryDocument, known: RegistryRows, now: datetime) -> Difference:
    """The same for a document that comes from no file; its problems are told in the difference."""
    return difference(known, document, shipped(), now.replace(microsecond=0))


def mending_of(session: Session, found: Difference) -> Mending:
    """Raises psycopg.Error."""
    mended = found.write.mended
    return Mending(mended_hours(session, mended), list(unbound_channels(session, mended)))


def write_difference(
    session: Session, found: Difference, change: RegistryChange, progress: Progress
) -> int:
    """Within the caller's `registry_lock`; gives the new version. Raises RegistryConflict, psycopg.Error."""
    return write_registry(session, found.write, change, progress)


def counts_of(found: Difference) -> dict[str, dict[str, int]]:
    """How many of each kind are added, changed, ended, unchanged."""
    counts: dict[str, dict[str, int]] = {}
    for (kind, verb), count in found.counts.items():
        counts.setdefault(kind, {})[verb] = count
    return counts


def summary_of(found: Difference, hours: int) -> dict[str, object]:
    """What is kept of an import."""
    changes = [
        {"verb": one.verb, "kind": one.kind, "name": one.name, "details": list(one.details)}
        for one in found.changes
    ]
    return {"counts": counts_of(found), "changes": changes, "hours_judged_anew": hours}
