"""The history explorer and what its charts ask for beside the API, over a judged plant."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from tests.fixtures.answered import END, START, Answered, Place, copy_of, judged_once, start_of
from tests.fixtures.api import Api, signed_in
from tests.fixtures.evaluated import CONVERTED, believe
from tests.fixtures.servers import GivenServer

LIMITS = "/console/history/plants/{plant}/limits"
POINT = "/api/v1/plants/P1/subjects/DA001/points/out/a21026"
RANGE = {"from": START.isoformat(), "to": END.isoformat()}
ALERT = """
INSERT INTO alert (key, kind, plant, subject, device, point, state, severity, since, until, sure, zh, en,
  clause, opened_at, version, changed_at, evidence)
SELECT %(kind)s, %(kind)s, plant.id, subject.id, device.id, %(point)s, 'open', 'red', %(since)s, NULL,
  true, '', '', '', %(since)s, 1, %(since)s, '{}'
FROM plant LEFT JOIN subject ON subject.plant = plant.id AND subject.code = %(subject)s::text
LEFT JOIN device ON device.plant = plant.id AND device.code = %(device)s::text
WHERE plant.code = 'P1' RETURNING id
"""


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


@pytest.fixture
def place(answered: Answered) -> Place:
    return answered.place


async def browser_of(
    api: Api, role: Role = Role.AUDITOR, scope: Scope | None = None
) -> httpx.AsyncClient:
    """Somebody of that role who is signed in."""
    _ = api.account("anna", role) if scope is None else api.account("anna", role, scope)
    browser = api.browser()
    await signed_in(browser, "anna")
    return browser


async def asked(browser: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await browser.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.PLANT])
async def test_whoever_reads_history_has_the_explorer(api: Api, role: Role) -> None:
    browser = await browser_of(api, role)

    page = await browser.get("/console/history")

    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert 'type="module"' in page.text


async def test_the_explorer_says_its_words_in_both_languages(api: Api) -> None:
    browser = await browser_of(api)

    zh = (await browser.get("/console/history", params={"lang": "zh"})).text
    en = (await browser.get("/console/history", params={"lang": "en"})).text

    assert "截至（当时所知）" in zh
    assert "还没有选择监测点" in zh
    assert "As known on" in en
    assert "No point is chosen yet" in en
    assert "截至" not in en


async def test_every_field_of_the_explorer_has_a_label(api: Api) -> None:
    browser = await browser_of(api)

    text = (await browser.get("/console/history")).text

    main = text[text.index("<main") : text.index("</main>")]
    labelled = "".join(re.findall(r"<label>.*?</label>", main, re.DOTALL))
    fields = re.findall(r"<(?:input|select)\b", main)
    assert len(fields) == len(re.findall(r"<(?:input|select)\b", labelled)) > 0


async def test_the_scripts_that_the_explorer_names_are_there(api: Api) -> None:
    browser = await browser_of(api)

    text = (await browser.get("/console/history")).text
    scripts = re.findall(r'src="([^"]+\.js)"', text)
    found = {path: await browser.get(path) for path in scripts}

    assert {answer.status_code for answer in found.values()} == {200}
    [history] = [path for path in scripts if path.endswith("history.js")]
    imported = re.findall(r'from "\./([^"]+)"', found[history].text)
    assert imported
    for name in imported:
        assert (await browser.get(history.replace("history.js", name))).status_code == 200


async def test_a_limit_over_a_range_is_one_piece_where_it_never_changed(api: Api) -> None:
    browser = await browser_of(api)

    [piece] = await asked(browser, LIMITS.format(plant="P1"), **RANGE)

    assert (piece["point"], piece["high"], piece["unit"]) == ("DA001/out/a21026", 100, "mg/m3")
    assert (start_of(piece, "since"), start_of(piece, "until")) == (START, END)
    assert (piece["reference_oxygen"], piece["averaging"]) == (6, "hour")
    assert piece["since"].endswith("+08:00")


async def test_a_limit_that_changes_changes_its_line_but_not_as_known_before(
    api: Api, place: Place
) -> None:
    middle = START + timedelta(hours=6)
    browser = await browser_of(api)
    known = (await asked(browser, "/api/v1/plants/P1/limits"))["as_of"]
    stricter = place.limit._replace(
        since=middle, bound=CONVERTED._replace(high=Decimal(50)), act="change"
    )
    with api.registrar() as owner:
        believe(owner, stricter)

    now = await asked(browser, LIMITS.format(plant="P1"), **RANGE)
    then = await asked(browser, LIMITS.format(plant="P1"), **RANGE, as_of=known)

    assert [(piece["high"], start_of(piece, "since")) for piece in now] == [
        (100, START),
        (50, middle),
    ]
    assert [piece["high"] for piece in then] == [100]


async def test_limits_of_another_plant_are_not_found(api: Api) -> None:
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P2'").fetchall()
    browser = await browser_of(api, Role.PLANT, Scope(None, frozenset({plant})))

    answers = [await browser.get(LIMITS.format(plant=code), params=RANGE) for code in ("P1", "P2")]

    assert [answer.status_code for answer in answers] == [404, 200]
    assert answers[1].json() == []


async def test_a_range_that_is_reversed_is_refused(api: Api) -> None:
    browser = await browser_of(api)

    answer = await browser.get(
        LIMITS.format(plant="P1"), params={"from": END.isoformat(), "to": START.isoformat()}
    )

    assert answer.status_code == 422


def raised(api: Api, kind: str, **place: Any) -> int:
    """A case of P1 that begins with the scene and has not ended."""
    values = {"kind": kind, "subject": None, "device": None, "point": None, "since": START}
    with api.registrar() as owner:
        [(number,)] = owner.execute(ALERT, {**values, **place}).fetchall()
    return number


def names(plan: Any) -> list[str]:
    return ["/".join((one["subject"], one["side"], one["code"])) for one in plan["points"]]


async def test_the_chart_of_a_limit_shows_its_point_from_six_hours_before(
    api: Api, place: Place
) -> None:
    number = raised(api, "limit_hour", subject="DA001", point=place.point)
    browser = await browser_of(api)

    plan = await asked(browser, f"/console/alerts/{number}/chart")

    assert names(plan) == ["DA001/out/a21026"]
    assert (plan["points"][0]["zh"], plan["points"][0]["unit"]) == ("二氧化硫", "mg/m3")
    assert start_of(plan, "since") == START - timedelta(hours=6)
    hour = api.clock().replace(minute=0, second=0, microsecond=0)
    assert start_of(plan, "until") == hour + timedelta(hours=1)
    assert (start_of(plan, "case_since"), plan["case_until"]) == (START, None)


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("facility_off", {"subject": "FGD1"}),
        ("no_data", {"subject": "DA001"}),
        ("device_offline", {"device": "MN-A"}),
    ],
    ids=["a facility: the outlet behind it", "an outlet", "a logger: its outlet"],
)
async def test_a_case_without_a_point_shows_what_is_limited_at_its_outlet(
    api: Api, kind: str, where: dict[str, str]
) -> None:
    number = raised(api, kind, **where)
    browser = await browser_of(api)

    plan = await asked(browser, f"/console/alerts/{number}/chart")

    assert names(plan) == ["DA001/out/a21026"]


async def test_the_chart_of_a_case_of_another_plant_is_not_found(api: Api) -> None:
    number = raised(api, "no_data", subject="DA001")
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P2'").fetchall()
    browser = await browser_of(api, Role.PLANT, Scope(None, frozenset({plant})))

    answer = await browser.get(f"/console/alerts/{number}/chart")

    assert answer.status_code == 404


async def test_a_verdict_has_a_page_with_its_numbers_its_law_and_its_frames(api: Api) -> None:
    browser = await browser_of(api)
    verdicts = await asked(
        browser, f"{POINT}/verdicts", **RANGE, outcome="exceeding", period="hour"
    )
    number = verdicts["items"][0]["id"]

    zh = (await browser.get(f"/console/verdicts/{number}")).text
    en = (await browser.get(f"/console/verdicts/{number}", params={"lang": "en"})).text

    assert "120 &gt; 100" in zh
    assert "GB 13223-2011" in zh
    assert "/console/history?p=P1%2FDA001%2Fout%2Fa21026" in zh
    assert "exceeding" in en
    assert "The records it rests on" in en


async def test_a_look_at_a_verdict_is_put_on_record_and_that_of_another_plant_is_none(
    api: Api,
) -> None:
    browser = await browser_of(api)
    verdicts = await asked(browser, f"{POINT}/verdicts", **RANGE)
    number = verdicts["items"][0]["id"]
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P2'").fetchall()
    api.account("other", Role.PLANT, Scope(None, frozenset({plant})))
    other = api.browser()
    await signed_in(other, "other")

    seen = await browser.get(f"/console/verdicts/{number}")
    hidden = await other.get(f"/console/verdicts/{number}")

    assert (seen.status_code, hidden.status_code) == (200, 404)
    with api.registrar() as owner:
        looks = owner.execute("SELECT count(*) FROM audit WHERE action = 'evidence.read'")
        assert looks.fetchone() == (1,)
