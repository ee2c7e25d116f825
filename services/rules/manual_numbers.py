"""The numbers of a laboratory result as people write them: converted, samples, unit, sign.

It must not know where results belong.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from schemas.manual_entry import PointUnit
from schemas.sentence import Sentence, term
from services.rules.manual_words import Reading
from services.rules.units import never_negative

MOST_SAMPLES = 10_000
OXYGEN_OF_AIR = 21


def converted_said(reading: Reading) -> tuple[Decimal | None, Decimal | None]:
    """The converted result, and the reference oxygen in %; None: not given, or refused."""
    converted, oxygen = reading.number("converted"), reading.number("reference_oxygen")
    if oxygen is not None and not 0 < oxygen < OXYGEN_OF_AIR:
        reading.refuse(
            "reference_oxygen",
            Sentence(
                f"{oxygen} is not between 0 and {OXYGEN_OF_AIR} %",
                f"基准氧含量 {oxygen} 须在 0 至 {OXYGEN_OF_AIR} % 之间",
            ),
        )
    if converted is not None and not reading.word("reference_oxygen"):
        reading.refuse(
            "reference_oxygen",
            Sentence(
                f"say to which oxygen the number was converted{term('折算')}",
                "填写折算值须说明折算到的基准氧含量",
            ),
        )
    return converted, oxygen


def samples_said(reading: Reading) -> int:
    """How many samples it is of."""
    text = reading.word("samples") or "1"
    if not text.isdecimal() or not 1 <= int(text) <= MOST_SAMPLES:
        reading.refuse(
            "samples",
            Sentence(
                f"{text} is no count: write 1 to {MOST_SAMPLES}",
                f"样品数“{text}”无效：请填写 1 至 {MOST_SAMPLES}",
            ),
        )
        return 1
    return int(text)


def unit_said(
    reading: Reading,
    units: Sequence[PointUnit] | None,
    sampled: tuple[datetime, datetime] | None,
) -> str:
    """The point's unit then, of its `units` (None: no point is known).

    What is written must be the same, because nothing is converted.
    """
    written = reading.word("unit")
    if units is None or sampled is None:
        return written
    registered = {
        one.unit
        for one in units
        if (one.since is None or one.since < sampled[1])
        and (one.until is None or one.until > sampled[0])
    }
    if not registered and not written:
        reading.refuse(
            "unit",
            Sentence(
                "the point has no channel that says its unit: write it",
                "该监测点没有通道给出单位：请填写单位",
            ),
        )
    elif len(registered) > 1 and written not in registered:
        choice = sorted(registered)
        reading.refuse(
            "unit",
            Sentence(
                f"the point has {', '.join(choice)}: write which it is",
                f"该监测点有多个单位 {'、'.join(choice)}：请写明所用单位",
            ),
        )
    elif registered and written and written not in registered:
        [unit, *_] = registered
        reading.refuse(
            "unit",
            Sentence(
                f"{written} is not the point's unit {unit}: convert the number",
                f"单位 {written} 与监测点的单位 {unit} 不同：请先换算",
            ),
        )
    return written or next(iter(registered), "")


def check_sign(reading: Reading, unit: str, numbers: Mapping[str, Decimal | None]) -> None:
    """No concentration, share or amount is negative; a temperature or a pressure may be."""
    for column, number in numbers.items():
        if number is not None and number < 0 and never_negative(unit):
            reading.refuse(
                column,
                Sentence(
                    f"{number} {unit} cannot be negative{term('不能为负')}: below the detection limit"
                    " write what the method prescribes, or leave it empty and give a reason",
                    f"{number} {unit} 不能为负：低于检出限时请按方法规定填写，或不填并说明理由",
                ),
            )
