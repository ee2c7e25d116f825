"""Two alert processes, one of them killed again and again: each case once, each event once and in order.

Every clock runs 40 times as fast as ours. What is told arrives at least once, repeats under one key.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from random import Random

import orjson
import pytest

from schemas.alert import Alert, AlertEvent, AlertKind, AlertState
from schemas.notice import TOLD
from tests.fixtures.brisk import works
from tests.fixtures.brisk_world import EVERY, MINUTE, OVER, Play, World, figures, world
from tests.fixtures.hearing import HttpReceiver, http_receiver
from tests.fixtures.ingest import Ingest, IngestFloor
from tests.fixtures.numbered import Publication
from tests.fixtures.site import Site
from tests.fixtures.told import assert_told, events_in, tell_all
from tests.fixtures.until import until

LOGGERS = 10
RATE = 40.0
SEED = 212
KILLS = 8
DIES = 5
OVERS = (4, 6, 7)
STOPS = 0
PENDING = ["pending", "opened"]
TREATED = """
  - code: P0
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-0
        commissioned_at: 2026-03-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: SB1, point: FGD1/state}
"""


class Facility:
    """The boiler of P0 runs; its desulphurisation does until it is stopped."""

    def __init__(self) -> None:
        self.runs = True
        self.stopped: datetime | None = None

    def say(self, at: datetime) -> Publication:
        """Load and state of that minute."""
        if not self.runs and self.stopped is None:
            self.stopped = at
        time = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        reading = {"time": time, "kind": "minute", "code": "i33400", "value": 80.0, "flag": "N"}
        state = {"time": time, "code": "SB1", "state": int(self.runs)}
        payload = {"mn": "MN-0", "sent_at": time, "readings": [reading], "states": [state]}
        return Publication("MN-0", "cems/v1/MN-0", orjson.dumps(payload), {})


async def what_happens(made: World, facility: Facility) -> dict[int, tuple[datetime, datetime]]:
    """A logger dies, a facility stops, three outlets exceed one after the other; when they did."""
    fleet = made.fleet
    died = fleet.die(DIES)
    facility.runs = False
    truth = {DIES: (died, died)}
    for number in OVERS:
        began = fleet.said[number][-1] + EVERY
        fleet.values[number] = OVER
        await made.clock.reaches(began + 5 * MINUTE)
        del fleet.values[number]
        truth[number] = began, fleet.said[number][-1] + EVERY
    return truth


async def kill_again_and_again(made: World, workers: list[Ingest]) -> None:
    """One at random is killed and another one started, again and again."""
    random = Random(SEED)  # noqa: S311 - chance, no secret
    for _ in range(KILLS):
        place = random.randrange(len(workers))
        await workers[place].kill()
        workers[place] = await made.platform.alerts()
        await made.passes(random.uniform(0.5, 3.5))


async def answer_late(made: World, receiver: HttpReceiver, answering: asyncio.Event) -> None:
    """Whoever sends at first does not learn that it was heard."""

    async def so() -> bool:
        return bool(receiver.heard)

    await until(so, 60, "something is told")
    await made.passes(2)
    answering.set()


async def all_told(made: World, receiver: HttpReceiver) -> int:
    """Wait for all cases, and until the receiver has heard of them; how many events it was told of."""
    for number in OVERS:
        await made.case(AlertKind.PREWARNING, resolved, 60, f"P{number}")
    for kind, place in ((AlertKind.DEVICE_OFFLINE, DIES), (AlertKind.FACILITY_OFF, STOPS)):
        await made.case(kind, opened, 60, f"P{place}")
    wanted = {
        (one.alert.alert, event.version)
        for one in made.cases()
        for event in made.events(one.alert.alert)
        if event.what in TOLD
    }

    async def so() -> bool:
        return wanted <= {one for heard in receiver.heard for one in events_in(heard)}

    await until(so, 30, f"{len(wanted)} events are told")
    return len(wanted)


def resolved(one: Alert) -> bool:
    return one.state is AlertState.RESOLVED


def opened(one: Alert) -> bool:
    return one.opened_at is not None


def assert_in_order(events: Sequence[Sequence[AlertEvent]]) -> None:
    """Of each case: versions without a gap, times that grow, each step once."""
    for some in events:
        assert [one.version for one in some] == list(range(1, len(some) + 1))
        assert [one.at for one in some] == sorted(one.at for one in some)
        assert [one.what.value for one in some] in (PENDING, [*PENDING, "resolved"])


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_kills_neither_lose_nor_double_a_case_an_event_or_a_notice(
    site: Site, floor: IngestFloor, capsys: pytest.CaptureFixture[str]
) -> None:
    facility = Facility()
    receiver = HttpReceiver(hold=(answering := asyncio.Event()))
    play = Play(LOGGERS, RATE, more=TREATED, also=facility.say)
    async with http_receiver(receiver), world(site, floor, play) as made:
        await tell_all(made.platform, receiver.port)
        await made.platform.ingest()
        workers = [await made.platform.alerts() for _ in range(2)]
        await works(workers[0]).well()
        await made.heard()

        async with asyncio.TaskGroup() as group:
            happening = group.create_task(what_happens(made, facility), name="what happens")
            group.create_task(kill_again_and_again(made, workers), name="kills")
            group.create_task(answer_late(made, receiver, answering), name="answers")
        count = await all_told(made, receiver)
        cases, text = made.happened(), figures(made)
        events = [made.events(one.alert.alert) for one in cases]
        ends = [await worker.stop() for worker in workers]

    with capsys.disabled():
        sys.stdout.write(
            f"{text}\n{KILLS} kills; {len(receiver.heard)} messages of {count} events; ended "
            f"{[f'{took_s:.1f}' for _, took_s in ends]} s after SIGTERM\n"
        )
    found = {(one.alert.kind.value, one.plant): one.alert for one in cases}
    truth = happening.result()
    assert len(cases) == len(truth) + 1
    for number in OVERS:
        one = found["prewarning", f"P{number}"]
        assert (one.since, one.until) == truth[number]
    assert abs(found["device_offline", f"P{DIES}"].since - truth[DIES][0]) < EVERY
    assert found["facility_off", f"P{STOPS}"].since == facility.stopped
    assert_in_order(events)
    assert_told(receiver.heard)
    assert len(receiver.heard) > count
    assert [status for status, _ in ends] == [0, 0]
