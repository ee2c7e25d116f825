"""What events become in the real database: notices, messages, and what became of each."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import psycopg
import pytest

from schemas.alert import Event, Severity
from schemas.notice import Channel, Contact, Delivery, Escalation, Form, Receiver, Route, Told
from schemas.silence import Silence
from services.alerts.notify.outbox import Outbox
from services.alerts.notify.silenced import silenced_events
from services.store.connection import connect_now
from services.store.deliveries import Room, claim, list_deliveries, mark_failed, mark_sent
from services.store.notices import notices_of
from services.store.receivers import write_contact
from services.store.session import Session
from services.store.silences import write_silence
from tests.fixtures.notices import NOW, configured, happened, opened, plant

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DUTY = Receiver(name="duty", channel=Channel.EMAIL, address="duty@bureau.example")
CHIEF = Receiver(name="chief", channel=Channel.EMAIL, address="chief@bureau.example")
ALL = Route(name="all", receivers=("duty",))
ROOM = Room(100, 100, {})
LEASE = timedelta(seconds=60)


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def nothing_silenced(_session: Session, _told: Sequence[Told], _now: datetime) -> dict[int, int]:
    return {}


def all_silenced(_session: Session, told: Sequence[Told], _now: datetime) -> dict[int, int]:
    return {one.event: 5 for one in told}


def made(session: Session) -> list[Delivery]:
    return list_deliveries(session, None, None, 1000)[::-1]


def became(session: Session, alert: int) -> list[tuple[object, object, object]]:
    return [(row[1], row[2], row[5]) for row in notices_of(session, alert)]


def test_an_event_becomes_one_message_after_the_group_has_waited(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    opened(owner, "a", NOW, plant=plant(owner))
    outbox = Outbox(session, nothing_silenced, "https://alerts.example")

    outbox.take(NOW)
    early = outbox.bundle(NOW + 29 * SECOND)
    due = outbox.bundle(NOW + 30 * SECOND)

    assert (early, due) == (0, 1)
    (message,) = [one.message for one in made(session)]
    assert message.form is Form.EVENT
    assert message.title == "【晴空】橙色新告警：示例电厂 小时均值超标"
    assert message.link is not None
    assert message.link.startswith("https://alerts.example/alerts/")


def test_events_are_taken_once_by_however_many(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    configured(owner, [DUTY], ALL)
    opened(owner, "a", NOW)
    with connect_now(database, "alerts", "other") as other:
        counts = [len(Outbox(one, nothing_silenced).take(NOW)) for one in (session, other, session)]

    assert counts == [1, 0, 0]


def test_an_event_that_commits_late_is_told_all_the_same(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    configured(owner, [DUTY], ALL)
    outbox = Outbox(session, nothing_silenced)
    with psycopg.connect(database) as slow:
        opened(slow, "slow", NOW)
        opened(owner, "quick", NOW)
        first = outbox.take(NOW)
        slow.commit()
    second = outbox.take(NOW)

    assert (len(first), len(second)) == (1, 1)
    assert outbox.take(NOW) == []


def test_two_hundred_events_of_many_plants_are_one_digest(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    plants = [plant(owner, f"P{number}", f"厂{number}") for number in range(40)]
    for number in range(200):
        opened(owner, f"a{number}", NOW, plant=plants[number % 40])
    outbox = Outbox(session, nothing_silenced)

    outbox.take(NOW)
    outbox.bundle(NOW + MINUTE)

    (one,) = made(session)
    assert one.message.form is Form.DIGEST
    assert "40家企业 200条告警" in one.message.title
    assert "另有170条未列出" in one.message.text
    assert len(one.message.items) == 200


def test_what_follows_in_a_group_waits_for_its_interval(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    place = plant(owner)
    outbox = Outbox(session, nothing_silenced)
    opened(owner, "a", NOW, plant=place)
    outbox.take(NOW)
    outbox.bundle(NOW + MINUTE)
    for name in "bcd":
        opened(owner, name, NOW + MINUTE, plant=place)
    outbox.take(NOW + MINUTE)

    held = outbox.bundle(NOW + 2 * MINUTE)
    later = outbox.bundle(NOW + 7 * MINUTE)

    assert (held, later) == (0, 1)
    assert [len(one.message.items) for one in made(session)] == [1, 3]


def test_red_waits_for_nothing_and_takes_along_what_happened_before(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    alert = opened(owner, "a", NOW, plant=plant(owner))
    happened(owner, alert, Event.RAISED, NOW, Severity.RED)
    outbox = Outbox(session, nothing_silenced)

    outbox.take(NOW)
    count = outbox.bundle(NOW)

    assert count == 1
    (one,) = made(session)
    assert [item["what"] for item in one.message.items] == ["opened", "raised"]


def test_nobody_has_acknowledged_it_so_the_chief_hears_of_it(
    owner: psycopg.Connection, session: Session
) -> None:
    escalating = Escalation(after_min=30, receivers=("chief",))
    configured(owner, [DUTY, CHIEF], ALL.model_copy(update={"escalations": (escalating,)}))
    opened(owner, "a", NOW, plant=plant(owner))
    outbox = Outbox(session, nothing_silenced)
    outbox.take(NOW)
    outbox.bundle(NOW + MINUTE)

    early = outbox.bundle(NOW + 29 * MINUTE)
    due = outbox.bundle(NOW + 30 * MINUTE)

    assert (early, due) == (0, 1)
    last = made(session)[-1]
    assert (last.receiver, last.message.form) == ("chief", Form.ESCALATION)
    assert last.message.title.startswith("【晴空】无人签收·橙色新告警")


@pytest.mark.parametrize("answer", [Event.ACKNOWLEDGED, Event.RESOLVED])
def test_an_answer_makes_the_escalation_needless(
    owner: psycopg.Connection, session: Session, answer: Event
) -> None:
    escalating = Escalation(after_min=30, receivers=("chief",))
    configured(owner, [DUTY, CHIEF], ALL.model_copy(update={"escalations": (escalating,)}))
    alert = opened(owner, "a", NOW)
    outbox = Outbox(session, nothing_silenced)
    outbox.take(NOW)
    happened(owner, alert, answer, NOW + MINUTE)

    outbox.take(NOW + MINUTE)
    outbox.bundle(NOW + 40 * MINUTE)

    assert ("opened", "chief", "needless") in became(session, alert)
    assert {one.receiver for one in made(session)} == {"duty"}


def test_what_came_again_after_the_answer_escalates_again(
    owner: psycopg.Connection, session: Session
) -> None:
    escalating = Escalation(after_min=30, receivers=("chief",))
    configured(owner, [DUTY, CHIEF], ALL.model_copy(update={"escalations": (escalating,)}))
    alert = opened(owner, "a", NOW)
    happened(owner, alert, Event.ACKNOWLEDGED, NOW + MINUTE)
    happened(owner, alert, Event.REOPENED, NOW + 2 * MINUTE)
    owner.execute("UPDATE alert SET state = 'open' WHERE id = %s", (alert,))
    outbox = Outbox(session, nothing_silenced)

    outbox.take(NOW + 3 * MINUTE)
    outbox.bundle(NOW + 40 * MINUTE)

    assert [row for row in became(session, alert) if row[1] == "chief"] == [
        ("opened", "chief", "needless"),
        ("reopened", "chief", "bundled"),
    ]


def test_a_silenced_event_is_kept_with_its_silence_and_sent_to_nobody(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    alert = opened(owner, "a", NOW)
    outbox = Outbox(session, all_silenced)

    outbox.take(NOW)
    outbox.bundle(NOW + MINUTE)

    assert made(session) == []
    assert [(row[5], row[7]) for row in notices_of(session, alert)] == [("silenced", 5)]


def test_a_silence_that_has_ended_does_not_keep_the_escalation_quiet(
    owner: psycopg.Connection, session: Session
) -> None:
    escalating = Escalation(after_min=30, receivers=("chief",))
    configured(owner, [DUTY, CHIEF], ALL.model_copy(update={"escalations": (escalating,)}))
    opened(owner, "a", NOW)
    Outbox(session, all_silenced).take(NOW)

    Outbox(session, nothing_silenced).bundle(NOW + 31 * MINUTE)

    assert [one.receiver for one in made(session)] == ["chief"]


@pytest.mark.parametrize(
    ("place", "begins", "quiet"),
    [("P1", -30, True), ("P2", -30, False), ("P1", 30, False), ("P1", -90, True)],
    ids=["now", "another plant", "later", "when it happened"],
)
def test_a_silence_of_the_plant_keeps_quiet_what_happens_or_is_told_within_it(
    owner: psycopg.Connection, session: Session, place: str, begins: int, *, quiet: bool
) -> None:
    configured(owner, [DUTY], ALL)
    plants = {"P1": plant(owner), "P2": plant(owner, "P2", "另一厂")}
    since = NOW + begins * MINUTE
    silence = Silence(0, since, since + 60 * MINUTE, "检修", "bureau", plant=plants[place])
    key = write_silence(owner, silence).silence
    alert = opened(owner, "a", NOW - 60 * MINUTE, plant=plants["P1"])

    Outbox(session, silenced_events).take(NOW)

    (row,) = notices_of(session, alert)
    assert (row[5], row[7]) == (("silenced", key) if quiet else ("waiting", None))


def test_what_was_found_late_waits_for_the_mornings_digest(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    alert = opened(owner, "a", NOW - timedelta(days=3), Severity.RED, late=True)
    owner.execute("ALTER TABLE alert_event DISABLE TRIGGER ALL")
    owner.execute("UPDATE alert_event SET made_at = %s WHERE alert = %s", (NOW, alert))
    outbox = Outbox(session, nothing_silenced)

    outbox.take(NOW)
    page = outbox.bundle(NOW + 60 * MINUTE)
    morning = outbox.bundle(NOW + timedelta(hours=20, minutes=30))

    assert (page, morning) == (0, 1)
    assert made(session)[0].message.form is Form.DIGEST


def test_a_plants_contact_hears_of_its_own_plant_alone(
    owner: psycopg.Connection, session: Session
) -> None:
    route = Route(name="plants", plant_contacts=True)
    configured(owner, [DUTY], route)
    one, other = plant(owner), plant(owner, "P2", "另一厂")
    write_contact(owner, Contact("P1", "duty", ""), "bureau")
    outbox = Outbox(session, nothing_silenced)
    heard = opened(owner, "a", NOW, plant=one)
    opened(owner, "b", NOW, plant=other)

    notices = outbox.take(NOW)

    assert [notice.alert for notice in notices] == [heard]


def test_the_next_of_a_case_waits_until_the_one_before_is_sent_or_dead(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL.model_copy(update={"group_interval_s": 0, "group_wait_s": 0}))
    alert = opened(owner, "a", NOW)
    outbox = Outbox(session, nothing_silenced)
    outbox.take(NOW)
    outbox.bundle(NOW)
    happened(owner, alert, Event.RAISED, NOW + SECOND)
    opened(owner, "b", NOW + SECOND, plant=plant(owner))
    outbox.take(NOW + SECOND)
    outbox.bundle(NOW + SECOND)

    first = claim(session, ROOM, NOW + SECOND, LEASE)
    while_leased = claim(session, ROOM, NOW + SECOND, LEASE)
    mark_sent(session, first[0], NOW + SECOND)
    then = claim(session, ROOM, NOW + SECOND, LEASE)

    numbers = [one.delivery for one in made(session)]
    assert [one.delivery for one in first] == [numbers[0], numbers[2]]
    assert while_leased == []
    assert [one.delivery for one in then] == [numbers[1]]


def test_a_lease_that_ran_out_is_claimed_again_under_the_same_key(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(owner, [DUTY], ALL)
    opened(owner, "a", NOW, Severity.RED)
    outbox = Outbox(session, nothing_silenced)
    outbox.take(NOW)
    outbox.bundle(NOW)

    (first,) = claim(session, ROOM, NOW, LEASE)
    before = claim(session, ROOM, NOW + 59 * SECOND, LEASE)
    (again,) = claim(session, ROOM, NOW + 60 * SECOND, LEASE)

    assert before == []
    assert (again.key, again.tries) == (first.key, 2)
    assert not mark_failed(session, first, "too late to say", None, NOW + 61 * SECOND)


def test_nobody_claims_more_than_its_share_of_one_receiver(
    owner: psycopg.Connection, session: Session
) -> None:
    configured(
        owner,
        [DUTY, CHIEF],
        ALL.model_copy(update={"receivers": ("duty", "chief"), "digest_over": 99}),
    )
    for number in range(10):
        opened(owner, f"a{number}", NOW, Severity.RED)
    outbox = Outbox(session, nothing_silenced)
    outbox.take(NOW)
    outbox.bundle(NOW)

    claimed = claim(session, Room(100, 4, {"chief": 3}), NOW, LEASE)

    assert sorted(one.receiver for one in claimed) == ["chief", *["duty"] * 4]
