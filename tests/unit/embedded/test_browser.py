"""The browser's folder: another than the servers', fetched for itself, and told of when it cannot be had."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.embedded import packages
from services.embedded.browser import BROWSER, PACKAGES, RECIPE, prepared_browser
from services.embedded.errors import EmbeddedError
from services.embedded.folders import server_user
from services.embedded.packages import SERVERS, require_host
from services.embedded.prefix import PACKAGES as OF_SERVERS


def silent(_what: str, _part: float) -> None:
    """Show nothing."""


def test_the_servers_folder_does_not_grow_by_it() -> None:
    assert not [name for name in OF_SERVERS if "chromium" in name or "fonts" in name]
    assert len(set(PACKAGES)) == len(PACKAGES)


def test_another_recipe_or_place_is_another_folder(tmp_path: Path) -> None:
    changes = (
        RECIPE,
        replace(RECIPE, edition="2"),
        replace(RECIPE, packages=(*PACKAGES, "fonts-noto-cjk")),
        replace(RECIPE, written={}),
        replace(RECIPE, dropped=()),
    )

    places = {one.place(tmp_path) for one in changes} | {RECIPE.place(tmp_path / "elsewhere")}

    assert len(places) == len(changes) + 1
    assert all(one.name.startswith("browser-") for one in places)


def test_one_that_is_there_is_used_without_any_network(tmp_path: Path) -> None:
    root = RECIPE.place(tmp_path)
    root.mkdir()

    found = prepared_browser(tmp_path, server_user(), silent)

    assert found.program == root / "usr/lib/chromium/chromium-headless-shell"
    assert found.environment["FONTCONFIG_FILE"] == str(root / "fonts.conf")


@pytest.mark.parametrize(
    ("purpose", "advice"),
    [
        pytest.param(BROWSER, "QINGKONG_TEST_BROWSER=", id="browser"),
        pytest.param(SERVERS, "QINGKONG_DATABASE_URL", id="servers"),
    ],
)
def test_a_host_without_apt_is_told_what_to_do_instead(
    purpose: packages.Purpose, advice: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EmbeddedError, match="Debian 12 or 13 and its program apt-get") as told:
        require_host(purpose)

    assert purpose.what in str(told.value)
    assert advice in str(told.value)


def test_nothing_is_left_of_a_browser_that_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))

    with pytest.raises(EmbeddedError, match="the browser"):
        prepared_browser(tmp_path / "cache", server_user(), silent)

    assert not (tmp_path / "cache").exists()
