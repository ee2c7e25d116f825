"""What is done is done once, with its audit row, or not at all."""

import asyncio

import psycopg
import pytest
from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.api.access import require
from services.api.etags import NeededVersion
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.writing import Answer, Entry, WorkDep
from services.store.places import present_version
from tests.fixtures.api import Api, Asking

PATH = "/api/v1/notes"


class Note(BaseModel):
    text: str


@pytest.fixture
def noting(api: Api) -> Api:
    """The application with a route that writes."""
    router = APIRouter()
    done: list[str] = []

    @router.post("/notes", dependencies=[require(Permission.OWN_ACCOUNT)])
    def note(body: Note, work: WorkDep) -> Response:
        def act(entry: Entry) -> Answer:
            present_version(work.session)
            done.append(body.text)
            entry.about = f"note/{len(done)}"
            entry.detail["text"] = body.text
            if body.text == "nothing":
                raise not_found()
            return Answer(Note(text=f"{len(done)}"), 201, version=len(done), location="/notes/1")

        return work.perform("note.add", "note", act)

    @router.put("/notes", dependencies=[require(Permission.OWN_ACCOUNT)])
    def change(version: NeededVersion) -> int:
        return version

    api.app.include_router(router, prefix="/api/v1")
    return api


async def test_a_repeated_request_is_done_once_and_answered_as_before(noting: Api) -> None:
    machine = noting.machine("duty")
    key = {"Idempotency-Key": "k1"}

    first = await machine("POST", PATH, json={"text": "a"}, headers=key)
    again = await machine("POST", PATH, json={"text": "a"}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["etag"] == first.headers["etag"] == '"1"'
    assert again.headers["location"] == "/notes/1"
    assert again.headers["idempotent-replayed"] == "true"


async def test_another_request_under_the_same_key_is_refused(noting: Api) -> None:
    machine = noting.machine("duty")
    key = {"Idempotency-Key": "k1"}
    await machine("POST", PATH, json={"text": "a"}, headers=key)

    refused = await machine("POST", PATH, json={"text": "b"}, headers=key)

    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/idempotency-key-reused"


async def test_keys_are_the_accounts_own(noting: Api) -> None:
    one, other = noting.machine("one"), noting.machine("other")
    key = {"Idempotency-Key": "k1"}

    answers = [
        (await each("POST", PATH, json={"text": "a"}, headers=key)).json() for each in (one, other)
    ]

    assert answers == [{"text": "1"}, {"text": "2"}]


async def test_a_key_is_forgotten_after_a_day(noting: Api) -> None:
    machine = noting.machine("duty")
    key = {"Idempotency-Key": "k1"}
    await machine("POST", PATH, json={"text": "a"}, headers=key)

    noting.clock.go(hours=25)
    later = await machine("POST", PATH, json={"text": "b"}, headers=key)

    assert later.json() == {"text": "2"}


async def test_requests_at_once_under_one_key_are_done_once(noting: Api) -> None:
    machine: Asking = noting.machine("duty")
    answers: list[str] = []

    async def ask() -> None:
        key = {"Idempotency-Key": "k1"}
        answers.append((await machine("POST", PATH, json={"text": "a"}, headers=key)).text)

    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(ask())

    assert answers == ['{"text":"1"}'] * 5


async def test_what_is_done_is_in_the_audit_log_with_its_request(noting: Api) -> None:
    machine = noting.machine("duty")

    answer = await machine("POST", PATH, json={"text": "a"})

    with psycopg.connect(noting.url) as owner:
        rows = owner.execute(
            "SELECT actor, way, action, object, detail, request_id FROM audit"
        ).fetchall()
    request = answer.headers["x-request-id"]
    assert rows == [("duty", "token", "note.add", "note/1", {"text": "a"}, request)]


async def test_what_fails_leaves_nothing_and_its_key_may_be_used_again(noting: Api) -> None:
    machine = noting.machine("duty")
    key = {"Idempotency-Key": "k1"}

    failed = await machine("POST", PATH, json={"text": "nothing"}, headers=key)
    then = await machine("POST", PATH, json={"text": "b"}, headers=key)

    with psycopg.connect(noting.url) as owner:
        [(rows,)] = owner.execute("SELECT count(*) FROM audit").fetchall()
    assert (failed.status_code, then.status_code, rows) == (404, 201, 1)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 428),
        ({"If-Match": '"7"'}, 200),
        ({"If-Match": 'W/"7"'}, 200),
        ({"If-Match": "seven"}, 412),
    ],
    ids=["none", "a version", "weak", "none of ours"],
)
async def test_the_version_that_was_looked_at_is_asked_for(
    noting: Api, headers: dict[str, str], status: int
) -> None:
    machine = noting.machine("duty")

    answer = await machine("PUT", PATH, headers=headers)

    assert answer.status_code == status
    assert status != 200 or answer.json() == 7
