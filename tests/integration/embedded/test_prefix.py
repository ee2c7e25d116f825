"""Building the folder of packages: an interrupted build never counts."""

import pytest

from services.embedded.prefix import prepared
from services.embedded.processes import call
from tests.fixtures.servers import Yard


def silent(_what: str, _part: float) -> None:
    """Show nothing."""


def test_an_interrupted_build_is_made_again_from_the_start(yard: Yard) -> None:
    cache = yard.place() / "cache"

    def interrupt(what: str, _part: float) -> None:
        if what == "patching":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepared(cache, yard.user, interrupt)
    (cache / "building-killed" / "tree").mkdir(parents=True)
    left = sorted(path.name for path in cache.iterdir())
    prefix = prepared(cache, yard.user, silent)

    assert left == ["building-killed", "lock"]
    assert not (cache / "building-killed").exists()
    assert "17." in call([prefix.postgres_program("postgres"), "--version"])


def test_a_finished_build_is_used_again(yard: Yard) -> None:
    steps: list[str] = []

    prefix = prepared(yard.prefix.root.parent, yard.user, lambda what, _part: steps.append(what))

    assert (prefix, steps) == (yard.prefix, [])
