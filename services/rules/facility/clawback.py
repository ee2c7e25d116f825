"""Clawback of an hour's environmental premium 环保电价扣减, by pollutant (发改价格[2014]536号).

Money only where the hour's energy is known, hours otherwise. It must not know how verdicts and
circumstances came about.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.facility import Circumstance, ClawbackCase, ClawbackRow, Premium
from schemas.judgement import Outcome
from schemas.marks import Review
from schemas.registry_words import BEIJING
from services.rules.exact import EXACT, ZERO, sum_of
from services.rules.facility.clawback_parameters import ClawbackParameters
from services.rules.facility.clawback_words import Said, sentence

CLAUSE: Final = "发改价格[2014]536号"
POLLUTANTS: Final = MappingProxyType(
    {
        Premium.DESULPHURISATION: "a21026",
        Premium.DENITRIFICATION: "a21002",
        Premium.DUST: "a34013",
    }
)
"""What each premium pays for: SO2, NOx, dust."""
_OUT: Final = MappingProxyType(
    {
        Circumstance.START_STOP: {Premium.DESULPHURISATION, Premium.DENITRIFICATION},
        Circumstance.LOW_LOAD: {Premium.DENITRIFICATION},
    }
)
"""Circumstances that hold only for those premiums, and only while the treatment was out."""

_LOST: Final = frozenset({ClawbackCase.CONFISCATED, ClawbackCase.FINED, ClawbackCase.FINED_HEAVIER})

_RESTS_ON: Final = MappingProxyType({ClawbackCase.FINED: ("fine_from", "fine_times")})


class HourFacts(NamedTuple):
    """An hour of a unit with a premium; `start` UTC.

    `outcome` and `multiple` (value / limit - 1) are those of the hour's verdict. `circumstances`: what
    was stated of the hour, and its review. `treatment_out_s`: how long the premium's treatment was
    surely out, None where that is not known. `connected_on`: of the unit, for the ultra-low premium.
    """

    unit: int
    start: datetime
    premium: Premium
    outcome: Outcome
    multiple: Decimal | None
    circumstances: Mapping[Circumstance, Review]
    treatment_out_s: int | None
    energy_kwh: Decimal | None
    connected_on: date | None = None


class _Judged(NamedTuple):
    case: ClawbackCase
    circumstance: Circumstance | None
    doubts: tuple[str, ...]


def clawback(facts: HourFacts, params: ClawbackParameters, zone: timezone = BEIJING) -> ClawbackRow:
    """What becomes of the hour's premium.

    Tampering: confiscated, and a heavier fine than any (no number is established). A circumstance
    that was accepted: confiscated, no fine; one that is only claimed excuses nothing yet and is a
    doubt. Else by the verdict: over the limit by less than `fine_from` confiscated, from there on a
    fine of at most `fine_times` the premium is added. Clause: 发改价格[2014]536号, H.
    """
    judged = _judged(facts, params)
    rate = _rate(facts, params)
    names = list(_RESTS_ON.get(judged.case, ()))
    names += ["ultra_low_like_others"] if facts.premium is Premium.ULTRA_LOW else []
    doubts = (*judged.doubts, *params.unestablished([*names, *_premium_names(facts)]))
    amount = _times(facts.energy_kwh, rate)
    confiscated = _confiscated(judged.case, amount)
    said = Said(facts.start, facts.premium, judged.case, judged.circumstance, facts.multiple)
    zh, en = sentence(said, zone)
    return ClawbackRow(
        unit=facts.unit,
        start=facts.start,
        premium=facts.premium,
        case=judged.case,
        circumstance=judged.circumstance,
        multiple=facts.multiple,
        energy_kwh=facts.energy_kwh,
        confiscated_fen=confiscated,
        fine_at_most_fen=_fine(judged.case, amount, params),
        sure=not doubts and judged.case is not ClawbackCase.UNDECIDED,
        doubts=doubts,
        zh=zh,
        en=en,
    )


def _judged(facts: HourFacts, params: ClawbackParameters) -> _Judged:
    if facts.premium is Premium.ULTRA_LOW and not params.ultra_low_like_others:
        return _Judged(ClawbackCase.UNDECIDED, None, ("ultra_low_cases",))
    if facts.circumstances.get(Circumstance.TAMPERING) is Review.ACCEPTED:
        return _Judged(ClawbackCase.FINED_HEAVIER, Circumstance.TAMPERING, ())
    tampering = _stands(Circumstance.TAMPERING, facts)
    grave = (f"claimed:{Circumstance.TAMPERING}",) if tampering else ()
    excuses: list[str] = []
    for each in Circumstance:
        applies = _stands(each, facts) and _applies(each, facts)
        if each is Circumstance.TAMPERING or applies is False:
            continue
        if applies and facts.circumstances[each] is Review.ACCEPTED:
            return _Judged(ClawbackCase.CONFISCATED, each, grave)
        excuses.append(f"claimed:{each}" if applies else "treatment_out")
    case, doubts = _by_verdict(facts, params)
    return _with_claims(case, doubts, grave, tuple(dict.fromkeys(excuses)))


def _with_claims(
    case: ClawbackCase, doubts: tuple[str, ...], grave: tuple[str, ...], excuses: tuple[str, ...]
) -> _Judged:
    """A claimed excuse changes neither what is confiscated without a fine, nor what it may not keep."""
    if case is ClawbackCase.CONFISCATED:
        return _Judged(case, None, (*doubts, *grave))
    pending = (*grave, *excuses)
    undecided = case is ClawbackCase.KEPT and bool(pending)
    return _Judged(ClawbackCase.UNDECIDED if undecided else case, None, (*doubts, *pending))


def _stands(circumstance: Circumstance, facts: HourFacts) -> bool:
    """Whether it was stated and not refused, nor stated too late."""
    review = facts.circumstances.get(circumstance)
    return review in {Review.CLAIMED, Review.ACCEPTED}


def _applies(circumstance: Circumstance, facts: HourFacts) -> bool | None:
    """Whether it can bear on the hour's premium; None where that is not known."""
    if circumstance not in _OUT:
        return True
    if facts.premium not in _OUT[circumstance]:
        return False
    return None if facts.treatment_out_s is None else facts.treatment_out_s > 0


def _by_verdict(
    facts: HourFacts, params: ClawbackParameters
) -> tuple[ClawbackCase, tuple[str, ...]]:
    match facts.outcome:
        case Outcome.COMPLIANT | Outcome.STOPPED:
            return ClawbackCase.KEPT, ()
        case Outcome.EXCEEDING:
            return _by_multiple(facts, params), () if facts.multiple is not None else ("multiple",)
        case Outcome.AT_LEAST:
            fined = _by_multiple(facts, params) is ClawbackCase.FINED
            return (ClawbackCase.FINED, ()) if fined else (ClawbackCase.UNDECIDED, ("multiple",))
        case Outcome.CLAIMED:
            return _by_multiple(facts, params), (facts.outcome.value,)
        case Outcome.EXEMPT | Outcome.INVALID | Outcome.NO_DATA | Outcome.UNKNOWN:
            return ClawbackCase.UNDECIDED, (facts.outcome.value,)


def _by_multiple(facts: HourFacts, params: ClawbackParameters) -> ClawbackCase:
    if facts.multiple is None:
        return ClawbackCase.UNDECIDED
    fined = facts.multiple >= params.fine_from
    return ClawbackCase.FINED if fined else ClawbackCase.CONFISCATED


def _premium_names(facts: HourFacts) -> tuple[str, ...]:
    if facts.premium is not Premium.ULTRA_LOW:
        return (f"{facts.premium.value}_premium",)
    return ("ultra_low_premium_before", "ultra_low_premium_after", "ultra_low_from")


def _rate(facts: HourFacts, params: ClawbackParameters) -> Decimal | None:
    """Fen for each kWh; None for the ultra-low premium of a unit connected nobody knows when."""
    match facts.premium:
        case Premium.DESULPHURISATION:
            return params.desulphurisation_premium
        case Premium.DENITRIFICATION:
            return params.denitrification_premium
        case Premium.DUST:
            return params.dust_premium
        case Premium.ULTRA_LOW:
            if facts.connected_on is None:
                return None
            before = facts.connected_on < params.ultra_low_from
            return params.ultra_low_premium_before if before else params.ultra_low_premium_after


def _times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else EXACT.multiply(one, other)


def _confiscated(case: ClawbackCase, amount: Decimal | None) -> Decimal | None:
    if case in _LOST:
        return amount
    return ZERO if case is ClawbackCase.KEPT else None


def _fine(case: ClawbackCase, amount: Decimal | None, params: ClawbackParameters) -> Decimal | None:
    match case:
        case ClawbackCase.KEPT | ClawbackCase.CONFISCATED:
            return ZERO
        case ClawbackCase.FINED:
            return _times(amount, params.fine_times)
        case ClawbackCase.FINED_HEAVIER | ClawbackCase.UNDECIDED:
            return None


class ClawbackSum(NamedTuple):
    """The hours of a premium: how many of each case, and the money of those whose energy is known.

    `unpriced_hours`: lost hours without money. Amounts in fen.
    """

    hours: Mapping[ClawbackCase, int]
    confiscated_fen: Decimal
    fine_at_most_fen: Decimal
    unpriced_hours: int
    sure: bool


def clawback_sum(rows: Iterable[ClawbackRow]) -> ClawbackSum:
    """Adds up hours of one unit and premium, as a rule those of a month."""
    all_rows = tuple(rows)
    lost = [row for row in all_rows if row.case in _LOST]
    return ClawbackSum(
        hours={case: sum(row.case is case for row in all_rows) for case in ClawbackCase},
        confiscated_fen=sum_of(row.confiscated_fen or ZERO for row in lost),
        fine_at_most_fen=sum_of(row.fine_at_most_fen or ZERO for row in lost),
        unpriced_hours=sum(row.confiscated_fen is None for row in lost),
        sure=all(row.sure for row in all_rows),
    )
