"""Registering over HTTP: tried out first, told by place what is wrong, within the caller's scope."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from openpyxl import load_workbook

from schemas.access import Role, Scope
from services.api.registering import MOST_UNPACKED
from tests.fixtures.api import Api, Asking
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

REGISTRY = "/api/v1/registry"
NEW = {
    "plants": [
        {
            "code": "P9",
            "name": "新厂",
            "region": "150502",
            "outlets": [{"code": "DA001", "name": "1号排口", "medium": "air"}],
            "devices": [
                {"mn": "NEW00001", "commissioned_at": "2026-01-01", "channels": ["a21026"]}
            ],
        }
    ]
}


def administrator(api: Api, scope: Scope | None = None) -> Asking:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    return api.machine("root", Role.ADMINISTRATOR, scope or Scope())


async def sent(
    asking: Asking, content: bytes, name: str = "new.yaml", **given: Any
) -> httpx.Response:
    return await asking("POST", f"{REGISTRY}/imports", files={"file": (name, content)}, **given)


def named(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(one["verb"], one["kind"]) for one in answer.json()["changes"]]


def plants(api: Api) -> int:
    with api.registrar() as owner:
        [(count,)] = owner.execute("SELECT count(*) FROM plant").fetchall()
    return int(count)


async def test_a_file_is_tried_out_and_then_written_for_the_version_that_was_seen(api: Api) -> None:
    root = administrator(api)
    before = plants(api)
    content = yaml.safe_dump(NEW).encode()

    tried = await sent(root, content, params={"dry_run": "true"})
    untouched = plants(api)
    without = await sent(root, content)
    done = await sent(root, content, headers={"If-Match": tried.headers["etag"]})
    late = await sent(root, content, headers={"If-Match": tried.headers["etag"]})

    assert tried.status_code == 200, tried.text
    assert ("added", "plant") in named(tried)
    assert named(tried) == named(done)
    assert (tried.json()["written"], done.json()["written"]) == (False, True)
    assert (untouched, plants(api)) == (before, before + 1)
    assert (without.status_code, late.status_code) == (428, 412)


async def test_an_import_is_in_the_history_of_the_registry_and_in_the_audit_log(api: Api) -> None:
    root = administrator(api)
    tag = (await sent(root, yaml.safe_dump(NEW).encode(), params={"dry_run": "true"})).headers[
        "etag"
    ]

    await sent(root, yaml.safe_dump(NEW).encode(), headers={"If-Match": tag})
    newest = (await root("GET", f"{REGISTRY}/versions")).json()["items"][0]

    with api.registrar() as owner:
        deeds = owner.execute("SELECT action, object, actor FROM audit ORDER BY id").fetchall()
    assert (newest["actor"], newest["source"]) == ("root", "new.yaml")
    assert {name: value for name, value in newest["counts"][0].items() if value} == {
        "kind": "plant",
        "added": 1,
    } or any(one["kind"] == "plant" and one["added"] == 1 for one in newest["counts"])
    assert [row[0] for row in deeds] == ["registry.preview", "registry.import"]
    assert deeds[-1][1:] == (f"registry/{newest['version']}", "root")


async def test_the_same_request_sent_again_is_done_once(api: Api) -> None:
    root = administrator(api)
    content = yaml.safe_dump(NEW).encode()
    tag = (await sent(root, content, params={"dry_run": "true"})).headers["etag"]
    headers = {"If-Match": tag, "Idempotency-Key": "one"}

    first = await sent(root, content, headers=headers)
    again = await sent(root, content, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json() == again.json()


async def test_a_broken_file_is_refused_with_the_place_of_each_error(api: Api) -> None:
    root = administrator(api)
    text = "plants:\n  - code: P9\n    name_: x\n    region: '150502'\n"

    refused = await sent(root, text.encode(), params={"dry_run": "true"})
    problem = refused.json()

    assert (refused.status_code, problem["type"]) == (422, "/problems/invalid")
    assert any(
        one["place"].startswith("第 3 行第 5 列：plants[0].name_") for one in problem["errors"]
    )
    assert any("是否指 `name`" in one["detail"] for one in problem["errors"])


async def test_a_workbook_that_was_taken_out_goes_in_again_and_errors_name_sheet_and_row(
    api: Api, tmp_path: Path
) -> None:
    root = administrator(api)
    file = tmp_path / "registry.xlsx"
    taken = await root("GET", f"{REGISTRY}/document", params={"format": "xlsx"})
    unchanged = await sent(root, taken.content, "registry.xlsx", params={"dry_run": "true"})
    book = load_workbook(BytesIO(taken.content))
    sheet = next(one for one in book.worksheets if one.title.startswith("plants"))
    column = next(n for n, cell in enumerate(sheet[1], 1) if str(cell.value).startswith("region"))
    sheet.cell(2, column, "nowhere")
    book.save(file)

    broken = await sent(root, file.read_bytes(), "registry.xlsx", params={"dry_run": "true"})

    assert (unchanged.status_code, unchanged.json()["changes"]) == (200, [])
    assert broken.status_code == 422
    assert any(
        "plants" in one["place"] and "第 2 行" in one["place"] for one in broken.json()["errors"]
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 cut off"),
        ("a.xlsx", b"code;name\n"),
        ("a.yaml", b"\xff\xfe\x00"),
        ("a.yaml", b"plants: [" * 2000),
        ("../../etc/passwd", b""),
    ],
    ids=["cut off", "no workbook", "no UTF-8", "nested", "a path as a name"],
)
async def test_what_is_no_registry_file_changes_nothing_and_says_so(
    api: Api, name: str, content: bytes
) -> None:
    root = administrator(api)

    answer = await sent(root, content, name, params={"dry_run": "true"})

    assert answer.status_code in {200, 422}
    assert answer.json().get("changes", []) == []


async def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_is_unpacked(
    api: Api,
) -> None:
    root, packed = administrator(api), BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(MOST_UNPACKED + 1))

    refused = await sent(root, packed.getvalue(), "bomb.xlsx", params={"dry_run": "true"})

    assert refused.status_code == 413


async def test_small_steps_are_taken_as_json(api: Api) -> None:
    root = administrator(api)
    path, trial = f"{REGISTRY}/entries", {"dry_run": "true"}
    tag = (await root("POST", path, json=NEW, params=trial)).headers["etag"]
    made = await root("POST", path, json=NEW, headers={"If-Match": tag})
    move = {
        "plants": [
            {
                "code": "P9",
                "name": "新厂",
                "region": "150502",
                "outlets": [{"code": "DA002", "name": "2号排口", "medium": "air"}],
                "devices": [
                    {
                        "mn": "NEW00001",
                        "commissioned_at": "2026-01-01",
                        "channels": [
                            {"code": "a21026", "point": "DA001", "to": "2026-06-01"},
                            {"code": "a21026", "point": "DA002", "from": "2026-06-01"},
                        ],
                    }
                ],
            }
        ]
    }

    moved = await root("POST", path, json=move, headers={"If-Match": made.headers["etag"]})

    assert made.status_code == moved.status_code == 200, moved.text
    with api.registrar() as owner:
        rows = owner.execute(
            "SELECT subject.code FROM channel_binding AS bound"
            " JOIN point ON point.id = bound.point JOIN subject ON subject.id = point.subject"
            " JOIN plant ON plant.id = subject.plant WHERE plant.code = 'P9' ORDER BY bound.valid"
        ).fetchall()
    assert rows == [("DA001",), ("DA002",)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"plants": [{"code": "P9", "colour": "red"}]}, "/plants/0/colour"),
        ({"plants": [{"code": "P9", "name": "x", "region": "999999"}]}, "/plants/0/region"),
    ],
    ids=["no such field", "no such region"],
)
async def test_an_entry_that_does_not_hold_is_told_by_its_pointer(
    api: Api, body: dict[str, object], place: str
) -> None:
    root = administrator(api)

    refused = await root("POST", f"{REGISTRY}/entries", json=body, params={"dry_run": "true"})

    assert refused.status_code == 422
    assert place in [one["place"] for one in refused.json()["errors"]]


async def test_an_administrator_of_some_plants_neither_sees_nor_changes_others(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        found = dict(owner.execute("SELECT code, id FROM plant").fetchall())
    own = api.machine("some", Role.ADMINISTRATOR, Scope(None, frozenset({found["P1"]})))
    trial = {"dry_run": "true"}

    seen = yaml.safe_load((await own("GET", f"{REGISTRY}/document")).text)
    path = f"{REGISTRY}/entries"
    his = {"plants": [{"code": "P1", "name": "改名", "region": "150502"}]}
    others = {"plants": [{"code": "P2", "name": "改名", "region": "1502"}]}
    regions = {"regions": [{"code": "15", "name": "改名"}]}
    answers = [
        (await own("POST", path, json=body, params=trial)) for body in (his, others, NEW, regions)
    ]

    assert [plant["code"] for plant in seen["plants"]] == ["P1"]
    assert [one.status_code for one in answers] == [200, 422, 422, 422], answers[0].text
    assert all(
        f"范围之外的内容：{name}" in one.json()["detail"]
        for name, one in zip(("P2", "P9", "15"), answers[1:], strict=True)
    )
    assert (await own("GET", f"{REGISTRY}/versions")).status_code == 404


async def test_the_rights_of_an_import_are_given_back(api: Api) -> None:
    root = administrator(api)
    await root("POST", f"{REGISTRY}/entries", json=NEW, params={"dry_run": "true"})
    bad = {"plants": [{"code": "P9", "name": "x", "region": "999999"}]}
    await root("POST", f"{REGISTRY}/entries", json=bad, params={"dry_run": "true"})

    with api.context.database.session() as session:
        row = session.execute("SELECT current_user").fetchone()

    assert row == ("qingkong_api",)
