"""Which package sources of a host are Debian's, and how they are moved to one release."""

import pytest

from services.embedded.sources import Source, debian_sources, sources_list

DEB822 = """\
Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


def test_deb822_paragraphs_are_moved_with_their_suffixes() -> None:
    found = debian_sources([("debian.sources", DEB822)], "trixie")

    assert found == (
        Source("http://mirror.example/debian", "trixie"),
        Source("http://mirror.example/debian", "trixie-updates"),
        Source("https://mirror.example/debian-security", "trixie-security"),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("deb http://m.example/debian bookworm main", ["trixie"], id="plain"),
        pytest.param("deb http://m.example/debian stable main contrib", ["trixie"], id="alias"),
        pytest.param(
            "deb http://m.example/debian trixie-updates main", ["trixie-updates"], id="same"
        ),
        pytest.param(
            "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
            "http://m.example/debian bookworm main # note",
            ["trixie"],
            id="options",
        ),
        pytest.param("deb mirror+file:/etc/apt/m.list bookworm main", ["trixie"], id="mirror list"),
        pytest.param("deb-src http://m.example/debian bookworm main", [], id="sources only"),
        pytest.param("# deb http://m.example/debian bookworm main", [], id="commented out"),
        pytest.param("deb http://m.example/debian bookworm contrib", [], id="not main"),
        pytest.param("deb http://m.example/debian bookworm-backports main", [], id="backports"),
        pytest.param("deb http://m.example/pg bookworm-pgdg main", [], id="third party's suite"),
        pytest.param("deb http://m.example/ubuntu noble main", [], id="another system"),
        pytest.param("deb cdrom:[Debian 12]/ bookworm main", [], id="a disc"),
        pytest.param(
            "deb [signed-by=/usr/share/keyrings/vendor.gpg] http://m.example/v bookworm main",
            [],
            id="third party's key",
        ),
        pytest.param("nonsense", [], id="nonsense"),
    ],
)
def test_a_one_line_source_is_taken_only_when_it_is_debians(line: str, expected: list[str]) -> None:
    found = debian_sources([("sources.list", f"{line}\n")], "trixie")

    assert [source.suite for source in found] == expected


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("Types: deb\n", "Enabled: no\nTypes: deb\n"), id="disabled"),
        pytest.param(("debian-archive-keyring.gpg", "vendor.gpg"), id="another key"),
        pytest.param(
            (" /usr/share/keyrings/debian-archive-keyring.gpg", "\n -----BEGIN PGP-----\n .\n abc"),
            id="a key written out",
        ),
    ],
)
def test_a_paragraph_is_left_out(change: tuple[str, str]) -> None:
    found = debian_sources([("debian.sources", DEB822.replace(*change))], "trixie")

    assert [source.suite for source in found] == ["trixie-security"]


def test_the_same_source_named_twice_counts_once() -> None:
    line = "deb http://m.example/debian bookworm main\n"

    found = debian_sources([("sources.list", line), ("more.list", line)], "trixie")

    assert len(found) == 1


def test_the_list_asks_for_signed_indexes_of_one_architecture() -> None:
    text = sources_list([Source("http://m.example/debian", "trixie")], "/k.gpg", "arm64")

    assert text == (
        "deb [arch=arm64 target=Packages signed-by=/k.gpg] http://m.example/debian trixie main\n"
    )
