"""The audit log in sentences, with links to what was acted on."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from services.api.console.deed_words import AREAS, DEEDS, deed_name, page_of_object

WRITTEN = re.compile(r"""(?:perform|audited|look\.at|deed)\(\s*"([a-z_]+\.[a-z_]+)\"""")


def test_every_deed_has_a_name_in_both_languages() -> None:
    assert all(zh and en for zh, en in [*DEEDS.values(), *AREAS.values()])


def test_whatever_the_routes_put_on_record_has_a_name() -> None:
    routes = Path(str(files("services.api")))
    written = {
        action
        for path in [*routes.glob("*.py"), *(routes / "routes").glob("*.py")]
        for action in WRITTEN.findall(path.read_text())
    }

    assert len(written) > 20
    assert written - set(DEEDS) == set()


def test_a_preview_is_called_one() -> None:
    assert deed_name("limit.change_preview", "en") == "changed the limit (a preview)"
    assert deed_name("limit.change_preview", "zh") == "变更限值（预览）"


def test_a_deed_without_a_name_is_shown_as_it_is() -> None:
    assert deed_name("moon.land", "zh") == "moon.land"


@pytest.mark.parametrize(
    ("about", "address"),
    [
        ("alert/17", "/console/alerts/17"),
        ("batch/5/2", "/console/chain/batches/5/frames/2"),
        ("device/P 1/D&1", "/console/fleet/P%201/D%261"),
        ("plant/../x", None),
        ("audit", None),
        ("registry/1", None),
    ],
)
def test_an_object_leads_to_its_page(about: str, address: str | None) -> None:
    assert page_of_object(about) == address
