"""The wheel holds all that the product needs, and runs away from the source tree."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
# The installed packages, but neither the source tree nor what an editable install points at.
AWAY = """
import sys
wheel, tree = sys.argv[1:3]
sys.path = [wheel, *(path for path in sys.path if path not in ("", tree))]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
import services.cli
assert services.__file__.startswith(wheel), services.__file__
from services.store.migrations import known_migrations
assert known_migrations()
sys.argv = ["qingkong", *sys.argv[3:]]
services.cli.main()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(  # noqa: S603
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / built.stdout.splitlines()[-1]


def test_it_holds_the_packages_and_their_files_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}

    assert tops == {"services", "schemas"}
    assert "services/store/migrations/0001_roles.sql" in names
    assert "services/embedded/bootstrap.sql" in names
    assert "schemas/cems-v1.schema.json" in names


@pytest.mark.parametrize("command", ["", "ingest", "registry", "demo", "verify", "doctor"], ids=str)
def test_its_commands_start_in_another_folder(wheel: Path, tmp_path: Path, command: str) -> None:
    words = [sys.executable, "-c", AWAY, str(wheel), str(ROOT), *command.split(), "--help"]

    said = subprocess.run(  # noqa: S603
        words, cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout

    assert "Usage:" in said
