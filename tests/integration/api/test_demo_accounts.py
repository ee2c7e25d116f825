"""The demonstration's accounts: one click where the demonstration runs, and nothing anywhere else."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping

import httpx
import psycopg
import pytest

from schemas.access import Role
from services.api.demo_accounts import NAMES, why_refused
from services.demo.people import open_console
from services.demo.preparing import DemoError
from services.runtime.settings import Settings
from services.store.demo_mark import is_marked_as_demo, mark_as_demo
from services.store.session import session
from tests.fixtures.api import BEGIN, Api, running
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

PROGRAM = "from services.cli import main; main()"
HERE = "http://127.0.0.1:8000"
ELSEWHERE: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "from another host": (HERE, "192.0.2.7", {}),
    "from another host, as IPv6": (HERE, "::ffff:192.0.2.7", {}),
    "by a name that leads here": ("http://evil.example", "127.0.0.1", {}),
    "by such a name": ("http://127.0.0.1.evil.example", "127.0.0.1", {}),
    "through a proxy": (HERE, "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
    "through another": (HERE, "127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
    "through a third": (HERE, "127.0.0.1", {"Via": "1.1 proxy"}),
    "from another's page": (HERE, "127.0.0.1", {"Sec-Fetch-Site": "cross-site"}),
    "of another's origin": (HERE, "127.0.0.1", {"Origin": "http://evil.example"}),
}
MARKED = "ALTER DATABASE {} SET qingkong.demonstration = {}"


@pytest.fixture
def registered(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANTS)
    return database


@pytest.fixture
async def demo(registered: str) -> AsyncIterator[Api]:
    """The API as the demonstration starts it, over a database that it prepared."""
    open_console(registered, "P1", BEGIN)
    async with running(registered, demo_accounts=True) as made:
        yield made


def marked(url: str) -> bool:
    with session(url, "api", "test") as connection:
        return is_marked_as_demo(connection)


async def asked(
    api: Api,
    role: str = "operator",
    base: str = HERE,
    address: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    async with api.browser(base, address) as browser:
        return await browser.post("/api/v1/session/demo", json={"role": role}, headers=headers)


async def test_one_click_signs_in_at_the_demonstrations_own_host(demo: Api) -> None:
    told: dict[Role, tuple[int, object, object, bool]] = {}

    for role in NAMES:
        async with demo.browser(HERE, "127.0.0.1") as browser:
            begun = await browser.post("/api/v1/session/demo", json={"role": role})
            me = (await browser.get("/api/v1/me")).json()
        same = (me["name"], me["csrf"]) == (NAMES[role], begun.json()["csrf"])
        told[role] = begun.status_code, me["role"], me["scope"]["plants"], same

    assert told == {
        Role.OPERATOR: (201, "operator", None, True),
        Role.PLANT: (201, "plant", ["P1"], True),
        Role.AUDITOR: (201, "auditor", None, True),
    }


async def test_the_buttons_are_there_when_the_accounts_are(demo: Api, registered: str) -> None:
    on = await demo.browser(HERE, "127.0.0.1").get("/console/sign-in")
    async with running(registered) as api:
        off = await api.browser(HERE, "127.0.0.1").get("/console/sign-in")

    assert on.text.count("POST /api/v1/session/demo") == 3
    assert "POST /api/v1/session/demo" not in off.text


async def test_signing_in_so_is_in_the_audit_log(demo: Api) -> None:
    await asked(demo, "auditor")

    with demo.registrar() as owner:
        rows = owner.execute("SELECT action, actor, address FROM audit").fetchall()
    assert rows == [("session.begin", "demo-auditor", "127.0.0.1")]


async def test_where_they_are_not_switched_on_there_is_nothing(registered: str) -> None:
    open_console(registered, "P1", BEGIN)

    async with running(registered) as api:
        answer = await asked(api)

    assert answer.status_code == 404


async def test_a_database_that_the_demonstration_did_not_make_has_none(api: Api) -> None:
    api.account(NAMES[Role.OPERATOR])

    async with running(api.url, demo_accounts=True) as other:
        answer = await asked(other)

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    assert "不是演示数据库" in answer.json()["detail"]


async def test_who_does_not_sit_at_the_host_is_refused(demo: Api) -> None:
    for name, (base, address, headers) in ELSEWHERE.items():
        answer = await asked(demo, "operator", base, address, headers)

        assert answer.status_code == 403, name
        assert "set-cookie" not in answer.headers, name


async def test_there_are_three_roles_and_no_other(demo: Api) -> None:
    for role in ("administrator", "open", "demo-operator", ""):
        assert (await asked(demo, role)).status_code == 422


async def test_an_account_that_somebody_changed_is_none_of_them(demo: Api) -> None:
    with demo.registrar() as owner:
        owner.execute("UPDATE account SET disabled = true WHERE name = 'demo-operator'")
        owner.execute("UPDATE account SET role = 'administrator' WHERE name = 'demo-auditor'")
        owner.execute("UPDATE account SET name = 'somebody' WHERE name = 'demo-plant'")

    assert [(await asked(demo, role)).status_code for role in NAMES] == [403, 403, 403]


async def test_nobody_signs_in_to_them_by_a_password(demo: Api) -> None:
    credentials = {"name": "demo-operator", "password": "demo-operator"}

    answer = await demo.browser(HERE, "127.0.0.1").post("/api/v1/session", json=credentials)

    assert answer.status_code == 401


def test_the_preparation_may_be_done_again(registered: str) -> None:
    open_console(registered, "P1", BEGIN)

    open_console(registered, "P1", BEGIN)

    with psycopg.connect(registered) as owner:
        names = owner.execute("SELECT name FROM account ORDER BY id").fetchall()
    assert [name for (name,) in names] == list(NAMES.values())


def test_a_plant_that_is_not_registered_is_told(registered: str) -> None:
    with pytest.raises(DemoError, match="P9 is not registered"):
        open_console(registered, "P9", BEGIN)


def test_no_service_can_set_the_mark(database: str) -> None:
    for role in ("api", "registrar", "alerts", "ingest"):
        with psycopg.connect(
            database, autocommit=True, options=f"-c role=qingkong_{role}"
        ) as service:
            name = service.info.dbname
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(MARKED.format(name, "'1'").encode())
            service.execute(b"SET qingkong.demonstration = '1'")

            assert not is_marked_as_demo(service)


def test_the_mark_of_another_cluster_is_none_here(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(MARKED.format(owner.info.dbname, "'7710845416478341954'").encode())
    copied = marked(database)

    mark_as_demo(database)

    assert not copied
    assert marked(database)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"api_host": "0.0.0.0"}, "QINGKONG_API_HOST", id="others reach it"),  # noqa: S104 - refused
        pytest.param({"public_url": "https://a.example"}, "PUBLIC_URL", id="it has a public name"),
        pytest.param({"api_trusted_proxies": "10.0.0.5"}, "PROXIES", id="it stands behind a proxy"),
        pytest.param({}, "did not make", id="another database"),
    ],
)
def test_a_process_must_not_start_so(database: str, settings: Mapping[str, str], told: str) -> None:
    if settings:
        mark_as_demo(database)

    refused = why_refused(Settings(demo_accounts=True, **settings), database)  # pyright: ignore[reportArgumentType] - one of several

    assert refused is not None
    assert told in refused
    assert why_refused(Settings(**settings), database) is None  # pyright: ignore[reportArgumentType] - one of several


def test_a_database_of_another_host_is_refused_unasked() -> None:
    refused = why_refused(Settings(demo_accounts=True), "postgresql://a@db.bureau.example/q")

    assert refused is not None
    assert "another host's database" in refused


def test_a_marked_database_of_this_host_is_served(database: str) -> None:
    mark_as_demo(database)

    assert why_refused(Settings(demo_accounts=True), database) is None


def test_the_command_ends_with_a_sentence_before_it_serves_anything(database: str) -> None:
    environ = {
        **os.environ,
        "QINGKONG_DATABASE_URL": database,
        "QINGKONG_API_PORT": "0",
        "QINGKONG_METRICS_PORT": "0",
        "QINGKONG_DEMO_ACCOUNTS": "true",
    }

    ended = subprocess.run(  # noqa: S603 - the words are ours
        [sys.executable, "-c", PROGRAM, "api"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert "names a database that the demonstration did not make" in ended.stderr
    assert "Traceback" not in ended.stderr
