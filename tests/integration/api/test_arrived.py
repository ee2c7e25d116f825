"""What arrived and could not be used, and batches and frames by the number that readings name."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.access import EVERYTHING, Role, Scope
from tests.fixtures.answered import PLANTS, SECRET, keep_batch
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.registry import stored

AT = datetime(2026, 8, 10, 0, tzinfo=UTC)
RANGE = {"from": "2026-08-10", "to": "2026-08-11"}
FRAME = b"##0055QN=1;ST=31;CN=2011;PW=246810;MN=MN-A;Flag=4;CP=&&a99999-Rtd=1&&FFFF\r\n"
BROKEN = b'\xff{"pw = 246810;\x00'
REJECT = """
INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, codes, whole, received_at, bytes)
VALUES (1, %s, 'hj212/x', %s, %s, %s, 'register a99999, got PW=246810', %s, %s, %s, %s)
"""


@pytest.fixture
def devices(api: Api) -> Iterator[dict[str, int]]:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        found = dict(owner.execute("SELECT code, id FROM device").fetchall())
        keep_batch(owner, 1, AT, [found["MN-A"], found["MN-B"], 0])
        later = AT + timedelta(minutes=1)
        none: list[str] = []
        for values in (
            (0, "MN-A", found["MN-A"], "unknown_code", ["a99999"], False, AT, FRAME),
            (1, "MN-B", found["MN-B"], "crc", none, True, AT, FRAME),
            (2, "MN-?", None, "unknown_device", none, True, AT, BROKEN),
            (0, "MN-A", found["MN-A"], "crc", none, True, later, BROKEN),
        ):
            owner.execute(REJECT, values)
        yield found


@pytest.fixture
def officer(api: Api, devices: dict[str, int]) -> Asking:
    assert devices
    return api.machine("officer", Role.OPERATOR, Scope("1505"))


@pytest.fixture
def administrator(api: Api, devices: dict[str, int]) -> Asking:
    assert devices
    return api.machine("root", Role.ADMINISTRATOR, EVERYTHING)


async def test_rejects_of_a_logger_say_why_and_hold_every_byte_but_the_password(
    officer: Asking, administrator: Asking
) -> None:
    path = "/plants/P1/devices/MN-A/rejects"
    seen = (await got(officer, path, **RANGE))["items"]
    open_ = (await got(administrator, path, **RANGE))["items"]

    assert [(one["reason"], one["codes"], one["whole"]) for one in seen] == [
        ("unknown_code", ["a99999"], False),
        ("crc", [], True),
    ]
    assert [base64.b64decode(one["base64"]) for one in open_] == [FRAME, BROKEN]
    assert [one["sha256"] for one in seen] == [
        hashlib.sha256(frame).hexdigest() for frame in (FRAME, BROKEN)
    ]
    assert seen[0]["text"] == FRAME.decode().replace("246810", "******")
    for one in seen:
        assert SECRET.decode() not in str(one)
        assert SECRET not in base64.b64decode(one["base64"])
    assert (seen[0]["device"], seen[0]["plant"], seen[0]["retried"]) == ("MN-A", "P1", None)
    assert "246810" in open_[0]["detail"]


async def test_only_who_sees_everything_sees_what_nobodys_device_sent(
    officer: Asking, administrator: Asking
) -> None:
    mine = await got(officer, "/rejects", **RANGE)
    whole = await got(administrator, "/rejects", **RANGE)
    first = await got(administrator, "/rejects", limit=3, **RANGE)
    rest = await got(administrator, "/rejects", limit=3, cursor=first["next"], **RANGE)
    crc = await got(administrator, "/rejects", reason="crc", **RANGE)
    of_mn = await got(administrator, "/rejects", mn="MN-?", **RANGE)
    foreign = await officer("GET", f"{API}/plants/P2/devices/MN-B/rejects", params=RANGE)
    newest = await got(administrator, "/rejects", newest=True, limit=3, **RANGE)
    then = await got(
        administrator, "/rejects", newest=True, limit=3, cursor=newest["next"], **RANGE
    )

    assert [one["mn"] for one in mine["items"]] == ["MN-A", "MN-A"]
    assert [one["mn"] for one in whole["items"]] == ["MN-A", "MN-B", "MN-?", "MN-A"]
    assert first["items"] + rest["items"] == whole["items"]
    assert newest["items"] + then["items"] == whole["items"][::-1]
    assert [one["mn"] for one in crc["items"]] == ["MN-B", "MN-A"]
    assert [(one["device"], one["plant"]) for one in of_mn["items"]] == [(None, None)]
    assert foreign.status_code == 404


async def test_as_of_a_position_rejects_and_what_became_of_them_stay(
    officer: Asking, api: Api, devices: dict[str, int]
) -> None:
    before = await got(officer, "/rejects", **RANGE)
    with api.registrar() as owner:
        none: list[str] = []
        owner.execute(REJECT, (0, "MN-A", devices["MN-A"], "crc", none, True, AT, FRAME))
        owner.execute(
            "INSERT INTO reject_retry (reject, actor, batch, outcome)"
            " SELECT min(id), 'anna', 1, 'stored' FROM reject"
        )

    again = await got(officer, "/rejects", as_of=before["as_of"], **RANGE)
    now = await got(officer, "/rejects", **RANGE)

    assert again == before
    assert len(now["items"]) == len(before["items"]) + 1
    assert now["items"][0]["retried"] == "stored"


async def test_a_batch_and_its_frames_are_told_by_their_numbers(
    officer: Asking, administrator: Asking
) -> None:
    batch = await got(officer, "/batches/1")
    masked = await got(officer, "/batches/1/frames/0")
    plain = await got(administrator, "/batches/1/frames/0")
    others = [
        (await officer("GET", f"{API}/batches/{path}")).status_code
        for path in ("1/frames/1", "1/frames/2", "1/frames/3", "2", "9223372036854775807")
    ]
    nobodys = await got(administrator, "/batches/1/frames/2")
    early = await officer("GET", f"{API}/batches/1", params={"as_of": "3"})

    assert (batch["slot"], batch["number"], batch["frames"], batch["stored"]) == (0, 1, 3, 3)
    assert batch["digest"] == hashlib.sha256(b"1").hexdigest() == masked["batch_digest"]
    assert "PW=******;" in masked["text"]
    assert f"PW={SECRET.decode()};" in plain["text"]
    assert masked["sha256"] == plain["sha256"] == hashlib.sha256(plain["text"].encode()).hexdigest()
    # Another plant's frame is not there, nor one of nobody's, nor one beyond the end.
    assert others == [404, 404, 404, 404, 404]
    assert nobodys["kept"] is True
    assert early.status_code == 404


async def test_looks_at_frames_and_rejects_are_on_record(
    officer: Asking, api: Api, devices: dict[str, int]
) -> None:
    assert devices
    await got(officer, "/batches/1/frames/0")
    await got(officer, "/plants/P1/devices/MN-A/rejects", **RANGE)
    await got(officer, "/rejects", mn="MN-A", **RANGE)

    with api.registrar() as owner:
        rows = owner.execute(
            "SELECT action, object, plant IS NOT NULL FROM audit WHERE action LIKE '%.read' ORDER BY id"
        ).fetchall()
    assert rows == [
        ("frames.read", "batch/1/0", True),
        ("rejects.read", "device/P1/MN-A", True),
        ("rejects.read", "mn/MN-A", False),
    ]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.PLANT, Role.AUDITOR], ids=str)
async def test_no_role_but_the_administrators_sees_a_password(
    api: Api, devices: dict[str, int], role: Role
) -> None:
    with api.registrar() as owner:
        [plant] = owner.execute("SELECT id FROM plant WHERE code = 'P1'").fetchone() or [0]
        _parameter(owner, devices["MN-A"])
    machine = api.machine("one", role, Scope(None, frozenset({int(plant)})))

    answers = [
        await machine("GET", f"{API}{path}", params=RANGE)
        for path in (
            "/plants/P1/devices/MN-A/frames",
            "/plants/P1/devices/MN-A/rejects",
            "/plants/P1/parameters",
            "/batches/1/frames/0",
            "/rejects",
        )
    ]

    assert [one.status_code for one in answers] == [200] * 5
    for one in answers:
        assert SECRET not in one.content
        assert base64.b64encode(SECRET)[:6] not in one.content
    assert answers[2].json()["items"][0]["value"] == "******"


def _parameter(owner: psycopg.Connection, device: int) -> None:
    owner.execute(
        "INSERT INTO parameter (device, code, value, effective_at, received_at, batch, seq)"
        " VALUES (%s, 'NewPW', '246810', %s, %s, 1, 0)",
        (device, AT, AT),
    )
