"""The codes of HJ 212: pollutants, states of processes, facts about devices; and how to find one.

Facts that ship with the program, each with its source; what no source confirms says so.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Literal, Protocol, TypeAlias

Medium: TypeAlias = Literal["air", "water", "noise", "process", "info"]
MEDIA: Mapping[str, Medium] = {"air": "air", "water": "water", "noise": "noise"}


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code of HJ 212-2017, or of HJ/T 212-2005 where that has none; empty is unknown.

    `x` at the end of a process's code stands for a digit, the number of the device.
    """

    code: str
    code_2005: str
    name_zh: str
    name_en: str
    unit: str
    unit_total: str
    medium: Medium
    format: str
    source: str
    note: str

    @property
    def verified(self) -> bool:
        """Whether the standard's own text has it; what was only seen in use is not verified."""
        return self.source.removeprefix("noise: ").startswith("HJ212-2017")

    def fields(self) -> dict[str, str]:
        """All of it as texts, with `confidence`: verified or unverified."""
        return asdict(self) | {"confidence": "verified" if self.verified else "unverified"}

    def matches(self, text: str) -> bool:
        """Whether a code, new or old, begins with the text, or a name has it in it."""
        wanted = text.casefold()
        codes, names = (self.code, self.code_2005), (self.name_zh, self.name_en)
        return (
            any(code.casefold().startswith(wanted) for code in codes)
            or any(wanted in name.casefold() for name in names)
            or self.is_called(text)
        )

    def is_called(self, text: str) -> bool:
        """Whether the text is the code itself, new or old."""
        pattern = re.sub(r"x+$", lambda found: rf"\d{{{len(found[0])}}}", self.code)
        codes = (self.code.casefold(), self.code_2005.casefold())
        return text.casefold() in codes or re.fullmatch(pattern, text) is not None


def listed_codes() -> list[ListedCode]:
    """All of them, in the order of the standard's tables."""
    return [*_pollutants(), *_processes()]


def found_codes(
    codes: Iterable[ListedCode], text: str | None, medium: Medium | None
) -> list[ListedCode]:
    """Those that match, what is called so first."""
    found = [
        one
        for one in codes
        if medium in (None, one.medium) and (text is None or one.matches(text.strip()))
    ]
    return found if text is None else sorted(found, key=lambda one: not one.is_called(text.strip()))


def _pollutants() -> Iterator[ListedCode]:
    for row in _rows("hj212_codes.tsv"):
        yield ListedCode(
            row["code_2017"] or row["code_2005"], row["code_2005"], row["name_zh"], row["name_en"],
            row["unit"], row["unit_total"], MEDIA[row["medium"]], row["format"], row["source"],
            row["note"],
        )  # fmt: skip


def _processes() -> Iterator[ListedCode]:
    for row in _rows("hj212_process_codes.tsv"):
        device = row["kind"].startswith("device info")
        yield ListedCode(
            row["code"], "", row["name_zh"], "", row["unit"], "", "info" if device else "process",
            row["format"], row["source"], "; ".join(filter(None, (row["kind"], row["enum_or_note"]))),
        )  # fmt: skip


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("services.cases.registering") / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


class ListedCommand(Protocol):
    """A command of HJ 212 as the receiving side knows it; `place` is the table that it lands in.

    `confidence` A: read in the standard; B, C, D: three, two, one independent sources.
    """

    @property
    def cn(self) -> str: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def versions(self) -> Sequence[int]: ...
    @property
    def place(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def confidence(self) -> str: ...


def found_commands(commands: Iterable[ListedCommand], text: str | None) -> list[ListedCommand]:
    """Those whose number begins with the text, or whose name has it in it."""
    wanted = (text or "").strip().casefold()
    return [
        one
        for one in commands
        if one.cn.startswith(wanted) or any(wanted in name.casefold() for name in (one.zh, one.en))
    ]
