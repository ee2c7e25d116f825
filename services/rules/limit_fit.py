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
from schemas.sentence import Sentence, term
from services.rules.catalogue import CatalogueRow
from services.rules.condition_words import FACT, NAMES, ConditionError, Kind, parse, written
from services.rules.conditions import Fact, Truth, settled
from services.rules.fuel_words import fuel_named

GASES = ("natural gas", "other gas")
MEDIA: Mapping[str, str] = {"air": "废气", "water": "废水"}
KINDS: Mapping[Kind, str] = {
    Kind.NUMBER: "数字", Kind.DAY: "日期", Kind.TEXT: "文字", Kind.REGION: "行政区",
}  # fmt: skip


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

    Raises ConditionError.
    """
    kinds = {FACT.get(name, name): (name, one) for name, one in NAMES.items()}
    found: dict[str, Fact] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if name not in kinds or not sign or not value:
            raise ConditionError(
                Sentence(
                    f"{text!r} is no fact{term('事实')}: write NAME=VALUE with one of"
                    f" {', '.join(kinds)}, for instance stack_height=30",
                    f"“{text}”不是确认事实：请写作 名称=值，名称可选 {'、'.join(kinds)}，例如"
                    " stack_height=30",
                )
            )
        written_as, one = kinds[name]
        found[name] = _fact(name, value, one.kind, NAMES[written_as].units)
    return found


def fitted(
    row: CatalogueRow, spot: Spot, since: datetime, facts: Mapping[str, Fact]
) -> tuple[Bound, list[Sentence]]:
    """The bound that the row puts on the point from `since` on, and all that speaks against it.

    Of its condition what is settled for good is left out; what varies stays and is judged anew
    each period.
    """
    wrong = [*_place_wrong(row, spot), *_dates_wrong(row, since), *_fuel_wrong(row, spot, facts)]
    known = {**facts, "region": spot.plant.region}
    rest = settled(parse(row.condition), known)
    if rest.truth is Truth.FALSE:
        wrong.append(
            Sentence(
                f"{row.key} holds only where {row.condition}, and you state"
                f" {_stated(facts) or 'nothing'}: choose the row that fits in"
                " `qingkong limits catalogue`",
                f"{row.key} 仅在 {row.condition} 时适用，而确认的事实为 {_stated(facts) or '无'}："
                "请在标准目录中另选条目",
            )
        )
    elif rest.truth is Truth.UNKNOWN:
        named = " ".join(f"--fact {name}=…" for name in rest.missing)
        wrong.append(
            Sentence(
                f"{row.key} holds only where {row.condition}: state what is so with"
                f" {named}{term('(须确认条件)')}",
                f"{row.key} 仅在 {row.condition} 时适用：请确认事实"
                f" {'、'.join(f'{name}=…' for name in rest.missing)}",
            )
        )
    return row.bound()._replace(condition=written(rest.rest)), wrong


def _place_wrong(row: CatalogueRow, spot: Spot) -> Iterator[Sentence]:
    medium = spot.subject.medium
    if medium is not None and medium != row.medium:
        yield Sentence(
            f"{row.key} is for {row.medium}, and {spot.name} is of an outlet for"
            f" {medium}{term('介质不符')}",
            f"{row.key} 适用于{MEDIA[row.medium]}，而 {spot.name} 属于{MEDIA[medium]}排放口，介质不符",
        )
    if row.code and row.code != spot.point.code:
        yield Sentence(
            f"{row.key} limits {row.code}{term(row.pollutant_zh)}, and the point measures"
            f" {spot.point.code}{term('污染物不符')}: choose a row with --pollutant {spot.point.code}",
            f"{row.key} 限制的是 {row.code}{row.pollutant_zh}，而监测点监测 {spot.point.code}，污染物不符："
            "请另选条目",
        )
    if row.region and not spot.plant.region.startswith(row.region):
        yield Sentence(
            f"{row.key} holds in regions {', '.join(row.region)} only, and plant {spot.plant.code}"
            f" lies in {spot.plant.region}{term('行政区不符')}",
            f"{row.key} 仅适用于行政区 {'、'.join(row.region)}，而企业 {spot.plant.code} 位于"
            f" {spot.plant.region}",
        )


def _dates_wrong(row: CatalogueRow, since: datetime) -> Iterator[Sentence]:
    begins, ends = row.span(BEIJING)
    if begins is not None and since < begins:
        yield Sentence(
            f"{row.key} is in force from {row.since}{term('生效日期')}: begin then or later (from)",
            f"{row.key} 自 {row.since} 起生效：开始时间不得早于该日",
        )
    if ends is not None and since >= ends:
        yield Sentence(
            f"{row.key} is no longer in force since {row.until}{term('已失效')}: choose what replaced"
            " it",
            f"{row.key} 自 {row.until} 起已失效：请选择替代它的条目",
        )


def _fuel_wrong(row: CatalogueRow, spot: Spot, facts: Mapping[str, Fact]) -> Iterator[Sentence]:
    if not row.fuel:
        return
    registered = {unit.code: unit.fuel for unit in spot.units if unit.fuel}
    burnt = {code: fuel_named(fuel) for code, fuel in registered.items()}
    for code, fuel in burnt.items():
        if fuel is not None and not _burns(row.fuel, fuel):
            yield Sentence(
                f"{row.key} is for {row.fuel}, and unit {code} burns"
                f" {registered[code]}{term('燃料不符')}: choose the row of its fuel, or mend the"
                " registry",
                f"{row.key} 适用于燃料 {row.fuel}，而生产设施 {code} 使用 {registered[code]}，燃料不符："
                "请另选条目，或更正登记簿",
            )
            return
    stated = facts.get("fuel")
    if isinstance(stated, str):
        if not _burns(row.fuel, fuel_named(stated) or stated.casefold()):
            yield Sentence(
                f"{row.key} is for {row.fuel}, and you state fuel={stated}{term('燃料不符')}",
                f"{row.key} 适用于燃料 {row.fuel}，而确认的事实为 fuel={stated}，燃料不符",
            )
    elif not burnt or None in burnt.values():
        yield Sentence(
            f"{row.key} is for {row.fuel}, and the registry does not say what"
            f" {spot.plant.code} burns there: state it with --fact"
            f" fuel={row.fuel}{term('(须确认燃料)')}",
            f"{row.key} 适用于燃料 {row.fuel}，而登记簿未登记 {spot.plant.code} 此处的燃料：请确认事实"
            f" fuel={row.fuel}",
        )


def _burns(wanted: str, fuel: str) -> bool:
    return fuel == wanted or (wanted == "gas" and fuel in GASES)


def _stated(facts: Mapping[str, Fact]) -> str:
    return ", ".join(f"{name}={value}" for name, value in facts.items())


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
        example = f"{name}={'2010-05-01' if kind is Kind.DAY else '30'}"
        raise ConditionError(
            Sentence(
                f"{text!r} is no {kind} for {name}: write for instance {example}",
                f"{name} 的值“{text}”不是{KINDS[kind]}：例如 {example}",
            )
        ) from None
