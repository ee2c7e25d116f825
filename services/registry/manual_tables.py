"""Laboratory results as people read them on a terminal, and as programs do."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich import box
from rich.table import Table
from rich.text import Text

from schemas.manual import ManualKind, ManualResult
from schemas.mark_entry import MarkPlaces
from schemas.registry_words import BEIJING

NOTHING = "–"
SHORT: Mapping[ManualKind, str] = {
    "self": "自行监测",
    "supervisory": "监督性监测",
    "comparison": "比对",
    "gap": "故障期间",
}


def results_table(results: Sequence[ManualResult], places: MarkPlaces) -> Table:
    """One line a result, or a version of one, in Beijing time."""
    table = Table(
        *(
            "N",
            "where\n监测点",
            "kind\n类型",
            "sampled\n采样",
            "value\n结果",
            "laboratory\n检测机构",
        ),
        box=box.SIMPLE_HEAD,
    )
    # All but the words of the laboratory stand whole in 80 columns.
    for column in table.columns[:-1]:
        column.no_wrap = True
    table.columns[-1].overflow = "fold"
    names = _names(places)
    for one in results:
        table.add_row(
            str(one.result),
            Text("\n".join(names.get(one.point, (str(one.point),)))),
            f"{one.kind}\n{SHORT[one.kind]}",
            f"{_local(one.since)}\n{_local(one.until)}",
            Text(_value(one)),
            Text("\n".join(word for word in (one.laboratory, one.method, one.reason) if word)),
        )
    return table


def result_json(one: ManualResult, places: MarkPlaces) -> dict[str, object]:
    """A result for programs: numbers as text, exact; times in UTC."""
    where = dict(
        zip(("plant", "subject", "point"), _names(places).get(one.point, ()), strict=False)
    )
    return {
        "result": one.result,
        "version": one.version,
        **where,
        "kind": one.kind,
        "from": one.since.isoformat(),
        "to": one.until.isoformat(),
        "value": None if one.value is None else str(one.value),
        "unit": one.unit,
        "converted": None if one.converted is None else str(one.converted),
        "reference_oxygen": None if one.reference_oxygen is None else str(one.reference_oxygen),
        "samples": one.samples,
        "method": one.method,
        "laboratory": one.laboratory,
        "withdrawn": one.withdrawn,
        "reason": one.reason,
        "actor": one.actor,
        "recorded_at": one.recorded_at.isoformat(),
        "position": one.position,
    }


def _names(places: MarkPlaces) -> dict[int, tuple[str, str, str]]:
    """Plant, subject and side/code of every point."""
    subjects = {found: names for names, (found, _) in places.subjects.items()}
    return {point: (*subjects[subject], name) for (subject, name), point in places.points.items()}


def _value(one: ManualResult) -> str:
    lines = [NOTHING if one.value is None else str(one.value), one.unit]
    if one.converted is not None:
        lines += [f"{one.converted} at", f"{one.reference_oxygen} % O2"]
    return "\n".join([*lines, "withdrawn", "撤回"] if one.withdrawn else lines)


def _local(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
