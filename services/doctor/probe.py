"""Everything the doctor looks at, in order: settings, disks, database, broker."""

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from services.doctor.broker_checks import judge_broker
from services.doctor.broker_facts import Plan
from services.doctor.broker_probe import probe_broker
from services.doctor.database_checks import judge_database
from services.doctor.finding import Cause, Finding, Subject, Unreachable
from services.doctor.host_checks import Disk, judge_disks, judge_variables
from services.doctor.reach import connect
from services.doctor.reach_checks import judge_unreachable
from services.runtime.settings import Settings, unknown_variables
from services.store.facts import DatabaseFacts, NoDatabase, database_place, read_facts

MESSAGES = 5000
# A realistic frame of ten pollutants.
PAYLOAD_BYTES = 512


def examine(
    settings: Settings, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Iterator[Finding]:
    """Findings as they are made; at most about half a minute in all."""
    yield from judge_variables(unknown_variables(environ))
    database = _database(settings, clock)
    yield from judge_disks(_disks(settings, database))
    if isinstance(database, Unreachable):
        yield judge_unreachable(Subject.DATABASE, database)
    else:
        yield from judge_database(database)
    yield from _broker(settings)


def _database(settings: Settings, clock: Callable[[], datetime]) -> DatabaseFacts | Unreachable:
    if settings.database_url is None:
        return Unreachable(Cause.UNSET)
    url = settings.database_url.get_secret_value()
    try:
        place = database_place(url)
    except ValueError as error:
        return Unreachable(Cause.OTHER, detail=str(error))
    if place is not None:
        # The driver tells these causes apart by its texts only; a socket by its errors.
        reached = connect(*place)
        if isinstance(reached, Unreachable):
            return reached
        reached.close()
    facts = read_facts(url, clock)
    if isinstance(facts, NoDatabase):
        shown = "PostgreSQL" if place is None else f"{place[0]}:{place[1]}"
        return Unreachable(Cause.LOGIN, shown, facts.detail)
    return facts


def _broker(settings: Settings) -> Iterable[Finding]:
    address = settings.broker
    if address is None:
        return [judge_unreachable(Subject.BROKER, Unreachable(Cause.UNSET))]
    name = secrets.token_hex(8)
    plan = Plan(
        address=address,
        tls=settings.broker_tls,
        name=f"qingkong-doctor-{name}",
        # Not a topic that ingest reads.
        topic=f"qingkong/doctor/{name}",
        messages=MESSAGES,
        payload_bytes=PAYLOAD_BYTES,
        receive_maximum=settings.receive_maximum,
    )
    facts = probe_broker(plan)
    if isinstance(facts, Unreachable):
        return [judge_unreachable(Subject.BROKER, facts)]
    return judge_broker(plan, facts)


def _disks(settings: Settings, database: DatabaseFacts | Unreachable) -> Iterator[Disk]:
    folders = [settings.home, settings.checkpoint_folder]
    if isinstance(database, DatabaseFacts) and database.server.data_directory is not None:
        # Only of use, and only there, when the server runs on this host.
        folders.append(Path(database.server.data_directory))
    seen: set[int] = set()
    for folder in folders:
        existing = _existing(folder)
        if existing is None or existing.stat().st_dev in seen:
            continue
        seen.add(existing.stat().st_dev)
        usage = shutil.disk_usage(existing)
        yield Disk(existing, usage.total, usage.free)


def _existing(folder: Path) -> Path | None:
    """The folder, or the nearest one above it that is there and may be looked at."""
    for path in (folder, *folder.parents):
        try:
            if path.is_dir():
                return path
        except PermissionError:
            continue
    return None
