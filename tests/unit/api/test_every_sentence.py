"""Every sentence of the program that has two languages: Chinese is Chinese, and English is English."""

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

PACKAGES = [Path(str(files(name))) for name in ("schemas", "services")]
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in package.rglob("*.py")
    if "Sentence(" in path.read_text(encoding="utf-8") and path.name != "sentence.py"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
NAMED = re.compile(r"`[^`]*`|\{[^{}]*\}|\([A-Z]{2}/T \d+\)")
VALUE = "•"


def said(node: ast.expr) -> str:
    """What an argument says of its own; values that are put in stand as a dot, terms as nothing."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(map(said, values))
        case ast.FormattedValue(value=value):
            return said(value)
        case ast.Call(func=ast.Name(id="term")):
            return ""
        case ast.BinOp(left=one, op=ast.Add(), right=other) | ast.IfExp(body=one, orelse=other):
            return f"{said(one)}{VALUE}{said(other)}"
        case _:
            return VALUE


def sentences(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, English and Chinese of each."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="Sentence"), args=[en, zh]):
                yield node.lineno, said(en), said(zh)
            case _:
                pass


def wrong(path: Path) -> Iterator[str]:
    for line, en, zh in sentences(path):
        own = NAMED.sub(VALUE, zh)
        if CHINESE.search(en):
            yield f"{line}: Chinese in {en!r}: mark it by term()"
        if ENGLISH.search(own):
            yield f"{line}: English in {zh!r}"
        if re.search(r"[a-z]{3}", NAMED.sub("", en)) and not CHINESE.search(zh) and zh != VALUE:
            yield f"{line}: no Chinese in {zh!r}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sentence_is_wholly_of_its_language(path: Path) -> None:
    assert list(wrong(path)) == []


def test_there_are_as_many_as_there_should_be() -> None:
    assert sum(1 for path in SOURCES for _ in sentences(path)) > 150
