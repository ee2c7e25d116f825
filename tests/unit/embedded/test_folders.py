"""Whether the servers' user can reach a folder, and which folder is taken when not."""

from pathlib import Path

import pytest

from services.embedded.errors import EmbeddedError
from services.embedded.folders import Entry, Folders, ServerUser, chosen_folders, closed_folder

NOBODY = ServerUser(65534, 65534, switch=True, known=True)
SELF = ServerUser(1000, 1000, switch=False, known=True)
ROOT_FOLDER = Entry(Path("/"), 0o755, 0, 0)


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "open_"),
    [
        pytest.param(0o755, 0, 0, True, id="open to all"),
        pytest.param(0o711, 0, 0, True, id="others may only pass"),
        pytest.param(0o700, 0, 0, False, id="a private home"),
        pytest.param(0o744, 0, 0, False, id="readable but not passable"),
        pytest.param(0o700, 65534, 0, True, id="their own"),
        pytest.param(0o677, 65534, 0, False, id="their own and closed to themselves"),
        pytest.param(0o710, 0, 65534, True, id="their group's"),
        pytest.param(0o701, 0, 65534, False, id="closed to their group"),
    ],
)
def test_a_folder_is_passable_by_its_mode_and_owner(
    mode: int, uid: int, gid: int, *, open_: bool
) -> None:
    folder = Entry(Path("/somewhere"), mode, uid, gid)

    closed = closed_folder([ROOT_FOLDER, folder], NOBODY)

    assert closed == (None if open_ else Path("/somewhere"))


def test_the_first_closed_folder_is_named() -> None:
    way = [ROOT_FOLDER, Entry(Path("/a"), 0o700, 0, 0), Entry(Path("/a/b"), 0o700, 0, 0)]

    assert closed_folder(way, NOBODY) == Path("/a")


def test_ones_own_folders_are_not_judged() -> None:
    assert closed_folder([Entry(Path("/home/me"), 0o700, 0, 0)], SELF) is None


def test_the_settings_come_before_the_xdg_folders() -> None:
    environ = {
        "QINGKONG_CACHE_DIR": "/srv/cache",
        "XDG_CACHE_HOME": "/xdg/cache",
        "XDG_STATE_HOME": "/xdg/state",
    }

    found = chosen_folders(environ, SELF)

    assert found == Folders(cache=Path("/srv/cache"), home=Path("/xdg/state/qingkong"))


def test_the_home_a_caller_names_comes_before_the_setting() -> None:
    found = chosen_folders({"QINGKONG_HOME": "/srv/one"}, SELF, Path("/srv/two"))

    assert found.home == Path("/srv/two")


def test_a_relative_xdg_folder_does_not_count() -> None:
    found = chosen_folders({"XDG_STATE_HOME": "somewhere"}, SELF)

    assert found.home.parts[-3:] == (".local", "state", "qingkong")


def test_a_default_out_of_reach_gives_way_to_the_systems_folders(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    environ = {"XDG_CACHE_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}

    found = chosen_folders(environ, NOBODY)

    assert found == Folders(Path("/var/cache/qingkong"), Path("/var/lib/qingkong"))


def test_a_folder_that_was_asked_for_and_is_out_of_reach_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(EmbeddedError, match="cannot pass through"):
        chosen_folders({"QINGKONG_HOME": str(closed / "home")}, NOBODY)
