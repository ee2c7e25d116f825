"""One case from the first reading over the limit to its disposition, and a verdict that is contested.

Every clock runs 40 times as fast as ours; persons act by the command line.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import orjson
import psycopg
import pytest

from schemas.alert import PLATFORM, Alert, AlertEvent, AlertKind, AlertState, Disposition
from services.runtime.clock import wall_clock_s
from tests.fixtures.brisk import works
from tests.fixtures.brisk_world import (
    EVERY,
    MINUTE,
    NOON,
    OVER,
    Play,
    World,
    figures,
    message,
    world,
)
from tests.fixtures.hearing import HttpReceiver, http_receiver
from tests.fixtures.ingest import IngestFloor
from tests.fixtures.ledger import batches, outcomes_by_frame
from tests.fixtures.numbered import Publication
from tests.fixtures.site import Site
from tests.fixtures.told import assert_told, events_in, tell_all
from tests.fixtures.until import until

RATE = 40.0
EXCEEDS, CONTESTS = 1, 2
VERDICT = """
SELECT verdict.id FROM verdict JOIN point ON point.id = verdict.point
JOIN subject ON subject.id = point.subject JOIN plant ON plant.id = subject.plant
WHERE plant.code = %s AND verdict.period = 'hour' AND verdict.outcome = 'exceeding'
ORDER BY verdict.id DESC LIMIT 1
"""
FINDING = "SELECT rule, since FROM finding WHERE id = %s"


def minutes(number: int, value: float) -> Publication:
    """The minutes from 12:00 to 12:50 of a plant."""
    readings = [
        {
            "time": (NOON + place * MINUTE).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "kind": "minute",
            "code": "a21026",
            "value": value,
            "flag": "N",
        }
        for place in range(50)
    ]
    payload = {"mn": f"MN-{number}", "readings": readings}
    return Publication(f"MN-{number}", f"cems/v1/MN-{number}", orjson.dumps(payload), {})


async def driven(made: World, alert: int, report: Path) -> str:
    """An order on the case is issued, accepted, answered, sent back, answered, verified, closed."""
    says = made.platform.says
    what = ("--alert", str(alert), "--demand", "查明原因并整改", "--reason", "实时超限")
    issued = cast("dict[str, object]", orjson.loads(await says("orders", "issue", *what, "--json")))
    number = str(issued["number"])
    answer = ("--cause", "喷淋泵停运", "--measures", "已更换")
    await says("orders", "accept", number)
    await says("orders", "answer", number, *answer, "--attach", str(report))
    await says("orders", "return", number, "--reason", "未附检修记录")
    await says(
        "orders", "answer", number, *answer, "--text", "检修记录见附件", "--attach", str(report)
    )
    await says("orders", "verify", number, "--reason", "现场核查，措施已落实")
    closing = ("--disposition", "confirmed", "--consequence", "rectified", "--text", "整改完成")
    await says("orders", "close", number, *closing)
    return await says("orders", "show", number, "--json")


async def contested(made: World) -> tuple[int, str]:
    """The plant contests the hour's verdict, and the bureau upholds it; what the contest then says."""
    found: list[int] = []

    async def so() -> bool:
        with psycopg.connect(made.database_url, autocommit=True) as connection:
            row = connection.execute(VERDICT, (f"P{CONTESTS}",)).fetchone()
        found[:] = [] if row is None else [int(row[0])]
        return bool(found)

    await until(so, 40, "the hour has a verdict")
    says = made.platform.says
    await says("contests", "file", "verdict", str(found[0]), "--grounds", "校准期间数据")
    await says("contests", "answer", "1", "upheld", "--reason", "校准记录属实")
    return found[0], await says("contests", "show", "1", "--json")


@dataclass
class Story:
    """What happened, and what was kept of it."""

    began: datetime
    case: Alert
    found_s: float
    """From when the sixth reading over the limit was due, by our clock."""
    order: str = ""
    verdict: int = 0
    contest: str = ""
    events: Sequence[AlertEvent] = ()


async def exceeding(made: World) -> Story:
    """P1 exceeds from now on, P2 all of the hour; until P1 has a case."""
    made.fleet.values[CONTESTS] = 130.0
    made.fleet.publisher.say(minutes(CONTESTS, 130.0))
    began = made.fleet.said[EXCEEDS][-1] + EVERY
    made.fleet.values[EXCEEDS] = OVER
    await made.clock.reaches(began + timedelta(seconds=180))
    due_s = wall_clock_s()
    case = await made.case(AlertKind.PREWARNING, opened, 30, f"P{EXCEEDS}")
    return Story(began, case, wall_clock_s() - due_s)


async def ended(made: World, case: int) -> Alert:
    """Once it is over, somebody says what it was."""
    await made.case(AlertKind.PREWARNING, resolved, 60, f"P{EXCEEDS}")
    outcome = ("--as", "confirmed", "--cause", "facility_fault")
    await made.platform.says("alerts", "dispose", str(case), *outcome)
    return await made.case(AlertKind.PREWARNING, disposed, 5, f"P{EXCEEDS}")


def opened(one: Alert) -> bool:
    return one.opened_at is not None


def resolved(one: Alert) -> bool:
    return one.state is AlertState.RESOLVED


def disposed(one: Alert) -> bool:
    return one.disposition is Disposition.CONFIRMED


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_a_case_from_its_first_reading_to_its_disposition_with_all_its_evidence(
    site: Site, floor: IngestFloor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.4 report")
    receiver = HttpReceiver()
    play = Play(3, RATE, NOON + 50 * MINUTE)
    async with http_receiver(receiver), world(site, floor, play) as made:
        await tell_all(made.platform, receiver.port)
        await made.platform.ingest()
        alerts = await made.platform.alerts()
        await works(alerts).well(40, "raises")
        await made.heard()

        story = await exceeding(made)
        number = story.case.alert
        await made.platform.says("alerts", "ack", str(number), "--note", "已电话核实")
        del made.fleet.values[EXCEEDS]
        story.order = await driven(made, number, report)
        story.verdict, story.contest = await contested(made)
        story.case = await ended(made, number)
        story.events = made.events(number)
        await told(receiver, number)
        over = await made.case(AlertKind.LIMIT_HOUR, opened, 20, f"P{CONTESTS}")
        status, _ = await alerts.stop()

    with capsys.disabled():
        sys.stdout.write(f"{figures(made)}\ncase {story.found_s:.2f} s after it was due\n")
    assert_whole(story)
    assert_evidence(made, story)
    limits = cast("list[dict[str, object]]", over.evidence["limits"])
    assert story.verdict in {one["verdict"] for one in limits}
    assert_told(receiver.heard)
    assert status == 0


def assert_whole(story: Story) -> None:
    """Every step, by whom it was, in order."""
    assert story.case.since == story.began
    assert [one.version for one in story.events] == list(range(1, len(story.events) + 1))
    own = [one.what.value for one in story.events if one.actor == PLATFORM]
    persons = [one.what.value for one in story.events if one.actor != PLATFORM]
    # It clears by itself while the order is under way.
    assert own == ["pending", "opened", "resolved"]
    assert (persons[0], set(persons[1:-1]), persons[-1]) == (
        "acknowledged",
        {"ordered"},
        "disposed",
    )
    assert order_steps(story.order) == [
        *("issued", "accepted", "answered", "returned", "answered", "verified", "closed"),
    ]
    assert '"state": "upheld"' in story.contest


def order_steps(order: str) -> list[str]:
    document = cast("dict[str, list[dict[str, str]]]", orjson.loads(order))
    assert len(document["attachments"]) == 2
    return [one["what"] for one in document["events"]]


def assert_evidence(made: World, story: Story) -> None:
    """The rows that the platform's own events name are there, and the frame that it began with."""
    events = story.events
    frames = outcomes_by_frame(batches(made.database_url))
    assert frames[message(EXCEEDS, story.began, OVER).payload] == {"s": 1}
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        for event in events:
            source = str(event.detail.get("source", ""))
            kind, _, number = source.partition(":")
            if event.actor == PLATFORM:
                assert kind == "finding", event
                row = connection.execute(FINDING, (int(number),)).fetchone()
                assert row is not None
                assert row[0] == "over_limit_now"


async def told(receiver: HttpReceiver, alert: int) -> None:
    """Wait until the receiver has heard of its opening, its order and its end."""

    async def so() -> bool:
        heard = [one for each in receiver.heard for one in events_in(each) if one[0] == alert]
        return len(set(heard)) >= 3

    await until(so, 20, "the case is told")
