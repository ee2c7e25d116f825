"""The shape of a frame's content: its text with numbers, flags and times taken out.

Compiles a shape into one pattern over bytes; it must not know headers nor caches.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from services.hj212.content import NUMBER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

_SECOND = (
    rb"[12][0-9]{3}(?:(?:0[13-9]|1[0-2])(?:0[1-9]|[12][0-9]|30)|(?:0[13578]|1[02])31"
    rb"|02(?:0[1-9]|1[0-9]|2[0-8]))(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
)
"""14 digits that are a real second for certain; 29 February goes the general way."""

QN = re.compile(rb"QN=(" + _SECOND + rb"[0-9]{3});")
"""The beginning of a header that has a right QN."""

_NEVER = re.compile(rb"(?!)")
_PROJECT = re.compile(rb"(?:([0-9A-Za-z_-]+)-)?([A-Za-z]+)=([^;,=&]*)")
_CUT = re.compile(rb"([;,])")

Pick: TypeAlias = "Callable[[tuple[bytes, ...]], tuple[bytes, ...]]"


class Kind(Enum):
    """What a slot of a shape takes."""

    DATA_TIME = auto()
    NUMBER = auto()
    FLAG = auto()
    SAMPLE_TIME = auto()
    RUN_STATE = auto()


_MARKS = {
    "Flag": (Kind.FLAG, "flag"),
    "SampleTime": (Kind.SAMPLE_TIME, "sample_time"),
    "RS": (Kind.RUN_STATE, "rs"),
}

_PATTERNS = {
    Kind.DATA_TIME: rb"(" + _SECOND + rb")",
    Kind.NUMBER: rb"([-0-9.]{1,24})",
    Kind.FLAG: rb"([NFMSDCTBP0123])",
    Kind.SAMPLE_TIME: rb"(" + _SECOND + rb")",
    Kind.RUN_STATE: rb"([0-9]{1,4})",
}


@dataclass(frozen=True, slots=True)
class Outline:
    """A content as a shape sees it: its text with slots in the place of what varies."""

    pattern: bytes
    slots: tuple[tuple[Kind, str, str], ...]


class Shape:
    """One compiled content; `columns`, `flags` and `samples` name what it finds, in order.

    `columns` are pairs (code, `Value` attribute) of the numbers; `flags` and `samples` are the
    codes of the flags and of the SampleTimes, `codes` all codes as they first appear. A shape of run
    states (RS) has nothing else, and its columns are called `rs`.
    """

    __slots__ = (
        "codes",
        "columns",
        "flags",
        "has_data_time",
        "pattern",
        "pick_flags",
        "pick_numbers",
        "pick_samples",
        "samples",
        "states",
        "used",
    )

    def __init__(self, outline: Outline) -> None:
        slots = outline.slots
        self.pattern = re.compile(outline.pattern)
        self.states = any(kind is Kind.RUN_STATE for kind, _, _ in slots)
        numbers = Kind.RUN_STATE if self.states else Kind.NUMBER
        self.columns = tuple([(code, name) for kind, code, name in slots if kind is numbers])
        self.codes = tuple(dict.fromkeys(code for _, code, _ in slots if code))
        self.flags = tuple([code for kind, code, _ in slots if kind is Kind.FLAG])
        self.samples = tuple([code for kind, code, _ in slots if kind is Kind.SAMPLE_TIME])
        self.has_data_time = any(kind is Kind.DATA_TIME for kind, _, _ in slots)
        self.pick_numbers = _pick(slots, numbers)
        self.pick_flags = _pick(slots, Kind.FLAG)
        self.pick_samples = _pick(slots, Kind.SAMPLE_TIME)
        self.used = True

    def retire(self) -> None:
        """Match nothing from now on, so that who still holds the shape drops it."""
        self.pattern = _NEVER


def outline(content: bytes) -> Outline | None:
    """Draw the outline of what stands between `;CP=&&` and `&&`.

    `None` if it holds anything but one leading DataTime and either run states or numbers, flags and
    SampleTimes.
    """
    pattern = [rb";CP=&&"]
    slots: list[tuple[Kind, str, str]] = []
    for part in _CUT.split(content):
        if part in {b"", b";", b","}:
            pattern.append(part)
            continue
        project = _PROJECT.fullmatch(part)
        slot = None if project is None else _slot(project)
        if project is None or slot is None or (slot[0] is Kind.DATA_TIME and slots):
            return None
        pattern += (re.escape(part[: project.start(3)]), _PATTERNS[slot[0]])
        slots.append(slot)
    pattern.append(rb"&&")
    if len({kind is Kind.RUN_STATE for kind, _, _ in slots if kind is not Kind.DATA_TIME}) > 1:
        return None
    return Outline(b"".join(pattern), tuple(slots))


def _slot(project: re.Match[bytes]) -> tuple[Kind, str, str] | None:
    code, field = (project.group(1) or b"").decode(), project.group(2).decode()
    if not code:
        return (Kind.DATA_TIME, "", "") if field == "DataTime" else None
    if field in NUMBER_FIELDS:
        return Kind.NUMBER, code, NUMBER_FIELDS[field]
    if field not in _MARKS:
        return None
    kind, name = _MARKS[field]
    return kind, code, name


def _pick(slots: tuple[tuple[Kind, str, str], ...], wanted: Kind) -> Pick:
    """Make the function that picks the groups of one kind out of a match's groups."""
    places = [place for place, (kind, _, _) in enumerate(slots) if kind is wanted]
    if not places:
        return lambda _groups: ()
    if places == [*range(places[0], places[0] + len(places))]:
        return itemgetter(slice(places[0], places[0] + len(places)))
    return itemgetter(*places)
