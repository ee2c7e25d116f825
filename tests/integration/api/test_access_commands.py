"""`qingkong accounts` and `qingkong tokens` as an administrator types them."""

import json

import psycopg
import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.fixtures.api import PASSWORD, Api, Asking, signed_in
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS


def run(api: Api, *words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=said, env={"QINGKONG_DATABASE_URL": api.url})


async def test_an_account_that_was_added_signs_in(api: Api) -> None:
    added = run(api, "accounts", "add", "duty", "--role", "operator", said=f"{PASSWORD}\n")

    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output
    await signed_in(api.browser(), "duty")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "duty", "--role", "plant"), "names its plants"),
        (("add", "duty", "--role", "plant", "--plant", "P9", "--no-password"), "P9"),
        (("add", "duty", "--role", "operator", "--region", "99", "--no-password"), "99"),
        (("add", "du ty", "--role", "operator", "--no-password"), "no blanks"),
        (("add", "ANNA", "--role", "operator", "--no-password"), "taken"),
        (("add", "duty", "--role", "open", "--no-password"), "no role"),
        (("add", "duty", "--role", "operator"), "at least 12"),
        (("disable", "nobody"), "accounts list"),
        (("enable", "anna"), "already"),
    ],
    ids=["plantless", "plant", "region", "blank", "taken", "open", "weak", "unknown", "no change"],
)
async def test_what_cannot_be_is_a_sentence(api: Api, words: tuple[str, ...], why: str) -> None:
    api.account("anna")

    refused = run(api, "accounts", *words, said="short\n")

    assert refused.exit_code in {1, 2}
    assert why in " ".join(refused.output.split())
    assert "Traceback" not in refused.output


async def test_a_disabled_account_and_its_tokens_are_out_and_come_in_again(api: Api) -> None:
    machine = api.machine("duty")
    states: list[int] = []

    for verb in ("disable", "enable"):
        assert run(api, "accounts", verb, "duty").exit_code == 0
        states.append((await machine("GET", "/api/v1/me")).status_code)

    assert states == [401, 200]


async def test_a_changed_scope_counts_at_once(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    machine = api.machine("duty")

    changed = run(api, "accounts", "change", "duty", "--role", "plant", "--plant", "P1")
    told = (await machine("GET", "/api/v1/me")).json()

    assert changed.exit_code == 0, changed.output
    assert (told["role"], told["scope"]["plants"]) == ("plant", ["P1"])


async def test_a_new_password_ends_the_sessions(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    changed = run(api, "accounts", "password", "anna", said="an entirely other phrase\n")

    assert changed.exit_code == 0, changed.output
    assert (await browser.get("/api/v1/me")).status_code == 401
    await signed_in(browser, "anna", "an entirely other phrase")


async def test_a_token_is_made_listed_and_revoked(api: Api) -> None:
    api.account("duty")

    # The tokens' time is the wall clock's.
    made = run(api, "tokens", "add", "duty", "--name", "export", "--permission", "own_account")
    secret = made.stdout.strip()
    machine = Asking(api.browser(), secret)
    before = await machine("GET", "/api/v1/me")
    listed = json.loads(run(api, "tokens", "list", "--account", "duty", "--json").stdout)
    revoked = run(api, "tokens", "revoke", str(listed[0]["token"]))
    after = await machine("GET", "/api/v1/me")

    assert (before.status_code, after.status_code) == (200, 401)
    assert listed[0]["beginning"] == secret[:8]
    assert secret not in json.dumps(listed) + revoked.output


async def test_a_token_beyond_its_account_is_refused(api: Api) -> None:
    api.account("duty")

    refused = run(api, "tokens", "add", "duty", "--name", "x", "--permission", "write_registry")

    assert refused.exit_code == 1
    assert "write_registry" in refused.output


async def test_commands_are_in_the_audit_log(api: Api) -> None:
    run(api, "accounts", "add", "duty", "--role", "auditor", "--no-password", "--actor", "root")
    run(api, "accounts", "disable", "duty", "--actor", "root")

    with psycopg.connect(api.url) as owner:
        rows = owner.execute("SELECT actor, way, action, object FROM audit ORDER BY id").fetchall()

    assert rows == [
        ("root", "command", "account.add", "account/duty"),
        ("root", "command", "account.disable", "account/duty"),
    ]


async def test_accounts_are_listed_without_their_passwords(api: Api) -> None:
    api.account("anna")

    table = run(api, "accounts", "list")
    listed = json.loads(run(api, "accounts", "list", "--json").stdout)

    assert "anna" in table.stdout
    assert listed[0]["password"] is True
    assert "argon2" not in table.stdout + json.dumps(listed)


@pytest.mark.parametrize(
    "words", [("accounts",), ("accounts", "add"), ("tokens", "add"), ("tokens", "revoke"), ("api",)]
)
def test_help_teaches_by_an_example(words: tuple[str, ...]) -> None:
    assert "Example: " in CliRunner().invoke(app, [*words, "--help"]).stdout
