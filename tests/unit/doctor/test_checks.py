from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.doctor.broker_checks import judge_broker
from services.doctor.broker_facts import Announced, BrokerFacts, Plan
from services.doctor.database_checks import judge_database
from services.doctor.finding import Cause, Finding, Level, Subject, Unreachable
from services.doctor.host_checks import Disk, judge_disks
from services.doctor.reach_checks import judge_unreachable
from services.runtime.broker_address import BrokerAddress, TlsFiles
from services.store.facts import DatabaseFacts, ServerFacts

GB = 1024**3
SERVER = ServerFacts(
    version=170_004,
    timescaledb="2.19.3",
    license="apache",
    clock=datetime(2025, 1, 1, tzinfo=UTC),
    standby=False,
    fsync="on",
    full_page_writes="on",
    synchronous_commit="on",
    max_locks_per_transaction=256,
    size_bytes=GB,
    data_directory=None,
)
DATABASE = DatabaseFacts(
    server=SERVER,
    clock_lead_s=0.01,
    clock_error_s=0.001,
    roles_missing=(),
    roles_not_granted=(),
    migrations_pending=(),
    migration_fault=None,
)
PLAN = Plan(
    address=BrokerAddress("broker", 1883, "qingkong", "secret"),
    tls=TlsFiles(),
    name="doctor",
    topic="qingkong/doctor/x",
    messages=5000,
    payload_bytes=512,
    receive_maximum=5000,
)
ANNOUNCED = Announced(
    session_expiry_s=None,
    max_packet_size=8_388_608,
    publisher_window=1000,
    shared_subscriptions=True,
)
BROKER = BrokerFacts(
    ANNOUNCED,
    sent=5000,
    taken=5000,
    session_kept=True,
    arrived=5000,
    window=5000,
    round_trip_s=0.001,
)


def worst(findings: list[Finding]) -> list[str]:
    """What is not in order: level and sentence."""
    return [f"{each.level}: {each.what.en}" for each in findings if each.level is not Level.OK]


def test_a_database_in_order_has_only_good_findings() -> None:
    assert worst(judge_database(DATABASE)) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param(
            replace(DATABASE, server=replace(SERVER, version=140_012)),
            "fault: PostgreSQL 14.12",
            id="too old",
        ),
        pytest.param(
            replace(DATABASE, server=replace(SERVER, version=160_001)),
            "warning: PostgreSQL 16.1",
            id="not tried",
        ),
        pytest.param(
            replace(DATABASE, server=replace(SERVER, standby=True)),
            "fault: this is a standby",
            id="standby",
        ),
        pytest.param(
            replace(DATABASE, server=replace(SERVER, timescaledb=None)),
            "fault: TimescaleDB is loaded but not made",
            id="extension not made",
        ),
        pytest.param(
            replace(DATABASE, server=replace(SERVER, timescaledb=None, license=None)),
            "fault: TimescaleDB is not loaded",
            id="extension not loaded",
        ),
        pytest.param(
            replace(DATABASE, server=replace(SERVER, fsync="off", full_page_writes="off")),
            "fault: a commit may be lost in a crash: fsync = off, full_page_writes = off",
            id="no fsync",
        ),
        pytest.param(
            replace(DATABASE, server=replace(SERVER, max_locks_per_transaction=64)),
            "warning: max_locks_per_transaction = 64",
            id="few locks",
        ),
        pytest.param(
            replace(DATABASE, migrations_pending=("0004_evidence",)),
            "fault: migrations have not run: 0004_evidence",
            id="migration pending",
        ),
        pytest.param(
            replace(DATABASE, migration_fault="the database is newer"),
            "fault: migrations: the database is newer",
            id="database newer",
        ),
        pytest.param(
            replace(DATABASE, roles_missing=("qingkong_api",)),
            "fault: roles are missing: qingkong_api",
            id="role missing",
        ),
        pytest.param(
            replace(DATABASE, roles_not_granted=("qingkong_api",)),
            "warning: this login may not act as qingkong_api",
            id="role not granted",
        ),
        pytest.param(
            replace(DATABASE, clock_lead_s=-5.0),
            "warning: its clock is -5.000 s",
            id="clock behind",
        ),
        pytest.param(
            replace(DATABASE, clock_lead_s=61.0),
            "fault: its clock is +61.000 s",
            id="clock far ahead",
        ),
    ],
)
def test_what_is_not_in_order_at_a_database_is_the_only_thing_said(
    facts: DatabaseFacts, said: str
) -> None:
    [only] = worst(judge_database(facts))

    assert only.startswith(said)


def test_a_clock_difference_within_its_own_error_is_no_difference() -> None:
    facts = replace(DATABASE, clock_lead_s=3.0, clock_error_s=2.5)

    assert worst(judge_database(facts)) == []


def test_a_broker_in_order_has_only_good_findings() -> None:
    assert worst(judge_broker(PLAN, BROKER)) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param(
            replace(BROKER, arrived=1000, window=1000),
            "fault: the broker drops in silence: of 5000 messages (2.6 MB)",
            id="queue too short",
        ),
        pytest.param(
            replace(BROKER, session_kept=False, arrived=0, window=0),
            "fault: the broker forgot a sleeping session",
            id="session gone",
        ),
        pytest.param(
            replace(BROKER, announced=replace(ANNOUNCED, session_expiry_s=7200)),
            "fault: the broker lets sessions expire after 7200 s",
            id="session expires",
        ),
        pytest.param(
            replace(BROKER, window=32),
            "warning: 32 messages were handed out unacknowledged (5000 asked)",
            id="narrow window",
        ),
        pytest.param(
            replace(BROKER, taken=4000, arrived=4000, window=4000),
            "warning: only 4000 of 5000 messages were taken (time was up)",
            id="slow broker",
        ),
        pytest.param(
            replace(BROKER, announced=replace(ANNOUNCED, max_packet_size=None)),
            "warning: max packet size: no limit",
            id="no packet limit",
        ),
        pytest.param(
            replace(BROKER, announced=replace(ANNOUNCED, max_packet_size=65_536)),
            "warning: max packet size: 65536 bytes",
            id="small packets",
        ),
        pytest.param(
            replace(BROKER, announced=replace(ANNOUNCED, publisher_window=20)),
            "warning: a publisher may have 20 messages unacknowledged",
            id="publishers braked",
        ),
        pytest.param(
            replace(BROKER, announced=replace(ANNOUNCED, shared_subscriptions=False)),
            "warning: no shared subscriptions",
            id="no shared subscriptions",
        ),
        pytest.param(
            BrokerFacts(ANNOUNCED, subscription_refused="NOT_AUTHORIZED (0x87)"),
            "fault: the account qingkong may not read qingkong/doctor/x: NOT_AUTHORIZED",
            id="may not read",
        ),
        pytest.param(
            BrokerFacts(ANNOUNCED, publication_refused="NOT_AUTHORIZED (0x87)", sent=1000),
            "fault: the account qingkong may not write qingkong/doctor/x: NOT_AUTHORIZED",
            id="may not write",
        ),
    ],
)
def test_what_is_not_in_order_at_a_broker_is_the_only_thing_said(
    facts: BrokerFacts, said: str
) -> None:
    [only] = worst(judge_broker(PLAN, facts))

    assert only.startswith(said)


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("subject", [Subject.DATABASE, Subject.BROKER])
def test_every_cause_is_a_fault_with_a_remedy_in_both_languages(
    cause: Cause, subject: Subject
) -> None:
    finding = judge_unreachable(subject, Unreachable(cause, "host:1", "why"))

    assert finding.level is Level.FAULT
    assert all((finding.what.en, finding.what.zh, finding.do.en, finding.do.zh))


@pytest.mark.parametrize(
    ("free", "level"),
    [
        pytest.param(500 * GB, Level.OK, id="half"),
        pytest.param(100 * GB, Level.WARNING, id="a tenth"),
        pytest.param(30 * GB, Level.FAULT, id="almost full"),
    ],
)
def test_a_disk_is_judged_by_what_is_free(free: int, level: Level) -> None:
    [finding] = judge_disks([Disk(Path("/data"), 1000 * GB, free)])

    assert finding.level is level


def test_a_small_disk_with_little_left_is_a_fault_whatever_its_share() -> None:
    [finding] = judge_disks([Disk(Path("/data"), 2 * GB, GB)])

    assert finding.level is Level.FAULT
