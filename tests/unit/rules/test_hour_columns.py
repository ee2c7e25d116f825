"""An hour read as columns comes to the same as the same records one by one."""

from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from schemas.means import HourMean, HourRecords
from schemas.minutes import SECOND_US, Alike, Minutes
from schemas.record import Record
from services.rules.hour_mean import hour_mean
from services.rules.hour_minutes import lay_out
from services.rules.hour_oxygen import no_oxygen, prepare
from services.rules.hour_parameters import HourParameters, HourRules
from tests.fixtures.hours import START

REFERENCES = (Decimal(6), Decimal("3.5"))
RULES = [
    HourRules(),
    HourRules(hour=HourParameters(negatives="zero", converted_from="means")),
    HourRules("hjt212-2005", HourParameters(negatives="invalid")),
]
NUMBERS = st.one_of(
    st.none(),
    st.floats(-5, 500),
    st.integers(0, 400).map(float),
    st.sampled_from([0.0, float("nan")]),
)
OXYGEN = st.one_of(st.floats(0, 21.5), st.sampled_from([6.0, 20.0, 21.0]))
FLAGS = st.sampled_from(["N", "N", "N", "D", "T", "S", None])


def columns(records: list[Record]) -> Minutes:
    """The same records by what is alike."""
    ordered = sorted(records, key=lambda one: (*_alike(one)[:1], str(_alike(one)), one.at))
    parts: list[Alike] = []
    for alike, several in groupby(ordered, _alike):
        some = list(several)
        begins = [(one.at - START) // timedelta(microseconds=1) for one in some]
        parts.append(Alike(*alike, begins, [one.value for one in some]))
    return Minutes(START, parts)


def _alike(one: Record) -> tuple[int, str | None, bool, float | None]:
    return one.span_s, one.flag, one.sentinel, one.range_max


def evenly(values: list[float | None], span_s: int, flag: str | None) -> list[Record]:
    step = timedelta(seconds=span_s)
    return [
        Record(START + number * step, span_s, value, flag, range_max=300.0)
        for number, value in enumerate(values[: 3600 // span_s])
    ]


def anywhere(at_us: int, span_s: int, value: float | None, flag: str | None) -> Record:
    at = START + timedelta(microseconds=at_us)
    return Record(at, span_s, value, flag, range_max=300.0)


ANY = st.builds(
    anywhere,
    st.integers(0, 3600 * SECOND_US - 1),
    st.sampled_from([30, 60, 60, 600]),
    NUMBERS,
    FLAGS,
)
LISTS = st.lists(ANY, max_size=30, unique_by=lambda one: one.at)
EVEN = st.builds(
    evenly, st.lists(NUMBERS, min_size=0, max_size=60), st.sampled_from([60, 300, 7]), FLAGS
)
AIR = st.builds(
    evenly, st.lists(OXYGEN, min_size=40, max_size=60), st.sampled_from([60, 300]), FLAGS
)


@given(st.one_of(LISTS, EVEN), LISTS, st.one_of(AIR, LISTS), st.sampled_from(RULES))
def test_columns_come_to_what_the_records_come_to(
    main: list[Record], spare: list[Record], air: list[Record], rules: HourRules
) -> None:
    one_by_one = mean_of(main, spare, air, rules)

    of_columns = mean_of(columns(main), columns(spare), columns(air), rules)

    assert of_columns == one_by_one


def mean_of(
    main: list[Record] | Minutes,
    spare: list[Record] | Minutes,
    air: list[Record] | Minutes,
    rules: HourRules,
) -> HourMean:
    return hour_mean(
        HourRecords(START, main, spare), prepare(air, (), START, rules), REFERENCES, rules
    )


def test_an_hour_of_whole_minutes_is_laid_without_a_record_being_made() -> None:
    minutes = columns(evenly([1.25] * 60, 60, "N"))

    laid = lay_out(minutes, (), START, RULES[0])

    assert [place[:2] for place in laid.numbers] == [(60 * n, 60 * n + 60) for n in range(60)]
    assert {place[2].value for place in laid.numbers} == {Decimal("1.25")}
    assert minutes._records is None  # pyright: ignore[reportPrivateUsage] - the point of it


def test_columns_of_another_hour_are_read_as_records() -> None:
    minutes = columns(evenly([1.0] * 60, 60, "N"))

    mean = hour_mean(
        HourRecords(START + timedelta(hours=1), minutes), no_oxygen(RULES[0]), (), RULES[0]
    )

    assert (mean.value, mean.computed.valid_s) == (None, 0)
