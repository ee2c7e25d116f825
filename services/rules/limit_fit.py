"""Whether a row of the catalogue may bind a point: medium, pollutant, dates, region, fuel, conditions.

What does not fit is refused, what nobody knows must be stated; nothing lenient is guessed. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from schemas.limits import Bound
from schemas.registry_rows import PlantRow, PointRow, SubjectRow
from schemas.registry_words import BEIJING
from services.rules.catalogue import CatalogueRow
from services.rules.condition_words import FACT, NAMES, ConditionError, Kind, parse, written
from services.rules.conditions import Fact, Truth, settled
from services.rules.fuel_words import fuel_named

GASES = ("natural gas", "other gas")


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with what it belongs to, and the units whose gas or water passes it."""

    name: str
    point: PointRow
    subject: SubjectRow
    plant: PlantRow
    units: Sequence[SubjectRow]
    channel_units: frozenset[str] = frozenset()


def facts_of(texts: Iterable[str]) -> dict[str, Fact]:
    """`stack_height=30`, `zone=class II`, `built=2010-05-01`, `fuel=coal` as facts.

    Raises ValueError with a sentence.
    """
    kinds = {FACT.get(name, name): (name, one) for name, one in NAMES.items()}
    found: dict[str, Fact] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if name not in kinds or not sign or not value:
            raise ValueError(
                f"{text!r} is no fact 事实: write NAME=VALUE with one of {', '.join(kinds)}, for"
                " instance stack_height=30"
            )
        written_as, one = kinds[name]
        found[name] = _fact(name, value, one.kind, NAMES[written_as].units)
    return found


def fitted(
    row: CatalogueRow, spot: Spot, since: datetime, facts: Mapping[str, Fact]
) -> tuple[Bound, list[str]]:
    """The bound that the row puts on the point from `since` on, and all that speaks against it.

    Of its condition what is settled for good is left out; what varies stays and is judged anew
    each period.
    """
    wrong = [*_place_wrong(row, spot), *_dates_wrong(row, since), *_fuel_wrong(row, spot, facts)]
    known = {**facts, "region": spot.plant.region}
    rest = settled(parse(row.condition), known)
    if rest.truth is Truth.FALSE:
        wrong.append(
            f"{row.key} holds only where {row.condition}, and you state {_stated(facts)}: choose the"
            " row that fits in `qingkong limits catalogue`"
        )
    elif rest.truth is Truth.UNKNOWN:
        named = " ".join(f"--fact {name}=…" for name in rest.missing)
        wrong.append(
            f"{row.key} holds only where {row.condition}: state what is so with {named} (须确认条件)"
        )
    return row.bound()._replace(condition=written(rest.rest)), wrong


def _place_wrong(row: CatalogueRow, spot: Spot) -> Iterator[str]:
    medium = spot.subject.medium
    if medium is not None and medium != row.medium:
        yield f"{row.key} is for {row.medium}, and {spot.name} is of an outlet for {medium} 介质不符"
    if row.code and row.code != spot.point.code:
        yield (
            f"{row.key} limits {row.code} {row.pollutant_zh}, and the point measures"
            f" {spot.point.code} 污染物不符: choose a row with --pollutant {spot.point.code}"
        )
    if row.region and not spot.plant.region.startswith(row.region):
        yield (
            f"{row.key} holds in regions {', '.join(row.region)} only, and plant {spot.plant.code}"
            f" lies in {spot.plant.region} 行政区不符"
        )


def _dates_wrong(row: CatalogueRow, since: datetime) -> Iterator[str]:
    begins, ends = row.span(BEIJING)
    if begins is not None and since < begins:
        yield f"{row.key} is in force from {row.since} 生效日期: begin then or later (from)"
    if ends is not None and since >= ends:
        yield f"{row.key} is no longer in force since {row.until} 已失效: choose what replaced it"


def _fuel_wrong(row: CatalogueRow, spot: Spot, facts: Mapping[str, Fact]) -> Iterator[str]:
    if not row.fuel:
        return
    registered = {unit.code: unit.fuel for unit in spot.units if unit.fuel}
    burnt = {code: fuel_named(fuel) for code, fuel in registered.items()}
    for code, fuel in burnt.items():
        if fuel is not None and not _burns(row.fuel, fuel):
            yield (
                f"{row.key} is for {row.fuel}, and unit {code} burns {registered[code]} 燃料不符:"
                " choose the row of its fuel, or mend the registry"
            )
            return
    stated = facts.get("fuel")
    if isinstance(stated, str):
        if not _burns(row.fuel, fuel_named(stated) or stated.casefold()):
            yield f"{row.key} is for {row.fuel}, and you state fuel={stated} 燃料不符"
    elif not burnt or None in burnt.values():
        yield (
            f"{row.key} is for {row.fuel}, and the registry does not say what"
            f" {spot.plant.code} burns there: state it with --fact fuel={row.fuel} (须确认燃料)"
        )


def _burns(wanted: str, fuel: str) -> bool:
    return fuel == wanted or (wanted == "gas" and fuel in GASES)


def _stated(facts: Mapping[str, Fact]) -> str:
    return ", ".join(f"{name}={value}" for name, value in facts.items()) or "nothing"


def _fact(name: str, text: str, kind: Kind, units: tuple[str, ...]) -> Fact:
    try:
        match kind:
            case Kind.NUMBER:
                bare = next(
                    (text.removesuffix(unit) for unit in units if text.endswith(unit)), text
                )
                return Decimal(bare.strip())
            case Kind.DAY:
                return date.fromisoformat(text)
            case Kind.TEXT | Kind.REGION:
                return text
    except (InvalidOperation, ValueError):
        raise ConditionError(
            f"{text!r} is no {kind} for {name}: write for instance"
            f" {name}={'2010-05-01' if kind is Kind.DAY else '30'}"
        ) from None
