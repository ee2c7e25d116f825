"""What holds for every template and script: nothing that the content security policy forbids."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

CONSOLE = Path(str(files("services.api.console")))
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
SCRIPTS = sorted((CONSOLE / "static").glob("*.js"))
STYLES = sorted((CONSOLE / "static").glob("*.css"))


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_style_script_or_handler_of_its_own(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script>", text)
    assert not re.search(r"\|\s*safe\b", text)


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *STYLES], ids=name)
def test_nothing_is_asked_of_another_host(path: Path) -> None:
    found = re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}", path.read_text())

    assert [one for one in found if "w3.org" not in one] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_makes_no_markup_of_text_nor_code(path: Path) -> None:
    assert not re.search(
        r"\.innerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function",
        path.read_text(),
    )
