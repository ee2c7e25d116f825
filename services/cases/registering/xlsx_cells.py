"""One cell to a value of the document and back: texts, numbers, times, lists, and what Excel spoils.

It must not know which column or row a cell stands in.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, cast

from schemas.sentence import Sentence, UnfitError, term
from services.cases.registering.xlsx_layout import Column, Kind

CLEAR = ("-", "null")
ERRORS = frozenset(
    [
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
)
# A double holds 15 digits of any number; of longer ones Excel has lost the end.
EXACT = 10**15
SHOWN = 40
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d{2,}")
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,;，；、\n]*)\s*(?:[,;，；、\n]|$)')
_SEPARATORS = re.compile(r'[,;，；、\n"\[\]]')
# What XML cannot hold, and what readers of workbooks take for an escape of it.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_?x[0-9A-Fa-f]{4}_")

# The writer of workbooks takes what begins and ends so for XML of its own and escapes nothing in it.
_MARKUP = "<r>"


class CellError(UnfitError):
    """What is wrong with a cell; the sentence says what to do."""


@dataclass(frozen=True)
class Empty:
    """Nothing stands in the cell: the field is left as it is."""


EMPTY: Final = Empty()


def read_cell(column: Column, value: object) -> object:
    """The value of a cell: EMPTY, where it clears the field what that is then, else what it says.

    Raises CellError.
    """
    if isinstance(value, str):
        value = value.strip()
        if value in ERRORS:
            raise CellError(
                Sentence(
                    f"the formula here gives the error {value}: mend it or write the value",
                    f"此处公式的结果为错误 {value}：请更正公式或直接填写值",
                )
            )
        if value.lower() in CLEAR:
            return column.cleared
    if value is None or value == "":
        return EMPTY
    if column.many:
        return [_READ[column.kind](item) for item in _items(value)]
    return _READ[column.kind](value)


def write_cell(column: Column, value: object) -> str | int | float:
    """A value of the document as a cell that reads back as the same."""
    if column.many:
        items = cast("list[object]", value if isinstance(value, list) else [value])
        return ", ".join(_written_item(item) for item in items)
    if column.kind == "number" and isinstance(value, int | float):
        # A workbook keeps 16 digits of a number; the few that need 17 are written as text.
        return value if float(f"{value:.16G}") == value else repr(value)
    if column.kind == "truth":
        return "TRUE" if value else "FALSE"
    return _written(value if isinstance(value, str) else str(value))


def _written_item(item: object) -> str:
    text = item if isinstance(item, str) else str(item)
    return json.dumps(text) if _SEPARATORS.search(text) else _written(text)


def _written(text: str) -> str:
    """The text, between quotation marks where a cell would otherwise mean something else by it."""
    if _NO_XML.search(text):
        return json.dumps(text).replace("x", "\\u0078")
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    special = text.lower() in CLEAR or text in ERRORS or _SCIENTIFIC.fullmatch(text)
    if quoted or special or text != text.strip() or text.startswith(_MARKUP):
        return json.dumps(text, ensure_ascii=False)
    return text


def _items(value: object) -> Iterator[object]:
    if not isinstance(value, str):
        yield value
        return
    text = value[1:-1] if value[0] == "[" and value[-1] == "]" else value
    place = 0
    while place < len(text):
        found = _ITEM.match(text, place)
        if found is None:
            raise CellError(
                Sentence(
                    f"this is no list: {_shown(value)}: write the items with commas between",
                    f"不是列表：{_shown(value)}，各项请以逗号分隔",
                )
            )
        if item := found[1].strip():
            yield item
        place = found.end()


def _text(value: object) -> object:
    match value:
        case str():
            return _literal(value)
        case bool():
            return str(value).upper()
        case int() | float():
            return _digits(value)
        case _:
            _refuse_time(value)
            return str(value)


def _literal(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            Sentence(
                f"{text} was a number once and has lost its digits: format the cell as"
                f" text{term('文本')} and write all of it again",
                f"{text} 曾被当作数字而丢失了末位数字：请将单元格设为文本格式后重新完整填写",
            )
        )
    return text


def _digits(value: float) -> str:
    if abs(value) >= EXACT:
        raise CellError(
            Sentence(
                f"Excel has turned this into the number {value:.6g} and lost its last digits: format"
                f" the cell as text{term('文本')} and write all of it again",
                f"Excel 已将此内容转为数字 {value:.6g} 并丢失了末位数字：请将单元格设为文本格式后重新完整填写",
            )
        )
    return str(int(value)) if value == int(value) else repr(value)


def _number(value: object) -> object:
    _refuse_time(value)
    if isinstance(value, bool):
        word = str(value).upper()
        raise CellError(
            Sentence(f"this must be a number, not {word}", f"此处须为数字，而不是 {word}")
        )
    return value


def _truth(value: object) -> object:
    _refuse_time(value)
    return {"是": True, "否": False}.get(value, value) if isinstance(value, str) else value


def _refuse_time(value: object) -> None:
    if isinstance(value, date | time | timedelta):
        raise CellError(
            Sentence(
                f"Excel has turned this into a date or time ({value}): format the cell as"
                f" text{term('文本')} and write it again",
                f"Excel 已将此内容转为日期或时间（{value}）：请将单元格设为文本格式后重新填写",
            )
        )


def _moment(value: object) -> object:
    match value:
        case datetime():
            return value
        case date():
            return value.isoformat()
        case bool() | time() | timedelta():
            raise CellError(
                Sentence(
                    f"this is no time ({value}): write 2024-05-01 or 2024-05-01 08:30",
                    f"不是时间（{value}）：请写作 2024-05-01 或 2024-05-01 08:30",
                )
            )
        case _:
            return _iso(str(value))


def _day(value: object) -> object:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    found = _moment(value)
    if isinstance(found, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
        raise CellError(
            Sentence(
                f"this must be a date such as 2024-05-01, not {_shown(value)}",
                f"此处须为日期，例如 2024-05-01，而不是 {_shown(value)}",
            )
        )
    return found


def _iso(text: str) -> str:
    """Dates as people and spreadsheets write them, in the form of ISO 8601."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    written = f"{year}-{int(month):02}-{int(day):02}"
    if hour:
        written += f"T{int(hour):02}:{minute}:{second or '00'}{fraction or ''}{offset or ''}"
    return written


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


_READ: Mapping[Kind, Callable[[object], object]] = {
    "text": _text,
    "number": _number,
    "truth": _truth,
    "time": _moment,
    "date": _day,
}
