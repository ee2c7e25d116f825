"""The pages of orders and contests: what is shown, to whom, what comes next, and what one may do."""

import hashlib
import re

import httpx
import pytest

from tests.fixtures.api import Api, signed_in
from tests.fixtures.working import ANSWER, CLOSING, ORDER, World, populated

PDF = b"%PDF-1.7 record"


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def seen(world: World, who: str, path: str, **params: object) -> httpx.Response:
    """A page as one of the people sees it."""
    browser = world.api.browser()
    await signed_in(browser, who)
    asked = {"lang": "en", **{name: str(value) for name, value in params.items()}}
    return await browser.get(f"/console{path}", params=asked)


async def issued(world: World, **more: object) -> int:
    return (await world.made("officer", "/orders", {**ORDER, **more}))["order"]


async def answered(world: World) -> int:
    order = await issued(world)
    await world.made("plant", f"/orders/{order}/accept", None)
    files = [("files", ("record.pdf", PDF))]
    sent = await world.ask("plant", "POST", f"/orders/{order}/answer", data=ANSWER, files=files)
    assert sent.status_code == 200, sent.text
    return order


def acts(page: httpx.Response) -> set[str]:
    """The acts of the API that a page offers."""
    return set(re.findall(r'data-act="POST /api/v1/(?:orders|contests)/\d+/(\w+)"', page.text))


async def test_the_list_says_whose_turn_it_is_and_how_long_is_left(world: World) -> None:
    order = await issued(world, alerts=[world.alert])

    page = await seen(world, "officer", "/orders")

    assert page.status_code == 200
    assert f'href="/console/orders/{order}">150502-2026-0001</a>' in page.text
    assert "the plant has to accept it" in page.text
    assert " left</span>" in page.text
    assert f'href="/console/alerts/{world.alert}">#{world.alert}</a>' in page.text


async def test_an_overdue_order_is_so_in_words_and_by_shape(world: World) -> None:
    await issued(world)
    world.api.clock.go(days=30)

    page = await seen(world, "officer", "/orders")

    assert re.search(r'class="due late"><svg .*?</svg>overdue by \d+ d', page.text)


async def test_a_plant_is_called_by_its_english_name_on_english_pages_alone(world: World) -> None:
    order = await issued(world)
    with world.api.registrar() as owner:
        owner.execute("UPDATE plant SET name_en = 'Example Works' WHERE code = 'P1'")

    english = [(await seen(world, "officer", f"/orders{one}")).text for one in ("", f"/{order}")]
    chinese = (await seen(world, "officer", "/orders", lang="zh")).text

    assert [">Example Works</a>" in one for one in english] == [True, True]
    assert "Example Works" not in chinese


async def test_filters_of_the_address_narrow_the_list(world: World) -> None:
    order = await answered(world)
    other = await issued(world)

    page = await seen(world, "officer", "/orders", state="answered")
    none = await seen(world, "officer", "/orders", state="filed")

    assert f"/console/orders/{order}" in page.text
    assert f"/console/orders/{other}" not in page.text
    assert '<p class="empty"><strong>No order matches.' in none.text


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("plant", {"accept"}),
        ("officer", {"remind", "extend", "withdraw"}),
        ("auditor", set[str]()),
        ("administrator", {"accept", "remind", "extend", "withdraw"}),
    ],
    ids=["plant", "officer", "auditor", "administrator"],
)
async def test_each_role_is_offered_what_it_may_do(
    who: str, offered: set[str], world: World
) -> None:
    order = await issued(world)

    page = await seen(world, who, f"/orders/{order}")

    assert acts(page) == offered


async def test_an_answer_is_verified_or_sent_back_by_the_version_that_was_seen(
    world: World,
) -> None:
    order = await answered(world)

    officer = await seen(world, "officer", f"/orders/{order}")
    plant = await seen(world, "plant", f"/orders/{order}")

    assert acts(officer) == {"verify", "return", "remind", "extend", "withdraw"}
    assert acts(plant) == set()
    assert "data-etag='&#34;3&#34;'" in officer.text
    assert "Next: the bureau has to verify the answer" in officer.text


async def test_the_history_has_texts_and_files_with_their_digests(world: World) -> None:
    order = await answered(world)

    page = await seen(world, "auditor", f"/orders/{order}")

    assert all(words in page.text for words in (*ANSWER.values(), str(ORDER["demand"])))
    digest = hashlib.sha256(PDF).hexdigest()
    assert re.search(
        rf'href="/api/v1/attachments/\d+" download>record.pdf</a>.*{digest}', page.text
    )
    assert page.text.index("answered by the plant") > page.text.index("accepted by the plant")


async def test_a_closed_order_says_with_what(world: World) -> None:
    order = await answered(world)
    await world.made("officer", f"/orders/{order}/verify", {"found": "查验属实"})
    asks = (await seen(world, "officer", f"/orders/{order}")).text
    await world.made("officer", f"/orders/{order}/close", CLOSING)

    page = await seen(world, "officer", f"/orders/{order}")

    for name in ("disposition", "consequence"):  # nothing is concluded that nobody chose
        assert f'<select name="{name}" required><option value="">Choose</option>' in asks
    assert acts(page) == {"file"}
    assert "confirmed · put right" in page.text


@pytest.mark.parametrize("who", ["neighbour", "elsewhere"])
async def test_an_order_out_of_scope_is_not_found(who: str, world: World) -> None:
    order = await issued(world)

    page = await seen(world, who, f"/orders/{order}")
    listed = await seen(world, who, "/orders")

    assert page.status_code == 404
    assert "150502-2026-0001" not in listed.text


async def test_what_plants_write_is_text(world: World) -> None:
    order = await issued(world)
    await world.made("plant", f"/orders/{order}/accept", None)
    said = {"cause": "<script>alert(1)</script>", "measures": "<img src=x>"}
    await world.ask("plant", "POST", f"/orders/{order}/answer", data=said)

    page = await seen(world, "officer", f"/orders/{order}")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<img src=x" not in page.text


async def test_as_of_a_time_nothing_is_offered(world: World) -> None:
    order = await answered(world)
    known = (await world.ask("officer", "GET", "/plants/P1/status")).json()["as_of"]

    page = await seen(world, "officer", f"/orders/{order}", as_of=known)

    assert page.status_code == 200, page.text
    assert acts(page) == set()
    assert "nothing can be done here" in page.text


async def test_a_new_order_begins_with_the_plant_of_its_case(world: World) -> None:
    page = await seen(world, "officer", "/orders/new", alert=world.alert)
    foreign = await seen(world, "elsewhere", "/orders/new", alert=world.alert)
    plant = await seen(world, "plant", "/orders/new")

    assert 'data-act="POST /api/v1/orders"' in page.text
    assert 'name="plant" list="plants" required maxlength="200" value="P1"' in page.text
    assert f'name="alerts" value="{world.alert}" data-type="number" data-many' in page.text
    assert [foreign.status_code, plant.status_code] == [404, 403]


async def test_a_contest_is_filed_and_answered_each_by_its_side(world: World) -> None:
    order = await issued(world)
    form = {"about": "order", "key": str(order), "grounds": "并非本厂"}
    filed = await world.ask("plant", "POST", "/contests", data=form)
    number = filed.json()["contest"]

    plant = await seen(world, "plant", f"/contests/{number}")
    officer = await seen(world, "officer", f"/contests/{number}")
    new = await seen(world, "plant", "/contests/new", about="order", key=order)

    assert (acts(plant), acts(officer)) == ({"withdraw"}, {"answer"})
    assert "并非本厂" in officer.text
    assert "Next: the bureau has to answer" in officer.text
    assert f'<input type="hidden" name="key" value="{order}">' in new.text


async def test_an_upheld_contest_says_what_is_still_to_do(world: World) -> None:
    order = await issued(world)
    form = {"about": "order", "key": str(order), "grounds": "并非本厂"}
    number = (await world.ask("plant", "POST", "/contests", data=form)).json()["contest"]
    said = {"outcome": "upheld", "reasons": "核实无误"}
    await world.made("officer", f"/contests/{number}/answer", said)

    page = await seen(world, "plant", f"/contests/{number}")
    listed = await seen(world, "plant", "/contests")
    about = await seen(world, "plant", f"/orders/{order}")

    assert "<li>withdraw the order</li>" in page.text
    assert acts(page) == set()
    assert all(f"/console/contests/{number}" in one.text for one in (listed, about))


async def test_both_languages_say_the_same_of_an_order(world: World) -> None:
    order = await issued(world)

    page = await seen(world, "plant", f"/orders/{order}", lang="zh")

    assert "下一步：企业须签收" in page.text
    assert "督办下发" in page.text
    assert "还剩 " in page.text


async def test_a_deadline_that_was_changed_is_told_with_the_former_one(world: World) -> None:
    order = await issued(world, dues={"total": "2026-09-20T18:00"})
    wish = {"stage": "total", "until": "2026-09-30T18:00", "reason": "企业申请"}
    await world.made("officer", f"/orders/{order}/extend", wish)

    page = await seen(world, "plant", f"/orders/{order}")

    assert "2026-09-20 18:00 → 2026-09-30 18:00" in page.text
    assert "企业申请" in page.text
