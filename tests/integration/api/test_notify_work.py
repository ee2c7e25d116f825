"""Who is told of cases, over HTTP: nothing sealed is shown, and a test button reaches the outbox."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from schemas.access import Role, Scope
from services.cases.receiver_words import unpacked
from services.runtime.seal import new_seal_key, receiver_secret, seal_key_of, unseal
from services.runtime.settings import Settings
from tests.fixtures.api import Api, Asking, running
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

NOTIFY = "/api/v1/notify"
KEY = new_seal_key()
TOKEN = "access_token=very-secret"  # noqa: S105 - of the tests alone
HOOK = {"channel": "webhook", "address": f"https://room.example/hook?{TOKEN}"}
MAIL = {"channel": "email", "address": "duty@bureau.example"}
RULE = {"receivers": ["duty"], "least": "orange"}


@pytest.fixture
async def sealing(database: str) -> AsyncIterator[Api]:
    """The API with a key to seal with."""
    async with running(database, seal_key=KEY) as made:
        yield made


def administrator(api: Api, scope: Scope | None = None) -> Asking:
    return api.machine("root", Role.ADMINISTRATOR, scope or Scope())


async def put(
    asking: Asking, path: str, body: dict[str, object], tag: str | None = None
) -> httpx.Response:
    headers = {} if tag is None else {"If-Match": tag}
    return await asking("PUT", f"{NOTIFY}{path}", json=body, headers=headers)


async def test_an_address_is_sealed_and_its_tokens_are_in_no_answer_nor_in_the_audit_log(
    sealing: Api,
) -> None:
    root = administrator(sealing)

    kept = await put(root, "/receivers/room", {**HOOK, "secret": "the-very-secret"})
    texts = [kept.text, (await root("GET", f"{NOTIFY}/receivers")).text]

    with sealing.registrar() as owner:
        [(sealed,)] = owner.execute("SELECT sealed FROM receiver").fetchall()
        texts.append(str(owner.execute("SELECT * FROM audit").fetchall()))
        texts.append(str(owner.execute("SELECT * FROM idempotency").fetchall()))
    key = seal_key_of(Settings(seal_key=SecretStr(KEY)))
    opened = unseal(key or b"", bytes(sealed), receiver_secret("room"))
    assert kept.status_code == 201, kept.text
    assert kept.json()["address"] == "https://room.example/…"
    assert unpacked(opened or b"").address == HOOK["address"]
    assert not any(TOKEN in text or "the-very-secret" in text for text in texts)


async def test_a_secret_that_was_made_is_told_once(sealing: Api) -> None:
    root = administrator(sealing)

    made = (await put(root, "/receivers/room", dict(HOOK))).json()
    shown = (await root("GET", f"{NOTIFY}/receivers/room")).json()

    assert len(made["secret"]) > 40
    assert made["secret"] not in json.dumps(shown)


async def test_the_language_changes_and_the_address_stays_as_it_is(sealing: Api) -> None:
    root = administrator(sealing)
    tag = (await put(root, "/receivers/room", dict(HOOK))).headers["etag"]

    without = await put(root, "/receivers/room", {"channel": "webhook", "language": "en"})
    changed = await put(root, "/receivers/room", {"channel": "webhook", "language": "en"}, tag)
    late = await put(root, "/receivers/room", {"channel": "webhook"}, tag)

    with sealing.registrar() as owner:
        kept = owner.execute("SELECT sealed FROM receiver ORDER BY id").fetchall()
    assert [without.status_code, changed.status_code, late.status_code] == [428, 200, 412]
    assert changed.json()["language"] == "en"
    assert kept[0] == kept[1]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (HOOK, "QINGKONG_SEAL_KEY"),
        ({"channel": "email", "address": "nobody"}, "no e-mail address"),
        ({"channel": "webhook", "address": "ftp://room.example"}, "https://"),
        ({"channel": "webhook"}, "the address is needed"),
    ],
    ids=["no key to seal with", "no address", "no web address", "none"],
)
async def test_a_receiver_that_cannot_be_told_is_refused(
    api: Api, body: dict[str, object], said: str
) -> None:
    root = administrator(api)

    headers = {"Accept-Language": "en"}
    refused = await root("PUT", f"{NOTIFY}/receivers/room", json=body, headers=headers)

    assert refused.status_code == 422
    assert said in refused.json()["detail"]


async def test_the_keys_of_a_gateway_are_not_shown(sealing: Api) -> None:
    root = administrator(sealing)
    config = {"body": {"key": "k-1", "text": "{text}"}, "headers": {"X-Key": "k-2"}, "to": "138"}

    kept = await put(root, "/receivers/sms", {**HOOK, "channel": "sms", "config": config})

    assert kept.json()["config"] == {
        "body": {"key": "***", "text": "{text}"},
        "headers": {"X-Key": "***"},
        "to": "138",
    }


async def test_the_test_button_puts_a_message_into_the_outbox(api: Api) -> None:
    root = administrator(api)
    await put(root, "/receivers/duty", dict(MAIL))

    begun = await root("POST", f"{NOTIFY}/receivers/duty/test")
    message = (await root("GET", begun.headers["location"])).json()
    unknown = await root("POST", f"{NOTIFY}/receivers/nobody/test")

    assert begun.status_code == 202, begun.text
    assert (message["receiver"], message["state"], message["form"]) == ("duty", "waiting", "test")
    assert unknown.status_code == 404


async def test_a_message_that_was_given_up_is_tried_again_once(api: Api) -> None:
    root = administrator(api)
    await put(root, "/receivers/duty", dict(MAIL))
    number = (await root("POST", f"{NOTIFY}/receivers/duty/test")).json()["delivery"]
    with api.registrar() as owner:
        owner.execute("UPDATE delivery SET state = 'dead', tries = 5, last_error = 'refused'")
    dead = (await root("GET", f"{NOTIFY}/deliveries", params={"state": "dead"})).json()["items"]

    again = await root("POST", f"{NOTIFY}/deliveries/{number}/retry")
    twice = await root("POST", f"{NOTIFY}/deliveries/{number}/retry")

    assert [one["last_error"] for one in dead] == ["refused"]
    assert (again.status_code, again.json()["state"], again.json()["tries"]) == (202, "waiting", 0)
    assert twice.status_code == 409


async def test_messages_are_paged_newest_first(api: Api) -> None:
    root = administrator(api)
    await put(root, "/receivers/duty", dict(MAIL))
    for _ in range(3):
        await root("POST", f"{NOTIFY}/receivers/duty/test")

    first = (await root("GET", f"{NOTIFY}/deliveries", params={"limit": 2})).json()
    rest = {"limit": 2, "cursor": first["next"]}
    second = (await root("GET", f"{NOTIFY}/deliveries", params=rest)).json()

    numbers = [one["delivery"] for one in first["items"] + second["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert (len(numbers), second["next"]) == (3, None)


async def test_a_route_is_kept_changed_and_retired(api: Api) -> None:
    root = administrator(api)
    await put(root, "/receivers/duty", dict(MAIL))

    made = await put(root, "/routes/night", {"rule": RULE, "reason": "值班"})
    tag = made.headers["etag"]
    changed = await put(root, "/routes/night", {"rule": {**RULE, "least": "red"}}, tag)
    listed = (await root("GET", f"{NOTIFY}/routes")).json()["items"]
    retired = await root("DELETE", f"{NOTIFY}/routes/night")
    left = (await root("GET", f"{NOTIFY}/routes")).json()["items"]

    statuses = (made.status_code, changed.status_code, retired.status_code)
    assert statuses == (201, 200, 200), changed.text
    assert [one["route"]["least"] for one in listed] == ["red"]
    assert left == []


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"receivers": ["nobody"]}, 422),
        ({"receivers": []}, 422),
        ({**RULE, "least": "pink"}, 422),
        ({**RULE, "colour": 1}, 422),
        ({**RULE, "plant": "P8"}, 404),
    ],
    ids=["nobody", "to nobody", "no severity", "no such field", "no such plant"],
)
async def test_a_route_that_tells_nobody_or_does_not_hold_is_refused(
    api: Api, rule: dict[str, object], status: int
) -> None:
    root = administrator(api)
    await put(root, "/receivers/duty", dict(MAIL))

    refused = await put(root, "/routes/night", {"rule": rule})

    assert refused.status_code == status, refused.text
    with api.registrar() as owner:
        assert owner.execute("SELECT count(*) FROM route").fetchone() == (0,)


async def test_an_administrator_of_some_plants_sees_their_contacts_alone(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        found = dict(owner.execute("SELECT code, id FROM plant").fetchall())
    root = administrator(api)
    own = api.machine("some", Role.ADMINISTRATOR, Scope(None, frozenset({found["P1"]})))
    await put(root, "/receivers/duty", dict(MAIL))
    await put(root, "/contacts/P2/duty", {})

    added = await put(own, "/contacts/P1/duty", {"person": "环保科"})
    beyond = await put(own, "/contacts/P2/duty", {})
    listed = (await own("GET", f"{NOTIFY}/contacts")).json()["items"]
    receivers = await own("GET", f"{NOTIFY}/receivers")
    ended = await own("DELETE", f"{NOTIFY}/contacts/P1/duty")

    assert (added.status_code, beyond.status_code, receivers.status_code) == (200, 404, 404)
    assert "范围不受限的管理员" in receivers.json()["detail"]
    assert [(one["plant"], one["person"]) for one in listed] == [("P1", "环保科")]
    assert ended.status_code == 204
    assert (await own("GET", f"{NOTIFY}/contacts")).json()["items"] == []


async def test_what_was_done_is_in_the_audit_log(api: Api) -> None:
    root = administrator(api)
    await put(root, "/receivers/duty", dict(MAIL))
    await put(root, "/routes/night", {"rule": RULE})
    await root("POST", f"{NOTIFY}/receivers/duty/test")
    await root("DELETE", f"{NOTIFY}/receivers/duty")

    with api.registrar() as owner:
        rows = owner.execute("SELECT action, object, actor FROM audit ORDER BY id").fetchall()

    assert [row[:2] for row in rows] == [
        ("receiver.keep", "receiver/duty"),
        ("route.keep", "route/night"),
        ("receiver.test", "receiver/duty"),
        ("receiver.retire", "receiver/duty"),
    ]
    assert {row[2] for row in rows} == {"root"}
