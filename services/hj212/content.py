"""The content of a frame (CP, 数据区): its text in; values, states, infos and the rest out.

HJ 212-2017 section 6.3 and table 4, read as loosely as devices write it: fields are grouped by
their code and not by the separator. It must not know the frame around it.
"""

import re
from collections.abc import Iterator
from typing import Literal, TypedDict

from schemas.policies import Policy
from services.hj212.clock import beijing, shortened
from services.hj212.frame import Info, State, Value, Warn
from services.hj212.number import parse_count, parse_number

BLANKS = " \t\r\n"
SECOND_DIGITS = 14

QUOTE = re.compile(r"-Info[ \t]*=[ \t]*//")
"""Where a log text opens (HJ 212-2017 C.40): separators inside belong to the text."""

NUMBER_FIELDS = {
    "Rtd": "rtd",
    "Min": "minimum",
    "Avg": "average",
    "Max": "maximum",
    "Cou": "total",
    "ZsRtd": "zs_rtd",
    "ZsMin": "zs_min",
    "ZsAvg": "zs_avg",
    "ZsMax": "zs_max",
}
"""The numeric field names of HJ 212-2017 table 4 and the `Value` attribute of each."""

KNOWN_FLAGS = frozenset(
    ("N", "F", "M", "S", "D", "C", "T", "B", "P", "0", "1", "2", "3", "St", "Sd", "Md")
)
"""Flags of HJ 212-2017 table 8, of 2005, and of the hourly records of HJ 75 (数据标记)."""


BARE_VALUES: dict[str, Literal["rtd", "average"]] = {
    "2011": "rtd",
    "2031": "average",
    "2051": "average",
    "2061": "average",
    "2111": "average",
}
"""What a code without a field stands for in each command, under the policy bare_codes."""

BARE_CODE = re.compile(r"[A-Za-z]{1,2}[0-9]{2,5}|[0-9]{2,3}")
"""What may be such a code."""

_LETTERS = re.compile(r"[A-Za-z]+")


class _Fields(TypedDict, total=False):
    rtd: float
    minimum: float
    average: float
    maximum: float
    total: float
    zs_rtd: float
    zs_min: float
    zs_avg: float
    zs_max: float
    flag: str
    eflag: str
    sample_time: str


class _StateFields(TypedDict, total=False):
    rs: int
    rt: float


def projects(text: str) -> Iterator[str]:
    """Cut a content into its `key=value` texts at `;` and `,`, but not inside `-Info=//text//`."""
    openings = [*QUOTE.finditer(text)]
    limits = [*(following.start() for following in openings[1:]), len(text)]
    start = 0
    for opening, limit in zip(openings, limits, strict=False):
        end = _closing_quote(text, opening.end(), limit)
        if end < 0:
            continue
        key = max(text.rfind(";", start, opening.start()), text.rfind(",", start, opening.start()))
        yield from text[start : max(key, start)].replace(",", ";").split(";")
        yield text[max(key + 1, start) : end]
        start = end + 1
    yield from text[start:].replace(",", ";").split(";")


def _closing_quote(text: str, start: int, limit: int) -> int:
    """Find where a log text ends: behind a `//` that a separator or the end follows, or -1."""
    close = text.find("//", start, limit)
    while close >= 0:
        after = close + 2
        while after < len(text) and text[after] in BLANKS:
            after += 1
        if after == len(text) or text[after] in ";,":
            return after
        close = text.find("//", close + 1, limit)
    return -1


def _state(field: str, text: str) -> _StateFields:
    """Read a run state (RS, a whole number) or run hours (RT); empty if it is neither."""
    if field == "RS":
        run_state = parse_count(text)
        return {} if run_state is None else {"rs": run_state}
    hours = parse_number(text)
    return {} if hours is None else {"rt": hours}


class Content:
    """Collects the fields of one content in the order in which they come; nothing is dropped."""

    def __init__(
        self,
        warnings: dict[str, None],
        admitted: frozenset[Policy] = frozenset(),
        policies: dict[str, None] | None = None,
    ) -> None:
        self.warnings = warnings
        self.policies: dict[str, None] = {} if policies is None else policies
        self.words: list[tuple[str, str]] = []
        self._admitted = admitted
        self._bare: Literal["rtd", "average"] | None = None
        self.data_time: str | None = None
        self.infos: list[Info] = []
        self._info_keys: set[tuple[str | None, str]] = set()
        self._values: dict[str, _Fields] = {}
        self._states: dict[str, _StateFields] = {}
        self._other: list[tuple[str, str] | None] = []
        self._other_keys: set[str] = set()
        self._about: tuple[str, int] | None = None

    def admits(self, policy: Policy) -> bool:
        """Whether the device may do so; the policy then is one that was needed."""
        admitted = policy in self._admitted
        if admitted:
            self.policies[policy] = None
        return admitted

    def read(self, text: str, bare: Literal["rtd", "average"] | None = None) -> None:
        """Take every project of a content text; `bare` is what a code without a field may be."""
        self._bare = bare
        for project in projects(text):
            key, equals, value = project.partition("=")
            if equals:
                self.take(key.strip(BLANKS), value.strip(BLANKS))
            elif key.strip(BLANKS):
                self.warnings[Warn.STRAY_TEXT] = None
                self._other.append(("", key.strip(BLANKS)))

    def take(self, key: str, text: str) -> None:
        """Take one field under its key, `code-field` split at the last `-`."""
        code, _, field = key.rpartition("-")
        number = NUMBER_FIELDS.get(field) if code else None
        if number is not None:
            self._take_number(code, number, key, text)
        elif code and field in {"Flag", "EFlag", "SampleTime"}:
            self._take_mark(code, field, key, text)
        elif code and field in {"RS", "RT"}:
            self._take_state(code, field, key, text)
        elif code and field == "Info":
            self._take_info(code, text)
        else:
            self._take_plain(key, text)

    def keep(self, key: str, text: str) -> None:
        """Keep a field that has no place of its own under its full key."""
        if key in self._other_keys and key not in {"PolId", ""}:
            self.warnings[Warn.DUPLICATE_KEY] = None
        self._other_keys.add(key)
        self._other.append((key, text))

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple([Value(code, **fields) for code, fields in self._values.items()])

    @property
    def states(self) -> tuple[State, ...]:
        return tuple([State(code, **fields) for code, fields in self._states.items()])

    @property
    def other(self) -> tuple[tuple[str, str], ...]:
        return tuple([pair for pair in self._other if pair is not None])

    def value(self, key: str) -> str | None:
        """The first text kept under a key, or `None`."""
        return next((text for kept, text in self.other if kept == key), None)

    def _take_number(self, code: str, name: str, key: str, text: str) -> None:
        number = parse_number(text)
        if number is None and name == "rtd" and _LETTERS.fullmatch(text):
            self.words.append((code, text))
            self._put_aside(key, text)
            return
        if number is None:
            self._refuse(key, text, Warn.NOT_A_NUMBER)
            return
        fields = self._values.setdefault(code, {})
        if name in fields:
            self._refuse(key, text, Warn.DUPLICATE_KEY)
        else:
            fields[name] = number  # pyright: ignore[reportGeneralTypeIssues] - a name of NUMBER_FIELDS

    def _take_mark(self, code: str, field: str, key: str, text: str) -> None:
        name = {"Flag": "flag", "EFlag": "eflag", "SampleTime": "sample_time"}[field]
        if field == "SampleTime" and (len(text) != SECOND_DIGITS or beijing(text) is None):
            self._refuse(key, text, Warn.SAMPLE_TIME_FORM)
            return
        if field == "Flag" and text not in KNOWN_FLAGS:
            self.warnings[Warn.FLAG_UNKNOWN] = None
        fields = self._values.setdefault(code, {})
        if name in fields:
            self._refuse(key, text, Warn.DUPLICATE_KEY)
        else:
            fields[name] = text

    def _take_state(self, code: str, field: str, key: str, text: str) -> None:
        sent = _state(field, text)
        if not sent:
            self._refuse(key, text, Warn.NOT_A_NUMBER)
            return
        fields = self._states.setdefault(code, {})
        if field.lower() in fields:
            self._refuse(key, text, Warn.DUPLICATE_KEY)
        else:
            fields.update(sent)

    def _take_info(self, code: str, text: str) -> None:
        about = None
        if self._about is not None:
            about, place = self._about
            self._other[place] = None
        quoted = len(text) >= len("////") and text.startswith("//") and text.endswith("//")
        info = Info(about, code, text[2:-2] if quoted else text)
        if (about, code) in self._info_keys:
            self.warnings[Warn.DUPLICATE_KEY] = None
        self._info_keys.add((about, code))
        self.infos.append(info)

    def _take_plain(self, key: str, text: str) -> None:
        if key == "DataTime" and self.data_time is None:
            self._take_data_time(text)
            return
        if key == "DataTime":
            self._refuse(key, text, Warn.SECOND_DATA_TIME)
            return
        if self._is_bare_value(key, text):
            self._values.setdefault(key, {})[self._bare or "rtd"] = float(text)
            return
        self.keep(key, text)
        if key == "PolId":
            self._about = (text, len(self._other) - 1)

    def _take_data_time(self, text: str) -> None:
        self.data_time = text
        if len(text) == SECOND_DIGITS and beijing(text) is not None:
            return
        moment = shortened(text)
        if moment is not None and self.admits(Policy.LONG_DATA_TIME):
            self.data_time = moment
        else:
            self.warnings[Warn.DATA_TIME_FORM] = None

    def _is_bare_value(self, key: str, text: str) -> bool:
        if self._bare is None or BARE_CODE.fullmatch(key) is None or parse_number(text) is None:
            return False
        known = self._bare in self._values.get(key, {})
        return not known and self.admits(Policy.BARE_CODES)

    def _refuse(self, key: str, text: str, warning: Warn) -> None:
        self.warnings[warning] = None
        self._put_aside(key, text)

    def _put_aside(self, key: str, text: str) -> None:
        self._other_keys.add(key)
        self._other.append((key, text))
