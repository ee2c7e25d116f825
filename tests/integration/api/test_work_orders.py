"""Orders and contests with their files: what is taken, how it is handed out, and what is not."""

import hashlib
from urllib.parse import quote

import psycopg
import pytest

from services.runtime.api_settings import MIB
from tests.fixtures.api import Api, running
from tests.fixtures.working import ANSWER, ORDER, World, populated

PDF = b"%PDF-1.7 \x00\xff <script>alert(1)</script>"


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def accepted(world: World) -> int:
    order = (await world.made("officer", "/orders", ORDER))["order"]
    await world.made("plant", f"/orders/{order}/accept", None)
    return order


def kept(world: World) -> int:
    return world.count("SELECT count(*) FROM attachment")


async def test_a_file_comes_out_as_it_went_in(world: World) -> None:
    order = await accepted(world)
    files = [("files", ("检修记录.pdf", PDF, "text/html")), ("files", ("a.csv", b"1,2\n", "x/y"))]

    answer = await world.ask("plant", "POST", f"/orders/{order}/answer", data=ANSWER, files=files)
    [first, second] = answer.json()["attachments"]
    path = f"/attachments/{first['attachment']}"
    got = await world.ask("officer", "GET", path)
    outside = [
        (await world.ask(who, "GET", path)).status_code for who in ("elsewhere", "neighbour")
    ]

    digest = hashlib.sha256(PDF).hexdigest()
    assert (first["name"], first["bytes"], first["sha256"]) == ("检修记录.pdf", len(PDF), digest)
    # What the sender calls it does not count: the ending of the name does.
    assert [first["media_type"], second["media_type"]] == ["application/pdf", "text/csv"]
    assert got.content == PDF
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == (
        f'attachment; filename="attachment-{first["attachment"]}";'
        f" filename*=UTF-8''{quote('检修记录.pdf')}"
    )
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["repr-digest"].startswith("sha-256=:")
    assert outside == [404, 404]
    assert world.audited("attachment.read") == [
        ("officer", path.strip("/").replace("attachments", "attachment"), "P1")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.pdf",
        "..\\..\\windows\\system32.pdf",
        "/etc/cron.d/x.pdf",
        "a\x7fb.pdf",
        "\u202efdp.exe.pdf",
        "x" * 250 + ".pdf",
        "page.html",
        "page.svg",
        "evil.pdf.exe",
        "noending",
    ],
    ids=lambda name: ascii(name)[:24],
)
async def test_a_name_that_is_a_trick_or_of_a_type_that_is_not_taken(
    name: str, world: World
) -> None:
    order = await accepted(world)

    answer = await world.ask(
        "plant", "POST", f"/orders/{order}/answer", data=ANSWER, files=[("files", (name, PDF))]
    )

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert kept(world) == 0
    assert world.count("SELECT count(*) FROM order_event WHERE what = 'answered'") == 0


async def test_a_name_with_html_and_quotes_cannot_leave_its_header(world: World) -> None:
    order = await accepted(world)
    name = "\"><img src=x onerror=alert(1)>'; filename=evil.exe %0d%0a.pdf"
    body = _multipart(name)

    answer = await world.ask("plant", "POST", f"/orders/{order}/answer", **body)
    [file] = answer.json()["attachments"]
    got = await world.ask("plant", "GET", f"/attachments/{file['attachment']}")

    assert file["name"] == name
    said = got.headers["content-disposition"]
    assert said.endswith(f"filename*=UTF-8''{quote(name, safe='')}")
    assert "<" not in said
    assert said.count("filename") == 2 + quote(name, safe="").count("filename")


async def test_more_than_a_file_may_have_and_more_files_than_come_at_once(world: World) -> None:
    order = await accepted(world)
    path = f"/orders/{order}/answer"
    small = {"value": 10, "scope": "plant:P1", "reason": "试验"}
    await world.ask("administrator", "PUT", "/settings/attachment_bytes", json=small)

    large = await world.ask(
        "plant", "POST", path, data=ANSWER, files=[("files", ("a.pdf", b"x" * 11))]
    )
    many = await world.ask(
        "plant", "POST", path, data=ANSWER, files=[("files", ("a.pdf", b"x"))] * 11
    )
    empty = await world.ask("plant", "POST", path, data=ANSWER, files=[("files", ("a.pdf", b""))])
    fit = await world.ask(
        "plant", "POST", path, data=ANSWER, files=[("files", ("a.pdf", b"x" * 10))]
    )

    assert [one.status_code for one in (large, many, empty, fit)] == [422, 422, 422, 200]
    assert "11" in large.json()["detail"]
    assert kept(world) == 1


async def test_what_is_larger_than_a_request_may_be_is_not_read(database: str) -> None:
    async with running(database, api_body_bytes=MIB) as api:
        world = populated(api)
        order = await accepted(world)
        files = [("files", ("a.pdf", b"x" * (MIB + 1)))]

        answer = await world.ask(
            "plant", "POST", f"/orders/{order}/answer", data=ANSWER, files=files
        )

    assert answer.status_code == 413
    assert world.count("SELECT count(*) FROM attachment") == 0


async def test_a_form_sent_again_is_the_same_though_its_parts_are_told_apart_otherwise(
    world: World,
) -> None:
    order = await accepted(world)
    path, key = f"/orders/{order}/answer", {"Idempotency-Key": "k1"}

    async def send(content: bytes) -> tuple[int, str | None]:
        files = [("files", ("a.pdf", content))]
        got = await world.ask("plant", "POST", path, data=ANSWER, files=files, headers=key)
        return got.status_code, got.headers.get("idempotent-replayed")

    assert [await send(PDF), await send(PDF), await send(b"other")] == [
        (200, None), (200, "true"), (422, None),
    ]  # fmt: skip
    assert kept(world) == 1


async def test_an_order_on_cases_is_told_by_them(world: World) -> None:
    order = await world.made(
        "officer", "/orders", {"alerts": [world.alert], "demand": "整改", "reason": "超标"}
    )

    told = world.rows("SELECT reason FROM alert_event WHERE what = 'ordered'")
    assert (order["plant"], order["alerts"], order["number"]) == (
        "P1", [world.alert], "150502-2026-0001",
    )  # fmt: skip
    assert told == [("issued",)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"plant": "P2"}, 404),
        ({"alerts": [987_654]}, 404),
        ({}, 422),
        ({"plant": "P1", "region": "1502"}, 404),
        ({"plant": "P1", "region": "1"}, 404),
        ({"plant": "P1", "region": "15"}, 409),
        ({"plant": "P1", "dues": {"total": "2026-08-01"}}, 409),
        ({"plant": "P1", "dues": {"total": 1_700_000_000}}, 422),
    ],
    ids=[
        "foreign",
        "no case",
        "nobody",
        "not its region",
        "no region",
        "above",
        "in the past",
        "a number",
    ],
)
async def test_no_order(body: dict[str, object], status: int, world: World) -> None:
    answer = await world.post("officer", "/orders", {**body, "demand": "整改", "reason": "超标"})

    assert answer.status_code == status, answer.text
    assert world.count("SELECT count(*) FROM supervision_order") == 0


async def test_who_sees_some_plants_alone_does_not_close_what_a_higher_one_holds(
    world: World,
) -> None:
    order = (await world.made("officer", "/orders", ORDER))["order"]
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute("UPDATE supervision_order SET held_by = '15' WHERE id = %s", (order,))

    answer = await world.post("officer", f"/orders/{order}/withdraw", {"reason": "误发"})

    assert answer.status_code == 409
    assert "15" in answer.json()["detail"]


async def test_a_contested_verdict_is_answered_with_what_is_still_to_do(world: World) -> None:
    verdict = world.judged()
    form = {"about": "verdict", "key": str(verdict), "grounds": "限值应为 100 mg/m3"}
    files = [("files", ("许可证.pdf", PDF))]

    filed = await world.ask("plant", "POST", "/contests", data=form, files=files)
    twice = await world.ask("plant", "POST", "/contests", data=form)
    number = filed.json()["contest"]
    answered = await world.made(
        "officer", f"/contests/{number}/answer", {"outcome": "upheld", "reasons": "许可证属实"}
    )
    file = filed.json()["attachments"][0]["attachment"]
    downloads = [
        (await world.ask(who, "GET", f"/attachments/{file}")).status_code
        for who in ("officer", "auditor", "neighbour")
    ]

    assert filed.status_code == 201
    assert (twice.status_code, str(number) in twice.json()["detail"]) == (409, True)
    assert answered["needed"] == ["correct_limit", "judge_again", "dispose_alert"]
    assert downloads == [200, 200, 404]


@pytest.mark.parametrize("number", ["0", "-1", "999999", str(1 << 63), "x"])
async def test_a_file_that_is_not_there(number: str, world: World) -> None:
    answer = await world.ask("administrator", "GET", f"/attachments/{number}")

    assert answer.status_code in {404, 422}


def _multipart(name: str) -> dict[str, object]:
    """A form whose file has a name that no browser would send so."""
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in ANSWER.items()
    ]
    quoted = name.replace('"', '\\"')
    parts.append(
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{quoted}"\r\n'
        "Content-Type: text/html\r\n\r\n<b>\r\n--b--\r\n"
    )
    return {
        "content": "".join(parts).encode(),
        "headers": {"Content-Type": "multipart/form-data; boundary=b"},
    }
